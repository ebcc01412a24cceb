"""PS3.15 Table E.1-1: every row, every option column, and what no row speaks of."""

from __future__ import annotations

import struct

import pytest
from dicom_help import encode, locations, open_bytes
from pydicom.datadict import DicomDictionary, keyword_for_tag
from pydicom.dataset import Dataset

from beam_phi.formats.dicom.actions import ProfileError
from beam_phi.formats.dicom.attributes import attribute, dictionary
from beam_phi.formats.dicom.profile import Profile
from beam_phi.formats.dicom.table import options, row_for, table
from beam_phi.formats.dicom.vr import VRS, holds_numbers
from beam_phi.formats.document import FieldType
from beam_phi.library.model import DICOM_OPTIONS, DicomSpec

HEAD, ROWS = table()
SIMPLE = {"X/Z": "Z", "X/D": "D", "Z/D": "D", "X/Z/D": "D", "X/Z/U*": "U"}
BASIC = Profile(DicomSpec())


def simple(printed: str) -> str:
    """The action that a Basic Profile cell comes to; Referenced Study Sequence is never of Type 2."""
    basic = ROWS[printed].basic
    return "X" if printed == "00081110" else SIMPLE.get(basic, basic)


def tag_of(printed: str) -> int:
    return (
        int(printed.replace("xxxxxx", "100020").replace("xx", "02"), 16)
        if printed != "PRIVATE"
        else 0x00190010
    )


def vr_of(tag: int) -> str:
    return dictionary(tag)[0] or "LO"


def type_of(profile: Profile, tag: int, vr: str, creator: str = "") -> FieldType:
    plan = profile.plan(attribute(tag, vr, creator))
    assert plan.type is not None
    return plan.type


def test_the_table_is_that_of_2026d() -> None:
    assert HEAD["edition"] == "2026d"
    assert len(ROWS) == 657
    basic = [row.basic for row in ROWS.values()]
    expected = {"X": 417, "D": 93, "U": 55, "Z": 42, "X/D": 23, "X/Z": 11, "X/Z/D": 8, "Z/D": 6, "X/Z/U*": 2}
    assert {action: basic.count(action) for action in set(basic)} == expected
    assert options() == (
        "safe-private", "uids", "device-identity", "institution-identity", "patient-characteristics",
        "full-dates", "modified-dates", "clean-descriptors", "clean-structured-content", "clean-graphics",
    )  # fmt: skip


@pytest.mark.parametrize("printed", sorted(ROWS))
def test_every_row_has_its_basic_action(printed: str) -> None:
    tag = tag_of(printed)
    assert BASIC.actions.of(attribute(tag, vr_of(tag))) == simple(printed)
    assert BASIC.actions.of(attribute(tag, "")) == simple(printed)


@pytest.mark.parametrize("option", DICOM_OPTIONS)
def test_every_cell_of_an_option_column_counts(option: str) -> None:
    profile = Profile(DicomSpec(frozenset({option})))
    for printed, row in ROWS.items():
        tag = tag_of(printed)
        meaning = attribute(tag, vr_of(tag))
        basic = simple(printed)
        cell = row.options.get(option, "")
        known_elsewhere = "device-identity" in row.options or meaning.keyword.startswith("ContextGroup")
        kept_basic = (
            printed == "PRIVATE"  # this one is on no list
            or (cell == "C" and meaning.vr.form in ("binary", "number"))
        )
        expected = basic if not cell or kept_basic else cell
        if option == "modified-dates" and cell and known_elsewhere:
            expected = "D"
        assert profile.actions.of(meaning) == expected, printed


def test_dates_known_elsewhere_are_never_shifted() -> None:
    research = Profile(DicomSpec(frozenset({"modified-dates", "device-identity"})))
    for keyword, vr in (
        ("DateOfLastCalibration", "DA"),
        ("DateOfManufacture", "DA"),
        ("ContextGroupVersion", "DT"),
    ):
        tag = next(t for t in DicomDictionary if keyword_for_tag(t) == keyword)
        assert research.actions.of(attribute(tag, vr)) == "D"
    assert research.actions.of(attribute(0x00080020, "DA")) == "C"


def test_options_that_exclude_each_other_and_unknown_names_are_refused() -> None:
    with pytest.raises(ProfileError, match="exclude"):
        Profile(DicomSpec(frozenset({"full-dates", "modified-dates"})))
    with pytest.raises(ProfileError, match="option"):
        Profile(DicomSpec(frozenset({"uid"})))
    with pytest.raises(ProfileError, match="attribute"):
        Profile(DicomSpec(actions={"PatientNaem": "X"}))
    with pytest.raises(ProfileError, match="action"):
        Profile(DicomSpec(actions={"PatientName": "Q"}))
    with pytest.raises(ProfileError, match="CREATOR"):
        Profile(DicomSpec(actions={"(0019,0010)": "K"}))


