"""XML documents, and CDA among them, written back so that only changed values differ."""

from beam_phi.formats.markup.document import MarkupDocument, open
from beam_phi.formats.markup.places import place
from beam_phi.formats.markup.sniff import looks_like_cda, looks_like_xml

__all__ = ["MarkupDocument", "looks_like_cda", "looks_like_xml", "open", "place"]
