"""Identifiers that are known of a subject, found in any other text about it, in all usual spellings."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from beam_phi.identity.spellings import Spelling, initials, spellings
from beam_phi.identity.undeclared import other_readings
from beam_phi.matching.base import Finding
from beam_phi.matching.folding import FoldedText
from beam_phi.matching.name_chains import (
    INITIAL_AFTER,
    INITIAL_BEFORE,
    Hit,
    chains,
    is_eponym,
    means_a_person,
    names_in_label,
)
from beam_phi.matching.needles import Needles
from beam_phi.matching.number_spans import number_span
from beam_phi.matching.readings import Written, by_sizes, find_in_readings, located
from beam_phi.matching.word_limits import LINE_END, is_glued, stands_alone

#: The matcher and kind that stand in findings.
NAME = "known"
#: How sure a spelling is that stands for itself, and one that needed evidence.
STRONG, WEAK = 0.97, 0.8
#: An ASCII text of fewer characters has no reading that is longer than itself when it is folded: what makes
#: several letters of one is written in so many at least (as a JSON escape).
_NO_ROOM = 6


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value that identifies a subject, its role in that, its data class and the priority of that."""

    value: str
    role: str
    data_class: str
    priority: int = 50


Owner = tuple[str, int]
"""Data class and priority of a spelling's findings."""


class _Table:
    """Spellings with their owners, by text, and the automaton that finds the texts."""

    def __init__(self, entries: list[tuple[Spelling, Owner]], automaton: bool) -> None:
        by_text: dict[str, dict[tuple[Spelling, Owner], None]] = {}
        for entry in entries:
            by_text.setdefault(entry[0].text, {})[entry] = None
        self._entries = [tuple(same) for same in by_text.values()]
        self._needles = Needles(list(by_text), automaton)
        self.shortest = min(map(len, by_text))

    def find(self, folded: FoldedText) -> Iterator[tuple[int, int, Spelling, Owner]]:
        """Where the spellings stand in the original text, whether they stand alone there or not."""
        for number, first, last in self._needles.find(folded.text):
            span = folded.span(first, last)
            if span:
                yield from ((*span, spelling, owner) for spelling, owner in self._entries[number])


class _Compiled(NamedTuple):
    written: _Table | None
    squeezed: _Table | None
    initials: dict[Owner, frozenset[str]]


