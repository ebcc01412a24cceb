"""HL7 table 0203: what kind of number an identifier is, in messages (CX-5, XCN-13) and in FHIR
(Identifier.type)."""

from __future__ import annotations

from collections.abc import Mapping

_CLASSES: Mapping[str, str] = {
    # MRN and SSN stand in no edition of the table, but in messages. PNT: of a person, for a time.
    **dict.fromkeys(
        ("ANON", "JHN", "MR", "MRN", "MRT", "NH", "PE", "PI", "PN", "PNT", "PT"), "patient-id"
    ),
    **dict.fromkeys(("SB", "SS", "SSN", "TAX"), "ssn"),
    # Of persons who treat, of drivers, of travellers; certificates. MCD, MCR: a practitioner's.
    **dict.fromkeys(
        (
            "AC", "BCT", "DEA", "DL", "DN", "LN", "MCD", "MCR", "MD", "NP", "NPI", "PA", "PPN", "PRN", "RN",
            "RPH", "SL", "UPIN",
        ),
        "license-number",
    ),
    **dict.fromkeys(("HC", "MA", "MB", "MC", "NIIP", "SN", "WC"), "health-plan-id"),
    # BA, BC and those after it: of a bank, of its cards. GN: a guarantor's.
    **dict.fromkeys(("AN", "ANC", "AND", "ANT", "BA", "BC", "DI", "GN", "VS"), "account-number"),
    **dict.fromkeys(("SNO", "UDI"), "device-id"),
    "ACSN": "accession-number",
    # Of an employee, an employer, a cost centre, a donor, a specimen, a visit.
    **dict.fromkeys(("CC", "DR", "EI", "EN", "SID", "VN"), "other-id"),
}  # fmt: skip

#: All data classes that a code may say.
CLASSES = frozenset(_CLASSES.values())


def class_of_type(code: str) -> str:
    """The data class of numbers of a kind, "" where the code says none: it is not of the table, or means
    anybody's (NI, U)."""
    return _CLASSES.get(code.strip().upper(), "")
