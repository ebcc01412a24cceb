"""Words that no safe vocabulary knows: the names of persons in folder and file names, whatever their script.

A folder name is worth little, so the burden of proof is turned round: what is neither an ordinary word nor a
word usual in the paths of medical images is taken for a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from beam_phi.identity.canonical import fold
from beam_phi.identity.persons import PARTICLES, SUFFIXES, TITLES, is_given, is_surname
from beam_phi.library.words import is_ordinary, word_list
from beam_phi.matching.base import Finding
from beam_phi.matching.catalog import CATALOG

#: How sure a word is: in the census, or only in no vocabulary.
IN_CENSUS, UNKNOWN = 0.7, 0.5

# Marks that belong to the letter before them, which `\w` leaves out: names of macOS are decomposed, and Indic
# and Thai vowels are marks.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0981-\u0dff\u0e31-\u0e4e"
)
_LETTERS = rf"(?:[^\W\d_][{_MARKS}]*)+"
_RUN = re.compile(rf"(?P<before>\d?)(?P<word>{_LETTERS}(?:['\u2019\u02bc]{_LETTERS})*)(?P<digits>\d*)")
#: What may stand between the parts of one name.
_GAP = re.compile(r"[ _.,^+&()%-]{1,3}")
POSSESSIVE = re.compile(r"['\u2019][sS]\Z")
#: Surnames with a capital inside: one word, not two.
_JOINED = re.compile(r"(?:Mc|Mac|Fitz|De|Des|Di|Du|La|Le|Van|Von|St|[ODL]['\u2019])\Z")
_CODE = re.compile(CATALOG["path-code"].regex, re.IGNORECASE)


@dataclass(slots=True)
class _Word:
    """A word, and where it ends with the number that is a part of it once it is found.

    In ``Bennett146`` that is all of it, as in the header; the digit of ``Smith2`` only counts.
    """

    start: int
    end: int
    numbered: int
    folded: str
    found: bool = False

    def find(self) -> None:
        self.found = True
        self.end = self.numbered


@lru_cache(maxsize=1024)
def stranger_findings(text: str) -> tuple[Finding, ...]:
    """The names in a short text that is no prose, as findings."""
    return tuple(
        Finding(start, end, "person-name", "strangers", "dictionary", score, 0)
        for start, end, score in find_strangers(text)
    )


def find_strangers(text: str) -> Iterator[tuple[int, int, float]]:
    """Spans and scores of names: unknown words, and what belongs to them.

    Initials, particles, and ordinary words that are names, too (``Long``), are found next to an unknown word.
    Names in a row are one finding, but those joined in camel case: each is a name of its own.
    """
    text = _CODE.sub(lambda match: "0" * len(match[0]), text)
    words = list(_words(text))
    _spread(text, words)
    row: list[_Word] = []
    for word in words:
        if row and not (word.found and row[-1].end < word.start and _adjacent(text, row[-1], word)):
            yield row[0].start, row[-1].end, _score(row)
            row = []
        if word.found:
            row.append(word)
    if row:
        yield row[0].start, row[-1].end, _score(row)


def _words(text: str) -> Iterator[_Word]:
    """All words, those found that no vocabulary knows."""
    for match in _RUN.finditer(text):
        start, end = match.span("word")
        possessive = POSSESSIVE.search(match["word"])
        if possessive:
            end -= len(possessive[0])
        pieces = [(start, end)] if _is_known(fold(text[start:end])) else list(_camel(text, start, end))
        for number, (low, high) in enumerate(pieces):
            folded = fold(text[low:high])
            # A single letter or two with a digit before are a unit or a code: 384p, 5x5, 3DT.
            short = len(folded) < 2 and folded.isascii()
            coded = number == 0 and match["before"] and len(folded) < 3
            found = not short and not coded and not _is_safe(folded)
            with_number = high == end and not possessive and len(match["digits"]) > 1
            word = _Word(low, high, match.end() if with_number else high, folded)
            if found:
                word.find()
            yield word


def _spread(text: str, words: list[_Word]) -> None:
    """Find, too, what belongs to the words found."""
    for line in (range(1, len(words)), range(len(words) - 2, -1, -1)):
        step = -line.step
        for place in line:
            word, other = words[place], words[place + step]
            if not word.found and other.found and _adjacent(text, *sorted((word, other), key=_place)):
                beyond = place + 2 * step
                alone = not (0 <= beyond < len(words) and words[beyond].found)
                if _belongs(word.folded, alone):
                    word.find()


def _belongs(folded: str, alone: bool) -> bool:
    """True for an initial or a particle, and for an ordinary word that completes a name that stands alone."""
    if folded in word_list("path-words") or folded in TITLES or (len(folded) > 1 and folded in SUFFIXES):
        return False
    return len(folded) == 1 or folded in PARTICLES or (alone and (is_given(folded) or is_surname(folded)))


def _place(word: _Word) -> int:
    return word.start


def _adjacent(text: str, one: _Word, other: _Word) -> bool:
    return one.end == other.start or _GAP.fullmatch(text, one.end, other.start) is not None


def _camel(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The words of camel case: ``DavidsonDouglas``, ``MRHead``; not ``McDonald``."""
    first = start
    for place in range(start + 1, end):
        if not text[place].isupper():
            continue
        starts = text[place - 1].islower() or (place + 1 < end and text[place + 1].islower())
        if starts and text[place - 1].isalpha() and not _JOINED.match(text[first:place]):
            yield first, place
            first = place
    yield first, end


def _is_known(folded: str) -> bool:
    return _is_safe(folded) or is_surname(folded) or is_given(folded)


def _is_safe(folded: str) -> bool:
    """True for a word that may stand in clear; a particle alone names nobody unless it is a given name."""
    if is_ordinary(folded) or folded in word_list("path-words") or folded in TITLES:
        return True
    return folded in PARTICLES and not is_given(folded)


def _score(row: list[_Word]) -> float:
    known = any(len(word.folded) > 1 and (is_given(word.folded) or is_surname(word.folded)) for word in row)
    return IN_CENSUS if known else UNKNOWN
