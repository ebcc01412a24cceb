"""Invented patients, staff and houses for the synthetic collection, drawn by seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

_FAMILIES = (
    "Davidson", "Whitaker", "Moreno", "Okafor", "Lindqvist", "Nakamura", "Petrov", "Haddad", "Castellanos",
    "Vandenberg", "Kowalczyk", "Delacroix", "Thornbury", "Mbeki", "Rasmussen",
)  # fmt: skip
#: Family names that are words or places, too. Every fourth patient has one.
WORD_FAMILIES = ("Brighton", "Young", "Hunter", "Winter")
_GIVEN = {
    "F": ("Harriet", "Consuelo", "Ingrid", "Yolanda", "Priscilla", "Beatrix", "Nadezhda", "Rosalind"),
    "M": ("Douglas", "Terrence", "Mikhail", "Esteban", "Lawrence", "Cornelius", "Hiroshi", "Bartholomew"),
}
_DOCTORS = ("Walker^Anna", "Fitzgerald^Edmund", "Gonzalez^Marisol", "Schneider^Ulrich")
_STREETS = ("Leawood Street", "Juniper Avenue", "Harbour Road", "Chestnut Lane")
_TOWNS = ("Little Rock AR 72223", "Baltimore MD 21201", "Portland OR 97205", "Tucson AZ 85701")
_HOUSES = (
    "Mercy General Hospital", "Riverside Medical Center", "Northgate University Hospital", "Lakeview Clinic",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Patient:
    """An invented person, and the house that treats them."""

    family: str
    given: str
    sex: str
    born: date
    id: str
    ssn: str
    phone: str
    street: str
    town: str
    doctor: str
    technologist: str
    house: str

    @property
    def name(self) -> str:
        """As DICOM writes it."""
        return f"{self.family}^{self.given}"

    @property
    def spoken(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def listed(self) -> str:
        """As lists have it, in capitals."""
        return f"{self.family}, {self.given}".upper()

    @property
    def joined(self) -> str:
        """As file names have it."""
        return f"{self.family}_{self.given}".upper()

    def age(self, day: date) -> int:
        before_birthday = (day.month, day.day) < (self.born.month, self.born.day)
        return day.year - self.born.year - before_birthday


@dataclass(frozen=True, slots=True)
class Study:
    """One visit of a patient to a scanner. region: what was looked at, in capitals."""

    patient: Patient
    uid: str
    frame: str
    accession: str
    id: str
    day: date
    time: str
    region: str

    @property
    def stamp(self) -> str:
        return f"{self.day:%Y%m%d}"


def patients(rng: random.Random, count: int) -> list[Patient]:
    """Different people. Every fifth is more than 90 years old at their studies."""
    families = rng.sample(_FAMILIES, len(_FAMILIES))
    for number, family in enumerate(rng.sample(WORD_FAMILIES, len(WORD_FAMILIES))):
        families.insert(4 * number + 3, family)
    made = []
    for number in range(count):
        sex = rng.choice("FM")
        year = 1915 if number % 5 == 4 else rng.randrange(1935, 2000)
        doctor, technologist = rng.sample(_DOCTORS, 2)
        family = families[number % len(families)] + ("" if number < len(families) else f"-{families[0]}")
        made.append(
            Patient(
                family=family,
                given=rng.choice(_GIVEN[sex]),
                sex=sex,
                born=date(year, 1, 1) + timedelta(rng.randrange(365)),
                id=str(rng.randrange(10**7, 10**8)),
                ssn=f"{rng.randrange(100, 700)}-{rng.randrange(10, 99)}-{rng.randrange(1000, 9999)}",
                phone=f"{rng.randrange(201, 989)}-555-{rng.randrange(100, 200):04}",
                street=f"{rng.randrange(1000, 9999)} {rng.choice(_STREETS)}",
                town=rng.choice(_TOWNS),
                doctor=doctor,
                technologist=technologist,
                house=rng.choice(_HOUSES),
            )
        )
    return made
