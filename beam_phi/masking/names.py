"""Names of persons become surrogate names, token by token, in the form and case they were written in.

Each token is looked at alone: its surrogate hangs on nothing but its folded letters and the key. So
``DAVIDSON^DOUGLAS``, ``Davidson, Douglas`` and ``Mr. Davidson`` stay one person, and relatives keep their
common family name.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from beam_phi.identity.canonical import fold
from beam_phi.library.words import word_list
from beam_phi.masking.base import MaskingError
from beam_phi.masking.fpe import ID_TWEAK, REMEMBERED, ShapeCipher
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.prf import Prf
from beam_phi.masking.ranking import rank_id
from beam_phi.masking.scramble import scramble
from beam_phi.masking.surrogates import surrogates

#: Titles and suffixes that name nobody, folded. Without those that are names too (DO, MA, PA, LI).
TITLES = frozenset(
    {"DR", "MR", "MRS", "MS", "MX", "MISS", "PROF", "MD", "PHD", "DDS", "DMD", "RN", "ESQ"}
    | {"JR", "SR", "II", "III", "IV"}
)
#: Parts of family names that name nobody and stay beside other words: a text's "van der Berg" may be told by
#: its last word alone. Without those that are given names or surnames as well (BEN, LA, LE).
PARTICLES = frozenset(
    {"VAN", "VON", "DER", "DEN", "DE", "DEL", "DELLA", "DOS", "DAS", "TER", "TEN", "ZU", "BIN", "IBN"}
    | {"ST", "STE"}
)
#: Degrees with periods behind a name; without them they are titles.
_DOTTED = re.compile(r",?\s+(?:M\.D|D\.O|Ph\.D|R\.N|N\.P|P\.A|D\.D\.S|M\.B\.B\.S)\.?\s*\Z")
#: Inside of a word these belong to it (O'Neil): apostrophe, right quote, modifier letter, grave, acute.
APOSTROPHES = "'\u2019\u02bc`\u00b4"


class NameMasker:
    """Masks names of persons under one key.

    Titles, suffixes and particles stay. An initial becomes another initial. A token with digits is taken for
    an id and gets the replacement the id has elsewhere. Tokens of any script get Latin surrogates.
    """

    def __init__(self, key: MasterKey) -> None:
        self._prf = Prf(key.subkey("name"))
        self._ids = ShapeCipher(key, ID_TWEAK, rank_id)
        self.mask: Callable[[str], str] = lru_cache(REMEMBERED)(self._mask)
        self._surrogate: Callable[[str], str] = lru_cache(REMEMBERED)(self._draw)

    def _mask(self, text: str) -> str:
        degree = _DOTTED.search(text)
        if degree and degree.start():
            return self._mask(text[: degree.start()]) + degree[0]
        pieces = list(_pieces(unicodedata.normalize("NFC", text)))
        beside = any(
            is_word and len(piece) > 1 and fold(piece) not in PARTICLES | TITLES for is_word, piece in pieces
        )
        return "".join(
            self._word(piece) if is_word and not (beside and fold(piece) in PARTICLES) else piece
            for is_word, piece in pieces
        )

    def _word(self, word: str) -> str:
        if len(word) > 3 and word[-2] in APOSTROPHES and word[-1] in "sS":
            return self._word(word[:-2]) + word[-2:]
        folded = fold("".join(c for c in word if c not in APOSTROPHES))
        if folded in TITLES:
            return word
        if any(c.isnumeric() for c in word):
            return self._number(word)
        if len(folded) == 1 and folded in string.ascii_uppercase:
            masked = self._initial(folded)
        else:
            masked = self._surrogate(folded)
        if word.isupper():
            return masked.upper()
        return masked.lower() if word.islower() else masked

    def _draw(self, folded: str) -> str:
        """The surrogate of a token: its role, too, is a matter of the token alone."""
        names = surrogates("given" if folded in word_list("mostly-given") else "family")
        index = self._prf.below(len(names), "token", folded)
        if names[index].upper() == folded:
            index = (index + 1) % len(names)
        return names[index]

    def _initial(self, letter: str) -> str:
        """One of the 25 other letters."""
        others = string.ascii_uppercase.replace(letter, "")
        return others[self._prf.below(len(others), "initial", letter)]

    def _number(self, word: str) -> str:
        try:
            return self._ids.encrypt(word)
        except MaskingError:
            return scramble(self._prf, word, "number")


def alphabetic_group(name: str) -> str:
    """The component group of a DICOM PN value (PS3.5, 6.2.1.2) that its pseudonym is made of.

    That is the alphabetic one; where it is empty, the ideographic or phonetic one. A surrogate has no such
    spellings, so the other groups are dropped.
    """
    groups = name.split("=")
    return next((group for group in groups if any(is_word for is_word, _ in _pieces(group))), groups[0])


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """The text cut into words (True) and what stands between them (False).

    Whatever may be part of a name is a word: letters, marks, digits, private characters, undecodable bytes.
    """
    start = 0
    inside = False
    for index, char in enumerate(text):
        if char in APOSTROPHES:
            is_word = inside and index + 1 < len(text) and _in_word(text[index + 1])
        else:
            is_word = _in_word(char)
        if is_word != inside:
            if index > start:
                yield inside, text[start:index]
            start, inside = index, is_word
    if start < len(text):
        yield inside, text[start:]


def _in_word(char: str) -> bool:
    if char.isascii():
        return char.isalnum()
    return char not in APOSTROPHES and unicodedata.category(char)[0] not in "PZ"
