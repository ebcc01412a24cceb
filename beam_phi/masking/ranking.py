"""Texts as numbers of a domain, so that FF1 can permute all texts of one shape.

The shape of a text is the classes of its letters and digits, in order: ``AB-12345`` has shape ``U2D5``, and
is one of 26**2 * 10**5 texts. What stands between them is no part of it.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from beam_phi.identity.canonical import canonical_id

#: Letters and digits of the longest text that has a rank: far above any identifier, far below what costs
#: time.
MAX_LENGTH = 256
#: All-digit ids of up to this many digits share one domain, so that leading zeros make no other id.
SHORT_ID = 7

_CLASSES = {"D": string.digits, "U": string.ascii_uppercase, "L": string.ascii_lowercase}
_PLACE = {char: (name, index) for name, chars in _CLASSES.items() for index, char in enumerate(chars)}
#: Unicode categories whose characters say nothing of a person and may stay where they are.
_PUNCTUATION = ("P", "Z")


class UnrankedError(ValueError):
    """The text has letters or digits that no class holds, or too many."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A text as one number of its domain.

    tweak: names the shape, so that shapes of equal size are permuted independently.
    unrank: the text of another number of the domain.
    """

    value: int
    domain: int
    tweak: bytes
    unrank: Callable[[int], str]


def rank_shape(text: str) -> Ranked:
    """The rank among all texts of the same shape with the same characters between. Raises UnrankedError."""
    kept = list(text)
    places: list[int] = []
    classes: list[str] = []
    value = 0
    for place, char in enumerate(text):
        found = _PLACE.get(char)
        if found is None:
            if not char.isascii() and unicodedata.category(char)[0] not in _PUNCTUATION:
                raise UnrankedError("a letter or digit outside of ASCII")
            continue
        name, index = found
        value = value * len(_CLASSES[name]) + index
        places.append(place)
        classes.append(name)
    if len(places) > MAX_LENGTH:
        raise UnrankedError(f"more than {MAX_LENGTH} letters and digits")
    domain, shape = _shape("".join(classes))

    def unrank(number: int) -> str:
        for place, name in zip(reversed(places), reversed(classes), strict=True):
            number, index = divmod(number, len(_CLASSES[name]))
            kept[place] = _CLASSES[name][index]
        return "".join(kept)

    return Ranked(value, domain, shape, unrank)


def rank_id(text: str) -> Ranked:
    """The rank of an id in its canonical form. Raises UnrankedError.

    Digits alone: those of up to SHORT_ID digits are one domain, written with that many digits; longer ones
    keep their length and a first digit other than 0. So results stay apart even where their leading zeros
    get lost.
    """
    canonical = canonical_id(text)
    if not (canonical.isascii() and canonical.isdecimal()):
        return rank_shape(canonical)
    length = len(canonical)
    if length > MAX_LENGTH:
        raise UnrankedError(f"more than {MAX_LENGTH} digits")
    if length <= SHORT_ID:
        return Ranked(int(canonical), 10**SHORT_ID, b"short id", lambda number: f"{number:0{SHORT_ID}}")
    least = 10 ** (length - 1)
    return Ranked(int(canonical) - least, 9 * least, b"D%d" % length, lambda number: str(number + least))


@lru_cache(4096)
def _shape(classes: str) -> tuple[int, bytes]:
    """How many texts have these classes, and the short name of the shape."""
    domain = 1
    for name in classes:
        domain *= len(_CLASSES[name])
    return domain, "".join(f"{name}{len(list(run))}" for name, run in groupby(classes)).encode()
