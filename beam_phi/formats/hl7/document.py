"""An HL7 v2 file as a document: each message a scope, each header or trailer of a batch one of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.encoding import HEAD_SIZE, Encoding, detect_encoding
from beam_phi.formats.hl7.delimiters import HEADER_NAME, PUNCTUATION
from beam_phi.formats.hl7.framing import messages
from beam_phi.formats.hl7.message import Message

_HEAD = re.compile(
    rf"(?:[\s\x0b\x1c]|\xef\xbb\xbf)*{HEADER_NAME}({PUNCTUATION})(?!\1){PUNCTUATION}".encode("latin-1")
)
#: Different names of segments, in one file, that are neither the standard's nor a site's own (Z..).
MAX_UNKNOWN = 64


class Hl7Document:
    """An HL7 v2 file, read message by message."""

    def __init__(self, source: Source, encoding: Encoding) -> None:
        self._source = source
        self._encoding = encoding

    def scopes(self) -> Iterator[Message]:
        """Raises FormatError ``bad-encoding``, ``bad-syntax`` or ``record-too-long``."""
        bom, number, envelope = self._encoding.bom, 0, 0
        unknown: set[str] = set()
        for raw in messages(self._encoding.blocks(self._source.stream)):
            if raw.body.startswith(b"MSH"):
                number += 1
                label = f"message {number}"
            else:
                envelope += 1
                label = f"envelope {envelope}"
            message = Message(raw, self._encoding, label, bom)
            unknown |= message.unknown
            if len(unknown) > MAX_UNKNOWN:
                raise FormatError("bad-syntax", "too many segments are none that the standard knows")
            yield message
            bom = b""


def open(source: Source) -> Hl7Document:
    """Open an HL7 v2 file. What is wrong with it is told when its scopes are read."""
    source.stream.seek(0)
    return Hl7Document(source, detect_encoding(source.stream.read(HEAD_SIZE)))


def looks_like_hl7(head: bytes) -> bool:
    """True if a file that begins with these inner bytes is HL7 v2: a message or batch header comes first,
    save for blank lines, a byte order mark and the start of an MLLP frame."""
    return _HEAD.match(head) is not None
