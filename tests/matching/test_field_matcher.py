"""Selectors, and the matcher of whole fields."""

from __future__ import annotations

from typing import Any

import pytest

from beam_phi.library.model import DataClass, MatcherSpec, Selector
from beam_phi.matching import FieldMatcher, MatcherSpecError, selects

ATTRIBUTES = {"format": "delimited", "column": "Patient Name [1]", "index": "3"}


@pytest.mark.parametrize(
    ("patterns", "verdict"),
    [
        ((), True),
        ((("column", "patient name*"),), True),
        ((("column", "patient name ?1]"),), True),
        ((("column", "Patient Name [1]"),), True),
        ((("column", "name"),), False),
        ((("column", "re:.*name.*"),), True),
        ((("column", "re:name"),), False),
        ((("column", "x"), ("column", "*name*")), True),
        ((("column", "*name*"), ("format", "dicom")), False),
        ((("column", "*"), ("keyword", "*")), False),
    ],
)
def test_selects(patterns: tuple[tuple[str, str], ...], verdict: bool) -> None:
    assert selects(Selector(patterns), ATTRIBUTES) is verdict


def matcher(**params: Any) -> FieldMatcher:
    return FieldMatcher(
        MatcherSpec("field", "f", {"select": {"column": ["*name*", "x"]}, **params}), DataClass("n", "r")
    )


def test_the_whole_value_is_found() -> None:
    assert [(f.start, f.end, f.score, f.kind) for f in matcher().find("DAVIDSON")] == [(0, 8, 1.0, "field")]
    assert list(matcher().find("  ")) == []


def test_values_that_say_nothing_are_left() -> None:
    assert list(matcher(unless=["unknown", "N/A", "re:x+"]).find(" Unknown ")) == []
    assert list(matcher(unless=["re:x+"]).find("xxx")) == []
    assert len(list(matcher(unless=["unknown"]).find("unknown person"))) == 1
    several = matcher(unless=["n?a", "un*n", "a|b"])
    assert [text for text in ("N/A", "unknown", "a|b", "a", "b", "un") if list(several.find(text))] == [
        "a",
        "b",
        "un",
    ]


def test_value_narrows() -> None:
    assert [(f.start, f.end) for f in matcher(value=r"id (?P<id>\d+)").find("id 12 x")] == [(3, 5)]
    assert [(f.start, f.end) for f in matcher(value=r"\d+").find("a1 22")] == [(1, 2), (3, 5)]
    assert list(matcher(value=r"\d+").find("none")) == []


def test_applies_with_its_filters() -> None:
    assert matcher().applies(ATTRIBUTES)
    assert not matcher().applies({"column": "sex"})
    spec = MatcherSpec("field", "f", {"select": {"column": "*"}}, never=(Selector((("index", "3"),)),))
    assert not FieldMatcher(spec, DataClass("n", "r")).applies(ATTRIBUTES)
    spec = MatcherSpec("field", "f", {"select": {"column": "*"}}, only=(Selector((("format", "text"),)),))
    assert not FieldMatcher(spec, DataClass("n", "r")).applies(ATTRIBUTES)


@pytest.mark.parametrize(
    "params",
    [{"select": {}}, {"value": "("}, {"unless": ["re:("]}, {"select": {"column": "re:("}}, {"typo": 1}],
)
def test_wrong_parameters_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(MatcherSpecError, match="'f'"):
        matcher(**params)
