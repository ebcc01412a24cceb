"""What all codecs share: their error, their results, and black in arrays of samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import PixelFormat

Samples = NDArray[Any]
"""(rows, columns) or (rows, columns, samples)."""

GRAY = ("MONOCHROME1", "MONOCHROME2")


class CodecError(Exception):
    """A frame can't be decoded or painted surely; the text says why, and holds nothing of the frame."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A frame as readers see it.

    samples: stored values with their sign, (rows, columns) or (rows, columns, samples), full resolution.
    photometric: what the samples are: MONOCHROME1, MONOCHROME2, PALETTE COLOR, RGB or YBR_FULL.
    """

    samples: NDArray[Any]
    photometric: str


@dataclass(frozen=True, slots=True)
class Painted:
    """A frame with black boxes, compressed again.

    data: the bit stream, padded with 0 to an even length. photometric, syntax: Photometric Interpretation and
    Transfer Syntax UID from now on.
    """

    data: bytes
    photometric: str
    syntax: str


def even(data: bytes | bytearray) -> bytes:
    """Padded with 0 to an even length."""
    return bytes(data) + b"\0" * (len(data) % 2)


def require(condition: object, text: str) -> None:
    """Raises CodecError with this text if the condition doesn't hold."""
    if not condition:
        raise CodecError(text)


def require_size(format: PixelFormat, rows: int, columns: int, samples: int) -> None:
    """Raises CodecError if a bit stream tells of another size than the header: it could be any size."""
    told = (format.rows, format.columns, format.samples)
    require(
        told == (rows, columns, samples), "the bit stream has other rows, columns or samples than the header"
    )


def color_space(photometric: str) -> str:
    """What the samples are that a codec without DCT gives for this Photometric Interpretation.

    Raises CodecError for those that are none of a frame with three whole samples a pixel, or one.
    """
    match photometric:
        case "MONOCHROME1" | "MONOCHROME2" | "PALETTE COLOR" | "RGB" | "YBR_FULL":
            return photometric
        case "YBR_RCT" | "YBR_ICT":
            return "RGB"  # JPEG 2000 decoders undo these
    raise CodecError("a photometric interpretation that this codec does not have")


def black(format: PixelFormat, photometric: str, precision: int, *, signed: bool) -> tuple[int, ...]:
    """The values of a black pixel.

    photometric: what the samples are. precision: bits that the bit stream has for a sample; it may have more
    or fewer than Bits Stored, and then black is the value nearest to it. signed: of the bit stream.
    """
    low, high = (-(1 << precision >> 1), (1 << precision >> 1) - 1) if signed else (0, (1 << precision) - 1)
    if photometric in (*GRAY, "PALETTE COLOR"):
        require(format.samples == 1, "more than one sample in a pixel of gray")
        value = min(max(format.black, low), high)
        require(value == format.black or photometric in GRAY, "the palette has no black that can be stored")
        return (value,)
    require(format.samples == 3 and not signed and not format.signed, "no three unsigned samples of color")
    middle = 1 << precision >> 1
    return (0, middle, middle) if photometric == "YBR_FULL" else (0, 0, 0)


def pattern(format: PixelFormat, photometric: str, precision: int) -> tuple[int, ...]:
    """A black pixel in a stream that has no sign: what is signed stands in it as two's complement."""
    pixel = black(format, photometric, precision, signed=format.signed)
    return tuple(value & ((1 << precision) - 1) for value in pixel)


def from_pattern(samples: Samples, format: PixelFormat, precision: int) -> Samples:
    """The stored values of such a stream."""
    return with_sign(samples, min(precision, format.stored), signed=True) if format.signed else samples


def shaped(samples: Samples, format: PixelFormat, *, signed: bool = False) -> Samples:
    """What a decoder gave, in the item size of the header. Raises CodecError if it is of another size."""
    shape = (format.rows, format.columns, format.samples)
    require(samples.shape == (shape if format.samples > 1 else shape[:2]), "a decoder gives another size")
    return samples.astype(f"{'i' if signed else 'u'}{format.allocated // 8}")


def with_sign(samples: Samples, bits: int, *, signed: bool) -> Samples:
    """Two's complement of this many bits as numbers, or the other way round; same item size."""
    size = samples.dtype.itemsize
    word = np.dtype(f"u{size}")
    unsigned: Samples = samples.astype(word, copy=False) & word.type((1 << bits) - 1)
    if not signed:
        return unsigned
    shift = 8 * size - bits
    numbers: Samples = (unsigned << word.type(shift)).view(f"i{size}") >> shift
    return numbers


def filled(samples: Samples, boxes: Sequence[Box], pixel: tuple[int, ...]) -> Samples:
    """A copy with boxes of this pixel."""
    painted = samples.copy()
    value = np.array(pixel if len(pixel) > 1 else pixel[0], samples.dtype)
    for box in boxes:
        painted[box.y : box.y + box.height, box.x : box.x + box.width] = value
    return painted


def require_same(expected: Samples, found: Samples) -> None:
    """Raises CodecError if what was painted reads otherwise when it is decoded again."""
    require(
        expected.dtype == found.dtype and np.array_equal(expected, found),
        "the painted frame does not read as it should",
    )
