"""What a matcher is: text in, findings out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from beam_phi.library.model import MatcherSpec


class Finding(NamedTuple):
    """PHI found in a text: characters ``start`` to ``end``, what it is, who says so and how sure (0-1).

    priority: of the data class, from the library; the higher wins where findings overlap.
    value: what stands there where the text shows it otherwise (encoded once more), else "".
    """

    start: int
    end: int
    data_class: str
    matcher: str
    kind: str
    score: float
    priority: int = 50
    value: str = ""

    def of(self, text: str) -> str:
        """What was found, given the text that it was found in."""
        return self.value or text[self.start : self.end]


class Matcher(Protocol):
    """Finds one data class in a text. Made once for each worker process; holds no state between calls."""

    kind: str

    def find(self, text: str) -> Iterable[Finding]: ...


class MatcherSpecError(ValueError):
    """A matcher's parameters in the library are wrong; the text says which and why."""


__all__ = ["Finding", "Matcher", "MatcherSpec", "MatcherSpecError"]
