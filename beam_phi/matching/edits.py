"""Words within a few edits of a given list, found by what is left when letters are deleted from both
sides."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

#: Shorter words are compared exactly; from LONG letters on, two edits may be allowed.
SHORTEST, LONG = 5, 8
#: More entries would make the index of deletions too large for memory.
MOST_ENTRIES = 5000


class NearWords:
    """Tells whether a word is at most `edits` (1 or 2) insertions, deletions or changes of a letter from one
    of a list."""

    def __init__(self, words: Iterable[str], edits: int) -> None:
        self._edits = edits
        self._longest = 0
        self._index: dict[str, list[str]] = {}
        for word in words:
            self._longest = max(self._longest, len(word) + edits)
            for left in _deletions(word, self._allowed(word)):
                self._index.setdefault(left, []).append(word)

    def __contains__(self, word: str) -> bool:
        if len(word) > self._longest:
            return False
        allowed = self._allowed(word)
        return any(
            _within(word, entry, min(allowed, self._allowed(entry)))
            for left in _deletions(word, allowed)
            for entry in self._index.get(left, ())
        )

    def _allowed(self, word: str) -> int:
        return 0 if len(word) < SHORTEST else min(self._edits, 1) if len(word) < LONG else self._edits


def _deletions(word: str, edits: int) -> set[str]:
    """The word without up to `edits` of its letters."""
    kept = (combinations(word, len(word) - count) for count in range(edits + 1))
    return {"".join(letters) for choice in kept for letters in choice}


def _within(one: str, other: str, edits: int) -> bool:
    """True if the Levenshtein distance is at most `edits`."""
    if abs(len(one) - len(other)) > edits:
        return False
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
        if min(row) > edits:
            return False
    return row[-1] <= edits
