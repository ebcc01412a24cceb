"""Made files as interfaces and exports write them: HL7 v2, FHIR in NDJSON, X12, notes.

One seed, the same bytes. Long and regular where such files are: many segments, resources and lines that say
nothing of anybody, and few that do.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from beam_phi.identity.canonical import fold
from beam_phi.sample.people import Hospital, Name, Patient

HOSPITAL = Hospital()
#: Name, LOINC code, unit, reference range and scale of laboratory tests.
TESTS = (
    ("Hemoglobin", "718-7", "g/dL", "12.0-16.0", 140), ("Leukocytes", "6690-2", "10*3/uL", "4.5-11.0", 80),
    ("Platelets", "777-3", "10*3/uL", "150-400", 2500), ("Sodium", "2951-2", "mmol/L", "136-145", 1400),
    ("Potassium", "2823-3", "mmol/L", "3.5-5.1", 42), ("Chloride", "2075-0", "mmol/L", "98-107", 1020),
    ("Creatinine", "2160-0", "mg/dL", "0.6-1.2", 9), ("Glucose", "2345-7", "mg/dL", "70-99", 950),
    ("Calcium", "17861-6", "mg/dL", "8.6-10.2", 94), ("Albumin", "1751-7", "g/dL", "3.5-5.0", 42),
    ("Bilirubin", "1975-2", "mg/dL", "0.1-1.2", 7), ("Urea nitrogen", "3094-0", "mg/dL", "7-20", 140),
)  # fmt: skip
DIAGNOSES = (
    ("I10", "Essential hypertension"), ("E11.9", "Type 2 diabetes mellitus"), ("J45.909", "Asthma"),
    ("N18.30", "Chronic kidney disease, stage 3"), ("M54.50", "Low back pain"), ("J18.9", "Pneumonia"),
)  # fmt: skip
_XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
_ROUTINE = (
    "Chest clear to auscultation bilaterally, no wheezes.", "Abdomen soft, non-tender, non-distended.",
    "Continue metoprolol 25 mg by mouth twice daily.", "No acute intracranial abnormality.",
    "Heart size is normal. No pleural effusion or pneumothorax.", "Alert and oriented, in no distress.",
    "Vital signs stable: BP 120/80, pulse 72, SpO2 98% on room air.", "WBC 7.8, Hgb 13.2, platelets 250.",
    "Impression: degenerative changes at L4-L5, unchanged.", "Plan: repeat metabolic panel in the morning.",
    "Foley catheter in place, draining clear yellow urine.", "Denies fever, chills, nausea or vomiting.",
    "Extremities without edema; pulses 2+ and symmetric.", "T2-weighted images show no mass effect.",
    "History of Graves disease, treated with methimazole.", "Potassium 3.4, replaced by mouth.",
)  # fmt: skip


def hl7(rng: random.Random, patient: Patient, number: int) -> str:
    """A message about a patient: results (ORU^R01) twice, then an admission (ADT^A01)."""
    segments = _admission(rng, patient, number) if number % 3 == 2 else _results(rng, patient, number)
    return "".join(f"{segment}\r" for segment in segments)


def _head(patient: Patient, number: int, event: str) -> Iterator[str]:
    name, day, address = patient.name, f"{patient.visits[0]:%Y%m%d}", patient.address
    doctor = _doctor(patient)
    yield (
        f"MSH|^~\\&|LAB|{HOSPITAL.name}|EHR|{HOSPITAL.name}|{day}101500||{event}|MSG{number:07d}|P|2.5.1"
        "|||AL|NE|USA|ASCII"
    )
    yield (
        f"PID|1||{patient.id}^^^BGH^MR||{fold(name.family)}^{fold(name.given)}^{fold(name.middle)}||"
        f"{patient.born:%Y%m%d}|{patient.sex}||2106-3^White^HL70005|{address.street}^^{address.city}^"
        f"{address.state}^{address.postal_code}^USA^H||{patient.phone}^PRN^PH|||M|||{patient.account}"
        f"|{patient.ssn}"
    )
    yield (
        f"PV1|1|I|4W^412^A^BGH||||{doctor}|{doctor}||MED||||7|||{doctor}|IN|V{number:08d}"
        "|||||||||||||||||||||"
        f"||||{day}0930"
    )


def _results(rng: random.Random, patient: Patient, number: int) -> Iterator[str]:
    yield from _head(patient, number, "ORU^R01^ORU_R01")
    moment, doctor = (
        f"{patient.visits[0]:%Y%m%d}{rng.randrange(8, 18):02d}{rng.randrange(60):02d}",
        _doctor(patient),
    )
    order = f"ORD{number:07d}^EHR|FIL{number:07d}^LAB"
    yield f"ORC|RE|{order}||CM||||{moment}|||{doctor}"
    panel = "24323-8^Comprehensive metabolic panel^LN"
    yield f"OBR|1|{order}|{panel}|||{moment}|||||||||{doctor}||||||{moment}||CH|F"
    for line, (test, code, unit, usual, scale) in enumerate(TESTS, start=1):
        value = rng.randrange(scale // 2, scale * 3 // 2 + 2) / 10
        yield (
            f"OBX|{line}|NM|{code}^{test}^LN||{value:.1f}|{unit}|{usual}|N|||F|||{moment}|BGH^Laboratory"
            f"||||{moment}"
        )
    for line in range(1, 4):
        yield f"NTE|{line}|L|{rng.choice(_ROUTINE)}"
    if number % 4 == 0:
        yield f"NTE|4|L|Called to {patient.physician.formal} for {patient.name.formal} at {patient.phone}"


def _admission(rng: random.Random, patient: Patient, number: int) -> Iterator[str]:
    yield from _head(patient, number, "ADT^A01^ADT_A01")
    address, day = patient.address, f"{patient.visits[0]:%Y%m%d}"
    name, partner = _parts_of(patient.name), _parts_of(patient.partner)
    home = f"{address.street}^^{address.city}^{address.state}^{address.postal_code}"
    yield f"NK1|1|{partner}|SPO^Spouse^HL70063|{home}|{patient.phone}^PRN^PH"
    for line, (code, words) in enumerate(rng.sample(DIAGNOSES, 3), start=1):
        yield f"DG1|{line}||{code}^{words}^I10|{words}|{day}|A"
    yield "AL1|1|DA|^Penicillin^L|MO|Hives"
    yield f"GT1|1||{name}||{home}|{patient.phone}|||||SEL^Self"
    yield (
        "IN1|1|PPO01^Preferred Provider^L|INS001|Northfield Mutual|1 Plaza^^Tarnbrook^ME^04100"
        f"||||GRP{number % 97}||||||{name}|SEL^Self|{patient.born:%Y%m%d}|{home}"
        f"|||||||||||||||||{patient.account}"
    )


def _parts_of(name: Name) -> str:
    return f"{fold(name.family)}^{fold(name.given)}"


def _doctor(patient: Patient) -> str:
    doctor = patient.physician
    return f"{10_000 + sum(map(ord, doctor.family))}^{doctor.family}^{doctor.given}^^^Dr.^MD"


def fhir(rng: random.Random, patient: Patient) -> Iterator[str]:
    """A patient's resources, one on each line: the patient, a visit, a diagnosis, a drug, observations."""
    for resource in _resources(rng, patient):
        yield json.dumps(resource, ensure_ascii=False, separators=(",", ":"))