@pytest.mark.parametrize("group", range(0x6000, 0x6020, 2))
def test_all_overlay_and_curve_groups_go_whole(group: int) -> None:
    for number, vr in ((0x3000, "OW"), (0x4000, "LT"), (0x0022, "LO"), (0x1500, "LO"), (0x0010, "US")):
        assert BASIC.actions.of(attribute(group << 16 | number, vr)) == "X"
        assert BASIC.actions.of(attribute((group - 0x1000) << 16 | number, vr)) == "X"


def test_what_no_row_speaks_of() -> None:
    assert BASIC.actions.of(attribute(0x00200009, "LO")) == "X", "unknown to the dictionary"
    assert BASIC.actions.of(attribute(0x00190010, "LO", "ACME")) == "X", "private creator"
    assert BASIC.actions.of(attribute(0x00191001, "LO", "ACME")) == "X", "private"
    assert BASIC.actions.of(attribute(0x00041500, "CS")) == "X", "file-set"
    assert BASIC.actions.of(attribute(0x00080016, "UI")) == "K", "names a class"
    assert BASIC.actions.of(attribute(0x00080104, "LO")) is None
    lost = type_of(BASIC, 0x0018991E, "UI")
    assert (lost.action, lost.data_class) == (None, "uid")
    reviewer = type_of(BASIC, 0x00140104, "PN")
    assert (reviewer.action, reviewer.data_class) == (None, "person-name")


def test_field_types_say_what_selectors_need() -> None:
    type_ = type_of(BASIC, 0x00100010, "PN")
    assert dict(type_.attributes) == {
        "keyword": "PatientName",
        "tag": "(0010,0010)",
        "vr": "PN",
        "creator": "",
    }
    assert type_.constraint.kind == "name"
    private = type_of(BASIC, 0x00191092, "LO", "ACME")
    assert private.attributes["tag"] == '(0019,"ACME",92)'
    assert private.attributes["creator"] == "ACME"


def test_codes_are_not_searched_and_descriptions_are() -> None:
    for tag, vr, searched in (
        (0x00080100, "SH", False), (0x00080102, "SH", False), (0x00080104, "LO", True), (0x00280010, "US",
        False), (0x00080060, "CS", False), (0x00181030, "LO", True), (0x00180050, "DS", False),
    ):  # fmt: skip
        assert type_of(Profile(DicomSpec(frozenset({"clean-descriptors"}))), tag, vr).searchable is searched


def test_a_vr_hides_no_text() -> None:
    assert attribute(0x00100010, "UN").vr.code == "PN"
    assert attribute(0x00100010, "OB").vr.code == "PN"
    assert attribute(0x00081030, "IS").vr.code == "LO"
    assert attribute(0x00081030, "US").vr.code == "LO"
    assert attribute(0x00280010, "LO").vr.code == "LO"
    assert attribute(0x00081140, "UN").vr.code == "SQ"
    assert attribute(0x00080020, "LO").vr.code == "LO"


def test_numbers_and_codes_that_are_none_are_searched_or_emptied() -> None:
    ds = encode(Dataset())
    good = ds + b"\x18\0\x50\0DS\x04\x002.5 " + b"\x28\0\x04\0CS\x04\0RGB "
    bad = ds + b"\x18\0\x50\0DS\x08\0DAVIDSON" + b"\x28\0\x04\0CS\x08\0Davidson"
    long = ds + b"\x18\0\x50\0DS\x0a\x00292821506 " + b"\x28\0\x04\0CS\x04\0RGB "
    for data, number, action, code in (
        (good, False, None, False), (bad, False, "Z", True), (long, True, None, False),
    ):  # fmt: skip
        found = locations(open_bytes(data))
        assert found["(0018,0050)"].type.searchable is number
        assert found["(0018,0050)"].type.action == action
        assert found["(0028,0004)"].type.searchable is code


@pytest.mark.parametrize(
    ("vm", "count", "fits"),
    [
        ("1", 1, True), ("1", 2, False), ("3", 3, True), ("1-2", 3, False), ("1-n", 9, True),
        ("2-n", 1, False), ("2-2n", 3, False), ("3-3n", 6, True), ("", 5, True), ("1", 0, True),
    ],
)  # fmt: skip
def test_numbers_beyond_their_multiplicity_are_none(vm: str, count: int, fits: bool) -> None:
    assert holds_numbers(VRS["US"], 2 * count, vm) is fits
    assert not holds_numbers(VRS["US"], 2 * count + 1, vm)


