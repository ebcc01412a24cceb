"""A file in the making: its patient, its elements, and what is planted in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from support.plants.encode import EXPLICIT, El, Value, element_bytes, encode, whole_file
from support.plants.ledger import EVERY, NONE, Ledger, Plant
from support.plants.tokens import Tokens

PIXEL_DATA = 0x7FE00010
_PICTURE = (
    (0x00280002, 1),
    (0x00280010, 8),
    (0x00280011, 8),
    (0x00280100, 8),
    (0x00280101, 8),
    (0x00280102, 7),
    (0x00280103, 0),
)
CT = "1.2.840.10008.5.1.4.1.1.2"
_ENCODINGS = (
    "utf-8",
    "latin-1",
    "iso8859-2",
    "iso8859-5",
    "iso8859-6",
    "iso8859-7",
    "iso8859-8",
    "iso8859-9",
    "tis-620",
    "shift_jis",
    "iso2022_jp",
    "euc_jp",
    "euc_kr",
    "gb18030",
    "utf-16-le",
    "utf-16-be",
)
_ESCAPES = (b"\x1b(B", b"\x1b(J", b"\x1b$B")


def needles_of(text: str) -> tuple[bytes, ...]:
    """The text's bytes in every encoding that has its letters, in lower case."""
    if text.isascii():
        return (text.lower().encode(),)
    found: dict[bytes, None] = {}
    for form in (text, text.lower(), text.upper(), text.title()):
        for encoding in _ENCODINGS:
            try:
                raw = form.encode(encoding)
            except UnicodeEncodeError:
                continue
            for escape in _ESCAPES:
                raw = raw.removeprefix(escape).removesuffix(escape)
            if len(raw) > 3:
                found[raw.lower()] = None
    return tuple(found)


