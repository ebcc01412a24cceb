"""Documents of the hospital's record system: a FHIR Bundle and a CDA document for each patient."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

from beam_phi.sample.fhir_xml import xml
from beam_phi.sample.file import File, text_file
from beam_phi.sample.people import Hospital, Name, Patient
from beam_phi.sample.plan import Study, spelled, spelled_out

DECOYS = (
    "Graves disease",
    "Foley catheter",
    "metoprolol 25 mg",
    "Hemoglobin",
    "718-7",
    "13.20",
    "g/dL",
    "HEAD CT",
)
"""Words, codes and values in the documents that must be kept."""


#: Stands for a number that keeps its last zero, which Python's own would not.
_VALUE = "thirteen point two zero"


def bundles(hospital: Hospital, studies: Sequence[Study], number: int) -> Iterator[File]:
    """A patient's Bundle (FHIR R4) as JSON and as XML. number: of the patient, from 1."""
    patient, content = studies[0].patient, _bundle(hospital, studies, number)
    text = json.dumps(content, ensure_ascii=False, indent=2).replace(f'"{_VALUE}"', "13.20")
    yield text_file(f"fhir/{_stem(patient)}.json", text, patient.owner, DECOYS)
    text = xml(content).replace(_VALUE, "13.20")
    yield text_file(f"fhir-xml/{_stem(patient)}.xml", text, patient.owner, DECOYS)


def _bundle(hospital: Hospital, studies: Sequence[Study], number: int) -> dict[str, Any]:
    patient = studies[0].patient
    reference = {"reference": f"Patient/{id_of(number, 0)}", "display": patient.name.spoken}
    entries = [
        _person(patient, number),
        {
            "resourceType": "Observation",
            "id": id_of(number, 1),
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Hemoglobin"}]},
            "subject": reference,
            "effectiveDateTime": f"{studies[0].day:%Y-%m-%d}T08:30:00-05:00",
            "performer": [{"display": hospital.staff[1].formal}],
            "valueQuantity": {"value": _VALUE, "unit": "g/dL"},
        },
        *(_imaging(study, number, place, reference) for place, study in enumerate(studies, start=2)),
        {
            "resourceType": "DocumentReference",
            "id": id_of(number, 9),
            "status": "current",
            "subject": reference,
            "date": f"{studies[-1].day:%Y-%m-%d}T10:00:00Z",
            "custodian": {"display": hospital.name},
            "content": [
                {
                    "attachment": {
                        "contentType": "text/plain",
                        "data": base64.b64encode(_letter(hospital, studies).encode()).decode(),
                    }
                }
            ],
        },
    ]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in entries],
    }


def _stem(patient: Patient) -> str:
    return patient.owner.replace(" of ", "-")


def id_of(number: int, place: int) -> str:
    """The id of a resource. number: of the patient, from 1. place: among the patient's resources."""
    return str(UUID(int=(0x5A << 120) + (4 << 76) + (8 << 60) + number * 1000 + place))


def identifier_of(patient: Patient) -> dict[str, Any]:
    """The patient's id."""
    return {
        "type": {"coding": [{"code": "MR"}]},
        "system": f"urn:oid:{patient.issuer.oid}",
        "value": patient.id,
    }


def _person(patient: Patient, number: int) -> dict[str, Any]:
    name = patient.name
    return {
        "resourceType": "Patient",
        "id": id_of(number, 0),
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{escape(name.full)}, born '
            f"{spelled_out(patient.born)}, {escape(patient.address.line)}</p></div>",
        },
        "identifier": [
            identifier_of(patient),
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": patient.ssn},
        ],
        "name": [_name(name)],
        "telecom": [
            {"system": "phone", "value": patient.phone},
            {"system": "email", "value": patient.email},
        ],
        "gender": {"M": "male", "F": "female"}[patient.sex],
        "birthDate": patient.born.isoformat(),
        "address": [
            {
                "line": [patient.address.street],
                "city": patient.address.city,
                "state": patient.address.state,
                "postalCode": patient.address.postal_code,
            }
        ],
        "contact": [{"name": _name(patient.partner)}],
    }


def _name(name: Name) -> dict[str, Any]:
    return {
        "text": name.spoken,
        "family": name.family,
        "given": [part for part in (name.given, name.middle) if part],
    }


