"""What is judged: texts with labelled spans, and what tools find in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """Characters ``start`` to ``end`` of a text, and what they are; a kind of "" is neither PHI nor wrong to
    find."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Text:
    """A labelled text.

    origin: the set it is from. held_out: False for texts that rules may be made by.
    """

    origin: str
    held_out: bool
    text: str
    labels: tuple[Span, ...]


#: Kinds of PHI in the order of the report. `place` has countries and nationalities beside towns.
KINDS = (
    "name", "address", "place", "postal code", "organization", "date or time", "age", "phone", "e-mail",
    "web", "IP address", "SSN", "account", "licence", "other",
)  # fmt: skip