def test_values_that_no_number_can_be_are_emptied() -> None:
    rows = b"\x28\0\x10\0US\x0a\0Davidson\0\0"
    found = locations(open_bytes(encode(Dataset()) + rows))
    assert found["(0028,0010)"].type.action == "Z"


@pytest.mark.parametrize("size", [24, 70_000])
def test_bytes_that_spell_something_are_told_by_it(size: int) -> None:
    lut = b"\x28\0\x01\x12OW\0\0" + size.to_bytes(4, "little") + b"\1\2desc J Davidson\0".ljust(size, b"\0")
    found = locations(open_bytes(encode(Dataset()) + lut))
    assert found["(0028,1201)"].type.spelled
    assert found["(0028,1201)"].text == "desc J Davidson"


def test_known_sequences_that_are_declared_as_bytes_go() -> None:
    assert BASIC.actions.of(attribute(0x00540410, "OB")) == "X"
    assert BASIC.actions.of(attribute(0x00540410, "SQ")) is None
    assert BASIC.actions.of(attribute(0x00540410, "UN")) is None
    assert BASIC.actions.of(attribute(0x10100123, "US")) == "X", "retired repeating groups"


def test_private_elements_can_be_kept_by_name_with_their_creator() -> None:
    ds = Dataset()
    block = ds.private_block(0x0019, "ACME", create=True)
    block.add_new(0x92, "LO", "kept")
    block.add_new(0x93, "LO", "gone")
    ds.private_block(0x0019, "OTHER", create=True).add_new(0x92, "LO", "gone")
    found = locations(open_bytes(encode(ds), DicomSpec(actions={'(0019,"ACME",92)': "K"})))
    actions = {location: f.type.action for location, f in found.items() if location.startswith("(0019")}
    assert actions == {
        "(0019,0010)": "K",
        "(0019,0011)": "X",
        '(0019,"ACME",92)': "K",
        '(0019,"ACME",93)': "X",
        '(0019,"OTHER",92)': "X",
    }


def test_an_override_is_stronger_than_the_table() -> None:
    profile = Profile(DicomSpec(actions={"PatientSex": "K", "(0018,0050)": "X", "OverlayData": "K"}))
    assert profile.actions.of(attribute(0x00100040, "CS")) == "K"
    assert profile.actions.of(attribute(0x00180050, "DS")) == "X"
    assert profile.actions.of(attribute(0x60043000, "OW")) == "K"


def test_in_a_sequence_of_dummies_every_text_is_one_but_not_what_it_is_called() -> None:
    def item(**values: object) -> Dataset:
        ds = Dataset()
        for keyword, value in values.items():
            setattr(ds, keyword, value)
        return ds

    concept = item(CodeValue="121071", CodingSchemeDesignator="DCM", CodeMeaning="Finding")
    value = item(CodeValue="99", CodingSchemeDesignator="L", CodeMeaning="Davidson")
    content = item(
        ValueType="TEXT", TextValue="Davidson", ConceptNameCodeSequence=[concept], ConceptCodeSequence=[value]
    )
    found = locations(open_bytes(encode(item(ContentSequence=[content]))))
    actions = {location.removeprefix("(0040,A730)[0]."): f.type.action for location, f in found.items()}
    assert actions["(0040,A160)"] == "D"
    assert actions["(0040,A168)[0].(0008,0100)"] == "D"
    assert actions["(0040,A168)[0].(0008,0104)"] == "D"
    assert actions["(0040,A043)[0].(0008,0100)"] is None
    assert actions["(0040,A043)[0].(0008,0104)"] is None
    assert actions["(0040,A040)"] is None


def test_a_sequence_to_remove_hides_its_items_also_under_un() -> None:
    content = struct.pack("<HHI", 0xFFFE, 0xE000, 12) + struct.pack("<HHI", 0x0010, 0x0010, 4) + b"A^B "
    data = encode(Dataset()) + b"\x10\0\x02\x10UN\0\0" + struct.pack("<I", len(content)) + content
    found = locations(open_bytes(data))
    assert found["(0010,1002)"].type.action == "X"
    assert not any(location.startswith("(0010,1002)[") for location in found)


def test_the_row_of_a_tag() -> None:
    assert row_for(0x60023000) is ROWS["60xx3000"]
    assert row_for(0x501E0010) is ROWS["50xxxxxx"]
    assert row_for(0x00190010) is ROWS["PRIVATE"]
    assert row_for(0x60203000) is ROWS["60xx3000"], "beyond the standard's 16 groups"
    assert row_for(0x00280010) is None
