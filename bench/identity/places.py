"""Where the sample says whose a date, a study or an order is: read from originals and masked files alike.

Nothing here knows how values are masked. A reader gives what stands at corresponding places, in file order;
masking changes values, never their number or order.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pydicom

from beam_phi.sample.people import CLINIC, HOME


@dataclass(frozen=True, slots=True)
class Mark:
    """What a place says. owner: id and issuer of the patient. date: as written. study, order: of the study,
    "" where none is told."""

    owner: tuple[str, str]
    date: str
    study: str = ""
    order: str = ""


Reader = Callable[[Path], Iterator[Mark]]

#: Issuers, by whatever name, and which house that is: "" the hospital itself.
_HOUSES = {
    **dict.fromkeys((*HOME, f"urn:oid:{HOME.oid}", ""), ""),
    **dict.fromkeys((*CLINIC, f"urn:oid:{CLINIC.oid}"), CLINIC.name),
}


def readers() -> dict[str, tuple[str, Reader]]:
    """Format -> glob of its files in the sample, and their reader."""
    return {
        "DICOM": ("Pseudo-PHI-DICOM-Data/**/*", dicom),
        "CSV": ("admin/visits.csv", visits),
        "TSV": ("admin/lab_results.tsv", laboratory),
        "CSV, US": ("patients.csv", register),
        "HL7": ("interfaces/*.hl7", hl7),
        "X12": ("billing/*.837", x12),
        "FHIR": ("fhir/*.json", bundle),
        "NDJSON": ("bulk/Observation.ndjson", bulk),
        "CDA": ("ccd/*.xml", cda),
        "text": ("notes/*/discharge summary.txt", note),
        "Parquet": ("warehouse/studies.parquet", warehouse),
        "xlsx": ("admin/appointments.xlsx", appointments),
        "fixed width": ("extracts/*.dat", admissions),
        "DICOM JSON": ("dicomweb/*.json", dicom_json),
        "FHIR XML": ("fhir-xml/*.xml", bundle_xml),
        "zip": ("archive/letters.zip", letters),
        "tar.gz in zip": ("archive/letters.zip", tables),
    }


def _owner(id_: str, issuer: str = "") -> tuple[str, str]:
    number = "".join(filter(str.isalnum, id_)).upper()
    return number.lstrip("0") if number.isdecimal() else number, _HOUSES.get(issuer, "")


def dicom(path: Path) -> Iterator[Mark]:
    dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
    if dataset.get("StudyDate") is not None and dataset.get("PatientID"):
        yield Mark(
            _owner(dataset.PatientID),
            dataset.StudyDate,
            dataset.get("StudyInstanceUID", ""),
            dataset.get("AccessionNumber", ""),
        )


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(
        io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=delimiter
    )


def visits(path: Path) -> Iterator[Mark]:
    for row in _rows(path, "latin-1", ";"):
        yield Mark(_owner(row["Patient_ID"]), row["Visit Date"], row["Study UID"], row["Accession No"])


def laboratory(path: Path) -> Iterator[Mark]:
    for row in _rows(path, "utf-16", "\t"):
        yield Mark(_owner(row["MRN"]), row["Collected"])


def register(path: Path) -> Iterator[Mark]:
    for row in _rows(path, "utf-8", ","):
        yield Mark(_owner(row["MRN"]), row["Admit Date"])


def hl7(path: Path) -> Iterator[Mark]:
    for message in path.read_bytes().decode().split("MSH|")[1:]:
        segments = {segment[:3]: segment.split("|") for segment in message.split("\r")}
        id_, _, _, issuer = segments["PID"][3].split("^")[:4]
        order = segments["OBR"][3]
        study = re.search(r"\|RP\|113014[^|]*\|\|([^^|\r]*)", message)
        yield Mark(_owner(id_, issuer), segments["OBR"][7][:8], study[1] if study else "", order)


def x12(path: Path) -> Iterator[Mark]:
    for claim in path.read_text("ascii").split("NM1*IL*")[1:]:
        id_ = re.search(r"\*MI\*([^~]*)~", claim)
        date = re.search(r"DTP\*472\*RD8\*(\d+)", claim)
        yield Mark(_owner(id_[1] if id_ else ""), date[1] if date else "")


def bundle(path: Path) -> Iterator[Mark]:
    text = path.read_text("utf-8")
    id_ = re.search(r'"system": "(urn:oid:1\.2\.36[^"]*|[^"]*)",\s*"value": "([^"]+)"', text)
    owner = _owner(id_[2], id_[1]) if id_ else ("", "")
    for study in re.split(r'"resourceType": "ImagingStudy"', text)[1:]:
        uid = re.search(r'"value": "urn:oid:([^"]+)"', study)
        order = re.search(r'"code": "ACSN"[^"]*"value": "([^"]+)"', re.sub(r"[\s\]}]+", " ", study))
        date = re.search(r'"started": "([^"]*)"', study)
        yield Mark(owner, date[1] if date else "", uid[1] if uid else "", order[1] if order else "")


def bulk(path: Path) -> Iterator[Mark]:
    patients = path.with_name("Patient.ndjson").read_text("utf-8").splitlines()
    for line, patient in zip(path.read_text("utf-8").splitlines(), patients, strict=True):
        id_ = re.search(r'"system":"([^"]*)","value":"([^"]+)"', patient)
        date = re.search(r'"effectiveDateTime":"([^"]*)"', line)
        yield Mark(_owner(id_[2], id_[1]) if id_ else ("", ""), date[1] if date else "")


def cda(path: Path) -> Iterator[Mark]:
    text = path.read_text("utf-8")
    id_ = re.search(r'<patientRole><id root="([^"]*)" extension="([^"]*)"', text)
    date = re.search(r'<effectiveTime value="(\d{8})"/>', text)
    yield Mark(_owner(id_[2], id_[1]) if id_ else ("", ""), date[1] if date else "")


def note(path: Path) -> Iterator[Mark]:
    text = path.read_text("utf-8")
    id_ = re.search(r"MRN: (.*?)    ", text)
    date = re.search(r"Admitted: (\S*)", text)
    yield Mark(_owner(id_[1] if id_ else ""), date[1] if date else "")


def warehouse(path: Path) -> Iterator[Mark]:
    for row in pq.read_table(path).to_pylist():
        said = {name: "" if value is None else str(value) for name, value in row.items()}
        yield Mark(
            _owner(said["patient_id"]), said["study_date"], said["study_uid"], said["accession_number"]
        )


def appointments(path: Path) -> Iterator[Mark]:
    header, *rows = openpyxl.load_workbook(path)["Appointments"].iter_rows(values_only=True)
    for values in rows:
        row = dict(zip(header, values, strict=True))
        yield Mark(_owner(str(row["MRN"] or "")), str(row["Appointment Date"] or "")[:10])


def admissions(path: Path) -> Iterator[Mark]:
    for line in path.read_text("ascii").splitlines()[1:]:
        yield Mark(_owner(line[:14]), line[54:62].strip())


def dicom_json(path: Path) -> Iterator[Mark]:
    for instance in json.loads(path.read_text("utf-8")):
        said = [
            str(*instance.get(tag, {}).get("Value", [""])[:1])
            for tag in ("00100020", "00080020", "0020000D", "00080050")
        ]
        yield Mark(_owner(said[0]), *said[1:])


def bundle_xml(path: Path) -> Iterator[Mark]:
    text = path.read_text("utf-8")
    id_ = re.search(r'<system value="([^"]*)"/>\s*<value value="([^"]+)"/>', text)
    owner = _owner(id_[2], id_[1]) if id_ else ("", "")
    for study in text.split("<ImagingStudy>")[1:]:
        uid = re.search(r'<value value="urn:oid:([^"]+)"/>', study)
        order = re.search(r'"ACSN"/>(?:\s*</\w+>)*\s*<value value="([^"]+)"/>', study)
        date = re.search(r'<started value="([^"]*)"/>', study)
        yield Mark(owner, date[1] if date else "", uid[1] if uid else "", order[1] if order else "")


def letters(path: Path) -> Iterator[Mark]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.filename.endswith(".txt"):
                text = archive.read(member).decode()
                id_, date = re.search(r"MRN: (\S+)", text), re.search(r"(\S+): Graves", text)
                yield Mark(_owner(id_[1] if id_ else ""), date[1] if date else "")


def tables(path: Path) -> Iterator[Mark]:
    with zipfile.ZipFile(path) as archive:
        (packed,) = (name for name in archive.namelist() if name.endswith(".tar.gz"))
        with tarfile.open(fileobj=io.BytesIO(archive.read(packed))) as inner:
            for member in inner.getmembers():
                file = inner.extractfile(member)
                text = file.read().decode() if file else ""
                for row in csv.DictReader(io.StringIO(text, newline="")):
                    yield Mark(_owner(row["MRN"]), row["Visit Date"])
