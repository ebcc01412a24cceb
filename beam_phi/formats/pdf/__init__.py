"""PDF: each page as it looks, without text, forms, attachments, scripts or anything else that is no pixel."""

from __future__ import annotations

from beam_phi.formats.document import Source
from beam_phi.formats.pdf.pages import PdfPages
from beam_phi.formats.pictures import PictureDocument

__all__ = ["open"]


def open(source: Source) -> PictureDocument:
    """Open a PDF. Raises FormatError ``bad-syntax``, ``picture-too-large``."""
    return PictureDocument(PdfPages(source))
