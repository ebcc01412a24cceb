"""The DICOM objects of the export: one dataset for each instance of the plan, PHI in every kind of place.

The objects follow PS3.3's IODs for the attributes they carry; what is planted beyond them (private elements,
deep sequences, echoes of the name in descriptions) is what real exports carry too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from beam_phi.identity.canonical import fold
from beam_phi.sample import images
from beam_phi.sample.modalities import IMAGES
from beam_phi.sample.objects import MAKER, MODELS, SOP_CLASSES, code, item, put
from beam_phi.sample.people import Hospital, Patient
from beam_phi.sample.plan import Series, Study

_IMPLEMENTATION_UID = "1.2.826.0.1.3680043.8.498.1"


@dataclass(frozen=True, slots=True)
class Made:
    """A dataset with its file meta, and the text drawn into its frames."""

    dataset: Dataset
    burned: list[images.Burned]
    frames: int = 1


def build(rng: np.random.Generator, hospital: Hospital, study: Study, series: Series, index: int) -> Made:
    """The object number `index` (from 0) of the series."""
    dataset = _common(hospital, study, series, index)
    burned = IMAGES[series.modality](rng, dataset, study, series, index)
    frames = int(dataset.get("NumberOfFrames", 1))
    return Made(dataset, burned, frames)


def _common(hospital: Hospital, study: Study, series: Series, index: int) -> Dataset:
    """Patient, study, series, equipment and SOP common modules."""
    patient, day = study.patient, f"{study.day:%Y%m%d}"
    station, serial = hospital.station(series.modality)
    dataset = Dataset()
    if character_set := _character_set(patient):
        dataset.SpecificCharacterSet = character_set
    put(
        dataset,
        SOPClassUID=SOP_CLASSES[series.modality],
        SOPInstanceUID=series.instances[index],
        PatientName=patient.name.dicom,
        PatientID=patient.id,
        IssuerOfPatientID=hospital.name,
        PatientBirthDate=f"{patient.born:%Y%m%d}",
        PatientSex=patient.sex,
        PatientAge=f"{patient.age_at(study.day):03d}Y",
        OtherPatientNames=f"{patient.name.family}^{patient.name.given}",
        OtherPatientIDsSequence=[
            item(PatientID=spelling, TypeOfPatientID="TEXT") for spelling in _other_ids(patient)
        ],
        PatientAddress=patient.address.line,
        PatientTelephoneNumbers=patient.phone,
        PatientComments=f"{patient.relation} {patient.partner.spoken}, {patient.email}, SSN {patient.ssn}",
        ResponsiblePerson=patient.partner.dicom,
        ResponsiblePersonRole="RELATIVE",
        StudyInstanceUID=study.uid,
        StudyDate=day,
        StudyTime=study.time,
        StudyID=study.id,
        AccessionNumber=study.accession,
        StudyDescription=study.description,
        ReferringPhysicianName=patient.physician.dicom,
        PhysiciansOfRecord=[person.dicom for person in hospital.staff[:2]],
        Modality=series.modality,
        SeriesInstanceUID=series.uid,
        SeriesNumber=series.number,
        SeriesDate=day,
        SeriesTime=study.time,
        SeriesDescription=f"{series.description.split(' for ')[0]} {fold(patient.name.family)}",
        ProtocolName=f"{series.modality} {patient.id} {day}",
        PerformingPhysicianName=hospital.staff[2].dicom,
        OperatorsName=hospital.technologist.dicom,
        Manufacturer=MAKER,
        ManufacturerModelName=MODELS[series.modality],
        InstitutionName=hospital.name,
        InstitutionAddress=hospital.address.line,
        InstitutionalDepartmentName=hospital.department,
        StationName=station,
        DeviceSerialNumber=serial,
        SoftwareVersions="4.2.1.0",
        InstanceNumber=index + 1,
        ContentDate=day,
        ContentTime=study.time,
        AcquisitionDate=day,
        AcquisitionTime=study.time,
        AcquisitionDateTime=f"{day}{study.time}.000000",
        ImageComments=f"{patient.name.spoken} {study.day:%d-%m-%Y}; call {patient.phone}",
        ProcedureCodeSequence=[code("71045", "C4", "Radiologic examination, chest")],
    )
    dataset.file_meta = _file_meta(dataset, station, patient)
    return dataset


def _other_ids(patient: Patient) -> tuple[str, ...]:
    return patient.id_spellings or (patient.account,)


def _character_set(patient: Patient) -> str | list[str]:
    """Latin-1 where it does, kanji by code extension, UTF-8 for one name that would not need it."""
    if patient.name.ideographic:
        return ["", "ISO 2022 IR 87"]
    if "ü" in patient.name.family:
        return "ISO_IR 192"
    return "" if patient.name.dicom.isascii() else "ISO_IR 100"


def _file_meta(dataset: Dataset, station: str, patient: Patient) -> FileMetaDataset:
    meta = FileMetaDataset()
    put(
        meta,
        FileMetaInformationVersion=b"\x00\x01",
        MediaStorageSOPClassUID=dataset.SOPClassUID,
        MediaStorageSOPInstanceUID=dataset.SOPInstanceUID,
        TransferSyntaxUID=ExplicitVRLittleEndian,
        ImplementationClassUID=_IMPLEMENTATION_UID,
        ImplementationVersionName="BEAMPHI_SAMPLE",
        SourceApplicationEntityTitle=station,
        SendingApplicationEntityTitle=station,
        PrivateInformationCreatorUID=_IMPLEMENTATION_UID,
        PrivateInformation=f"{patient.name.spoken}|{patient.id}".encode(),
    )
    return meta