def _resources(rng: random.Random, patient: Patient) -> Iterator[dict[str, Any]]:
    identity, visit = _id(rng), _id(rng)
    who, when = {"reference": f"Patient/{identity}"}, {"reference": f"Encounter/{visit}"}
    doctor = {"reference": f"Practitioner/{_id(rng)}", "display": f"Dr. {patient.physician.spoken}"}
    moment = f"{patient.visits[0]:%Y-%m-%d}T{rng.randrange(8, 18):02d}:15:00-05:00"
    yield _patient(patient, identity)
    code, words = rng.choice(DIAGNOSES)
    reason = {"coding": [_coding("http://hl7.org/fhir/sid/icd-10-cm", code, words)], "text": words}
    yield {
        **_resource("Encounter", visit), "status": "finished",
        "class": _coding("v3-ActCode", "AMB", "ambulatory"), "type": [reason],
        "subject": {**who, "display": patient.name.spoken},
        "participant": [{"period": {"start": moment, "end": moment}, "individual": doctor}],
        "period": {"start": moment, "end": moment}, "serviceProvider": {"display": HOSPITAL.name},
    }  # fmt: skip
    yield {
        **_resource("Condition", _id(rng)),
        "clinicalStatus": {"coding": [_coding("condition-clinical", "active", "Active")]},
        "code": reason, "subject": who, "encounter": when, "onsetDateTime": moment, "recordedDate": moment,
    }  # fmt: skip
    yield {
        **_resource("MedicationRequest", _id(rng)), "status": "active", "intent": "order",
        "medicationCodeableConcept": {"coding": [_coding("rxnorm", "866924", "metoprolol tartrate 25 MG")]},
        "subject": who, "encounter": when, "authoredOn": moment, "requester": doctor,
        "dosageInstruction": [{"text": "one tablet twice daily", "timing": {"repeat": {"frequency": 2}}}],
    }  # fmt: skip
    for test, loinc, unit, _, scale in TESTS:
        yield {
            **_resource("Observation", _id(rng)), "status": "final",
            "category": [{"coding": [_coding("observation-category", "laboratory", "Laboratory")]}],
            "code": {"coding": [_coding("http://loinc.org", loinc, test)], "text": test},
            "subject": who, "encounter": when, "effectiveDateTime": moment, "issued": moment,
            "valueQuantity": {"value": rng.randrange(scale // 2, scale * 2) / 10, "unit": unit, "code": unit,
                              "system": "http://unitsofmeasure.org"},
        }  # fmt: skip


def _patient(patient: Patient, identity: str) -> dict[str, Any]:
    name, address = patient.name, patient.address
    return {
        **_resource("Patient", identity),
        "text": {"status": "generated", "div": f"<div {_XHTML}>{name.spoken}</div>"},
        "identifier": [
            {"type": {"coding": [_coding("v2-0203", "MR", "Record Number")]}, "system": "urn:bgh",
             "value": patient.id},
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": patient.ssn},
        ],
        "name": [{"use": "official", "family": name.family, "given": [name.given, name.middle or "A"]}],
        "telecom": [{"system": "phone", "value": patient.phone, "use": "home"},
                    {"system": "email", "value": patient.email}],
        "gender": "female" if patient.sex == "F" else "male", "birthDate": f"{patient.born:%Y-%m-%d}",
        "address": [{"line": [address.street], "city": address.city, "state": address.state,
                     "postalCode": address.postal_code, "country": "US"}],
        "contact": [{"name": {"family": patient.partner.family, "given": [patient.partner.given]}}],
        "communication": [{"language": {"coding": [_coding("urn:ietf:bcp:47", "en-US", "English")]}}],
    }  # fmt: skip


def _resource(type_: str, identity: str) -> dict[str, Any]:
    profile = f"http://hl7.org/fhir/us/core/StructureDefinition/us-core-{type_.lower()}"
    return {"resourceType": type_, "id": identity, "meta": {"profile": [profile]}}


def _coding(system: str, code: str, display: str) -> dict[str, str]:
    full = system if ":" in system else f"http://terminology.hl7.org/CodeSystem/{system}"
    return {"system": full, "code": code, "display": display}


def _id(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def x12(rng: random.Random, patients: Sequence[Patient], claims: int) -> str:
    """An interchange with one transaction set of professional claims (837P), of four service lines each."""
    first = patients[0].visits[0]
    segments = [
        "ST*837*0001*005010X222A1", f"BHT*0019*00*B{claims}*{first:%Y%m%d}*0905*CH",
        f"NM1*41*2*{HOSPITAL.name.upper()}*****46*1993999998", "PER*IC*BILLING OFFICE*TE*2075550100",
        "NM1*40*2*NORTHFIELD MUTUAL*****46*PAYER01", "HL*1**20*1", "PRV*BI*PXC*207Q00000X",
        f"NM1*85*2*{HOSPITAL.name.upper()}*****XX*1993999998", f"N3*{HOSPITAL.address.street.upper()}",
        "N4*BRACKENFORD*ME*044190000", "REF*EI*010203040",
    ]  # fmt: skip
    for number in range(claims):
        segments += _claim(rng, patients[number % len(patients)], number)
    lines = [
        f"ISA*00*          *00*          *ZZ*{'BRACKENFORD':<15}*ZZ*{'PAYER':<15}*{first:%y%m%d}*0905*^*00501"
        "*000000001*0*P*:",
        f"GS*HC*BRACKENFORD*PAYER*{first:%Y%m%d}*0905*1*X*005010X222A1",
        *segments, f"SE*{len(segments) + 1}*0001", "GE*1*1", "IEA*1*000000001",
    ]  # fmt: skip
    return "".join(f"{line}~\n" for line in lines)


def _claim(rng: random.Random, patient: Patient, number: int) -> Iterator[str]:
    address, day = patient.address, patient.visits[0]
    codes = [code.replace(".", "") for code, _ in rng.sample(DIAGNOSES, 2)]
    yield f"HL*{number + 2}*1*22*0"
    yield "SBR*P*18*GRP97******CI"
    yield f"NM1*IL*1*{_parts_of(patient.name).replace('^', '*')}****MI*{patient.id}"
    yield f"N3*{address.street.upper()}"
    yield f"N4*{address.city.upper()}*{address.state}*{address.postal_code}"
    yield f"DMG*D8*{patient.born:%Y%m%d}*{patient.sex}"
    yield "NM1*PR*2*NORTHFIELD MUTUAL*****PI*PAYER01"
    yield f"CLM*{patient.account}-{number}*{rng.randrange(80, 900)}***11:B:1*Y*A*Y*Y"
    yield f"REF*D9*{rng.randrange(10**11, 10**12)}"
    yield f"HI*ABK:{codes[0]}*ABF:{codes[1]}"
    yield f"NM1*82*1*{_parts_of(patient.physician).replace('^', '*')}****XX*1992999990"
    for line in range(1, 5):
        yield f"LX*{line}"
        yield f"SV1*HC:{rng.choice(('99213', '80053', '85025', '36415'))}*{rng.randrange(20, 300)}*UN*1***1"
        yield f"DTP*472*D8*{day + timedelta(days=line):%Y%m%d}"
        yield f"REF*6R*{number}{line}"


def note(rng: random.Random, patient: Patient, lines: int, telling: int) -> str:
    """A note of so many lines. One in `telling` of them, by chance, tells of the patient."""
    return "".join(
        f"{_telling(rng, patient) if rng.randrange(telling) == 0 else rng.choice(_ROUTINE)}\n"
        for _ in range(lines)
    )


def _telling(rng: random.Random, patient: Patient) -> str:
    day: date = patient.visits[rng.randrange(3)]
    return rng.choice((
        f"{patient.name.formal} was seen on {day:%m/%d/%Y} by {patient.physician.formal}.",
        f"Patient: {patient.name.listed}   MRN: {patient.id}   DOB: {patient.born:%m/%d/%Y}",
        f"Call {patient.partner.spoken} at {patient.phone} or {patient.email}.",
        f"Lives at {patient.address.line}; SSN {patient.ssn}.",
        f"Compared with {day:%B} {day.day}, {day.year}, accession A{rng.randrange(10**6, 10**7)}.",
    ))  # fmt: skip
