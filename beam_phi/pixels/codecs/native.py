"""Frames that are not compressed, or only deflated (DICOM PS3.5 sections A.4.11 and A.4.13)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import PixelFormat, PixelFormatError
from beam_phi.pixels.codecs.base import CodecError, Decoded, Painted, Samples, even, require, with_sign

ENCAPSULATED = "1.2.840.10008.1.2.1.98"
DEFLATED = "1.2.840.10008.1.2.8.1"

_RAW_DEFLATE = -15
_SUBSAMPLED = "YBR_FULL_422"


def decode(frame: bytes, syntax: str, format: PixelFormat) -> Decoded:
    """See codecs.decode."""
    data = _read(frame, syntax, format)
    order = "<" if format.order == "little" else ">"
    words = np.frombuffer(data, f"{order}u{format.allocated // 8}")
    if format.photometric == _SUBSAMPLED:
        return Decoded(_full(words, format), "YBR_FULL")
    require(not format.photometric.startswith("YBR_PARTIAL"), "a photometric interpretation that is retired")
    shaped: Samples
    if format.samples == 1:
        shaped = words.reshape(format.rows, format.columns)
    elif format.planar:
        shaped = words.reshape(format.samples, format.rows, format.columns).transpose(1, 2, 0)
    else:
        shaped = words.reshape(format.rows, format.columns, format.samples)
    return Decoded(stored_values(shaped.astype(words.dtype.newbyteorder("=")), format), format.photometric)


def paint(frame: bytes, syntax: str, format: PixelFormat, boxes: Sequence[Box]) -> Painted:
    """See codecs.paint."""
    data = _read(frame, syntax, format)
    parts: list[bytearray] = []
    at = 0
    for plane in format.planes():
        band = bytearray(data[at : at + plane.size])
        plane.paint(band, 0, boxes)
        parts.append(band)
        at += plane.size
    painted = b"".join(parts)
    written = painted
    if syntax == DEFLATED:
        deflater = zlib.compressobj(wbits=_RAW_DEFLATE)
        written = deflater.compress(painted) + deflater.flush()
    require(_read(written, syntax, format) == painted, "the painted frame does not read as it should")
    return Painted(even(written), format.photometric, syntax)


def stored_values(words: Samples, format: PixelFormat) -> Samples:
    """Words without the bits above and below those stored, and with their sign."""
    shifted = words >> words.dtype.type(format.high_bit + 1 - format.stored)
    return with_sign(shifted, format.stored, signed=format.signed)


def _read(frame: bytes, syntax: str, format: PixelFormat) -> bytes:
    """The bytes of the frame, without padding."""
    try:
        size = sum(plane.size for plane in format.planes())
    except PixelFormatError as error:
        raise CodecError(str(error)) from None
    if syntax == DEFLATED:
        inflater = zlib.decompressobj(wbits=_RAW_DEFLATE)
        frame = inflater.decompress(frame, size + 2)
        require(inflater.eof, "a deflated frame is cut off, or has more than its rows and columns")
    require(len(frame) in (size, size + size % 2), "a frame is not as long as its rows and columns say")
    return frame[:size]


def _full(words: Samples, format: PixelFormat) -> Samples:
    """Y1 Y2 Cb Cr as three samples a pixel."""
    pairs = words.reshape(format.rows, format.columns // 2, 4)
    luminance = pairs[..., :2].reshape(format.rows, format.columns)
    return np.dstack([luminance, pairs[..., 2].repeat(2, axis=1), pairs[..., 3].repeat(2, axis=1)])
