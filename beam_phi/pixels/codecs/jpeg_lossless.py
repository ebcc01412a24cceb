"""Lossless JPEG, process 14 (ITU-T T.81 Annex H): decoded, painted, coded again with the first predictor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import imagecodecs
import numpy as np

from beam_phi.pixels.boxes import PixelFormat
from beam_phi.pixels.codecs import segments
from beam_phi.pixels.codecs.base import Samples, require, shaped
from beam_phi.pixels.codecs.lossless import LosslessCodec, require_plain
from beam_phi.pixels.codecs.segments import Frame, Segment

_PREDICTOR = 1


def _headers(frame: bytes, format: PixelFormat) -> tuple[Frame, list[Segment]]:
    parts = segments.read(frame)
    header = segments.frame_header(parts, [segments.LOSSLESS], format)
    require_plain(header, format, "lossless JPEG")
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


CODEC = LosslessCodec(_headers, _samples, _encode)
