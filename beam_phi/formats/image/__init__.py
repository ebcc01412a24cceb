"""Pictures that stand alone: PNG, JPEG, TIFF, BMP, GIF."""

from __future__ import annotations

from beam_phi.formats.document import Source
from beam_phi.formats.image.files import looks_like_image, open_pages
from beam_phi.formats.pictures import PictureDocument

__all__ = ["looks_like_image", "open"]


def open(source: Source) -> PictureDocument:
    """Open a picture. Raises FormatError."""
    return PictureDocument(open_pages(source))
