"""The people of the sample hospital: patients, their relatives, and the staff. All of them are invented.

The first patients are chosen for what makes names and ids hard: hyphen and apostrophe, accents, suffix and
middle name, Japanese name groups, a surname that is also a word, an age over 89, ids with leading zeros,
letters and punctuation. Surnames are long and rare: looking for one as a whole word has no accidental hits.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from beam_phi.identity.canonical import fold


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name by its DICOM components (PS3.5 6.2.1).

    word: the family name is also an English word, so only the full name identifies.
    ideographic, phonetic: the second and third component groups, written as in DICOM.
    """

    family: str
    given: str
    middle: str = ""
    suffix: str = ""
    title: str = ""
    ideographic: str = ""
    phonetic: str = ""
    word: bool = False

    @property
    def dicom(self) -> str:
        """``Family^Given^Middle^^Suffix`` and further groups behind ``=``."""
        western = "^".join((self.family, self.given, self.middle, "", self.suffix)).rstrip("^")
        return "=".join((western, self.ideographic, self.phonetic)).rstrip("=")

    @property
    def spoken(self) -> str:
        """``Given Family``."""
        return f"{self.given} {self.family}"

    @property
    def full(self) -> str:
        """``Given Middle Family Suffix``."""
        return " ".join(part for part in (self.given, self.middle, self.family, self.suffix) if part)

    @property
    def listed(self) -> str:
        """``FAMILY, Given``, as in a register."""
        return f"{self.family.upper()}, {self.given}"

    @property
    def formal(self) -> str:
        """``Mr. Family``, ``Dr. Family``."""
        return f"{self.title} {self.family}"

    @property
    def tokens(self) -> tuple[str, ...]:
        """The parts that identify by themselves."""
        asian = (self.ideographic + "^" + self.phonetic).split("^") if self.ideographic else []
        family = () if self.word else (self.family,)
        return tuple(part for part in (*family, self.given, *asian) if part)


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in the United States."""

    street: str
    city: str
    state: str
    postal_code: str

    @property
    def line(self) -> str:
        return f"{self.street}, {self.city}, {self.state} {self.postal_code}"


class Issuer(NamedTuple):
    """Who numbers patients: by the name that messages say, and by the OID that documents say."""

    name: str = "BGH"
    oid: str = "1.2.36.146.595"


HOME = Issuer()
#: Another house, which numbers its patients by itself.
CLINIC = Issuer("WESTOVER", "1.2.36.146.777")


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient, and everything in the export that points to them.

    issuer: of the id.
    id_spellings: the id as other systems write it; all are one id.
    visits: dates of the studies, in order. Years of two patients are far apart, so that one patient's shifted
        dates do not meet another one's.
    """

    name: Name
    id: str
    sex: str
    born: date
    address: Address
    phone: str
    email: str
    ssn: str
    account: str
    partner: Name
    relation: str
    physician: Name
    visits: tuple[date, ...]
    id_spellings: tuple[str, ...] = ()
    issuer: Issuer = HOME

    @property
    def owner(self) -> str:
        """What the patient goes by in the truth: the id, with its issuer if that is another house."""
        return self.id if self.issuer == HOME else f"{self.id} of {self.issuer.name}"

    def age_at(self, day: date) -> int:
        """Full years on that day."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(frozen=True, slots=True)
class Hospital:
    """The institution, its machines' names and serial numbers, and its staff."""

    name: str = "Brackenford General Hospital"
    department: str = "Brackenford Radiology West"
    address: Address = field(
        default_factory=lambda: Address("1200 Tamarack Avenue", "Brackenford", "ME", "04419")
    )
    stations: tuple[tuple[str, str, str], ...] = (
        # modality, station name and AE title, device serial number
        ("CR", "BRKFDCR07", "PV3-771204-K"),
        ("CT", "BRKFDCT02", "TX64-118830-C"),
        ("MR", "BRKFDMR01", "MG15-902277-D"),
        ("US", "BRKFDUS05", "SL8-446190-F"),
        ("XC", "BRKFDXC03", "DS2-560318-A"),
    )
    staff: tuple[Name, ...] = (
        Name("Okonkwo", "Adaeze", title="Dr."),
        Name("Ramanathan", "Priyanka", title="Dr."),
        Name("Vandersloot", "Torbjorn", title="Dr."),
        Name("Castellanos", "Ximena", title="Dr."),
    )
    technologist: Name = Name("Fitzwilliam", "Rosalind", title="Ms.")

    def station(self, modality: str) -> tuple[str, str]:
        """Station name and device serial number of the hospital's machine for `modality`."""
        return next((name, serial) for kind, name, serial in self.stations if kind == modality)


