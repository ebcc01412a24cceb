"""What a de-identified object says of itself (PS3.15 section E.1, PS3.3 C.7.1.1 and C.12.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from beam_phi.formats.dicom.attributes import ITEM
from beam_phi.formats.dicom.edits import encode_element
from beam_phi.formats.dicom.elements import Syntax

PATIENT_IDENTITY_REMOVED = 0x00120062
METHOD = 0x00120063
METHOD_CODES = 0x00120064
BURNED_IN = 0x00280301
LONGITUDINAL = 0x00280303
EQUIPMENT = 0x0018A001

#: PS3.10 section 7.1: who wrote the file. A UUID-derived UID (PS3.5 annex B.2), drawn once for beam-phi.
IMPLEMENTATION_UID = "2.25.130297346518632212162892909039324609940"
IMPLEMENTATION_NAME = "BEAM_PHI"

#: Manufacturer and model in the item of Contributing Equipment Sequence.
MAKER = "beam-phi"

#: PS3.16 CID 7050, coding scheme DCM.
METHODS = {
    "113100": "Basic Application Confidentiality Profile",
    "113101": "Clean Pixel Data Option",
    "113102": "Clean Recognizable Visual Features Option",
    "113103": "Clean Graphics Option",
    "113104": "Clean Structured Content Option",
    "113105": "Clean Descriptors Option",
    "113106": "Retain Longitudinal Temporal Information Full Dates Option",
    "113107": "Retain Longitudinal Temporal Information Modified Dates Option",
    "113108": "Retain Patient Characteristics Option",
    "113109": "Retain Device Identity Option",
    "113110": "Retain UIDs Option",
    "113111": "Retain Safe Private Option",
    "113112": "Retain Institution Identity Option",
}

_OPTION_CODES = {
    "safe-private": "113111",
    "clean-graphics": "113103",
    "clean-structured-content": "113104",
    "clean-descriptors": "113105",
    "full-dates": "113106",
    "modified-dates": "113107",
    "patient-characteristics": "113108",
    "device-identity": "113109",
    "uids": "113110",
    "institution-identity": "113112",
}

_CLEAN_PIXEL_DATA = "113101"

_TEMPORAL = {"full-dates": "UNMODIFIED", "modified-dates": "MODIFIED"}


@dataclass(frozen=True, slots=True)
class Marks:
    """What was done, to be written into the object.

    method: a value of De-identification Method, at most 64 characters of ASCII without a backslash.
    codes: code values of CID 7050, see METHODS.
    temporal: Longitudinal Temporal Information Modified: ``REMOVED``, ``MODIFIED`` or ``UNMODIFIED``.
    version: of beam-phi.
    clean_pixels: True if the pixels were searched for text, and none is left.
    """

    method: str
    codes: tuple[str, ...]
    temporal: str
    version: str
    clean_pixels: bool = False

    def __post_init__(self) -> None:
        if not self.method.isascii() or len(self.method) > 64 or "\\" in self.method:
            raise ValueError("De-identification Method: 64 characters of ASCII, no backslash")
        if not set(self.codes) <= METHODS.keys():
            raise ValueError("a De-identification Method code is none of CID 7050")


def marks(method: str, version: str, options: Iterable[str], *, clean_pixels: bool = False) -> Marks:
    """Marks of the Basic Profile with these options (names as in DicomSpec), and Clean Pixel Data."""
    chosen = set(options)
    temporal = next((value for option, value in _TEMPORAL.items() if option in chosen), "REMOVED")
    codes = {"113100", *(_OPTION_CODES[option] for option in chosen)}
    if clean_pixels:
        codes.add(_CLEAN_PIXEL_DATA)
    return Marks(method, tuple(sorted(codes)), temporal, version, clean_pixels)


MakeItem = Callable[[Syntax, str], bytes]


def method_item(syntax: Syntax, code: str) -> bytes:
    """An item of De-identification Method Code Sequence."""
    return _code_item(syntax, code, METHODS[code])


def equipment_item(syntax: Syntax, version: str) -> bytes:
    """The item of Contributing Equipment Sequence for a de-identifier (PS3.3 C.12.1, PS3.16 CID 7005)."""
    purpose = _code_item(syntax, "109104", "De-identifying Equipment")
    return _item(
        syntax,
        encode_element(syntax, 0x00080070, "LO", even(MAKER)),
        encode_element(syntax, 0x00081090, "LO", even(MAKER)),
        encode_element(syntax, 0x00181020, "LO", even(version)),
        encode_element(syntax, 0x0018A003, "ST", even("De-identification")),
        encode_element(syntax, 0x0040A170, "SQ", purpose),
    )


def _code_item(syntax: Syntax, code: str, meaning: str) -> bytes:
    """A code of the DICOM controlled terminology (PS3.3 section 8.8)."""
    return _item(
        syntax,
        encode_element(syntax, 0x00080100, "SH", even(code)),
        encode_element(syntax, 0x00080102, "SH", even("DCM")),
        encode_element(syntax, 0x00080104, "LO", even(meaning)),
    )


def _item(syntax: Syntax, *elements: bytes) -> bytes:
    data = b"".join(elements)
    return syntax.tag_length.pack(ITEM >> 16, ITEM & 0xFFFF, len(data)) + data


def even(text: str, pad: str = " ") -> bytes:
    """ASCII text as a value of even length."""
    return (text + pad * (len(text) % 2)).encode("ascii")
