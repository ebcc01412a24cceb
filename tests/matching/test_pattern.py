"""The pattern matcher: groups, scores, context, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching import Finding, MatcherSpecError, build, matcher_kinds

OWNER = DataClass("record", "rule", priority=70)


def findings(text: str, **params: Any) -> list[Finding]:
    return list(build(MatcherSpec("pattern", "p", params), OWNER).find(text))


def test_a_finding_carries_its_class_and_priority() -> None:
    assert findings("x12", regex=r"\d+", score=0.7) == [Finding(1, 3, "record", "p", "pattern", 0.7, 70)]


def test_only_named_groups_are_found_when_there_are_any() -> None:
    assert [(f.start, f.end) for f in findings("id 12-34", regex=r"id (?P<a>\d+)-(?P<b>\d+)")] == [
        (3, 5),
        (6, 8),
    ]


def test_a_validator_moves_the_score_and_is_no_gate() -> None:
    card = r"\d{16}"
    assert findings("4111111111111111", regex=card, validator="luhn", score=0.6)[0].score == pytest.approx(
        0.8
    )
    assert findings("4111111111111112", regex=card, validator="luhn", score=0.8)[0].score == pytest.approx(
        0.4
    )
    assert findings("4111111111111112", regex=card, validator="luhn", score=0.6, min_score=0.4) == []


def test_context_is_a_word_near_by() -> None:
    params: dict[str, Any] = {"regex": r"\d{5}", "score": 0.4, "context": ["zip"], "before": 6, "after": 4}
    assert findings("Zip: 01101", **params)[0].score == pytest.approx(0.7)
    assert findings("01101 zip", **params)[0].score == pytest.approx(0.7)
    assert findings("zip is unknown 01101", **params)[0].score == pytest.approx(0.4)
    assert findings("unzip 01101", **params)[0].score == pytest.approx(0.4)
    assert findings("x 01101", **params, context_required=True) == []


def test_case_counts_when_told() -> None:
    assert len(findings("ABC abc", regex="abc")) == 2
    assert len(findings("ABC abc", regex="abc", ignore_case=False)) == 1


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"builtin": "nope"},
        {"builtin": "ssn", "regex": "x"},
        {"regex": "("},
        {"regex": "a*"},
        {"regex": "a{99999999999}"},
        {"regex": "a", "validator": "nope"},
        {"regex": "a", "score": 2},
        {"regex": "a", "context_required": True},
        {"regex": "a", "typo": 1},
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(MatcherSpecError, match="'p'"):
        findings("", **params)


def test_errors_show_no_value() -> None:
    with pytest.raises(MatcherSpecError) as caught:
        build(MatcherSpec("dictionary", "d", {"words": "Davidson"}), OWNER)
    assert "Davidson" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_unknown_kinds_are_refused() -> None:
    assert set(matcher_kinds()) == {"pattern", "dictionary", "ner", "field"}
    with pytest.raises(MatcherSpecError, match="kind"):
        build(MatcherSpec("guess", "g"), OWNER)
