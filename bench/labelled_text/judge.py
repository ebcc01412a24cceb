"""Findings compared with labels, by characters that are letters or digits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.labelled_text.model import KINDS, Span, Text


@dataclass(slots=True)
class Tally:
    """Of one kind of PHI.

    values, whole, touched: labelled values, those of which each letter and digit was found (as whatever
    kind), and those of which any was. chars, covered: their letters and digits, and those found.
    findings, right: what the tool called this kind, and those with at least half of their letters and digits
    in labels. found_chars, right_chars: their letters and digits, and those in labels.
    """

    values: int = 0
    whole: int = 0
    touched: int = 0
    chars: int = 0
    covered: int = 0
    findings: int = 0
    right: int = 0
    found_chars: int = 0
    right_chars: int = 0

    def add(self, other: Tally) -> None:
        for name in Tally.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Score:
    """How a tool did on some texts. cpu: seconds. missing: why it could not be run."""

    tool: str
    kinds: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    cpu: float = 0.0
    missing: str = ""

    def total(self) -> Tally:
        total = Tally()
        for tally in self.kinds.values():
            total.add(tally)
        return total


def judge(score: Score, text: Text, findings: Iterable[Span]) -> None:
    """Add a text and what was found in it."""
    telling = [place for place, letter in enumerate(text.text) if letter.isalnum()]
    findings = list(findings)
    found = _places(findings)
    for label in text.labels:
        if label.kind:
            _count_label(score.kinds[label.kind], _within(telling, label), found)
    neutral = _places(label for label in text.labels if not label.kind)
    labelled = _places(label for label in text.labels if label.kind)
    for finding in findings:
        places = _within(telling, finding) - (neutral - labelled)
        if places and finding.kind:
            _count_finding(score.kinds[finding.kind], places, labelled)


def _count_label(tally: Tally, places: set[int], found: set[int]) -> None:
    covered = len(places & found)
    tally.values += 1
    tally.whole += covered == len(places)
    tally.touched += covered > 0
    tally.chars += len(places)
    tally.covered += covered


def _count_finding(tally: Tally, places: set[int], labelled: set[int]) -> None:
    right = len(places & labelled)
    tally.findings += 1
    tally.right += 2 * right >= len(places)
    tally.found_chars += len(places)
    tally.right_chars += right


def _places(spans: Iterable[Span]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}


def _within(telling: list[int], span: Span) -> set[int]:
    return {place for place in telling if span.start <= place < span.end}
