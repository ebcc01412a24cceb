"""What a header says of its pixels: Image Pixel Module (PS3.3 section C.7.6.3) and what goes with it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from fractions import Fraction

from beam_phi.formats.dicom.attributes import PIXEL_DATA
from beam_phi.formats.dicom.elements import UNDEFINED, Element, ascii_text
from beam_phi.formats.dicom.opening import Opening
from beam_phi.formats.dicom.vr import number_text
from beam_phi.formats.document import FormatError
from beam_phi.pixels.boxes import PixelFormat, darkest_entry, darkest_gray

Find = Callable[[int], Element | None]
"""Gives the element of the main data set with a tag."""

FLOAT_PIXELS = (0x7FE00008, 0x7FE00009)
_SAMPLES, _PHOTOMETRIC, _PLANAR, _FRAMES = 0x00280002, 0x00280004, 0x00280006, 0x00280008
_ROWS, _COLUMNS = 0x00280010, 0x00280011
_ALLOCATED, _STORED, _HIGH_BIT, _SIGNED = 0x00280100, 0x00280101, 0x00280102, 0x00280103
_SLOPE = 0x00281053
_PALETTE = ((0x00281101, 0x00281201), (0x00281102, 0x00281202), (0x00281103, 0x00281203))

_OVERLAY_BIT, _OVERLAY_DATA = 0x0102, 0x3000

# No count of rows, columns or frames has more digits.
_DIGITS = 9

_BOX_ATTRIBUTES = {
    "modality": 0x00080060,
    "manufacturer": 0x00080070,
    "model": 0x00081090,
    "station": 0x00081010,
    "rows": _ROWS,
    "columns": _COLUMNS,
    "frames": _FRAMES,
    "sop_class": 0x00080016,
    "image_type": 0x00080008,
    "photometric": _PHOTOMETRIC,
    "series_description": 0x0008103E,
    "protocol": 0x00181030,
    "burned_in": 0x00280301,
    "window_width": 0x00281051,
    "dose_comments": 0x00400310,
}


def box_attributes(find: Find) -> Mapping[str, str]:
    """See DicomDocument.box_attributes."""
    header = PixelHeader(find)
    return {name: header.text(tag) for name, tag in _BOX_ATTRIBUTES.items()}


def frame_count(find: Find) -> int:
    """Number of Frames, 1 where it is missing or none."""
    text = PixelHeader(find).text(_FRAMES)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 1


def frame_pixels(find: Find) -> int:
    """Rows times columns, 0 where they are not known."""
    try:
        return PixelHeader(find).rows * PixelHeader(find).columns
    except FormatError:
        return 0


class PixelHeader:
    """Reads the attributes that describe the pixels. All raise FormatError ``pixel-format`` for what is
    missing or none."""

    def __init__(self, find: Find) -> None:
        self.find = find

    def text(self, tag: int) -> str:
        """A value as text, numbers decimal; "" if it is missing."""
        element = self.find(tag)
        if element is None or not element.raw:
            return ""
        if element.attribute.vr.form == "number":
            return number_text(element.attribute.vr, element.raw, element.container.syntax.order)
        return ascii_text(element)

    def number(self, tag: int, default: int | None = None) -> int:
        """A whole number; `default` where it is missing."""
        text = self.text(tag)
        if not text and default is not None:
            return default
        if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS:
            raise FormatError("pixel-format", f"({tag >> 16:04X},{tag & 0xFFFF:04X}) is missing or no number")
        return int(text)

    @property
    def rows(self) -> int:
        return self.number(_ROWS)

    @property
    def columns(self) -> int:
        return self.number(_COLUMNS)

    @property
    def allocated(self) -> int:
        return self.number(_ALLOCATED)

    @property
    def frames(self) -> int:
        """How many frames there are, one at least."""
        frames = self.number(_FRAMES, 1)
        if frames == 0:
            raise FormatError("pixel-format", "an image of no frames")
        return frames

    @property
    def inverted(self) -> bool:
        """True if high values are dark."""
        return (self.text(_PHOTOMETRIC) == "MONOCHROME1") != self.text(_SLOPE).startswith("-")

    def overlay_bits(self) -> int:
        """The bits of a pixel's word that hold overlays without data of their own (PS3.3 section C.9.2, a
        retired use); none that are the pixel's own, which no reader would take for an overlay."""
        bits = 0
        for group in range(0x6000, 0x6020, 2):
            position = self.number(group << 16 | _OVERLAY_BIT, 0)
            if position and self.find(group << 16 | _OVERLAY_DATA) is None:
                bits |= 1 << position
        if not bits:
            return 0
        stored, high = self.number(_STORED), self.number(_HIGH_BIT, self.number(_STORED) - 1)
        own = ((1 << stored) - 1) << (high + 1 - stored)
        return bits & ~own & ((1 << self.allocated) - 1)

    @property
    def frame_bits(self) -> int:
        """Bits of one native frame; chrominance may be sampled less often (PS3.3 section C.7.6.3.1.2)."""
        samples = Fraction(self.number(_SAMPLES, 1))
        photometric = self.text(_PHOTOMETRIC)
        if photometric.endswith("_422"):
            samples = Fraction(2)
        elif photometric.endswith("_420"):
            samples = Fraction(3, 2)
        return int(self.rows * self.columns * self.allocated * samples)

    def pixel_format(self, opening: Opening) -> PixelFormat:
        """How a frame is stored."""
        stored, signed = self.number(_STORED), self.number(_SIGNED, 0) == 1
        if self.text(_PHOTOMETRIC) == "PALETTE COLOR":
            first, colours = self.palette(opening)
            black = first + darkest_entry(*colours)
        else:
            black = darkest_gray(stored, signed=signed, inverted=self.inverted) if stored else 0
        return PixelFormat(
            rows=self.rows,
            columns=self.columns,
            samples=self.number(_SAMPLES),
            photometric=self.text(_PHOTOMETRIC),
            allocated=self.allocated,
            stored=stored,
            high_bit=self.number(_HIGH_BIT, stored - 1),
            planar=self.number(_PLANAR, 0) == 1,
            black=black,
            order="big" if opening.syntax.order == ">" else "little",
            signed=signed,
            inverted=self.inverted,
        )

    def palette(self, opening: Opening) -> tuple[int, tuple[tuple[int, ...], ...]]:
        """The first stored value that the palette maps, and its entries of red, green and blue (PS3.3
        section C.7.6.3.1.5)."""
        first = 0
        channels: list[tuple[int, ...]] = []
        for descriptor, data in _PALETTE:
            raw = self._element(descriptor).raw
            if raw is None or len(raw) != 6:
                raise FormatError("pixel-format", "a palette descriptor has not three values")
            count, first, _ = struct.unpack(opening.syntax.order + "HhH", raw)
            count = count or 0x10000
            entries = self._element(data)
            values = opening.window.peek(entries.value, min(entries.end - entries.value, 2 * count))
            if len(values) == 2 * count:
                channels.append(struct.unpack(f"{opening.syntax.order}{count}H", values))
            elif len(values) == count + count % 2 and opening.syntax.order == "<":
                channels.append(tuple(values[:count]))
            else:
                raise FormatError("pixel-format", "a palette is not as long as its descriptor says")
        if len({len(channel) for channel in channels}) != 1:
            raise FormatError("pixel-format", "the colours of the palette are not equally many")
        return first, tuple(channels)

    def _element(self, tag: int) -> Element:
        element = self.find(tag)
        if element is None:
            raise FormatError("pixel-format", f"({tag >> 16:04X},{tag & 0xFFFF:04X}) is missing")
        return element


def pixel_data(find: Find) -> Element | None:
    """Pixel Data of integers, None if there is none."""
    return find(PIXEL_DATA)


def is_encapsulated(element: Element, opening: Opening) -> bool:
    """True for pixel data in fragments (PS3.5 section A.4)."""
    return opening.window.peek(element.value - 4, 4) == UNDEFINED.to_bytes(4, "little")
