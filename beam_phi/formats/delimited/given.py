"""A table that a file of another format holds, as records of delimited text: every cell quoted, one header at
most, its layout judged from the cells and not from the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from beam_phi.formats.delimited.document import record_scopes
from beam_phi.formats.delimited.grammar import Dialect, Grammar, RawRecord
from beam_phi.formats.delimited.guess import guessed_headings, is_pairs
from beam_phi.formats.delimited.layout import Column, Layout, header_at
from beam_phi.formats.delimited.pairs import Pairs
from beam_phi.formats.delimited.sniff import SAMPLE_RECORDS
from beam_phi.formats.delimited.table import Record, Table
from beam_phi.formats.document import Source
from beam_phi.formats.encoding import Encoding, lines

_GRAMMAR = Grammar(Dialect())
_ENCODING = Encoding()
_PLAIN = Layout(_ENCODING, _GRAMMAR)
#: Whole numbers below are what they were before they became floating point.
_EXACT = 10**15


class GivenTable:
    """A document of records.

    titles: records before the header, if there is one.
    """

    def __init__(self, source: Source, layout: Layout, titles: int = 0) -> None:
        self._source = source
        self._layout = layout
        self._titles = titles

    def scopes(self) -> Iterator[Record | Pairs]:
        """Raises FormatError ``record-too-long``, and ``bad-encoding`` for text with NUL characters."""
        records = _GRAMMAR.records(lines(_ENCODING.blocks(self._source.stream)))
        above = Table(_PLAIN, ())
        for number, raw in enumerate(islice(records, self._titles), 1):
            yield Title(above, raw, number)
        yield from record_scopes(self._layout, records, checked=False)


class Title(Record):
    """A record above the header."""

    __slots__ = ()

    def location(self, index: int) -> str:
        return f"title {self._number} / column {index + 1}"


def titled(columns: Sequence[Column]) -> Layout:
    """The layout of a table whose first record holds the names of typed columns."""
    return replace(_PLAIN, has_header=True, columns=tuple(columns))


def judged(source: Source, rows: Sequence[Sequence[str]]) -> GivenTable:
    """A table of whose layout nothing is known but its first `rows`."""
    rows = rows[:SAMPLE_RECORDS]
    if is_pairs(rows):
        return GivenTable(source, replace(_PLAIN, pairs=True))
    at = header_at(rows)
    if at is None:
        return GivenTable(source, replace(_PLAIN, guessed=guessed_headings((), rows)))
    guessed = guessed_headings(rows[at], rows[at + 1 :])
    return GivenTable(source, replace(_PLAIN, has_header=True, guessed=guessed), at)


def number_text(number: float, spelled: str) -> str:
    """The text of a number: without a fraction where it has none, as an id is written that became a number.

    spelled: its text else.
    """
    return str(int(number)) if number.is_integer() and abs(number) < _EXACT else spelled


def record(row: Iterable[str]) -> RawRecord:
    """A record of such cells."""
    return RawRecord([b'"' + cell.replace('"', '""').encode() + b'"' for cell in row], b"\n")


def written(rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """The records of a table; none is a blank line."""
    for row in rows:
        raw = record(row)
        yield (b",".join(raw.cells) or b'""') + raw.end


def read(blocks: Iterable[bytes]) -> Iterator[list[str]]:
    """The rows of what :func:`written` gave, masked or not. Raises FormatError ``record-too-long``."""
    for record in _GRAMMAR.records(lines(block for block in blocks if block)):
        yield _PLAIN.texts(record.cells)
