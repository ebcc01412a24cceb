"""A delimited file as a document: each record a scope, each cell a field typed by its column."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from beam_phi.formats.delimited.grammar import RawRecord
from beam_phi.formats.delimited.headings import is_known_heading
from beam_phi.formats.delimited.layout import Layout, find_layout
from beam_phi.formats.delimited.pairs import Pairs, long_scopes, pair_scopes
from beam_phi.formats.delimited.table import Cell, Record, Table, heading_type
from beam_phi.formats.document import FieldType, Source
from beam_phi.formats.encoding import HEAD_SIZE, lines, sniff_encoding
from beam_phi.formats.plain import TextScope

_PREAMBLE = FieldType("delimited", {"part": "preamble"})


class Header(Record):
    """The record of headings. Those that surely name a column are no fields; any other might be somebody's
    name (in a pivoted table), and is searched."""

    __slots__ = ()

    def _make_fields(self) -> list[Cell]:
        return [
            Cell(heading_type(index), heading, index, self)
            for index, heading in enumerate(self._table.layout.texts(self._cells))
            if heading.strip() and not is_known_heading(heading)
        ]

    def location(self, index: int) -> str:
        return f"header / column {index + 1}"


class DelimitedDocument:
    """A delimited file, read record by record."""

    def __init__(self, source: Source, layout: Layout) -> None:
        self._source = source
        self._layout = layout

    def scopes(self) -> Iterator[TextScope | Record | Pairs]:
        """Raises FormatError ``bad-encoding``, ``bad-syntax`` or ``record-too-long``."""
        encoding = self._layout.encoding
        rows = lines(encoding.blocks(self._source.stream))
        preamble = list(islice(rows, self._layout.preamble))
        yield TextScope(preamble, 1, encoding, _PREAMBLE, encoding.bom)
        records = self._layout.grammar.records(rows)
        yield from record_scopes(self._layout, records)


def record_scopes(
    layout: Layout, records: Iterator[RawRecord], checked: bool = True
) -> Iterator[Record | Pairs]:
    """A table: its header, if there is one, and what stands below it.

    checked: False where no cell can stand under another's heading. Raises FormatError ``bad-syntax``.
    """
    table = Table(layout, ())
    if layout.has_header:
        header = next(records)
        table = Table(layout, layout.texts(header.cells))
        yield Header(table, header, 0)
    if layout.pairs:
        yield from pair_scopes(table, records)
        return
    read = _records(table, records, checked)
    yield from long_scopes(table, table.labels, read) if table.labels else read


def _records(table: Table, records: Iterator[RawRecord], checked: bool) -> Iterator[Record]:
    number = 0
    for raw in records:
        if checked:
            table.check(raw)
        number += bool(raw.cells)
        yield Record(table, raw, number)


def open(source: Source) -> DelimitedDocument:
    """Open a delimited file. Raises FormatError ``bad-encoding`` if it is no text."""
    encoding, inner = sniff_encoding(source.stream)
    return DelimitedDocument(source, find_layout(encoding, inner, whole=source.size <= HEAD_SIZE))
