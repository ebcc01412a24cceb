"""The `ner` matcher: what a named entity recogniser takes for PHI in prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from beam_phi.identity.canonical import fold
from beam_phi.identity.persons import is_given, is_surname
from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.library.words import is_ordinary
from beam_phi.matching.base import Finding
from beam_phi.matching.entity_model import ENTITIES, Entity, recogniser
from beam_phi.matching.name_chains import is_owner
from beam_phi.matching.params import SCORE, LibraryMatcher, Schema
from beam_phi.matching.terms import is_term

#: What may stand between the words of one finding.
_GAP = re.compile(r"[\s,.'\u2019#-]{0,3}")
_WORD = re.compile(r"[^\W_]+")
#: The second of two names that a thing is called after.
_JOINED = re.compile(r"-[^\W\d_]{2,30}")
#: What stands before a town.
_IN = re.compile(r"(?<![^\W_])(?:in|from|to|at|near|of)\s\Z")
#: So sure is the model of a common word that it is taken for a part of the name beside it.
_SURE = 0.8
_NUMBERS = frozenset({"BUILDING_NUMBER", "SECONDARY_ADDRESS"})
_NAMED = frozenset({"GIVEN_NAME", "SURNAME", "CITY"})
#: Words in capitals up to so many letters are abbreviations unless the census knows them.
_ABBREVIATION = 4


class NerMatcher(LibraryMatcher):
    """Finds words that the recogniser takes for one of `entities`, neighbours as one finding.

    Texts of fewer than `words` words are no prose and aren't looked at. Eponyms (``Foley catheter``) are not
    found.
    """

    kind: ClassVar[str] = "ner"
    schema: ClassVar[Schema] = {
        "type": "object",
        "properties": {
            "entities": {"type": "array", "items": {"enum": list(ENTITIES)}, "minItems": 1},
            "words": {"type": "integer", "minimum": 1},
            "min_score": SCORE,
        },
        "required": ["entities"],
        "additionalProperties": False,
    }

    def __init__(self, spec: MatcherSpec, data_class: DataClass) -> None:
        """Raises MatcherSpecError. The recogniser is loaded with the first text, once a process."""
        super().__init__(spec, data_class)
        params = self.params
        self._entities = frozenset(params["entities"])
        self._words: int = params.get("words", 4)
        self._min_score: float = params.get("min_score", 0.5)

    def find(self, text: str) -> Iterator[Finding]:
        """Raises RecogniserMissing."""
        if not self._is_prose(text):
            return
        run: list[Entity] = []
        for entity in recogniser().entities(text):
            if entity.label not in self._entities or entity.score < self._min_score:
                continue
            if run and not _GAP.fullmatch(text, run[-1].end, entity.start):
                yield from self._findings(text, run)
                run = []
            run.append(entity)
        yield from self._findings(text, run)

    def _is_prose(self, text: str) -> bool:
        words = _WORD.finditer(text)
        return sum(1 for _, _ in zip(range(self._words), words, strict=False)) == self._words

    def _findings(self, text: str, run: list[Entity]) -> Iterator[Finding]:
        """Neighbours as one finding, without the words at its ends that name nobody; none for the number of a
        house without its street."""
        capitals = any(map(str.isupper, text))
        if not any(_may_name(text, entity, capitals) for entity in run):
            return
        while not _belongs(text, run[0], capitals):
            run = run[1:]
        while not _belongs(text, run[-1], capitals):
            run = run[:-1]
        score = max(entity.score for entity in run)
        start, end = run[0].start, run[-1].end
        joined = _JOINED.match(text, end)
        if run[-1].label in _NAMED and is_owner(text, run[-1].start, joined.end() if joined else end):
            return
        yield self.finding(start, end, score)


def _belongs(text: str, entity: Entity, capitals: bool) -> bool:
    """True for a word that may stand at either end of a finding: what looks like a name is enough there."""
    word = text[entity.start : entity.end]
    return (
        entity.label not in _NAMED
        or _may_name(text, entity, capitals)
        or (word[0].isupper() and entity.score >= _SURE and not is_term(fold(word)))
    )


def _may_name(text: str, entity: Entity, capitals: bool) -> bool:
    """True for a word that names somebody or some place by itself; not for terms of medicine, common words,
    initials, numbers, and in a text with `capitals` small words that the census doesn't know."""
    word = text[entity.start : entity.end]
    if entity.label not in _NAMED:
        return entity.label not in _NUMBERS and not (capitals and word.islower())
    folded = fold(word)
    if len(word) < 2 or is_term(folded):
        return False
    known = is_given(folded) or is_surname(folded)
    if is_ordinary(folded):
        place = entity.label == "CITY" and _IN.search(text, max(0, entity.start - 6), entity.start)
        return word.istitle() and (known or bool(place))
    small = capitals and not word[0].isupper()
    return known or not (small or (word.isupper() and len(word) <= _ABBREVIATION))
