"""HL7 v2 messages, read as a stream and written back so that only changed values differ."""

from beam_phi.formats.hl7.document import Hl7Document, looks_like_hl7, open
from beam_phi.formats.hl7.places import place

__all__ = ["Hl7Document", "looks_like_hl7", "open", "place"]
