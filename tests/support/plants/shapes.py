"""Plants in files of odd shape: bare, falsely declared, with odd lengths, large values, text as UN."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from support.plants.encode import BIG, DEFLATED, EXPLICIT, IMPLICIT, TRANSFER_SYNTAXES, El
from support.plants.ledger import Ledger
from support.plants.sheet import Sheet
from support.plants.tokens import Tokens

_LARGE = 70_000
_TEXTS = ((0x0008103E, "LO"), (0x00081030, "LO"), (0x00181030, "LO"), (0x00204000, "LT"), (0x00082111, "ST"))


class Bare(Sheet):
    """Without preamble and file meta information."""

    def write(self, folder: Path) -> None:
        super().write(folder)
        path = folder / self.name
        data = path.read_bytes()
        (meta,) = struct.unpack_from("<I", data, 140)
        path.write_bytes(data[144 + meta :])


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    for syntax in (EXPLICIT, IMPLICIT, BIG):
        sheet: Sheet = Bare(ledger, tokens, f"shapes/bare-{syntax}.dcm", "bare", syntax)
        _echo(sheet)
        yield sheet
    for syntax, told in ((EXPLICIT, IMPLICIT), (IMPLICIT, EXPLICIT), (IMPLICIT, BIG), (EXPLICIT, BIG)):
        sheet = Sheet(ledger, tokens, f"shapes/{syntax}-as-{told}.dcm", "wrong transfer syntax", syntax)
        sheet.transfer_syntax = TRANSFER_SYNTAXES[told]
        _echo(sheet)
        yield sheet
    for syntax in (EXPLICIT, IMPLICIT, BIG, DEFLATED):
        sheet = Sheet(ledger, tokens, f"shapes/large-{syntax}.dcm", "large values", syntax)
        _large(sheet)
        yield sheet
    for syntax in (EXPLICIT, BIG):
        sheet = Sheet(ledger, tokens, f"shapes/un-{syntax}.dcm", "text as UN", syntax)
        for tag, _ in _TEXTS:
            sheet.put(tag, "UN", sheet.echo("Knee F, G axial", f"{tag:08X}"))
        sheet.put(0x00321032, "UN", sheet.token("00321032"))
        sheet.put(0x00080080, "UN", sheet.token("00080080"))
        yield sheet
        sheet = Sheet(ledger, tokens, f"shapes/odd-{syntax}.dcm", "odd lengths", syntax)
        order = ">" if syntax == BIG else "<"
        for tag, vr in _TEXTS:
            text = sheet.echo("F^G", f"{tag:08X}").encode()
            text += b"!" * (1 - len(text) % 2)
            head = struct.pack(order + "HH2sH", tag >> 16, tag & 0xFFFF, vr.encode(), len(text))
            sheet.add(El(tag, vr, b"", raw=head + text))
        yield sheet
    yield _names(ledger, tokens)


def _echo(sheet: Sheet) -> None:
    for tag, vr in _TEXTS:
        sheet.put(tag, vr, sheet.echo("Knee F, G axial", f"{tag:08X}"))
    sheet.put(0x00080080, "LO", sheet.token("00080080"))


def _large(sheet: Sheet) -> None:
    """Values that a scanner may leave unread."""

    def body(where: str) -> bytes:
        return bytes(_LARGE) + sheet.token(where).encode()

    sheet.put(0x00420011, "OB", body("00420011"))
    sheet.put(0x60003000, "OW", body("60003000"))
    sheet.put(0x00090010, "LO", "PLANTED CREATOR")
    sheet.put(0x00091001, "OB", body("00091001"))
    sheet.put(0x12341234, "OB", body("12341234"))
    sheet.put(0x00880200, "SQ", [[El(0x7FE00010, "OW", body("00880200"))]])
    sheet.put(0x0040A160, "UT", b"x " * 35_000 + sheet.echo("F, G", "0040A160").encode())
    sheet.put(0x00181400, "LO", sheet.echo("F", "00181400"))


def _names(ledger: Ledger, tokens: Tokens) -> Sheet:
    """Names of many parts, of which one is echoed."""
    sheet = Sheet(ledger, tokens, "shapes/names.dcm", "parts of names")
    for (tag, vr), form in zip(_TEXTS, ("hyphen", "apostrophe", "particle", "middle", "space"), strict=True):
        one, two, given = tokens.word(), tokens.word(), tokens.word(4)
        name, text = {
            "hyphen": (f"{one}-{two}^{given}", two),
            "apostrophe": (f"O'{two}^{given}", f"O{two}"),
            "particle": (f"van der {two}^{given}", f"v.d. {two}"),
            "middle": (f"{one}^{given}^{two}", two),
            "space": (f"{one} {two}^{given}", two),
        }[form]
        sheet.alias_bytes(name.encode())
        sheet.put(tag, vr, f"Knee {text} axial")
        sheet.note(two, "name", f"parts of names/{form}")
    return sheet
