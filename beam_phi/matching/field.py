"""The `field` matcher: what a place is known to hold, whatever stands in it; and the selectors that name
places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

from beam_phi.library.model import DataClass, MatcherSpec, Selector
from beam_phi.matching.base import Finding
from beam_phi.matching.params import PATTERNS, STRINGS, LibraryMatcher, Schema, wrong

#: How sure a place is of what it holds.
CERTAIN = 1.0


def selects(selector: Selector, attributes: Mapping[str, str]) -> bool:
    """True if each attribute that the selector names is there and matches one of its patterns in full.

    ``*`` and ``?`` are wild, case is ignored; ``re:`` stands before a regular expression. An empty selector
    fits everything.
    """
    verdicts: dict[str, bool] = {}
    for attribute, pattern in selector.patterns:
        if not verdicts.get(attribute):
            value = attributes.get(attribute)
            if value is None:
                return False
            verdicts[attribute] = _glob(pattern).fullmatch(value) is not None
    return all(verdicts.values())


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    if pattern.startswith("re:"):
        return re.compile(pattern[3:], re.IGNORECASE | re.DOTALL)
    return re.compile(_regex(pattern), re.IGNORECASE | re.DOTALL)


def _regex(pattern: str) -> str:
    wild = {"*": ".*", "?": "."}
    return "".join(wild.get(c) or re.escape(c) for c in pattern)


def _globs(patterns: Sequence[str]) -> list[re.Pattern[str]]:
    """Regular expressions of which one at least matches what one of the patterns does: as few as can be."""
    wild = [_regex(pattern) for pattern in patterns if not pattern.startswith("re:")]
    found = [_glob(pattern) for pattern in patterns if pattern.startswith("re:")]
    return [*found, re.compile("|".join(wild), re.IGNORECASE | re.DOTALL)] if wild else found


class FieldMatcher(LibraryMatcher):
    """Takes the whole value of the fields that `select` selects.

    `value` narrows it to what a regular expression (its named groups, if it has any) finds in it; values that
    fit `unless` (wild as in selectors) are none of the data class.
    """

    kind: ClassVar[str] = "field"
    schema: ClassVar[Schema] = {
        "type": "object",
        "properties": {
            "select": {"type": "object", "additionalProperties": PATTERNS, "minProperties": 1},
            "value": {"type": "string", "minLength": 1},
            "unless": STRINGS,
        },
        "required": ["select"],
        "additionalProperties": False,
    }

    def __init__(self, spec: MatcherSpec, data_class: DataClass) -> None:
        """Raises MatcherSpecError."""
        super().__init__(spec, data_class)
        params = self.params
        self._only, self._never = spec.only, spec.never
        unless: list[str] = params.get("unless", [])
        try:
            self.selector = Selector.of(params["select"])
            for _, pattern in self.selector.patterns:
                _glob(pattern)
            self._unless = _globs(unless)
            self._value = re.compile(params["value"]) if "value" in params else None
        except (re.error, OverflowError, RecursionError) as error:
            raise wrong(spec, f"regular expression: {error}") from None

    def applies(self, attributes: Mapping[str, str]) -> bool:
        """True if the matcher takes fields of these attributes."""
        return (
            selects(self.selector, attributes)
            and (not self._only or any(selects(only, attributes) for only in self._only))
            and not any(selects(never, attributes) for never in self._never)
        )

    def find(self, text: str) -> Iterator[Finding]:
        """The value of a field that the matcher applies to, as a whole or narrowed by `value`."""
        stripped = text.strip()
        if not stripped or any(pattern.fullmatch(stripped) for pattern in self._unless):
            return
        if self._value is None:
            yield self.finding(0, len(text), CERTAIN)
            return
        groups = tuple(sorted(self._value.groupindex.values())) or (0,)
        for match in self._value.finditer(text):
            for group in groups:
                start, end = match.span(group)
                if start < end:
                    yield self.finding(start, end, CERTAIN)
