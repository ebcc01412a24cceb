"""Table E.1-1 to the letter: 657 rows, at every place, in every transfer syntax, under every option."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from pydicom.datadict import keyword_for_tag

from beam_phi.formats.dicom.profile import Profile, ProfileError
from beam_phi.library.model import DICOM_OPTIONS, DicomSpec, LibraryError
from conformance.encoding import EXPLICIT, SYNTAXES, Element, Syntax
from conformance.encoding import file as encode_file
from conformance.judge import Memory
from conformance.places import DEPTH_3, NEUTRAL, PLACES, TOP, UNKNOWN_CLASS, frame, in_sequences
from conformance.reading import raw, read
from conformance.score import (
    BASIC,
    TABLE_ONLY,
    Case,
    Failure,
    Setup,
    by_row,
    engine,
    failures,
    judge,
    library,
    mask,
    tally,
)
from conformance.table import known, rows
from conformance.types import IODS, Iod
from conformance.values import uid

Record = Callable[[str, object], None]

_EXCLUSIVE = frozenset({"full-dates", "modified-dates"})
PAIRS = [pair for pair in combinations(DICOM_OPTIONS, 2) if not set(pair) >= _EXCLUSIVE]
LIBRARIES = [BASIC, TABLE_ONLY, *(Setup(frozenset({option})) for option in DICOM_OPTIONS)]

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


@pytest.mark.parametrize("setup", LIBRARIES, ids=lambda setup: setup.name)
def test_every_row_at_every_place_in_every_syntax(setup: Setup, record_property: Record) -> None:
    compare(setup, failures(setup), record_property)


@pytest.mark.parametrize("pair", PAIRS, ids=" + ".join)
def test_every_legal_pair_of_options_obeys_the_union_of_its_cells(
    pair: tuple[str, str], record_property: Record
) -> None:
    setup = Setup(frozenset(pair))
    found = failures(setup, places=[TOP, DEPTH_3], syntaxes=[EXPLICIT])
    compare(setup, found, record_property)


def test_the_exclusive_pair_is_refused_with_the_reason() -> None:
    """By the loader, and by the profile if a library comes another way."""
    reason = r"full-dates.*modified-dates.*exclude"
    with pytest.raises(LibraryError, match=reason):
        library(Setup(_EXCLUSIVE))
    with pytest.raises(ProfileError, match=reason):
        Profile(DicomSpec(_EXCLUSIVE))


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


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="Types are resolved on main")
@pytest.mark.parametrize("name", IODS)
def test_compound_actions_go_by_the_type_in_the_iod(name: str) -> None:
    found = typed(IODS[name])
    assert not found, told(found)


@pytest.mark.skipif("safe-private" not in DICOM_OPTIONS, reason="safe private elements are kept on main")
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
