"""Black boxes in native pixel data, painted band by band while the file is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beam_phi.formats.dicom.attributes import PIXEL_DATA
from beam_phi.formats.dicom.elements import Element
from beam_phi.formats.dicom.opening import NATIVE, Opening
from beam_phi.formats.dicom.pixel_data.header import FLOAT_PIXELS, Find, PixelHeader, is_encapsulated
from beam_phi.formats.dicom.window import Window
from beam_phi.formats.document import FormatError, Segment, SourceRange
from beam_phi.library.model import Box
from beam_phi.pixels.areas import Areas
from beam_phi.pixels.boxes import PixelFormatError, Plane, bands

# Most bytes of pixels in memory at once.
_BAND = 1 << 20


def native_mask(
    header: PixelHeader,
    element: Element,
    opening: Opening,
    areas: Areas,
    black: int | None,
    overlays: int,
) -> NativeMask:
    """Native pixel data with areas painted black, or in this stored value.

    overlays: bits of each word that are none of the pixel's, to be cleared. Raises FormatError
    ``pixel-length``, ``pixel-format``.
    """
    if header.allocated == 1:
        raise FormatError("pixel-format", "pixels of one bit can't be painted")
    try:
        format_ = header.pixel_format(opening)
        planes = (format_ if black is None else replace(format_, black=black)).planes()
    except PixelFormatError as error:
        raise FormatError("pixel-format", f"can't be painted: {error}") from None
    frames = header.frames
    end = end_of(element, sum(plane.size for plane in planes) * frames)
    swapped = is_swapped(element, header, opening)
    if swapped and any(plane.stride % 2 for plane in planes) and end - element.value > _BAND:
        raise FormatError("pixel-format", "so many odd rows of bytes in big endian words can't be painted")
    kept = None
    if overlays:
        if format_.allocated not in (16, 32) or swapped:
            raise FormatError("pixel-format", "an overlay in the bits of these pixels can't be cleared")
        dtype = np.dtype(f"{opening.syntax.order}u{format_.allocated // 8}")
        kept = np.array(((1 << format_.allocated) - 1) & ~overlays, dtype)
    return NativeMask(opening.window, element.value, end, planes, frames, swapped, areas, kept)


def end_of(element: Element, size: int) -> int:
    """Where native pixel data of so many bytes end, with their padding; what comes behind is :func:`excess`.

    Raises FormatError ``pixel-length`` if they are not so many.
    """
    if element.end - element.value < size:
        raise FormatError("pixel-length", "the pixel data are shorter than rows, columns and frames say")
    return min(element.value + size + size % 2, element.end)


def excess(find: Find, opening: Opening) -> list[tuple[int, int]]:
    """What native pixel data hold behind the last frame: no reader shows it. Offsets, first and behind."""
    header = PixelHeader(find)
    found: list[tuple[int, int]] = []
    for tag in (PIXEL_DATA, *FLOAT_PIXELS):
        element = find(tag)
        if element is None or opening.transfer_syntax not in NATIVE or is_encapsulated(element, opening):
            continue
        try:
            size = header.frame_bits * header.frames
        except FormatError:
            continue  # no size is stated, so none is exceeded
        end = element.value + (size + 15) // 16 * 2
        if end < element.end:
            found.append((end, element.end))
    return found


@dataclass(frozen=True, slots=True)
class NativeMask:
    """Native pixel data with areas painted black.

    start, end: offsets of the pixel data. planes: of a frame. swapped: True for bytes in big endian words.
    kept: bits of each word that stay, of the words' type; None for all.
    """

    window: Window
    start: int
    end: int
    planes: tuple[Plane, ...]
    frames: int
    swapped: bool
    areas: Areas
    kept: NDArray[Any] | None = None

    def segments(self) -> Iterator[Segment]:
        """The painted pixel data; rows without a box are ranges of the source."""
        if self.swapped and any(plane.stride % 2 for plane in self.planes):
            yield self._at_once()
            return
        at = done = self.start
        for frame in range(self.frames):
            boxes = self.areas.of(frame)
            touched = bands(boxes)
            for plane in self.planes:
                for first, last in touched if self.kept is None else [(0, plane.rows)]:
                    yield SourceRange(done, at + first * plane.stride - done)
                    yield from self._bands(plane, at, first, last, boxes)
                    done = at + last * plane.stride
                at += plane.size
        yield SourceRange(done, self.end - done)

    def _at_once(self) -> bytes:
        """All pixel data: where rows are odd, neighbours share a word."""
        data = bytearray(self.window.peek(self.start, self.end - self.start))
        swap(data)
        at = 0
        for frame in range(self.frames):
            for plane in self.planes:
                band = data[at : at + plane.size]
                plane.paint(band, 0, self.areas.of(frame))
                data[at : at + plane.size] = band
                at += plane.size
        swap(data)
        return bytes(data)

    def _bands(self, plane: Plane, at: int, first: int, last: int, boxes: tuple[Box, ...]) -> Iterator[bytes]:
        """Rows `first` to `last` of a plane that begins at `at`, painted, a band at a time."""
        step = max(_BAND // plane.stride, 1)
        for row in range(first, last, step):
            band = bytearray(self.window.peek(at + row * plane.stride, min(step, last - row) * plane.stride))
            if self.swapped:
                swap(band)
            plane.paint(band, row, boxes)
            if self.kept is not None:
                words = np.frombuffer(band, self.kept.dtype)
                np.bitwise_and(words, self.kept, out=words)
            if self.swapped:
                swap(band)
            yield bytes(band)


def is_swapped(element: Element, header: PixelHeader, opening: Opening) -> bool:
    """True for samples of one byte in big endian words: every two bytes are exchanged."""
    if opening.syntax.order == "<" or header.allocated != 8:
        return False
    return opening.window.peek(element.start + 4, 2) == b"OW"


def swapped_bytes(window: Window, start: int, first: int, behind: int) -> bytes:
    """The bytes from `first` to `behind` of big endian words that begin at `start`, each at its place."""
    begin = first - (first - start) % 2
    band = bytearray(window.peek(begin, behind + (behind - start) % 2 - begin))
    swap(band)
    return bytes(band[first - begin : behind - begin])


def swap(band: bytearray) -> None:
    """Exchange every two bytes."""
    band[0::2], band[1::2] = band[1::2], band[0::2]
