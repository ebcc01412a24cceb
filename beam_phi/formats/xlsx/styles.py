"""Which cells of a workbook hold dates: their number formats (ECMA-376 part 1, section 18.8.30)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from beam_phi.formats.xlsx.events import Reader, parse

Kind = Literal["date", "datetime", "time", ""]

#: Formats that need no definition; those of East Asian workbooks among them.
_BUILT_IN: Mapping[int, Kind] = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), "date"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47), "time"),
    22: "datetime",
}
# What is no code: quoted and escaped text, colours and conditions, fillers.
_NO_CODE = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DAYS, _CLOCK = re.compile("[dyeg]", re.IGNORECASE), re.compile("[hs]", re.IGNORECASE)
_MONTHS = re.compile("m", re.IGNORECASE)
_GENERAL = re.compile("general", re.IGNORECASE)


def date_styles(blocks: Iterable[bytes]) -> list[Kind]:
    """The kind of each cell style, "" for what is no date. Raises FormatError."""
    reader = _Styles()
    for _ in parse(blocks, reader):
        pass
    return [reader.kinds.get(number, _BUILT_IN.get(number, "")) for number in reader.styles]


def kind_of(code: str) -> Kind:
    """What a format code shows: ``date`` for ``d.m.yy``, ``time`` for ``hh:mm``."""
    code = _GENERAL.sub("", _NO_CODE.sub("", code.partition(";")[0]))
    if _ELAPSED.search(code):
        return ""
    clock = _CLOCK.search(code) is not None
    if _DAYS.search(code) or (_MONTHS.search(code) and not clock):
        return "datetime" if clock else "date"
    return "time" if clock else ""


class _Styles(Reader):
    def __init__(self) -> None:
        super().__init__()
        self.kinds: dict[int, Kind] = {}
        self.styles: list[int] = []

    def start(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("numFmtId", "0")
        if self.path == ["styleSheet", "cellXfs", "xf"]:
            self.styles.append(int(number) if number.isdecimal() else 0)
        elif self.path == ["styleSheet", "numFmts", "numFmt"] and number.isdecimal():
            self.kinds[int(number)] = kind_of(attributes.get("formatCode", ""))
