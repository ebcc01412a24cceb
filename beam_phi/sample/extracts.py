"""What other systems were asked for: a Parquet table, a workbook, and records of fixed width."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq

from beam_phi.identity.canonical import fold
from beam_phi.sample.file import File, Part
from beam_phi.sample.people import Hospital, Patient
from beam_phi.sample.plan import Study
from beam_phi.sample.workbook import Cell, workbook

DECOYS = ("Foley catheter", "Graves disease", "HEAD CT", "warfarin", "718-7", "I10", "13.2 g/dL")
"""Cells, or words in them, that must be kept."""

#: Columns of the records of fixed width, as the layout of the built-in libraries has them: name, width.
_COLUMNS = (
    ("MRN", 14),
    ("Patient Name", 32),
    ("DOB", 8),
    ("Admit Date", 8),
    ("Account Number", 12),
    ("Phone", 16),
    ("Comment", 70),
)


def extracts(hospital: Hospital, patients: Sequence[Patient], studies: Sequence[Study]) -> Iterator[File]:
    """All of them; patients of the hospital itself only, for no row says who numbers its patient."""
    yield _warehouse(studies)
    yield _appointments(hospital, patients)
    yield _admissions(hospital, patients)


def _warehouse(studies: Sequence[Study]) -> File:
    """A row a study, each column of a type of its own, one of lists of structures."""
    rows = [
        {
            "patient_id": study.patient.id,
            "last_name": study.patient.name.family,
            "first_name": study.patient.name.given,
            "birth_date": study.patient.born,
            "study_date": study.day,
            "recorded_at": datetime.combine(study.day, datetime.min.time()).replace(
                hour=9, minute=number % 60
            ),
            "accession_number": study.accession,
            "study_uid": study.uid,
            "loinc": "718-7",
            "hemoglobin": 13.2,
            "diagnosis": "I10",
            "contacts": [{"name": study.patient.partner.spoken, "phones": [study.patient.phone]}],
            "comment": f"{study.patient.name.formal} knows {study.patient.partner.formal} well; "
            f"Graves disease, HEAD CT on {study.day:%m/%d/%Y}.",
        }
        for number, study in enumerate(studies)
    ]
    packed = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), packed)
    parts = _cells((study.patient, row) for study, row in zip(studies, rows, strict=True))
    return File("warehouse/studies.parquet", packed.getvalue(), [*parts], DECOYS)


def _cells(rows: Iterable[tuple[Patient, Mapping[str, object]]], sheet: str = "") -> Iterator[Part]:
    for number, (patient, row) in enumerate(rows, start=1):
        for column, value in row.items():
            for text, place in _values(value, column):
                yield Part(text, f"{sheet}row {number} / {place}", patient.owner)


def _values(value: object, column: str, lists: str = "") -> Iterator[tuple[str, str]]:
    """What is in a cell, and the places of that."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _values(inner, f"{column}.{name}", lists)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _values(inner, column, f"{lists}[{number}]")
    else:
        yield f"{value}", f"{column}{lists}"


def _appointments(hospital: Hospital, patients: Sequence[Patient]) -> File:
    """A workbook of two sheets: who comes when, and whom to call."""
    coming: list[dict[str, Cell]] = [
        {
            "Patient Name": patient.name.listed,
            "MRN": patient.id,
            "DOB": patient.born,
            "Appointment Date": datetime.combine(patient.visits[1], datetime.min.time()).replace(hour=10),
            "Test": "718-7",
            "Result": "13.2 g/dL",
            "Comment": f"{patient.name.spoken} takes warfarin; Foley catheter. Ask "
            f"{hospital.staff[1].formal}",
        }
        for patient in patients
    ]
    called: list[dict[str, Cell]] = [
        {
            "MRN": patient.id,
            "Contact Name": patient.partner.spoken,
            "Relationship": patient.relation,
            "Phone": patient.phone,
            "E-mail": patient.email,
        }
        for patient in patients
    ]
    sheets = (("Appointments", coming), ("Contacts", called))
    content = workbook(
        [(title, [[*rows[0]], *(list(row.values()) for row in rows)]) for title, rows in sheets],
        hospital.technologist.spoken,
    )
    parts = [
        part for title, rows in sheets for part in _cells(zip(patients, rows, strict=True), f"{title} / ")
    ]
    parts.append(Part(hospital.technologist.spoken, "creator", ""))
    return File("admin/appointments.xlsx", content, parts, DECOYS)


def _admissions(hospital: Hospital, patients: Sequence[Patient]) -> File:
    """One line a patient; letters are ASCII, for the places are bytes."""
    rows = [
        (
            patient.id,
            fold(patient.name.listed),
            f"{patient.born:%Y%m%d}",
            f"{patient.visits[0]:%Y%m%d}",
            patient.account,
            patient.phone,
            f"WITH {fold(patient.partner.spoken).upper()}; HEAD CT, Graves disease",
        )
        for patient in patients
    ]
    lines = [
        "".join(f"{cell:<{width}}" for cell, (_, width) in zip(row, _COLUMNS, strict=True)) for row in rows
    ]
    parts = _cells(
        (patient, dict(zip((name for name, _ in _COLUMNS), row, strict=True)))
        for patient, row in zip(patients, rows, strict=True)
    )
    head = f"ADMISSIONS OF {fold(hospital.name)}"
    text = f"{head}\n" + "".join(f"{line}\n" for line in lines)
    return File(
        "extracts/brackenford-admissions.dat",
        text.encode("ascii"),
        [Part(head, "line 1", ""), *parts],
        DECOYS,
    )
