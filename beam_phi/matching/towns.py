"""Towns in sentences: a name of the list behind a preposition, with a capital."""

from __future__ import annotations

import re
from collections.abc import Iterator

from beam_phi.identity.canonical import fold
from beam_phi.library.words import word_list
from beam_phi.matching.letters import UPPER
from beam_phi.matching.name_chains import is_owner
from beam_phi.matching.streets import STATE

_PART = (
    rf"(?:(?:de|del|la|las|los|of|on|upon|the)[ ]|d['\u2019])?[{UPPER}][^\W\d_]*(?:['\u2019-][^\W\d_]+)*\.?"
)
#: Words that the name of a town has.
_MOST = 4
#: In capitals "in" is a state, so only small letters count.
_PLACE = re.compile(
    r"(?<![^\W_])(?:in|from|to|at|near|outside|around|via)[^\S\n]"
    rf"(?P<words>{_PART}(?:[ ]{_PART}){{0,{_MOST - 1}}})"
)
_WORD = re.compile(_PART)
_BEFORE = re.compile(
    r"(?:(?<![^\W_])(?i:in|from|to|at|near|of|outside|around|via|(?:town|city)[:=]?)[^\S\n]{1,3}"
    r"|(?<![\w.])(?:[0-9]{1,6}[ ][^,\n0-9]{3,40}|(?i:box)[ ][0-9]{1,7}),\s{1,3})\Z"
)
_BEHIND = re.compile(rf",?\s{{1,3}}(?:{STATE}(?![^\W_])|[0-9]{{5}}(?![0-9]))")
_BETWEEN = re.compile(r"[^A-Z]+")

#: How sure a town is.
TOWN = 0.6


def find_towns(text: str) -> Iterator[tuple[int, int, float]]:
    """Spans and scores: the longest name of the list that the words behind a preposition begin with; not what
    a thing is called after (``to Glasgow coma scale``)."""
    for match in _PLACE.finditer(text):
        start = match.start("words")
        ends = [word.end() for word in _WORD.finditer(text, start, match.end())]
        for end in reversed(ends):
            end -= text[end - 1] == "."
            if _is_town(text[start:end]):
                if not is_owner(text, start, end):
                    yield start, end, TOWN
                break


def is_meant(text: str, start: int, end: int) -> bool:
    """True if a word that is also the name of a known town means it: with a capital, alone or behind a
    preposition, a part of an address, or in front of a state or code."""
    if not text[start].isupper():
        return False
    alone = not text[:start].strip() and not text[end:].strip(" .,;")
    return alone or bool(_BEFORE.search(text, max(0, start - 60), start) or _BEHIND.match(text, end))


def _is_town(words: str) -> bool:
    folded = fold(words).replace("'", "").replace("\u2019", "")
    return _BETWEEN.sub("-", folded) in word_list("towns")
