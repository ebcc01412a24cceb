"""Black boxes: where a box lies in a frame's bytes, and what black is there (DICOM PS3.3 section C.7.6.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from beam_phi.library.model import Box

# Luminance and no colour, of 8 bits; Cb and Cr are 0 in the middle of their range.
_RGB_BLACK = (0.0, 0.0, 0.0)
_YBR_BLACK = (0.0, 0.5, 0.5)
_SUBSAMPLED = ("YBR_FULL_422", "YBR_PARTIAL_422")
_PARTIAL_Y_BLACK = 16


class PixelFormatError(ValueError):
    """The pixels are stored in a way that can't be painted surely; the text says which."""


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """How one frame is stored, in the words of the Image Pixel module.

    black: the stored value of the darkest pixel of a one-sample image (see :func:`darkest_gray`); colour
        needs none.
    order: byte order, ``little`` or ``big``. signed: True for two's complement. inverted: True for an image
        of one sample whose highest values are the darkest.
    """

    rows: int
    columns: int
    samples: int
    photometric: str
    allocated: int
    stored: int
    high_bit: int
    planar: bool
    black: int
    order: str
    signed: bool = False
    inverted: bool = False

    def planes(self) -> tuple[Plane, ...]:
        """The planes of a frame, in the order they are stored. Raises PixelFormatError."""
        if self.allocated not in (8, 16, 32, 64) or not 0 < self.stored <= self.allocated:
            raise PixelFormatError(f"{self.allocated} bits allocated, {self.stored} stored")
        if not self.stored - 1 <= self.high_bit < self.allocated:
            raise PixelFormatError(f"high bit {self.high_bit}")
        if self.photometric in _SUBSAMPLED:
            return (self._subsampled(),)
        words = [self._word(value) for value in self._black()]
        if len(words) != self.samples:
            raise PixelFormatError(f"{self.samples} samples of {self.photometric}")
        if self.planar and self.samples > 1:
            return tuple(Plane(self.rows, self.columns, 1, word) for word in words)
        return (Plane(self.rows, self.columns, 1, b"".join(words)),)

    def _black(self) -> Sequence[int]:
        match self.photometric:
            case "MONOCHROME1" | "MONOCHROME2" | "PALETTE COLOR":
                return (self.black,)
            case "RGB":
                parts = _RGB_BLACK
            case "YBR_FULL":
                parts = _YBR_BLACK
            case other:
                raise PixelFormatError(f"photometric interpretation {other or 'missing'}")
        return [int(part * (1 << self.stored)) for part in parts]

    def _word(self, value: int) -> bytes:
        """A whole word: bits above and below the stored ones are no refuge for what was there."""
        shifted = value << (self.high_bit + 1 - self.stored)
        mask = (1 << self.allocated) - 1
        return (shifted & mask).to_bytes(self.allocated // 8, "little" if self.order == "little" else "big")

    def _subsampled(self) -> Plane:
        """Two pixels share their colour: Y1 Y2 Cb Cr."""
        if self.samples != 3 or self.allocated != 8 or self.columns % 2 or self.planar:
            raise PixelFormatError(f"this storage of {self.photometric}")
        luminance = _PARTIAL_Y_BLACK if self.photometric == "YBR_PARTIAL_422" else 0
        return Plane(self.rows, self.columns, 2, bytes((luminance, luminance, 128, 128)))


@dataclass(frozen=True, slots=True)
class Plane:
    """A rectangle of equal cells, row by row.

    cell: columns of the image that one cell covers. black: its bytes when black.
    """

    rows: int
    columns: int
    cell: int
    black: bytes

    @property
    def stride(self) -> int:
        """Bytes of a row."""
        return self.columns // self.cell * len(self.black)

    @property
    def size(self) -> int:
        """Bytes of the plane."""
        return self.rows * self.stride

    def paint(self, band: bytearray, first_row: int, boxes: Iterable[Box]) -> None:
        """Blacken boxes in a band of whole rows that begins with `first_row`."""
        width = len(self.black)
        rows = len(band) // self.stride
        for box in boxes:
            left = box.x // self.cell
            cells = -(-(box.x + box.width) // self.cell) - left
            line = self.black * cells
            for row in range(max(box.y - first_row, 0), min(box.y + box.height - first_row, rows)):
                start = row * self.stride + left * width
                band[start : start + len(line)] = line


def darkest_gray(stored: int, *, signed: bool, inverted: bool) -> int:
    """The stored value that no window shows brighter than black.

    inverted: True if high values are dark (MONOCHROME1, or a negative Rescale Slope).
    """
    low = -(1 << (stored - 1)) if signed else 0
    return low + (1 << stored) - 1 if inverted else low


def darkest_entry(red: Sequence[int], green: Sequence[int], blue: Sequence[int]) -> int:
    """The number of the darkest colour of a palette, by its luminance (ITU-R BT.601)."""
    luminance = [299 * r + 587 * g + 114 * b for r, g, b in zip(red, green, blue, strict=True)]
    return luminance.index(min(luminance))


def clip(box: Box, columns: int, rows: int) -> Box | None:
    """The part of a box inside the image; None if there is none."""
    left, top = max(box.x, 0), max(box.y, 0)
    right, bottom = min(box.x + box.width, columns), min(box.y + box.height, rows)
    return Box(left, top, right - left, bottom - top) if left < right and top < bottom else None


def bands(boxes: Iterable[Box]) -> list[tuple[int, int]]:
    """The rows that boxes touch, as (first, behind last), in order and without overlap."""
    merged: list[tuple[int, int]] = []
    for top, bottom in sorted((box.y, box.y + box.height) for box in boxes):
        if merged and top <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(bottom, merged[-1][1]))
        else:
            merged.append((top, bottom))
    return merged


def outside(inner: Iterable[Box], columns: int, rows: int) -> list[Box]:
    """What of an image lies in none of some boxes, as boxes apart from each other."""
    kept = [cut for box in inner if (cut := clip(box, columns, rows)) is not None]
    edges = sorted({0, rows, *(y for box in kept for y in (box.y, box.y + box.height))})
    found: list[Box] = []
    for top, bottom in pairwise(edges):
        left = 0
        spans = sorted((b.x, b.x + b.width) for b in kept if b.y <= top and bottom <= b.y + b.height)
        for first, behind in [*spans, (columns, columns)]:
            if left < first:
                found.append(Box(left, top, first - left, bottom - top))
            left = max(left, behind)
    return found
