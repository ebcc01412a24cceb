"""Metadata in JPEG and JPEG-LS streams (ITU-T T.81 Annex B, T.87 Annex C): markers and their segments."""

from __future__ import annotations

import re

from beam_phi.formats.dicom.streams.fragments import Fragments
from beam_phi.formats.document import FormatError

BEGINNING = b"\xff\xd8\xff"

_SOI, _EOI, _SOS, _APP0 = 0xD8, 0xD9, 0xDA, 0xE0

# Markers without segment: TEM, RSTn.
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})

# Frame headers: those of T.81, and those of JPEG-LS, after which data are stuffed in another way.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LS_FRAMES = frozenset({0xF7, 0xF9})

# Segments that decoders need: frames, DHT, DAC, SOS, DQT, DNL, DRI, DHP, EXP, LSE.
_KEPT = _FRAMES | _LS_FRAMES | {0xC4, 0xCC, _SOS, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF, 0xF8}

# Beginnings of the application segments that decoders need, and how many bytes of them: JFIF (T.871) without
# its thumbnail; Adobe and HP's "mrfx", which name the colour transform.
_KEPT_APPLICATIONS = {_APP0: (b"JFIF\0", 14), 0xE8: (b"mrfx", 5), 0xEE: (b"Adobe", 12)}

# Markers, but for the fill bytes in front; those that end a scan's data are no RSTn. In JPEG data FF is
# followed by 00, in JPEG-LS data by a bit 0. FF FF is never matched: a run of it must not be searched twice.
_MARKER = re.compile(rb"\xff[^\x00\xff]")
_BEHIND_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_BEHIND_LS_SCAN = re.compile(rb"\xff[\x80-\xcf\xd8-\xfe]")


def walk(stream: Fragments, at: int) -> int:
    """Blank what is metadata in the image at `at`; returns where it ends.

    Blanked are the payloads (identifiers included, markers and lengths not) of comments, of application
    segments, an ICC profile's too, and of segments that are reserved, and what stands between the segments
    in front of the first scan, which decoders pass over. An image whose end is missing goes up to the
    stream's end, or up to a fragment that starts with the next image. Raises FormatError ``bad-bitstream``.
    """
    if stream.peek(at, 2) != b"\xff\xd8":
        raise FormatError("bad-bitstream", "a JPEG image has no start")
    stream.enter(BEGINNING)
    at += 2
    behind_scan: re.Pattern[bytes] | None = None
    scanned = False
    while True:
        found = stream.find(_MARKER, at, stream.size)
        if not stream.holds_only(b"\xff", at, found):
            # Behind a scan it could be image that a damaged byte cut off.
            if scanned and not stream.holds_only(b"\0", at, found):
                raise FormatError("bad-bitstream", "a JPEG scan is followed by what is no segment")
            # A first FF stays: by it and the start of the image the image is recognised.
            stream.blank(at + 1 if stream.peek(at, 1) == b"\xff" else at, found)
        if found == stream.size:
            return found
        marker = stream.number(found + 1, 1, stream.size)
        if marker == _EOI:
            return found + 2
        if marker == _SOI:
            if stream.starts_at(found):
                return found
            raise FormatError("bad-bitstream", "a JPEG image starts inside another one")
        if marker in _ALONE:
            at = stream.skip(found, 2, stream.size)
            continue
        at = _segment(stream, marker, found)
        if marker in _FRAMES:
            behind_scan = _BEHIND_SCAN
        elif marker in _LS_FRAMES:
            behind_scan = _BEHIND_LS_SCAN
        elif marker == _SOS:
            if behind_scan is None:
                raise FormatError("bad-bitstream", "a JPEG scan has no frame")
            scanned = True
            at = stream.find(behind_scan, at, stream.size)


def _segment(stream: Fragments, marker: int, at: int) -> int:
    """Blank what is metadata in the segment whose marker stands at `at`; returns where it ends."""
    length = stream.number(at + 2, 2, stream.size)
    if length < 2 or marker < 0xC0:
        raise FormatError("bad-bitstream", "a JPEG image has a segment of no known kind")
    end = stream.skip(at, 2 + length, stream.size)
    if marker not in _KEPT:
        identifier, kept = _KEPT_APPLICATIONS.get(marker, (b"", 0))
        content = at + 4
        if stream.peek(content, min(len(identifier), end - content)) == identifier:
            content = min(content + kept, end)
        stream.blank(content, end)
    return end
