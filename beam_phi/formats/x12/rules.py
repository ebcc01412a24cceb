"""What an element holds: its data class, or that it is a code, a number, or text to be searched.

The places that have a rule of their own come first, then the qualifier before the element, then its data
element number. What no rule knows is text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from beam_phi.formats.x12.loops import ORGANIZATION, PATIENT
from beam_phi.formats.x12.table import DataElement

#: What an element is that has no data class.
CODE, NUMBER, STRUCTURE, TEXT = "code", "number", "structure", "text"

#: Data elements whose meaning hangs on a code before them in the same segment or composite.
QUALIFIED: Mapping[str, str] = {"1251": "1250", "127": "128", "67": "66", "364": "365"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands.

    segment, element (``03``), component (``2``, "" for none). qualifier: the code by which the segment is
    told from others of its id, "" if it is not a listed one. role, own: see :class:`~.loops.Tracker`.
    code: the code before the element that says what it is, "" if there is none.
    """

    segment: str
    element: str
    component: str
    qualifier: str
    role: str
    own: bool
    code: str

    @property
    def name(self) -> str:
        """``NM1-03``, ``CTX-01.2``"""
        component = f".{self.component}" if self.component else ""
        return f"{self.segment}-{self.element}{component}"


# Ids of senders and receivers may be tax or telephone numbers, of a physician as well as of a payer, and come
# again as NM1-09: they are ids. So are passwords, and whatever else names one message or claim.
_BY_PLACE: Mapping[str, str] = {
    "ISA-02": "other-id",
    "ISA-04": "other-id",
    "ACT-02": "organization",
    "BFR-02": "other-id",
    "CN1-04": "other-id",
    # What a 999 says was wrong: the patient's account number, a copy of the value.
    "CTX-01.2": "account-number",
    "COB-02": "health-plan-id",
    "DMG-02": "birth-date",
    "DN2-01": CODE,  # a tooth
    "FRM-03": "free-text",
    "HCP-04": "other-id",
    "LUI-02": CODE,  # a language
    "PER-02": "person-name",
    "PLB-01": "license-number",
    "RDM-02": "person-name",
    "RDM-03": "phone",
    "SBR-03": "health-plan-id",
    "SBR-04": "organization",
    "STC-09": "other-id",
    "SVD-01": CODE,  # the payer's id, see _PAYER_CODES
    "TS3-01": "license-number",
}
# Remark codes of Medicare, which the table calls reference identifications.
_REMARKS = frozenset({f"MIA-{n:02}" for n in (5, 20, 21, 22, 23)} | {f"MOA-{n:02}" for n in range(3, 8)})

_BY_DATA_ELEMENT: Mapping[str, str] = {
    "19": "geography",
    "61": "free-text",
    "116": "postal-code",
    "124": "other-id",
    "127": "other-id",
    "142": "other-id",
    "166": "address",
    "310": "geography",
    "324": "other-id",
    "328": "other-id",
    "352": "free-text",
    "364": "phone",
    "367": "other-id",
    "373": "date",
    "337": "time",
    "429": "other-id",
    "449": "free-text",
    "507": "account-number",
    "508": "account-number",
    "509": "other-id",
    "510": "other-id",
    "67": "other-id",
    "724": "free-text",
    "93": "organization",
    "933": "free-text",
    "1028": "account-number",
    "1251": "date",
    "I06": "other-id",
    "I07": "other-id",
    "I08": "date",
    "I09": "time",
    # Codes of more than a few characters, which the table has as AN.
    **dict.fromkeys(("234", "447", "480", "1271", "1325", "1331", "1339", "1341", "1705"), CODE),
    # Numbers that hold the file together.
    **dict.fromkeys(("28", "329", "628", "734", "I12"), STRUCTURE),
}
_NAMES = frozenset({"1035", "1036", "1037"})
#: Prefix and suffix of a name; most are titles, which say nothing alone.
_AFFIXES = frozenset({"1038", "1039"})

_COMMUNICATION: Mapping[str, str] = {"EM": "email", "FX": "fax", "UR": "url"}
_TIME_FORMATS = frozenset({"TM", "TS", "RTM", "RTS"})
#: Formats of dates with a time of day, and of those without a century.
MOMENTS = frozenset({"DT", "RDT", "DTS"})
SHORT_DATES = frozenset({"D6", "RD6"})

