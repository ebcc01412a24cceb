"""Picture files: decoded by Pillow, and written anew from their pixels, so that no metadata, thumbnail or
trailing byte passes on."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PIL import Image, JpegImagePlugin, TiffImagePlugin

from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.image.gif import MAGIC as GIF
from beam_phi.formats.image.gif import GifPages
from beam_phi.formats.image.raster import MOST_PAGES, Raster, check_size, decoding, raster
from beam_phi.formats.pictures import Pages
from beam_phi.library.model import Box
from beam_phi.pixels.engines.base import Line
from beam_phi.pixels.picture import Samples

#: Bytes of a file.
LARGEST = 1 << 28
_MAGIC: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    **dict.fromkeys(GIF, "GIF"),
}
# Behind BM, four bytes of size and four that are zero a BMP says how long its header is.
_BMP, _BMP_HEADERS = b"BM", frozenset({12, 40, 52, 56, 64, 108, 124})
#: TIFF 6.0: BitsPerSample, PhotometricInterpretation, and WhiteIsZero.
_BITS, _PHOTOMETRIC, _WHITE_IS_ZERO = 258, 262, 0


def looks_like_image(head: bytes) -> bool:
    """True for a file that begins like one of them."""
    return _kind(head) is not None


def _kind(head: bytes) -> str | None:
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head.startswith(_BMP) and head[6:10] == bytes(4):
        return "BMP" if int.from_bytes(head[14:18], "little") in _BMP_HEADERS else None
    return None


def open_pages(source: Source) -> Pages:
    """Raises FormatError: ``picture-too-large``; ``pixel-format`` for several pictures in a file that is no
    TIFF or GIF, and for more than 8 bits of colour; ``bad-syntax``; ``truncated``."""
    if source.size > LARGEST:
        raise FormatError("picture-too-large", f"the file has more than {LARGEST} bytes")
    source.stream.seek(0)
    data = source.stream.read()
    kind = _kind(data[:32])
    if kind is None:
        raise FormatError("bad-syntax", "the file is no picture")
    if kind == "GIF":
        return GifPages(data)
    with decoding():
        image = Image.open(io.BytesIO(data), formats=[kind])
        check_size(image)
        count = int(getattr(image, "n_frames", 1))
    if count > (MOST_PAGES if kind == "TIFF" else 1):
        raise FormatError("pixel-format", "the file holds more pictures than one, or than are read")
    if kind == "PNG" and data[24] == 16 and data[25] != 0:
        raise FormatError("pixel-format", "more than 8 bits of a colour are not supported")
    return ImagePages(image, kind, count)


class ImagePages:
    """The pages of a picture file."""

    def __init__(self, image: Image.Image, kind: str, count: int) -> None:
        self._image = image
        self._kind = kind
        self._count = count

    def __len__(self) -> int:
        return self._count

    def views(self, page: int) -> Sequence[Samples]:
        return self._raster(page).views()

    def lines(self, page: int) -> Sequence[Line]:
        """None: a picture says nothing of its text."""
        return ()

    def written(self, boxes: Mapping[int, Sequence[Box]]) -> Iterator[bytes]:
        """JPEG with the quantisation tables it had, everything else without loss; TIFF always deflated."""
        output = io.BytesIO()
        if self._kind == "TIFF":
            self._write_tiff(output, boxes)
        else:
            page = self._raster(0)
            page.paint(boxes.get(0, ()))
            with decoding():
                page.image().save(output, self._kind, **self._options())
        yield output.getvalue()

    def _write_tiff(self, output: io.BytesIO, boxes: Mapping[int, Sequence[Box]]) -> None:
        with TiffImagePlugin.AppendingTiffWriter(output, new=True) as writer:
            for number in range(self._count):
                page = self._raster(number)
                page.paint(boxes.get(number, ()))
                with decoding():
                    page.image().save(writer, "TIFF", compression="tiff_adobe_deflate")
                writer.newFrame()

    def _raster(self, page: int) -> Raster:
        with decoding():
            if self._count > 1:
                self._image.seek(page)
            self._check_tiff()
            return raster(self._image)

    def _check_tiff(self) -> None:
        """Layouts that Pillow reads as others."""
        tags = getattr(self._image, "tag_v2", None)
        if tags is None:
            return
        deep = max(tags.get(_BITS, (1,))) > 8
        inverted = deep and tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
        if inverted or (deep and not self._image.mode.startswith("I;16")):
            raise FormatError("pixel-format", "more than 8 bits of this colour are not supported")

    def _options(self) -> dict[str, Any]:
        """How a JPEG is compressed."""
        if not isinstance(self._image, JpegImagePlugin.JpegImageFile):
            return {}
        sampling = JpegImagePlugin.get_sampling(self._image)
        return {"qtables": self._image.quantization, "subsampling": max(sampling, 0)}
