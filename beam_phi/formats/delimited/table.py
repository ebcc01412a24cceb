"""The records and cells of a delimited file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from beam_phi.formats.delimited.grammar import RawRecord
from beam_phi.formats.delimited.headings import heading_key, is_known_heading
from beam_phi.formats.delimited.labels import labels_of
from beam_phi.formats.delimited.layout import UNTYPED, Column, Layout
from beam_phi.formats.document import Field, FieldType, FormatError, InPlace, Segment, Unfit
from beam_phi.formats.encoding import encode
from beam_phi.identity.canonical import fold

#: What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Row(Protocol):
    """A record, as its cells know it."""

    def location(self, index: int) -> str: ...

    def replace(self, field: Field, text: str) -> str: ...


class Cell:
    """One cell of a record."""

    __slots__ = ("index", "record", "text", "type")

    def __init__(self, type_: FieldType, text: str, index: int, record: Row) -> None:
        self.type = type_
        self.text = text
        self.index = index
        self.record = record

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        return self.record.location(self.index)


class Table:
    """What all records of a file share.

    headings: the texts of the header; empty if the file has none.
    """

    def __init__(self, layout: Layout, headings: Sequence[str]) -> None:
        self.layout = layout
        self.headings = [" ".join(heading.split()) for heading in headings]
        counts = Counter(map(fold, self.headings))
        self._named = [counts[fold(name)] == 1 and is_known_heading(name) for name in self.headings]
        self._types: list[FieldType] = []
        #: Which columns name and hold the values of a table in long form; None for any other.
        self.labels = labels_of(self.headings)

    def cells(self, texts: Sequence[str], record: Row) -> list[Cell]:
        """The fields of a record. Of a table in long form the cell that says what the record is about types
        its value, and is a heading itself."""
        types = self.types(len(texts))
        heading = self.labels.heading(texts) if self.labels else ""
        if not self.labels or not heading:
            return [Cell(types[at], text, at, record) for at, text in enumerate(texts)]
        label, values = self.labels
        key = heading_key(heading)
        return [
            Cell(
                cell_type(heading, key, at, self.layout.column(at)) if at in values else types[at],
                text,
                at,
                record,
            )
            for at, text in enumerate(texts)
            if at != label
        ]

    def types(self, width: int) -> list[FieldType]:
        """The types of the first `width` columns at least."""
        for index in range(len(self._types), width):
            heading = self.headings[index] if index < len(self.headings) else ""
            guessed = self.layout.guessed[index] if index < len(self.layout.guessed) else ""
            column = self.layout.column(index)
            self._types.append(cell_type(heading, heading_key(heading or guessed), index, column))
        return self._types

    def label(self, index: int) -> str:
        """The column as it is named aloud: by its heading, if that is unique and surely no value."""
        named = index < len(self._named) and self._named[index]
        return self.headings[index] if named else f"column {index + 1}"

    def check(self, record: RawRecord) -> None:
        """Raises FormatError ``bad-syntax`` if a record holds more than the header has columns: an unquoted
        delimiter, or a column without heading, has moved its values under headings of others."""
        if self.headings and any(cell.strip() for cell in record.cells[len(self.headings) :]):
            raise FormatError("bad-syntax", "a record has more cells than the table has headings")


class Record(InPlace):
    """One record; untouched, it renders the bytes it was read from.

    number: from 1, the header and blank lines not counted.
    """

    __slots__ = ("_cells", "_end", "_fields", "_number", "_table")

    def __init__(self, table: Table, raw: RawRecord, number: int) -> None:
        self._table = table
        self._cells = raw.cells
        self._end = raw.end
        self._number = number
        self._fields: list[Cell] | None = None

    @property
    def cells(self) -> list[bytes]:
        """Its cells as they stand in the file."""
        return self._cells

    def fields(self) -> list[Cell]:
        if self._fields is None:
            self._fields = self._make_fields()
        return self._fields

    def _make_fields(self) -> list[Cell]:
        return self._table.cells(self._table.layout.texts(self._cells), self)

    def location(self, index: int) -> str:
        return f"row {self._number} / {self._table.label(index)}"

    def replace(self, field: Field, text: str) -> str:
        """Raises Unfit for characters the file's encoding lacks, for what a column's type doesn't allow, and
        for what a spreadsheet would run as a formula where the old value was none."""
        assert isinstance(field, Cell)
        if text and not field.type.constraint.accepts(text):
            raise Unfit("the column is of another type")
        if text.startswith(FORMULA) and not field.text.startswith(FORMULA):
            raise Unfit("the replacement would be a formula")
        old = self._cells[field.index]
        new = encode(text, self._table.layout.encoding.decode(old)[1])
        self._cells[field.index] = self._table.layout.grammar.cell(new, old, alone=len(self._cells) == 1)
        return text

    def render(self) -> list[Segment]:
        inner = self._table.layout.grammar.dialect.delimiter.join(self._cells) + self._end
        return [self._table.layout.encoding.outer(inner)]


@lru_cache(maxsize=16384)
def cell_type(heading: str, key: str, index: int, column: Column = UNTYPED) -> FieldType:
    """column: the heading, with one blank for each run of blanks; column_key: its letters and digits alone,
    folded, in lower case, or what the column's cells tell where it has no heading; index: the column's number
    from 1."""
    attributes = {"part": "cell", "column": heading, "column_key": key, "index": str(index + 1)}
    return FieldType("delimited", attributes, data_class=column.data_class, constraint=column.constraint)


@lru_cache(maxsize=1024)
def heading_type(index: int) -> FieldType:
    return FieldType("delimited", {"part": "header", "index": str(index + 1)})
