"""Where messages begin and end in a file: lines, MLLP frames, batch headers and trailers.

Everything works on inner bytes (:mod:`beam_phi.formats.encoding`); only one message is held at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from beam_phi.formats.document import FormatError
from beam_phi.formats.encoding import lines
from beam_phi.formats.hl7.delimiters import HEADER_NAME, HEADERS, PUNCTUATION, Delimiters, read_delimiters

#: Bytes one message may have.
MAX_MESSAGE = 64 * 1024 * 1024

# What may stand before a header on its line: blanks, a frame's end (FS) and start (VT), a byte order mark.
_LEAD = rb"(?:[ \t\x0b\x1c]|\xef\xbb\xbf)*"
_MARK = PUNCTUATION.encode()
_HEADER = re.compile(_LEAD + b"(" + HEADER_NAME.encode() + _MARK + b"{2})")
_TRAILER = re.compile(_LEAD + rb"(?:BTS|FTS)(" + _MARK + rb"|\s*\Z)")
_NOTHING = re.compile(rb"(?:[\s\x0b\x1c\x1a]|\xef\xbb\xbf)*")
# The first byte of a header or trailer, or of what may stand before one.
_FIRST = b"MFB \t\x0b\x1c\xef"
# Longer than any lead and header; the rest of a line is never looked at.
_LOOK = 4096


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message, or a header or trailer of a batch, as it stands in the file.

    lead: what comes before the first segment (blank lines, the start of a frame).
    body: from the first segment to the next message, line ends and the end of the frame included.
    delimiters: those of its header; of the last one before, for a trailer.
    """

    lead: bytes
    body: bytes
    delimiters: Delimiters


def messages(blocks: Iterable[bytes]) -> Iterator[RawMessage]:
    """The messages, batch headers and batch trailers of a file.

    Raises FormatError ``bad-syntax`` for anything before the first header and for delimiters that make no
    sense, ``record-too-long`` for a message of more than MAX_MESSAGE bytes.
    """
    delimiters: Delimiters | None = None
    lead: list[bytes] = []
    body: list[bytes] = []
    size = 0
    for line in lines(blocks, MAX_MESSAGE):
        start = _start(line)
        if start is None:
            if delimiters is None and _NOTHING.fullmatch(line) is None:
                raise FormatError("bad-syntax", "the file does not begin with a message header")
            (lead if delimiters is None else body).append(line)
            size += len(line)
            if size > MAX_MESSAGE:
                raise FormatError("record-too-long", f"a message is longer than {MAX_MESSAGE} bytes")
            continue
        if delimiters is not None:
            yield RawMessage(b"".join(lead), b"".join(body), delimiters)
            lead = []
        delimiters = _delimiters(line[start : start + _LOOK].decode("latin-1"), delimiters)
        lead.append(line[:start])
        body, size = [line[start:]], len(line)
    if delimiters is None:
        raise FormatError("bad-syntax", "the file holds no message header")
    yield RawMessage(b"".join(lead), b"".join(body), delimiters)


def _delimiters(first: str, before: Delimiters | None) -> Delimiters:
    """The delimiters of a message by its first line; a trailer has those of the message before."""
    if first[:3] in HEADERS:
        return read_delimiters(first)
    if before is None or first[3:4].strip() not in ("", before.field):
        raise FormatError("bad-syntax", "a batch trailer does not belong to what comes before it")
    return before


def _start(line: bytes) -> int | None:
    """Where in a line a header or trailer begins; None if it holds none."""
    if line[0] not in _FIRST:
        return None
    head = line[:_LOOK]
    found = _HEADER.match(head)
    if found:
        return found.start(1)
    found = _TRAILER.match(head)
    return found.start(1) - 3 if found else None
