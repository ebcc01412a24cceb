"""The character encoding of an XML document: found out, and held against what the document says of itself."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from beam_phi.formats.document import FormatError
from beam_phi.formats.encoding import Encoding, Transform, detect_encoding, inner_head

_DECLARED = re.compile(
    rb"""<\?xml\s+version\s*=\s*(?:"[^"<>]*"|'[^'<>]*')\s+encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']"""
)
# One byte a character, and ASCII as it is: what expat reads without losing a byte.
_SINGLE_BYTE = re.compile(r"ascii|iso8859-\d+|cp125\d|koi8-[ru]")
# Documents that say ISO-8859-1 are windows-1252 in truth where they hold C1 controls: typographic quotes.
_C1 = dict(zip(range(0x80, 0xA0), Encoding().decode(bytes(range(0x80, 0xA0)))[0], strict=True))
_UTF16 = frozenset({"UTF-16", "UTF-16LE", "UTF-16BE"})


@dataclass(frozen=True, slots=True)
class Charset:
    """How the characters of a document are written.

    Offsets are those of *inner* bytes, which are ASCII-compatible: the file's own, for UTF-16 their UTF-8.

    encoding: how inner bytes are made from the file's, and the other way round.
    codec: Python's name of the encoding of inner bytes; expat knows it by this name, too.
    head: the inner bytes that the document begins with.
    """

    encoding: Encoding
    codec: str
    head: bytes

    def read(self, text: str) -> str:
        """A text as expat gives it, with the characters that were meant."""
        return text.translate(_C1) if self.codec == "iso8859-1" and not text.isascii() else text

    def encode(self, text: str) -> bytes:
        """Inner bytes of a text. Raises UnicodeEncodeError where the encoding lacks a character."""
        return text.encode(self.codec)

    def check(self, declared: str | None) -> None:
        """Raises FormatError ``bad-encoding`` if the declaration is not the one the charset was made by."""
        if _codec(declared, self.encoding.transform) != self.codec:
            raise FormatError("bad-encoding", "the document is written in another encoding than it declares")


def find_charset(head: bytes) -> Charset:
    """The encoding of a document that begins with `head`: by its byte order mark, else by its declaration,
    else UTF-8.

    Raises FormatError ``bad-encoding`` for encodings that can't be read surely, and for a byte order mark and
    a declaration that contradict each other.
    """
    found = detect_encoding(head)
    inner = inner_head(head, found)
    codec = _codec(_declared(inner), found.transform)
    if found.bom and codec != "utf-8":
        raise FormatError("bad-encoding", "the byte order mark is not of the encoding the document declares")
    return Charset(found, codec, inner)


def inner_codec(inner: bytes) -> str:
    """The encoding of the inner bytes that a document begins with, by their declaration; that of UTF-16 is
    of what they were made from. Raises FormatError ``bad-encoding``."""
    declared = _declared(inner)
    utf16 = declared is not None and declared.upper().replace("_", "-") in _UTF16
    return "utf-8" if utf16 else _codec(declared, None)


def _declared(inner: bytes) -> str | None:
    match = _DECLARED.match(inner)
    return match[1].decode("ascii") if match else None


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