class Known:
    """Finds the identifiers of one subject. Cheap to make (there is one for each record) and without state
    between calls.

    Names are found whole and in part, in any order, case and punctuation, with or without accents; ids with
    or without punctuation and leading zeros; dates, phone numbers and addresses however written; all of it in
    base64, hex digits, escapes and other character sets, too. A name that is also an ordinary word or the
    name of a disease or device counts only where its neighbours show that a person is meant.
    """

    def __init__(self, identifiers: Collection[Identifier], automaton: bool = True) -> None:
        """Without `automaton` the findings are the same, by plain searches."""
        self._written, self._squeezed, self._initials = _compiled(frozenset(identifiers), automaton)
        tables = (self._written, self._squeezed)
        self._shortest = min((_NO_ROOM, *(table.shortest for table in tables if table)))

    def find(self, text: str, label: bool = False) -> list[Finding]:
        """Findings sorted by their place; those of different data classes may overlap.

        label: True for a text of a few words and no sentence. There is nothing in it that could show what an
        ordinary word means, so it counts as a name, unless it is one of imaging (HEAD, HAND).
        """
        if len(text) < self._shortest and text.isascii():
            return []
        found = self._find(text, label)
        written = Written(frozenset(found))
        found.update(find_in_readings(text, self._find, written))
        for reading, sizes in other_readings(text):
            found.update(located(by_sizes(reading, sizes), self._find(reading), written))
        return sorted(found, key=lambda f: (f.start, f.end, f.data_class, f.value)) if found else []

    def _find(self, text: str, label: bool = False) -> set[Finding]:
        """What a text shows as it is written."""
        found: set[Finding] = set()
        if self._written:
            found.update(self._find_written(text, self._written, label))
            if "\n" in text or "\r" in text:
                found.update(self._find_wrapped(text, self._written))
        if self._squeezed:
            found.update(_find_squeezed(text, self._squeezed))
        return found

    def _find_written(self, text: str, table: _Table, label: bool) -> Iterator[Finding]:
        names: dict[Owner, set[Hit]] = {}
        for start, end, spelling, owner in table.find(FoldedText(text)):
            if not stands_alone(text, start, end, spelling) and not is_glued(text, start, end, spelling):
                continue
            if spelling.form == "name":
                weak = spelling.weak and not (label and names_in_label(spelling.text))
                weak = weak or is_eponym(text, spelling.text, end)
                names.setdefault(owner, set()).add(Hit(start, end, spelling.text, weak))
            else:
                yield _finding(start, end, owner, STRONG)
        for owner, hits in names.items():
            yield from self._names(text, owner, hits)

    def _find_wrapped(self, text: str, table: _Table) -> Iterator[Finding]:
        """Names that a line end parts, with a hyphen or without."""
        pieces = LINE_END.split(text)
        if len(pieces) == 1:
            return
        joined = "".join(pieces)
        # Where the pieces begin, in the joined text and in the whole one.
        seams, begins = [0], [0]
        for match, piece in zip(LINE_END.finditer(text), pieces, strict=False):
            seams.append(seams[-1] + len(piece))
            begins.append(match.end())
        for start, end, spelling, owner in table.find(FoldedText(joined)):
            first, last = bisect_right(seams, start) - 1, bisect_left(seams, end) - 1
            strong = spelling.form == "name" and not spelling.weak
            if first < last and strong and stands_alone(joined, start, end, spelling):
                yield _finding(
                    begins[first] + start - seams[first], begins[last] + end - seams[last], owner, STRONG
                )

    def _names(self, text: str, owner: Owner, hits: set[Hit]) -> Iterator[Finding]:
        """Neighbouring names as one finding, initials between and beside them included."""
        letters = self._initials.get(owner, frozenset())
        for chain in chains(text, hits, letters):
            start, end = chain[0].start, chain[-1].end
            before = INITIAL_BEFORE.search(text, max(0, start - 6), start)
            if before and before[1].upper() in letters:
                start = before.start(1)
            after = INITIAL_AFTER.match(text, end)
            if after and after[1].upper() in letters:
                end = after.end(1)
            if not all(hit.weak for hit in chain):
                yield _finding(start, end, owner, STRONG)
            elif (
                len({hit.text for hit in chain}) > 1
                or (start, end) != (chain[0].start, chain[-1].end)
                or means_a_person(text, start, end)
            ):
                yield _finding(start, end, owner, WEAK)


def _find_squeezed(text: str, table: _Table) -> Iterator[Finding]:
    for start, end, spelling, owner in table.find(FoldedText(text, squeeze=True)):
        span = number_span(text, start, end, spelling)
        if span:
            yield _finding(*span, owner, WEAK if spelling.weak else STRONG)


@lru_cache(maxsize=64)
def _compiled(identifiers: frozenset[Identifier], automaton: bool) -> _Compiled:
    written: list[tuple[Spelling, Owner]] = []
    squeezed: list[tuple[Spelling, Owner]] = []
    letters: dict[Owner, frozenset[str]] = {}
    for identifier in identifiers:
        owner = (identifier.data_class, identifier.priority)
        for spelling in spellings(identifier.value, identifier.role):
            table = squeezed if spelling.form in ("number", "loose") else written
            table.append((spelling, owner))
        if identifier.role in ("patient-name", "person-name"):
            letters[owner] = letters.get(owner, frozenset()) | initials(identifier.value)
    return _Compiled(
        _Table(written, automaton) if written else None,
        _Table(squeezed, automaton) if squeezed else None,
        letters,
    )


def _finding(start: int, end: int, owner: Owner, score: float) -> Finding:
    return Finding(start, end, owner[0], NAME, NAME, score, owner[1])
