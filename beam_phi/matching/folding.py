"""Texts folded for comparison, with the way back: a span of the folded text as a span of the original."""

from __future__ import annotations

import unicodedata
from functools import cached_property

from beam_phi.identity.canonical import fold, letters_and_digits


class FoldedText:
    """A text in the folded form of :func:`beam_phi.identity.canonical.fold`; with `squeeze` its letters and
    digits only."""

    def __init__(self, original: str, squeeze: bool = False) -> None:
        self._original = original
        self._squeeze = squeeze
        self._same = original.isascii() and not squeeze
        self.text = letters_and_digits(fold(original)) if squeeze else fold(original)

    @cached_property
    def _offsets(self) -> list[int]:
        """For each folded character the index of the original one it came from; where they are not the
        same."""
        if self._original.isascii():
            return [index for index, letter in enumerate(self._original) if letter.isalnum()]
        offsets: list[int] = []
        for index, letter in enumerate(self._original):
            if not letter.isascii():
                folded = fold(letter)
                offsets += [index] * (sum(map(str.isalnum, folded)) if self._squeeze else len(folded))
            elif letter.isalnum() or not self._squeeze:
                offsets.append(index)
        return offsets

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The original span of a non-empty folded one; None if it cuts through an original character."""
        if self._same:
            return start, end
        offsets = self._offsets
        if start > 0 and offsets[start] == offsets[start - 1]:
            return None
        if end < len(offsets) and offsets[end] == offsets[end - 1]:
            return None
        stop = offsets[end - 1] + 1
        while stop < len(self._original) and unicodedata.combining(self._original[stop]):
            stop += 1
        return offsets[start], stop
