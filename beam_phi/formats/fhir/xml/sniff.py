"""Is an XML document FHIR? Its root tells."""

from __future__ import annotations

from beam_phi.formats.fhir.table import is_resource
from beam_phi.formats.markup.sniff import qualified_root

FHIR = "http://hl7.org/fhir"


def looks_like_fhir_xml(inner: bytes) -> bool:
    """True if a file that begins with these inner bytes is a resource of FHIR in XML."""
    root = qualified_root(inner)
    return root is not None and root[0] == FHIR and is_resource(root[1])
