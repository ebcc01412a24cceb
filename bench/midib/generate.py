"""A synthetic collection with its answer key, in the form of MIDI-B; one seed makes one collection.

What stays and what goes follows the library ``research``: PS3.15 Basic Profile with Clean Descriptors,
Modified Dates, Patient Characteristics, Device Identity and Safe Private.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from bench.midib import key
from bench.midib.key import Instance
from bench.midib.rules import Answer

MODALITIES = {
    "PT": "1.2.840.10008.5.1.4.1.1.128",
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "US": "1.2.840.10008.5.1.4.1.1.6.1",
    "DX": "1.2.840.10008.5.1.4.1.1.1.1",
    "MG": "1.2.840.10008.5.1.4.1.1.1.2",
    "CR": "1.2.840.10008.5.1.4.1.1.1",
    "SR": "1.2.840.10008.5.1.4.1.1.88.33",
}
ROWS, COLUMNS, BANNER = 96, 160, 16

LIBRARY = f"""\
name: midib
version: 1
description: Research, and the banner of the synthetic ultrasound images painted out.
extends: research
black_boxes:
  banner:
    when: {{modality: US, rows: {ROWS}, columns: {COLUMNS}}}
    boxes: [{{x: 0, y: 0, width: {COLUMNS}, height: {BANNER}}}]
