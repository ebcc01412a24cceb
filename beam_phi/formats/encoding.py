"""Character encodings of text files: found out, decoded and encoded without losing or changing a single byte.

Text formats work on *inner* bytes, which are ASCII-compatible: the file's own bytes for UTF-8 and single-byte
files, UTF-8 for UTF-16 files. So delimiters and line ends are single bytes everywhere, and an untouched value
never leaves its raw bytes. A value that is not UTF-8 is read as windows-1252, where every byte has a
character; so files with broken or mixed encodings come out as they went in.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from beam_phi.formats.document import FormatError, Unfit

#: Bytes of a file that are enough to judge its encoding, format and dialect.
HEAD_SIZE = 64 * 1024
#: Bytes read at a time.
BLOCK_SIZE = 256 * 1024
#: Bytes one line, and one record of a table, may have.
MAX_LINE = 4 * 1024 * 1024

Codec = Literal["utf-8", "windows-1252"]
Transform = Literal["utf-16-le", "utf-16-be"]

# The WHATWG form of windows-1252: its five holes are the C1 controls of the same number, so no byte is lost.
_HOLES = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})
_WINDOWS_1252 = "".join(
    chr(byte) if byte in _HOLES else bytes([byte]).decode("cp1252") for byte in range(256)
)
_WINDOWS_1252_BYTES = codecs.charmap_build(_WINDOWS_1252)

_BOMS: tuple[tuple[bytes, Transform | None], ...] = (
    (codecs.BOM_UTF8, None),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Controls that no text file holds: C0 and DEL, save tab, line and page breaks, DOS end-of-file and escape.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")

#: So many letters and digits in a row are base64 rather than a word.
MIN_BASE64 = 60
_BASE64_RUN = re.compile(rf"[A-Za-z0-9+/]{{{MIN_BASE64},}}")
_BASE64_LINES = re.compile(r"\s*(?:[A-Za-z0-9+/]{32,}\s+)+[A-Za-z0-9+/]+={0,2}\s*")
_KINDS_OF_CHARACTER = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))
# A path has more of them; in base64 every 64th character is one.
_SLASHES = 10


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the characters of a text file are written.

    bom: the byte order mark the file begins with, or empty.
    transform: the UTF-16 form that inner bytes are made from; None where they are the file's own.
    codec: what a text is encoded with that replaces pure ASCII, which says nothing of its own encoding.
    """

    bom: bytes = b""
    transform: Transform | None = None
    codec: Codec = "utf-8"

    def blocks(self, stream: BinaryIO) -> Iterator[bytes]:
        """The stream from its start as blocks of inner bytes, without the byte order mark.

        Raises FormatError ``bad-encoding`` at a NUL character (the file is no text) or broken UTF-16 (which
        could not be given back).
        """
        stream.seek(len(self.bom))
        decoder = codecs.getincrementaldecoder(self.transform)() if self.transform else None
        while True:
            block = stream.read(BLOCK_SIZE)
            ended = not block
            if decoder is not None:
                try:
                    block = decoder.decode(block, final=ended).encode()
                except UnicodeError:
                    raise FormatError("bad-encoding", "the UTF-16 text is broken") from None
            if 0 in block:
                raise FormatError("bad-encoding", "the text holds a NUL character")
            if block:
                yield block
            if ended:
                return

    def outer(self, inner: bytes) -> bytes:
        """Inner bytes as they stand in the file."""
        return inner.decode().encode(self.transform) if self.transform else inner

    def decode(self, raw: bytes) -> tuple[str, Codec]:
        """The text of inner bytes, and the codec that gives exactly these bytes back."""
        if raw.isascii():
            return raw.decode("ascii"), self.codec
        try:
            return decode(raw, "utf-8"), "utf-8"
        except UnicodeDecodeError:
            return decode(raw, "windows-1252"), "windows-1252"


def decode(raw: bytes, codec: Codec) -> str:
    """The text of inner bytes in one codec and no other. Raises UnicodeDecodeError."""
    return raw.decode() if codec == "utf-8" else codecs.charmap_decode(raw, "strict", _WINDOWS_1252)[0]


