"""Texts as numbers of a domain, so that FF1 can permute all texts of one shape.

The shape of a text is the classes of its letters and digits, in order: ``AB-12345`` has shape ``U2D5``, and
is one of 26**2 * 10**5 texts. What stands between them is no part of it.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

from beam_phi.identity.canonical import canonical_id, fold, letters_and_digits

#: Letters and digits of the longest text that has a rank: far above any identifier, far below what costs
#: time.
MAX_LENGTH = 256
#: All-digit ids of up to this many digits share one domain, so that leading zeros make no other id.
SHORT_ID = 7

_CLASSES = {"D": string.digits, "U": string.ascii_uppercase, "L": string.ascii_lowercase}
_PLACE = {char: (name, index) for name, chars in _CLASSES.items() for index, char in enumerate(chars)}
# As RFC 9562 writes it, whatever the version; and the digits alone, where version and variant are of its own.
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_UUID_DIGITS = re.compile(r"(?![0-9]+\Z)[0-9a-f]{12}[1-8][0-9a-f]{3}[89ab][0-9a-f]{15}")
_UUID_LENGTH = 32
#: Where a UUID's digits say its version and variant, and where its parts end.
_VERSION, _VARIANT = 12, 16
_PARTS = (8, 12, 16, 20)
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


def id_form(text: str) -> str:
    """The form of an id that is ranked: a UUID's as RFC 9562 writes it, the canonical one of any other."""
    digits = _uuid_digits(text)
    return _uuid(digits) if digits else canonical_id(text)


def _uuid_digits(text: str) -> str:
    """The 32 hexadecimal digits of a UUID in any spelling, "" of anything else."""
    if len(text) < _UUID_LENGTH:
        return ""
    digits = letters_and_digits(fold(text)).lower()
    if len(digits) != _UUID_LENGTH:
        return ""
    return digits if _UUID.search(text) or _UUID_DIGITS.fullmatch(digits) else ""


def _uuid(digits: str) -> str:
    return "-".join(digits[start:end] for start, end in pairwise((0, *_PARTS, len(digits))))


def rank_id(text: str) -> Ranked:
    """The rank of an id in its canonical form. Raises UnrankedError.

    A UUID stays one, of the same version and variant.

    Digits alone: those of up to SHORT_ID digits are one domain, written with that many digits; longer ones
    keep their length and a first digit other than 0. So results stay apart even where their leading zeros
    get lost.
    """
    if digits := _uuid_digits(text):
        return _rank_uuid(digits)
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


def _rank_uuid(digits: str) -> Ranked:
    version, variant = digits[_VERSION], digits[_VARIANT]
    drawn = digits[:_VERSION] + digits[_VERSION + 1 : _VARIANT] + digits[_VARIANT + 1 :]

    def unrank(number: int) -> str:
        found = f"{number:0{len(drawn)}x}"
        before, between = found[:_VERSION], found[_VERSION : _VARIANT - 1]
        return _uuid(f"{before}{version}{between}{variant}{found[_VARIANT - 1 :]}")

    tweak = f"UUID {version}{variant}".encode()
    return Ranked(int(drawn, 16), 16 ** len(drawn), tweak, unrank)


@lru_cache(4096)
def _shape(classes: str) -> tuple[int, bytes]:
    """How many texts have these classes, and the short name of the shape."""
    domain = 1
    for name in classes:
        domain *= len(_CLASSES[name])
    return domain, "".join(f"{name}{len(list(run))}" for name, run in groupby(classes)).encode()
