"""JPEG 2000 and High-Throughput JPEG 2000 (ITU-T T.800, T.814): decoded, painted, coded without loss."""

from __future__ import annotations

from collections.abc import Sequence

import imagecodecs
import numpy as np

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import PixelFormat
from beam_phi.pixels.codecs import codestream
from beam_phi.pixels.codecs.base import (
    Decoded,
    Painted,
    Samples,
    black,
    color_space,
    even,
    filled,
    require,
    require_same,
    shaped,
    with_sign,
)
from beam_phi.pixels.codecs.codestream import Codestream

_CLASSIC = ("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91")

# Lossless RPCL has a lowest resolution of at most 64 rows and columns (PS3.5 section A.4.12).
_LEVELS = 5
_LOWEST = 64

# The most bits of a sample that the coder keeps without loss.
_MOST_BITS = 26


def decode(frame: bytes, syntax: str, format: PixelFormat) -> Decoded:
    """See codecs.decode."""
    photometric = color_space(format.photometric)
    stream = _read(frame, format)
    samples = _samples(stream, format)
    if stream.signed != format.signed:
        samples = with_sign(samples, stream.precision, signed=format.signed)
    return Decoded(samples, photometric)


def paint(frame: bytes, syntax: str, format: PixelFormat, boxes: Sequence[Box]) -> Painted:
    """See codecs.paint."""
    photometric = color_space(format.photometric)
    stream = _read(frame, format)
    pixel = black(format, photometric, stream.precision, signed=format.signed)
    if stream.signed != format.signed:
        item = np.array(pixel, np.int64)
        pixel = tuple(with_sign(item, stream.precision, signed=stream.signed).tolist())
    samples = filled(_samples(stream, format), boxes, pixel)
    # What is called YBR without a transformation in the stream, or RGB with one, can stay what it is called.
    transform = stream.transformed and format.photometric in ("YBR_RCT", "YBR_ICT")
    data = _encode(samples, stream, syntax, transform=transform)
    again = _read(data, format)
    require(
        again.precision == stream.precision and again.signed == stream.signed, "another precision than before"
    )
    require_same(samples, _samples(again, format))
    return Painted(even(data), "YBR_RCT" if transform else format.photometric, syntax)


def _read(frame: bytes, format: PixelFormat) -> Codestream:
    stream = codestream.read(frame, format)
    require(stream.precision <= min(format.allocated, _MOST_BITS), "JPEG 2000 of more bits than can be coded")
    return stream


def _samples(stream: Codestream, format: PixelFormat) -> Samples:
    """With the sign they have in the stream, (rows, columns) or (rows, columns, samples)."""
    # This decoder knows High Throughput too; the other one of the library passes over errors.
    samples = imagecodecs.jpeg2k_decode(stream.data, planar=False, numthreads=1)
    return shaped(samples, format, signed=stream.signed)


def _encode(samples: Samples, stream: Codestream, syntax: str, *, transform: bool) -> bytes:
    """A reversible codestream with the precision and sign of the old one."""
    size = 1 if stream.precision <= 8 else 2 if stream.precision <= 16 else 4
    narrow = samples.astype(f"{'i' if stream.signed else 'u'}{size}")
    if syntax not in _CLASSIC:
        return _encode_high_throughput(narrow, stream, transform=transform)
    data = imagecodecs.jpeg2k_encode(
        narrow,
        codecformat="j2k",
        reversible=True,
        bitspersample=stream.precision,
        mct=transform,
        numthreads=1,
    )
    return bytes(data)


def _encode_high_throughput(samples: Samples, stream: Codestream, *, transform: bool) -> bytes:
    """With resolutions first and tile-part lengths, which all three syntaxes allow and one asks for."""
    coded = samples
    size = samples.dtype.itemsize
    patched = stream.precision != 8 * size
    if patched and not stream.signed:
        # The coder knows whole bytes only. Signed samples are coded without a level shift, so they can be
        # unsigned ones of any precision that were shifted before.
        coded = (samples.astype(np.int64) - (1 << stream.precision >> 1)).astype(f"i{size}")
    count = 1 if samples.ndim == 2 else samples.shape[2]
    apart = count > 1 and not transform
    levels = _LEVELS
    while max(samples.shape[:2]) > _LOWEST << levels:
        levels += 1
    data = imagecodecs.htj2k_encode(
        np.ascontiguousarray(coded.transpose(2, 0, 1) if apart else coded),
        reversible=True,
        rgb=transform,
        planar=apart,
        resolutions=levels,
        tlm=True,
    )
    if not patched:
        return bytes(data)
    return codestream.with_precision(bytes(data), count, stream.precision, signed=stream.signed)