"""

# Safe private elements of PS3.15 Table E.3.10-1: creator, group, element, VR, value.
_SAFE = (
    ("Philips Imaging DD 001", 0x2001, 0x03, "FL", 1000.0),
    ("SIEMENS MR HEADER", 0x0019, 0x0C, "IS", "750"),
    ("GEMS_HELIOS_01", 0x0045, 0x02, "FL", 0.625),
    ("Philips PET Private Group", 0x7053, 0x00, "DS", "0.00065"),
    ("GEMS_ACQU_01", 0x0019, 0x23, "DS", "39.375"),
)
_REGIONS = ("CHEST", "ABDOMEN", "PELVIS", "BRAIN", "KNEE")


@dataclass(frozen=True)
class Patient:
    """An invented person."""

    family: str
    given: str
    id: str
    birth: date
    phone: str
    street: str
    sex: str

    @property
    def name(self) -> str:
        return f"{self.family}^{self.given}"


def write(folder: Path, *, series: int = 3, instances: int = 10, seed: int = 7) -> int:
    """Write ``images/``, ``answers.db`` and ``library.yaml`` below `folder`; returns the number of answers.

    series: of each modality, each of a patient of its own. instances: of each series.
    """
    rng = random.Random(seed)
    made: list[Instance] = []
    for modality in MODALITIES:
        for number in range(series):
            made += _write_series(folder / "images", rng, modality, number, instances)
    key.write(folder / "answers.db", made)
    (folder / "library.yaml").write_text(LIBRARY, encoding="utf-8")
    return sum(len(instance.answers) for instance in made)


def _write_series(
    folder: Path, rng: random.Random, modality: str, number: int, count: int
) -> Iterator[Instance]:
    patient = _patient(rng)
    uids = [generate_uid(entropy_srcs=[modality, str(number), str(n), patient.id]) for n in range(count)]
    study, series, frame = (
        generate_uid(entropy_srcs=[what, modality, patient.id]) for what in ("study", "series", "frame")
    )
    day = date(2012, 1, 1) + timedelta(rng.randrange(1500))
    for index, uid in enumerate(uids):
        ds = Dataset()
        ds.SOPClassUID, ds.SOPInstanceUID = MODALITIES[modality], uid
        ds.StudyInstanceUID, ds.SeriesInstanceUID = study, series
        ds.Modality = modality
        plan = _Plan(ds, patient)
        _identity(plan, day)
        _descriptions(plan, rng, day)
        _device(plan)
        _references(plan, [uids[index - 1]] if index else [uids[-1]], frame)
        if modality == "SR":
            _report(plan, uids[0], rng)
        else:
            _private(plan, rng)
            _pixels(plan, rng, index)
        path = folder / f"{modality}{number}" / f"{index + 1:03}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        _save(ds, path)
        yield Instance(patient.id, study, series, uid, MODALITIES[modality], modality, tuple(plan.answers))


class _Plan:
    """A dataset in the making, and its answers."""

    def __init__(self, ds: Dataset, patient: Patient) -> None:
        self.ds = ds
        self.patient = patient
        self.answers: list[Answer] = []

    def put(self, keyword: str, value: object) -> str:
        """Set an attribute; returns its place."""
        setattr(self.ds, keyword, value)
        return f"<{self.ds[keyword].tag!s}>".replace(" ", "").upper()

    def ask(self, action: str, path: str, value: str, text: str, *categories: str) -> None:
        self.answers.append(Answer(action, path, value, text, categories))

    def goes(self, keyword: str, value: str, text: str = "", category: str = "hipaa.z") -> None:
        path = self.put(keyword, value)
        self.ask("text_removed", path, value, text or value.replace("^", " "), category)

    def stays(self, keyword: str, value: str, text: str = "", category: str = "tcia.p15") -> None:
        path = self.put(keyword, value)
        self.ask("text_retained", path, value, text or value, category)

    def uid(self, path: str, value: str) -> None:
        self.ask("uid_changed", path, value, "", "hipaa.z")
        self.ask("uid_consistent", path, value, "", "dicom.p15")


def _identity(plan: _Plan, day: date) -> None:
    patient, stamp = plan.patient, f"{day:%Y%m%d}"
    plan.goes("PatientName", patient.name)
    plan.ask("text_notnull", "<(0010,0010)>", patient.name, "", "dicom.iod")
    path = plan.put("PatientID", patient.id)
    plan.ask("text_removed", path, patient.id, patient.id, "hipaa.z")
    plan.ask("patid_consistent", path, patient.id, "", "dicom.p15")
    path = plan.put("PatientBirthDate", f"{patient.birth:%Y%m%d}")
    plan.ask("text_removed", path, "", f"{patient.birth:%Y%m%d}", "hipaa.z")
    plan.ask("tag_retained", path, "", "", "dicom.iod")
    plan.goes("PatientAddress", f"{patient.street}, Zandvoort", patient.street)
    plan.goes("PatientTelephoneNumbers", patient.phone, patient.phone)
    plan.goes("ReferringPhysicianName", "Okwuosaz^Berrin")
    plan.goes("OperatorsName", "Ylvisak^Tove")
    plan.goes("InstitutionName", "Qarvenholt Klinik", "Qarvenholt")
    path = plan.put("AccessionNumber", f"A{patient.id[-6:]}")
    plan.ask("text_removed", path, "", f"A{patient.id[-6:]}", "hipaa.z")
    plan.ask("tag_retained", path, "", "", "dicom.iod")
    for keyword in ("StudyDate", "SeriesDate", "ContentDate", "AcquisitionDate"):
        path = plan.put(keyword, stamp)
        plan.ask("date_shifted", path, stamp, stamp, "hipaa.z")
        plan.ask("text_notnull", path, stamp, "", "dicom.iod")
    plan.ds.StudyTime = plan.ds.SeriesTime = plan.ds.ContentTime = "101530"
    plan.put("StudyID", "1")
    plan.stays("PatientSex", patient.sex)
    plan.stays("PatientAge", f"{(day - patient.birth).days // 365:03}Y")
    plan.stays("PatientWeight", "71.5")
    plan.stays("PatientSize", "1.74")


def _descriptions(plan: _Plan, rng: random.Random, day: date) -> None:
    patient, region = plan.patient, rng.choice(_REGIONS)
    routine = f"{region} routine"
    for keyword, text, gone, kept in (
        ("StudyDescription", f"{region} WITHOUT CONTRAST {patient.family.upper()}", patient.family, region),
        ("SeriesDescription", f"{region} axial 2.5 mm, MRN {patient.id}", patient.id, f"{region} axial mm"),
        ("ProtocolName", f"{routine} {patient.given} {patient.family}", patient.family, routine),
        ("ImageComments", f"Good quality. Call {patient.phone}", patient.phone, "Good quality"),
        ("AcquisitionComments", f"repeated for Mrs. {patient.family}", patient.family, "repeated"),
    ):
        path = plan.put(keyword, text)
        plan.ask("text_removed", path, text, gone, "hipaa.m")
        plan.ask("text_retained", path, text, kept, "tcia.rev")
    path = plan.put("RequestedProcedureDescription", f"{region} scan of {day:%d-%b-%Y}")
    plan.ask("date_shifted", path, f"{day:%d-%b-%Y}", "", "hipaa.m")
    plan.ask("text_retained", path, "", f"{region} scan", "tcia.rev")


def _device(plan: _Plan) -> None:
    for keyword, value in (
        ("Manufacturer", "Nordlys Imaging"),
        ("ManufacturerModelName", "Tomaxis 64"),
        ("StationName", "ROOM3CT"),
        ("DeviceSerialNumber", "77123"),
        ("SoftwareVersions", "4.2.1"),
        ("BodyPartExamined", "CHEST"),
        ("SliceThickness", "2.5"),
        ("KVP", "120"),
    ):
        plan.stays(keyword, value)


def _references(plan: _Plan, uids: list[str], frame: str) -> None:
    ds = plan.ds
    for tag, keyword in (
        ("0008,0018", "SOPInstanceUID"),
        ("0020,000D", "StudyInstanceUID"),
        ("0020,000E", "SeriesInstanceUID"),
        ("0002,0003", "SOPInstanceUID"),
    ):
        plan.uid(f"<({tag})>", str(ds[keyword].value))
    plan.uid(plan.put("FrameOfReferenceUID", frame), frame)
    plan.ask("text_retained", "<(0008,0016)>", "", str(ds.SOPClassUID), "dicom.iod")
    items = []
    for number, uid in enumerate(uids):
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = ds.SOPClassUID, uid
        items.append(item)
        plan.uid(f"<(0008,1140)>[<{number:04}>]<(0008,1155)>", uid)
    ds.ReferencedImageSequence = items


def _private(plan: _Plan, rng: random.Random) -> None:
    for creator, group, element, vr, value in _SAFE:
        block = plan.ds.private_block(group, creator, create=True)
        block.add_new(element, vr, value)
        path = f'<({group:04X},"{creator}",{element:02X})>'
        plan.ask("tag_retained", path, "", "", "dicom.safe")
        plan.ask("text_retained", path, "", str(value), "tcia.ptkb")
    block = plan.ds.private_block(0x0029, "NORDLYS WORK", create=True)
    block.add_new(0x10, "LO", f"{plan.patient.family} {plan.patient.id}")
    plan.ask("text_removed", '<(0029,"NORDLYS WORK",10)>', "", plan.patient.family, "hipaa.m")


def _pixels(plan: _Plan, rng: random.Random, index: int) -> None:
    ds = plan.ds
    pixels = np.random.default_rng(rng.randrange(1 << 30)).integers(30, 200, (ROWS, COLUMNS), dtype=np.uint8)
    if ds.Modality == "US":
        picture = Image.fromarray(pixels)
        text = f"{plan.patient.family} {plan.patient.id}"
        ImageDraw.Draw(picture).text((3, 2), text, fill=255)
        pixels = np.asarray(picture)
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = ROWS, COLUMNS, 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    ds.InstanceNumber = index + 1
    ds.PixelData = pixels.tobytes()
    ds["PixelData"].VR = "OB"
    if ds.Modality == "US":
        box = {"text": text, "top_left": [0, 0], "bottom_right": [COLUMNS, BANNER]}
        plan.ask("pixels_hidden", "", "", json.dumps(box), "hipaa.z")
    else:
        plan.ask("pixels_retained", "", "", hashlib.md5(ds.PixelData).hexdigest(), "tcia.p15")


def _report(plan: _Plan, image: str, rng: random.Random) -> None:
    """A report: under the Basic Profile's action for its content the texts become dummies, the tree stays."""
    ds, patient = plan.ds, plan.patient
    ds.ValueType, ds.ContinuityOfContent = "CONTAINER", "SEPARATE"
    ds.CompletionFlag, ds.VerificationFlag = "COMPLETE", "UNVERIFIED"
    ds.ConceptNameCodeSequence = [_code("18748-4", "LN", "Diagnostic Imaging Report")]
    finding, reference = Dataset(), Dataset()
    finding.RelationshipType, finding.ValueType = "CONTAINS", "TEXT"
    finding.ConceptNameCodeSequence = [_code("121071", "DCM", "Finding")]
    finding.TextValue = f"{patient.given} {patient.family} has no finding"
    reference.RelationshipType, reference.ValueType = "CONTAINS", "IMAGE"
    target = Dataset()
    target.ReferencedSOPClassUID, target.ReferencedSOPInstanceUID = ds.SOPClassUID, image
    reference.ReferencedSOPSequence = [target]
    ds.ContentSequence = [finding, reference]
    plan.ask("text_removed", "<(0040,A730)>[<0000>]<(0040,A160)>", "", patient.family, "hipaa.m")
    plan.ask("text_notnull", "<(0040,A730)>[<0000>]<(0040,A160)>", "", "", "dicom.iod")
    name = "<(0040,A730)>[<0000>]<(0040,A043)>[<0000>]<(0008,0104)>"
    plan.ask("text_retained", name, "", "Finding", "tcia.p15")
    plan.uid("<(0040,A730)>[<0001>]<(0008,1199)>[<0000>]<(0008,1155)>", image)


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    ds = Dataset()
    ds.CodeValue, ds.CodingSchemeDesignator, ds.CodeMeaning = value, scheme, meaning
    return ds


def _patient(rng: random.Random) -> Patient:
    def word(syllables: int) -> str:
        return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(syllables)).title()

    return Patient(
        word(4) + "q",
        word(3) + "x",
        str(rng.randrange(10**8, 10**9)),
        date(1930, 1, 1) + timedelta(rng.randrange(22000)),
        f"617-555-{rng.randrange(10**4):04}",
        f"{rng.randrange(100, 999)} {word(4)}weg",
        rng.choice("FM"),
    )


def _save(ds: Dataset, path: Path) -> None:
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.save_as(path, enforce_file_format=True)
