"""Namespaces of a document: which of them are nobody's, and which mean a grammar with rules of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from beam_phi.formats.document import FormatError
from beam_phi.formats.markup.names import HL7_V3, ROOTS, XSI, names_person

_UNREAD = frozenset({"http://hl7.org/fhir", "urn:hl7-org:v2xml"})
_UNREAD_NAMES = frozenset({"NativeDicomModel", "DicomAttribute"})
_HL7_V2 = re.compile(r"[A-Z][A-Z0-9]{2}\.[0-9]+")
# Namespaces that documents of all kinds have, and those of HL7 version 3.
_KNOWN = frozenset(
    {
        HL7_V3, "urn:hl7-org:sdtc", "urn:hl7-org:v3/voc", "urn:hl7-org:ips", "urn:ihe:pharm",
        "urn:ihe:pharm:medication", "urn:ihe:lab", "urn:ihe:rad", "urn:ihe:iti:xds-b:2007",
        "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0", "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0",
        "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0", "urn:oasis:names:tc:SAML:2.0:assertion",
        "http://www.w3.org/2001/XMLSchema", XSI, "http://www.w3.org/1999/xhtml", "http://www.w3.org/1999/xlink",
        "http://www.w3.org/2000/svg", "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/1999/XSL/Transform",
        "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2003/05/soap-envelope",
        "http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/soap/envelope/",
        "http://www.lantanagroup.com/voc", "http://www.cdisc.org/ns/odm/v1.3", "http://purl.org/dc/elements/1.1/",
    }
)  # fmt: skip
# Artefacts of HL7 version 3, PRPA_IN201305UV02, have a number; in other names six digits may be an id.
_ARTEFACT = re.compile(r"(?:\w+:)?[A-Z]{4}_[A-Z]{2}[0-9]{6}(?:[A-Z]{2}[0-9]{0,2})?(?:\.[A-Za-z]{1,40})?")
_MOST_DIGITS = 5


class Namespaces:
    """Follows which prefixes stand for what."""

    def __init__(self) -> None:
        self._stack: list[Mapping[str, str]] = [{}]

    def enter(self, values: Mapping[str, str]) -> None:
        """An element begins that has these attributes.

        Raises FormatError ``unknown-format`` for namespaces of grammars that nobody here reads.
        """
        declared: dict[str, str] = {}
        for name, uri in values.items():
            if name == "xmlns" or name.startswith("xmlns:"):
                declared[name[6:]] = uri
                if uri.strip().rstrip("/").lower() in _UNREAD:
                    raise FormatError("unknown-format", "the document is in a grammar that can't be read")
        self._stack.append({**self._stack[-1], **declared} if declared else self._stack[-1])

    def leave(self) -> None:
        self._stack.pop()

    def of(self, name: str) -> str:
        """The namespace of an element, "" for none."""
        return self._stack[-1].get(name.rpartition(":")[0], "").strip()


def begins_cda(name: str, namespace: str) -> bool:
    """True for an element of plain XML that is one of HL7 version 3, or of no namespace and named like one.

    Raises FormatError ``unknown-format`` for one of another grammar whose values plain rules can't tell.
    """
    if namespace == HL7_V3 or (name in ROOTS and not namespace):
        return True
    if name in ROOTS or name in _UNREAD_NAMES or _HL7_V2.fullmatch(name):
        raise FormatError("unknown-format", "an element is of a grammar that can't be read here")
    return False


def is_known_namespace(uri: str) -> bool:
    """True for one that is surely nobody's."""
    return uri in _KNOWN


@lru_cache(maxsize=16384)
def check_name(name: str) -> None:
    """Raises FormatError ``bad-syntax`` for a name of an element or attribute that may hold an id, or
    somebody's name: it can't be replaced."""
    if sum(map(str.isdigit, name)) > _MOST_DIGITS and not _ARTEFACT.fullmatch(name):
        raise FormatError("bad-syntax", "a name of an element holds a number")
    if names_person(name):
        raise FormatError("bad-syntax", "a name of an element may be somebody's")
