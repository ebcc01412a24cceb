"""Where words and numbers end: whether a spelling stands for itself or is a part of something longer."""

from __future__ import annotations

import re

from beam_phi.identity.canonical import fold
from beam_phi.identity.persons import is_given, is_surname
from beam_phi.identity.spellings import Spelling
from beam_phi.library.words import is_ordinary

#: Shorter names, and shorter words beside them, are part of other words too easily; longer words are none.
_GLUED, _REST, _LONGEST_WORD = 6, 4, 40


def stands_alone(text: str, start: int, end: int, spelling: Spelling) -> bool:
    """True unless the spelling is only a part of a longer word or number.

    Letters limit digits and digits letters; a capital after a small letter begins a word; scripts without
    case have no limits.
    """
    if spelling.form == "exact" and text[start].isdigit() and digits_go_on(text, start, end):
        return False
    return is_limit(text, start, -1) and is_limit(text, end - 1, 1)


def is_glued(text: str, start: int, end: int, spelling: Spelling) -> bool:
    """True for a long name that runs on into common words (``DavidsonKnee`` in small letters), in what is no
    word or name itself (``Richards`` in ``Richardson``)."""
    if spelling.form != "name" or spelling.weak or len(spelling.text) < _GLUED:
        return False
    left, right = start, end
    while left > 0 and text[left - 1].isalpha() and right - left <= _LONGEST_WORD:
        left -= 1
    while right < len(text) and text[right].isalpha() and right - left <= _LONGEST_WORD:
        right += 1
    whole = fold(text[left:right])
    if right - left > _LONGEST_WORD or is_ordinary(whole) or is_surname(whole) or is_given(whole):
        return False
    rests = [rest for rest in (fold(text[left:start]), fold(text[end:right])) if rest]
    return all(len(rest) >= _REST and is_ordinary(rest) for rest in rests)


def is_limit(text: str, index: int, step: int) -> bool:
    """True if a word may end, going by `step`, at the character `index`."""
    beyond = index + step
    if not 0 <= beyond < len(text):
        return True
    inner, outer = text[index], text[beyond]
    if inner.isdigit():
        return not outer.isdigit()
    if not inner.isalpha() or not outer.isalpha() or (not inner.isupper() and not inner.islower()):
        return True
    left, right = (outer, inner) if step < 0 else (inner, outer)
    return left.islower() and right.isupper()


def digits_go_on(text: str, start: int, end: int) -> bool:
    """True if the digits of a date, UID or short number are part of a longer row of numbers."""
    return bool(_NUMBER_BEFORE.search(text, max(0, start - 2), start) or _NUMBER_AFTER.match(text, end))


LINE_END = re.compile(r"(?<=[^\W\d_])-?[ \t]{0,8}\r?\n?(?<=[\r\n])[ \t]{0,8}(?=[^\W\d_])")
_NUMBER_BEFORE = re.compile(r"\d[-./:,]?\Z")
_NUMBER_AFTER = re.compile(r"[-./:,]?\d")
