"""Tables of a narrative: what the heading over, or before, a cell says of it."""

from __future__ import annotations

from collections.abc import Mapping

from beam_phi.formats.delimited.headings import heading_key, is_known_heading, is_telling

#: A longer heading is a sentence and names no column.
MAX_HEADING = 64


class Cell:
    """One cell; `column_key` is that of its heading, "" where no heading is known.

    told: its text so far, enough of it to be a heading.
    """

    __slots__ = ("column_key", "heads", "told")

    def __init__(self, heads: bool, column_key: str) -> None:
        self.heads = heads
        self.column_key = column_key
        self.told = ""

    def add(self, text: str) -> None:
        """Take note of a text within the cell."""
        if len(self.told) <= MAX_HEADING:
            self.told = " ".join(f"{self.told} {text}".split())

    @property
    def heading(self) -> str:
        return heading_key(self.told) if len(self.told) <= MAX_HEADING else ""


class Table:
    """Follows the rows of a table. One whose cells span columns or rows gets no headings from above, since
    counting would put values under those of others."""

    def __init__(self) -> None:
        self._headings: list[str] = []
        self._row: list[Cell] = []
        self._rows = 0
        self._in_head = False
        self._simple = True

    def start_row(self, in_head: bool) -> None:
        """The next row; in_head: it is of the table's head."""
        self._end_row()
        self._rows += 1
        self._in_head = in_head

    def start_cell(self, name: str, attributes: Mapping[str, str]) -> Cell:
        """The next cell of the row."""
        if any(attributes.get(span, "1").strip() != "1" for span in ("colspan", "rowspan")):
            self._simple = False
        heads = name == "th" or self._in_head
        cell = Cell(heads, "" if heads else self._key())
        self._row.append(cell)
        return cell

    def _key(self) -> str:
        """The heading of the cell that comes next: of its column, else the cell before it."""
        column = len(self._row)
        if self._simple and column < len(self._headings):
            return self._headings[column]
        before = self._row[-1] if self._row else None
        if before is not None and (before.heads or is_telling(before.told.rstrip(" :"))):
            return before.heading
        return ""

    def _end_row(self) -> None:
        """The row has ended; if it was one of headings they are those of the rows to come."""
        row, self._row = self._row, []
        if len(row) < 2:
            return
        first = self._rows == 1
        if all(cell.heads or (first and _is_heading(cell.told)) for cell in row):
            self._headings = [cell.heading for cell in row]


def _is_heading(text: str) -> bool:
    return 0 < len(text) <= MAX_HEADING and is_known_heading(text)
