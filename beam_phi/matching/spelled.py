"""The spellings of a subject's identifiers, ready to be found in folded texts."""

from __future__ import annotations

import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from beam_phi.identity import dates
from beam_phi.identity.spellings import DATE_ROLES, Spelling, day_of, initials, spellings
from beam_phi.matching.folding import FoldedText
from beam_phi.matching.needles import Needles

#: Subjects whose spellings are remembered by each process.
REMEMBERED = 64


class Identifier(NamedTuple):
    """A value that identifies a subject, its role in that, its data class and the priority of that."""

    value: str
    role: str
    data_class: str
    priority: int = 50

    @property
    def owner(self) -> Owner:
        """Whose its findings are."""
        return self.data_class, self.priority


Owner = tuple[str, int]
"""Data class and priority of a spelling's findings."""

Place = tuple[int, int, Spelling, Owner]
"""Where a spelling stands in the original text: start and end, whether it stands alone there or not."""


class Table:
    """Spellings with their owners, by text, and the automaton that finds the texts."""

    def __init__(self, entries: list[tuple[Spelling, Owner]], automaton: bool) -> None:
        by_text: dict[str, dict[tuple[Spelling, Owner], None]] = {}
        for entry in entries:
            by_text.setdefault(entry[0].text, {})[entry] = None
        self._entries = [tuple(same) for same in by_text.values()]
        self._needles = Needles(list(by_text), automaton)
        self.shortest = min(map(len, by_text))

    def find(self, folded: FoldedText) -> list[Place]:
        places: list[Place] = []
        for number, first, last in self._needles.find(folded.text):
            span = folded.span(first, last)
            if span:
                places += ((*span, spelling, owner) for spelling, owner in self._entries[number])
        return places


class DateTable:
    """The spellings of a date. There are dozens of them, and few texts hold one: they are made when a text
    may."""

    def __init__(self, date: datetime.date, identifier: Identifier, automaton: bool) -> None:
        self._date = date
        self._identifier = identifier
        self._automaton = automaton

    def find(self, folded: FoldedText) -> list[Place]:
        return self._table.find(folded) if dates.may_be_in(self._date, folded.text) else []

    @cached_property
    def _table(self) -> Table:
        identifier = self._identifier
        written = spellings(identifier.value, identifier.role)
        return Table([(spelling, identifier.owner) for spelling in written], self._automaton)


class Spelled(NamedTuple):
    """All spellings of a subject.

    written: what is compared with a text as it is written, but dates. squeezed: what is compared with its
    letters and digits alone. initials: of the names of persons.
    """

    written: Table | None
    squeezed: Table | None
    dates: tuple[DateTable, ...]
    initials: dict[Owner, frozenset[str]]

    def find_written(self, text: str) -> list[Place]:
        """Where those stand that are compared with a text as it is written, dates too."""
        folded = FoldedText(text)
        places = self.written.find(folded) if self.written else []
        for date in self.dates:
            places += date.find(folded)
        return places

    def find_squeezed(self, text: str) -> list[Place]:
        """Where those stand that are compared with the letters and digits of a text."""
        return self.squeezed.find(FoldedText(text, squeeze=True)) if self.squeezed else []


@lru_cache(maxsize=REMEMBERED)
def spelled(identifiers: frozenset[Identifier], automaton: bool) -> Spelled:
    """Without `automaton` the same is found, by plain searches."""
    written: list[tuple[Spelling, Owner]] = []
    squeezed: list[tuple[Spelling, Owner]] = []
    of_dates: list[DateTable] = []
    letters: dict[Owner, frozenset[str]] = {}
    for identifier in identifiers:
        owner = identifier.owner
        if identifier.role in DATE_ROLES:
            if date := day_of(identifier.value):
                of_dates.append(DateTable(date, identifier, automaton))
            continue
        for spelling in spellings(identifier.value, identifier.role):
            table = squeezed if spelling.form in ("number", "loose") else written
            table.append((spelling, owner))
        if identifier.role in ("patient-name", "person-name"):
            letters[owner] = letters.get(owner, frozenset()) | initials(identifier.value)
    return Spelled(
        Table(written, automaton) if written else None,
        Table(squeezed, automaton) if squeezed else None,
        tuple(of_dates),
        letters,
    )
