"""Compound actions of Table E.1-1, resolved by the attribute's Type where it stands."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset
from support.masking import masked

from beam_phi.formats.dicom.iod import TYPES, iod, resolve

CT = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
RT_PLAN = "1.2.840.10008.5.1.4.1.1.481.5"
PRIVATE = "1.2.3.4.5"


@pytest.mark.parametrize(
    ("compound", "letters"),
    [
        # For Types 1, 1C, 2, 2C, 3, and where no IOD is known; by Table E.1-1a.
        ("X/Z", "ZZZZXZ"),
        ("X/D", "DDDDXD"),
        ("Z/D", "DDZZZD"),
        ("X/Z/D", "DDZZXD"),
        ("X/Z/U*", "UUUUUU"),
    ],
)
def test_letters_by_type(compound: str, letters: str) -> None:
    assert "".join(resolve(compound, type_) for type_ in (*TYPES, None)) == letters


@pytest.mark.parametrize(
    ("sop_class", "place", "keyword", "type_"),
    [
        # Read in PS3.3, module by module.
        (CT, (), "SeriesDate", "3"),
        (CT, (), "PatientID", "2"),
        (CT, (), "ContrastBolusAgent", "2"),
        (ENHANCED_CT, (), "DeviceSerialNumber", "1"),
        (ENHANCED_CT, (), "ContentDate", "1"),
        (ENHANCED_CT, (), "AcquisitionDateTime", "1C"),
        (RT_PLAN, (), "RTPlanDate", "2"),
        (RT_PLAN, (), "OperatorsName", "2"),
        (CT, ("OtherPatientIDsSequence",), "PatientID", "1"),
        (CT, ("UnheardOfSequence", "OtherPatientIDsSequence"), "PatientID", "1"),
        (CT, ("UnheardOfSequence",), "StationName", "3"),
    ],
)
def test_types(sop_class: str, place: tuple[str, ...], keyword: str, type_: str) -> None:
    known = iod(sop_class)
    assert known is not None
    assert known.type_of(place, keyword) == type_


def test_an_unknown_class_has_no_iod() -> None:
    assert iod(PRIVATE) is None
    assert iod("") is None


def dataset(sop_class: str) -> Dataset:
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, "1.2.3"
    ds.PatientID, ds.PatientName = "292821506", "Davidson^Douglas"
    ds.SeriesDate, ds.ContentDate, ds.DeviceSerialNumber, ds.StationName = "20130713", "20130713", "S1", "CT1"
    image = Dataset()
    image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = sop_class, "1.2.3.4"
    ds.ReferencedImageSequence = [image]
    other = Dataset()
    other.PatientID, other.TypeOfPatientID = "99887766", "TEXT"
    nested = Dataset()
    nested.OtherPatientIDsSequence = [other]
    ds.ReferencedPatientSequence = [nested]
    return ds


def test_objects_are_masked_by_the_types_of_their_class() -> None:
    ct, enhanced = masked(dataset(CT)), masked(dataset(ENHANCED_CT))
    assert "SeriesDate" not in ct
    assert "DeviceSerialNumber" not in ct
    assert ct.ContentDate == ""
    assert enhanced.ContentDate == "19000101"
    assert enhanced.DeviceSerialNumber not in ("", "S1")
    for out in (ct, enhanced):
        assert "StationName" not in out
        assert out.ReferencedImageSequence[0].ReferencedSOPInstanceUID.startswith("2.25.")


def test_an_object_of_unknown_class_gets_what_is_valid_in_any() -> None:
    out = masked(dataset(PRIVATE), "{quarantine: []}")
    assert out.SeriesDate == "19000101"
    assert out.ContentDate == "19000101"
    assert out.StationName not in ("", "CT1")
    assert out.PatientID not in ("", "292821506")
