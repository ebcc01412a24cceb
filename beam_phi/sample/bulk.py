"""What other files alone tell whom it is about: FHIR resources that refer to a patient, and addenda to a
report that name the order only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from beam_phi.sample.documents import id_of, identifier_of
from beam_phi.sample.file import File, Part, text_file
from beam_phi.sample.people import Hospital, Patient
from beam_phi.sample.plan import Study

DECOYS = ("Foley catheter", "Graves disease", "Hemoglobin", "718-7", "HEAD CT", "warfarin")
"""Words and codes that must be kept."""


def bulk(patients: Sequence[Patient]) -> Iterator[File]:
    """A FHIR bulk export (NDJSON) in two files."""
    for kind, resource in (("Patient", _patient), ("Observation", _observation)):
        parts = [
            Part(_line(resource(each, number)), f"line {number}", each.owner)
            for number, each in enumerate(patients, start=1)
        ]
        content = "".join(part.text for part in parts).encode()
        yield File(f"bulk/{kind}.ndjson", content, parts, DECOYS)


def _line(resource: dict[str, Any]) -> str:
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":")) + "\n"


def _patient(patient: Patient, number: int) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": id_of(number, 500),
        "identifier": [identifier_of(patient)],
        "name": [{"family": patient.name.family, "given": [patient.name.given]}],
        "birthDate": patient.born.isoformat(),
    }


def _observation(patient: Patient, number: int) -> dict[str, Any]:
    name, partner = patient.name, patient.partner
    return {
        "resourceType": "Observation",
        "id": id_of(number, 501),
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}], "text": "Hemoglobin"},
        "subject": {"reference": f"Patient/{id_of(number, 500)}"},
        "effectiveDateTime": patient.visits[0].isoformat(),
        "note": [
            {
                "text": f"{name.given} came with {partner.given}; Foley catheter, Graves disease, "
                f"reached at {patient.phone}"
            }
        ],
    }


def addenda(hospital: Hospital, studies: Iterable[Study]) -> Iterator[File]:
    """An addendum to each report of a head CT."""
    number = 0
    for study in studies:
        if study.series[0].modality != "CT":
            continue
        number += 1
        patient, name = study.patient, study.patient.name
        text = (
            f"ADDENDUM\nAccession: {study.accession}\n\n{name.given} took warfarin before the HEAD CT. "
            f"{patient.partner.given} was told so by {hospital.staff[number % 4].formal}\n"
        )
        yield text_file(f"notes/addenda/{number}.txt", text, patient.owner, DECOYS)
