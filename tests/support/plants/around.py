"""Hiding places around the data set and in its seams: where a tool that walks over attributes never looks."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from support.plants.encode import BIG, DEFLATED, EXPLICIT, IMPLICIT, El, items
from support.plants.ledger import Ledger
from support.plants.sheet import Sheet
from support.plants.table import nested
from support.plants.tokens import Tokens

Fill = Callable[[Sheet], None]


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    for syntax in (EXPLICIT, IMPLICIT, BIG, DEFLATED):
        for place, fill in _FILLS.items():
            if syntax == IMPLICIT and place in _NEED_VR:
                continue
            sheet = Sheet(ledger, tokens, f"around/{place.replace(' ', '-')}/{syntax}.dcm", place, syntax)
            fill(sheet)
            yield sheet


def _meta(sheet: Sheet) -> None:
    """File meta information, named by PS3.10 table 7.1-1, and what does not belong there."""
    tokens = sheet.tokens
    for tag in (0x00020016, 0x00020017, 0x00020018):
        sheet.meta.append(El(tag, "AE", sheet.token(f"{tag:08X}").upper()))
    for tag in (0x00020026, 0x00020027, 0x00020028):
        sheet.meta.append(El(tag, "UR", f"dicom://{sheet.token(f'{tag:08X}').lower()}.org:104"))
    sheet.meta.append(El(0x00020013, "SH", sheet.token("00020013")))
    sheet.meta.append(El(0x00020100, "UI", sheet.note(tokens.uid(), "uid", where="00020100")))
    sheet.meta.append(El(0x00020102, "OB", sheet.token("00020102")))
    sheet.meta.append(El(0x00020035, "LO", sheet.token("00020035")))
    sheet.meta.append(El(0x00020031, "OB", sheet.token("00020031")))
    sheet.preamble = sheet.token("preamble").encode().ljust(64, b"\0") + sheet.token(
        "preamble"
    ).encode().ljust(64)


def _version(sheet: Sheet) -> None:
    """File Meta Information Version is two bytes; more are nobody's."""
    sheet.meta.append(El(0x00020001, "OB", b"\0\1" + sheet.token("00020001").encode()))


def _meta_class(sheet: Sheet) -> None:
    sheet.meta.append(El(0x00020002, "UI", f"1.2.840.10008.5.1.4.1.1.2\0{sheet.token('00020002')}"))


def _meta_syntax(sheet: Sheet) -> None:
    """A transfer syntax with something behind its padding."""
    uid = {EXPLICIT: "1.2.840.10008.1.2.1", BIG: "1.2.840.10008.1.2.2", IMPLICIT: "1.2.840.10008.1.2"}
    sheet.transfer_syntax = f"{uid.get(sheet.syntax, '1.2.840.10008.1.2.1.99')}\0{sheet.token('00020010')}"


def _meta_nested(sheet: Sheet) -> None:
    """Elements of group 0002 inside of the data set, where they have no business."""
    inner = [
        El(0x00020001, "OB", sheet.token("nested 00020001")),
        El(0x00020002, "UI", sheet.token("nested 00020002")),
        El(0x00020010, "UI", sheet.token("nested 00020010")),
        El(0x00020012, "UI", sheet.note(sheet.tokens.uid(), "uid", where="nested 00020012")),
        El(0x00020013, "SH", sheet.token("nested 00020013")),
        El(0x00020102, "OB", sheet.token("nested 00020102")),
        El(0x00041511, "UI", sheet.note(sheet.tokens.uid(), "uid", where="nested 00041511")),
        El(0x00041500, "CS", sheet.token("nested 00041500").upper()),
    ]
    sheet.add(*nested(inner, 1))


def _group4(sheet: Sheet) -> None:
    sheet.put(0x00041130, "CS", sheet.token("00041130").upper())
    sheet.put(0x00041500, "CS", sheet.token("00041500").upper())
    sheet.put(0x00041511, "UI", sheet.note(sheet.tokens.uid(), "uid", where="00041511"))
    sheet.put(0x00041600, "UL", sheet.token("00041600").encode())
    sheet.put(0x00001000, "UI", sheet.note(sheet.tokens.uid(), "uid", where="00001000"))
    sheet.put(0x00005010, "LO", sheet.token("00005010"))


def _behind(sheet: Sheet) -> None:
    """Bytes behind the end: after pixel data, so that a scanner may stop there."""
    sheet.put(0x7FE00010, "OW", bytes(32))
    sheet.behind = b"\0\0" + sheet.token("behind").encode()


def _padding(sheet: Sheet) -> None:
    sheet.tail = [El(0x7FE00010, "OW", bytes(32)), El(0xFFFCFFFC, "OB", sheet.token("FFFCFFFC"))]


def _group_lengths(sheet: Sheet) -> None:
    """Group lengths that hold text, at the top and in an item."""
    for group in (0x0008, 0x0010, 0x0020):
        sheet.put(group << 16, "UL", sheet.token(f"{group:04X}0000").encode())
    sheet.put(0x00080001, "UL", sheet.token("00080001").encode())
    sheet.add(*nested([El(0x00080000, "UL", sheet.token("nested 00080000").encode())], 2))
    sheet.meta.append(El(0x00020000, "UL", sheet.token("00020000").encode()))


