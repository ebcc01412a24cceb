"""Compound actions (X/Z, X/D, Z/D, X/Z/D, X/Z/U*) by the attribute's Type where the IOD is known."""

from __future__ import annotations

import pytest
from pydicom.datadict import keyword_for_tag

from conformance.encoding import EXPLICIT
from conformance.judge import Memory
from conformance.places import TOP, in_sequences
from conformance.score import BASIC, Case, Failure, engine, judge
from conformance.table import rows
from conformance.types import IODS, Iod
from conformance.verdict import told


def typed(iod: Iod) -> list[Failure]:
    """What is wrong with the compound actions of an object of this IOD."""
    keywords = {keyword_for_tag(row.tags[0]): row for row in rows().values() if row.tags}
    shared, memory = engine(BASIC), Memory()
    found: list[Failure] = []
    for path, types in {(): iod.types, **iod.nested}.items():
        case = Case(in_sequences(*path) if path else TOP, EXPLICIT, sop_class=iod.sop_class)
        for keyword, type_ in types.items():
            case.add(keywords[keyword], type_)
        found += judge(case, shared, memory)
    return found


@pytest.mark.parametrize("name", IODS)
def test_compound_actions_go_by_the_type_in_the_iod(name: str) -> None:
    found = typed(IODS[name])
    assert not found, told(found)
