"""Marker segments of JPEG and JPEG-LS streams (ITU-T T.81 Annex B, T.87 Annex C)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from beam_phi.pixels.boxes import PixelFormat
from beam_phi.pixels.codecs.base import require, require_size

EOI, SOS, DQT, DHT, DRI, APP0, APP14 = 0xD9, 0xDA, 0xDB, 0xC4, 0xDD, 0xE0, 0xEE
FRAMES = (*(set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}), 0xF7)

#: The frame header of lossless JPEG, process 14.
LOSSLESS = 0xC3

# What ends a scan: no RSTn; after FF stands 00 in the data of JPEG, a bit 0 in those of JPEG-LS.
_END = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")
_LS_END = re.compile(rb"\xff[\x80-\xcf\xd8-\xfe]")
_LS_FRAME = 0xF7

# The version and density of JFIF, and a thumbnail of no pixels.
_JFIF, _JFIF_SIZE = b"JFIF\0", 12
_ADOBE, _ADOBE_SIZE = b"Adobe", 12


@dataclass(frozen=True, slots=True)
class Segment:
    """A marker segment; `content` is behind its length. data: what follows an SOS up to the next marker."""

    marker: int
    content: bytes
    data: bytes = b""

    def render(self) -> bytes:
        """The bytes of the segment."""
        return (
            bytes((0xFF, self.marker)) + (len(self.content) + 2).to_bytes(2, "big") + self.content + self.data
        )


@dataclass(frozen=True, slots=True)
class Component:
    """Of a frame header: identifier, sampling factors (of T.81 section A.1.1), number of its DQT."""

    identifier: int
    horizontal: int
    vertical: int
    table: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame header. precision: bits of a sample."""

    marker: int
    precision: int
    rows: int
    columns: int
    components: tuple[Component, ...]


def read(stream: bytes) -> list[Segment]:
    """The segments between SOI and EOI. Raises CodecError if the stream is cut off or can't be followed."""
    require(stream.startswith(b"\xff\xd8"), "a JPEG image has no start")
    found: list[Segment] = []
    at, end = 2, _END
    while True:
        require(stream[at : at + 1] == b"\xff", "a JPEG image has something between its segments")
        while stream[at + 1 : at + 2] == b"\xff":
            at += 1
        require(at + 2 <= len(stream), "a JPEG image is cut off")
        marker = stream[at + 1]
        if marker == EOI:
            return found
        length = int.from_bytes(stream[at + 2 : at + 4], "big")
        content = stream[at + 4 : at + 2 + length]
        require(marker >= 0xC0 and marker not in range(0xD0, 0xD9), "a JPEG image has a marker out of place")
        require(length >= 2 and len(content) == length - 2, "a JPEG image is cut off")
        at += 2 + length
        data = b""
        if marker == _LS_FRAME:
            end = _LS_END
        elif marker == SOS:
            match = end.search(stream, at)
            require(match, "a JPEG image is cut off")
            behind = match.start() if match else 0
            data, at = stream[at:behind], behind
        found.append(Segment(marker, content, data))


def process(stream: bytes) -> int:
    """How a JPEG image is coded: the marker of its frame header, 0 if there is none before its first scan."""
    at = 2
    while stream[at : at + 1] == b"\xff" and at + 4 <= len(stream):
        marker = stream[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in FRAMES:
            return marker
        elif marker == SOS:
            break
        else:
            at += 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
    return 0


def frame_header(segments: Iterable[Segment], markers: Iterable[int], format: PixelFormat) -> Frame:
    """The one frame header. Raises CodecError if it is of another kind than `markers`, or of another size."""
    headers = [segment for segment in segments if segment.marker in FRAMES]
    require(len(headers) == 1, "a JPEG image has not one frame header")
    marker, content = headers[0].marker, headers[0].content
    require(marker in markers, "a JPEG image is coded in another way than its transfer syntax says")
    require(len(content) >= 6 and len(content) == 6 + 3 * content[5], "a JPEG frame header of a wrong length")
    parts = [content[at : at + 3] for at in range(6, len(content), 3)]
    components = tuple(Component(part[0], part[1] >> 4, part[1] & 15, part[2]) for part in parts)
    rows, columns = int.from_bytes(content[1:3], "big"), int.from_bytes(content[3:5], "big")
    require_size(format, rows, columns, len(components))
    factors = [factor for one in components for factor in (one.horizontal, one.vertical)]
    require(
        all(1 <= factor <= 4 for factor in factors), "a JPEG frame header has sampling factors of no kind"
    )
    return Frame(marker, content[0], rows, columns, components)


def color_markers(segments: Iterable[Segment]) -> Iterator[Segment]:
    """The JFIF and Adobe segments, of which decoders learn the color space; only what matters for that."""
    for segment in segments:
        if segment.marker == APP0 and segment.content.startswith(_JFIF):
            yield Segment(APP0, segment.content[:_JFIF_SIZE].ljust(_JFIF_SIZE, b"\0") + b"\0\0")
        elif segment.marker == APP14 and segment.content.startswith(_ADOBE):
            yield Segment(APP14, segment.content[:_ADOBE_SIZE])


def is_rgb(segments: Iterable[Segment], frame: Frame, photometric: str) -> bool:
    """True if three components are red, green and blue, False if they are Y, Cb and Cr.

    The stream knows better than the header, which is often wrong.
    """
    jfif = False
    for segment in color_markers(segments):
        if segment.marker == APP14 and len(segment.content) == _ADOBE_SIZE:
            return segment.content[-1] == 0
        jfif |= segment.marker == APP0
    if jfif:
        return False
    return bytes(one.identifier for one in frame.components) == b"RGB" or photometric == "RGB"
