"""Would the conformance check notice? A hundred rows of the table are switched off, one by one.

Without its row an attribute may look the same: a name is masked wherever it stands, an attribute that no
dictionary knows is removed. Then the check needs a sharper eye, and the test's record says which:

- ``output``: the plain check under `basic`;
- ``table only``: the check in which nothing but the table masks anything;
- ``newer dictionary``: the same, once the dictionary knows the attribute;
- ``options``: the option that has a cell in the row no longer does what the cell says;
- ``both rules``: the code has the rule twice, so both were switched off.

Of all 657 rows two are noticed by nothing here, and not drawn: Referenced Image Sequence and Source Image
Sequence. Where no Type is known their U keeps the sequence and has the UIDs in it mapped, which the row of
those UIDs does by itself; the tests of Types see them.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any

import pytest
from pydicom import datadict

from beam_phi.formats.dicom import attributes, elements
from beam_phi.formats.dicom.actions import Actions
from conformance.encoding import EXPLICIT
from conformance.places import TOP
from conformance.score import BASIC, TABLE_ONLY, Failure, Setup, failures
from conformance.table import CURVES, PRIVATE, Row, known, rows, vr_of

DRAWN = random.Random(20260).sample(sorted(rows()), 100)
#: Rows whose rule the code has a second time: for private attributes, and for all of an overlay.
TWICE = frozenset({PRIVATE, "60xx3000", "60xx4000"})


def check(setup: Setup, row: Row) -> list[Failure]:
    """The conformance check of one row, with a fresh profile and engine."""
    return failures(setup, places=[TOP], syntaxes=[EXPLICIT], only=[row])


def belongs(row: Row, tag: int) -> bool:
    """True if the row speaks of the tag."""
    if tag & 0x10000:
        return row.printed == PRIVATE
    return tag >> 24 == 0x50 if row.printed == CURVES else tag in row.tags


def switch_off(patch: pytest.MonkeyPatch, row: Row) -> None:
    """Take the row out of the table, wherever the code looks it up."""
    for name, module in list(sys.modules.items()):
        original = getattr(module, "row_for", None)
        if name.startswith("beam_phi.formats.dicom") and original is not None:
            patch.setattr(module, "row_for", _without(row, original))


def _without(row: Row, original: Callable[[int], Any]) -> Callable[[int], Any]:
    return lambda tag: None if belongs(row, tag) else original(tag)


def switch_off_twice(patch: pytest.MonkeyPatch, row: Row) -> None:
    """Let no rule at all speak of the row's attributes."""
    original = Actions.of

    def of(self: Actions, attribute: attributes.Attribute) -> str | None:
        return None if belongs(row, attribute.tag) else original(self, attribute)

    patch.setattr(Actions, "of", of)


def newer_dictionary(patch: pytest.MonkeyPatch, row: Row) -> None:
    """Let pydicom's dictionary have the row's attribute, as a later release will."""
    for tag in row.tags:
        entry = (vr_of(tag, row.name), "1", row.name, "", "".join(row.name.split()))
        patch.setitem(datadict.DicomDictionary, tag, entry)
    forget(patch)


def forget(patch: pytest.MonkeyPatch) -> None:
    """Empty what the code remembers of attributes it met."""
    patch.setattr(attributes, "_attributes", {})
    for syntax in (elements.EXPLICIT_LITTLE, elements.EXPLICIT_BIG, elements.IMPLICIT_LITTLE):
        patch.setattr(syntax, "shapes", {})


def caught_by(row: Row) -> str:
    """What notices that the row is off, "" if nothing does."""
    options = [Setup(frozenset({option})) for option in row.cells if option != "safe-private"]
    sound = [setup for setup in options if not check(setup, row)]
    with pytest.MonkeyPatch.context() as patch:
        switch_off(patch, row)
        if check(BASIC, row):
            return "output"
        if check(TABLE_ONLY, row):
            return "table only"
        if any(check(setup, row) for setup in sound):
            return "options"
    if row.tags and not all(map(known, row.tags)):
        with pytest.MonkeyPatch.context() as patch:
            newer_dictionary(patch, row)
            assert not check(TABLE_ONLY, row), "with the row on, a newer dictionary changes nothing"
            switch_off(patch, row)
            if check(TABLE_ONLY, row):
                return "newer dictionary"
    if row.printed in TWICE:
        with pytest.MonkeyPatch.context() as patch:
            switch_off_twice(patch, row)
            if check(BASIC, row):
                return "both rules"
    return ""


def test_a_hundred_different_rows_are_drawn() -> None:
    assert len(set(DRAWN)) == 100


@pytest.mark.parametrize("printed", DRAWN)
def test_a_row_switched_off_is_noticed(printed: str, record_property: Callable[[str, object], None]) -> None:
    row = rows()[printed]
    assert not check(BASIC, row)
    assert not check(TABLE_ONLY, row)
    noticed = caught_by(row)
    record_property("caught by", noticed)
    assert noticed, f"nothing notices that {row.name} ({row.basic}) is off"


@pytest.mark.parametrize("printed", sorted(TWICE))
def test_a_rule_that_the_code_has_twice_is_noticed_when_both_are_off(printed: str) -> None:
    assert caught_by(rows()[printed])
