"""The residue judge: looks for planted identifiers in everything a run has written, byte by byte.

It shares nothing with the engine: it takes the identifiers of a `truth.json` and a folder, and searches every
file, every file name and folder name, unpacked in every way it knows, for every spelling in every encoding.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ahocorasick_rs import BytesAhoCorasick

from support.spellings import DATES, digits, spellings
from support.views import views

_ENCODINGS = ("utf-8", "latin-1", "utf-16-le", "utf-16-be", "shift_jis", "iso2022_jp", "euc_jp")
_NUMBER = re.compile(rb"[0-9](?:[-. ()/]{0,2}[0-9]){5,}")
_SUBSTRING_CLASSES = {"uid", "email"}
"""Classes whose values are looked for even inside longer words."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """An identifier that is still there. `view`: how it was got at, e.g. ``raw``, ``base64``, ``name``."""

    value: str
    data_class: str
    path: str
    view: str


@dataclass(frozen=True, slots=True)
class LostDecoy:
    """Something that had to be kept, how often it was planted and how often it is left."""

    value: str
    planted: int
    found: int


@dataclass(frozen=True, slots=True)
class _Needle:
    """Bytes to look for, for the item number `owner`. width: bytes of a character (its neighbours' too)."""

    pattern: bytes
    owner: int
    width: int = 1
    word: bool = True
    open_end: bool = False
    text_only: bool = False


def survivors(folder: Path, identifiers: Iterable[Mapping[str, Any]]) -> list[Survivor]:
    """Every identifier (as in `truth.json`: ``value``, ``class``, ``also``) with each file and view."""
    items = list(identifiers)
    needles = _Needles(needle for owner, item in enumerate(items) for needle in _needles(owner, item))
    numbers: dict[bytes, list[int]] = {}
    for owner, item in enumerate(items):
        for spelled in (item["value"], *item["also"]):
            if number := digits(spelled, item["class"]):
                numbers.setdefault(number.encode(), []).append(owner)
    found: dict[Survivor, None] = {}
    for path, view, data in _everything(folder):
        hits = needles.find(data.lower(), data)
        if path.endswith(".parquet") and view == "raw":
            # The packed indices of a Parquet page count up through the digits; its cells are a view of
            # their own.
            owners = {needle.owner for needle in hits if not needle.pattern.isdigit()}
        else:
            owners = {needle.owner for needle in hits} | set(_find_numbers(data, numbers))
        for owner in sorted(owners):
            found[Survivor(items[owner]["value"], items[owner]["class"], path, view)] = None
    return list(found)


def lost_decoys(folder: Path, decoys: Iterable[Mapping[str, Any]]) -> list[LostDecoy]:
    """Every decoy (``value``, ``where``) that occurs less often, letter by letter, than it was planted."""
    items = list(decoys)
    needles = _Needles(
        _Needle(item["value"].encode(encoding), owner, width)
        for owner, item in enumerate(items)
        for encoding, width in (("utf-8", 1), ("utf-16-le", 2), ("utf-16-be", 2))
    )
    counts: Counter[int] = Counter()
    for _, view, data in _everything(folder):
        if view != "utf-16":  # counted in the raw bytes
            counts.update(needle.owner for needle in needles.find(data, data))
    return [
        LostDecoy(item["value"], len(item["where"]), counts[owner])
        for owner, item in enumerate(items)
        if counts[owner] < len(item["where"])
    ]


class _Needles:
    """All needles at once, in one pass over the data."""

    def __init__(self, needles: Iterable[_Needle]) -> None:
        self._by_pattern: dict[bytes, list[_Needle]] = {}
        for needle in needles:
            self._by_pattern.setdefault(needle.pattern, []).append(needle)
        self._patterns = list(self._by_pattern)
        self._automaton = BytesAhoCorasick(self._patterns)

    def find(self, searched: bytes, data: bytes) -> Iterator[_Needle]:
        """Each occurrence in `searched`, which is `data` in lower case or itself."""
        binary = b"\0" in data and data[:2] not in (b"\xff\xfe", b"\xfe\xff")
        for index, start, end in self._automaton.find_matches_as_indexes(searched, overlapping=True):
            for needle in self._by_pattern[self._patterns[index]]:
                if needle.text_only and binary:
                    continue
                if not needle.word or _stands_alone(data, start, end, needle):
                    yield needle


def _needles(owner: int, item: Mapping[str, Any]) -> Iterator[_Needle]:
    data_class = item["class"]
    spelled = spellings(item["value"], data_class) | set(item["also"])
    for text in {form for one in spelled for form in (one, one.lower(), one.upper(), one.title())}:
        spaced = max(text) < "\u2e80"  # Chinese and Japanese put no blanks between words
        word = spaced and data_class not in _SUBSTRING_CLASSES
        open_end = data_class in DATES and text.isdecimal()
        for pattern, width in _encoded(text):
            yield _Needle(pattern.lower(), owner, width, word, open_end, text_only=len(text.encode()) < 4)
        if len(text.encode()) >= 4:
            yield _Needle(text.encode().hex().encode(), owner, word=False)
            yield _Needle(text.encode("utf-16-le").hex().encode(), owner, word=False)


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


def _stands_alone(data: bytes, start: int, end: int, needle: _Needle) -> bool:
    """Whether neither neighbour belongs to the same word, or to the same dotted number."""
    width = needle.width
    before = _neighbour(data, start - width, -width)
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


def _digits_around(data: bytes, at: int, step: int) -> bool:
    """Whether the dot beside the character at `at` stands between two digits."""
    here = data[at : at + abs(step)].replace(b"\0", b"")
    there = data[at + 2 * step : at + 2 * step + abs(step)].replace(b"\0", b"") if at + 2 * step >= 0 else b""
    return here.isdigit() and there.isdigit()


def _find_numbers(data: bytes, numbers: Mapping[bytes, list[int]]) -> Iterator[int]:
    """Owners of the numbers that stand in the data with any punctuation between their digits.

    One of fewer than nine digits must start and end where a group of digits does.
    """
    for run in set(_NUMBER.findall(data)):
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
                    yield from owners
                    break
                at = together.find(number, at + 1)


def _everything(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Path, view and bytes of all there is in a folder; the names themselves are a view."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if path.is_dir() and any(path.iterdir()):
            continue  # its name is part of those in it
        yield relative, "name", relative.encode("utf-8", "surrogateescape")
        if path.is_dir():
            continue
        for view, data in views(path.read_bytes()):
            yield relative, view, data
