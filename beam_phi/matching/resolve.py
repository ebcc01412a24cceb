"""Resolve overlapping findings: what is left covers the same characters, each of them once."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable

from beam_phi.matching.base import Finding


def resolve(findings: Iterable[Finding], text: str | None = None) -> list[Finding]:
    """Findings without overlap, in the order of the text.

    Where two overlap, the one of higher priority keeps its span; then the longer; then the surer; then the
    one that starts first; then the first by name of data class, matcher and kind. The order of `findings`
    doesn't matter.

    What the loser covers beyond the winner stays PHI: it is left to the loser, as a trimmed finding or
    several. Given the `text`, pieces without a letter or digit are dropped, and others trimmed to theirs.
    """
    kept: list[Finding] = []  # in the order of the text
    for finding in sorted(set(findings), key=_rank):
        pieces = _outside(finding, kept)
        whole = pieces == [(finding.start, finding.end)]
        for start, end in pieces:
            if text is not None and not whole:
                start, end = _trimmed(text, start, end)
            if start < end:
                piece = finding if whole else finding._replace(start=start, end=end, value="")
                insort(kept, piece, key=_start)
    return kept


def _start(finding: Finding) -> int:
    return finding.start


def _rank(finding: Finding) -> tuple[int, int, float, int, str, str, str, str]:
    return (
        -finding.priority,
        finding.start - finding.end,
        -finding.score,
        finding.start,
        finding.data_class,
        finding.matcher,
        finding.kind,
        finding.value,
    )


def _outside(finding: Finding, kept: list[Finding]) -> list[tuple[int, int]]:
    """The parts of a finding that none of the kept ones covers."""
    pieces: list[tuple[int, int]] = []
    start = finding.start
    first = max(bisect_right(kept, start, key=_start) - 1, 0)
    for index in range(first, len(kept)):
        other = kept[index]
        if other.start >= finding.end:
            break
        if other.start > start:
            pieces.append((start, other.start))
        start = max(start, other.end)
    if start < finding.end:
        pieces.append((start, finding.end))
    return pieces


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without what is neither letter nor digit at its ends; empty if nothing is left."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end
