"""Black boxes in native pixel data: found in the header, painted band by band while the file is written."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from beam_phi.formats.dicom.attributes import PIXEL_DATA
from beam_phi.formats.dicom.elements import UNDEFINED, Element, ascii_text
from beam_phi.formats.dicom.opening import NATIVE, Opening
from beam_phi.formats.dicom.vr import number_text
from beam_phi.formats.dicom.window import Window
from beam_phi.formats.document import FormatError, Segment, SourceRange
from beam_phi.library.model import Box
from beam_phi.pixels.boxes import (
    PixelFormat,
    PixelFormatError,
    Plane,
    bands,
    clip,
    darkest_entry,
    darkest_gray,
)

Find = Callable[[int], Element | None]

_FLOAT_PIXELS = (0x7FE00008, 0x7FE00009)
_SAMPLES, _PHOTOMETRIC, _PLANAR, _FRAMES = 0x00280002, 0x00280004, 0x00280006, 0x00280008
_ROWS, _COLUMNS = 0x00280010, 0x00280011
_ALLOCATED, _STORED, _HIGH_BIT, _SIGNED = 0x00280100, 0x00280101, 0x00280102, 0x00280103
_SLOPE = 0x00281053
_PALETTE = ((0x00281101, 0x00281201), (0x00281102, 0x00281202), (0x00281103, 0x00281203))

# Most bytes of pixels in memory at once.
_BAND = 1 << 20

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
}


def box_attributes(find: Find) -> Mapping[str, str]:
    """See DicomDocument.box_attributes."""
    header = _Header(find)
    return {name: header.text(tag) for name, tag in _BOX_ATTRIBUTES.items()}


def pixel_mask(find: Find, opening: Opening, boxes: Sequence[Box]) -> PixelMask | None:
    """The object's pixel data with boxes painted black; None if no box touches any.

    find: gives the element of the main data set with a tag. Raises FormatError, see DicomDocument.cover.
    """
    element = find(PIXEL_DATA)
    if element is None:
        if any(find(tag) for tag in _FLOAT_PIXELS):
            raise FormatError("pixel-format", "floating point pixels can't be painted")
        return None
    header = _Header(find)
    rows, columns = header.number(_ROWS), header.number(_COLUMNS)
    inside = tuple(cut for box in boxes if (cut := clip(box, columns, rows)))
    if not inside:
        return None
    if opening.transfer_syntax not in NATIVE or _is_encapsulated(element, opening):
        raise FormatError("pixels-compressed", "compressed pixels can't be painted")
    planes = _planes(header, opening)
    frames = header.frames()
    size = sum(plane.size for plane in planes) * frames
    if element.end - element.value not in (size, size + size % 2):
        raise FormatError("pixel-length", "the pixel data are not as long as rows, columns and frames say")
    swapped = _is_swapped(element, header, opening)
    if swapped and any(plane.stride % 2 for plane in planes):
        raise FormatError("pixel-format", "odd rows of bytes in big endian words can't be painted")
    return PixelMask(opening.window, element.value, element.end, planes, frames, swapped, inside)


def excess(find: Find, opening: Opening) -> list[tuple[int, int]]:
    """What native pixel data hold behind the last frame: no reader shows it. Offsets, first and behind."""
    header = _Header(find)
    found: list[tuple[int, int]] = []
    for tag in (PIXEL_DATA, *_FLOAT_PIXELS):
        element = find(tag)
        if element is None or opening.transfer_syntax not in NATIVE or _is_encapsulated(element, opening):
            continue
        try:
            size = _frame_bits(header) * header.frames()
        except FormatError:
            continue  # no size is stated, so none is exceeded
        end = element.value + (size + 15) // 16 * 2
        if end < element.end:
            found.append((end, element.end))
    return found


def frame_count(find: Find) -> int:
    """Number of Frames, 1 where it is missing or none."""
    text = _Header(find).text(_FRAMES)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 1


def frame_pixels(find: Find) -> int:
    """Rows times columns, 0 where they are not known."""
    try:
        return _Header(find).number(_ROWS) * _Header(find).number(_COLUMNS)
    except FormatError:
        return 0


def _frame_bits(header: _Header) -> int:
    """Bits of one frame; chrominance may be sampled less often (PS3.3 section C.7.6.3.1.2)."""
    samples = Fraction(header.number(_SAMPLES, 1))
    photometric = header.text(_PHOTOMETRIC)
    if photometric.endswith("_422"):
        samples = Fraction(2)
    elif photometric.endswith("_420"):
        samples = Fraction(3, 2)
    bits = header.number(_ROWS) * header.number(_COLUMNS) * header.number(_ALLOCATED) * samples
    return int(bits)


@dataclass(frozen=True, slots=True)
class PixelMask:
    """Native pixel data with boxes painted black in every frame.

    start, end: offsets of the pixel data. planes: of a frame. swapped: True for bytes in big endian words.
    boxes: cut to the image.
    """

    window: Window
    start: int
    end: int
    planes: tuple[Plane, ...]
    frames: int
    swapped: bool
    boxes: tuple[Box, ...]

    def segments(self) -> Iterator[Segment]:
        """The painted pixel data; rows without a box are ranges of the source."""
        touched = bands(self.boxes)
        at = done = self.start
        for _ in range(self.frames):
            for plane in self.planes:
                for first, last in touched:
                    yield SourceRange(done, at + first * plane.stride - done)
                    yield from self._bands(plane, at, first, last)
                    done = at + last * plane.stride
                at += plane.size
        yield SourceRange(done, self.end - done)

    def _bands(self, plane: Plane, at: int, first: int, last: int) -> Iterator[bytes]:
        """Rows `first` to `last` of a plane that begins at `at`, painted, a band at a time."""
        step = max(_BAND // plane.stride, 1)
        for row in range(first, last, step):
            band = bytearray(self.window.peek(at + row * plane.stride, min(step, last - row) * plane.stride))
            if self.swapped:
                _swap(band)
            plane.paint(band, row, self.boxes)
            if self.swapped:
                _swap(band)
            yield bytes(band)


class _Header:
    """Reads the attributes that describe the pixels."""

    def __init__(self, find: Find) -> None:
        self._find = find

    def text(self, tag: int) -> str:
        """A value as text, numbers decimal; "" if it is missing."""
        element = self._find(tag)
        if element is None or not element.raw:
            return ""
        if element.attribute.vr.form == "number":
            return number_text(element.attribute.vr, element.raw, element.container.syntax.order)
        return ascii_text(element)

    def number(self, tag: int, default: int | None = None) -> int:
        """A whole number. Raises FormatError ``pixel-format`` if it is none, or missing without default."""
        text = self.text(tag)
        if not text and default is not None:
            return default
        if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS:
            raise FormatError("pixel-format", f"({tag >> 16:04X},{tag & 0xFFFF:04X}) is missing or no number")
        return int(text)

    def frames(self) -> int:
        """How many frames there are. Raises FormatError ``pixel-format``."""
        frames = self.number(_FRAMES, 1)
        if frames == 0:
            raise FormatError("pixel-format", "an image of no frames")
        return frames

    def element(self, tag: int) -> Element:
        element = self._find(tag)
        if element is None:
            raise FormatError("pixel-format", f"({tag >> 16:04X},{tag & 0xFFFF:04X}) is missing")
        return element


def _planes(header: _Header, opening: Opening) -> tuple[Plane, ...]:
    photometric = header.text(_PHOTOMETRIC)
    stored, signed = header.number(_STORED), header.number(_SIGNED, 0) == 1
    if header.number(_ALLOCATED) == 1:
        raise FormatError("pixel-format", "pixels of one bit can't be painted")
    if photometric == "PALETTE COLOR":
        black = _palette_black(header, opening)
    else:
        inverted = (photometric == "MONOCHROME1") != header.text(_SLOPE).startswith("-")
        black = darkest_gray(stored, signed=signed, inverted=inverted) if stored else 0
    format_ = PixelFormat(
        rows=header.number(_ROWS),
        columns=header.number(_COLUMNS),
        samples=header.number(_SAMPLES),
        photometric=photometric,
        allocated=header.number(_ALLOCATED),
        stored=stored,
        high_bit=header.number(_HIGH_BIT, stored - 1),
        planar=header.number(_PLANAR, 0) == 1,
        black=black,
        order="big" if opening.syntax.order == ">" else "little",
        signed=signed,
    )
    try:
        return format_.planes()
    except PixelFormatError as error:
        raise FormatError("pixel-format", f"can't be painted: {error}") from None


def _palette_black(header: _Header, opening: Opening) -> int:
    """The index of the darkest colour (PS3.3 section C.7.6.3.1.5)."""
    first = 0
    channels: list[tuple[int, ...]] = []
    for descriptor, data in _PALETTE:
        raw = header.element(descriptor).raw
        if raw is None or len(raw) != 6:
            raise FormatError("pixel-format", "a palette descriptor has not three values")
        count, first, _ = struct.unpack(opening.syntax.order + "HhH", raw)
        count = count or 0x10000
        entries = header.element(data)
        values = opening.window.peek(entries.value, min(entries.end - entries.value, 2 * count))
        if len(values) == 2 * count:
            channels.append(struct.unpack(f"{opening.syntax.order}{count}H", values))
        elif len(values) == count + count % 2 and opening.syntax.order == "<":
            channels.append(tuple(values[:count]))
        else:
            raise FormatError("pixel-format", "a palette is not as long as its descriptor says")
    if len({len(channel) for channel in channels}) != 1:
        raise FormatError("pixel-format", "the colours of the palette are not equally many")
    return first + darkest_entry(*channels)


def _is_encapsulated(element: Element, opening: Opening) -> bool:
    return opening.window.peek(element.value - 4, 4) == UNDEFINED.to_bytes(4, "little")


def _is_swapped(element: Element, header: _Header, opening: Opening) -> bool:
    """True for samples of one byte in big endian words: every two bytes are exchanged."""
    if opening.syntax.order == "<" or header.number(_ALLOCATED) != 8:
        return False
    return opening.window.peek(element.start + 4, 2) == b"OW"


def _swap(band: bytearray) -> None:
    band[0::2], band[1::2] = band[1::2], band[0::2]
