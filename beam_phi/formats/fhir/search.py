"""What the values of FHIR searches are, which stand in conditional references and in links."""

from __future__ import annotations

from beam_phi.formats.fhir.references import Span
from beam_phi.formats.fhir.rules import SEARCHED, Rule
from beam_phi.formats.fhir.siblings import class_of_owner, class_of_system

_NAMES = frozenset({"name", "family", "given", "phonetic"})
_OF_PARAMETER = {
    "birthdate": "birth-date",
    "death-date": "date",
    "date": "date",
    "authored": "date",
    "issued": "date",
    "period": "date",
    "_lastUpdated": "date",
    "phone": "phone",
    "telecom": "phone",
    "email": "email",
    "address": "address",
    "address-city": "geography",
    "address-postalcode": "postal-code",
}

#: All data classes that the values of searches may have, beside those of identifiers.
CLASSES = frozenset(_OF_PARAMETER.values()) | {"patient-name", "person-name"}


def rule_of_value(span: Span) -> tuple[Rule, str]:
    """What the value of a search's parameter is, and the system of an identifier."""
    name = span.parameter
    if "identifier" in name.lower() or (span.system and name in ("", "value")):
        data_class = class_of_system(span.system) or class_of_owner(span.target)
        return Rule(data_class), span.system
    if name in _NAMES:
        return Rule("patient-name" if span.target == "Patient" else "person-name"), ""
    return SEARCHED._replace(data_class=_OF_PARAMETER.get(name)), ""
