"""Identifiers that are known of a subject, found in any other text about it, in all usual spellings."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator

from beam_phi.identity.persons import PARTICLES
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
    with_forename,
)
from beam_phi.matching.number_spans import number_span
from beam_phi.matching.readings import Written, by_sizes, find_in_readings, located
from beam_phi.matching.spelled import Identifier, Owner, Place, Table, spelled
from beam_phi.matching.towns import is_meant
from beam_phi.matching.word_limits import LINE_END, is_glued, stands_alone

#: The matcher and kind that stand in findings.
NAME = "known"
#: How sure a spelling is that stands for itself, and one that needed evidence.
STRONG, WEAK = 0.97, 0.8
#: An ASCII text of fewer characters has no reading that is longer than itself when it is folded: what makes
#: several letters of one is written in so many at least (as a JSON escape).
_NO_ROOM = 6


class Known:
    """Finds the identifiers of one subject. Cheap to make (there is one for each record) and without state
    between calls.

    Names are found whole and in part, in any order, case and punctuation, with or without accents; ids with
    or without punctuation and leading zeros; dates, phone numbers and addresses however written; all of it in
    base64, hex digits, escapes and other character sets, too. A name that is also an ordinary word or the
    name of a disease or device counts only where its neighbours show that a person is meant.
    """

    def __init__(
        self,
        identifiers: Collection[Identifier],
        automaton: bool = True,
        only: Collection[str] | None = None,
    ) -> None:
        """Without `automaton` the findings are the same, by plain searches.

        only: data classes to be found, if not those of all identifiers.
        """
        self._spelled = spelled(frozenset(identifiers), automaton)
        self._only = only
        tables = (self._spelled.written, self._spelled.squeezed)
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
        if places := self._spelled.find_written(text):
            found.update(self._judged(text, places, label))
        if self._spelled.written and ("\n" in text or "\r" in text):
            found.update(self._find_wrapped(text, self._spelled.written))
        if places := self._spelled.find_squeezed(text):
            found.update(_numbers(text, places))
        if found and self._only is not None:
            return {each for each in found if each.data_class in self._only}
        return found

    def _judged(self, text: str, places: Iterable[Place], label: bool) -> Iterator[Finding]:
        """The findings that spellings in a text make."""
        names: dict[Owner, set[Hit]] = {}
        for start, end, spelling, owner in places:
            if not stands_alone(text, start, end, spelling) and not is_glued(text, start, end, spelling):
                continue
            if spelling.form == "name":
                weak = spelling.weak and not (label and names_in_label(spelling.text))
                weak = weak or is_eponym(text, spelling.text, end)
                names.setdefault(owner, set()).add(Hit(start, end, spelling.text, weak))
            elif not spelling.weak:
                yield _finding(start, end, owner, STRONG)
            elif is_meant(text, start, end):
                yield _finding(start, end, owner, WEAK)
        for owner, hits in names.items():
            yield from self._names(text, owner, hits)

    def _find_wrapped(self, text: str, table: Table) -> Iterator[Finding]:
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
        letters = self._spelled.initials.get(owner, frozenset())
        for chain in chains(text, hits, letters):
            start, end = chain[0].start, chain[-1].end
            before = INITIAL_BEFORE.search(text, max(0, start - 6), start)
            if before and before[1].upper() in letters:
                start = before.start(1)
            after = INITIAL_AFTER.match(text, end)
            if after and after[1].upper() in letters:
                end = after.end(1)
            if not all(hit.weak for hit in chain):
                yield _finding(*with_forename(text, start, end), owner, STRONG)
            elif (names := {hit.text for hit in chain}) <= PARTICLES:
                continue  # the "van der" of anybody
            elif (
                len(names) > 1
                or (start, end) != (chain[0].start, chain[-1].end)
                or means_a_person(text, start, end)
            ):
                yield _finding(start, end, owner, WEAK)


def _numbers(text: str, places: Iterable[Place]) -> Iterator[Finding]:
    for start, end, spelling, owner in places:
        span = number_span(text, start, end, spelling)
        if span:
            yield _finding(*span, owner, WEAK if spelling.weak else STRONG)


def _finding(start: int, end: int, owner: Owner, score: float) -> Finding:
    return Finding(start, end, owner[0], NAME, NAME, score, owner[1])
