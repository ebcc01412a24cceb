"""All occurrences of a set of strings in a text: Aho-Corasick in Rust where it is installed, else plain
searches."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

try:
    from ahocorasick_rs import AhoCorasick, Implementation
except ImportError:  # the "fast" extra is absent
    AhoCorasick = None

#: Up to so many needles plain searches are as fast as an automaton.
FEW = 6
#: Plain searches of so many characters cost as much as setting up an automaton: many a patient has but a few
#: short texts.
PAYS = 1000
#: What a search costs beside the characters of its text, as so many of them.
_EACH = 64


class Needles:
    """Non-empty strings to be found, overlapping ones too."""

    def __init__(self, needles: Sequence[str], automaton: bool = True) -> None:
        """Without `automaton` the findings are the same, and come slower."""
        self._needles = needles
        self._automaton: Any = None
        self._builds = automaton and AhoCorasick is not None and len(needles) > FEW
        self._searched = 0

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """(number of the needle, start, end) of each occurrence, in the order of start, end and number."""
        if self._builds:
            self._searched += len(text) + _EACH
            if self._searched > PAYS:
                self._build()
        found: list[tuple[int, int, int]]
        if self._automaton is not None:
            try:
                found = self._automaton.find_matches_as_indexes(text, overlapping=True)
            except UnicodeEncodeError:  # lone surrogates: bytes that were no text
                found = self._search(text)
        else:
            found = self._search(text)
        if len(found) > 1:
            found.sort(key=lambda hit: (hit[1], hit[2], hit[0]))
        return found

    def _build(self) -> None:
        self._builds = False
        # The form that is cheapest to build: each patient has needles of their own.
        with suppress(UnicodeEncodeError):
            self._automaton = AhoCorasick(self._needles, implementation=Implementation.NoncontiguousNFA)

    def _search(self, text: str) -> list[tuple[int, int, int]]:
        found = []
        for number, needle in enumerate(self._needles):
            if needle not in text:
                continue
            start = text.find(needle)
            while start >= 0:
                found.append((number, start, start + len(needle)))
                start = text.find(needle, start + 1)
        return found
