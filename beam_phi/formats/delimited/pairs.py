"""A table on its side, and one in long form: each record says one thing, many of them about one person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from beam_phi.formats.delimited.grammar import RawRecord
from beam_phi.formats.delimited.headings import heading_key, is_known_heading
from beam_phi.formats.delimited.labels import Labels
from beam_phi.formats.delimited.table import Cell, Record, Table, cell_type, heading_type
from beam_phi.formats.document import Field, InPlace, Segment

#: Records that one scope holds at most.
MAX_PAIRS = 1024


class Pair(Record):
    """A record whose first cell is the heading of the others."""

    __slots__ = ("_heading",)

    def _make_fields(self) -> list[Cell]:
        texts = self._table.layout.texts(self._cells)
        self._heading = " ".join(texts[0].split()) if texts else ""
        key = heading_key(self._heading)
        types = [heading_type(0), *(cell_type(self._heading, key, at) for at in range(1, len(texts)))]
        return [
            Cell(types[at], text, at, self)
            for at, text in enumerate(texts)
            if at or not is_known_heading(self._heading)
        ]

    def location(self, index: int) -> str:
        named = index and is_known_heading(self._heading)
        return f"row {self._number} / {self._heading if named else f'column {index + 1}'}"


class Pairs(InPlace):
    """The records about one person, as one scope: what one tells is looked for in the others."""

    def __init__(self, pairs: Sequence[Record]) -> None:
        self._pairs = pairs

    def fields(self) -> list[Cell]:
        return [field for pair in self._pairs for field in pair.fields()]

    def replace(self, field: Field, text: str) -> str:
        """Raises Unfit as :meth:`Record.replace`."""
        assert isinstance(field, Cell)
        return field.record.replace(field, text)

    def render(self) -> list[Segment]:
        return [segment for pair in self._pairs for segment in pair.render()]


def pair_scopes(table: Table, records: Iterable[RawRecord]) -> Iterator[Pairs]:
    """One scope for each run of pairs in which no heading comes twice."""
    return _runs(_pairs(table, records))


def long_scopes(table: Table, labels: Labels, records: Iterable[Record]) -> Iterator[Pairs]:
    """One scope for each run of records of a table in long form that are alike up to the column that names
    the value, and in which no name comes twice."""
    return _runs(_labelled(table, labels, records))


class _Said(NamedTuple):
    """A record, what runs of such records have in common, and the heading that comes once in each, "" for
    none."""

    record: Record
    alike: tuple[str, ...]
    heading: str


def _pairs(table: Table, records: Iterable[RawRecord]) -> Iterator[_Said]:
    number = 0
    for raw in records:
        number += bool(raw.cells)
        key = heading_key(table.layout.texts(raw.cells[:1])[0]) if raw.cells else ""
        yield _Said(Pair(table, raw, number), (), key)


def _labelled(table: Table, labels: Labels, records: Iterable[Record]) -> Iterator[_Said]:
    for record in records:
        texts = table.layout.texts(record.cells[: labels.label + 1])
        yield _Said(record, tuple(texts[: labels.label]), "".join(texts[labels.label :]))


def _runs(said: Iterable[_Said]) -> Iterator[Pairs]:
    run: list[Record] = []
    seen: set[str] = set()
    before: tuple[str, ...] = ()
    for record, alike, heading in said:
        if run and (len(run) == MAX_PAIRS or alike != before or (heading and heading in seen)):
            yield Pairs(run)
            run, seen = [], set()
        run.append(record)
        seen.add(heading)
        before = alike
    if run:
        yield Pairs(run)
