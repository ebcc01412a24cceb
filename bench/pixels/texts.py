"""What is burned in: an invented patient, and the lines that machines write on pictures."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

PHI_KINDS = ("name", "id", "date", "accession", "hospital", "physician", "age", "sex")
"""Kinds of words that identify; the others are ``technical`` and ``label``."""

Token = tuple[str, str]
"""A word and its kind."""
Line = tuple[Token, ...]

_SURNAMES = (
    "ABERNATHY", "KOWALSKI", "MBEKI", "O'LEARY", "NAKAMURA", "GARCÍA", "MÜLLER", "DUBOIS", "LINDQVIST",
    "Hargreaves", "Petrovic", "Yamada", "Okafor", "Castellanos", "Whitcombe", "VAN DIJK", "LI", "NG",
)  # fmt: skip
_GIVEN = (
    "MARGARET", "TADEUSZ", "NOMSA", "SEÁN", "HARUKA", "LUCÍA", "JÜRGEN", "CHLOE", "ASTRID", "Geoffrey",
    "Milica", "Kenji", "Adaeze", "Ramón", "Beatrice", "PIETER", "WEI", "AN",
)  # fmt: skip
_HOSPITALS = (
    "ST BRENDAN HOSPITAL", "Lakewood Regional Medical Center", "MERCY GENERAL", "Klinikum Oberwald",
    "UNIV. HOSP. NORTHFIELD", "Riverside Imaging", "BAYVIEW MED CTR",
)  # fmt: skip
_DATES = ("%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%d", "%d-%b-%Y", "%d %b %Y", "%Y%m%d", "%m/%d/%y", "%b %d, %Y")
_TECHNICAL = (
    "kV {a}", "{a} kVp", "mA {b}", "{b} mAs", "W {b} L {c}", "W/L: {b}/{c}", "L", "R", "AP", "PA", "SUPINE",
    "{d} cm", "FOV {d} cm", "ST {e} mm", "TR {b}", "TE {e}", "MI {f}", "TIS {f}", "{c} Hz", "Gn {c}", "C {c}",
    "Zoom {f}", "Se: {g}", "Im: {g}/{c}", "HFS", "+C", "PORTABLE", "{a}%", "R -> L", "2D", "10 cm", "A", "P",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Who is on the picture, and what the header says of it: keyword -> text."""

    surname: str
    given: str
    sex: str
    age: str
    born: datetime.date
    seen: datetime.date
    number: str
    accession: str
    hospital: str
    physician: str

    @property
    def header(self) -> dict[str, str]:
        """As a DICOM file has it."""
        return {
            "PatientName": f"{self.surname}^{self.given}", "PatientID": self.number,
            "PatientSex": self.sex, "PatientAge": self.age, "PatientBirthDate": f"{self.born:%Y%m%d}",
            "StudyDate": f"{self.seen:%Y%m%d}", "AccessionNumber": self.accession,
            "InstitutionName": self.hospital, "ReferringPhysicianName": self.physician,
        }  # fmt: skip


def person(rng: np.random.Generator) -> Person:
    """Somebody who does not exist."""
    digits = "".join(str(n) for n in rng.integers(0, 10, 12))
    born = datetime.date(1930, 1, 1) + datetime.timedelta(days=int(rng.integers(0, 30_000)))
    seen = datetime.date(2014, 1, 1) + datetime.timedelta(days=int(rng.integers(0, 4000)))
    numbers = (digits[:8], f"MRN{digits[:6]}", f"{digits[:3]}-{digits[3:5]}-{digits[5:9]}", f"P{digits[:5]}")
    years = max(1, seen.year - born.year - ((seen.month, seen.day) < (born.month, born.day)))
    return Person(
        _pick(rng, _SURNAMES), _pick(rng, _GIVEN), _pick(rng, ("M", "F")), f"{years:03}Y", born, seen,
        _pick(rng, numbers), _pick(rng, (f"ACC{digits[4:10]}", f"A{digits[5:12]}", digits[2:10])),
        _pick(rng, _HOSPITALS), _pick(rng, _SURNAMES),
    )  # fmt: skip


def patient_lines(rng: np.random.Generator, who: Person) -> list[Line]:
    """Who was seen: the block that most machines write first."""
    name = _pick(
        rng,
        (
            f"{who.surname}, {who.given}", f"{who.surname}^{who.given}", f"{who.given} {who.surname}",
            f"{who.surname} {who.given[0]}.", f"{who.surname} {who.given}",
        ),
    )  # fmt: skip
    years = f"{int(who.age[:3])}Y"
    lines = [
        _line(name, "name"),
        (*_line(_pick(rng, ("ID:", "MRN:", "")), "label"), (who.number, "id")),
        _line(_pick(rng, ("DOB:", "Born", "")), "label") + _line(_date(rng, who.born), "date"),
        ((years, "age"), (who.sex, "sex")) if rng.random() < 0.5 else ((who.sex, "sex"), (years, "age")),
    ]
    if rng.random() < 0.3:
        lines[0] = (*lines[0], (f"[{who.sex}]", "sex"), *_line(_date(rng, who.born), "date"))
    return lines


def study_lines(rng: np.random.Generator, who: Person) -> list[Line]:
    """Where, when and by whom."""
    return [
        _line(who.hospital, "hospital"),
        _line(_pick(rng, ("Study:", "Date", "")), "label") + _line(_date(rng, who.seen), "date"),
        (*_line(_pick(rng, ("Acc:", "ACC#", "")), "label"), (who.accession, "accession")),
        _line(_pick(rng, ("Dr.", "Ref:", "Phys:")), "label") + _line(who.physician, "physician"),
    ]


def technical_lines(rng: np.random.Generator, count: int) -> list[Line]:
    """What tells of nobody: settings, sides, scales."""
    lines = []
    for number in rng.permutation(len(_TECHNICAL))[:count]:
        text = _TECHNICAL[number].format(
            a=rng.integers(70, 141), b=rng.integers(100, 900), c=rng.integers(10, 80), d=rng.integers(5, 45),
            e=round(float(rng.uniform(0.5, 9)), 1), f=round(float(rng.uniform(0.1, 3)), 1),
            g=rng.integers(2, 40),
        )  # fmt: skip
        lines.append(_line(text, "technical"))
    return lines


def _date(rng: np.random.Generator, day: datetime.date) -> str:
    return day.strftime(_pick(rng, _DATES))


def _line(text: str, kind: str) -> Line:
    return tuple((word, kind) for word in text.split())


def _pick(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(rng.integers(len(choices)))]
