"""The character encoding of an XML document: found out, and held against what the document says of itself."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from beam_phi.formats.document import FormatError
from beam_phi.formats.encoding import Encoding, Transform, detect_encoding, inner_head

_DECLARED = re.compile(
    rb"""<\?xml\s+version\s*=\s*(?:"[^"<>]*"|'[^'<>]*')\s+encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']"""
)
# One byte a character, and ASCII as it is: what expat reads without losing a byte.
_SINGLE_BYTE = re.compile(r"ascii|iso8859-\d+|cp125\d|koi8-[ru]")
# Documents that say ISO-8859-1 are windows-1252 in truth where they hold C1 controls: typographic quotes.
_C1 = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}


@dataclass(frozen=True, slots=True)
class Charset:
    """How the characters of a document are written.

    Offsets are those of *inner* bytes, which are ASCII-compatible: the file's own, for UTF-16 their UTF-8.

    lead: the byte order mark.
    transform: the UTF-16 form that inner bytes are made from; None where they are the file's own.
    codec: Python's name of the encoding of inner bytes; expat knows it by this name, too.
    """

    lead: bytes
    transform: Transform | None
    codec: str

    def blocks(self, stream: BinaryIO) -> Iterator[bytes]:
        """The stream as blocks of inner bytes. Raises FormatError ``bad-encoding`` at a NUL or broken
        UTF-16."""
        return Encoding(self.lead, self.transform).blocks(stream)

    def outer(self, inner: bytes) -> bytes:
        """Inner bytes as they stand in the file."""
        return inner.decode().encode(self.transform) if self.transform else inner

    def read(self, text: str) -> str:
        """A text as expat gives it, with the characters that were meant."""
        return text.translate(_C1) if self.codec == "iso8859-1" and not text.isascii() else text

    def encode(self, text: str) -> bytes:
        """Inner bytes of a text. Raises UnicodeEncodeError where the encoding lacks a character."""
        return text.encode(self.codec)

    def check(self, declared: str | None) -> None:
        """Raises FormatError ``bad-encoding`` if the declaration is not the one the charset was made by."""
        if _codec(declared, self.transform) != self.codec:
            raise FormatError("bad-encoding", "the document is written in another encoding than it declares")


def find_charset(head: bytes) -> Charset:
    """The encoding of a document that begins with `head`: by its byte order mark, else by its declaration,
    else UTF-8.

    Raises FormatError ``bad-encoding`` for encodings that can't be read surely, and for a byte order mark and
    a declaration that contradict each other.
    """
    found = detect_encoding(head)
    match = _DECLARED.match(inner_head(head, found))
    codec = _codec(match[1].decode("ascii") if match else None, found.transform)
    if found.bom and codec != "utf-8":
        raise FormatError("bad-encoding", "the byte order mark is not of the encoding the document declares")
    return Charset(found.bom, found.transform, codec)


def _codec(declared: str | None, transform: Transform | None) -> str:
    """The encoding of inner bytes. Raises FormatError ``bad-encoding``."""
    if declared is None:
        return "utf-8"
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        raise FormatError("bad-encoding", "the document declares an unknown encoding") from None
    if transform:
        if name not in ("utf-16", transform):
            raise FormatError("bad-encoding", "the document is UTF-16 and declares another encoding")
        return "utf-8"
    if name == "utf-8" or _SINGLE_BYTE.fullmatch(name):
        return name
    raise FormatError("bad-encoding", "the document declares an encoding that can't be read surely")
