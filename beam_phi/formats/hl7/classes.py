"""Which data class a place holds: by the data type, refined by segment and field.

What a data type says holds in every segment, those of a site's own (Z..) included. Three things are kept by
decision, and only where they read like it: states and countries (45 CFR 164.514(b)(2)(i)(B) allows them),
titles and degrees, and universal ids of public number series.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from beam_phi.formats.hl7.charset import CODECS
from beam_phi.formats.hl7.types import CODED, DATES
from beam_phi.identity.persons import is_title
from beam_phi.library.uids import is_public

#: The class of the field itself; that of its person's identifier; that of the field, unless it is an id.
MAIN, IDENTIFIER, MAIN_TEXT = "main", "identifier", "main-text"
#: No class, and no text to be searched.
KEPT = "kept"
#: The same where the value reads like what a header says of a message: an event, a version, a character set.
HEADER = "header"
#: No class if the value is a title, suffix or degree, or the short form of a state; else the class after it.
TITLE, STATE = "title", "state"
#: The same if it counts messages.
COUNT = "count"
UNLESS: Mapping[str, str] = {TITLE: "person-name", STATE: "geography", COUNT: "other-id"}

_NAME = {1: MAIN, 2: MAIN, 3: MAIN, 4: TITLE, 5: TITLE, 6: TITLE, 14: TITLE, 15: MAIN}
_CODED_PART = {1: MAIN, 2: MAIN_TEXT, 4: MAIN, 5: MAIN_TEXT, 9: MAIN_TEXT, 10: MAIN, 11: MAIN_TEXT}
_CODED_KEPT = dict.fromkeys((3, 6, 7, 8, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22), KEPT)
_STAFF = {
    1: IDENTIFIER, 2: MAIN, 3: MAIN, 4: MAIN, 5: TITLE, 6: TITLE, 7: TITLE, 9: "organization",
    14: "organization", 21: TITLE, 24: "other-id",
}  # fmt: skip
_ADDRESS = {
    1: "address", 2: "address", 3: "geography", 4: STATE, 5: "postal-code", 8: "geography",
    9: "geography", 10: "geography", 19: "person-name",
}  # fmt: skip
#: Names of authorities that give numbers to a whole country: they tell of no place of treatment.
PUBLIC_AUTHORITIES = frozenset(
    {"AMA", "CMS", "DEA", "ECFMG", "ISO", "NPI", "NPPES", "SSA", "SSN", "UPIN", "USDEA", "USSSA"}
)
#: Data type -> component -> its class, or what stands for it. Who gave an identifier, or is where a person
#: works, is an organization; the application that numbered an order (EI-2) is none, as in MSH-3.
PARTS: Mapping[str, Mapping[int, str]] = {
    "AD": _ADDRESS,
    "AUI": {1: "other-id"},
    "CK": {1: MAIN, 4: "organization", 6: "organization"},
    "CN": _STAFF,
    "CNN": _STAFF,
    "CX": {1: MAIN, 4: "organization", 6: "organization", 11: "other-id"},
    "DIN": {2: "organization"},
    "DLN": {1: "license-number"},
    "DR": {1: MAIN, 2: MAIN},
    "EI": {1: MAIN},
    "EIP": {1: MAIN, 2: MAIN},
    "FN": {1: MAIN, 2: MAIN, 3: MAIN, 4: MAIN, 5: MAIN},
    "HD": {1: MAIN, 2: MAIN},
    "LA1": {4: "organization", 9: "address"},
    "LA2": {4: "organization", **{part + 8: name for part, name in _ADDRESS.items() if part <= 8}},
    "NDL": {1: MAIN, 7: "organization"},
    "PL": {4: "organization", 11: "organization"},
    "PLN": {1: "license-number"},
    "PN": _NAME,
    "PPN": {**_STAFF, 21: "", 22: TITLE, 24: "", 25: "other-id"},
    # The value of a query's parameter: a patient's demographics, as a rule.
    "QIP": {2: "other-id"},
    "QSC": {3: "other-id"},
    "RP": {1: "other-id"},
    "SAD": {1: MAIN, 2: MAIN, 3: MAIN},
    "SPD": {2: "organization"},
    "TS": {1: MAIN},
    "XAD": _ADDRESS,
    "XCN": _STAFF,
    "XON": {1: "organization", 3: "other-id", 6: "organization", 8: "organization", 10: "other-id"},
    "XPN": _NAME,
    "XTN": {1: "phone", 4: "email", 6: "phone", 7: "phone", 8: "phone", 11: "phone", 12: "phone"},
    **{type_: {**_CODED_PART, **_CODED_KEPT} for type_ in CODED},
}
#: Data type -> the class of a field of it.
TYPES: Mapping[str, str] = {
    **dict.fromkeys(("CN", "CNN", "NDL", "PN", "PPN", "XCN", "XPN"), "person-name"),
    **dict.fromkeys(("CK", "CX", "EI", "EIP"), "other-id"),
    **dict.fromkeys((*DATES, "DR"), "date"),
    "TM": "time",
    "TN": "phone",
    "FT": "free-text",
    "TX": "free-text",
}


def _fields(table: str) -> dict[tuple[str, int], str]:
    """Segment and field -> class, of lines ``class: PID-5 MRG-7 …``."""
    found = {}
    for line in table.strip().splitlines():
        name, _, places = line.strip().partition(": ")
        for place in places.split():
            segment, _, field = place.partition("-")
            found[segment, int(field)] = name
    return found


#: Data type -> what a value is that stands in the place of a code and reads like none: values of these types
#: are often shifted by a component.
STRAYS: Mapping[str, str] = {
    **dict.fromkeys(("AD", "XAD"), "address"),
    **dict.fromkeys(("PN", "XPN"), "person-name"),
    **dict.fromkeys(("CK", "CN", "CX", "CNN", "PPN", "XCN"), "other-id"),
    "XTN": "phone",
}
#: Segment and field -> class, where the data type does not say it.
FIELDS: Mapping[tuple[str, int], str] = _fields("""
    patient-name: PID-5 PID-9 MRG-7 QRD-8 URD-3
    patient-id: PID-2 PID-3 PID-4 MRG-1 MRG-2 MRG-4
    person-name: ACC-9
    birth-date: PID-7 NK1-16 GT1-8 IN1-18 STF-6
    date: PID-29 OM1-21
    geography: PID-12 PID-23
    organization: MSH-4 MSH-6 BHS-4 BHS-6 FHS-4 FHS-6 EVN-7 IN2-4 PID-34 PV1-39
    account-number: PID-18 MRG-3
    ssn: PID-19 NK1-37 GT1-12 IN2-2
    license-number: PID-20 CER-3
    health-plan-id: IN1-2 IN1-8 IN1-36 IN1-46 IN1-49 IN2-6 IN2-8 IN2-25 IN2-26 IN2-61
    accession-number: OBR-18 OBR-19 OBR-20 OBR-21 IPC-1 SAC-2
    uid: IPC-3
    device-id: OBX-18 PRT-10 PRT-16 PRT-20 EQU-1 IPC-7 IPC-9
    file-path: TXA-16
    other-id: MSH-10 MSH-14 MSA-2 BHS-9 BHS-11 BHS-12 FHS-9 FHS-11 FHS-12 DSC-1 QRD-4 QAK-1 QPD-2 STF-1 STF-2
    other-id: IN2-10 RXD-7 RXE-15 RXG-15 FT1-2 NK1-12 PID-21
    free-text: NTE-3 OBR-13 DG1-4 ACC-3 ACC-8 DSP-3 PV2-3
    count: BTS-1 BTS-3 FTS-1
    header: MSH-9 MSH-11 MSH-12 MSH-17 MSH-18 MSH-19 MSH-20 MSH-21 OBX-2
