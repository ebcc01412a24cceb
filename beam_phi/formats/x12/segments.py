"""The segments of a file, one after the other, with all the bytes between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from beam_phi.formats.document import FormatError
from beam_phi.formats.encoding import MAX_LINE
from beam_phi.formats.x12.envelope import BLANKS, ISA_SPAN, Delimiters, begins, read_isa

#: Bytes from the beginning of an interchange on in which it shows whether its lines are wrapped.
WRAP_SPAN = 8 * 1024

_LINE_BREAK = re.compile(rb"\r\n|\r|\n")


class RawSegment(NamedTuple):
    """A segment as it stands in the file.

    lead: blanks and line breaks before it. body: without its terminator; empty for blanks that no segment
        follows, or between two terminators. end: the terminator; empty if the file ends without one.
    delimiters: those of its interchange.
    """

    lead: bytes
    body: bytes
    end: bytes
    delimiters: Delimiters


class SegmentReader:
    """Splits blocks of inner bytes (see :mod:`beam_phi.formats.encoding`) into segments.

    Iterated once. A segment that has a line break within a value must belong to a file that is wrapped at a
    fixed column, so that the two halves surely are one value; any other is refused.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._data = b""
        self._at = 0
        self._ended = False
        # Bytes since the last line break before the data, and where the interchange is wrapped, else 0.
        self._column = 0
        self._width = 0

    def __iter__(self) -> Iterator[RawSegment]:
        """Raises FormatError ``bad-syntax``, ``truncated`` or ``record-too-long``."""
        delimiters: Delimiters | None = None
        while True:
            if delimiters is None:
                self._need(ISA_SPAN + WRAP_SPAN)
                start = self._skip_blanks()
                if start == len(self._data) and self._ended:
                    return
                delimiters, end = read_isa(self._data, start)
                self._find_width(start, end)
            else:
                end = self._find(delimiters.terminator)
            segment = self._take(end, delimiters)
            yield segment
            if not segment.body and not segment.end:
                return
            body = segment.body
            if body[:1] == b"I" and body.translate(None, b"\r\n").startswith(b"IEA" + delimiters.element):
                # Blanks after the last interchange belong to the file's end, those before another to its ISA.
                self._need(1)
                rest = self._skip_blanks()
                if rest == len(self._data) and self._ended:
                    yield RawSegment(self._data[self._at :], b"", b"", delimiters)
                    return
                delimiters = None

    def _more(self) -> bool:
        """Read on; False at the end of the file."""
        block = next(self._blocks, b"")
        if not block:
            self._ended = True
            return False
        self._column = self._column_at(self._at)
        self._data = self._data[self._at :] + block
        self._at = 0
        return True

    def _need(self, size: int) -> None:
        """Read until `size` bytes, and one that is not blank, are there, or the file ends."""
        while True:
            start = self._skip_blanks()
            if len(self._data) - start >= size or self._ended or not self._more():
                return
            if start - self._at > MAX_LINE:
                raise FormatError("record-too-long", f"more than {MAX_LINE} blanks stand between segments")

    def _skip_blanks(self) -> int:
        """Where the next byte stands that is not blank."""
        data, at = self._data, self._at
        while at < len(data) and data[at] in BLANKS:
            at += 1
        return at

    def _find(self, terminator: bytes) -> int:
        """Where the next terminator stands; the end of the file if there is none."""
        end = self._data.find(terminator, self._at)
        while end < 0:
            seen = len(self._data) - self._at
            if seen > MAX_LINE:
                raise FormatError("record-too-long", f"a segment is longer than {MAX_LINE} bytes")
            if not self._more():
                return len(self._data)
            end = self._data.find(terminator, seen)
        return end

    def _take(self, end: int, delimiters: Delimiters) -> RawSegment:
        """The segment up to `end`."""
        whole = self._data[self._at : end]
        body = whole.lstrip(BLANKS)
        lead = whole[: len(whole) - len(body)]
        if b"\n" in body or b"\r" in body:
            self._check_breaks(body, self._column_at(end - len(body)), delimiters)
        self._at = min(end + 1, len(self._data))
        return RawSegment(lead, body, self._data[end : end + 1], delimiters)

    def _column_at(self, at: int) -> int:
        """Bytes between the last line break before `at` and `at`."""
        last = max(self._data.rfind(b"\n", 0, at), self._data.rfind(b"\r", 0, at))
        return self._column + at if last < 0 else at - last - 1

    def _find_width(self, start: int, end: int) -> None:
        """Tell from an ISA segment and the lines that follow whether the interchange is wrapped, and where.

        Two lines of one length tell it, or one that ends within the ISA segment. A short interchange that
        shows neither is wrapped as the one before.
        """
        breaks = _LINE_BREAK.finditer(self._data, start, start + ISA_SPAN + WRAP_SPAN)
        first = next(breaks, None)
        if first is None:
            return
        width = self._column_at(start) + first.start() - start
        if first.start() < end:
            self._width = width
            return
        second = next(breaks, None)
        if second is not None:
            self._width = width if second.start() - first.end() == width else 0

    def _check_breaks(self, body: bytes, column: int, delimiters: Delimiters) -> None:
        """Raises FormatError ``bad-syntax`` for a line break within a value that is not at the width."""
        line = -column
        for found in _LINE_BREAK.finditer(body):
            width, line = found.start() - line, found.end()
            before, after = body[found.start() - 1 : found.start()], body[found.end() : found.end() + 1]
            at_edge = not after or before in delimiters.all or after in delimiters.all
            if not at_edge and width != self._width:
                raise FormatError("bad-syntax", "a line break stands within a value")


def looks_like_interchange(inner: bytes) -> bool:
    """True if inner bytes begin with a whole ISA segment, perhaps after blanks."""
    head = inner.lstrip(BLANKS)
    if not begins(head):
        return False
    try:
        read_isa(head, 0)
    except FormatError:
        return False
    return True