_Person = tuple[Name, str, tuple[str, ...], str, date, Name, str]
"""Name, id, its other spellings, sex, birth date, partner, and what the partner is to the patient."""

_CHOSEN: tuple[_Person, ...] = (
    (
        Name("Davidson", "Douglas", title="Mr."),
        "292821506",
        ("292-82-1506",),
        "M",
        date(1976, 6, 16),
        Name("Davidson", "Ingeborg", title="Mrs."),
        "wife",
    ),
    (
        Name("O'Shaughnessy-Brandt", "Siobhan", title="Ms."),
        "00123456",
        ("123456", "00-123-456"),
        "F",
        date(1988, 2, 29),
        Name("Brandt", "Leopold", title="Mr."),
        "husband",
    ),
    (
        Name("Nuñez", "Joaquín", "Emilio", "Jr.", title="Mr."),
        "NB-4471-903",
        ("NB4471903", "nb4471-903"),
        "M",
        date(1959, 11, 3),
        Name("Nuñez", "Guadalupe", title="Mrs."),
        "mother",
    ),
    (
        Name("Müller", "Brünhild", title="Mrs."),
        "339833062",
        ("339 833 062",),
        "F",
        date(1924, 1, 27),
        Name("Müller", "Walburga", title="Ms."),
        "daughter",
    ),
    (
        Name("Yamada", "Tarou", title="Mr.", ideographic="山田^太郎", phonetic="やまだ^たろう"),
        "JP-20077315",
        ("JP20077315",),
        "M",
        date(1967, 8, 9),
        Name("Yamada", "Harumichi", title="Mr."),
        "brother",
    ),
    (
        Name("Head", "Margaret", "Ann", title="Ms.", word=True),
        "7781-2260-4",
        ("778122604",),
        "F",
        date(1995, 12, 31),
        Name("Kowalczyk", "Bartholomew", title="Mr."),
        "partner",
    ),
)

_YEARS = (2013, 2003, 2007, 2016, 2019, 2010)
_FAMILIES = (
    "Abernathy", "Bartoszek", "Chattopadhyay", "Delacroix", "Eisenhauer", "Featherstone", "Gunderson",
    "Hollingsworth", "Iwanowski", "Jankowski", "Kirkpatrick", "Lindholm", "Montgomery", "Nakashima",
    "Oppenheimer", "Papadopoulos", "Quattlebaum", "Rasmussen", "Schwarzkopf", "Thistlewood", "Underhill",
    "Villanueva", "Wojciechowski", "Xanthopoulos", "Youngblood", "Zimmermann",
)  # fmt: skip
_GIVENS = (
    "Bernadette", "Cornelius", "Dagmar", "Evangeline", "Florentino", "Gwendolyn", "Hildegard", "Ignatius",
    "Josephine", "Katarzyna", "Leocadia", "Marguerite", "Nathaniel", "Ottoline", "Penelope", "Radoslav",
    "Seraphina", "Thaddeus", "Ulrika", "Valentina", "Wilhelmina", "Yevgenia", "Zbigniew",
)  # fmt: skip
_STREETS = (
    "Larkspur",
    "Juniper",
    "Hawthorne",
    "Cottonwood",
    "Sycamore",
    "Huckleberry",
    "Primrose",
    "Mulberry",
)
_CITIES = ("Brackenford", "Elmsworth", "Quillhaven", "Tarnbrook", "Oxmere", "Wetherfold")


