"""Echoes in disguise: encoded once more, split, or with letters in them that nobody sees."""

from __future__ import annotations

import base64
from urllib.parse import quote

from support.plants.sheet import Sheet


def disguised(sheet: Sheet) -> None:
    """Echoes that are encoded once more, split, or interrupted by letters that are not seen."""
    sheet.put(0x00080005, "CS", "ISO_IR 192")
    places = iter((0x0008103E, 0x00081030, 0x00181030, 0x00400254, 0x00321060, 0x00180010, 0x00081080))
    for form in ("zero width", "soft hyphen", "no-break space", "NUL", "entity", "percent", "accents added"):
        family, given = sheet.alias()
        half = family[:5], family[5:]
        text = {
            "zero width": f"{half[0]}\u200b{half[1]}",
            "soft hyphen": f"{half[0]}\u00ad{half[1]}",
            "no-break space": f"{given}\u00a0{family}",
            "NUL": f"Knee\0{family}",
            "entity": f"{half[0]}&#{ord(half[1][0])};{half[1][1:]}",
            "percent": f"{half[0]}%{ord(half[1][0]):02X}{half[1][1:]}",
            "accents added": "".join(c + "\u0301" if c in "aeiou" else c for c in family),
        }[form]
        shown = family if form in ("no-break space", "NUL") else text
        sheet.note(family, "name", f"disguise/{form}", needles=[shown.encode()])
        sheet.put(next(places), "LO", text.encode())
    for tag, form in (
        (0x00204000, "base64"),
        (0x00184000, "hex"),
        (0x00082111, "hyphenated"),
        (0x001021B0, "wrapped"),
        (0x00102110, "markup"),
        (0x00104000, "reversed"),
    ):
        family, given = sheet.alias()
        text = {
            "base64": base64.b64encode(f"PID|1||{family}^{given}".encode()).decode(),
            "hex": f"{family}^{given}".encode().hex(),
            "hyphenated": f"{family[:5]}-\r\n{family[5:]}",
            "wrapped": f"{family[:5]}\r\n{family[5:]}",
            "markup": f"<b>{family[:1]}</b>{family[1:]}, {quote(given)}",
            "reversed": family[::-1],
        }[form]
        shown = family if form in ("base64", "hex") else family[1:] if form == "markup" else text
        sheet.note(family, "name", f"disguise/{form}", needles=[shown.encode()])
        sheet.put(tag, "LT", text)
    a, b = sheet.tokens.number(5), sheet.tokens.number(5)
    sheet.other_id(a + b)
    sheet.note(f"{a}\\{b}", "id", "disguise/id over two values")
    sheet.put(0x00081070 + 0x20, "LO", f"{a}\\{b}")
    day = f"{sheet.birth:%Y\\%m\\%d}"
    sheet.note(day, "date", "disguise/date over three values", local=True, bounded=True)
    sheet.put(0x00181020, "LO", day)
    family, given = sheet.alias()
    sheet.note(family, "name", "disguise/name over two values")
    sheet.put(0x00180024, "SH", f"{given}\\{family}")
