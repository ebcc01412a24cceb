"""What was read off a picture, held against what is known: engines take letters for others like them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from beam_phi.identity.canonical import fold
from beam_phi.identity.spellings import spellings
from beam_phi.matching.edits import NearWords
from beam_phi.matching.spelled import Identifier

#: Letters and digits that engines take for each other, as one of them.
_ALIKE = str.maketrans("OQDILZSBG|", "0001125861")
_WORD = re.compile(r"[^\W_]+")
#: Shorter names and numbers are part of other words too easily: they have to stand alone.
_LEAST_INSIDE = 5
_LEAST = 3
#: A word of a line may have one letter wrong, a long one two.
_EDITS = 2


class ReadKnown:
    """Tells whether a line of text that an engine read says an identifier of a subject."""

    def __init__(self, identifiers: Collection[Identifier]) -> None:
        self._words: dict[str, NearWords] = {}
        self._exact: dict[str, str] = {}
        names: dict[str, set[str]] = {}
        for identifier in identifiers:
            for alike, is_name in _needles(identifier):
                self._exact.setdefault(alike, identifier.data_class)
                if is_name:
                    names.setdefault(identifier.data_class, set()).add(alike)
        self._words = {data_class: NearWords(words, _EDITS) for data_class, words in names.items()}

    def find(self, text: str) -> str | None:
        """The data class of an identifier in the line; None if there is none."""
        words = [_alike(word) for word in _WORD.findall(fold(text))]
        for word in words:
            if word in self._exact:
                return self._exact[word]
            for data_class, near in self._words.items():
                if word in near:
                    return data_class
        joined = "".join(words)
        return next(
            (
                data_class
                for needle, data_class in self._exact.items()
                if len(needle) >= _LEAST_INSIDE and needle in joined
            ),
            None,
        )


def _needles(identifier: Identifier) -> Iterator[tuple[str, bool]]:
    """The identifier's spellings as an engine may read them, and whether each is a name."""
    for spelling in spellings(identifier.value, identifier.role):
        alike = "".join(_alike(word) for word in _WORD.findall(spelling.text))
        if len(alike) >= _LEAST and not (spelling.weak and len(alike) < _LEAST_INSIDE):
            yield alike, spelling.form == "name"


def _alike(word: str) -> str:
    return word.translate(_ALIKE)


# -- marks -----------------------------------------------------------------------------------------

_PIECE = re.compile(r"[A-Z]+|[0-9]+")
#: Times of day, and dates with a year of two digits.
_MOMENT = re.compile(r"(?<!\d)\d{1,2}(?::\d{2}|([./-])\d{1,2}\1\d{2})(?!\d)")
#: More digits in a line than this are no measure, whatever parts them; nor so many without any word.
_DIGITS, _DIGITS_ALONE = 12, 4


class Marks:
    """Tells marks and technique (``L``, ``120 kV``, ``W 400``) from what may be about a person."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(fold(word) for word in words)

    def __contains__(self, text: str) -> bool:
        """True for a line of such words and short numbers only; what could not be read is none."""
        folded = fold(text)
        if _MOMENT.search(folded.replace(" ", "")):
            return False
        alone = not any(map(str.isalpha, folded))
        if sum(map(str.isdigit, folded)) > (_DIGITS_ALONE if alone else _DIGITS):
            return False
        words = _WORD.findall(folded)
        return bool(words) and all(self._is_mark(word) for word in words)

    def _is_mark(self, word: str) -> bool:
        """A word of the list, a short number, or both in one: ``120KV``, ``T2``."""
        if word in self._words:
            return True
        pieces = _PIECE.findall(word)
        if "".join(pieces) != word:
            return False
        letters = [piece for piece in pieces if piece.isalpha()]
        numbers = [piece for piece in pieces if piece.isdigit()]
        longest = 3 if not letters else 5
        return all(piece in self._words for piece in letters) and all(
            len(piece) <= longest for piece in numbers
        )
