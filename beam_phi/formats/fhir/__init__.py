"""FHIR in JSON and XML (STU3, R4, R4B, R5): every value typed by the element it is the value of; and JSON of
any kind, in which FHIR may stand."""

from beam_phi.formats.document import Document, Source
from beam_phi.formats.encoding import sniff_encoding
from beam_phi.formats.fhir import xml
from beam_phi.formats.fhir.document import looks_like_fhir_json, open_json
from beam_phi.formats.fhir.scope import FhirScope

__all__ = ["FhirScope", "looks_like_fhir", "open", "open_json"]


def open(source: Source) -> Document:
    """Open a file of FHIR. Raises FormatError ``bad-encoding`` if it is no text."""
    _, inner = sniff_encoding(source.stream)
    return xml.open(source) if inner.lstrip().startswith(b"<") else open_json(source)


def looks_like_fhir(head: bytes) -> bool:
    """True if a file that begins with these inner bytes is FHIR."""
    return looks_like_fhir_json(head) or xml.looks_like_fhir_xml(head)
