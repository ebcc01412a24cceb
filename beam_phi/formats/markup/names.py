"""Names of elements and attributes: without prefixes, and which of them may be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from beam_phi.formats.delimited.headings import is_known_heading
from beam_phi.formats.markup.cda_types import ATTRIBUTES, ELEMENTS
from beam_phi.identity.canonical import fold
from beam_phi.identity.persons import is_given, is_surname
from beam_phi.library.words import is_ordinary, word_list

HL7_V3 = "urn:hl7-org:v3"
#: Elements that no other vocabulary begins with, and what else tells a part of a document.
ROOTS = frozenset(
    {
        "ClinicalDocument", "recordTarget", "patientRole", "authenticator", "legalAuthenticator",
        "dataEnterer", "inFulfillmentOf", "documentationOf", "componentOf", "relatedDocument",
        "assignedAuthor", "assignedCustodian", "structuredBody", "nonXMLBody",
    }
)  # fmt: skip
_V3 = re.compile(
    rb"""<(?:\w+:)?templateId\s[^<>]*\broot\s*= | \b(?:classCode|moodCode|typeCode)\s*=\s*["'][A-Z]
    | \bcodeSystem\s*=\s*["']2\.16\.840\.1\.113883
    | <(?:\w+:)?(?:assignedAuthor|assignedCustodian|assignedEntity)\b
    """,
    re.VERBOSE,
)
# The parts of a name: in camel case, or with anything between them.
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_A-Za-z]+")
#: Words of vocabularies that the census has as names.
_VOCABULARY = frozenset({"MATH", "NUMBERS", "PAYOR", "RUBY"})
_SHORTEST_NAME = 4
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def local_name(name: str) -> str:
    """The name without its prefix."""
    return name.rpartition(":")[2]


def is_cda(root: str, attributes: Mapping[str, str], head: bytes) -> bool:
    """True if the root is of HL7 version 3, or of no namespace and a ClinicalDocument or a part of one: a
    damaged document, or a piece of it, is read by the same rules rather than by none.

    head: inner bytes that the file begins with.
    """
    prefix, _, name = root.rpartition(":")
    namespace = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
    return namespace == HL7_V3 or (not namespace and (name in ROOTS or _V3.search(head) is not None))


def names_person(name: str) -> bool:
    """True if a part of the name of an element or attribute is the name of a person, and no other word."""
    if name in ELEMENTS or name in ATTRIBUTES:
        return False
    parts = (fold(part) for part in _PART.findall(name))
    return any(
        len(part) >= _SHORTEST_NAME
        and (is_surname(part) or is_given(part))
        and not (is_ordinary(part) or part in _VOCABULARY or part in word_list("eponyms"))
        for part in parts
    )


@lru_cache(maxsize=16384)
def shown_element(name: str) -> str:
    """The name of an element as locations give it: ``*`` unless it surely is a word of a vocabulary, since
    people have called elements by somebody's name."""
    return name if name in ELEMENTS or is_known_heading(name) else "*"


@lru_cache(maxsize=16384)
def shown_attribute(name: str) -> str:
    """The same for an attribute."""
    return name if name in ATTRIBUTES or is_known_heading(name) else "*"