#: Patients whose names and ids are chosen.
CHOSEN = len(_CHOSEN)


def patients(rng: random.Random, count: int) -> list[Patient]:
    """`count` patients: the chosen ones first, then as many as needed from the name lists."""
    return [
        _patient(rng, number, _CHOSEN[number] if number < len(_CHOSEN) else _drawn(rng, number))
        for number in range(count)
    ]


def doubles(rng: random.Random, first: Patient, number: int) -> list[Patient]:
    """Two who are easily taken for the first patient: one of the same name, and one to whom another house
    gave the same id. number: of patients before them."""
    drawn = _drawn(rng, number + 50)
    name, partner = _drawn(rng, number + 90)[0], drawn[5]
    namesake = _patient(rng, number, (first.name, *drawn[1:4], date(1949, 3, 14), partner, "cousin"))
    other = _patient(rng, number + 1, (name, first.id, (), "F", date(1939, 9, 26), partner, "cousin"))
    return [namesake, replace(other, issuer=CLINIC)]


def _patient(rng: random.Random, number: int, person: _Person) -> Patient:
    name, identity, spellings, sex, born, partner, relation = person
    return Patient(
        name=name,
        id=identity,
        id_spellings=spellings,
        sex=sex,
        born=born,
        address=_address(rng),
        phone=f"({rng.randrange(207, 989)}) 555-{rng.randrange(1000, 9999)}",
        email=f"{_plain(name.given)}.{_plain(name.family)}{rng.randrange(10, 99)}@example.org",
        ssn=f"{rng.randrange(100, 665):03d}-{rng.randrange(10, 99)}-{rng.randrange(1000, 9999)}",
        account=f"BGH{rng.randrange(10_000_000, 99_999_999)}",
        partner=partner,
        relation=relation,
        physician=Hospital().staff[number % 4],
        visits=_visits(rng, number, born),
    )


def _drawn(rng: random.Random, number: int) -> _Person:
    sex, title = rng.choice((("F", "Ms."), ("M", "Mr.")))
    pair = number - len(_CHOSEN)
    family = _FAMILIES[pair % len(_FAMILIES)]
    given = _GIVENS[(pair + pair // len(_FAMILIES)) % len(_GIVENS)]
    partner = Name(family, rng.choice([name for name in _GIVENS if name != given]), title="Mx.")
    identity = f"{rng.randrange(100_000_000, 999_999_999)}"
    born = date(1930, 1, 1) + timedelta(days=rng.randrange(27_000))
    return Name(family, given, title=title), identity, (), sex, born, partner, "cousin"


def _address(rng: random.Random) -> Address:
    street = f"{rng.randrange(100, 9999)} {rng.choice(_STREETS)} Road"
    return Address(street, rng.choice(_CITIES), "ME", f"0{rng.randrange(3901, 4992)}")


def _visits(rng: random.Random, number: int, born: date) -> tuple[date, ...]:
    """Three visits some weeks apart; patient 0 keeps the first date of the well-known public collection."""
    if number == 0:
        return date(2013, 7, 13), date(2013, 8, 2), date(2013, 11, 25)
    first = date(_YEARS[number % len(_YEARS)], 1, 10) + timedelta(days=rng.randrange(200))
    first = max(first, date(born.year + 6, 3, 1))
    second = first + timedelta(days=rng.randrange(9, 40))
    return first, second, second + timedelta(days=rng.randrange(20, 90))


def _plain(text: str) -> str:
    """Lower-case ASCII letters for an e-mail address."""
    return "".join(c for c in fold(text).lower() if c.isalpha())
