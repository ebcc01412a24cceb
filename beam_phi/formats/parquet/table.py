"""The rows of a Parquet file as records of delimited text: a cell for each element of each list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from beam_phi.formats.container import Budget
from beam_phi.formats.delimited.document import Header
from beam_phi.formats.delimited.given import record, titled
from beam_phi.formats.delimited.grammar import RawRecord
from beam_phi.formats.delimited.headings import heading_key, told_heading
from beam_phi.formats.delimited.layout import Column
from beam_phi.formats.delimited.table import Cell, Record, Table, cell_type
from beam_phi.formats.document import FieldType, FormatError
from beam_phi.formats.parquet.batch import Batch, Elements
from beam_phi.formats.parquet.schema import Leaf


class TableDocument:
    """A document of records.

    batches: gives the rows. budget: what their texts count against.
    """

    def __init__(
        self, leaves: Sequence[Leaf], batches: Callable[[], Iterator[Batch]], budget: Budget
    ) -> None:
        self._leaves = leaves
        self._batches = batches
        self._budget = budget

    def scopes(self) -> Iterator[Record]:
        """Raises FormatError: ``archive-bomb``, ``record-too-long``, ``parquet-type`` or ``date-range``, and
        ``bad-encoding`` for text with NUL characters."""
        names = [leaf.name for leaf in self._leaves]
        layout = titled([leaf.kind.column for leaf in self._leaves])
        table = Table(layout, names)
        yield Header(table, record(names), 0)
        number = 0
        for batch in self._batches():
            for piece in batch.pieces():
                for at in range(piece.rows):
                    number += 1
                    yield self._row(table, piece, at, number)

    def _row(self, table: Table, piece: Batch, at: int, number: int) -> Row:
        raw = record(piece.row(at))
        if any(0 in cell for cell in raw.cells):
            raise FormatError("bad-encoding", "the text holds a NUL character")
        self._budget.spend(sum(map(len, raw.cells)) + len(raw.cells))
        return Row(table, raw, number, piece.elements, at)


class Row(Record):
    """A row: the elements of each leaf, one after the other.

    elements: of this row and its neighbours. at: the row among them.
    """

    __slots__ = ("_at", "_elements")

    def __init__(
        self, table: Table, raw: RawRecord, number: int, elements: Sequence[Elements], at: int
    ) -> None:
        super().__init__(table, raw, number)
        self._elements = elements
        self._at = at

    def _make_fields(self) -> list[Cell]:
        types = self._table.types(len(self._elements))
        cells: list[Cell] = []
        for column, (type_, each) in enumerate(zip(types, self._elements, strict=False)):
            begin, end = each.rows[self._at], each.rows[self._at + 1]
            heading = each.leaf.heading
            for place in range(begin, end):
                called = type_
                if heading is not None:
                    called = _called(
                        type_, self._elements[heading].texts[place], column, each.leaf.kind.column
                    )
                cells.append(Cell(called, each.texts[place], len(cells), self))
        return cells

    def location(self, index: int) -> str:
        """The column, and behind it the place in each list, from 0, the outermost list first."""
        for column, each in enumerate(self._elements):
            begin, end = each.rows[self._at], each.rows[self._at + 1]
            if index < end - begin:
                lists = "".join(f"[{place}]" for place in each.indices(begin + index))
                return super().location(column) + lists
            index -= end - begin
        raise IndexError(index)


@lru_cache(maxsize=16384)
def _called(type_: FieldType, key: str, index: int, column: Column) -> FieldType:
    """The type of a value that its own key names, where that is a heading and surely nobody's data."""
    heading = told_heading(key)
    return cell_type(heading, heading_key(heading), index, column) if heading else type_
