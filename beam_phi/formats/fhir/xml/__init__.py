"""FHIR in XML: read into the nodes that the same resource has in JSON, and written back in place."""

from beam_phi.formats.fhir.xml.document import open
from beam_phi.formats.fhir.xml.sniff import looks_like_fhir_xml

__all__ = ["looks_like_fhir_xml", "open"]
