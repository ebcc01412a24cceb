"""Many content matchers over one text."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy

from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.library.uids import is_registered
from beam_phi.matching.base import Finding
from beam_phi.matching.catalog import CATALOG
from beam_phi.matching.dictionary import DictionaryMatcher
from beam_phi.matching.gate import Gate
from beam_phi.matching.ner import NerMatcher
from beam_phi.matching.pattern import PatternMatcher
from beam_phi.matching.readings import Written, find_in_readings

#: Longer texts are searched in parts of whole lines, which overlap by one: the gate is of use only on a short
#: text.
PART = 600
_UID = re.compile(CATALOG["uid"].regex)

_Compiled = PatternMatcher | DictionaryMatcher | NerMatcher
_KINDS: Mapping[str, type[_Compiled]] = {
    each.kind: each for each in (PatternMatcher, DictionaryMatcher, NerMatcher)
}


class Searcher:
    """Content matchers (`pattern`, `dictionary`, `ner`), compiled together. Holds no state between calls.

    A pattern matches within two lines that follow each other. Within a UID nothing but the UID as a whole is
    found, and those of the DICOM standard aren't found at all.
    """

    def __init__(self, matchers: Sequence[tuple[MatcherSpec, DataClass]], use_re2: bool = True) -> None:
        """Raises MatcherSpecError. Without `use_re2` the findings are the same, and come slower."""
        self._compiled = [_KINDS[spec.kind](spec, owner) for spec, owner in matchers]
        #: As the gate counts them, each with its place among the matchers.
        self._gated = [
            (place, each) for place, each in enumerate(self._compiled) if isinstance(each, PatternMatcher)
        ]
        self._gate = Gate([pattern.regex for _, pattern in self._gated], use_re2)
        self._take(range(len(matchers)))

    def only(self, chosen: Collection[int]) -> Searcher:
        """One that has some of the matchers, by their places. What is compiled is shared: the automaton of a
        gate takes megabytes."""
        other = copy(self)
        other._take(chosen)
        return other

    def _take(self, chosen: Collection[int]) -> None:
        own = [each for place, each in enumerate(self._compiled) if place in chosen]
        self._patterns = {
            number: pattern for number, (place, pattern) in enumerate(self._gated) if place in chosen
        }
        dictionaries = [each for each in own if isinstance(each, DictionaryMatcher)]
        self._dictionaries = [each for each in dictionaries if not each.outside]
        #: What takes encoded text for names: it is shown the text as it is written only.
        self._as_written: list[DictionaryMatcher | NerMatcher] = [
            *(each for each in dictionaries if each.outside),
            *(each for each in own if isinstance(each, NerMatcher)),
        ]

    def find(self, text: str) -> list[Finding]:
        """All findings, overlapping ones too, sorted by their place."""
        written = self._find(text)
        for matcher in self._as_written:
            written.update(matcher.find(text))
        found = {*written, *find_in_readings(text, self._find, Written(written))}
        if found and "." in text:
            found = _without_parts_of_uids(text, found)
        return sorted(found, key=lambda f: (f.start, f.end, f.data_class, f.matcher, f.score, f.value))

    def _find(self, text: str) -> set[Finding]:
        """What patterns and word lists find in a text as it is written."""
        found: set[Finding] = set()
        if self._patterns:
            for start, stop in _parts(text):
                part = text if stop - start == len(text) else text[start:stop]
                for number in self._gate.candidates(part):
                    if pattern := self._patterns.get(number):
                        found.update(pattern.find_in(text, start, stop))
        for dictionary in self._dictionaries:
            found.update(dictionary.find(text))
        return found


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Spans of whole lines, of about PART characters or one long line; the last line of a part begins the
    next one."""
    size = len(text)
    if size <= PART:
        yield 0, size
        return
    start = line = 0
    while True:
        end = text.find("\n", line) + 1 or size
        if end == size or (end - start > PART and line > start):
            yield start, end
            if end == size:
                return
            start = line
        line = end


def _without_parts_of_uids(text: str, found: set[Finding]) -> set[Finding]:
    """The findings but those that are only a part of a UID, or a UID of the standard."""
    uids = [match.span() for match in _UID.finditer(text)]
    if not uids:
        return found
    starts = [start for start, _ in uids]
    return {
        finding for finding in found if not _hidden(text, finding, uids[bisect(starts, finding.start) - 1])
    }


def _hidden(text: str, finding: Finding, uid: tuple[int, int]) -> bool:
    if not uid[0] <= finding.start <= finding.end <= uid[1]:
        return False
    return (finding.start, finding.end) != uid or is_registered(text[uid[0] : uid[1]])
