"""The patient's own identifiers once more, in text that `research` keeps, in every spelling.

Each place of a file echoes another name, id or spelling of a date, so that a survivor tells its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from support.plants.encode import BIG, DEFLATED, EXPLICIT, IMPLICIT, El
from support.plants.ledger import Ledger
from support.plants.sheet import Sheet
from support.plants.tokens import Tokens

_Path = tuple[int, ...]

#: Attributes that keep their text under Clean Descriptors, or that no row of the table names: sequences down
#: to them, VR, longest value.
PLACES: tuple[tuple[_Path, str, int], ...] = (
    ((0x0008103E,), "LO", 64),  # Series Description
    ((0x00081030,), "LO", 64),  # Study Description
    ((0x00181030,), "LO", 64),  # Protocol Name
    ((0x00204000,), "LT", 400),  # Image Comments
    ((0x00082111,), "ST", 400),  # Derivation Description
    ((0x00400254,), "LO", 64),  # Performed Procedure Step Description
    ((0x00321060,), "LO", 64),  # Requested Procedure Description
    ((0x00180010,), "LO", 64),  # Contrast/Bolus Agent
    ((0x00184000,), "LT", 400),  # Acquisition Comments
    ((0x00081080,), "LO", 64),  # Admitting Diagnoses Description
    ((0x001021B0,), "LT", 400),  # Additional Patient History
    ((0x00104000,), "LT", 400),  # Patient Comments
    ((0x30060020, 0x30060026), "LO", 64),  # ROI Name
    ((0x30060020, 0x30060028), "ST", 400),  # ROI Description
    ((0x30060080, 0x30060085), "SH", 16),  # ROI Observation Label
    ((0x30060002,), "SH", 16),  # Structure Set Label
    ((0x300A0002,), "SH", 16),  # RT Plan Label
    ((0x300A0004,), "ST", 400),  # RT Plan Description
    ((0x00082218, 0x00080104), "LO", 64),  # Code Meaning
    ((0x00082218, 0x00080100), "SH", 16),  # Code Value
    ((0x00620002, 0x00620005), "LO", 64),  # Segment Label
    ((0x00620002, 0x00620006), "ST", 400),  # Segment Description
    ((0x00700081,), "LO", 64),  # Content Description
    ((0x00180024,), "SH", 16),  # Sequence Name
    ((0x00181210,), "SH", 16),  # Convolution Kernel
    ((0x00081090,), "LO", 64),  # Manufacturer's Model Name
    ((0x00181020,), "LO", 64),  # Software Versions
    ((0x00500020,), "LO", 64),  # Device Description
    ((0x00280301,), "CS", 16),  # Burned In Annotation
    ((0x00180015,), "CS", 16),  # Body Part Examined
    ((0x00185101,), "CS", 16),  # View Position
    ((0x00180060,), "DS", 16),  # KVP
    ((0x00200012,), "IS", 12),  # Acquisition Number
)
#: Attributes that the libraries search for the patient only, since machines have names and versions.
_MACHINE = frozenset({(0x00081090,), (0x00181020,), (0x00500020,)})
_PROSE = frozenset({"LO", "LT", "ST"})

#: F: family name, G: given name, g: its first letter. Upper, lower: the whole text.
NAME_FORMS = (
    "F^G",
    "G F",
    "F, G",
    "F,G",
    "F_G",
    "G.F",
    "F-G",
    "lower G F",
    "upper F G",
    "g. F",
    "F g",
    "F, g.",
    "gF",
    "FG",
    "GF",
    "Mr. F",
    "F's knee",
    "Knee F axial",
    "(F)",
    "F/G",
    "upper Knee F",
    "F^G^^^",
    "F  G",
    "#F#",
    "G\nF",
    "Knee_F_2013",
    "Fknee",
    "F1",
)
_SHORT_FORMS = ("F", "upper F", "lower F", "F g", "g.F", "(F)", "_F_", "F1")


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    yield from _names(ledger, tokens)
    yield from _numbers(ledger, tokens)


def carried(path: _Path, vr: str, text: str) -> El:
    """An element below the sequences of its path."""
    element = El(path[-1], vr, text)
    for tag in reversed(path[:-1]):
        element = El(tag, "SQ", [[element]])
    return element


def _add(sheet: Sheet, path: _Path, vr: str, text: str) -> None:
    """The element; beside others in the item of its sequence where that is there already."""
    made = carried(path, vr, text)
    there = sheet.get(made.tag)
    if there is not None and isinstance(there.value, list) and isinstance(made.value, list):
        made = El(made.tag, "SQ", [there.value[0] + made.value[0]])
    sheet.add(made)


def where_of(path: _Path) -> str:
    return ".".join(f"({tag >> 16:04X},{tag & 0xFFFF:04X})" for tag in path)


def _names(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    """A file for each turn: every place meets every form."""
    turns = [(EXPLICIT, turn) for turn in range(len(NAME_FORMS))]
    turns += [(syntax, turn) for syntax in (IMPLICIT, BIG, DEFLATED) for turn in range(6)]
    for syntax, turn in turns:
        name = f"echo/names/{syntax}-{turn:02}.dcm"
        sheet = Sheet(ledger, tokens, name, "echo name", syntax)
        for number, (path, vr, _) in enumerate(PLACES):
            forms = NAME_FORMS if vr in _PROSE else _SHORT_FORMS
            form = forms[(number + turn) % len(forms)]
            if vr == "LO":
                form = form.replace("\n", " ")
            if vr == "CS":
                form = "upper F"
            kind = "wrong VR" if vr in ("DS", "IS") else "coded" if vr in ("CS", "SH") else "text"
            _add(sheet, path, vr, _named(sheet, form, where_of(path), f"echo name/{kind}/{form!r}"))
        sheet.put(0x00080070, "LO", sheet.echo("G F", "(0008,0070)", "echo name/Manufacturer"))
        yield sheet


def _named(sheet: Sheet, form: str, where: str, place: str) -> str:
    style, _, rest = form.partition(" ")
    if style not in ("upper", "lower"):
        style, rest = "", form
    initial = "g" in rest.replace("Knee_F_2013", "")
    family, given = sheet.alias()
    sheet.note(family, "name", place, where)
    if "G" in rest:
        sheet.note(given, "name", place, where)
    text = rest.replace("F", "\1").replace("G", "\2")
    text = text.replace("g", "\3") if initial else text
    text = text.replace("\1", family).replace("\2", given).replace("\3", given[0])
    return text.upper() if style == "upper" else text.lower() if style == "lower" else text


# -- dates, ids, phone numbers, addresses ----------------------------------------------------------


def date_forms(day: date) -> list[str]:
    """How a birth date is written: beside the usual ones, with a year of two digits and in other tongues."""
    return [
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d}",
        f"{day:%m/%d/%Y}",
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%Y}",
        f"{day.day}-{day:%b}-{day:%Y}",
        f"{day:%d}-{day:%b}-{day:%Y}".upper(),
        f"{day:%b} {day.day}, {day:%Y}",
        f"{day:%B} {day.day}, {day:%Y}",
        f"{day.day} {day:%B} {day:%Y}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y.%m.%d}",
        f"{day:%d%b%Y}".upper(),
        f"{day:%m-%d-%Y}",
        f"{day:%Y %m %d}",
        f"{day:%Y_%m_%d}",
        f"{day:%d%m%Y}",
        f"{day:%m/%d/%y}",
        f"{day:%d.%m.%y}",
        f"{day:%y%m%d}",
        f"{day:%d-%b-%y}",
    ]


def id_forms(tokens: Tokens) -> tuple[str, list[tuple[str, str]]]:
    """An id as it stands in its own attribute, and its echoes with what shows each."""
    a, b = tokens.number(5), tokens.number(5)
    return f"00{a}-{b}", [
        (f"00{a}-{b}", f"{a}-{b}"),
        (a + b, a + b),
        (f"{a} {b}", f"{a} {b}"),
        (f"{a}-{b}", f"{a}-{b}"),
        (f"MRN{a}{b}", a + b),
        (f"id {a}.{b}", f"{a}.{b}"),
        (f"#00{a}{b}", a + b),
        (f"{a}_{b}", f"{a}_{b}"),
        (f"{a}/{b}", f"{a}/{b}"),
        (f"x{a}{b}y", a + b),
    ]


def phone_forms(tokens: Tokens) -> tuple[str, list[str]]:
    n = tokens.number(10)
    a, b, c = n[:3], n[3:6], n[6:]
    return f"({a}) {b}-{c}", [f"{a}-{b}-{c}", n, f"+1 {a} {b} {c}", f"{a}.{b}.{c}", f"({a}){b}-{c}"]


def _numbers(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    """Birth dates, ids, phone numbers, addresses, accession numbers; one kind a file."""
    for turn in range(21):
        sheet = Sheet(ledger, tokens, f"echo/dates/{turn:02}.dcm", "echo date")
        forms = date_forms(sheet.birth)
        for number, (path, vr, longest) in enumerate(PLACES):
            index = (number + turn) % len(forms)
            form = forms[index]
            # Each form once in a file, so that a survivor tells its place.
            same = index in (0, 6) and _kind(vr) == "coded"  # as its own attribute, or as form 5 in capitals
            if number < len(forms) and len(form) <= longest and not same:
                _date(sheet, path, vr, form, f"{index:02}")
        yield sheet
    for turn in range(17):
        sheet = Sheet(ledger, tokens, f"echo/visits/{turn:02}.dcm", "visit date")
        for number, (path, vr, _) in enumerate(PLACES):
            if vr in _PROSE and path not in _MACHINE and number < 28:
                _visit(sheet, path, vr, (number + turn) % 17)
        yield sheet
    for turn in range(12):
        sheet = Sheet(ledger, tokens, f"echo/ids/{turn:02}.dcm", "echo id")
        for number, (path, vr, _) in enumerate(PLACES):
            value, forms = id_forms(tokens)
            text, shown = forms[1] if vr in ("DS", "IS", "CS", "SH") else forms[(number + turn) % len(forms)]
            sheet.other_id(value)
            sheet.note(shown, "id", f"echo id/{_kind(vr)}/form {forms.index((text, shown))}", where_of(path))
            _add(sheet, path, vr, text)
        yield sheet
    for turn in range(6):
        sheet = Sheet(ledger, tokens, f"echo/other/{turn:02}.dcm", "echo other")
        for number, (path, vr, _) in enumerate(PLACES):
            if vr in _PROSE and path not in _MACHINE:
                _add(sheet, path, vr, _other(sheet, number + turn, where_of(path)))
        yield sheet


def _kind(vr: str) -> str:
    return "wrong VR" if vr in ("DS", "IS") else "coded" if vr in ("CS", "SH") else "text"


def _date(sheet: Sheet, path: _Path, vr: str, form: str, index: str) -> None:
    text = form if vr in ("DS", "IS", "CS", "SH") else f"Knee {form} axial"
    place = f"echo date/{_kind(vr)}/form {index}"
    sheet.note(form, "date", place, where_of(path), local=True, bounded=True)
    _add(sheet, path, vr, text)


def _visit(sheet: Sheet, path: _Path, vr: str, index: int) -> None:
    """A day that no attribute names, in one of the spellings with a year of four digits."""
    form = date_forms(sheet.dates())[index]
    place = f"visit date/form {index:02}"
    sheet.note(form, "date", place, where_of(path), local=True, bounded=True)
    _add(sheet, path, vr, f"Follow-up of {form} knee")


def _other(sheet: Sheet, turn: int, where: str) -> str:
    """A phone number, an e-mail address, a UID, an accession number, another person."""
    tokens = sheet.tokens
    kind = turn % 7
    if kind == 0:
        value, forms = phone_forms(tokens)
        sheet.phone(value.replace(" ", "").replace("(", "").replace(")", "-"))
        form = forms[turn // 7 % len(forms)]
        return "tel " + sheet.note(form, "phone", "echo phone", where)
    if kind == 1:
        return "mail " + sheet.note(tokens.email(), "email", "other e-mail", where)
    if kind == 2:
        return "see " + sheet.note(tokens.uid(), "uid", "other UID", where)
    if kind == 3 and not sheet.has(0x00402016):
        value = "PL" + tokens.number(9)
        sheet.put(0x00402016, "LO", value)
        return "order " + sheet.note(value, "id", "echo order number", where)
    if kind == 4:
        if not sheet.has(0x00080090):
            sheet.doctor = sheet.note(tokens.word(), "name", "echo physician", where)
            sheet.put(0x00080090, "PN", f"{sheet.doctor}^{tokens.word(4)}")
        return f"for {sheet.doctor}"
    if kind == 5:
        return "Dr. " + sheet.note(tokens.word(), "name", "titled stranger", where)
    return f"lives {sheet.address}"  # planted as such
