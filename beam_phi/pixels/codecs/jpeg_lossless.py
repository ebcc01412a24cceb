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
    color_space,
    even,
    filled,
    from_pattern,
    pattern,
    require,
    require_same,
    shaped,
)
from beam_phi.pixels.codecs.segments import Frame, Segment

_PREDICTOR = 1


def decode(frame: bytes, syntax: str, format: PixelFormat) -> Decoded:
    """See codecs.decode."""
    photometric = color_space(format.photometric)
    header, _ = _headers(frame, format)
    return Decoded(from_pattern(_samples(frame, format), format, header.precision), photometric)


def paint(frame: bytes, syntax: str, format: PixelFormat, boxes: Sequence[Box]) -> Painted:
    """See codecs.paint."""
    photometric = color_space(format.photometric)
    header, parts = _headers(frame, format)
    samples = filled(_samples(frame, format), boxes, pattern(format, photometric, header.precision))
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
    return shaped(imagecodecs.jpeg8_decode(frame, **spaces), format)


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
