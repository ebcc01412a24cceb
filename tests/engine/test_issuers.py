"""One id under two issuers is two patients, where the library says which issuers are its own."""

from __future__ import annotations

from pydicom.dataset import Dataset
from support.masking import masked

HOME = "{options: [modified-dates, clean-descriptors], home_issuers: [General Hospital]}"


def dataset(issuer: str, patient_id: str = "00123456") -> Dataset:
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3"
    ds.PatientID, ds.StudyDate = patient_id, "20130713"
    ds.StudyDescription = f"scan of {patient_id} repeated"
    if issuer:
        ds.IssuerOfPatientID = issuer
    return ds


def test_ids_of_other_issuers_are_other_patients() -> None:
    home, same = masked(dataset("GENERAL HOSPITAL"), HOME), masked(dataset(""), HOME)
    other, third = masked(dataset("Clinic B"), HOME), masked(dataset("Clinic C"), HOME)
    assert home.PatientID == same.PatientID
    assert home.StudyDate == same.StudyDate
    assert len({home.PatientID, other.PatientID, third.PatientID}) == 3
    assert len({home.StudyDate, other.StudyDate, third.StudyDate}) > 1
    for out in (home, other, third):
        assert "123456" not in out.StudyDescription
        assert out.PatientID in out.StudyDescription, "an echo has the same pseudonym"


def test_one_id_of_another_issuer_is_one_in_every_spelling() -> None:
    first, second = masked(dataset("Clinic B"), HOME), masked(dataset("CLINIC B ", "00-123-456"), HOME)
    assert first.PatientID == second.PatientID


def test_each_of_a_patients_ids_goes_by_its_own_issuer() -> None:
    ds = dataset("General Hospital", "555001")
    item = Dataset()
    item.PatientID, item.IssuerOfPatientID = "00123456", "Clinic B"
    ds.OtherPatientIDsSequence = [item]
    spec = HOME.replace("{", "{actions: {OtherPatientIDsSequence: C}, ", 1)
    (other,) = masked(ds, spec).OtherPatientIDsSequence
    assert other.PatientID == masked(dataset("Clinic B"), HOME).PatientID


def test_without_home_issuers_they_make_no_difference() -> None:
    options = "{options: [modified-dates]}"
    assert masked(dataset("Clinic B"), options).PatientID == masked(dataset("Clinic C"), options).PatientID
