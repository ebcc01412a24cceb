"""The ISA segment that begins an interchange: fixed in its widths, it says what the delimiters are."""

from __future__ import annotations

from dataclasses import dataclass

from beam_phi.formats.document import FormatError

#: What may stand between segments: blanks, line and page breaks, the DOS end-of-file.
BLANKS = b" \t\r\n\v\f\x1a"
#: Widths of the elements ISA-01 to ISA-16.
WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
#: Bytes of an ISA segment without its terminator.
ISA_SIZE = 3 + sum(WIDTHS) + len(WIDTHS)
#: Bytes that an ISA segment surely ends in, even if each line of the file had one byte.
ISA_SPAN = 3 * (ISA_SIZE + 1)
#: Where the repetition separator stands; a letter there (``U``) says that there is none.
_REPETITION = ISA_SIZE - 23
_LINE_BREAKS = b"\r\n"


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The delimiters of one interchange, one byte each; `repetition` may be empty."""

    element: bytes
    component: bytes
    repetition: bytes
    terminator: bytes

    @property
    def all(self) -> bytes:
        return self.element + self.component + self.repetition + self.terminator


def begins(head: bytes, at: int = 0) -> bool:
    """True if an ISA segment seems to begin at `at`."""
    return head.startswith(b"ISA", at) and not head[at + 3 : at + 4].isalnum()


def read_isa(data: bytes, at: int) -> tuple[Delimiters, int]:
    """The delimiters of the interchange that begins at `at`, and where its ISA segment's terminator stands.

    Line breaks in the segment count for nothing: the file may be wrapped at a fixed column.
    data: holds ISA_SPAN bytes from `at` on, or all that is left of the file.
    Raises FormatError ``truncated``, or ``bad-syntax`` where the widths of an ISA segment are not kept: who
    reads it by position would take other bytes for delimiters than who reads it by separators.
    """
    if not begins(data, at):
        raise FormatError("bad-syntax", "an X12 interchange has to begin with an ISA segment")
    end = _end(data, at)
    isa = data[at:end].translate(None, _LINE_BREAKS)
    if end >= len(data):
        raise FormatError("truncated", "the file ends within an ISA segment")
    element = isa[3:4]
    values = isa.split(element)[1:]
    if tuple(map(len, values)) != WIDTHS:
        raise FormatError("bad-syntax", "the elements of an ISA segment are not as wide as they must be")
    repetition = isa[_REPETITION : _REPETITION + 1]
    if repetition.isalnum() or repetition == b" ":
        repetition = b""
    delimiters = Delimiters(element, isa[-1:], repetition, data[end : end + 1])
    found = delimiters.all
    separators = found[:-1]
    if len(set(found)) < len(found) or any(byte >= 0x80 or bytes([byte]).isalnum() for byte in found):
        raise FormatError("bad-syntax", "the delimiters that an ISA segment names can't be told apart")
    if any(byte in b" \r\n" for byte in separators) or delimiters.terminator == b" ":
        raise FormatError("bad-syntax", "an ISA segment names a blank as a delimiter")
    return delimiters, end


def _end(data: bytes, at: int) -> int:
    """Where the terminator of an ISA segment stands; the end of the data if that comes first.

    A line break in its place is the terminator, unless it wraps the line just before another one.
    """
    size = 0
    for end in range(at, len(data)):
        if size == ISA_SIZE:
            break
        size += data[end] not in _LINE_BREAKS
    else:
        return len(data)
    after = end
    while after < len(data) and data[after] in _LINE_BREAKS:
        after += 1
    wrapped = end < after < len(data) and not data[after : after + 1].isalnum() and data[after] not in BLANKS
    return after if wrapped else end
