"""Where the segments of a message begin and end in its text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from beam_phi.formats.document import FormatError
from beam_phi.formats.hl7.delimiters import PUNCTUATION
from beam_phi.formats.hl7.types import segment_names

_LINE_ENDS = "\r\n"
_BLANK_LINES = frozenset({"\r", "\n", "\r\n"})
_LINE_END = re.compile(r"[\r\n\x1c]")
_BREAK = re.compile(r"[\r\n\x0b\x0c\x1c]")
# What may follow a header: blank lines, the end of a frame or of a DOS file, a byte order mark.
_NOTHING = re.compile("[\\s\x1a\ufeff]*")
_REFUSED = "a line is neither a segment nor the continuation of one"


@dataclass(eq=False, slots=True)
class SegmentSpan:
    """A segment where it stands: characters `start` to `end` of its message, the `occurrence`-th of its
    name."""

    message: str
    name: str
    occurrence: int
    start: int
    end: int

    @property
    def location(self) -> str:
        """``message 1 / PID[1]``"""
        return f"{self.message} / {self.name}[{self.occurrence}]"


def find_segments(text: str, field: str, message: str) -> list[SegmentSpan]:
    """The segments of a message. A line that is none belongs to the one before.

    field: the separator. message: how the message is called.
    Raises FormatError ``bad-syntax`` for a line that is nearly one (indented, in small letters, misspelt,
    with another separator), and for more lines after a header or trailer: their values would be taken for
    those of another segment.
    """
    starts = [0, *_starts(text, field)]
    ends = [*starts[1:], len(text)]
    break_ = _BREAK.search(text, 0, ends[0])
    if break_ and _NOTHING.fullmatch(text, break_.start(), ends[0]) is None:
        raise FormatError("bad-syntax", _REFUSED)
    segments = []
    occurrences: Counter[str] = Counter()
    for start, following in zip(starts, ends, strict=True):
        name = text[start : start + 3]
        occurrences[name] += 1
        end = _end(text, start, following)
        segments.append(SegmentSpan(message, name, occurrences[name], start, end))
    return segments


def _starts(text: str, field: str) -> list[int]:
    """Where segments begin, but for the first."""
    proper = _proper_start(field).match
    begins: list[int] = []
    at, before = 0, "\r"
    for line in text.splitlines(keepends=True):
        if at and line not in _BLANK_LINES:
            if proper(line) is None or before not in _LINE_ENDS:  # no segment, or not quite
                return _doubtful_starts(text, field)
            begins.append(at)
        at += len(line)
        before = line[-1]
    return begins


def _doubtful_starts(text: str, field: str) -> list[int]:
    begins = []
    for found in _any_start(field).finditer(text):
        if found[3] is None or found[1] or found[0][0] not in _LINE_ENDS:
            raise FormatError("bad-syntax", _REFUSED)
        begins.append(found.start(2))
    return begins


def _end(text: str, start: int, following: int) -> int:
    """Where the values of a segment end: before line ends, blank lines and the end of a frame."""
    end = start + len(text[start:following].rstrip())
    found = _LINE_END.search(text, end, following)
    return found.start() if found else following


@lru_cache(maxsize=256)
def _proper_start(field: str) -> re.Pattern[str]:
    return re.compile(rf"[A-Z][A-Z0-9]{{2}}{re.escape(field)}")


@lru_cache(maxsize=256)
def _any_start(field: str) -> re.Pattern[str]:
    """A line that begins like a segment. The first group holds what stands before its name; the third is
    there only if the name and the separator after it are as they should be."""
    mark = re.escape(field)
    known = f"(?:{'|'.join(sorted(segment_names()))}|Z[A-Z0-9]{{2}})"
    return re.compile(
        r"[\r\n\x0b\x0c\x1c](?:(?<=[\r\n])|(?!\s))"
        rf"([^\S\r\n]*(?:(?!{mark})[^\w\s]){{0,3}}[^\S\r\n]*)"
        rf"((?-i:([A-Z][A-Z0-9]{{2}}){mark})|[0-9]?[a-z]\w{{1,4}}[^\S\r\n]*{mark}|{known}{PUNCTUATION})",
        re.IGNORECASE,
    )
