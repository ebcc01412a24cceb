"""Attributes: what a tag means, by data dictionary (PS3.6), declared VR and private creator."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom._dicom_dict import DicomDictionary
from pydicom.datadict import get_entry, private_dictionary_VR, repeater_has_tag

from beam_phi.formats.dicom import safe_private
from beam_phi.formats.dicom.vr import VRS, ValueRepresentation, effective
from beam_phi.library.dictionary import added

SPECIFIC_CHARACTER_SET = 0x00080005
PIXEL_DATA = 0x7FE00010
ITEM = 0xFFFEE000
ITEM_DELIMITER = 0xFFFEE00D
SEQUENCE_DELIMITER = 0xFFFEE0DD

# What the dictionary leaves open ("US or SS"), by the first that fits the length of either.
_OPEN_VR = {"US or SS": "US", "OB or OW": "OW", "US or OW": "OW", "US or SS or OW": "OW"}

# How many are remembered: more than any collection of files should need, a bound against hostile ones.
_CACHE_LIMIT = 1 << 16


@dataclass(frozen=True, eq=False, slots=True)
class Attribute:
    """A tag as a file uses it. Made once and shared, compared by identity.

    tag: group and element, ``0x00100010``; of a private attribute with block 10 for any (``0x00191092``).
    vr: the VR its values are read by.
    creator: of a private attribute its creator, "" if none is declared; of a private creator element its own
        value.
    keyword: from the dictionary, "" if it has none.
    vm: value multiplicity by the dictionary ("1", "2-n"), "" if it has none.
    misread: True for a sequence of the dictionary that the file declares to be something else.
    retired_group: True for one of a repeating group other than curves and overlays; all of these are retired.
    """

    tag: int
    vr: ValueRepresentation
    creator: str
    keyword: str
    vm: str = ""
    misread: bool = False
    retired_group: bool = False

    @property
    def private(self) -> bool:
        return bool(self.tag & 0x10000)

    @property
    def known(self) -> bool:
        """True if the data dictionary has it."""
        return bool(self.keyword)

    @property
    def notation(self) -> str:
        """``(0010,0010)``, or ``(0019,"CREATOR",92)``."""
        if self.private and not is_creator(self.tag):
            return f'({self.tag >> 16:04X},"{self.creator}",{self.tag & 0xFF:02X})'
        return f"({self.tag >> 16:04X},{self.tag & 0xFFFF:04X})"


def place(tag: int) -> str:
    """The tag as it may stand in a message: without a private creator, which may be anything."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def is_creator(tag: int) -> bool:
    """True for a private creator element, (gggg,0010-00FF) with gggg odd (PS3.5 section 7.8.1)."""
    return bool(tag & 0x10000) and 0x10 <= tag & 0xFFFF <= 0xFF


def any_block(tag: int) -> int:
    """A private tag without the block it happens to stand in: with block 10."""
    return tag & 0xFFFF00FF | 0x1000


def dictionary(tag: int) -> tuple[str, str]:
    """VR and keyword of a standard tag, repeating groups included; empty if it is unknown."""
    try:
        vr, _, _, _, keyword = get_entry(tag)
    except KeyError:
        return added().get(tag, ("", ""))
    vr = _OPEN_VR.get(vr, vr)
    return (vr, keyword) if vr in VRS else ("", "")


_attributes: dict[tuple[int, str, str], Attribute] = {}


def attribute(tag: int, declared: str, creator: str = "") -> Attribute:
    """The shared Attribute. `declared` is the VR in the file, "" where the syntax has none (implicit VR).

    tag: a private one as from :func:`any_block`.
    """
    key = (tag, declared, creator)
    found = _attributes.get(key)
    if found is None:
        if len(_attributes) >= _CACHE_LIMIT:
            _attributes.clear()
        found = _attributes[key] = _make(tag, declared, creator)
    return found


def _make(tag: int, declared: str, creator: str) -> Attribute:
    vm = ""
    if not tag & 0x10000:
        known, keyword = dictionary(tag)
        vm = DicomDictionary[tag][1] if tag in DicomDictionary else ""
    elif is_creator(tag):
        known, keyword = "LO", ""
    else:
        known, keyword = _private_vr(tag, creator), ""
    vr = effective(declared or "UN", known)
    misread = known == "SQ" and vr != "SQ"
    return Attribute(tag, VRS[vr], creator, keyword, vm, misread, _is_retired_group(tag))


def _is_retired_group(tag: int) -> bool:
    """True for the repeating groups of PS3.6 but 50xx and 60xx: all of these are retired."""
    if tag & 0x10000 or tag >> 24 in (0x50, 0x60) or tag in DicomDictionary:
        return False
    return repeater_has_tag(tag)


def _private_vr(tag: int, creator: str) -> str:
    vr = safe_private.vr(creator, tag)
    if not vr and creator:
        try:
            vr = private_dictionary_VR(tag, creator)
        except KeyError:
            return ""
    vr = _OPEN_VR.get(vr, vr)
    # A private sequence is one only where the file says so: guessing from its bytes could go wrong.
    return vr if vr in VRS and vr != "SQ" else ""
