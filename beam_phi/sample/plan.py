"""What the export holds: the studies of each patient, their series and UIDs, and the folders they lie in."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from beam_phi.identity.canonical import fold
from beam_phi.sample.people import Hospital, Name, Patient
from beam_phi.sample.truth import Truth

COLLECTION = "Pseudo-PHI-DICOM-Data"
DOWNLOADED = "2021-10-12T10:51:06.581"
"""When the collection is said to have been downloaded."""
_UID_ROOT = "1.2.826.0.1.3680043.8.498"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Series:
    """A series; `instances` are the SOP Instance UIDs of its objects, in order."""

    uid: str
    number: int
    modality: str
    description: str
    instances: tuple[str, ...]

    @property
    def folder(self) -> str:
        """As the well-known public collections name it: the last five digits of the UID tell series apart."""
        return f"{self.number}.000000-NA-{self.uid[-5:]}"


@dataclass(frozen=True, slots=True)
class Study:
    """A study of one patient."""

    patient: Patient
    uid: str
    day: date
    time: str
    id: str
    accession: str
    description: str
    frame_of_reference: str
    series: tuple[Series, ...] = field(default=())

    @property
    def folder(self) -> str:
        """Relative folder: collection, subject, study."""
        title = f"{self.day:%m-%d-%Y}-NA-{self.description}-{self.uid[-5:]}"
        return f"{COLLECTION}/{self.patient.id}/{title}"


def has_plain_surname(name: Name) -> bool:
    """Whether the surname alone can be told for a name in a file name, where nothing around it helps."""
    return name.family.isalpha() and not name.word


def studies(rng: random.Random, truth: Truth, patients: list[Patient]) -> list[Study]:
    """A chest film and a head CT for each patient, and in turn an MR, an ultrasound or a photograph."""
    third = (("XC", "WOUND PHOTO LEFT FOOT", 1), ("US", "US ABDOMEN COMPLETE", 1), ("MR", "MR KNEE LEFT", 3))
    planned = []
    for number, patient in enumerate(patients):
        spoken = patient.name.spoken
        for day, (modality, description, count) in zip(
            patient.visits,
            (
                ("CR", f"XR CHEST AP PORTABLE for {spoken}", 1),
                ("CT", f"CT HEAD for {spoken}", 4),
                third[number % 3],
            ),
            strict=True,
        ):
            planned.append(_study(rng, truth, patient, day, modality, description, count))
    return planned


def _study(
    rng: random.Random, truth: Truth, patient: Patient, day: date, modality: str, description: str, count: int
) -> Study:
    def uid() -> str:
        made = f"{_UID_ROOT}.{rng.randrange(10**24, 10**25)}"
        return truth.declare(made, "uid", patient.owner)

    series = Series(
        uid(), rng.randrange(1001, 9999), modality, description, tuple(uid() for _ in range(count))
    )
    study = Study(
        patient=patient,
        uid=uid(),
        day=day,
        time=f"{rng.randrange(7, 19):02d}{rng.randrange(60):02d}{rng.randrange(60):02d}",
        id=truth.declare(f"ST{rng.randrange(100_000, 999_999)}", "other-id", patient.owner),
        accession=truth.declare(f"A{rng.randrange(10**8, 10**9)}", "accession-number", patient.owner),
        description=description,
        frame_of_reference=uid(),
        series=(series,),
    )
    for made in (study.uid, series.uid):
        truth.declare(made[-5:], "unique-code", patient.owner)
    return study


def declare_people(truth: Truth, hospital: Hospital, patients: Iterable[Patient]) -> None:
    """Declare every identifier of the people and the hospital, in all the spellings the export uses."""
    for person in (*hospital.staff, hospital.technologist):
        _declare_name(truth, person, "person-name", "")
    for value, data_class in (
        (hospital.name, "organization"),
        (hospital.department, "organization"),
        (hospital.address.street, "address"),
        (hospital.address.city, "geography"),
        (hospital.address.postal_code, "postal-code"),
    ):
        truth.declare(value, data_class)
    truth.declare(DOWNLOADED[:10], "date", "", (DOWNLOADED,))
    for _, station, serial in hospital.stations:
        truth.declare(station, "device-id")
        truth.declare(serial, "device-id")
    for patient in patients:
        _declare_patient(truth, patient)


def _declare_patient(truth: Truth, patient: Patient) -> None:
    owner = patient.owner
    _declare_name(truth, patient.name, "patient-name", owner)
    _declare_name(truth, patient.partner, "person-name", owner)
    truth.declare(patient.id, "patient-id", owner, patient.id_spellings)
    truth.declare(patient.born.isoformat(), "birth-date", owner, spelled(patient.born))
    for day in patient.visits:
        truth.declare(day.isoformat(), "date", owner, spelled(day))
    for value, data_class in (
        (patient.address.street, "address"),
        (patient.address.city, "geography"),
        (patient.address.postal_code, "postal-code"),
        (patient.phone, "phone"),
        (patient.email, "email"),
        (patient.account, "account-number"),
    ):
        truth.declare(value, data_class, owner)
    truth.declare(patient.ssn, "ssn", owner, (patient.ssn.replace("-", ""),))
    for age in sorted({patient.age_at(day) for day in patient.visits}):
        if age > 89:
            truth.declare(f"{age}-year-old", "age", owner, (f"{age:03d}Y", f"{age}Y", f"{age} years old"))
    truth.patients.append({"id": owner, "name": patient.name.dicom, "birth_date": patient.born.isoformat()})


def _declare_name(truth: Truth, name: Name, data_class: str, owner: str) -> None:
    folded = (fold(name.given), fold(name.family))
    spellings = (
        *name.dicom.split("="),
        f"{name.family}^{name.given}",
        name.spoken,
        name.full,
        name.listed,
        name.formal,
        " ".join(folded),
        ", ".join(reversed(folded)),
        "_".join(reversed(folded)),
    )
    truth.declare(f"{name.family}^{name.given}", data_class, owner, (s for s in spellings if s))
    for token in name.tokens:
        truth.declare(token, data_class, owner, {fold(token)} - {token.upper()})


def spelled(day: date) -> tuple[str, ...]:
    """A date in the spellings that occur in the export; month names do not follow the locale."""
    month = _MONTHS[day.month - 1]
    return (
        f"{day:%Y%m%d}",
        f"{day:%m/%d/%Y}",
        f"{day.month}/{day.day}/{day.year}",
        f"{day:%m-%d-%Y}",
        f"{day:%d.%m.%Y}",
        f"{day:%m.%d.%Y}",
        spelled_out(day),
        f"{day:%d}-{month[:3]}-{day.year}",
        f"{day.day} {month} {day.year}",
    )


def spelled_out(day: date) -> str:
    """``July 13, 2013``."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
