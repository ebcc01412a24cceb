"""Whose a place is, where it is not the patient's: a birth date there says nothing of the patient."""

from __future__ import annotations

import re

from beam_phi.formats.document import FieldType

# HL7 v2: next of kin, guarantors, the insured, staff.
_SEGMENTS = frozenset({"GT1", "IN1", "IN2", "IN3", "NK1", "STF"})
# FHIR: whose birth date is never the patient's.
_RESOURCES = frozenset({"FamilyMemberHistory", "Practitioner", "RelatedPerson"})
# CDA: elements that other persons stand in.
_ELEMENTS = re.compile(
    r"(?:\A|/)(?:relatedSubject|relatedPerson|guardian|guardianPerson|associatedPerson|assignedPerson)/"
)
# Headings; a child may be the patient.
_HEADING = re.compile(
    r"(?:pat|pt|patients?)?(?:mothers?|fathers?|parents?|spouses?|husbands?|wifes?|partners?|guardians?|guarantors?|"
    r"siblings?|brothers?|sisters?|relatives?|nok|nextofkin|subscribers?|insureds?|policyholders?|donors?|providers?|"
    r"employees?|staff|caregivers?)(?!$)"
)


def is_of_another(type_: FieldType) -> bool:
    """True for a place that is about somebody beside the patient: kin, who pays, who treats."""
    attributes = type_.attributes
    match type_.format:
        case "hl7":
            return attributes.get("segment") in _SEGMENTS
        case "fhir":
            return attributes.get("resource") in _RESOURCES
        case "cda":
            return _ELEMENTS.search(attributes.get("path", "")) is not None
        case "delimited" | "json" | "xml":
            return _HEADING.match(attributes.get("column_key", "")) is not None
        case _:
            return False
