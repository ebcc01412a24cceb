"""The packaged word lists, loaded on first use. ``tools/make_wordlists.py`` and ``tools/make_towns.py`` say
where they are from."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files

#: surnames, given-names: 1990 US Census. mostly-given: given names rarer as surnames. words: vocabulary
#: that is safe to stand in clear, among it the names that are foremost words (HEAD, BROWN, MAY). eponyms:
#: names in the language of medicine. eponym-pairs: the like of two names. labels: what stands before values
#: in forms and never ends a name. towns: names of towns, words joined by hyphens. path-words: words usual
#: in the folder and file names of medical images.
WORD_LISTS = (
    "surnames",
    "given-names",
    "mostly-given",
    "words",
    "eponyms",
    "path-words",
    "labels",
    "eponym-pairs",
    "towns",
)


@cache
def word_list(name: str) -> frozenset[str]:
    """A packaged list of words, folded (upper case, ASCII). Raises KeyError for an unknown name."""
    if name not in WORD_LISTS:
        raise KeyError(name)
    folder = files("beam_phi.library") / "wordlists"
    packed = folder / f"{name}.txt.gz"
    data = gzip.decompress(packed.read_bytes()) if packed.is_file() else (folder / f"{name}.txt").read_bytes()
    return frozenset(data.decode("ascii").split())


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for tables of names that read like prose."""
    return frozenset(text.split())


def is_ordinary(token: str) -> bool:
    """True for a folded word that names nobody when it stands alone."""
    return token in word_list("words")
