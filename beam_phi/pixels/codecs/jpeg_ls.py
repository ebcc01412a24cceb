"""JPEG-LS (ITU-T T.87): decoded, painted, coded again without loss."""

from __future__ import annotations

import imagecodecs
import jpeg_ls
import numpy as np

from beam_phi.pixels.boxes import PixelFormat
from beam_phi.pixels.codecs import segments
from beam_phi.pixels.codecs.base import Samples, require, shaped
from beam_phi.pixels.codecs.lossless import LosslessCodec, require_plain
from beam_phi.pixels.codecs.segments import Frame

_SOF55 = 0xF7
_BY_PLANE = 0


def _headers(frame: bytes, format: PixelFormat) -> tuple[Frame, int]:
    """The frame header, and how the components are interleaved: 0 not, 1 by line, 2 by sample."""
    parts = segments.read(frame)
    header = segments.frame_header(parts, [_SOF55], format)
    require_plain(header, format, "JPEG-LS")
    scan = next((part.content for part in parts if part.marker == segments.SOS), b"")
    require(scan and len(scan) == 4 + 2 * scan[0], "JPEG-LS without a scan header")
    require(not any(scan[2 : 1 + 2 * scan[0] : 2]), "JPEG-LS with a mapping table")
    interleave = scan[-2]
    require(interleave in (0, 1, 2), "JPEG-LS of no known interleave mode")
    return header, interleave


def _samples(frame: bytes, format: PixelFormat) -> Samples:
    return shaped(imagecodecs.jpegls_decode(frame), format)


def _encode(samples: Samples, header: Frame, interleave: int) -> bytes:
    """A lossless stream of the precision and interleave mode of the old one."""
    item = np.uint8 if header.precision <= 8 else np.uint16
    ordered = samples.transpose(2, 0, 1) if samples.ndim == 3 and interleave == _BY_PLANE else samples
    data = jpeg_ls.encode_buffer(
        np.ascontiguousarray(ordered, item).tobytes(),
        header.rows,
        header.columns,
        len(header.components),
        header.precision,
        lossy_error=0,
        interleave_mode=interleave,
    )
    return bytes(data)


CODEC = LosslessCodec(_headers, _samples, _encode)
