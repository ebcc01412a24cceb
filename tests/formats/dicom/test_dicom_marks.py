"""Markers of de-identification, and what goes with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dicom_help import SYNTAXES, decode, encode, field, open_bytes, render
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

from beam_phi.formats import dicom
from beam_phi.formats.dicom.markers import IMPLEMENTATION_UID, METHODS, Marks
from beam_phi.library.model import DICOM_OPTIONS

MARKS = dicom.marks("beam-phi test", "1.0", {"modified-dates", "clean-descriptors"}, clean_pixels=True)


def mark(data: bytes, marks: Marks = MARKS) -> bytes:
    document = open_bytes(data)
    document.scope.mark_deidentified(marks)
    return render(document, data)


@pytest.mark.parametrize("syntax", sorted(SYNTAXES))
def test_all_markers_are_written_in_order(syntax: str) -> None:
    ds = Dataset()
    ds.PatientName = "A^B"
    ds.Rows = 4
    ds.private_block(0x0013, "ACME", create=True).add_new(1, "LO", "x")
    out = decode(mark(encode(ds, syntax)))
    tags = [e.tag for e in out]
    assert tags == sorted(tags)
    assert out.PatientIdentityRemoved == "YES"
    assert out.DeidentificationMethod == "beam-phi test"
    codes = [
        (i.CodeValue, i.CodingSchemeDesignator, i.CodeMeaning) for i in out.DeidentificationMethodCodeSequence
    ]
    assert codes == [(c, "DCM", METHODS[c]) for c in ("113100", "113101", "113105", "113107")]
    assert out.LongitudinalTemporalInformationModified == "MODIFIED"
    assert out.file_meta.ImplementationClassUID == IMPLEMENTATION_UID
    assert UID(IMPLEMENTATION_UID).is_valid
    assert out.PatientName == "A^B"


@pytest.mark.parametrize("syntax", sorted(SYNTAXES))
@pytest.mark.parametrize("undefined", [False, True])
def test_what_was_there_stays_and_nothing_stands_twice(syntax: str, undefined: bool) -> None:
    ds = Dataset()
    ds.PatientIdentityRemoved = "NO"
    ds.DeidentificationMethod = ["earlier", "beam-phi test"]
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = (
        "113105",
        "DCM",
        "Clean Descriptors Option",
    )
    ds.DeidentificationMethodCodeSequence = Sequence([item])
    ds["DeidentificationMethodCodeSequence"].is_undefined_length = undefined
    ds.Rows = 4
    once = mark(encode(ds, syntax))
    out = decode(once)
    assert out.PatientIdentityRemoved == "YES"
    assert out.DeidentificationMethod == ["earlier", "beam-phi test"]
    codes = [i.CodeValue for i in out.DeidentificationMethodCodeSequence]
    assert codes == ["113105", "113100", "113101", "113107"]
    assert out.Rows == 4
    assert mark(once) == once


def test_a_method_that_was_masked_is_added_to_as_masked() -> None:
    ds = Dataset()
    ds.DeidentificationMethod = "by Dr. Smith"
    data = encode(ds)
    document = open_bytes(data)
    document.scope.replace(field(document, "(0012,0063)"), "by Dr. XXXXX")
    document.scope.mark_deidentified(MARKS)
    assert decode(render(document, data)).DeidentificationMethod == ["by Dr. XXXXX", "beam-phi test"]


def test_preamble_file_meta_and_trailing_bytes_are_cleaned() -> None:
    ds = Dataset()
    ds.PixelData = bytes(8)
    ds["PixelData"].VR = "OW"
    data = b"DAVIDSON" * 16 + encode(ds)[128:] + b"DAVIDSON"
    out = mark(data)
    assert b"DAVIDSON" not in out
    assert out[:132] == bytes(128) + b"DICM"
    assert out.endswith(bytes(8))


def test_file_meta_elements_that_name_somebody_are_fields_to_remove() -> None:
    data = Path(get_testdata_file("CT_small.dcm")).read_bytes()
    fields = {f.location: f.type.action for f in open_bytes(data).scope.fields() if f.location < "(0008"}
    assert fields["(0002,0003)"] == "U"
    assert fields["(0002,0016)"] == "X"
    assert "(0002,0010)" not in fields
    assert "(0002,0002)" not in fields


def test_group_lengths_of_the_data_set_go() -> None:
    data = Path(get_testdata_file("ExplVR_BigEnd.dcm")).read_bytes()
    assert open_bytes(data).scope._scanner.group_lengths
    lengths = open_bytes(mark(data)).scope._scanner.group_lengths
    assert all(e.attribute.tag == 0x00020000 for e in lengths)


def test_marks_are_checked() -> None:
    with pytest.raises(ValueError, match="64"):
        Marks("x" * 65, (), "REMOVED", "1.0")
    with pytest.raises(ValueError, match="7050"):
        Marks("x", ("999999",), "REMOVED", "1.0")
    for option in DICOM_OPTIONS:
        (code,) = set(dicom.marks("x", "1.0", {option}).codes) - {"113100"}
        words = re.findall("[a-z]+", option)
        assert words[-1] in METHODS[code].lower()
    assert dicom.marks("x", "1.0", ()).temporal == "REMOVED"
    assert dicom.marks("x", "1.0", {"full-dates"}).temporal == "UNMODIFIED"


@pytest.mark.parametrize("syntax", sorted(SYNTAXES))
def test_the_de_identifier_is_contributing_equipment_once(syntax: str) -> None:
    """PS3.3 C.12.1, also where nothing stands behind the new elements: they come in the order of tags."""
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID, ds.PatientID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3", "1"
    scanner = Dataset()
    scanner.Manufacturer, scanner.InstitutionName = "Nordlys", "General Hospital"
    for before in ([], [scanner]):
        if before:
            ds.ContributingEquipmentSequence = before
        once = mark(encode(ds, syntax))
        out = decode(mark(once))
        assert [e.tag for e in out] == sorted(e.tag for e in out)
        assert len(out.ContributingEquipmentSequence) == len(before) + 1
        item = out.ContributingEquipmentSequence[-1]
        assert item.Manufacturer == "beam-phi"
        assert item.SoftwareVersions == "1.0"
        assert item.PurposeOfReferenceCodeSequence[0].CodeValue == "109104"
        assert item.PurposeOfReferenceCodeSequence[0].CodingSchemeDesignator == "DCM"
