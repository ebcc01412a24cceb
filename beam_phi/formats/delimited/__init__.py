"""Delimited files (CSV, TSV and their kin), read as a stream and written back so that only changed cells
differ."""

from beam_phi.formats.delimited.document import DelimitedDocument, open
from beam_phi.formats.delimited.layout import looks_delimited

__all__ = ["DelimitedDocument", "looks_delimited", "open"]
