"""The fragments of encapsulated pixel data as one stream (PS3.5 section A.4), read in small pieces."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from beam_phi.formats.document import FormatError

Range = tuple[int, int]
"""First byte, and the one behind the last; absolute offsets in the source."""

Read = Callable[[int, int], bytes]
"""Gives bytes of the source: absolute offset, length."""

# Pieces grow from the first size to the last while reading goes on, and start anew behind a jump, bytes.
_FIRST = 1 << 12
_MOST = 1 << 20

# More segments than any image has, tile-parts included: a hostile stream of nothing else takes a second.
MAX_SEGMENTS = 1 << 20


class Fragments:
    """The virtual concatenation of fragments; all offsets are in it, but for those of `blanked`.

    A piece of the stream is kept, so parsers had better go forwards. What they take for metadata they hand
    to :meth:`blank`.

    size: of the stream, bytes. pixels: of a frame, 0 if that is not known.
    blanked: the ranges found so far, in file order unless the parser went backwards.
    """

    def __init__(self, read: Read, fragments: Sequence[Range], pixels: int = 0) -> None:
        self.pixels = pixels
        self.blanked: list[Range] = []
        self._read = read
        self._fragments = [fragment for fragment in fragments if fragment[0] < fragment[1]]
        lengths = (behind - first for first, behind in self._fragments)
        self._starts = list(accumulate(lengths, initial=0))
        self.size = self._starts[-1]
        self._base, self._piece = 0, b""
        self._beginning = b""
        self._segments = 0

    def enter(self, beginning: bytes) -> None:
        """An image is entered. beginning: what no fragment in the middle of an image of its kind starts
        with.
        """
        self._beginning = beginning
        self._segments = 0

    def peek(self, at: int, length: int) -> bytes:
        """Bytes at an offset, fewer where the stream ends."""
        base, piece = self._view(at, length)
        return piece[at - base : at - base + length]

    def number(self, at: int, length: int, end: int) -> int:
        """A big endian number. Raises FormatError ``bad-bitstream`` if it is not there before `end`."""
        if at + length > end:
            raise FormatError("bad-bitstream", "the pixel data end inside a header")
        return int.from_bytes(self.peek(at, length), "big")

    def skip(self, at: int, length: int, end: int) -> int:
        """Where a segment of this length at `at` ends.

        Raises FormatError ``bad-bitstream`` if that is behind `end` or in the next image, which says that
        this one is cut off, or after MAX_SEGMENTS segments of one image.
        """
        self._segments += 1
        if self._segments > MAX_SEGMENTS:
            raise FormatError("bad-bitstream", "an image of the pixel data has more segments than allowed")
        behind = at + length
        if behind > end:
            raise FormatError("bad-bitstream", "a segment of the pixel data is longer than what it stands in")
        if self.next_image(at, behind) < behind:
            raise FormatError("bad-bitstream", "an image of the pixel data ends inside a segment")
        return behind

    def find(self, pattern: re.Pattern[bytes], at: int, end: int, before: int = 0) -> int:
        """Where the first match for a pattern of two bytes begins, at or behind `at`; `end` if nowhere.

        before: how many bytes in front of the match the pattern looks at.
        """
        while at + 2 <= end:
            base, piece = self._view(max(at - before, 0), before + 2)
            match = pattern.search(piece, at - base, end - base)
            if match is not None:
                return base + match.start()
            at = base + len(piece) - 1
        return end

    def starts_at(self, at: int) -> bool:
        """True if a fragment starts there, or the stream ends."""
        return self.next_start(at) == at

    def next_start(self, at: int) -> int:
        """Where the first fragment at or behind `at` starts; the stream's end if none does."""
        return self._starts[bisect_left(self._starts, at)]

    def next_image(self, at: int, end: int) -> int:
        """Where the first fragment behind `at` and before `end` starts that begins an image; else `end`."""
        index = bisect_right(self._starts, at)
        length = len(self._beginning)
        # These few bytes are fetched past the piece, which would otherwise jump to and fro.
        while index < len(self._starts) and (start := self._starts[index]) < end:
            if self._fetch(start, min(length, self.size - start)) == self._beginning:
                return start
            index += 1
        return end

    def holds_only(self, byte: bytes, at: int, end: int) -> bool:
        """True if the bytes from `at` to `end` are all this one."""
        while at < end:
            piece = self.peek(at, min(end - at, _FIRST))
            if piece.count(byte) != len(piece):
                return False
            at += len(piece)
        return True

    def blank(self, at: int, end: int) -> None:
        """Note the bytes from `at` to `end` as metadata, unless they are zeros already."""
        if self.holds_only(b"\0", at, end):
            return
        index = bisect_right(self._starts, at) - 1
        while at < end:
            first, behind = self._fragments[index]
            offset = first + at - self._starts[index]
            length = min(behind - offset, end - at)
            self.blanked.append((offset, offset + length))
            at += length
            index += 1

    def _view(self, at: int, length: int) -> tuple[int, bytes]:
        """A piece that holds the bytes at `at`, as far as there are any, and its offset."""
        end = min(at + length, self.size)
        behind = self._base + len(self._piece)
        if not self._base <= at <= end <= behind:
            kept, size = b"", _FIRST
            if self._base <= at <= behind:
                kept, size = self._piece[at - self._base :], min(max(2 * len(self._piece), _FIRST), _MOST)
            size = max(end - at, min(size, self.size - at))
            self._piece = kept + self._fetch(at + len(kept), size - len(kept))
            self._base = at
        return self._base, self._piece

    def _fetch(self, at: int, length: int) -> bytes:
        parts: list[bytes] = []
        index = bisect_right(self._starts, at) - 1
        while length:
            first, behind = self._fragments[index]
            offset = first + at - self._starts[index]
            part = self._read(offset, min(behind - offset, length))
            if len(part) != min(behind - offset, length):
                raise FormatError("bad-bitstream", "the file ends inside the pixel data")
            parts.append(part)
            at += len(part)
            length -= len(part)
            index += 1
        return b"".join(parts)
