"""Cells of a sheet: read row by row, as values and as the text that is masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from beam_phi.formats.delimited.given import number_text
from beam_phi.formats.document import FormatError
from beam_phi.formats.xlsx.events import Reader, parse
from beam_phi.formats.xlsx.serial import serial_text
from beam_phi.formats.xlsx.styles import Kind

#: Rows and columns of a sheet.
MOST_ROWS, MOST_COLUMNS = 1 << 20, 1 << 14
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# ECMA-376 part 1, section 22.9.2.19: a character that XML can't hold.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")

CellKind = Literal["text", "number", "bool", "error"]


class Cell(NamedTuple):
    """A cell. stored: as it is written in a sheet. date: what its style shows. text: what is masked."""

    kind: CellKind
    stored: str
    date: Kind
    text: str


Row = tuple[int, dict[int, Cell]]
"""Number of a row, from 1, and its cells by column, from 0."""


def read_rows(
    blocks: Iterable[bytes], strings: Sequence[str], styles: Sequence[Kind], from_1904: bool
) -> Iterator[Row]:
    """The rows of a sheet that have cells. Raises FormatError: ``bad-syntax``, see also :func:`parse`."""
    reader = _Sheet(strings, styles, from_1904)
    return parse(blocks, reader, reader.taken)


def read_strings(blocks: Iterable[bytes]) -> list[str]:
    """The shared strings; readings of East Asian text (phonetic runs) are no part of them."""
    reader = _Strings()
    for _ in parse(blocks, reader):
        pass
    return reader.found


def unescaped(text: str) -> str:
    """A string as it is meant. Raises FormatError ``bad-encoding`` for half a character."""
    if "_x" not in text:
        return text
    units = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    try:
        return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise FormatError("bad-encoding", "a string holds half a character") from None


class _Strings(Reader):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._pieces: list[str] = []

    def end(self, text: str) -> None:
        if self.path in (["sst", "si", "t"], ["sst", "si", "r", "t"]):
            self._pieces.append(text)
        elif self.path == ["sst", "si"]:
            self.found.append(unescaped("".join(self._pieces)))
            self._pieces.clear()


class _Sheet(Reader):
    def __init__(self, strings: Sequence[str], styles: Sequence[Kind], from_1904: bool) -> None:
        super().__init__()
        self._strings = strings
        self._styles = styles
        self._from_1904 = from_1904
        self._done: list[Row] = []
        self._row, self._column = 0, -1
        self._cells: dict[int, Cell] = {}
        self._type, self._style, self._value = "n", 0, ""

    def taken(self) -> list[Row]:
        """The rows that are finished since it was asked last."""
        done, self._done = self._done, []
        return done

    def start(self, attributes: Mapping[str, str]) -> None:
        if self.path == ["worksheet", "sheetData", "row"]:
            self._begin_row(attributes.get("r", ""))
        elif self.path == ["worksheet", "sheetData", "row", "c"]:
            self._begin_cell(attributes)

    def end(self, text: str) -> None:
        if self.path[:3] != ["worksheet", "sheetData", "row"]:
            return
        if len(self.path) == 3:
            if self._cells:
                self._done.append((self._row, self._cells))
            return
        inside = self.path[4:]
        if inside in (["v"], ["is", "t"], ["is", "r", "t"]):
            self._value += text
        elif not inside and self.path[3] == "c" and self._value:
            self._cells[self._column] = self._cell()

    def _begin_row(self, number: str) -> None:
        row = int(number) if number.isdecimal() and len(number) < 8 else self._row + 1
        if not self._row < row <= MOST_ROWS:
            raise FormatError("bad-syntax", "the rows of a sheet are not in order")
        self._row, self._column, self._cells = row, -1, {}

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        column = _number(place[1]) if place else self._column + 1
        if not self._column < column < MOST_COLUMNS or (place and int(place[2]) != self._row):
            raise FormatError("bad-syntax", "the cells of a row are not in order")
        style = attributes.get("s", "0")
        self._column, self._value = column, ""
        self._type = attributes.get("t", "n")
        self._style = int(style) if style.isdecimal() else 0

    def _cell(self) -> Cell:
        value = self._value
        match self._type:
            case "s":
                if not (value.isascii() and value.isdigit() and int(value) < len(self._strings)):
                    raise FormatError("bad-syntax", "a cell names a string that is not there")
                text = self._strings[int(value)]
                return Cell("text", text, "", text)
            case "str" | "inlineStr" | "d":
                text = unescaped(value)
                return Cell("text", text, "", text)
            case "b":
                return Cell("bool", "1" if value.strip() == "1" else "0", "", "")
            case "e":
                return Cell("error", "#N/A", "", "")
            case "n" if _NUMBER.fullmatch(value.strip()):
                return self._numeric(value.strip())
        raise FormatError("bad-syntax", "a cell is of a type that is not known")

    def _numeric(self, value: str) -> Cell:
        number = float(value)
        date = self._styles[self._style] if self._style < len(self._styles) else ""
        text = serial_text(number, date, self._from_1904) if date else None
        if text is not None:
            return Cell("number", value, date, text)
        return Cell("number", value, "", number_text(number, value))


def _number(letters: str) -> int:
    """The number of a column, from 0, that is called by letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters_of(column: int) -> str:
    """What a column is called, by its number from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
