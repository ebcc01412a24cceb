"""The `pattern` matcher: a regular expression, what stands near it, and a test of its form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import ClassVar

from beam_phi.identity.persons import name_span
from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching.base import Finding
from beam_phi.matching.catalog import CATALOG, Builtin
from beam_phi.matching.params import SCORE, STRINGS, LibraryMatcher, Schema, wrong
from beam_phi.matching.validators import VALIDATORS

#: Characters before and after a hit in which its context words are looked for.
WINDOW = 40


class PatternMatcher(LibraryMatcher):
    """Finds what a regular expression matches.

    Named groups narrow the findings to themselves; a pattern without any finds what it matches as a whole.
    What a group `name` (or `name…`) matches is a person's name: labels and other common words at its end
    are left off, and nothing is found where there are no others.
    The score starts at `score`; a validator that accepts the value halves the doubt, one that refuses it
    halves the score; a context word near by halves the doubt. What ends up below `min_score` is dropped.
    """

    kind: ClassVar[str] = "pattern"
    schema: ClassVar[Schema] = {
        "type": "object",
        "properties": {
            "builtin": {"enum": sorted(CATALOG)},
            "regex": {"type": "string", "minLength": 1},
            "ignore_case": {"type": "boolean"},
            "validator": {"enum": sorted(VALIDATORS)},
            "score": SCORE,
            "min_score": SCORE,
            "context": STRINGS,
            "context_required": {"type": "boolean"},
            "before": {"type": "integer", "minimum": 0, "maximum": 1000},
            "after": {"type": "integer", "minimum": 0, "maximum": 1000},
        },
        "oneOf": [{"required": ["builtin"]}, {"required": ["regex"]}],
        "additionalProperties": False,
    }

    def __init__(self, spec: MatcherSpec, data_class: DataClass) -> None:
        """Raises MatcherSpecError."""
        super().__init__(spec, data_class)
        params = self.params
        base = CATALOG[params["builtin"]] if "builtin" in params else Builtin(params["regex"], 0.8)
        self.regex = _compile(spec, base.regex, params.get("ignore_case", base.ignore_case))
        self._groups = tuple(sorted(self.regex.groupindex.values()))
        self._names = {group for name, group in self.regex.groupindex.items() if name.startswith("name")}
        validator = params.get("validator", base.validator)
        self._validator = VALIDATORS[validator] if validator else None
        self._score: float = params.get("score", base.score)
        self._min_score: float = params.get("min_score", base.min_score)
        context = tuple(params.get("context", base.context))
        self._context = _any_word(context) if context else None
        self._context_required: bool = params.get("context_required", base.context_required)
        if self._context_required and self._context is None:
            raise wrong(spec, "context_required without context")
        self._before: int = params.get("before", WINDOW)
        self._after: int = params.get("after", WINDOW)

    def find(self, text: str) -> Iterator[Finding]:
        return self.find_in(text, 0, len(text))

    def find_in(self, text: str, start: int, stop: int) -> Iterator[Finding]:
        """Findings of the part ``start:stop`` as if it were the text, but with context from all of the
        text."""
        part = text if start == 0 and stop == len(text) else text[start:stop]
        for match in self.regex.finditer(part):
            for group in self._groups or (0,):
                first, last = match.span(group)
                span = self._span(text, group, start + first, start + last) if first < last else None
                if span:
                    finding = self._judge(text, *span)
                    if finding:
                        yield finding

    def _span(self, text: str, group: int, start: int, end: int) -> tuple[int, int] | None:
        return name_span(text, start, end) if group in self._names else (start, end)

    def _judge(self, text: str, start: int, end: int) -> Finding | None:
        score = self._score
        if self._validator:
            score = (1 + score) / 2 if self._validator(text[start:end]) else score / 2
        if self._context:
            near = f"{text[max(0, start - self._before) : start]}\n{text[end : end + self._after]}"
            if self._context.search(near):
                score = (1 + score) / 2
            elif self._context_required:
                return None
        if score < self._min_score:
            return None
        return self.finding(start, end, score)


def _compile(spec: MatcherSpec, regex: str, ignore_case: bool) -> re.Pattern[str]:
    try:
        compiled = _compiled(regex, ignore_case)
    except (re.error, OverflowError, RecursionError) as error:
        raise wrong(spec, f"regex: {error}") from None
    if not compiled.groupindex and compiled.fullmatch(""):
        raise wrong(spec, "regex matches the empty text")
    return compiled


@lru_cache(maxsize=1024)
def _compiled(regex: str, ignore_case: bool) -> re.Pattern[str]:
    return re.compile(regex, re.IGNORECASE if ignore_case else 0)


@lru_cache(maxsize=256)
def _any_word(words: tuple[str, ...]) -> re.Pattern[str]:
    inner = "|".join(re.escape(word) for word in words)
    return re.compile(rf"(?<![^\W_])(?:{inner})(?![^\W_])", re.IGNORECASE)
