"""What the values of FHIR elements are: data class, constraint, and whether they are searched.

Rules go by the type that holds an element and by the element's own type, and only then by its place, so that
they hold in every resource and extension.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from beam_phi.formats.codes import is_personal
from beam_phi.formats.fhir.constraints import BASE64, CODE, CONSTRAINTS, ID, NUMBER, UID
from beam_phi.formats.fhir.table import Types, elements
from beam_phi.library.constraint import ANY, Constraint
from beam_phi.library.words import word_set

#: How a value has to be looked at beside its type: not at all; as a reference or address with ids in it; as
#: the query of a search; as a narrative; with what stands beside it; or as the type of a resource, which is
#: no field if it is one.
PLAIN, REFERENCE, ADDRESS, URI, QUERY, NARRATIVE = range(6)
DISPLAY, CONTACT, IDENTIFIER, EXTENSION, QUANTITY, RESOURCE_TYPE = range(6, 12)
LOOKS_OF_ADDRESSES = frozenset({REFERENCE, ADDRESS, URI})


class Rule(NamedTuple):
    """What a value is."""

    data_class: str | None = None
    constraint: Constraint = ANY
    searchable: bool = True
    look: int = PLAIN
    encoded: str = ""


#: The class of ids of resources, by which they refer to each other, and that of all other ids.
RESOURCE_CLASS, ID_CLASS = "resource-id", "other-id"
SEARCHED = Rule()
RESOURCE_ID = Rule(RESOURCE_CLASS, ID, False)
UID_RULE = Rule("uid", UID, False)
KEPT = Rule(None, ANY, False)
CODE_RULE = Rule(None, CODE, False)

#: From the one that asks for most care: what a value is taken for whose type differs between releases.
_CAREFUL = (
    "xhtml", "date", "dateTime", "instant", "time", "markdown", "string", "base64Binary", "url", "uri",
    "canonical", "oid", "uuid", "id", "code", "integer", "integer64", "positiveInt", "unsignedInt", "decimal",
    "boolean", "HumanName", "Address", "Identifier", "ContactPoint", "Reference", "Annotation", "Narrative",
)  # fmt: skip

CLASS_OF_TYPE = {
    "date": "date", "dateTime": "date", "instant": "date", "time": "time", "markdown": "free-text",
    "url": "url", "uuid": RESOURCE_CLASS, "HumanName": "person-name", "Address": "address",
    "Annotation": "free-text", "Identifier": ID_CLASS, "ContactPoint": "phone", "Reference": RESOURCE_CLASS,
}  # fmt: skip
_LOOK_OF_TYPE = {
    "xhtml": NARRATIVE, "uri": URI, "oid": URI, "uuid": REFERENCE, "url": ADDRESS, "Narrative": NARRATIVE,
    "Reference": REFERENCE, "ContactPoint": CONTACT, "Identifier": IDENTIFIER,
}  # fmt: skip
_UNSEARCHED = word_set(
    "base64Binary canonical code decimal id integer integer64 oid positiveInt unsignedInt uri "
    "uuid date dateTime instant time"
)
#: Types of numbers.
NUMBERS = word_set("integer integer64 positiveInt unsignedInt decimal")
_WHOLE = NUMBERS - {"decimal"}

# By the type that holds the element.
PLACES: dict[tuple[str, str], Rule] = {
    **dict.fromkeys([("HumanName", name) for name in ("family", "given", "text")], Rule("person-name")),
    **dict.fromkeys([("Address", name) for name in ("line", "text")], Rule("address")),
    **dict.fromkeys([("Address", name) for name in ("city", "district")], Rule("geography")),
    ("Address", "postalCode"): Rule("postal-code"),
    ("ContactPoint", "value"): Rule("phone", look=CONTACT),
    ("Identifier", "value"): Rule(ID_CLASS, look=IDENTIFIER),
    ("Reference", "reference"): Rule(RESOURCE_CLASS, look=REFERENCE),
    ("Reference", "display"): Rule(look=DISPLAY),
    ("Quantity", "value"): Rule(None, NUMBER, False, QUANTITY),
    ("Age", "value"): Rule("age", NUMBER, False),
    ("Age", "low"): Rule("age", NUMBER, False),
    ("Age", "high"): Rule("age", NUMBER, False),
    ("Annotation", "text"): Rule("free-text"),
    ("Attachment", "hash"): Rule("unique-code", BASE64, False),
    ("Annotation", "authorString"): Rule("person-name"),
    # A picture of it, or what says who signed: of a masked resource it is none.
    ("Signature", "data"): Rule("biometric", BASE64, False),
    ("Signature", "blob"): Rule("biometric", BASE64, False),
    ("Resource", "id"): RESOURCE_ID,
    ("Meta", "versionId"): CODE_RULE,
    ("Coding", "version"): CODE_RULE,
    ("BundleEntry", "fullUrl"): Rule(RESOURCE_CLASS, look=REFERENCE),
    ("BundleLink", "url"): Rule(look=ADDRESS),
    ("BundleLink", "relation"): CODE_RULE,
    ("BundleEntryRequest", "url"): Rule(look=ADDRESS),
    ("BundleEntryRequest", "ifNoneExist"): Rule(look=QUERY),
    ("BundleEntryRequest", "ifMatch"): CODE_RULE,
    ("BundleEntryResponse", "location"): Rule(look=ADDRESS),
    ("BundleEntryResponse", "etag"): CODE_RULE,
    **dict.fromkeys(
        [(holder, "birthDate") for holder in ("Patient", "Person", "Practitioner", "RelatedPerson")],
        Rule("birth-date", CONSTRAINTS["date"], False),
    ),
    **dict.fromkeys(
        [
            (holder, "name")
            for holder in ("AuditEventAgent", "ContactDetail", "Contributor", "FamilyMemberHistory")
        ],
        Rule("person-name"),
    ),
    **dict.fromkeys(
        [
            (holder, name)
            for holder in ("HealthcareService", "Location", "Organization")
            for name in ("name", "alias")
        ],
        Rule("organization"),
    ),
    ("AuditEventAgent", "altId"): Rule(ID_CLASS),
    ("AuditEventAgentNetwork", "address"): Rule("ip-address"),
    ("AuditEventAgent", "networkString"): Rule("ip-address"),
    ("AuditEventAgent", "networkUri"): Rule("ip-address"),
    # Tokens that let in.
    ("SubscriptionChannel", "header"): Rule(ID_CLASS),
    ("SubscriptionParameter", "value"): Rule(ID_CLASS),
    ("Coverage", "subscriberId"): Rule("health-plan-id"),
    ("Coverage", "dependent"): Rule("health-plan-id"),
    ("CoverageClass", "value"): Rule("health-plan-id"),
    ("CoverageGrouping", "group"): Rule("health-plan-id"),
    ("Device", "serialNumber"): Rule("device-id"),
    ("DeviceUdiCarrier", "carrierHRF"): Rule("device-id"),
    ("DeviceUdiCarrier", "carrierAIDC"): Rule("device-id", BASE64, False),
    ("DeviceUdi", "carrierHRF"): Rule("device-id"),
    ("DeviceUdi", "carrierAIDC"): Rule("device-id", BASE64, False),
    ("Endpoint", "address"): Rule("url"),
    ("LocationPosition", "latitude"): Rule("geography", NUMBER, False),
    ("LocationPosition", "longitude"): Rule("geography", NUMBER, False),
    ("LocationPosition", "altitude"): Rule("geography", NUMBER, False),
    **dict.fromkeys(
        [(holder, "uid") for holder in ("ImagingStudy", "ImagingStudySeries", "ImagingStudySeriesInstance")],
        Rule("uid", ANY, False, IDENTIFIER),
    ),
    ("ImagingStudySeriesInstance", "sopClass"): KEPT,
}
# No code is longer than this, or has so long a number; nor is it several words.
_MAX_CODE = 128
_NO_CODE = re.compile(r"[,;]|\S\s+\S|[0-9]{6}")
# Addresses of vocabularies.
_VOCABULARY = word_set("definition implicitRules instantiatesUri profile system targetProfile url")
_DEFINITIONS = word_set(
    "CapabilityStatement CodeSystem ConceptMap ImplementationGuide Library Measure "
    "NamingSystem Questionnaire SearchParameter StructureMap TerminologyCapabilities "
    "TestScript TestPlan ValueSet"
)
_PHOTOS = frozenset({"Patient.photo", "Person.photo", "Practitioner.photo", "RelatedPerson.photo"})


def defines(resource: str) -> bool:
    """True for resources that define something for all: their ids are names."""
    return resource.endswith("Definition") or resource in _DEFINITIONS


def is_code(rule: Rule) -> bool:
    """True for what is kept as long as it has the form of a code."""
    return rule.constraint is CODE and rule.data_class is None and not rule.searchable


def by_form(rule: Rule, text: str) -> Rule:
    """The rule of a value, or that of text for a code that has not the form of one."""
    if is_code(rule) and (len(text) > _MAX_CODE or _NO_CODE.search(text) or is_personal(text)):
        return SEARCHED
    return rule


def holder_of(holders: Types, name: str) -> str:
    """The type, among those an object may be of, or among their bases, that the rules know an element by."""
    for holder in holders:
        if (holder, name) in PLACES:
            return holder
    for holder in holders:
        if name in elements(holder):
            return "Resource" if name == "id" and "meta" in elements(holder) else holder
    return holders[0] if holders else ""


def leaf_type(types: Types) -> str:
    """The type that a value is taken for; "" if nobody knows."""
    return min(
        types, key=lambda each: _CAREFUL.index(each) if each in _CAREFUL else len(_CAREFUL), default=""
    )


def rule_of(resource: str, path: str, holder: str, name: str, type_: str) -> Rule:
    """What the value of an element is.

    path: that of the object. type_: that of the value, "" if unknown.
    """
    if holder == "Extension" and name.startswith("value"):
        rule = _rule_of_type(resource, name, type_)
        return rule._replace(look=EXTENSION) if rule.look == PLAIN and not rule.encoded else rule
    known = PLACES.get((holder, name))
    if known is not None:
        patient = path == "Patient.name" and known.data_class == "person-name"
        return known._replace(data_class="patient-name") if patient else known
    if holder == "Attachment" and name == "data" and path in _PHOTOS:
        return Rule("face-image", BASE64, False)
    if name == "resourceType":
        return Rule(look=RESOURCE_TYPE)
    if name == "linkId":
        return CODE_RULE
    if type_ == "HumanName" and path == "Patient":
        return Rule("patient-name")
    return _rule_of_type(resource, name, type_)


def _rule_of_type(resource: str, name: str, type_: str) -> Rule:
    constraint = CONSTRAINTS.get(type_, ANY)
    if type_ == "base64Binary":
        return Rule(None, constraint, False, encoded="base64")
    if type_ == "id":
        return CODE_RULE if defines(resource) else RESOURCE_ID
    is_open = name.startswith(("value", "answer"))
    if type_ == "uri" and not is_open:
        return Rule(None, ANY, False, PLAIN if name in _VOCABULARY else URI)
    searchable = type_ not in _UNSEARCHED or (is_open and (type_ in _WHOLE or type_ == "uri"))
    data_class = CLASS_OF_TYPE.get(type_)
    if type_ == "oid" and name == "uid":
        data_class = "uid"
    return Rule(data_class, constraint, searchable, _LOOK_OF_TYPE.get(type_, PLAIN))
