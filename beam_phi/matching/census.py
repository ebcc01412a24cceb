"""Names of persons by census: a given name beside a surname, in any usual order and punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from beam_phi.identity.canonical import fold
from beam_phi.identity.persons import PARTICLES, TITLES, is_given, is_surname
from beam_phi.library.words import is_ordinary, word_list
from beam_phi.matching.letters import UPPER
from beam_phi.matching.name_chains import beside_small_word, is_owner
from beam_phi.matching.terms import is_term

_WORD = r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*"
_CAPITALISED = re.compile(
    rf"(?<![^\W_])(?:(?=[{UPPER}]){_WORD}|(?:van|von|der|den|de|del|la|da|di|bin|al)(?=[ ]))"
)
_ANY_CASE = re.compile(rf"(?<![^\W_]){_WORD}")
#: What may stand between the parts of one name, and after an initial.
_GAP = re.compile(r",?[ \t]{0,2}|[\^_]{1,2}|\.")
_GAP_AFTER_INITIAL = re.compile(r"\.?,?[ \t]{0,2}|[\^_]{1,2}")
#: A name may go on in the next line, if it isn't complete in this one.
_WRAP = re.compile(r",?[ \t]{0,2}\r?\n[ \t]{0,2}")

#: Words of imaging up to so many letters are no names.
_ABBREVIATION = 3
#: Names in a row that are taken for one name.
MOST = 8
#: Shorter words that no list knows are more often abbreviations than names.
_STRANGER = 3
#: How sure a pair is when neither, or one, of the two is also an ordinary word; an initial with a surname; a
#: name with a word that no list knows.
PAIR, HALF_PAIR, WITH_INITIAL, WITH_STRANGER = 0.85, 0.65, 0.6, 0.6


class _Token(NamedTuple):
    """A word. stranger: written like a name, and in no list."""

    start: int
    end: int
    folded: str
    stranger: bool = False


def find_names(text: str) -> Iterator[tuple[int, int, float]]:
    """Spans and scores of names: ``Douglas A. Davidson``, ``DAVIDSON, DOUGLAS``, ``DAVIDSON^DOUGLAS``, ``D.
    Davidson``.

    Words are taken for names only where they begin with a capital, or in a text without any.
    """
    pattern = _CAPITALISED if any(map(str.isupper, text)) else _ANY_CASE
    run: list[_Token] = []
    for match in pattern.finditer(text):
        token = _Token(*match.span(), fold(match[0]))
        if run and not _goes_on(text, run, token.start):
            yield from _judge(text, run)
            run = []
        if _nameish(token.folded):
            run.append(token)
        elif _is_stranger(match[0], token.folded):
            run.append(token._replace(stranger=True))
        elif run:
            yield from _judge(text, run)
            run = []
    yield from _judge(text, run)


def _goes_on(text: str, run: list[_Token], start: int) -> bool:
    last = run[-1]
    if len(run) == MOST:
        return False
    gap = _GAP_AFTER_INITIAL if len(last.folded) == 1 else _GAP
    if gap.fullmatch(text, last.end, start):
        return True
    return _WRAP.fullmatch(text, last.end, start) is not None and not _score(text, run)


def _nameish(folded: str) -> bool:
    if folded in TITLES and is_ordinary(folded):
        return False
    if 1 < len(folded) <= _ABBREVIATION and folded in word_list("path-words"):
        return False  # AX, COR and SAG are planes of the body first
    return len(folded) == 1 or folded in PARTICLES or is_given(folded) or is_surname(folded)


def _is_stranger(word: str, folded: str) -> bool:
    """True for a capital and small letters that are in no vocabulary and no term of medicine."""
    if len(word) < _STRANGER or not word[1:].islower() or is_ordinary(folded) or is_term(folded):
        return False
    return folded not in word_list("labels") and folded not in word_list("path-words")


def _judge(text: str, run: list[_Token]) -> Iterator[tuple[int, int, float]]:
    """The name in a run of neighbouring name-like tokens, without the ordinary words at its ends."""
    score = _score(text, run) if len(run) > 1 else 0.0
    if not score:
        return
    while len(run) > 2 and _trimmable(run[0]) and _score(text, run[1:]) == score:
        run = run[1:]
    while len(run) > 2 and _trimmable(run[-1]) and _score(text, run[:-1]) == score:
        run = run[:-1]
    yield run[0].start, run[-1].end, score


def _trimmable(token: _Token) -> bool:
    folded = token.folded
    return len(folded) > 1 and (token.stranger or is_ordinary(folded) or folded in PARTICLES)


def _score(text: str, run: list[_Token]) -> float:
    """The best score of two names next to each other, initials and particles between them not counted; 0 for
    no name."""
    names = [token for token in run if len(token.folded) > 1 and token.folded not in PARTICLES]
    best = 0.0
    for one, other in pairwise(names):
        a, b = one.folded, other.folded
        if f"{a}-{b}" in word_list("eponym-pairs"):
            continue
        if (is_given(a) and is_surname(b)) or (is_given(b) and is_surname(a)):
            ordinary = is_ordinary(a) + is_ordinary(b)
            best = max(best, (PAIR, HALF_PAIR, 0.0)[ordinary])
    return best or _score_with_initial(text, run) or _score_with_stranger(text, run)


def _score_with_initial(text: str, run: list[_Token]) -> float:
    """``D. Davidson`` and ``Davidson, D.``"""
    for one, other in pairwise(run):
        between = text[one.end : other.start]
        pointed = len(one.folded) == 1 and between.startswith(".")
        behind = len(other.folded) == 1 and between.startswith(",")
        surname = other if pointed else one if behind else None
        if (
            surname
            and len(surname.folded) > 2
            and is_surname(surname.folded)
            and not is_ordinary(surname.folded)
        ):
            return WITH_INITIAL
    return 0.0


def _score_with_stranger(text: str, run: list[_Token]) -> float:
    """``Katrine Lepistoe``, ``Elita B Desaulniers``, and in a sentence ``Eustachy Gorski``."""
    for one, other in pairwise(run):
        blank = text[one.end : other.start].isspace()
        if blank and _with_stranger(text, one, other) and not is_owner(text, other.start, other.end):
            return WITH_STRANGER
    for first, initial, last in zip(run, run[1:], run[2:], strict=False):
        if len(initial.folded) == 1 and text[first.end : initial.start].isspace():
            long = all(len(token.folded) >= _STRANGER for token in (first, last))
            if long and (first.stranger or last.stranger) and not _any_ordinary(first, last):
                return WITH_STRANGER
    return 0.0


def _with_stranger(text: str, one: _Token, other: _Token) -> bool:
    if not (one.stranger or other.stranger) or _any_ordinary(one, other):
        return False
    if f"{one.folded}-{other.folded}" in word_list("eponym-pairs"):
        return False
    if not one.stranger:
        return is_given(one.folded)
    accented = other.stranger and not text[one.start : other.end].isascii()
    return (accented or is_surname(other.folded)) and beside_small_word(text, one.start, other.end)


def _any_ordinary(*tokens: _Token) -> bool:
    return any(is_ordinary(token.folded) or token.folded in PARTICLES for token in tokens)
