"""Messages between the systems of the hospital: results in HL7 v2, claims in X12."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from beam_phi.identity.canonical import fold
from beam_phi.sample.file import File, Part
from beam_phi.sample.people import Hospital, Patient
from beam_phi.sample.plan import Study, spelled

DECOYS = (
    "Foley catheter",
    "Graves disease",
    "Hemoglobin",
    "HEAD CT",
    "metoprolol 25 mg",
    "13.2",
    "g/dL",
    "718-7",
)
"""Words, codes and values in the messages that must be kept."""


def results(hospital: Hospital, studies: Sequence[Study], path: str = "interfaces/results.hl7") -> File:
    """A message for each study (ORU^R01), in UTF-8."""
    parts: list[Part] = []
    for number, study in enumerate(studies, start=1):
        counts: dict[str, int] = {}
        for segment in _result(hospital, study, number):
            name = segment[:3]
            counts[name] = counts.get(name, 0) + 1
            location = f"message {number} / {name}[{counts[name]}]"
            parts.append(Part(f"{segment}\r", location, study.patient.owner))
    return File(path, "".join(part.text for part in parts).encode(), parts, DECOYS)


def _result(hospital: Hospital, study: Study, number: int) -> Iterator[str]:
    patient, name = study.patient, study.patient.name
    day, address = f"{study.day:%Y%m%d}", patient.address
    doctor, reader = patient.physician, hospital.staff[3]
    order = f"{study.id}|{study.accession}|24627-2^CT Chest^LN"
    family = f"NK1|1|{patient.partner.family}^{patient.partner.given}|SPO^Spouse^HL70063|"
    yield (
        f"MSH|^~\\&|RIS|{hospital.name}|EHR|{hospital.name}|{day}{study.time}||ORU^R01^ORU_R01|RES{number:06d}|P|2.5.1"
        "|||||USA|UNICODE UTF-8"
    )
    yield (
        f"PID|1||{patient.id}^^^{patient.issuer.name}^MR||{name.family}^{name.given}^{name.middle}^{name.suffix}||"
        f"{patient.born:%Y%m%d}|{patient.sex}|||{address.street}^^{address.city}^{address.state}^{address.postal_code}"
        f"||{patient.phone}^PRN^PH^{patient.email}|||||{patient.account}|{patient.ssn}"
    )
    yield f"{family}{address.street}^^{address.city}^{address.state}^{address.postal_code}|{patient.phone}"
    yield f"PV1|1|I|||||^{doctor.family}^{doctor.given}^^^Dr."
    yield f"OBR|1|{order}|||{day}{study.time}|||||||||^{doctor.family}^{doctor.given}"
    yield f"OBX|1|NM|718-7^Hemoglobin^LN||13.2|g/dL|12-16|N|||F|||{day}{study.time}"
    yield (
        f"OBX|2|TX|59776-5^Findings^LN||{name.formal} ({name.listed}, MRN {patient.id}) was seen on "
        f"{spelled(study.day)[1]}. Foley catheter in place, Graves disease known, metoprolol 25 mg."
    )
    yield (
        f"OBX|3|FT|59776-5^Findings^LN||Compared with the HEAD CT of {spelled(study.day)[-2]}.\\.br\\"
        f"Call {patient.partner.formal} at {patient.phone}. {reader.formal}"
    )
    yield f"OBX|4|RP|113014^Study^DCM||{study.uid}^DICOM^Application"


def claims(hospital: Hospital, patients: Sequence[Patient]) -> File:
    """Professional claims (837P), one for each patient, in ASCII."""
    first = patients[0].visits[0]
    head = (
        f"ISA*00*          *00*          *ZZ*{'BRACKENFORD':<15}*ZZ*{'PAYER':<15}*{first:%y%m%d}*0905"
        "*^*00501*000000001*0*P*:",
        f"GS*HC*BRACKENFORD*PAYER*{first:%Y%m%d}*0905*1*X*005010X222A1",
        "ST*837*0001*005010X222A1",
        f"BHT*0019*00*CLM1*{first:%Y%m%d}*0905*CH",
        f"NM1*85*2*{hospital.name}*****XX*1993999998",
        f"N3*{hospital.address.street}",
        f"N4*{hospital.address.city}*{hospital.address.state}*{hospital.address.postal_code}",
    )
    segments = [(segment, "") for segment in head]
    segments.insert(4, ("HL*1**20*1", ""))
    for number, patient in enumerate(patients, start=2):
        segments += ((segment, patient.id) for segment in _claim(patient, number))
    inside = len(segments) - 2 + 1
    segments += ((segment, "") for segment in (f"SE*{inside}*0001", "GE*1*1", "IEA*1*000000001"))
    parts = [
        Part(f"{segment}~\n", f"segment {number}", owner)
        for number, (segment, owner) in enumerate(segments, start=1)
    ]
    return File("billing/claims.837", "".join(part.text for part in parts).encode("ascii"), parts, DECOYS)


def _claim(patient: Patient, number: int) -> Iterator[str]:
    name, doctor, address, day = patient.name, patient.physician, patient.address, patient.visits[0]
    yield f"HL*{number}*1*22*0"
    yield "SBR*P*18*******MB"
    yield f"NM1*IL*1*{fold(name.family)}*{fold(name.given)}****MI*{patient.id}"
    yield f"N3*{address.street}"
    yield f"N4*{address.city}*{address.state}*{address.postal_code}"
    yield f"DMG*D8*{patient.born:%Y%m%d}*{patient.sex}"
    yield f"REF*SY*{patient.ssn.replace('-', '')}"
    yield f"PER*IC*{fold(name.spoken)}*TE*{patient.phone}*EM*{patient.email}"
    yield f"CLM*{patient.account}*150***11:B:1*Y*A*Y*Y"
    yield f"DTP*472*RD8*{day:%Y%m%d}-{patient.visits[1]:%Y%m%d}"
    yield "HI*ABK:J0300"
    yield (
        f"NTE*ADD*{fold(name.spoken)} SEEN WITH {patient.relation.upper()} {fold(patient.partner.spoken)}, "
        "FOLEY CATHETER REMOVED"
    )
    yield f"NM1*DN*1*{fold(doctor.family)}*{fold(doctor.given)}****XX*1992999990"
    yield "LX*1"
    yield "SV1*HC:99213*150*UN*1***1"
