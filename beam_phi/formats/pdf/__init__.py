"""PDF: each page as it looks, without text, forms, attachments, scripts or anything else that is no pixel."""

from __future__ import annotations

from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.pictures import PictureDocument

__all__ = ["open"]


def open(source: Source) -> PictureDocument:
    """Open a PDF.

    Raises FormatError: ``pdf-unread`` where what reads it is not installed, ``bad-syntax``,
    ``picture-too-large``.
    """
    try:
        from beam_phi.formats.pdf.pages import PdfPages
    except ImportError:
        raise FormatError("pdf-unread", 'PDF needs more: pip install "beam-phi[pdf]"') from None
    return PictureDocument(PdfPages(source))
