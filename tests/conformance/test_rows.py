"""Table E.1-1 to the letter: 657 rows, at every place, in every transfer syntax, under every option."""

from __future__ import annotations

import pytest

from beam_phi.library.model import DICOM_OPTIONS
from conformance.encoding import EXPLICIT, SYNTAXES, Element, Syntax
from conformance.encoding import file as encode_file
from conformance.places import NEUTRAL, PLACES, TOP, UNKNOWN_CLASS, frame
from conformance.reading import raw, read
from conformance.score import BASIC, TABLE_ONLY, Case, Setup, engine, failures, mask
from conformance.table import known, rows
from conformance.values import uid
from conformance.verdict import Record, compare

LIBRARIES = [BASIC, TABLE_ONLY, *(Setup(frozenset({option})) for option in DICOM_OPTIONS)]


@pytest.mark.parametrize("setup", LIBRARIES, ids=lambda setup: setup.name)
def test_every_row_at_every_place_in_every_syntax(setup: Setup, record_property: Record) -> None:
    compare(setup, failures(setup), record_property)


def test_the_matrix_is_whole() -> None:
    """What the other tests look at is all there is: no row or place is left out by a slip."""
    assert len(rows()) == 657
    assert len(PLACES) * len(SYNTAXES) == 32
    for tag in NEUTRAL:
        assert known(tag)
        assert f"{tag:08X}" not in rows()
    for place in PLACES:
        case = Case(place, EXPLICIT)
        for row in rows().values():
            case.add(row)
        asked = {row.printed for row, _, _ in case.asked}
        assert asked == set(rows())
    for printed, count in (("60xx3000", 16), ("60xx4000", 16), ("50xxxxxx", 32)):
        assert len(rows()[printed].tags) == count


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_uids_that_dicom_registers_are_kept(syntax: Syntax) -> None:
    registered = b"1.2.840.10008.1.4.1.1"
    elements = [
        Element(tag, "UI", registered)
        for row in rows().values()
        if row.basic == "U"
        for tag in row.tags
        if tag >> 16 not in (0x0000, 0x0002) and row.printed != "00080018"
    ]
    inner = tuple(elements)
    whole = frame([*elements, Element(NEUTRAL[0], "SQ", (inner,))], TOP, UNKNOWN_CLASS)
    data = encode_file(whole, syntax, UNKNOWN_CLASS, uid(rows()["00080018"]))
    after = read(mask(engine(BASIC), data).data, syntax)
    for each in elements:
        for ds in (after, after[NEUTRAL[0]].value[0]):
            assert (raw(ds, each.tag) or b"").rstrip(b"\0") == registered, f"{each.tag:08X}"


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_a_safe_private_element_stays_with_its_creator_and_no_other_does(syntax: Syntax) -> None:
    creator, other = b"Philips PET Private Group", b"BEAM OTHER"
    # PS3.15 Table E.3.10-1: SUV Factor, (7053,xx00), in any block; (7053,xx07) is on no list.
    elements = [
        Element(0x70530010, "LO", other),
        Element(0x70530011, "LO", creator),
        Element(0x70531000, "DS", b"3.25"),
        Element(0x70531100, "DS", b"1.75"),
        Element(0x70531107, "LO", b"Windermere"),
    ]
    whole = frame([*elements, Element(NEUTRAL[0], "SQ", (tuple(elements),))], TOP, UNKNOWN_CLASS)
    data = encode_file(whole, syntax, UNKNOWN_CLASS, uid(rows()["00080018"]))
    after = read(mask(engine(Setup(frozenset({"safe-private"}))), data).data, syntax)
    for ds in (after, after[NEUTRAL[0]].value[0]):
        assert raw(ds, 0x70531100) == b"1.75"
        assert (raw(ds, 0x70530011) or b"").strip() == creator
        assert [tag for tag in (0x70530010, 0x70531000, 0x70531107) if raw(ds, tag) is not None] == []
