"""JSON files as documents: one text, or many in lines or one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from beam_phi.formats.document import FormatError, Scope, Source
from beam_phi.formats.encoding import HEAD_SIZE, Encoding, detect_encoding
from beam_phi.formats.json.grammar import BLANK
from beam_phi.formats.json.nodes import Root
from beam_phi.formats.json.pieces import MAX_LINE, Lines, Piece, Splitter, whole
from beam_phi.formats.json.scan import Scanner
from beam_phi.formats.json.types import is_word


class Reader(Protocol):
    """What is made of the values of JSON texts."""

    def is_word(self, name: str) -> bool:
        """True if the name of a member is one of a vocabulary."""

    def split(self, scanner: Scanner, root: Root) -> Iterator[Piece]:
        """Cut a text that is no line into scopes."""

    def scope(self, data: bytes, piece: Piece, encoding: Encoding, lead: bytes) -> Scope:
        """The scope of a piece."""


class JsonDocument:
    """A file of one or more JSON texts, read scope by scope."""

    def __init__(self, source: Source, encoding: Encoding, reader: Reader) -> None:
        self._source = source
        self._encoding = encoding
        self._reader = reader

    def scopes(self) -> Iterator[Scope]:
        """Raises FormatError ``bad-encoding``, ``bad-syntax``, ``too-deep``, ``record-too-long``, or
        ``unknown-format`` for what has rules of its own and stands in a wrapper."""
        lines = Lines(self._encoding.blocks(self._source.stream))
        lead = self._encoding.bom
        line, number = lines.next(), 1
        if lines.ended or not _is_text(line):
            yield from self._texts(lines.rest(line), "", self._reader.split, lead)
            return
        while line:
            if len(line) > MAX_LINE and not (line.endswith(b"\n") or lines.ended):
                raise FormatError("record-too-long", f"a line is longer than {MAX_LINE} bytes")
            try:
                found = list(self._texts(line, f"line {number + _blank_lines(line)} ", whole, lead))
            except FormatError as error:
                if error.reason != "bad-syntax" or lines.ended:
                    raise
                # What began in lines goes on as texts of several lines.
                prefix = f"line {number + _blank_lines(line)} "
                yield from self._texts(lines.rest(line), prefix, self._reader.split, lead)
                return
            yield from found
            number += line.count(b"\n")
            line, lead = lines.next(), b""

    def _texts(self, data: bytes, prefix: str, split: Splitter, lead: bytes) -> Iterator[Scope]:
        """The scopes of texts that stand one after the other; all but the first must be objects or arrays."""
        scanner = Scanner(data)
        begin, count = 0, 1
        if not scanner.skip_blank():
            yield self._reader.scope(data, Piece(0, len(data), []), self._encoding, lead)
            return
        while scanner.at < len(data):
            if count > 1 and data[scanner.at] not in b"{[":
                raise FormatError("bad-syntax", "something else follows the JSON text")
            root = Root(prefix if count == 1 else f"{prefix}text {count} ", self._reader.is_word)
            held: Piece | None = None
            for piece in split(scanner, root):
                if held is not None:
                    yield self._reader.scope(data, held, self._encoding, lead)
                    lead = b""
                else:
                    piece.begin = begin
                held = piece
            assert held is not None
            scanner.skip_blank()
            held.end = begin = scanner.at
            yield self._reader.scope(data, held, self._encoding, lead)
            lead, count = b"", count + 1


def encoding_of(source: Source) -> Encoding:
    """The encoding of a JSON file: UTF-8, or UTF-16, as its first bytes tell."""
    source.stream.seek(0)
    return detect_encoding(source.stream.read(HEAD_SIZE))


def _is_text(line: bytes) -> bool:
    """True if a line is one or more JSON texts, complete."""
    scanner = Scanner(line)
    root = Root("", is_word)
    try:
        while scanner.skip_blank():
            scanner.value(root)
    except FormatError as error:
        # What is wrong with such a line will be found again.
        return error.reason != "bad-syntax"
    return line.endswith(b"\n")


def _blank_lines(line: bytes) -> int:
    found = BLANK.match(line)
    assert found is not None
    return line.count(b"\n", 0, found.end())
