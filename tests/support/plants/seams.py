"""Cunning places: values that are not what their VR says, attributes that look like structure."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from support.plants.disguise import disguised
from support.plants.encode import BIG, EXPLICIT, IMPLICIT, El, items
from support.plants.ledger import STRICT, Ledger
from support.plants.sheet import Sheet
from support.plants.table import nested
from support.plants.tokens import Tokens

Fill = Callable[[Sheet], None]


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    for place, fill in _FILLS.items():
        for syntax in (EXPLICIT, IMPLICIT, BIG):
            sheet = Sheet(ledger, tokens, f"seams/{place.replace(' ', '-')}/{syntax}.dcm", place, syntax)
            sheet.pictured = place not in ("wrong VR", "pixels without image")
            fill(sheet)
            yield sheet


def _charset(sheet: Sheet) -> None:
    """Specific Character Set says how to read the rest, and is no place for a name."""
    sheet.put(0x00080005, "CS", f"ISO_IR 100\\{sheet.token('(0008,0005)').upper()}")
    sheet.add(*nested([El(0x00080005, "CS", sheet.token("nested (0008,0005)").upper())], 1))


def _registered(sheet: Sheet) -> None:
    """UIDs that begin like those of the standard, with somebody's number behind."""
    number = sheet.note(sheet.tokens.number(12), "id", where="(0020,0052)")
    sheet.put(0x00200052, "UI", f"1.2.840.10008.{number}")
    text = sheet.token("(0008,1195)")
    sheet.put(0x00081195, "UI", f"1.2.840.10008.1.2 {text}")
    sheet.put(0x00081155, "UI", f"1.2.840.10008.5.1.4.1.1.2\\1.2.840.10008.{sheet.token('(0008,1155)#2')}")


def _class_uids(sheet: Sheet) -> None:
    """Attributes that hold the UID of a class, with an instance's UID or text in them."""
    for tag in (0x0008001A, 0x0008001B, 0x00080062, 0x00081150, 0x0008115A, 0x00080117, 0x0008010C):
        sheet.put(tag, "UI", sheet.note(sheet.tokens.uid(), "uid", where=f"{tag:08X}"))
    sheet.add(*nested([El(0x00081150, "UI", sheet.token("nested 00081150"))], 1))


def _pixel_group(sheet: Sheet) -> None:
    """Group 7FE0 beside the pixels, and pixels where there is no image."""
    sheet.tail = [
        El(0x7FE00001, "OV", sheet.token("(7FE0,0001)").encode().ljust(16)),
        El(0x7FE00003, "UV", sheet.token("(7FE0,0003)").encode().ljust(16)),
        El(0x7FE00020, "OW", sheet.token("(7FE0,0020)")),
        El(0x7FE01234, "LO", sheet.token("(7FE0,1234)")),
    ]
    inner = [
        El(0x7FE00010, "OW", sheet.token("nested (7FE0,0010)")),
        El(0x7FE01234, "LO", sheet.token("nested")),
    ]
    sheet.add(*nested(inner, 1))


def _pixel_excess(sheet: Sheet) -> None:
    """Pixel data longer than rows, columns and frames say: the rest is no picture."""
    image(sheet, 8, 8)
    sheet.put(0x7FE00010, "OW", bytes(64) + sheet.token("behind the last row").encode())


def _pixel_no_image(sheet: Sheet) -> None:
    sheet.put(0x7FE00010, "OW", sheet.token("no rows, no columns").encode())


def image(sheet: Sheet, rows: int, columns: int, frames: int = 0) -> None:
    """The attributes of a picture of 8 bit."""
    for tag, value in (
        (0x00280002, 1),
        (0x00280010, rows),
        (0x00280011, columns),
        (0x00280100, 8),
        (0x00280101, 8),
        (0x00280102, 7),
        (0x00280103, 0),
    ):
        sheet.put(tag, "US", (value,))
    sheet.put(0x00280004, "CS", "MONOCHROME2")
    if frames:
        sheet.put(0x00280008, "IS", str(frames))


