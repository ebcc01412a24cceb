"""What matchers of a library share: parameters that are checked against a published schema, and findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from jsonschema import Draft202012Validator

from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching.base import Finding, MatcherSpecError

Schema = Mapping[str, Any]
SCORE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
STRINGS: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
#: What a selector gives an attribute: a pattern, or a list of them.
PATTERNS: Schema = {
    "type": ["string", "integer", "array"],
    "items": {"type": ["string", "integer"]},
    "minItems": 1,
}


def check(spec: MatcherSpec, schema: Schema) -> Mapping[str, Any]:
    """The parameters, if they keep the schema. Raises MatcherSpecError naming the first one that doesn't, not
    its value."""
    errors = sorted(
        Draft202012Validator(dict(schema)).iter_errors(dict(spec.params)), key=lambda error: error.json_path
    )
    if errors:
        error = errors[0]
        unknown = sorted(set(spec.params) - set(schema.get("properties", {})))
        what = (
            f"unknown parameter {', '.join(unknown)}"
            if unknown
            else f"{error.json_path} breaks {error.validator}"
        )
        raise wrong(spec, what)
    return spec.params


def wrong(spec: MatcherSpec, what: str) -> MatcherSpecError:
    """The error that says what is wrong with a matcher's parameters."""
    return MatcherSpecError(f"{spec.kind} matcher {spec.name!r}: {what}")


class LibraryMatcher:
    """A matcher of one data class, as a library asks for it."""

    kind: ClassVar[str]
    #: JSON schema of its parameters.
    schema: ClassVar[Schema]

    def __init__(self, spec: MatcherSpec, data_class: DataClass) -> None:
        """Raises MatcherSpecError."""
        self.params = check(spec, self.schema)
        self.name = spec.name
        self.data_class = data_class.name
        self._priority = data_class.priority

    def finding(self, start: int, end: int, score: float) -> Finding:
        """A finding of the matcher's data class."""
        return Finding(start, end, self.data_class, self.name, self.kind, score, self._priority)
