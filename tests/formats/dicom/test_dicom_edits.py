"""Editing in place: one value changes only its own bytes and the lengths around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from dicom_help import SYNTAXES, bundled, decode, encode, field, locations, open_bytes, render
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from beam_phi.formats.document import FormatError, Unfit
from beam_phi.library.model import DicomSpec


def study() -> Dataset:
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPInstanceUID = "1.2.3.4"
    ds.StudyDate = "20200102"
    ds.StudyDescription = "KNEE"
    ds.OperatorsName = ["A^B", "C^D", "E^F"]
    item = Dataset()
    item.ReferencedSOPInstanceUID = "1.2.3"
    deep = Dataset()
    deep.CodeMeaning = "something"
    item.PurposeOfReferenceCodeSequence = [deep]
    ds.ReferencedImageSequence = Sequence([item, Dataset()])
    ds.PatientName = "Döe^Jon"
    ds.Rows = 2
    return ds


@pytest.mark.parametrize("syntax", sorted(SYNTAXES))
@pytest.mark.parametrize("undefined", [False, True])
def test_a_nested_value_changes_and_nothing_else(syntax: str, undefined: bool) -> None:
    ds = study()
    ds["ReferencedImageSequence"].is_undefined_length = undefined
    ds.ReferencedImageSequence[0].is_undefined_length_sequence_item = undefined
    data = encode(ds, syntax)
    document = open_bytes(data)
    one = field(document, "(0008,1140)[0].(0040,A170)[0].(0008,0104)")
    assert document.scope.replace(one, "a longer meaning") == "a longer meaning"
    document.scope.empty(field(document, "(0008,1140)[0].(0008,1155)"))
    changed = decode(render(document, data))
    ds.ReferencedImageSequence[0].PurposeOfReferenceCodeSequence[0].CodeMeaning = "a longer meaning"
    ds.ReferencedImageSequence[0].ReferencedSOPInstanceUID = None
    assert changed.to_json_dict() == ds.to_json_dict()


@pytest.mark.parametrize("syntax", sorted(SYNTAXES))
def test_deleting_a_whole_sequence_or_everything(syntax: str) -> None:
    data = encode(study(), syntax)
    spec = DicomSpec(actions={"ReferencedImageSequence": "X"})
    document = open_bytes(data, spec)
    found = locations(document)
    assert found["(0008,1140)"].text == "<2 items>"
    assert not any(location.startswith("(0008,1140)[") for location in found)
    document.scope.delete(found["(0008,1140)"])
    changed = decode(render(document, data))
    assert "ReferencedImageSequence" not in changed
    assert changed.PatientName == "Döe^Jon"

    document = open_bytes(data)
    for one in document.scope.fields():
        document.scope.delete(one)
    left = decode(render(document, data))
    assert [e.keyword for e in left.iterall()] == [
        "SpecificCharacterSet",
        "ReferencedImageSequence",
        "PurposeOfReferenceCodeSequence",
    ]


def test_one_value_of_several() -> None:
    data = encode(study())
    document = open_bytes(data)
    found = locations(document)
    scope = document.scope
    assert [found[f"(0008,1070)#{n}"].text for n in (1, 2, 3)] == ["A^B", "C^D", "E^F"]
    scope.replace(found["(0008,1070)#2"], "XX^YYY")
    scope.delete(found["(0008,1070)#3"])
    assert decode(render(document, data)).OperatorsName == ["A^B", "XX^YYY", ""]
    scope.delete(found["(0008,1070)#1"])
    scope.delete(found["(0008,1070)#2"])
    assert "OperatorsName" not in decode(render(document, data))


def test_an_emptied_sequence_keeps_its_place() -> None:
    data = encode(study())
    document = open_bytes(data, DicomSpec(actions={"(0008,1140)": "Z"}))
    document.scope.empty(field(document, "(0008,1140)"))
    assert list(decode(render(document, data)).ReferencedImageSequence) == []


@settings(max_examples=40)
@given(st.data())
def test_any_edits_of_any_field_leave_the_others(data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from(
            ["rtplan.dcm", "test-SR.dcm", "CT_small.dcm", "UN_sequence.dcm", "MR_small_bigendian.dcm"]
        )
    )
    original = Path(get_testdata_file(name)).read_bytes()
    document = open_bytes(original)
    before = [(f.location, f.text) for f in document.scope.fields()]
    fields = document.scope.fields()
    chosen = data.draw(st.sets(st.integers(0, len(fields) - 1), min_size=1, max_size=8))
    expected = dict(before)
    for index in chosen:
        one = fields[index]
        if one.number or (one.element.attribute.private and '"' not in one.location):
            continue  # without its creator a private element would get another location
        if one.location in ("(0008,0016)", "(0028,0010)", "(0028,0011)"):
            continue  # what others are fields hangs on the class and size of the image
        if data.draw(st.booleans()):
            document.scope.delete(one)
            del expected[one.location]
        else:
            document.scope.empty(one)
            expected[one.location] = ""
    again = open_bytes(render(document, original))
    assert {f.location: f.text for f in again.scope.fields()} == expected


def test_meta_group_length_follows() -> None:
    data = encode(study())
    document = open_bytes(data)
    document.scope.replace(field(document, "(0002,0003)"), "2.25.123456789")
    changed = decode(render(document, data))
    assert changed.file_meta.MediaStorageSOPInstanceUID == "2.25.123456789"
    start = open_bytes(render(document, data)).scope._opening.data
    assert changed.file_meta.FileMetaInformationGroupLength == start - 144


@pytest.mark.parametrize(
    "path", [p for p in bundled() if p.name in ("ExplVR_BigEnd.dcm", "rtplan.dcm", "CT_small.dcm")]
)
def test_stale_group_lengths_go(path: Path) -> None:
    data = path.read_bytes()
    document = open_bytes(data)
    document.scope.replace(field(document, "(0010,0010)"), "SOMEBODY^ELSE")
    changed = open_bytes(render(document, data))
    assert all(e.attribute.tag >> 16 == 2 for e in changed.scope._scanner.group_lengths)


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ("(0010,0010)", "A\\B"),
        ("(0010,0010)", "A\nB"),
        ("(0010,0010)", "A" * 195),
        ("(0010,0010)", "\x1b$B"),
        ("(0008,1030)", "x" * 65),
        ("(0008,0020)", "2020-01-02"),
        ("(0008,0020)", "20200102a"),
        ("(0008,0018)", "1.02.3"),
        ("(0008,0018)", "x"),
        ("(0028,0010)", "70000"),
        ("(0028,0010)", "many"),
    ],
)
def test_what_does_not_fit_is_refused(location: str, text: str) -> None:
    data = encode(study())
    document = open_bytes(data)
    with pytest.raises(Unfit) as error:
        document.scope.replace(field(document, location), text)
    assert text not in str(error.value)
    assert render(document, data) == data


def test_numbers_can_be_replaced() -> None:
    for syntax in SYNTAXES:
        data = encode(study(), syntax)
        document = open_bytes(data)
        one = field(document, "(0028,0010)")
        assert one.text == "2"
        document.scope.replace(one, "513")
        assert decode(render(document, data)).Rows == 513


def test_a_value_as_long_as_the_one_it_replaces_fits() -> None:
    data = encode(Dataset())
    long = b"x" * 80
    data += b"\x08\0\x30\x10LO\x50\0" + long
    document = open_bytes(data)
    document.scope.replace(field(document, "(0008,1030)"), "y" * 80)
    with pytest.raises(Unfit):
        document.scope.replace(field(document, "(0008,1030)"), "y" * 81)


def test_uids_that_dicom_registers_are_no_fields() -> None:
    ds = study()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    ds.FrameOfReferenceUID = "1.2.840.10008.1.4.1.1"
    ds.FailedSOPInstanceUIDList = ["1.2.840.10008.1.4.1.1", "1.2.3"]
    found = locations(open_bytes(encode(ds)))
    assert "(0008,0016)" not in found
    assert "(0020,0052)" not in found
    assert "(0008,0058)#1" not in found
    assert found["(0008,0058)#2"].text == "1.2.3"


def test_equal_values_have_equal_keys_and_types() -> None:
    one, other = study(), study()
    other.PatientID = "else"
    mine, theirs = (locations(open_bytes(encode(ds))) for ds in (one, other))
    for location in mine:
        assert mine[location].type is theirs[location].type
        assert mine[location].key == theirs[location].key


def test_keys_tell_byte_orders_apart() -> None:
    little, big = Dataset(), Dataset()
    little.Rows, big.Rows = 2, 512
    mine, theirs = (
        field(open_bytes(encode(ds, syntax)), "(0028,0010)")
        for ds, syntax in ((little, "explicit"), (big, "big"))
    )
    assert (mine.text, theirs.text) == ("2", "512")
    assert mine.element.raw == theirs.element.raw
    assert mine.key != theirs.key


def test_equal_headers_under_another_creator_mean_something_else() -> None:
    for creator in ("ACME", "OTHER", "ACME"):
        ds = Dataset()
        ds.private_block(0x0029, creator, create=True).add_new(0x08, "LO", "same")
        for _ in range(2):
            assert field(open_bytes(encode(ds)), f'(0029,"{creator}",08)').text == "same"


def test_keys_tell_character_sets_apart() -> None:
    def name(charset: str, raw: bytes) -> tuple[object, str]:
        ds = Dataset()
        ds.SpecificCharacterSet = charset
        ds.add_new(0x00100010, "PN", raw)
        one = field(open_bytes(encode(ds)), "(0010,0010)")
        return one.key, one.text

    latin, greek = name("ISO_IR 100", b"\xe1^"), name("ISO_IR 126", b"\xe1^")
    assert latin[1] != greek[1]
    assert latin[0] != greek[0]
    assert name("ISO_IR 100", b"AB")[0] == name("ISO_IR 126", b"AB")[0]


def test_no_value_is_in_reprs_and_errors() -> None:
    document = open_bytes(encode(study()))
    assert "Jon" not in repr(document.scope.fields())


def test_an_attribute_that_stands_twice_is_refused_where_it_matters() -> None:
    for tag, matters in ((b"\x10\0\x10\0PN", False), (b"\x08\0\x70\0LO", True)):
        document = open_bytes(encode(Dataset()) + (tag + b"\x02\0AB") * 2)
        assert [f.text for f in document.scope.fields()][-2:] == ["AB", "AB"]
        if not matters:
            assert document.box_attributes()
            continue
        with pytest.raises(FormatError) as error:
            document.box_attributes()
        assert error.value.reason == "bad-syntax"
