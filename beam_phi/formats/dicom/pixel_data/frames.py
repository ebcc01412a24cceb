"""The frames of an image, one by one: where each is in the file, its bytes, its samples."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from beam_phi.formats.dicom.elements import Element
from beam_phi.formats.dicom.opening import NATIVE, Opening
from beam_phi.formats.dicom.pixel_data.header import PixelHeader, is_encapsulated
from beam_phi.formats.dicom.pixel_data.native import end_of, is_swapped, swapped_bytes
from beam_phi.formats.dicom.streams.fragments import Range
from beam_phi.formats.document import FormatError
from beam_phi.pixels import codecs
from beam_phi.pixels.boxes import PixelFormat, PixelFormatError
from beam_phi.pixels.codecs import CodecError, Decoded

#: Header of an item, bytes.
ITEM_HEADER = 8
#: The codec of frames that are not compressed.
_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"
#: A frame of more bytes, compressed or not, is not taken into memory.
FRAME_LIMIT = 1 << 29


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of one image.

    element: Pixel Data. format: of the stored samples. syntax: transfer syntax of a frame's bytes.
    ranges: for each frame those of its bytes in the source: one, or a fragment each.
    swapped: True for bytes in big endian words.
    """

    element: Element
    opening: Opening
    format: PixelFormat
    syntax: str
    ranges: Sequence[Sequence[Range]]
    swapped: bool

    def __len__(self) -> int:
        return len(self.ranges)

    def raw(self, frame: int) -> bytes:
        """The bytes of a frame (from 0), its fragments joined."""
        window = self.opening.window
        if self.swapped:
            ((first, behind),) = self.ranges[frame]
            return swapped_bytes(window, self.element.value, first, behind)
        return b"".join(window.peek(first, behind - first) for first, behind in self.ranges[frame])

    def decode(self, raw: bytes) -> Decoded:
        """The samples of a frame. Raises FormatError ``pixels-compressed``."""
        try:
            return codecs.decode(raw, self.syntax, self.format)
        except CodecError as error:
            raise FormatError("pixels-compressed", str(error)) from None


def frames_of(header: PixelHeader, element: Element, fragments: Sequence[Range], opening: Opening) -> Frames:
    """The frames of an image.

    fragments: of encapsulated pixel data, the first is the Basic Offset Table. Raises FormatError
    ``pixel-format``, ``pixel-length``, ``pixels-compressed``.
    """
    format_ = header.pixel_format(opening)
    if opening.transfer_syntax in NATIVE and not is_encapsulated(element, opening):
        return _native(header, element, opening, format_)
    if opening.transfer_syntax not in codecs.SYNTAXES or not fragments:
        raise FormatError("pixels-compressed", "pixels of this transfer syntax can't be decoded")
    ranges = _by_frame(header, fragments, opening)
    if any(sum(behind - first for first, behind in frame) > FRAME_LIMIT for frame in ranges):
        raise FormatError("pixel-format", "a frame is larger than the program is allowed to hold")
    return Frames(element, opening, format_, opening.transfer_syntax, ranges, swapped=False)


def _native(header: PixelHeader, element: Element, opening: Opening, format_: PixelFormat) -> Frames:
    try:
        size = sum(plane.size for plane in format_.planes())
    except PixelFormatError as error:
        raise FormatError("pixel-format", f"can't be read: {error}") from None
    if size > FRAME_LIMIT:
        raise FormatError("pixel-format", "a frame is larger than the program is allowed to hold")
    end = end_of(element, size * header.frames)
    starts = range(element.value, element.value + size * header.frames, size) if size else ()
    ranges = [[(start, start + size)] for start in starts]
    swapped = is_swapped(element, header, opening)
    if swapped and (end - element.value) % 2:
        raise FormatError("pixel-format", "an odd number of bytes in big endian words")
    return Frames(element, opening, format_, _UNCOMPRESSED, ranges, swapped)


def _by_frame(header: PixelHeader, fragments: Sequence[Range], opening: Opening) -> list[list[Range]]:
    """The fragments of each frame (PS3.5 section A.4): as many as frames, or as the offset table says, or
    each frame where its stream begins."""
    table, *data = fragments
    frames = header.frames
    if len(data) == frames:
        return [[fragment] for fragment in data]
    if frames == 1 and data:
        return [list(data)]
    peek = opening.window.peek
    starts = _table(peek(table[0], table[1] - table[0]), table, data) if table[1] > table[0] else []
    if len(starts) != frames:
        head = peek(data[0][0], 2) if data and data[0][1] - data[0][0] > 1 else b""
        starts = [
            number
            for number, (first, behind) in enumerate(data)
            if behind - first > 1 and peek(first, 2) == head
        ]
    if len(starts) != frames or starts[0] != 0:
        raise FormatError(
            "pixels-compressed", "the fragments of a frame can't be told from those of the next"
        )
    return [list(data[start:end]) for start, end in pairwise([*starts, len(data)])]


def _table(raw: bytes, table: Range, data: Sequence[Range]) -> list[int]:
    """The numbers of the fragments that a Basic Offset Table points to; none if it points elsewhere."""
    if len(raw) % 4:
        return []
    numbers = {first - ITEM_HEADER - table[1]: number for number, (first, _) in enumerate(data)}
    offsets = struct.unpack(f"<{len(raw) // 4}I", raw)
    found = [numbers[offset] for offset in offsets if offset in numbers]
    return found if len(found) == len(offsets) and sorted(set(found)) == found else []
