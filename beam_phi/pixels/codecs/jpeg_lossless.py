"""Lossless JPEG, process 14 (ITU-T T.81 Annex H): decoded, painted, coded again with the first predictor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import imagecodecs
import numpy as np

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import PixelFormat
from beam_phi.pixels.codecs import segments
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
    with_sign,
)
from beam_phi.pixels.codecs.segments import Frame, Segment

_PREDICTOR = 1


def decode(frame: bytes, syntax: str, format: PixelFormat) -> Decoded:
    """See codecs.decode."""
    photometric = color_space(format.photometric)
    header, _ = _headers(frame, format)
    samples = _samples(frame, format)
    return Decoded(
        with_sign(samples, min(header.precision, format.stored), signed=True) if format.signed else samples,
        photometric,
    )


def paint(frame: bytes, syntax: str, format: PixelFormat, boxes: Sequence[Box]) -> Painted:
    """See codecs.paint."""
    photometric = color_space(format.photometric)
    header, parts = _headers(frame, format)
    # The stream has no sign: what is signed stands in it as two's complement.
    pixel = black(format, photometric, header.precision, signed=format.signed)
    pattern = tuple(value & ((1 << header.precision) - 1) for value in pixel)
    samples = filled(_samples(frame, format), boxes, pattern)
    data = _encode(samples, header, parts)
    require_same(samples, _samples(data, format))
    return Painted(even(data), format.photometric, syntax)


def _headers(frame: bytes, format: PixelFormat) -> tuple[Frame, list[Segment]]:
    parts = segments.read(frame)
    header = segments.frame_header(parts, [segments.LOSSLESS], format)
    require(
        2 <= header.precision <= min(format.allocated, 16), "lossless JPEG of more bits than are allocated"
    )
    factors = {(one.horizontal, one.vertical) for one in header.components}
    require(len(factors) == 1, "lossless JPEG whose components are sampled differently")
    return header, parts


def _samples(frame: bytes, format: PixelFormat) -> Samples:
    """As they stand in the stream: the decoder is kept from turning colors into others."""
    # No difference is coded in less than a bit.
    require(format.rows * format.columns * format.samples <= 8 * len(frame), "a JPEG image is cut off")
    spaces: dict[str, Any] = {"colorspace": "RGB", "outcolorspace": "RGB"} if format.samples == 3 else {}
    samples: Samples = imagecodecs.jpeg8_decode(frame, **spaces)
    shape = (format.rows, format.columns, format.samples)
    require(samples.shape == (shape if format.samples > 1 else shape[:2]), "a decoder gives another size")
    return samples.astype(f"u{format.allocated // 8}")


def _encode(samples: Samples, header: Frame, parts: Sequence[Segment]) -> bytes:
    """A stream with the precision, component identifiers and color markers of the old one."""
    item = np.uint8 if header.precision <= 8 else np.uint16
    spaces: dict[str, Any] = {"colorspace": "RGB", "outcolorspace": "RGB"} if samples.ndim == 3 else {}
    stream = imagecodecs.jpeg8_encode(
        samples.astype(item),
        lossless=True,
        predictor=_PREDICTOR,
        bitspersample=header.precision,
        **spaces,
    )
    written = [one for one in segments.read(bytes(stream)) if not 0xE0 <= one.marker <= 0xEF]
    identifiers = [one.identifier for one in header.components]
    named = [_named(one, identifiers) for one in (*segments.color_markers(parts), *written)]
    return b"\xff\xd8" + b"".join(one.render() for one in named) + b"\xff\xd9"


def _named(segment: Segment, identifiers: Sequence[int]) -> Segment:
    """The segment with other component identifiers, in the order of the frame header."""
    first, step = {segments.LOSSLESS: (6, 3), segments.SOS: (1, 2)}.get(segment.marker, (0, 0))
    if not step:
        return segment
    content = bytearray(segment.content)
    for number, identifier in enumerate(identifiers):
        content[first + step * number] = identifier
    return Segment(segment.marker, bytes(content), segment.data)
