"""What the code is known to fail, and how the tests speak of failures."""

from __future__ import annotations

from collections.abc import Callable

from conformance.score import Failure, Setup, by_row, tally
from conformance.table import rows

Record = Callable[[str, object], None]

#: Rows that the code fails for a reason that is known, by option: they must fail, or leave this list.
#: Today a date that is known elsewhere gets its Basic action, which for these is not the fixed dummy.
KNOWN = {
    ("modified-dates", row)
    for row in (
        "0014407C", "0014407E", "00181200", "00181201", "00181202", "00181203", "00181204", "00181205",
    )
}  # fmt: skip


def told(found: list[Failure]) -> str:
    """The failures, as many as one wants to read."""
    lines = [f"{each.row} at {each.place}, {each.syntax}: {each.problem}" for each in found]
    return "\n".join([f"{len(by_row(found))} rows fail", *lines[:40]])


def compare(setup: Setup, found: list[Failure], record: Record) -> None:
    """Write the library's score into the test's record; fail on what is not known."""
    record("conformance", f"{setup.name}: {sum(tally(found).values())} of {len(rows())}")
    expected = {row for option, row in KNOWN if option in setup.options}
    unexpected = [each for each in found if each.row not in expected]
    assert not unexpected, told(unexpected)
    assert set(by_row(found)) == expected, "a known failure is none any more"
