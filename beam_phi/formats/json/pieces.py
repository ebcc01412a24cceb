"""A text in pieces, one for each scope, and the lines of a file of many texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from beam_phi.formats.document import FormatError
from beam_phi.formats.json.nodes import Container, Node, Root
from beam_phi.formats.json.scan import Scanner

#: Bytes a line of a file of many lines may have.
MAX_LINE = 64 * 1024 * 1024
#: Bytes a text that is no such line may have.
MAX_TEXT = 256 * 1024 * 1024


@dataclass(slots=True)
class Piece:
    """Bytes from `begin` to `end` of a text, and the values in them in file order."""

    begin: int
    end: int
    nodes: list[Node]


class Splitter(Protocol):
    """Cuts the value that begins where the scanner is into pieces; the last one is followed by no more of the
    value. Blanks after the value are not read."""

    def __call__(self, scanner: Scanner, root: Root) -> Iterator[Piece]: ...


def whole(scanner: Scanner, root: Root) -> Iterator[Piece]:
    """The value in one piece."""
    begin = scanner.at
    node = scanner.value(root)
    yield Piece(begin, scanner.at, [node])


def spread_array(scanner: Scanner, root: Root) -> Iterator[Piece]:
    """An array of objects or arrays in one piece for each; every other value whole."""
    begin = scanner.at
    top = scanner.begin(root)
    if isinstance(top, Container) and top.is_array and top.end < 0:
        scanner.skip_blank()
        if scanner.data[scanner.at : scanner.at + 1] in (b"{", b"["):
            for node in scanner.elements(top):
                yield Piece(begin, scanner.at, [node])
                begin = scanner.at
            return
    scanner.at = begin
    yield from whole(scanner, root)


class Lines:
    """The inner bytes of a file, line by line, or all that are left.

    A line has the blank lines around it.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._buffer = b""
        self._at = 0
        self._ahead = self._line()

    @property
    def ended(self) -> bool:
        """True if there are no more lines."""
        return not self._ahead

    def next(self) -> bytes:
        """The next line, not whole if it is longer than MAX_LINE; empty at the end."""
        pieces: list[bytes] = []
        size = 0
        filled = False
        while self._ahead and size <= MAX_LINE:
            blank = not self._ahead.strip(b" \t\r\n")
            if filled and not blank:
                break
            filled = filled or not blank
            pieces.append(self._ahead)
            size += len(self._ahead)
            self._ahead = self._line()
        return b"".join(pieces)

    def rest(self, begun: bytes) -> bytes:
        """What was read already, and all that is left. Raises FormatError ``record-too-long``."""
        pieces = [begun, self._ahead, self._buffer[self._at :]]
        size = sum(map(len, pieces))
        for block in self._blocks:
            size += len(block)
            if size > MAX_TEXT:
                break
            pieces.append(block)
        if size > MAX_TEXT:
            raise FormatError("record-too-long", f"a JSON text is longer than {MAX_TEXT} bytes")
        self._ahead = self._buffer = b""
        return b"".join(pieces)

    def _line(self) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while size <= MAX_LINE:
            cut = self._buffer.find(b"\n", self._at)
            if cut >= 0:
                pieces.append(self._buffer[self._at : cut + 1])
                self._at = cut + 1
                break
            pieces.append(self._buffer[self._at :])
            size += len(pieces[-1])
            self._buffer = next(self._blocks, b"")
            self._at = 0
            if not self._buffer:
                break
        return b"".join(pieces)
