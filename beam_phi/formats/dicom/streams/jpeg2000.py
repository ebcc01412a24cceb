"""Metadata in JPEG 2000 and HTJ2K codestreams (ITU-T T.800 Annex A, T.801, T.814)."""

from __future__ import annotations

import re

from beam_phi.formats.dicom.streams.fragments import Fragments
from beam_phi.formats.document import FormatError

BEGINNING = b"\xff\x4f\xff\x51"

_COM, _SOT, _SOD, _EOC = 0xFF64, 0xFF90, 0xFF93, 0xFFD9

# Markers without segment: reserved ones.
_ALONE = range(0xFF30, 0xFF40)

# Segments that decoders need. T.800: CAP SIZ COD COC TLM PRF PLM PLT CPF QCD QCC RGN POC PPM PPT CRG;
# T.801: DCO VMS DFS ADS MCT MCC NLT MCO CBD ATK.
_KEPT = frozenset(
    {
        *(0xFF50, 0xFF51, 0xFF52, 0xFF53, 0xFF55, 0xFF56, 0xFF57, 0xFF58, 0xFF59),
        *(0xFF5C, 0xFF5D, 0xFF5E, 0xFF5F, 0xFF60, 0xFF61, 0xFF63),
        *range(0xFF70, 0xFF7A),
    }
)

# The end of the codestream. Packets hold no pair of bytes above FF8F, but for SOP segments, whose counter,
# the two bytes behind their length, may be FFD9 or end with FF.
_END = re.compile(rb"(?<!\xff\x91\x00\x04)(?<!\xff\x91\x00\x04.)\xff\xd9", re.DOTALL)
_SOP = 5

_SOT_SIZE = 12


def walk(stream: Fragments, at: int) -> int:
    """Blank what is metadata in the image at `at`; returns where it ends. See walk_codestream."""
    stream.enter(BEGINNING)
    return walk_codestream(stream, at, stream.size)


def walk_codestream(stream: Fragments, at: int, end: int) -> int:
    """Blank what is metadata in the codestream at `at`, which may go up to `end`; returns where it ends.

    Blanked are the texts of comments, and the payloads of segments of no known kind, in the main header and
    in those of the tile-parts. If the end is missing, it is that of the last tile-part. Raises FormatError
    ``bad-bitstream``.
    """
    if stream.peek(at, len(BEGINNING)) != BEGINNING:
        raise FormatError("bad-bitstream", "a JPEG 2000 codestream has no start")
    at += 2
    tile_part = None
    while True:
        marker = stream.number(at, 2, end)
        if marker == _SOD and tile_part is not None:
            at, tile_part = _tile_part_end(stream, tile_part, at + 2, end), None
            if _ends(stream, at, end):
                return at
            marker = stream.number(at, 2, end)
            if marker == _EOC:
                return at + 2
            if marker != _SOT:
                raise FormatError("bad-bitstream", "a JPEG 2000 tile-part is followed by none")
        if marker == _SOT and tile_part is None:
            tile_part = at
            at = stream.skip(at, _SOT_SIZE, end)
        elif marker in _ALONE:
            at = stream.skip(at, 2, end)
        else:
            at = _segment(stream, marker, at, end)


def _segment(stream: Fragments, marker: int, at: int, end: int) -> int:
    """Blank what is metadata in the segment whose marker stands at `at`; returns where it ends."""
    length = stream.number(at + 2, 2, end)
    if length < 2 or not 0xFF50 <= marker < 0xFF90:
        raise FormatError("bad-bitstream", "a JPEG 2000 header has a segment of no known kind")
    behind = stream.skip(at, 2 + length, end)
    if marker == _COM:
        # Behind its registration number, which says whether it is text.
        stream.blank(min(at + 6, behind), behind)
    elif marker not in _KEPT:
        stream.blank(at + 4, behind)
    return behind


def _tile_part_end(stream: Fragments, start: int, data: int, end: int) -> int:
    """Where the tile-part ends that begins at `start`, and its data at `data` (T.800 section A.4.2)."""
    length = stream.number(start + 6, 4, end)
    if length == 0:
        # It is the last one.
        return stream.find(_END, data, stream.next_image(start, end), before=_SOP)
    if start + length < data:
        raise FormatError("bad-bitstream", "a JPEG 2000 tile-part is shorter than its header")
    return stream.skip(start, length, end)


def _ends(stream: Fragments, at: int, end: int) -> bool:
    """True if the codestream ends here without saying so: by the next image, or by padding only."""
    if at == end or stream.next_image(at - 1, at + 1) == at:
        return True
    return stream.holds_only(b"\0", at, min(stream.next_start(at + 1), end))
