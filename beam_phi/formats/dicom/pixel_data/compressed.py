"""Black boxes in encapsulated pixel data: touched frames are encoded anew, others keep their fragments."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from beam_phi.formats.dicom.pixel_data.frames import ITEM_HEADER, Frames
from beam_phi.formats.dicom.streams.fragments import Range
from beam_phi.formats.document import FormatError, Segment, SourceRange
from beam_phi.pixels import codecs
from beam_phi.pixels.areas import Areas
from beam_phi.pixels.codecs import CodecError, Painted

Scrub = Callable[[Sequence[Range]], Sequence[Range]]
"""What the fragments of a frame that stays say beside the image, to be zeroed: ranges of the source."""

_ITEM, _DELIMITER = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
_CHUNK = 1 << 20
_OFFSET_LIMIT = 1 << 32


class CompressedMask:
    """Encapsulated pixel data with areas painted black, in place of its items and their end.

    start, end: offsets of the value of Pixel Data, with its Sequence Delimitation Item.
    photometric: Photometric Interpretation from now on.

    Encoded frames wait in a temporary file without a name, since the offset table stands before them. Raises
    FormatError ``pixels-compressed``.
    """

    def __init__(self, frames: Frames, table: Range, areas: Areas, scrub: Scrub) -> None:
        self.start, self.end = frames.element.value, frames.element.end
        self.photometric = frames.format.photometric
        self._frames = frames
        self._has_table = table[1] > table[0]
        self._scrub = scrub
        self._spool: IO[bytes] = tempfile.TemporaryFile(prefix="beam-phi-")  # noqa: SIM115 - lives as long as the mask
        self._encoded: dict[int, tuple[int, int]] = {}
        self._encode(areas)

    def lengths(self) -> list[int]:
        """Bytes of each frame, those of its fragments together."""
        return [
            self._encoded[frame][1]
            if frame in self._encoded
            else sum(behind - first for first, behind in ranges)
            for frame, ranges in enumerate(self._frames.ranges)
        ]

    def offsets(self) -> list[int]:
        """Where the first item of each frame begins, counted from the first frame's (PS3.5 section A.4)."""
        offsets: list[int] = []
        at = 0
        for frame, ranges in enumerate(self._frames.ranges):
            offsets.append(at)
            at += self._size(frame, ranges)
        return offsets

    def segments(self) -> Iterator[Segment]:
        yield self._table()
        for frame, ranges in enumerate(self._frames.ranges):
            if frame in self._encoded:
                yield from self._anew(*self._encoded[frame])
            else:
                yield from self._as_it_was(ranges)
        yield _DELIMITER + bytes(4)

    def _encode(self, areas: Areas) -> None:
        touched = [frame for frame in range(len(self._frames)) if areas.of(frame)]
        if not touched:
            return
        first = self._paint(touched[0], areas)
        if first.photometric != self.photometric:
            # All frames have to be of one kind.
            self.photometric = first.photometric
            touched = [touched[0], *(frame for frame in range(len(self._frames)) if frame != touched[0])]
        self._keep(touched[0], first)
        for frame in touched[1:]:
            self._keep(frame, self._paint(frame, areas))

    def _paint(self, frame: int, areas: Areas) -> Painted:
        frames = self._frames
        try:
            return codecs.paint(frames.raw(frame), frames.syntax, frames.format, areas.of(frame))
        except CodecError as error:
            raise FormatError("pixels-compressed", str(error)) from None

    def _keep(self, frame: int, painted: Painted) -> None:
        if (painted.syntax, painted.photometric) != (self._frames.syntax, self.photometric):
            raise FormatError("pixels-compressed", "the frames can't be encoded alike")
        self._encoded[frame] = (self._spool.tell(), len(painted.data))
        self._spool.write(painted.data)

    def _size(self, frame: int, ranges: Sequence[Range]) -> int:
        """Bytes of a frame's items, with their headers."""
        if frame in self._encoded:
            return ITEM_HEADER + self._encoded[frame][1]
        return sum(ITEM_HEADER + behind - first for first, behind in ranges)

    def _table(self) -> bytes:
        """The Basic Offset Table, empty if it was so or has no room for the offsets."""
        offsets = self.offsets()
        if not self._has_table or offsets[-1] >= _OFFSET_LIMIT:
            return _ITEM + bytes(4)
        return _ITEM + struct.pack(f"<I{len(offsets)}I", 4 * len(offsets), *offsets)

    def _anew(self, offset: int, length: int) -> Iterator[bytes]:
        yield _ITEM + struct.pack("<I", length)
        for at in range(offset, offset + length, _CHUNK):
            self._spool.seek(at)
            yield self._spool.read(min(_CHUNK, offset + length - at))

    def _as_it_was(self, ranges: Sequence[Range]) -> Iterator[Segment]:
        blanked = self._scrub(ranges)
        for first, behind in ranges:
            at = first - ITEM_HEADER
            for start, end in blanked:
                if first <= start and end <= behind:
                    yield SourceRange(at, start - at)
                    yield bytes(end - start)
                    at = end
            yield SourceRange(at, behind - at)
