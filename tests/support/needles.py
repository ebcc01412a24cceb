"""What the judge looks for: every spelling of an identifier, in every encoding, at once."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote

from ahocorasick_rs import BytesAhoCorasick

from support.spellings import DATES, digits, spellings

_ENCODINGS = ("utf-8", "latin-1", "utf-16-le", "utf-16-be", "shift_jis", "iso2022_jp", "euc_jp")
_NUMBER = re.compile(rb"[0-9](?:[-. ()/]{0,2}[0-9]){5,}")
#: A value of DICOM that is a word or a number is shorter.
_LONGEST = 256
_SUBSTRING_CLASSES = {"uid", "email"}
"""Classes whose values are looked for even inside longer words."""


class Hit(NamedTuple):
    """Where the item number `owner` stands in bytes. plain: its digits alone, in one piece."""

    owner: int
    start: int
    end: int
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Needle:
    """Bytes to look for, for the item number `owner`. width: bytes of a character (its neighbours' too)."""

    pattern: bytes
    owner: int
    width: int = 1
    word: bool = True
    open_end: bool = False
    text_only: bool = False


class Search:
    """Identifiers, looked for in every spelling and encoding, in one pass over bytes."""

    def __init__(self, items: Sequence[Mapping[str, Any]]) -> None:
        self._needles = Needles(
            needle for owner, item in enumerate(items) for needle in _needles(owner, item)
        )
        self._numbers: dict[bytes, list[int]] = {}
        for owner, item in enumerate(items):
            for number in {digits(spelled, item["class"]) for spelled in (item["value"], *item["also"])} - {
                ""
            }:
                self._numbers.setdefault(number.encode(), []).append(owner)

    def hits(self, data: bytes) -> Iterator[Hit]:
        """Where which item stands.

        The packed indices of a page of a Parquet file count up through the digits, so digits say nothing in
        its bytes; its cells are a view of their own.
        """
        packed = data[:4] == b"PAR1" == data[-4:]
        for needle, start, end in self._needles.find(data.lower(), data):
            plain = needle.pattern.isdigit()
            if not (packed and plain):
                yield Hit(needle.owner, start, end, plain)
        if not packed:
            yield from _find_numbers(data, self._numbers)


class Needles:
    """All needles at once, in one pass over the data."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._by_pattern: dict[bytes, list[Needle]] = {}
        for needle in dict.fromkeys(needles):  # encodings that agree on a text make the same of it
            self._by_pattern.setdefault(needle.pattern, []).append(needle)
        self._patterns = list(self._by_pattern)
        self._automaton = BytesAhoCorasick(self._patterns)

    def find(self, searched: bytes, data: bytes) -> Iterator[tuple[Needle, int, int]]:
        """Each occurrence in `searched`, which is `data` in lower case or itself: what, start and end."""
        binary = is_binary(data)
        for index, start, end in self._automaton.find_matches_as_indexes(searched, overlapping=True):
            for needle in self._by_pattern[self._patterns[index]]:
                if needle.text_only and binary:
                    continue
                if not needle.word or _stands_alone(data, start, end, needle):
                    yield needle, start, end


def is_binary(data: bytes) -> bool:
    """Whether there are bytes that no text has."""
    return b"\0" in data and data[:2] not in (b"\xff\xfe", b"\xfe\xff")


def _needles(owner: int, item: Mapping[str, Any]) -> Iterator[Needle]:
    data_class = item["class"]
    spelled = spellings(item["value"], data_class) | set(item["also"])
    for text in {form for one in spelled for form in (one, one.lower(), one.upper(), one.title())}:
        spaced = max(text) < "\u2e80"  # Chinese and Japanese put no blanks between words
        word = spaced and data_class not in _SUBSTRING_CLASSES
        open_end = data_class in DATES and text.isdecimal()
        for pattern, width in _encoded(text):
            yield Needle(pattern.lower(), owner, width, word, open_end, text_only=len(text.encode()) < 4)
        if len(text.encode()) >= 4:
            yield Needle(text.encode().hex().encode(), owner, word=False)
            for encoding in ("utf-16-le", "utf-16-be"):
                yield Needle(text.encode(encoding).hex().encode(), owner, word=False)


def _encoded(text: str) -> Iterator[tuple[bytes, int]]:
    """The text's bytes in each encoding that has its letters, and in the escapes of JSON, URLs and HTML."""
    for encoding in _ENCODINGS:
        try:
            pattern = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        yield pattern.removesuffix(b"\x1b(B"), 2 if encoding.startswith("utf-16") else 1
    escaped = html.escape(text)
    numbered = escaped.encode("ascii", "xmlcharrefreplace")
    for other in (json.dumps(text)[1:-1], quote(text, safe=""), escaped):
        yield other.encode(), 1
    yield numbered, 1


def _stands_alone(data: bytes, start: int, end: int, needle: Needle) -> bool:
    """Whether neither neighbour belongs to the same word, or to the same dotted number."""
    width = needle.width
    before = _neighbour(data, start - width, -width)
    if width == 1 and not before and _begins_a_value(data, start - 1, end):
        before = data[start - 1 : start]
    if before.isalnum() or (before == b"." and _digits_around(data, start, -width)):
        return False
    if needle.open_end:
        return True
    after = _neighbour(data, end, width)
    return not (after.isalnum() or (after == b"." and _digits_around(data, end - width, width)))


def _neighbour(data: bytes, at: int, step: int) -> bytes:
    """The character at `at` if it is text; a byte beside a NUL is a length or a tag of a binary format."""
    width = abs(step)
    if not 0 <= at <= len(data) - width:
        return b""
    if width == 2:
        return data[at : at + 2].replace(b"\0", b"", 1)[:1] if 0 in data[at : at + 2] else b""
    beyond = data[at + step : at + step + 1] if at + step >= 0 else b""
    return b"" if beyond == b"\0" else data[at : at + 1]


def _begins_a_value(data: bytes, at: int, end: int) -> bool:
    """Whether a DICOM value, little endian, begins at `at` and reaches to `end`: its length stands before."""
    vr, short, long = data[at - 4 : at - 2], data[at - 2 : at], data[at - 4 : at]
    explicit = vr.isalpha() and vr.isupper() and end - at <= int.from_bytes(short, "little") < _LONGEST
    return at >= 8 and (explicit or end - at <= int.from_bytes(long, "little") < _LONGEST)


def _digits_around(data: bytes, at: int, step: int) -> bool:
    """Whether the dot beside the character at `at` stands between two digits."""
    here = data[at : at + abs(step)].replace(b"\0", b"")
    there = data[at + 2 * step : at + 2 * step + abs(step)].replace(b"\0", b"") if at + 2 * step >= 0 else b""
    return here.isdigit() and there.isdigit()


def _find_numbers(data: bytes, numbers: Mapping[bytes, list[int]]) -> Iterator[Hit]:
    """The numbers that stand in the data with any punctuation between their digits.

    One of fewer than nine digits must start and end where a group of digits does.
    """
    runs: dict[bytes, list[int]] = {}
    for match in _NUMBER.finditer(data):
        runs.setdefault(match[0], []).append(match.start())
    for run, places in runs.items():
        groups = re.findall(rb"[0-9]+", run)
        together = b"".join(groups)
        starts, ends, position = set(), set(), 0
        for group in groups:
            starts.add(position + len(group) - len(group.lstrip(b"0")))
            position += len(group)
            ends.add(position)
        for number, owners in numbers.items():
            at = together.find(number)
            while at >= 0:
                if len(number) >= 9 or (at in starts and at + len(number) in ends):
                    yield from (Hit(owner, place, place + len(run)) for owner in owners for place in places)
                    break
                at = together.find(number, at + 1)
