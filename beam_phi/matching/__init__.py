"""Find PHI: matchers by kind, many of them over one text, identifiers known of a subject, and what to do with
overlaps.

Knows nothing of file formats, rules or Beam.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching.base import Finding, Matcher, MatcherSpecError
from beam_phi.matching.dictionary import DictionaryMatcher
from beam_phi.matching.entity_model import RecogniserMissing, check_recogniser, recogniser
from beam_phi.matching.field import FieldMatcher, selects
from beam_phi.matching.known import Known
from beam_phi.matching.ner import NerMatcher
from beam_phi.matching.pattern import PatternMatcher
from beam_phi.matching.resolve import resolve
from beam_phi.matching.searcher import Searcher
from beam_phi.matching.spelled import Identifier

MatcherClass = type[PatternMatcher] | type[DictionaryMatcher] | type[NerMatcher] | type[FieldMatcher]

#: Kinds that search the content of a field.
CONTENT_KINDS = frozenset({"pattern", "dictionary", "ner"})

_KINDS: Mapping[str, MatcherClass] = MappingProxyType(
    {cls.kind: cls for cls in (PatternMatcher, DictionaryMatcher, NerMatcher, FieldMatcher)}
)


def matcher_kinds() -> Mapping[str, MatcherClass]:
    """The matcher classes by kind. Each has the JSON schema of its parameters as ``schema``."""
    return _KINDS


def build(
    spec: MatcherSpec, data_class: DataClass
) -> PatternMatcher | DictionaryMatcher | NerMatcher | FieldMatcher:
    """The matcher of a spec. Raises MatcherSpecError for an unknown kind or wrong parameters."""
    if spec.kind not in _KINDS:
        raise MatcherSpecError(f"unknown kind of matcher {spec.kind!r}: one of {', '.join(_KINDS)}")
    return _KINDS[spec.kind](spec, data_class)


__all__ = [
    "CONTENT_KINDS",
    "DictionaryMatcher",
    "FieldMatcher",
    "Finding",
    "Identifier",
    "Known",
    "Matcher",
    "MatcherSpecError",
    "NerMatcher",
    "PatternMatcher",
    "RecogniserMissing",
    "Searcher",
    "build",
    "check_recogniser",
    "matcher_kinds",
    "recogniser",
    "resolve",
    "selects",
]
