"""Lossy JPEG, baseline and extended (ITU-T T.81): blocks that boxes touch become flat, all others stay.

That is done to the coefficients, as decoding and coding again would change every pixel a little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import imagecodecs

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import PixelFormat
from beam_phi.pixels.codecs import blocks, huffman, segments
from beam_phi.pixels.codecs.base import GRAY, Decoded, Painted, Samples, even, require, shaped
from beam_phi.pixels.codecs.blocks import Grid
from beam_phi.pixels.codecs.huffman import Table
from beam_phi.pixels.codecs.scan import Scan, edit
from beam_phi.pixels.codecs.segments import Frame, Segment

# Frame headers of sequential Huffman coding.
_SEQUENTIAL = (0xC0, 0xC1)
# Of progressive coding: it can be decoded, but not painted.
_PROGRESSIVE = 0xC2
_PRECISIONS = (8, 12)

_COLOR = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420")

# Where a component is dark: at the lower end of its range, in the middle or at the upper end.
_LOW, _MIDDLE, _HIGH = -1, 0, 1

_AC = 0x10

# Of a byte: four blocks, whose components may stand for sixteen.
_MOST_PIXELS = 4 * 16 * 64

# Spectral selection and successive approximation. Those of a sequential scan are all the same, and decoders
# pass over what else stands there.
_SELECTION = 3


def decode(frame: bytes, syntax: str, format: PixelFormat) -> Decoded:
    """See codecs.decode."""
    parts, header = _headers(frame, format, (*_SEQUENTIAL, _PROGRESSIVE))
    if format.samples == 1:
        return Decoded(_samples(frame, header, format, rgb=False), format.photometric)
    rgb = segments.is_rgb(parts, header, format.photometric)
    return Decoded(_samples(frame, header, format, rgb=rgb), "RGB")


def paint(frame: bytes, syntax: str, format: PixelFormat, boxes: Sequence[Box]) -> Painted:
    """See codecs.paint."""
    parts, header = _headers(frame, format, _SEQUENTIAL)
    rgb = format.samples == 3 and segments.is_rgb(parts, header, format.photometric)
    if format.samples == 3:
        dark: tuple[int, ...] = (_LOW, _LOW, _LOW) if rgb else (_LOW, _MIDDLE, _MIDDLE)
    else:
        require(format.photometric in GRAY, "palette colors in lossy JPEG")
        dark = (_HIGH if format.inverted else _LOW,)
    touched, changed = _grids(header, tuple(boxes))
    painter = _Painter(header, touched, dark)
    for part in parts:
        painter.take(part)
    data = painter.finish(segments.color_markers(parts))
    before, after = (_samples(stream, header, format, rgb=rgb) for stream in (frame, data))
    _verify(before, after, changed)
    value = (1 << header.precision) - 1 if dark[0] == _HIGH else 0
    require(all((after[_inside(box)] == value).all() for box in boxes), "a box is not black")
    return Painted(even(data), format.photometric, syntax)


@lru_cache(maxsize=1)
def _grids(header: Frame, boxes: tuple[Box, ...]) -> tuple[tuple[Grid, ...], Grid]:
    """The blocks of each component that become flat, and the pixels that change by that. Frames of a film
    have the same header and boxes, one after the other."""
    touched = tuple(blocks.touched(header, one, boxes) for one in header.components)
    return touched, blocks.changed(header, touched)


def _headers(frame: bytes, format: PixelFormat, processes: Iterable[int]) -> tuple[list[Segment], Frame]:
    parts = segments.read(frame)
    header = segments.frame_header(parts, processes, format)
    require(format.samples in (1, 3), "JPEG of neither one nor three components")
    require(
        format.photometric in (_COLOR if format.samples == 3 else (*GRAY, "PALETTE COLOR")),
        "another color space",
    )
    require(
        header.precision in _PRECISIONS and header.precision <= format.allocated, "JPEG of another precision"
    )
    require(not format.signed, "lossy JPEG of signed samples")
    return parts, header


def _samples(frame: bytes, header: Frame, format: PixelFormat, *, rgb: bool) -> Samples:
    """Gray, or red, green and blue. rgb: True if the stream has these."""
    # A block has at least two codes; what has no bits for all its blocks need not be unfolded.
    require(header.rows * header.columns <= len(frame) * _MOST_PIXELS, "a JPEG image is cut off")
    spaces: dict[str, Any] = {}
    if format.samples == 3:
        spaces = {"colorspace": "RGB" if rgb else "YCBCR", "outcolorspace": "RGB"}
    return shaped(imagecodecs.jpeg8_decode(frame, **spaces), format)


class _Painter:
    """Copies a stream segment by segment, with other scan data.

    touched: blocks that become flat, by component. dark: what they become, by component.
    """

    def __init__(self, header: Frame, touched: tuple[Grid, ...], dark: tuple[int, ...]) -> None:
        self._header, self._touched, self._dark = header, touched, dark
        self._tables: dict[int, Table] = {}
        self._steps: dict[int, int] = {}
        self._restart = 0
        self._scanned: list[int] = []
        self._written: list[Segment] = []

    def take(self, part: Segment) -> None:
        """The next segment. Raises CodecError."""
        if part.marker == segments.DQT:
            self._steps.update(_dc_steps(part.content))
        elif part.marker == segments.DHT:
            self._tables.update(huffman.read(part.content))
        elif part.marker == segments.DRI:
            require(len(part.content) == 2, "a JPEG restart interval of a wrong length")
            self._restart = int.from_bytes(part.content, "big")
        elif part.marker == segments.SOS:
            part = self._scan(part)
        elif part.marker not in _SEQUENTIAL:
            # Metadata, or what a sequential image has no use for.
            require(part.marker >= 0xE0, "a JPEG image with a segment of another process")
            return
        self._written.append(part)

    def finish(self, color_markers: Iterable[Segment]) -> bytes:
        """The new stream. Raises CodecError if a component was not there."""
        require(sorted(self._scanned) == list(range(len(self._dark))), "a JPEG image without all its scans")
        parts = (one.render() for one in (*color_markers, *self._written))
        return b"\xff\xd8" + b"".join(parts) + b"\xff\xd9"

    def _scan(self, part: Segment) -> Segment:
        """The scan with touched blocks flat; tables that lack a code for that are written before it."""
        content = part.content
        count = content[0] if content else 0
        require(
            1 <= count <= 4 and len(content) == 1 + 2 * count + _SELECTION,
            "a JPEG scan header of a wrong length",
        )
        identifiers = [one.identifier for one in self._header.components]
        require(set(content[1 : 1 + 2 * count : 2]) <= set(identifiers), "a JPEG scan of no known component")
        numbers = [identifiers.index(one) for one in content[1 : 1 + 2 * count : 2]]
        self._scanned += numbers
        choices = content[2 : 2 + 2 * count : 2]
        dc, ac = [one >> 4 for one in choices], [_AC | one & 15 for one in choices]
        edited = edit(part.data, self._layout(numbers, dc, ac))
        for key, table in zip((*dc, *ac), (*edited.dc, *edited.ac), strict=True):
            if table is not self._tables[key]:
                self._tables[key] = table
                self._written.append(Segment(segments.DHT, bytes((key,)) + table.render()))
        return Segment(part.marker, content, edited.data)

    def _layout(self, numbers: Sequence[int], dc: Sequence[int], ac: Sequence[int]) -> Scan:
        """Which blocks a scan of these components has. dc, ac: class and number of the tables."""
        components = [self._header.components[number] for number in numbers]
        require(all(key in self._tables for key in (*dc, *ac)), "a JPEG scan without its Huffman tables")
        require(
            all(one.table in self._steps for one in components), "a JPEG scan without its quantisation tables"
        )
        high, wide = blocks.units(self._header, components)
        return Scan(
            high,
            wide,
            self._restart,
            blocks.slots(components),
            tuple(self._tables[key] for key in dc),
            tuple(self._tables[key] for key in ac),
            tuple(self._touched[number] for number in numbers),
            tuple(
                _target(self._dark[number], self._steps[one.table], self._header.precision)
                for number, one in zip(numbers, components, strict=True)
            ),
        )


def _dc_steps(content: bytes) -> Iterator[tuple[int, int]]:
    """Number of each table in a DQT segment, and its first quantisation step, that of the DC coefficient."""
    at = 0
    while at < len(content):
        size = 1 + (content[at] >> 4)
        require(size <= 2 and at + 1 + 64 * size <= len(content), "a JPEG quantisation table is cut off")
        yield content[at] & 15, int.from_bytes(content[at + 1 : at + 1 + size], "big")
        at += 1 + 64 * size


def _target(level: int, step: int, precision: int) -> int:
    """The quantised DC coefficient of a flat block at this level; at the ends of the range or just beyond."""
    require(step > 0, "a JPEG quantisation step of 0")
    if level == _MIDDLE:
        return 0
    # A block's DC coefficient is eight times the distance of its mean from the middle of the range.
    half = 1 << (precision - 1)
    return -8 * half // step if level == _LOW else -(-8 * (half - 1) // step)


def _inside(box: Box) -> tuple[slice, slice]:
    return slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)


def _verify(before: Samples, after: Samples, changed: Grid) -> None:
    """Raises CodecError if any other pixel reads otherwise than before."""
    same = before == after
    if same.ndim == 3:
        same = same[..., 0] & same[..., 1] & same[..., 2]
    require((same | changed).all(), "the painted frame does not read as it should")
