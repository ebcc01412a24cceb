"""One decoded page: its pixels, in how many ways they can be seen, and black boxes in them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from beam_phi.formats.document import FormatError
from beam_phi.library.model import Box
from beam_phi.pixels.picture import Samples

#: Pixels of a page, and pages, or frames, of a file.
MOST_PIXELS, MOST_PAGES = 50_000_000, 1000
_OPAQUE = 255
#: What Pillow calls layouts that are painted, by what they are read as.
_READ_AS = {
    "1": "L", "L": "L", "RGB": "RGB", "LA": "LA", "RGBA": "RGBA", "YCbCr": "RGB", "I;16": "I;16",
    "I;16L": "I;16", "I;16B": "I;16",
}  # fmt: skip


# What Pillow raises for damaged files, which has no class of its own for them.
_DAMAGED = (
    ArithmeticError, EOFError, LookupError, NotImplementedError, OSError, SyntaxError, TypeError, ValueError,
    struct.error, zlib.error,
)  # fmt: skip


@contextmanager
def decoding() -> Iterator[None]:
    """What decoders raise for damaged files is one FormatError without any value: ``picture-too-large`` or
    ``bad-syntax``."""
    try:
        yield
    except Image.DecompressionBombError:
        raise FormatError("picture-too-large", "a picture has too many pixels") from None
    except _DAMAGED:
        raise FormatError("bad-syntax", "the picture can't be decoded") from None


def check_size(image: Image.Image) -> None:
    """Raises FormatError ``picture-too-large``, before a pixel is decoded."""
    if image.width * image.height > MOST_PIXELS:
        raise FormatError("picture-too-large", f"a picture has more than {MOST_PIXELS} pixels")


@dataclass(frozen=True, slots=True)
class Raster:
    """A page as it is displayed.

    samples: (rows, columns) of 8 or 16 bits, or 8 bits of red, green and blue. alpha: how opaque each pixel
        is, None where all are. bitmap: True for two colours, black and white.
    """

    samples: Samples
    alpha: Samples | None = None
    bitmap: bool = False

    def views(self) -> Sequence[Samples]:
        """The pixels as they are, what can be seen through them, and how they look on white."""
        if self.alpha is None:
            return (self.samples,)
        wide = self.alpha.astype(np.uint16)
        alpha = wide if self.samples.ndim == 2 else wide[..., np.newaxis]
        on_white = (self.samples * alpha + (_OPAQUE - alpha) * _OPAQUE) // _OPAQUE
        return self.samples, self.alpha, on_white.astype(np.uint8)

    def paint(self, boxes: Iterable[Box]) -> None:
        """Black, and opaque."""
        for box in boxes:
            place = (slice(box.y, box.y + box.height), slice(box.x, box.x + box.width))
            self.samples[place] = 0
            if self.alpha is not None:
                self.alpha[place] = _OPAQUE

    def image(self) -> Image.Image:
        """The page as a picture that holds nothing but pixels."""
        if self.bitmap:
            return Image.fromarray(self.samples).convert("1", dither=Image.Dither.NONE)
        if self.alpha is None:
            return Image.fromarray(self.samples)
        return Image.fromarray(np.dstack((self.samples, self.alpha)))


def raster(image: Image.Image) -> Raster:
    """Decode a page, upright. Raises FormatError ``pixel-format``, and whatever Pillow raises."""
    check_size(image)
    image.load()
    image = ImageOps.exif_transpose(image)
    mode = _mode(image)
    if mode is None:
        raise FormatError("pixel-format", "this layout of pixels is not supported")
    bitmap = image.mode == "1"
    samples: Any = np.array(image.convert(mode) if image.mode != mode and mode != "I;16" else image)
    if mode == "I;16":
        return Raster(samples.astype(np.uint16))
    if mode not in ("LA", "RGBA"):
        return Raster(samples, bitmap=bitmap)
    alpha = np.ascontiguousarray(samples[..., -1])
    colours = samples[..., 0] if mode == "LA" else samples[..., :3]
    return Raster(np.ascontiguousarray(colours), None if (alpha == _OPAQUE).all() else alpha)


def _mode(image: Image.Image) -> str | None:
    """What a page is read as; a palette gives way to its colours."""
    if image.mode in ("P", "PA"):
        return "RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB"
    return _READ_AS.get(image.mode)