def _imaging(study: Study, number: int, place: int, reference: dict[str, str]) -> dict[str, Any]:
    return {
        "resourceType": "ImagingStudy",
        "id": id_of(number, place),
        "identifier": [
            {"system": "urn:dicom:uid", "value": f"urn:oid:{study.uid}"},
            {"type": {"coding": [{"code": "ACSN"}]}, "value": study.accession},
        ],
        "status": "available",
        "subject": reference,
        "started": study.day.isoformat(),
        "series": [{"uid": series.uid, "modality": {"code": series.modality}} for series in study.series],
    }


def _letter(hospital: Hospital, studies: Sequence[Study]) -> str:
    patient = studies[0].patient
    return (
        f"{hospital.name}\n\nDear {patient.physician.formal},\n\nour patient {patient.name.full}, born "
        f"{spelled(patient.born)[-1]} (MRN: {patient.id}), has Graves disease and takes metoprolol 25 mg. "
        f"A Foley catheter was placed on {spelled(studies[0].day)[1]}. {patient.name.formal} can be reached "
        f"at {patient.phone}.\n\n{hospital.staff[2].formal}\n"
    )


def summary(hospital: Hospital, studies: Sequence[Study]) -> File:
    """A patient's continuity of care document (CDA release 2)."""
    patient, text = studies[0].patient, "\n".join(_lines(hospital, studies)) + "\n"
    return text_file(f"ccd/{_stem(patient)}.xml", text, patient.owner, DECOYS)


def _lines(hospital: Hospital, studies: Sequence[Study]) -> Iterator[str]:
    patient, last = studies[0].patient, studies[-1]
    name, address, doctor = patient.name, patient.address, patient.physician
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    yield '<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>'
    yield '<code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/>'
    yield f'<effectiveTime value="{last.day:%Y%m%d}100000-0500"/>'
    yield f'<recordTarget><patientRole><id root="{patient.issuer.oid}" extension="{patient.id}"/>'
    yield f'<id root="2.16.840.1.113883.4.1" extension="{patient.ssn}"/>'
    yield f"<addr><streetAddressLine>{escape(address.street)}</streetAddressLine><city>{address.city}</city>"
    yield f"<state>{address.state}</state><postalCode>{address.postal_code}</postalCode></addr>"
    yield f'<telecom value="tel:{patient.phone}"/><telecom value="mailto:{patient.email}"/>'
    yield f"<patient><name><given>{name.given}</given><family>{escape(name.family)}</family></name>"
    yield f'<administrativeGenderCode code="{patient.sex}" codeSystem="2.16.840.1.113883.5.1"/>'
    yield f'<birthTime value="{patient.born:%Y%m%d}"/></patient></patientRole></recordTarget>'
    yield f'<author><time value="{last.day:%Y%m%d}"/><assignedAuthor><id nullFlavor="NI"/>'
    yield f"<assignedPerson><name><given>{doctor.given}</given><family>{escape(doctor.family)}</family>"
    yield "</name></assignedPerson></assignedAuthor></author>"
    yield "<custodian><assignedCustodian><representedCustodianOrganization>"
    yield f'<id nullFlavor="NI"/><name>{hospital.name}</name></representedCustodianOrganization>'
    yield "</assignedCustodian></custodian><component><structuredBody><component><section>"
    yield '<code code="30954-2" codeSystem="2.16.840.1.113883.6.1"/><title>Results</title><text>'
    yield f"<paragraph>{escape(name.formal)} has Graves disease, a Foley catheter, metoprolol 25 mg."
    yield "</paragraph>"
    yield "<table><thead><tr><th>Patient Name</th><th>Date</th><th>Test</th></tr></thead><tbody>"
    yield f"<tr><td>{escape(name.listed)}</td><td>{spelled(last.day)[1]}</td><td>HEAD CT</td></tr>"
    yield "</tbody></table>"
    yield '</text><entry><observation classCode="OBS" moodCode="EVN">'
    yield '<code code="718-7" codeSystem="2.16.840.1.113883.6.1" displayName="Hemoglobin"/>'
    yield f'<effectiveTime value="{last.day:%Y%m%d}"/><value xsi:type="PQ" value="13.20" unit="g/dL"/>'
    yield "</observation></entry></section></component></structuredBody></component></ClinicalDocument>"
