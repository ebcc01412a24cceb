"""Overlaps are resolved the same way whatever the order, and nothing found is left uncovered."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from beam_phi.matching import Finding, resolve

SPANS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted).filter(lambda span: span[0] < span[1])
FINDINGS = st.lists(
    st.builds(
        lambda span, name, score, priority: Finding(*span, name, "m", "pattern", score, priority),
        SPANS,
        st.sampled_from("abc"),
        st.sampled_from([0.5, 0.9]),
        st.sampled_from([40, 50, 60]),
    ),
    max_size=12,
)


def make(start: int, end: int, name: str = "a", score: float = 0.5, priority: int = 50) -> Finding:
    return Finding(start, end, name, "m", "pattern", score, priority)


def covered(findings: list[Finding]) -> set[int]:
    return {index for finding in findings for index in range(finding.start, finding.end)}


@given(FINDINGS, st.randoms(use_true_random=False))
def test_order_does_not_matter(findings: list[Finding], rng: random.Random) -> None:
    shuffled = findings * 2
    rng.shuffle(shuffled)
    assert resolve(shuffled) == resolve(findings)


@given(FINDINGS)
def test_nothing_overlaps_and_nothing_is_lost(findings: list[Finding]) -> None:
    resolved = resolve(findings)
    assert all(one.end <= other.start for one, other in pairwise(resolved))
    assert covered(resolved) == covered(findings)


@given(FINDINGS)
def test_what_yields_yields_to_a_better_one(findings: list[Finding]) -> None:
    resolved = resolve(findings)
    for finding in set(findings) - set(resolved):
        rivals = [f for f in findings if f != finding and f.start < finding.end and finding.start < f.end]
        assert any(_rank(rival) >= _rank(finding) for rival in rivals)


def _rank(finding: Finding) -> tuple[int, int, float, int]:
    return finding.priority, finding.end - finding.start, finding.score, -finding.start


def test_priority_then_length_then_score_then_start_then_name() -> None:
    assert resolve([make(0, 9), make(2, 4, "b", priority=60)])[1] == make(2, 4, "b", priority=60)
    assert resolve([make(0, 5, score=0.9), make(0, 9, "b")]) == [make(0, 9, "b")]
    assert resolve([make(0, 5, "b", score=0.9), make(0, 5, "a")]) == [make(0, 5, "b", score=0.9)]
    assert resolve([make(0, 5, "b"), make(3, 8, "a")]) == [make(0, 5, "b"), make(5, 8, "a")]
    assert resolve([make(0, 5, "b"), make(0, 5, "a")]) == [make(0, 5, "a")]


def test_remainders_without_letters_or_digits_are_dropped() -> None:
    text = "Smith, John, MD"
    assert resolve([make(0, 13), make(0, 11, "b", priority=60)], text) == [make(0, 11, "b", priority=60)]
    rest = resolve([make(0, 15), make(0, 11, "b", priority=60)], text)[1]
    assert text[rest.start : rest.end] == "MD"


def test_a_whole_finding_is_never_trimmed() -> None:
    assert resolve([make(0, 3)], "---") == [make(0, 3)]
