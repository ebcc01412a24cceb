"""Redaction: characters of a value are crossed out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from beam_phi.masking.base import Context, MaskingFunction, RuleError, fitted, parameters
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.registry import register

_RANGE = re.compile(r"(\d+)\.\.(\d+)")


@register
class Redact(MaskingFunction):
    """Crosses out every character, or all but those at named places.

    A value so short that all of it would be kept is crossed out whole.
    """

    name = "redact"
    needs_key = False
    schema = parameters(
        {
            "character": {
                "description": "what stands in the place of each character",
                "type": "string",
                "minLength": 1,
                "maxLength": 1,
                "default": "*",
            },
            "keep": {
                "description": "places to keep, as FROM..TO, counted from 1, both included",
                "type": "array",
                "items": {"type": "string", "pattern": r"^[0-9]{1,6}\.\.[0-9]{1,6}$"},
                "default": [],
            },
            "keep_first": {
                "description": "so many characters at the start are kept",
                "type": "integer",
                "minimum": 0,
                "default": 0,
            },
            "keep_last": {
                "description": "so many characters at the end are kept",
                "type": "integer",
                "minimum": 0,
                "default": 0,
            },
            "length": {
                "description": "length of every result, so that it doesn't tell the value's",
                "type": "integer",
                "minimum": 1,
                "maximum": 10_000,
            },
        }
    )

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        self._character: str = self.params["character"]
        if not self._character.isprintable():
            raise RuleError("function redact: parameter character: must be printable")
        self._ranges = [_range(text) for text in self.params["keep"]]
        keeps = self._ranges or self.params["keep_first"] or self.params["keep_last"]
        if "length" in self.params and keeps:
            raise RuleError("function redact: parameter length: excludes keep, keep_first and keep_last")

    def mask(self, text: str, context: Context) -> str:
        if "length" in self.params:
            return fitted(self._character * self.params["length"], context.constraint)
        kept = self._kept(len(text))
        if len(kept) == len(text):
            kept = set()
        masked = "".join(c if i in kept else self._character for i, c in enumerate(text))
        return fitted(masked, context.constraint)

    def _kept(self, length: int) -> set[int]:
        kept = set(range(min(self.params["keep_first"], length)))
        kept.update(range(max(length - self.params["keep_last"], 0), length))
        for start, end in self._ranges:
            kept.update(range(min(start, length), min(end, length)))
        return kept


def _range(text: str) -> tuple[int, int]:
    """``3..5`` as the half-open range (2, 5)."""
    match = _RANGE.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise RuleError(f"function redact: parameter keep: {text!r} is no range FROM..TO counted from 1")
    return int(match[1]) - 1, int(match[2])