""")
#: Segments around messages.
ENVELOPES = frozenset({"BHS", "BTS", "FHS", "FTS"})
#: Their fields that name applications.
APPLICATIONS = frozenset({("BHS", "3"), ("BHS", "5"), ("FHS", "3"), ("FHS", "5")})

#: LOINC codes in OBX-3 -> class of the value in OBX-5: what a patient is asked of himself.
OBSERVATIONS: Mapping[str, str] = {
    **dict.fromkeys(("21612-7", "29553-5", "30525-0", "35659-2"), "age"),
    "21112-8": "birth-date",
    "45396-9": "ssn",
    **dict.fromkeys(("45392-8", "45394-4"), "patient-name"),
}
#: Data type -> its component that says what kind of number an identifier is (HL7 table 0203).
ID_KIND_PART: Mapping[str, int] = {"CX": 5, "PPN": 13, "XCN": 13}
#: Data type -> its component that names the authority which gave the identifier.
ISSUER_PART: Mapping[str, int] = {"CX": 4, "CK": 4}

_IDS = frozenset(
    {
        "accession-number", "account-number", "device-id", "health-plan-id", "license-number", "other-id",
        "patient-id", "ssn", "uid",
    }
)  # fmt: skip
_COUNT = re.compile(r"\s*[0-9]{1,6}(?:\.[0-9]{1,2})?\s*")
_SHORT_STATE = re.compile(r"\s*[A-Za-z]{2,3}\s*")
# R01, ORU_R01, USA, en-US, 2.5.1, a profile that HL7 registered.
_HEADER_CODE = re.compile(
    r"[A-Za-z0-9]{1,3}|[A-Z]{3}_[A-Z0-9]{3}|[a-z]{2}[-_][A-Z]{2}|[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}"
    r"|ISO 2022-1994|8859/[0-9]{1,2}|UNICODE UTF-(?:16|32)|HL7[0-9]{4}|ISO[0-9]{3,4}"
    r"|2\.16\.840\.1\.113883\.9\.(?:0|[1-9][0-9]{0,4})"
)


def field_class(segment: str, field: int, type_: str) -> str:
    """The class of a field as a whole, "" for none, KEPT for what holds no text of anybody."""
    return FIELDS.get((segment, field)) or TYPES.get(type_, "")


def part_class(type_: str, component: int, main: str) -> str:
    """The class of a component in a field of class `main`; it is the main class of the parts below it."""
    if main in (KEPT, HEADER):
        return main
    part = PARTS.get(type_, {}).get(component, "")
    if part == MAIN:
        return main
    if part == IDENTIFIER:
        return "patient-id" if main == "patient-name" else "other-id"
    if part == MAIN_TEXT:
        return "" if main in _IDS else main
    return part


def is_as_expected(data_class: str, text: str) -> bool:
    """True if a text of class TITLE, STATE or COUNT is nothing else."""
    if data_class == COUNT:
        return _COUNT.fullmatch(text) is not None
    if data_class == STATE:
        return _SHORT_STATE.fullmatch(text) is not None
    return is_title(text)


def is_header_code(text: str) -> bool:
    """True for what is nobody's in a header: short codes, versions, character sets, public universal ids."""
    text = text.strip()
    return _HEADER_CODE.fullmatch(text) is not None or text.upper() in CODECS or is_public(text)
