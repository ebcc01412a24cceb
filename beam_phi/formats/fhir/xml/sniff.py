"""Is an XML document FHIR? Its root tells."""

from __future__ import annotations

from beam_phi.formats.fhir.table import is_resource
from beam_phi.formats.markup.names import local_name
from beam_phi.formats.markup.sniff import looks_like_xml, root_of

FHIR = "http://hl7.org/fhir"


def looks_like_fhir_xml(inner: bytes) -> bool:
    """True if a file that begins with these inner bytes is a resource of FHIR in XML."""
    root = root_of(inner) if looks_like_xml(inner) else None
    if root is None:
        return False
    name, attributes = root
    prefix = name.rpartition(":")[0]
    namespace = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
    return namespace.strip() == FHIR and is_resource(local_name(name))
