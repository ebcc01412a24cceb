"""Plans: places that the library can't tell apart share one."""

from __future__ import annotations

from pathlib import Path

import pytest

from beam_phi.engine.plan import Planner
from beam_phi.formats.document import FieldType
from beam_phi.library.constraint import Constraint
from beam_phi.library.load import load


def _segment(**attributes: str) -> FieldType:
    return FieldType("hl7", {"segment": "OBX", "field": "5", **attributes})


def test_places_that_differ_by_a_number_share_a_plan() -> None:
    planner = Planner(load("basic"))
    assert planner.plan(_segment(occurrence="1")) is planner.plan(_segment(occurrence="2"))


def test_what_the_library_selects_by_tells_them_apart(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "name: own\nextends: basic\nclasses:\n  other-id:\n    add_matchers:\n"
        "      - {kind: field, name: second, select: {format: hl7, occurrence: '2'}}\n"
    )
    planner = Planner(load(str(file)))
    first, second = (planner.plan(_segment(occurrence=number)) for number in "12")
    assert first.data_class is None
    assert second.data_class is not None
    assert second.data_class.name == "other-id"


@pytest.mark.parametrize(
    "other",
    [
        FieldType("hl7", {}, data_class="date"),
        FieldType("hl7", {}, constraint=Constraint(kind="code")),
        FieldType("hl7", {}, searchable=False),
        FieldType("hl7", {"issuer": "B"}),
        FieldType("hl7", {"encoded": "base64"}),
        FieldType("text", {}),
    ],
)
def test_what_decides_a_plan_tells_them_apart(other: FieldType) -> None:
    planner = Planner(load("basic"))
    assert planner.plan(FieldType("hl7", {"issuer": "A"})) is not planner.plan(other)
    assert planner.plan(FieldType("hl7", {})) is not planner.plan(other)