#: REF-01, and what the number after it is; any other is an id of some kind.
_REFERENCES: Mapping[str, str] = {
    "SY": "ssn",
    "EA": "patient-id",
    "EJ": "account-number",
    **dict.fromkeys(
        ("0F", "1L", "1W", "6P", "18", "23", "49", "F6", "HJ", "IG", "N6", "NQ", "Q4"), "health-plan-id"
    ),
    **dict.fromkeys(("0B", "1A", "1B", "1C", "1D", "1E", "1F", "1G", "1H", "1J", "D3"), "license-number"),
    **dict.fromkeys(("EW", "G2", "G5", "HPI", "LU", "N5", "SL", "X4", "X5"), "license-number"),
    # The guide's edition, the type of bill, exceptions and groups: codes of public lists.
    **dict.fromkeys(("87", "BLT", "4N", "APC", "1S", "RB", "PXC"), CODE),
    # Payers' public numbers.
    **dict.fromkeys(("2U", "NF"), CODE),
}

#: PRV-02: the provider's kind of work follows, a code.
_TAXONOMIES = frozenset({"PXC", "ZZ"})
#: NM1-08, N1-03 and their like for ids of payers and plans, which are public.
_PAYER_CODES = frozenset({"PI", "XV", "NI"})
_MEMBER_CODES = frozenset({"C", "HN", "II", "MI", "MR", "ZZ", "N"})
_PROVIDER_CODES = frozenset({"XX", "SV"})
_SSN_CODES = frozenset({"34", "SY"})

# The codes that a rule hangs on, by the data element that has them.
_CODES: Mapping[str, frozenset[str]] = {
    "66": _SSN_CODES | _PROVIDER_CODES | _PAYER_CODES | _MEMBER_CODES,
    "128": _TAXONOMIES | frozenset(_REFERENCES),
    "365": frozenset(_COMMUNICATION),
    "1250": _TIME_FORMATS | MOMENTS | SHORT_DATES,
}


def telling_code(number: str, value: str) -> str:
    """A code of data element `number` if a rule hangs on it, else ""."""
    return value if value in _CODES.get(number, ()) else ""


def data_class(place: Place, element: DataElement) -> str:
    """The data class of an element, or :data:`CODE`, :data:`NUMBER`, :data:`STRUCTURE`, :data:`TEXT`."""
    known = _BY_PLACE.get(place.name)
    if known is not None:
        return known
    if place.name in _REMARKS:
        return CODE
    number = element.number
    if number in _NAMES:
        return name_class(place.role)
    if number in _AFFIXES:
        return TEXT
    if number == "67":
        return _identification(place)
    if place.name == "PRV-03":
        return CODE if place.code in _TAXONOMIES else _REFERENCES.get(place.code, "other-id")
    if number == "127" and place.code:
        return _REFERENCES.get(place.code, "other-id")
    if number == "364":
        return _COMMUNICATION.get(place.code, "phone")
    if number == "93" and place.segment in ("N1", "N2") and place.role:
        return name_class(place.role)
    if number == "1251" and place.code in _TIME_FORMATS:
        return "time"
    known = _BY_DATA_ELEMENT.get(number)
    if known is not None:
        return known
    if element.type == "ID":
        return CODE
    if element.type == "R" or element.type.startswith("N"):
        return NUMBER
    return TEXT


def name_class(role: str) -> str:
    """The data class of a name. Payers' names are organizations as well: many a plan is called after the
    employer who pays it, and in an 820 the payer is the employer.
    """
    if role == PATIENT:
        return "patient-name"
    return "organization" if role == ORGANIZATION else "person-name"


def _identification(place: Place) -> str:
    """The class of an identification code (NM1-09, N1-04 and their like).

    The id of the scope's own patient is what the patient is known by, so it is a patient id, whatever kind of
    number a payer took for it. The id of another insured is not, or two persons would become one.
    """
    if place.code in _SSN_CODES:
        return "ssn"
    if place.segment == "ENT":
        return "patient-id" if place.qualifier == "2J" else "other-id"
    if place.role == PATIENT:
        return "patient-id" if place.own else "health-plan-id"
    if place.code in _PROVIDER_CODES:
        return "license-number"
    if place.code in _PAYER_CODES and place.role == ORGANIZATION:
        return CODE
    return "health-plan-id" if place.code in _MEMBER_CODES else "other-id"