def _signatures(sheet: Sheet) -> None:
    """Signatures, encrypted and original attributes, modified attributes."""
    t = sheet.tokens
    signature = [
        El(0x04000005, "US", sheet.token("04000005").encode()),
        El(0x04000100, "UI", sheet.note(t.uid(), "uid", where="04000100")),
        El(0x04000115, "OB", b"0\x82" + sheet.token("04000115").encode()),
        El(0x04000120, "OB", sheet.token("04000120")),
        El(0x04000310, "OB", sheet.token("04000310")),
    ]
    sheet.put(0xFFFAFFFA, "SQ", [signature])
    encrypted = [
        El(0x04000510, "UI", "1.2.840.10008.1.2.1"),
        El(0x04000520, "OB", sheet.token("04000520", "encrypted attributes")),
    ]
    sheet.put(0x04000500, "SQ", [encrypted])
    modified = [
        El(0x00100010, "PN", sheet.token("04000550.00100010")),
        El(0x00100020, "LO", sheet.note(t.number(10), "id", where="04000550.00100020")),
        El(0x00080080, "LO", sheet.token("04000550.00080080")),
    ]
    original = [
        El(0x04000550, "SQ", [modified], undefined=True),
        El(0x04000563, "LO", sheet.token("04000563")),
        El(0x04000564, "LO", sheet.token("04000564")),
        El(0x04000565, "CS", "COERCE"),
    ]
    sheet.put(0x04000561, "SQ", [original])
    sheet.add(*nested([El(0x04000561, "SQ", [original]), El(0xFFFAFFFA, "SQ", [signature])], 2))


def _private(sheet: Sheet) -> None:
    """Private elements: creators, every VR, nested, undefined length, without a creator, in items."""
    t, note = sheet.tokens, sheet.note
    creator = sheet.token("creator", "private creator")
    block = [El(0x00290010, "LO", creator)]
    for number, vr in enumerate(("LO", "PN", "UN", "OB", "UT", "SH", "LT")):
        block.append(El(0x00291000 + number, vr, sheet.token(f"00291{number:03X}")))
    block.append(El(0x00291020, "UI", note(t.uid(), "uid", where="00291020")))
    block.append(El(0x00291021, "SQ", [[El(0x00100010, "PN", sheet.token("00291021"))]], undefined=True))
    inner = items([[El(0x00100010, "PN", sheet.token("00291022"))]], IMPLICIT, undefined=True)
    block.append(_undefined_un(0x00291022, inner, sheet.syntax))
    block.append(El(0x00291023, "SQ", [[*nested([El(0x00100010, "PN", sheet.token("00291023"))], 3)]]))
    orphan = [El(0x00311001, "LO", sheet.token("no creator")), El(0x00330001, "LO", sheet.token("no block"))]
    sheet.add(*block, *orphan)
    sheet.add(
        *nested([*block, *orphan, El(0x00090010, "LO", sheet.token("nested creator", "private creator"))], 2)
    )
    sheet.add(
        El(0x00070010, "LO", sheet.token("group 0007", "private creator")),
        El(0x00010010, "LO", sheet.token("group 0001", "private creator")),
    )
    sheet.add(
        El(0x7FE10010, "LO", sheet.token("7FE1 creator", "private creator")),
        El(0x7FE11010, "OB", sheet.token("7FE1")),
    )
    sheet.add(
        El(0x60010010, "LO", sheet.token("6001", "private creator")),
        El(0xFFFF0010, "LO", sheet.token("FFFF", "private creator")),
    )


def _undefined_un(tag: int, inner: bytes, syntax: str) -> El:
    order = ">" if syntax == BIG else "<"
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    head += b"" if syntax == IMPLICIT else b"UN\0\0"
    return El(tag, "UN", b"", raw=head + struct.pack(order + "I", 0xFFFFFFFF) + inner)


def _broken(sheet: Sheet) -> None:
    """A private element that is longer than the file: what is said of it must not tell its creator."""
    sheet.put(0x00290010, "LO", sheet.token("creator of a broken element", "message of a broken file"))
    order = ">" if sheet.syntax == BIG else "<"
    head = struct.pack(order + "HH", 0x0029, 0x1001)
    if sheet.syntax == IMPLICIT:
        head += struct.pack("<I", 0x7FFF)
    else:
        head += b"LO" + struct.pack(order + "H", 0x7FFF)
    sheet.tail = [El(0x00291001, "LO", b"", raw=head)]


def _unknown(sheet: Sheet) -> None:
    """Even groups that no dictionary knows, at the top and nested, in text, bytes and sequences."""
    made = [
        El(0x00080099, "LO", sheet.token("00080099")),
        El(0x000A0010, "LO", sheet.token("000A0010")),
        El(0x00101999, "PN", sheet.token("00101999")),
        El(0x00460199, "UT", sheet.token("00460199")),
        El(0x12341234, "OB", sheet.token("12341234")),
        El(0x56785678, "SQ", [[El(0x00100010, "PN", sheet.token("56785678"))]], undefined=True),
        El(0x70000001, "UN", sheet.token("70000001")),
    ]
    sheet.add(*made, *nested(made, 2))


_FILLS: dict[str, Fill] = {
    "file meta": _meta,
    "meta version": _version,
    "meta SOP class": _meta_class,
    "meta transfer syntax": _meta_syntax,
    "meta nested": _meta_nested,
    "group 0000 and 0004": _group4,
    "behind the data set": _behind,
    "trailing padding": _padding,
    "group lengths": _group_lengths,
    "signatures": _signatures,
    "private": _private,
    "unknown": _unknown,
    "broken private": _broken,
}
_NEED_VR = frozenset({"meta SOP class"})
