"""RLE Lossless (DICOM PS3.5 Annex G): a PackBits segment for each byte of a sample, the highest first."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import imagecodecs
import numpy as np

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import PixelFormat
from beam_phi.pixels.codecs.base import Decoded, Painted, Samples, color_space, even, require, require_same
from beam_phi.pixels.codecs.native import stored_values

_HEADER = 64
_MOST_SEGMENTS = 15


def decode(frame: bytes, syntax: str, format: PixelFormat) -> Decoded:
    """See codecs.decode."""
    photometric = color_space(format.photometric)
    planes = _decode(frame, format)
    size = format.allocated // 8
    words = planes.reshape(format.samples, size, format.rows, format.columns).transpose(2, 3, 0, 1)
    samples = np.ascontiguousarray(words).view(f">u{size}")[..., 0].astype(f"u{size}")
    shaped = samples[..., 0] if format.samples == 1 else samples
    return Decoded(stored_values(shaped, format), photometric)


def paint(frame: bytes, syntax: str, format: PixelFormat, boxes: Sequence[Box]) -> Painted:
    """See codecs.paint."""
    color_space(format.photometric)
    planes = _decode(frame, format)
    # The native layout nearest to the segments tells what is black.
    native = replace(format, order="big", planar=True).planes()
    values = np.frombuffer(b"".join(plane.black for plane in native), np.uint8)
    for box in boxes:
        planes[:, box.y : box.y + box.height, box.x : box.x + box.width] = values[:, None, None]
    data = _encode(planes)
    require_same(planes, _decode(data, format))
    return Painted(data, format.photometric, syntax)


def _decode(frame: bytes, format: PixelFormat) -> Samples:
    """Planes of bytes, (samples times bytes of a sample, rows, columns)."""
    count = format.samples * (format.allocated // 8)
    require(0 < count <= _MOST_SEGMENTS, "an image of no or too many RLE segments")
    require(len(frame) >= _HEADER, "an RLE frame is cut off")
    number, *offsets = struct.unpack_from("<16I", frame)
    require(number == count, "an RLE frame has other segments than its samples need")
    bounds = [*offsets[:count], len(frame)]
    require(bounds[0] == _HEADER, "an RLE frame does not begin with its first segment")
    require(all(a < b for a, b in pairwise(bounds)), "RLE segments are out of order")
    size = format.rows * format.columns
    planes = np.empty((count, format.rows, format.columns), np.uint8)
    for plane, start, end in zip(planes, bounds, bounds[1:], strict=False):
        # A byte more would show that there is more than the plane; a PackBits byte yields 64 at most.
        require((end - start) * 64 >= size, "an RLE segment is shorter than its plane")
        data = imagecodecs.packbits_decode(frame[start:end], out=size + 1)
        require(len(data) == size, "an RLE segment is not as long as its plane")
        plane[...] = np.frombuffer(data, np.uint8).reshape(plane.shape)
    return planes


def _encode(planes: Samples) -> bytes:
    """A frame of these planes; runs do not cross rows."""
    segments = [even(imagecodecs.packbits_encode(plane, axis=-1)) for plane in planes]
    offsets = [_HEADER]
    for segment in segments[:-1]:
        offsets.append(offsets[-1] + len(segment))
    header = struct.pack("<16I", len(segments), *offsets, *[0] * (_MOST_SEGMENTS - len(segments)))
    return header + b"".join(segments)
