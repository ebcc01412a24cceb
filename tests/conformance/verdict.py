"""How the tests speak of failures."""

from __future__ import annotations

from collections.abc import Callable

from conformance.score import Failure, Setup, by_row, tally
from conformance.table import rows

Record = Callable[[str, object], None]


def told(found: list[Failure]) -> str:
    """The failures, as many as one wants to read."""
    lines = [f"{each.row} at {each.place}, {each.syntax}: {each.problem}" for each in found]
    return "\n".join([f"{len(by_row(found))} rows fail", *lines[:40]])


def compare(setup: Setup, found: list[Failure], record: Record) -> None:
    """Write the library's score into the test's record; fail on any row."""
    record("conformance", f"{setup.name}: {sum(tally(found).values())} of {len(rows())}")
    assert not found, told(found)