def encode(text: str, codec: Codec) -> bytes:
    """Inner bytes of a text. Raises Unfit where the codec lacks a character, and for NUL, which is no
    text."""
    if "\0" in text:
        raise Unfit("the replacement holds a NUL character")
    try:
        if codec == "utf-8":
            return text.encode()
        return codecs.charmap_encode(text, "strict", _WINDOWS_1252_BYTES)[0]
    except UnicodeEncodeError:
        raise Unfit("the file's character set lacks a character of the replacement") from None


def sniff_encoding(stream: BinaryIO) -> tuple[Encoding, bytes]:
    """The encoding of a stream, and the inner bytes it begins with.

    Raises FormatError ``bad-encoding`` if that is no text.
    """
    stream.seek(0)
    head = stream.read(HEAD_SIZE)
    encoding = detect_encoding(head)
    inner = inner_head(head, encoding)
    if not is_text(inner):
        raise FormatError("bad-encoding", "the file is no text")
    return encoding, inner


def detect_encoding(head: bytes) -> Encoding:
    """The encoding of a text file that begins with `head` (up to HEAD_SIZE bytes).

    A byte order mark decides; then UTF-16 without one, if nearly every other byte is NUL; then UTF-8, if the
    bytes are valid; else windows-1252.
    """
    for bom, transform in _BOMS:
        if head.startswith(bom):
            return Encoding(bom, transform)
    guess = _utf16_without_bom(head)
    if guess:
        return Encoding(b"", guess)
    return Encoding(codec="utf-8" if _decodes(head, "utf-8") else "windows-1252")


def inner_head(head: bytes, encoding: Encoding) -> bytes:
    """The beginning of a file as inner bytes; a character cut in two at its end is left out.

    Raises FormatError ``bad-encoding`` for broken UTF-16.
    """
    body = head[len(encoding.bom) :]
    if encoding.transform is None:
        return body
    try:
        return codecs.getincrementaldecoder(encoding.transform)().decode(body).encode()
    except UnicodeError:
        raise FormatError("bad-encoding", "the UTF-16 text is broken") from None


def is_text(inner: bytes) -> bool:
    """True if inner bytes hold no control character that text files don't have."""
    return _BINARY.search(inner) is None


def holds_base64(text: str) -> bool:
    """True if a text is lines of base64, or has a long run of it in it. Words, numbers in hex and sequences
    of bases are told from it by their kinds of characters."""
    if len(text) < MIN_BASE64:
        return False
    if any(map(_is_packed, _BASE64_RUN.findall(text))):
        return True
    return _BASE64_LINES.fullmatch(text) is not None and _is_packed("".join(text.split()))


def _is_packed(run: str) -> bool:
    mixed = all(kind.search(run) for kind in _KINDS_OF_CHARACTER)
    return mixed and len(run) >= MIN_BASE64 and run.count("/") * _SLASHES <= len(run)


def lines(blocks: Iterable[bytes], longest: int = MAX_LINE) -> Iterator[bytes]:
    """Lines with their ends (LF, CR LF or CR), the last one perhaps without.

    Raises FormatError ``record-too-long`` for a line of more than `longest` bytes.
    """
    pending: list[bytes] = []
    size = 0
    for block in blocks:
        if pending and pending[-1].endswith(b"\r") and not block.startswith(b"\n"):
            yield b"".join(pending)
            pending, size = [], 0
        found = block.splitlines(keepends=True)
        # A CR at the end of the block may be the first half of CR LF.
        rest = b"" if found[-1].endswith(b"\n") else found.pop()
        for line in found:
            yield b"".join((*pending, line)) if pending else line
            pending, size = [], 0
        if rest:
            pending.append(rest)
            size += len(rest)
        if size > longest:
            raise FormatError("record-too-long", f"a line is longer than {longest} bytes")
    if pending:
        yield b"".join(pending)


def _utf16_without_bom(head: bytes) -> Transform | None:
    even, odd = head[0::2], head[1::2]
    if len(odd) < 2:
        return None
    enough = 0.4 * len(odd)
    if odd.count(0) > enough and not even.count(0) and _decodes(head, "utf-16-le"):
        return "utf-16-le"
    if even.count(0) > enough and not odd.count(0) and _decodes(head, "utf-16-be"):
        return "utf-16-be"
    return None


def _decodes(head: bytes, codec: str) -> bool:
    """True if the bytes are valid, save perhaps a character cut in two at their end."""
    try:
        codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeError:
        return False
    return True