class Sheet:
    """One planted file. `place` names it in the table of survivors."""

    def __init__(
        self,
        ledger: Ledger,
        tokens: Tokens,
        name: str,
        place: str,
        syntax: str = EXPLICIT,
        sop_class: str = CT,
        modality: str = "CT",
    ) -> None:
        self.ledger, self.tokens, self.name, self.place, self.syntax = ledger, tokens, name, place, syntax
        self.sop_class = sop_class
        self.meta: list[El] = []
        self.behind = b""
        self.preamble = bytes(128)
        self.transfer_syntax = ""
        self.tail: list[El] = []
        self.dates = tokens.dates()
        self.doctor = ""
        self.pictured = True
        self._elements: dict[int, El] = {}
        self._aliases: list[bytes] = []
        self._other_ids: list[str] = []
        self._phones: list[str] = []
        self._identity(modality)

    def _identity(self, modality: str) -> None:
        """The patient and the unavoidable attributes; all of it planted."""
        tokens = self.tokens
        self.family, self.given = tokens.word(), tokens.word(4)
        self.patient_id = f"00{tokens.number(5)}-{tokens.number(5)}"
        self.birth: date = self.dates()
        self.accession = "AC" + tokens.number(9)
        self.address = f"{tokens.number(4)} {tokens.word()} Street"
        self.instance, self.study, self.series = tokens.uid(), tokens.uid(), tokens.uid()
        identity = "identity"
        for tag, vr, value, kind in (
            (0x00080018, "UI", self.instance, "uid"),
            (0x0020000D, "UI", self.study, "uid"),
            (0x0020000E, "UI", self.series, "uid"),
            (0x00080050, "SH", self.accession, "id"),
            (0x00100010, "PN", f"{self.family}^{self.given}", "name"),
            (0x00100020, "LO", self.patient_id, "id"),
            (0x00101040, "LO", self.address, "address"),
        ):
            self.put(tag, vr, value)
            self.note(value, kind, identity)
        self.note(self.family, "name", identity)
        self.note(self.given, "name", identity)
        self.put(0x00100030, "DA", f"{self.birth:%Y%m%d}")
        self.note(f"{self.birth:%Y%m%d}", "date", identity, local=True, bounded=True)
        self.put(0x00080016, "UI", self.sop_class)
        self.put(0x00080060, "CS", modality)
        self.put(0x00080005, "CS", "ISO_IR 100")
        self.put(0x00100040, "CS", "F")

    # -- elements -----------------------------------------------------------------------------------

    def put(self, tag: int, vr: str, value: Value, *, undefined: bool = False) -> El:
        """Set a top-level element."""
        element = El(tag, vr, value, undefined)
        self._elements[tag] = element
        return element

    def add(self, *elements: El) -> None:
        for element in elements:
            self._elements[element.tag] = element

    def get(self, tag: int) -> El | None:
        return self._elements.get(tag)

    def has(self, tag: int) -> bool:
        return tag in self._elements

    # -- identifiers of the same patient -----------------------------------------------------------

    def alias(self) -> tuple[str, str]:
        """Another family and given name of the patient, to be echoed in one place only."""
        family, given = self.tokens.word(), self.tokens.word(4)
        self._aliases.append(f"{family}^{given}".encode())
        return family, given

    def alias_bytes(self, raw: bytes) -> None:
        """Another name of the patient, as it stands in the file."""
        self._aliases.append(raw)

    def other_id(self, value: str) -> None:
        self._other_ids.append(value)

    def phone(self, value: str) -> None:
        self._phones.append(value)

    # -- the ledger --------------------------------------------------------------------------------

    def note(
        self,
        value: str,
        kind: str,
        place: str = "",
        where: str = "",
        *,
        goes: frozenset[str] = EVERY,
        stays: frozenset[str] = NONE,
        needles: Iterable[bytes] = (),
        local: bool = False,
        bounded: bool = False,
    ) -> str:
        """Enter a value into the ledger; returns it."""
        shown = tuple(needle.lower() for needle in needles) or needles_of(value)
        plant = Plant(value, shown, kind, self.name, place or self.place, where, goes, stays, local, bounded)
        self.ledger.plants.append(plant)
        return value

    def token(self, where: str = "", place: str = "", goes: frozenset[str] = EVERY) -> str:
        """A planted word that names nobody known: to go for the place it stands in."""
        return self.note(self.tokens.word(), "text", place, where, goes=goes)

    def echo(self, form: str, where: str, place: str = "") -> str:
        """Another name of the patient in a form with ``F`` and ``G``, planted."""
        family, given = self.alias()
        for part, name in (("F", family), ("G", given)):
            if part in form:
                self.note(name, "name", place, where)
        return form.replace("F", "\1").replace("G", "\2").replace("\1", family).replace("\2", given)

    def keep(self, element: El, rule: str, libraries: frozenset[str], *, top: bool = True) -> El:
        """An element that has to stay as it is, byte for byte."""
        if top:
            self.add(element)
        raw = element_bytes(element, self.syntax)
        shown = element.value if isinstance(element.value, str) else f"<{len(raw)} bytes>"
        self.ledger.plants.append(
            Plant(
                shown,
                (raw,),
                rule,
                self.name,
                "keep",
                f"({element.tag >> 16:04X},{element.tag & 0xFFFF:04X})",
                NONE,
                libraries,
                local=True,
                exact=True,
            )
        )
        return element

    # -- writing -----------------------------------------------------------------------------------

    def write(self, folder: Path) -> None:
        elements = dict(self._elements)
        for tag, vr, values in (
            (0x00101001, "PN", self._aliases),
            (0x00101000, "LO", [value.encode() for value in self._other_ids]),
            (0x00102154, "SH", [value.encode() for value in self._phones]),
        ):
            if values:
                elements[tag] = El(tag, vr, b"\\".join(values))
        if self.sop_class == CT and not self.tail and PIXEL_DATA not in elements and self.pictured:
            # Tools that take images only must not get away with leaving the file out.
            made = [El(tag, "US", (value,)) for tag, value in _PICTURE] + [
                El(0x00280004, "CS", "MONOCHROME2")
            ]
            elements = {element.tag: element for element in made} | elements
            elements[PIXEL_DATA] = El(PIXEL_DATA, "OW", bytes(range(0, 256, 4)))
        data_set = encode(elements.values(), self.syntax) + encode(self.tail, self.syntax, sort=False)
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            whole_file(
                data_set,
                self.syntax,
                self.sop_class,
                self.instance,
                transfer_syntax=self.transfer_syntax,
                meta=self.meta,
                preamble=self.preamble,
                behind=self.behind,
            )
        )
