"""Metadata in RLE frames (PS3.5 Annex G): unused header bytes, and what stands behind the segments."""

from __future__ import annotations

import struct
from itertools import pairwise

from beam_phi.formats.dicom.streams.fragments import Fragments
from beam_phi.formats.document import FormatError

_HEADER = struct.Struct("<16I")
_SEGMENTS = 15


def walk(stream: Fragments, at: int) -> int:
    """Blank what is unused in the RLE frame at `at`, a fragment; returns where it ends.

    Bytes behind a segment are found where the number of pixels is known: a segment ends when all are told.
    Raises FormatError ``bad-bitstream``.
    """
    end = stream.next_start(at + 1)
    header = stream.peek(at, min(_HEADER.size, end - at))
    if len(header) < _HEADER.size:
        raise FormatError("bad-bitstream", "an RLE frame is shorter than its header")
    count, *offsets = _HEADER.unpack(header)
    if not 1 <= count <= _SEGMENTS:
        raise FormatError("bad-bitstream", "an RLE frame has no possible number of segments")
    bounds = [_HEADER.size, *offsets[:count], end - at]
    if bounds != sorted(bounds):
        raise FormatError("bad-bitstream", "the offsets of an RLE frame contradict each other")
    stream.blank(at + 4 * (1 + count), at + bounds[1])
    if stream.pixels:
        for first, behind in pairwise(bounds[1:]):
            done = first + _length(stream.peek(at + first, behind - first), stream.pixels)
            stream.blank(at + done, at + behind)
    return end


def _length(segment: bytes, pixels: int) -> int:
    """How many bytes of a segment tell its pixels, one byte of each (PS3.5 section G.3.2)."""
    at = told = 0
    size = len(segment)
    while told < pixels and at < size:
        control = segment[at]
        if control < 128:
            told += control + 1
            at += control + 2
        elif control > 128:
            told += 257 - control
            at += 2
        else:
            at += 1
    return min(at, size)
