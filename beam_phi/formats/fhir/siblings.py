"""What stands beside a value and says what it is: systems, codes, types and URLs."""

from __future__ import annotations

import re

from beam_phi.formats.codes import is_personal
from beam_phi.formats.fhir.references import target_of
from beam_phi.formats.fhir.rules import ID_CLASS
from beam_phi.formats.json.nodes import Container
from beam_phi.library.identifier_types import CLASSES as TYPE_CLASSES
from beam_phi.library.identifier_types import class_of_type
from beam_phi.library.uids import class_of_issuer
from beam_phi.library.words import word_set

_OF_CONTACT_SYSTEM = {
    "phone": "phone",
    "sms": "phone",
    "pager": "phone",
    "fax": "fax",
    "email": "email",
    "url": "url",
}
_OF_IDENTIFIER_SYSTEM = (
    (re.compile(r"us-ssn", re.IGNORECASE), "ssn"),
    (re.compile(r"us-npi", re.IGNORECASE), "license-number"),
    (re.compile(r"us-(?:medicare|mbi|medicaid)", re.IGNORECASE), "health-plan-id"),
)
# What may be the object identifier of a system.
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_OF_OWNER = {
    "Patient": "patient-id",
    "Practitioner": "license-number",
    "PractitionerRole": "license-number",
    "Coverage": "health-plan-id",
    "Device": "device-id",
    "Account": "account-number",
}
_TERMINOLOGY = re.compile(
    r"https?://(?:snomed\.info/sct|loinc\.org|www\.nlm\.nih\.gov/research/umls/rxnorm|www\.ama-assn\.org/go/cpt"
    r"|hl7\.org/fhir/sid/(?:ndc|cvx|icd-10(?:-cm)?|icd-9-cm))/?"
)
_CONCEPT_ID = re.compile(
    r"[0-9]{1,18}(?:-[0-9]{1,4}){0,2}|http://snomed\.info/sct/[0-9]{6,18}(?:/version/[0-9]{8})?"
)
_ACCESSIONS = frozenset({"accession", "accessionIdentifier"})

#: Who a reference is to if it does not say so, by the name of its element.
_PATIENTS = frozenset({"subject", "patient", "beneficiary", "for", "subscriber", "focal", "other"})
_PERSONS = word_set(
    "actor agent asserter attender author collector custodian enterer entity evaluator expressedBy"
    " generalPractitioner individual informant informationSource interpreter member onBehalfOf operator"
    " orderer owner participant party performer practitioner prescriber provider receiver recipient recorder"
    " reporter requester responsible resultsInterpreter sender source verifier who witness"
)
_ORGANIZATIONS = word_set(
    "assigner authority facility insurer issuer location managingOrganization organization payor providedBy"
    " receivingOrganization serviceProvider"
)
_CLASS_OF_TARGET = {
    "Patient": "patient-name",
    **dict.fromkeys(["Person", "Practitioner", "PractitionerRole", "RelatedPerson"], "person-name"),
    **dict.fromkeys(["HealthcareService", "Location", "Organization"], "organization"),
}

_OF_EXTENSION = (
    (re.compile(r"latitude|longitude|altitude"), "geography"),
    (re.compile(r".*mothersmaidenname|humanname-(?!assembly|fathers-name-use).*|.*(?:own|fathers|mothers|partner)-"
                r"(?:name|prefix|family)"), "person-name"),
    (re.compile(r"iso21090-adxp-(?:city|county|precinct|censustract|municipality)"), "geography"),
    (re.compile(r"iso21090-adxp-.*"), "address"),
    (re.compile(r".*birthplace"), "geography"),
    (re.compile(r".*birth-?(?:date|time)"), "birth-date"),
    (re.compile(r"(?:.*[-_])?age|.*patientage"), "age"),
)  # fmt: skip

#: All data classes that what stands beside a value may give it.
CLASSES = frozenset(
    {
        *_OF_CONTACT_SYSTEM.values(),
        *TYPE_CLASSES,
        *(known for _, known in _OF_IDENTIFIER_SYSTEM),
        *_OF_OWNER.values(),
        *_CLASS_OF_TARGET.values(),
        *(kind for _, kind in _OF_EXTENSION),
    }
)


def contact_class(contact: Container, value: str) -> tuple[str, str]:
    """The data class of a contact point's value, and its system."""
    system = contact.text("system")
    known = _OF_CONTACT_SYSTEM.get(system.lower())
    if known is None or (known == "phone" and "@" in value):
        known = "email" if "@" in value else "url" if "://" in value else "phone"
    return known, system


def identifier_class(identifier: Container, owner: str, element: str) -> tuple[str, str]:
    """The data class of an identifier's value, and its system.

    owner: the type of the resource it belongs to. element: the name of the element it stands in.
    """
    system = identifier.text("system")
    told = next(filter(None, map(class_of_type, _type_codes(identifier))), "")
    known = told or class_of_system(system)
    if known:
        return known, system
    if element in _ACCESSIONS:
        return "accession-number", system
    return class_of_owner(owner), system


def class_of_system(system: str) -> str | None:
    """The data class of identifiers of a system, if that alone tells."""
    for pattern, data_class in _OF_IDENTIFIER_SYSTEM:
        if pattern.search(system):
            return data_class
    return next(filter(None, map(class_of_issuer, _NUMBERS.findall(system))), None)


def class_of_owner(owner: str) -> str:
    """The data class of identifiers of a resource."""
    return _OF_OWNER.get(owner, ID_CLASS)


def _type_codes(identifier: Container) -> list[str]:
    type_ = identifier.member("type")
    coding = type_.member("coding") if isinstance(type_, Container) else None
    children = coding.children if isinstance(coding, Container) else []
    return [child.text("code") for child in children if isinstance(child, Container)]


def reference_target(reference: Container, element: str) -> str:
    """The resource type that a reference is to, as far as it tells, or else the name of its element."""
    type_ = reference.text("type")
    told = target_of(reference.text("reference")) or type_.rpartition("/")[2]
    if told:
        return told
    if element in _PATIENTS:
        return "Patient"
    if element in _PERSONS:
        return "Person"
    return "Organization" if element in _ORGANIZATIONS else ""


def class_of_target(target: str) -> str | None:
    """The data class of the display of a reference to a resource of a type."""
    return _CLASS_OF_TARGET.get(target)


def is_subject(element: str) -> bool:
    """True for the names of elements that say whom a resource is about."""
    return element in _PATIENTS


def extension_kind(url: str) -> str:
    """What the values of an extension are: a data class, or ""."""
    name = url.rstrip("/").rpartition("/")[2].lower()
    for pattern, kind in _OF_EXTENSION:
        if pattern.fullmatch(name):
            return kind
    return ""


def is_concept_id(code: str) -> bool:
    """True for what has the form of a code of SNOMED CT, RxNorm, LOINC, NDC and the like, a number; and for
    the name of an edition of SNOMED CT. None of them is written as a personal number is."""
    return _CONCEPT_ID.fullmatch(code) is not None and not is_personal(code)


def names_terminology(coding: Container) -> bool:
    """True for a code of one of the great terminologies, whose codes may be long numbers."""
    return _TERMINOLOGY.fullmatch(coding.text("system")) is not None


def counts_years(quantity: Container) -> bool:
    """True for a quantity of years."""
    code = quantity.text("code")
    return code == "a" or (
        not code and quantity.text("unit").lower() in {"a", "y", "yr", "yrs", "year", "years"}
    )
