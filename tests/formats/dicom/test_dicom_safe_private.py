"""Retain Safe Private (PS3.15 E.3.10): by creator and element in any block, and what an object declares."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset
from support.masking import masked

from beam_phi.formats.dicom import safe_private

PHILIPS, SIEMENS = "Philips Imaging DD 001", "SIEMENS MR HEADER"
SAFE = "{options: [safe-private]}"


def dataset() -> Dataset:
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.4", "1.2.3"
    ds.PatientName, ds.PatientID = "Davidson^Douglas", "292821506"
    return ds


def private(ds: Dataset) -> set[tuple[str, int]]:
    elements = [e for e in ds if e.tag.is_private and not e.tag.is_private_creator]
    return {(e.private_creator, e.tag & 0xFF) for e in elements}


def creators(ds: Dataset) -> list[str]:
    return [e.value for e in ds if e.tag.is_private_creator]


def test_the_lists() -> None:
    standard, tcia = safe_private.lists()["ps3.15"], safe_private.lists()["tcia"]
    assert len(standard) == 193
    assert (PHILIPS, 0x20011003) in standard
    assert ("Philips PET Private Group", 0x70531000) in standard
    assert not standard.keys() & tcia.keys()
    assert not set(tcia.values()) & {"OB", "OW", "UN", "UT", "LT", "ST", "PN"}


def test_what_is_listed_stays_with_its_creator_in_any_block() -> None:
    ds = dataset()
    ds.private_block(0x2001, "ACME", create=True).add_new(0x03, "FL", 1.5)
    block = ds.private_block(0x2001, PHILIPS, create=True)
    block.add_new(0x03, "FL", 1000.0)
    block.add_new(0xFE, "LO", "Davidson^Douglas")
    assert block.block_start != 0x20011000
    out = masked(ds, SAFE)
    assert private(out) == {(PHILIPS, 0x03)}
    assert creators(out) == [PHILIPS]
    assert out.get_private_item(0x2001, 0x03, PHILIPS).value == 1000.0
    assert private(masked(ds)) == set()
    assert creators(masked(ds)) == []


def test_a_creator_of_whom_nothing_stays_goes() -> None:
    ds = dataset()
    ds.private_block(0x2001, PHILIPS, create=True).add_new(0xFE, "LO", "text")
    item = Dataset()
    item.private_block(0x2001, PHILIPS, create=True).add_new(0x03, "FL", 2.0)
    ds.ReferencedStudySequence = []
    ds.RequestAttributesSequence = [item]
    ds.AnatomicRegionSequence = [item]
    out = masked(ds, SAFE)
    assert creators(out) == []
    assert creators(out.AnatomicRegionSequence[0]) == [PHILIPS]


def test_safe_text_is_cleaned_and_dates_and_uids_follow_the_other_options() -> None:
    ds = dataset()
    block = ds.private_block(0x2001, PHILIPS, create=True)
    block.add_new(0xC1, "LO", "plan for DAVIDSON")
    ds.private_block(0x0099, "NQHeader", create=True).add_new(0x02, "UI", "1.2.3.4711")
    ds.private_block(0x0019, "GEMS_ACQU_01", create=True).add_new(0x9D, "DT", "20130713")
    out = masked(ds, "{options: [safe-private], safe_private: [ps3.15, tcia]}")
    kept = out.get_private_item(0x2001, 0xC1, PHILIPS).value
    assert kept.startswith("plan for ")
    assert "DAVIDSON" not in kept
    assert out.get_private_item(0x0099, 0x02, "NQHeader").value.startswith("2.25.")
    assert ("GEMS_ACQU_01", 0x9D) not in private(out), "no dates in Basic"
    shifted = masked(ds, "{options: [safe-private, modified-dates], safe_private: [ps3.15, tcia]}")
    moved = shifted.get_private_item(0x0019, 0x9D, "GEMS_ACQU_01").value
    assert moved not in ("", "20130713")
    assert ("GEMS_ACQU_01", 0x9D) not in private(masked(ds, "{options: [safe-private, full-dates]}"))


def test_a_private_sequence_is_judged_by_what_is_in_it() -> None:
    ds = dataset()
    item = Dataset()
    item.PatientName = "Davidson^Douglas"
    item.SliceThickness = "2.5"
    block = item.private_block(0x0019, SIEMENS, create=True)
    block.add_new(0x0C, "IS", "1000")
    block.add_new(0x99, "LO", "Davidson")
    ds.private_block(0x0021, "ACME", create=True).add_new(0x01, "SQ", [item])
    (inner,) = masked(ds, SAFE).get_private_item(0x0021, 0x01, "ACME").value
    assert inner.SliceThickness == 2.5
    assert inner.PatientName != "Davidson^Douglas"
    assert private(inner) == {(SIEMENS, 0x0C)}


def declaration(status: str, **values: object) -> Dataset:
    item = Dataset()
    item.PrivateGroupReference, item.PrivateCreatorReference = 0x0021, "ACME"
    item.BlockIdentifyingInformationStatus = status
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


@pytest.mark.parametrize("status", ["SAFE", "UNSAFE", "MIXED"])
def test_what_the_object_declares_of_a_block(status: str) -> None:
    ds = dataset()
    block = ds.private_block(0x0021, "ACME", create=True)
    block.add_new(0x01, "LO", "vial 12 of Davidson")
    block.add_new(0x02, "US", 7)
    block.add_new(0x03, "UI", "1.2.3.4711")
    block.add_new(0x04, "LO", "vial 13")
    block.add_new(0x05, "LO", "vial 14")
    action = Dataset()
    action.IdentifyingPrivateElements, action.DeidentificationAction = [0x03], "U"
    dummy = Dataset()
    dummy.IdentifyingPrivateElements, dummy.DeidentificationAction = [0x04], "D"
    item = declaration(status, DeidentificationActionSequence=[action, dummy])
    if status == "MIXED":
        item.NonidentifyingPrivateElements = [0x01, 0x02]
    ds.PrivateDataElementCharacteristicsSequence = [item]
    out = masked(ds, SAFE)
    assert "PrivateDataElementCharacteristicsSequence" not in out
    left = {number: out.get_private_item(0x0021, number, "ACME").value for _, number in private(out)}
    assert left[0x03].startswith("2.25."), "an action of its own is followed"
    assert left[0x04] not in ("", "vial 13")
    assert (0x05 in left) == (status == "SAFE")
    assert (left.get(0x02) == 7) == (status != "UNSAFE")
    if status != "UNSAFE":
        assert left[0x01].startswith("vial 12 of ")
        assert "Davidson" not in left[0x01]
    assert private(masked(ds)) == set(), "only with the option"