def _repeating(sheet: Sheet) -> None:
    """Repeating groups, the retired and impossible ones included (PS3.5 section 7.6)."""
    for group in (0x5000, 0x501E, 0x5020, 0x50FE):
        place = "curves" if group <= 0x501E else "curves beyond 501E"
        sheet.put(group << 16 | 0x3000, "OW", sheet.token(f"{group:04X},3000", place).encode())
        sheet.put(group << 16 | 0x0022, "LO", sheet.token(f"{group:04X},0022", place))
        sheet.put(group << 16 | 0x2500, "LO", sheet.token(f"{group:04X},2500", place))
    for group in (0x6000, 0x6002, 0x601E, 0x6020, 0x60FE):
        place = "overlays" if group <= 0x601E else "overlays beyond 601E"
        for number, vr in ((0x3000, "OW"), (0x4000, "LT"), (0x0022, "LO"), (0x1500, "LO"), (0x0066, "AT")):
            value = sheet.token(f"{group:04X},{number:04X}", place).encode()
            sheet.put(group << 16 | number, vr, value if vr != "AT" else value.ljust(12))
    for tag, vr in (
        (0x7F000010, "OW"),
        (0x7F000020, "OW"),
        (0x7F1E0010, "OW"),
        (0x7F020011, "SH"),
        (0x00203112, "CS"),
        (0x00280812, "CS"),
        (0x10100123, "US"),
        (0x10000012, "US"),
    ):
        token = sheet.token(f"{tag:08X}", "other repeating groups").encode()
        sheet.put(tag, vr, (token.upper() if vr == "CS" else token).ljust(12))


def _numbers(sheet: Sheet) -> None:
    """Text in attributes of numbers that no row names."""
    for tag, vr in (
        (0x00280106, "US"),
        (0x00280107, "US"),
        (0x00280120, "US"),
        (0x00280121, "US"),
        (0x00180061, "DS"),
        (0x00181310, "US"),
        (0x00280009, "AT"),
        (0x00186016, "UL"),
        (0x00189073, "FD"),
        (0x00186020, "SL"),
        (0x00480201, "US"),
        (0x00182010, "DS"),
        (0x00200013, "IS"),
        (0x00180091, "IS"),
        (0x00280034, "IS"),
    ):
        family, given = sheet.alias()
        sheet.note(family, "name", f"text in {vr}", f"{tag:08X}")
        text = f"{family}^{given}"
        sheet.put(tag, vr, text.encode().ljust(24) if vr not in ("DS", "IS") else family)
    sheet.put(0x00280030, "DS", "1.0\\" + sheet.token("00280030 stranger", "stranger in DS/IS/CS"))
    sheet.put(0x00201002, "IS", sheet.token("00201002 stranger", "stranger in DS/IS/CS"))
    sheet.put(0x00185020, "LO", sheet.echo("F", "00185020", "text in LO"))


def _binary(sheet: Sheet) -> None:
    """The patient's name in bytes that no row names: look-up tables, profiles, masks, audio."""
    for tag, vr in (
        (0x00281201, "OW"),
        (0x00281221, "OW"),
        (0x00282000, "OB"),
        (0x00283006, "OW"),
        (0x00281408, "OW"),
        (0x5600_0020, "OF"),
        (0x00660016, "OF"),
        (0x00281102, "US"),
        (0x00189810, "FD"),
        (0x0068_6300, "OB"),
    ):
        family, given = sheet.alias()
        sheet.note(family, "name", f"name in binary {vr}", f"{tag:08X}")
        sheet.put(tag, vr, (bytes(8) + f"desc {given} {family} ".encode()).ljust(64, b"\0"))


def _wrong_vr(sheet: Sheet) -> None:
    """Known sequences that are declared as something else, and text declared as bytes."""
    inner = items([[El(0x00100010, "PN", sheet.token("sequence as OB"))]], sheet.syntax)
    sheet.put(0x00540410, "OB", inner)
    sheet.put(0x00540412, "UT", sheet.echo("F^G", "sequence as UT"))
    sheet.put(0x00540414, "OW", sheet.token("sequence as OW"))
    sheet.put(0x00180022, "OB", sheet.echo("F", "CS as OB").upper())
    sheet.put(0x00181314, "UN", sheet.echo("F", "CS as UN").upper())
    sheet.put(0x00180087, "PN", sheet.token("DS as PN"))
    sheet.put(0x00181250, "DA", f"{sheet.dates():%Y%m%d}")
    sheet.put(0x00281052, "OF", sheet.token("DS as OF").encode().ljust(12))
    sheet.put(0x00281053, "FD", sheet.echo("F", "DS as FD").encode().ljust(16))
    sheet.put(0x00280010, "OB", sheet.token("US as OB").encode())


