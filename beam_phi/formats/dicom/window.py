"""The bytes of a source that parsing needs, read in few and growing pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from beam_phi.formats.document import FormatError, Segment, Source, SourceRange

CHUNK = 1 << 20

_FIRST = 0x4000
_MOST = 0x400000

# All that parsing may keep in memory of one file, in bytes.
LOADED_LIMIT = 1 << 28


class Window:
    """A source, of which some pieces are loaded.

    size: of the source, bytes.
    """

    def __init__(self, source: Source) -> None:
        self.size = source.size
        self._stream: BinaryIO = source.stream
        self._pieces: list[tuple[int, bytes]] = [(0, b"")]
        self._loaded = 0

    def view(self, start: int, length: int) -> tuple[int, bytes]:
        """A piece that holds `length` bytes at `start`, and the offset of its first byte.

        Pieces grow while reading goes on behind them, and a new one begins where bytes were jumped over.
        Raises FormatError ``truncated`` if the source ends before, ``header-too-large`` beyond LOADED_LIMIT.
        """
        base, piece = self._pieces[-1]
        end = base + len(piece)
        if base <= start and start + length <= end:
            return base, piece
        if start + length > self.size:
            raise FormatError("truncated", "an element goes beyond the end of the file")
        grow = min(max(_FIRST, len(piece)), _MOST)
        if base <= start <= end:
            piece += self._read(end, max(start + length - end, min(grow, self.size - end)))
            self._pieces[-1] = (base, piece)
        else:
            base, piece = start, self._read(start, max(length, min(_FIRST, self.size - start)))
            self._pieces.append((base, piece))
        return base, piece

    def peek(self, start: int, length: int) -> bytes:
        """Bytes that need not be kept. Raises FormatError ``truncated``."""
        for base, piece in self._pieces:
            if base <= start and start + length <= base + len(piece):
                return piece[start - base : start - base + length]
        if start + length > self.size:
            raise FormatError("truncated", "an element goes beyond the end of the file")
        return self._fetch(start, length)

    def segments(self, start: int, end: int) -> list[Segment]:
        """The bytes from `start` to `end`, loaded ones as bytes, the others as ranges."""
        base, piece = self._pieces[0]
        if end <= len(piece):
            return [piece[start:end]]
        found: list[Segment] = []
        for base, piece in self._pieces:
            low, high = max(base, start), min(base + len(piece), end)
            if low < high:
                if start < low:
                    found.append(SourceRange(start, low - start))
                found.append(piece[low - base : high - base])
                start = high
        if start < end:
            found.append(SourceRange(start, end - start))
        return found

    def _read(self, start: int, length: int) -> bytes:
        self._loaded += length
        if self._loaded > LOADED_LIMIT:
            raise FormatError(
                "header-too-large", "the elements outside the pixels take more memory than allowed"
            )
        return self._fetch(start, length)

    def _fetch(self, start: int, length: int) -> bytes:
        self._stream.seek(start)
        data = self._stream.read(length)
        while len(data) < length:
            more = self._stream.read(length - len(data))
            if not more:
                raise FormatError("truncated", "the file ends before its stated size")
            data += more
        return data

    def chunks(self, segment: Segment) -> Iterator[bytes]:
        """The bytes of a segment, at most 1 MiB at a time."""
        if isinstance(segment, bytes):
            yield segment
            return
        for at in range(segment.offset, segment.offset + segment.length, CHUNK):
            yield self._fetch(at, min(CHUNK, segment.offset + segment.length - at))
