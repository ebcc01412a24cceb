"""Make the lists of invented names in ``beam_phi/library/surrogates``: persons and organizations.

A surrogate is pronounceable, ASCII, and nobody's: it is in no census list, is no English word, and holds no
census surname of five letters or more, so that an auditor can tell it from a real name and a search for real
names never hits it. Names are built from syllables by a seeded generator; the same sources give the same
bytes.

Sources of what is left out, by edition:

* the packaged word lists of ``beam_phi/library/wordlists`` (1990 US Census names, English and medical words);
* ``web2`` (Webster's Second International, public domain), as carried by the PyPI package ``english-words``
2.0.1.

Usage::

    pip install english-words==2.0.1
    python tools/make_surrogates.py
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path

from english_words import get_english_words_set

from beam_phi.library.words import word_list

TARGET = Path(__file__).parent.parent / "beam_phi" / "library" / "surrogates"
SEED = 20261122
GIVEN, FAMILY, ORGANIZATIONS = 4096, 16384, 256
#: A census surname of this length or more may not stand inside a surrogate.
INSIDE = 5


def parts(text: str) -> list[str]:
    return text.split()


STARTS = parts("b br d dr f fl fr g gl gr h j k kl kr l m n p pl pr r s sk sl sm sn st t th tr v w y z zh")
ONSETS = parts("b d f g h j k l m n p r s t v w y z")
VOWELS = parts("a a a e e e i i o o o u u ai au ei ia")
CODAS = parts("l m n r s l n r") + [""] * 10
FAMILY_ENDINGS = parts(
    "ard ark elm em end ens erg esk eth ick ild ilm imm ind irn ith olm om orn osk oth uld ulm und urn uth"
)
GIVEN_ENDINGS = parts("a a ae e ea el en eo i ia iel in io ira is ita o or os un us yn ys")
ORGANIZATION_KINDS = (
    "Clinic",
    "General Hospital",
    "Health Center",
    "Imaging Center",
    "Medical Center",
    "Memorial Hospital",
    "Regional Hospital",
    "University Hospital",
)
#: Letters that read as something rude or grim.
RUDE = parts(
    "anus ass boob cock cum cunt dead dick die dyk fag fart fuk gay gook gyp hoe homo jew jiz kike kill kkk "
    "nazi nig pee pen pis poo porn puk rap sex shit slav slut spic tit turd twat vag wank"
)


def syllable(rng: random.Random, onsets: list[str]) -> str:
    return rng.choice(onsets) + rng.choice(VOWELS) + rng.choice(CODAS)


def family_name(rng: random.Random) -> str:
    middle = syllable(rng, ONSETS) if rng.random() < 0.3 else ""
    return syllable(rng, STARTS) + middle + rng.choice(ONSETS) + rng.choice(FAMILY_ENDINGS)


def given_name(rng: random.Random) -> str:
    return syllable(rng, STARTS) + rng.choice(ONSETS) + rng.choice(GIVEN_ENDINGS)


def is_nobodys(name: str, taken: set[str]) -> bool:
    """True for a name of 4 to 10 letters that is no name, no word and nothing rude."""
    folded = name.upper()
    if not 4 <= len(name) <= 10 or folded in taken or any(rude in name for rude in RUDE):
        return False
    surnames = word_list("surnames")
    return not any(
        folded[start:end] in surnames
        for start in range(len(folded))
        for end in range(start + INSIDE, len(folded) + 1)
    )


def draw(make: Callable[[random.Random], str], count: int, rng: random.Random, taken: set[str]) -> list[str]:
    """`count` new names, sorted; adds them to `taken`."""
    names: list[str] = []
    while len(names) < count:
        name = make(rng)
        if is_nobodys(name, taken):
            taken.add(name.upper())
            names.append(name.capitalize())
    return sorted(names)


def organizations(families: Iterable[str], rng: random.Random) -> list[str]:
    """Names of which an eighth each is of one kind; the shortest fit a DICOM SH value (16 characters)."""
    short = [name for name in families if len(name) <= 9]
    names = rng.sample(short, ORGANIZATIONS)
    return sorted(f"{name} {ORGANIZATION_KINDS[i % len(ORGANIZATION_KINDS)]}" for i, name in enumerate(names))


def write(name: str, lines: Iterable[str]) -> None:
    head = "# Invented names, made by tools/make_surrogates.py; not to be edited by hand.\n"
    (TARGET / f"{name}.txt").write_text(head + "".join(f"{line}\n" for line in lines), encoding="ascii")


def main() -> None:
    taken = {word.upper() for word in get_english_words_set(["web2"], alpha=True)}
    for listed in ("surnames", "given-names", "words", "eponyms"):
        taken |= word_list(listed)
    rng = random.Random(SEED)
    given = draw(given_name, GIVEN, rng, taken)
    families = draw(family_name, FAMILY, rng, taken)
    TARGET.mkdir(exist_ok=True)
    write("given", given)
    write("family", families)
    write("organizations", organizations(families, rng))


if __name__ == "__main__":
    main()
