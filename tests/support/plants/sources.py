"""Where a patient's identifiers are learned from: each attribute that holds one, echoed in a description."""

from __future__ import annotations

from collections.abc import Iterator

from support.plants.encode import El
from support.plants.ledger import Ledger
from support.plants.sheet import Sheet
from support.plants.tokens import Tokens

#: Attribute (below sequences, if there are several tags), VR, what its value is made like.
_SOURCES: tuple[tuple[tuple[int, ...], str, str], ...] = (
    ((0x00101002, 0x00100020), "LO", "id"),
    ((0x04000561, 0x04000550, 0x00100010), "PN", "name"),
    ((0x04000561, 0x04000550, 0x00100020), "LO", "id"),
    ((0x00081120, 0x00100020), "LO", "id"),
    ((0x00400275, 0x00401001), "SH", "id"),
    ((0x00400275, 0x00080050), "SH", "id"),
    ((0x00101005,), "PN", "name"),
    ((0x00101060,), "PN", "name"),
    ((0x00102297,), "PN", "name"),
    ((0x00101090,), "LO", "id"),
    ((0x00102154,), "SH", "phone"),
    ((0x00102155,), "LT", "email"),
    ((0x00081048,), "PN", "name"),
    ((0x00081050,), "PN", "name"),
    ((0x00081060,), "PN", "name"),
    ((0x00081070,), "PN", "name"),
    ((0x00321032,), "PN", "name"),
    ((0x00080096, 0x0040A123), "PN", "name"),
    ((0x00401101, 0x00080104), "LO", "name"),
    ((0x00400006,), "PN", "name"),
    ((0x00404037,), "PN", "name"),
    ((0x00380010,), "LO", "id"),
    ((0x00380060,), "LO", "id"),
    ((0x00402016,), "LO", "id"),
    ((0x00402017,), "LO", "id"),
    ((0x00200010,), "SH", "id"),
    ((0x00401001,), "SH", "id"),
    ((0x00400253,), "SH", "id"),
    ((0x00080080,), "LO", "place"),
    ((0x00080081,), "ST", "street"),
    ((0x00081040,), "LO", "place"),
    ((0x00120040,), "LO", "id"),
    ((0x00120042,), "LO", "id"),
    ((0x00380300,), "LO", "place"),
    ((0x00102152,), "LO", "place"),
    ((0x00400512,), "LO", "id"),
    ((0x00400551,), "LO", "id"),
    ((0x300E0008,), "PN", "name"),
    ((0x00700084,), "PN", "name"),
)
_TARGETS = (
    (0x0008103E, "LO"),
    (0x00081030, "LO"),
    (0x00181030, "LO"),
    (0x00204000, "LT"),
    (0x00082111, "ST"),
)


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    for number, start in enumerate(range(0, len(_SOURCES), len(_TARGETS))):
        sheet = Sheet(ledger, tokens, f"sources/{number}.dcm", "echo source")
        pairs = zip(_SOURCES[start : start + len(_TARGETS)], _TARGETS, strict=False)
        for (path, vr, kind), (tag, target) in pairs:
            where = ".".join(f"({t >> 16:04X},{t & 0xFFFF:04X})" for t in path)
            value, text, shown = _made(tokens, kind)
            element = El(path[-1], vr, value)
            for outer in reversed(path[:-1]):
                element = El(outer, "SQ", [[element]])
            there = sheet.get(element.tag)
            if there is not None and isinstance(there.value, list) and isinstance(element.value, list):
                element = El(element.tag, "SQ", [*there.value, *element.value])
            sheet.add(element)
            sheet.put(tag, target, f"Knee {text} axial")
            sheet.note(shown, kind, f"echo source/{where}", where)
        yield sheet
    yield _of_the_folder(ledger, tokens)
    yield from _of_another_file(ledger, tokens)


def _made(tokens: Tokens, kind: str) -> tuple[str, str, str]:
    """A value, its echo, and what shows that."""
    if kind == "name":
        family, given = tokens.word(), tokens.word(4)
        return f"{family}^{given}", f"{given} {family}", family
    if kind == "id":
        number = tokens.number(9)
        return number, number, number
    if kind == "phone":
        number = tokens.number(10)
        return f"{number[:3]}-{number[3:]}", number, number
    if kind == "email":
        address = tokens.email()
        return address, address, address
    name = tokens.word()
    if kind == "street":
        text = f"{tokens.number(4)} {name} Street"
        return text, text, name
    return f"{name} Hospital", f"{name} Hospital", name


def _of_the_folder(ledger: Ledger, tokens: Tokens) -> Sheet:
    """The header is de-identified, its folder and its description are not."""
    family = tokens.word()
    sheet = Sheet(ledger, tokens, f"sources/{family}^{tokens.word(4)}/1.dcm", "echo of the folder")
    sheet.put(0x0008103E, "LO", f"Knee {sheet.note(family, 'name')} axial")
    return sheet


def _of_another_file(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    """Two files of one study; only the first says who the patient is."""
    first = Sheet(ledger, tokens, "sources/pair/1.dcm", "echo of another file")
    family, _ = first.alias()
    yield first
    second = Sheet(ledger, tokens, "sources/pair/2.dcm", "echo of another file")
    second.put(0x0020000D, "UI", first.study)
    second.put(0x0008103E, "LO", f"Knee {second.note(family, 'name')} axial")
    ledger.plants[:] = [p for p in ledger.plants if p.file != second.name or p.value != second.study]
    yield second
