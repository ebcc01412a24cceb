"""Object identifiers (ITU-T X.660; DICOM's UIDs): which are public, and what an issuer's numbers are.

Standards register classes, syntaxes, code systems and schemes of identifiers: these are the same for
everybody and never masked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

#: Characters the dotted form has at most; DICOM allows 64.
MAX_OID = 128

_ARC = r"(?:0|[1-9][0-9]{0,4})"
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*)){2,}")
# Arcs under which standards bodies register what no person or site made: DICOM; HL7 code systems, code
# systems registered with HL7, HL7 templates and structures. The numbers behind them are short: a long one is
# no registration, but somebody's own number that was hung on there.
_REGISTERED = re.compile(
    rf"1\.2\.840\.10008(?:\.{_ARC}){{1,8}}|2\.16\.840\.1\.113883\.(?:5|6|10)(?:\.{_ARC}){{1,6}}"
)
# Arcs of HL7 for schemes of identifiers, its tables and value sets. A scheme is a number or two behind its
# arc (4.642 are the value sets of FHIR): what is longer has somebody's own number hung on.
_SCHEMES = re.compile(
    rf"2\.16\.840\.1\.113883\.(?:(?:4|12|18)(?:\.{_ARC}){{1,2}}|4\.642\.[1-9]\.[1-9][0-9]{{0,4}})"
)

#: HL7's arc for schemes of identifiers.
SCHEMES = "2.16.840.1.113883.4."
#: Schemes below it -> the data class of their numbers.
_ISSUERS: Mapping[str, str] = {
    "1": "ssn",
    "6": "license-number",  # National Provider Identifier
    "8": "license-number",  # UPIN
    "330": "license-number",  # passports
    "572": "health-plan-id",  # Medicare
    "814": "license-number",  # DEA
    "927": "health-plan-id",  # Medicare beneficiary identifier
}
_ISSUER = re.compile(rf"{re.escape(SCHEMES)}([1-9][0-9]*)(\.[1-9][0-9]{{0,3}})?")
#: Schemes with one below for each state or country: driver's licences, passports.
_DIVIDED = frozenset({"3", "330"})


def is_oid(text: str) -> bool:
    """True for an object identifier in dotted form (ISO OID, DICOM UID)."""
    return len(text) <= MAX_OID and _OID.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def is_registered(uid: str) -> bool:
    """True for a UID that a standard defines (a SOP class, a code system, …): it names no instance."""
    return _REGISTERED.fullmatch(uid) is not None or uid in _dictionary()


def is_public(oid: str) -> bool:
    """True for a registered one, and for that of a public scheme (SSN, NPI): it says what a number is, and
    nothing of a place."""
    return is_registered(oid) or _SCHEMES.fullmatch(oid) is not None


def class_of_issuer(oid: str) -> str:
    """The data class of numbers that are given under a public scheme, "" where it says none."""
    found = _ISSUER.fullmatch(oid)
    if found is None:
        return ""
    if found[2]:
        return "license-number" if found[1] in _DIVIDED else ""
    return _ISSUERS.get(found[1], "")


@lru_cache(maxsize=1)
def _dictionary() -> frozenset[str]:
    from pydicom._uid_dict import UID_dictionary

    return frozenset(UID_dictionary)
