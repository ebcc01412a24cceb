"""What becomes of one field, and the annotations that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Change(NamedTuple):
    """One annotation in the making: all that doesn't depend on the file."""

    start: int | None
    end: int | None
    data_class: str
    matcher: str
    kind: str
    score: float
    rule: str
    function: str
    original: str | None
    replacement: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a field, and the annotations that say so.

    exact: False if another value could have led to the same text.
    """

    verb: Literal["keep", "replace", "empty", "delete"]
    text: str
    changes: tuple[Change, ...]
    exact: bool = True


KEEP = Decision("keep", "", ())
