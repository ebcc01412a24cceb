"""The `dictionary` matcher: words and phrases of a list, and the names of persons by census."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from beam_phi.identity.canonical import fold
from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.library.words import is_ordinary, word_list
from beam_phi.matching.base import Finding
from beam_phi.matching.census import find_names
from beam_phi.matching.edits import MOST_ENTRIES, NearWords
from beam_phi.matching.folding import FoldedText
from beam_phi.matching.letters import UPPER
from beam_phi.matching.name_chains import beside_small_word, is_owner
from beam_phi.matching.needles import Needles
from beam_phi.matching.params import SCORE, STRINGS, LibraryMatcher, Schema, wrong
from beam_phi.matching.strangers import POSSESSIVE, find_strangers
from beam_phi.matching.towns import find_towns

#: Lists of single names that a library can call by name.
BUILTIN_LISTS = ("surnames", "given-names", "mostly-given")

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
#: A capital and three small letters or more: shorter words of prose are more often something else.
_PROPER_WORD = re.compile(rf"(?<![^\W_])[{UPPER}][^\W\d_A-Z]{{3,}}(?:['\u2019][sS])?(?![^\W_]|-[^\W_])")
_APOSTROPHES = ("'", "\u2019")
_BLANKS = re.compile(r"\s+")
_BLANK = re.compile(r"\s")


#: Parameters that choose a search of its own in the place of a list.
_SEARCHES = {"pairs": find_names, "towns": find_towns, "outside": find_strangers}


class DictionaryMatcher(LibraryMatcher):
    """Finds the entries of a list: `words` or a `file` (UTF-8, an entry a line, ``#`` before a comment) or a
    `builtin`.

    With `ignore_case` accents don't count either. Without `whole_words` an entry is found inside of words
    too. With `prose` a word counts only with a capital and small letters, beside a small word, and not
    before what is called after somebody (``Thomas splint``). `fuzzy` words may differ by one letter from
    five letters on, or by two from eight. Entries of `unless`, and in a built-in list ordinary words, are
    not found alone. `pairs` uses no list but the census: a given name next to a surname. `towns` uses a
    list of towns, behind a preposition. `outside` turns the search round: found is each word that is not
    in a safe vocabulary, which suits the names of folders and files, not text.
    """

    kind: ClassVar[str] = "dictionary"
    schema: ClassVar[Schema] = {
        "type": "object",
        "properties": {
            "builtin": {"enum": list(BUILTIN_LISTS)},
            "file": {"type": "string", "minLength": 1},
            "words": STRINGS,
            "pairs": {"const": True},
            "towns": {"const": True},
            "outside": {"const": "words"},
            "ignore_case": {"type": "boolean"},
            "whole_words": {"type": "boolean"},
            "prose": {"type": "boolean"},
            "fuzzy": {"enum": [0, 1, 2]},
            "unless": STRINGS,
            "score": SCORE,
            "min_score": SCORE,
        },
        "oneOf": [
            {"required": [source]} for source in ("builtin", "file", "words", "pairs", "towns", "outside")
        ],
        "additionalProperties": False,
    }

    def __init__(self, spec: MatcherSpec, data_class: DataClass) -> None:
        """Raises MatcherSpecError."""
        super().__init__(spec, data_class)
        params = self.params
        #: True if it finds what no vocabulary knows, in encoded text too much.
        self.outside = "outside" in params
        self._names = next((find for name, find in _SEARCHES.items() if name in params), None)
        self._ignore_case: bool = params.get("ignore_case", True)
        self._whole: bool = params.get("whole_words", True)
        self._prose: bool = params.get("prose", False)
        self._score: float = params.get("score", 0.6)
        self._min_score: float = params.get("min_score", 0.0)
        self._unless = {self._normal(entry) for entry in params.get("unless", ())}
        self._builtin = "builtin" in params
        entries = {self._normal(entry) for entry in self._entries(spec)} - self._unless - {""}
        self._words = entries if self._builtin else {entry for entry in entries if _WORD.fullmatch(entry)}
        phrases = sorted(entries - self._words if self._whole else entries)
        self._phrases = Needles(phrases) if phrases else None
        fuzzy: int = params.get("fuzzy", 0)
        if fuzzy and len(self._words) > MOST_ENTRIES:
            raise wrong(spec, f"fuzzy takes no more than {MOST_ENTRIES} words")
        self._near = NearWords(self._words, fuzzy) if fuzzy else None

    def _entries(self, spec: MatcherSpec) -> list[str]:
        params = spec.params
        if "builtin" in params:
            return list(word_list(params["builtin"]))
        if "file" in params:
            try:
                lines = Path(params["file"]).read_text("utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError):
                raise wrong(spec, "file: can't be read as UTF-8 text") from None
            return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        return list(params.get("words", ()))

    def _normal(self, entry: str) -> str:
        entry = _BLANKS.sub(" ", entry.strip())
        return fold(entry) if self._ignore_case else entry

    def find(self, text: str) -> Iterator[Finding]:
        if self._names:
            for start, end, score in self._names(text):
                if score >= self._min_score and self._normal(text[start:end]) not in self._unless:
                    yield self.finding(start, end, score)
            return
        if self._whole:
            yield from self._find_words(text)
        if self._phrases:
            yield from self._find_phrases(text, self._phrases)

    def _find_words(self, text: str) -> Iterator[Finding]:
        for match in (_PROPER_WORD if self._prose else _WORD).finditer(text):
            for start, end in self._entries_of(match):
                if not self._prose or _in_prose(text, start, end):
                    yield self.finding(start, end, self._score)

    def _entries_of(self, match: re.Match[str]) -> Iterator[tuple[int, int]]:
        """The word, or without its possessive, or its parts."""
        word, start = match[0], match.start()
        if self._is_entry(word):
            yield match.span()
        elif word[-2:-1] in _APOSTROPHES and POSSESSIVE.search(word) and self._is_entry(word[:-2]):
            yield start, match.end() - 2
        elif "-" in word:
            for part in word.split("-"):
                if self._is_entry(part):
                    yield start, start + len(part)
                start += len(part) + 1

    def _is_entry(self, word: str) -> bool:
        normal = fold(word) if self._ignore_case else word
        if normal in self._words:
            return not (self._builtin and is_ordinary(normal))
        return (
            self._near is not None
            and normal not in self._unless
            and not is_ordinary(normal)
            and normal in self._near
        )

    def _find_phrases(self, text: str, phrases: Needles) -> Iterator[Finding]:
        single = _BLANK.sub(" ", text)
        folded = FoldedText(single) if self._ignore_case else None
        for _, first, last in phrases.find(folded.text if folded else single):
            span = folded.span(first, last) if folded else (first, last)
            if span and not (self._whole and _inside_word(text, *span)):
                yield self.finding(*span, self._score)


def _in_prose(text: str, start: int, end: int) -> bool:
    """True for a word beside a small one, unless it says whose thing follows."""
    return beside_small_word(text, start, end) and not is_owner(text, start, end)


def _inside_word(text: str, start: int, end: int) -> bool:
    """True if a letter or digit goes on at either end of the span."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    return before or (end < len(text) and text[end].isalnum() and text[end - 1].isalnum())