def _text_in_moments(sheet: Sheet) -> None:
    """A name in a date, a time or an age."""
    for tag, vr in (
        (0x00080030, "TM"),
        (0x00080031, "TM"),
        (0x00080033, "TM"),
        (0x00181014, "TM"),
        (0x00080020, "DA"),
        (0x0008002A, "DT"),
        (0x00101010, "AS"),
        (0x00186060, "DA"),
        (0x00189074, "DT"),
        (0x0018A002, "DT"),
        (0x00101020, "DS"),
        (0x00101030, "DS"),
        (0x00180072, "DS"),
        (0x001021C0, "US"),
        (0x00102203, "CS"),
    ):
        value = sheet.token(f"{tag:08X}", f"text in {vr}")
        sheet.put(tag, vr, value.encode().ljust(12) if vr == "US" else value)


def _markers(sheet: Sheet) -> None:
    """What an earlier de-identification wrote, with more in it than it should."""
    sheet.put(0x00120062, "CS", "YES" + sheet.token("(0012,0062)").upper())
    sheet.put(0x00120063, "LO", "tool by " + sheet.echo("G F", "(0012,0063)"))
    code = [
        El(0x00080100, "SH", "113100"),
        El(0x00080102, "SH", "DCM"),
        El(0x00080104, "LO", sheet.echo("G F", "(0012,0064).(0008,0104)")),
        El(0x00100010, "PN", sheet.token("(0012,0064).(0010,0010)")),
    ]
    sheet.put(0x00120064, "SQ", [code], undefined=True)
    sheet.put(0x00280303, "CS", sheet.token("(0028,0303)").upper())
    sheet.put(
        0x0018A001,
        "SQ",
        [
            [
                # The maker of a device that Retain Device Identity keeps.
                El(0x00080070, "LO", sheet.token("(0018,A001)", "contributing equipment", STRICT)),
                El(0x00080080, "LO", sheet.token("(0018,A001).0080", "contributing equipment")),
            ]
        ],
    )


def _header_bytes(sheet: Sheet) -> None:
    """Bytes of the encoding itself: reserved ones, and the lengths of delimiters."""
    token = sheet.note("Zqjx" + "Wvkq", "text", where="delimiters", needles=[b"zqjx", b"wvkq"])
    order = ">" if sheet.syntax == BIG else "<"
    pack = struct.Struct(order + "HHI").pack
    number = struct.Struct(order + "I")
    first, second = (number.unpack(token[at : at + 4].encode())[0] for at in (0, 4))
    head = struct.pack(order + "HH", 0x0054, 0x0410)
    head += b"" if sheet.syntax == IMPLICIT else b"SQ\0\0"
    body = pack(0xFFFE, 0xE000, 0xFFFFFFFF) + pack(0xFFFE, 0xE00D, first) + pack(0xFFFE, 0xE0DD, second)
    sheet.add(El(0x00540410, "SQ", b"", raw=head + number.pack(0xFFFFFFFF) + body))
    if sheet.syntax != IMPLICIT:
        sheet.note(
            "Qj", "text", where="reserved bytes", needles=[b"obqj\x02\0\0\0" if order == "<" else b"obqj"]
        )
        sheet.add(
            El(
                0x00282000,
                "OB",
                b"",
                raw=struct.pack(order + "HH", 0x28, 0x2000) + b"OBQj" + number.pack(2) + b"\0\0",
            )
        )


def _twice(sheet: Sheet) -> None:
    """A tag twice, and tags out of order: readers differ in which they show."""
    first = El(0x0008103E, "LO", sheet.echo("F", "first"))
    second = El(0x0008103E, "LO", sheet.echo("F", "second"))
    late = El(0x00100010, "PN", sheet.token("a second patient name"))
    sheet.tail = [first, second, late, El(0x00081030, "LO", sheet.echo("F", "out of order"))]


_FILLS: dict[str, Fill] = {
    "character set": _charset,
    "registered UIDs": _registered,
    "class UIDs": _class_uids,
    "pixel group": _pixel_group,
    "pixel excess": _pixel_excess,
    "pixels without image": _pixel_no_image,
    "repeating groups": _repeating,
    "numbers": _numbers,
    "binary": _binary,
    "wrong VR": _wrong_vr,
    "moments": _text_in_moments,
    "markers": _markers,
    "header bytes": _header_bytes,
    "twice": _twice,
    "disguise": disguised,
}
