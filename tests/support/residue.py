"""The residue judge: looks for planted identifiers in everything a run has written, byte by byte.

It shares nothing with the engine: it takes the identifiers of a `truth.json` and a folder, and searches every
file, every file name and folder name, unpacked in every way it knows, for every spelling in every encoding.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.needles import Hit, Needle, Needles, Search, is_binary
from support.views import tally, views


@dataclass(frozen=True, slots=True)
class Survivor:
    """An identifier that is still there.

    view: how it was got at, e.g. ``raw``, ``base64``, ``name``. lines: in which lines of a text, from 1; none
    for what has no lines. of: how many lines the text has. at: starts and ends of digits that are all of the
    identifier, in what is no text.
    """

    value: str
    data_class: str
    path: str
    view: str
    lines: tuple[int, ...] = ()
    of: int = 0
    at: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class LostDecoy:
    """Something that had to be kept, how often it was planted and how often it is left."""

    value: str
    planted: int
    found: int


def survivors(folder: Path, identifiers: Iterable[Mapping[str, Any]]) -> list[Survivor]:
    """Every identifier (as in `truth.json`: ``value``, ``class``, ``also``) with each file and view."""
    items = list(identifiers)
    search = Search(items)
    found = []
    for path, view, data in _everything(folder):
        hits: dict[int, list[Hit]] = {}
        for hit in search.hits(data):
            hits.setdefault(hit.owner, []).append(hit)
        lines = _Lines(data) if hits and _has_lines(data) else None
        for owner, own in sorted(hits.items()):
            found.append(
                Survivor(
                    items[owner]["value"],
                    items[owner]["class"],
                    path,
                    view,
                    tuple(sorted({lines.number(hit.start) for hit in own})) if lines else (),
                    lines.count if lines else 0,
                    () if lines or not all(hit.plain for hit in own) else tuple(hit[1:3] for hit in own),
                )
            )
    return found


def lost_decoys(folder: Path, decoys: Iterable[Mapping[str, Any]]) -> list[LostDecoy]:
    """Every decoy (``value``, ``where``) that occurs less often, letter by letter, than it was planted."""
    items = list(decoys)
    counts = sum(decoy_counts(folder, items).values(), Counter[str]())
    return [
        LostDecoy(item["value"], len(item["where"]), counts[item["value"]])
        for item in items
        if counts[item["value"]] < len(item["where"])
    ]


def decoy_counts(folder: Path, decoys: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """Path of a file in `folder` -> how often each decoy occurs in it and in its path, letter by letter."""
    items = list(decoys)
    needles = Needles(
        Needle(item["value"].encode(encoding), owner, width)
        for owner, item in enumerate(items)
        for encoding, width in (("utf-8", 1), ("utf-16-le", 2), ("utf-16-be", 2))
    )

    def count(data: bytes) -> Counter[int]:
        return Counter(needle.owner for needle, _, _ in needles.find(data, data))

    counts = {}
    for path, is_file in _paths(folder):
        inside = tally((folder / path).read_bytes(), count) if is_file else Counter[int]()
        both = count(_bytes_of(path)) + inside
        counts[path] = Counter({items[owner]["value"]: times for owner, times in both.items()})
    return counts


def _has_lines(data: bytes) -> bool:
    """Whether it is a text, or a tar file of texts, in which zero bytes only fill up."""
    return not is_binary(data.replace(b"\0", b"") if data[257:262] == b"ustar" else data)


class _Lines:
    """The lines of a text: where each one ends."""

    def __init__(self, data: bytes) -> None:
        segment_end = data[105:106]  # of X12, whose first segment has one length
        end = re.escape(segment_end) if data[:3] == b"ISA" else rb"\r\n|\n|\r"
        self._ends = [match.end() for match in re.finditer(end, data)]
        self.count = len(self._ends) + 1

    def number(self, at: int) -> int:
        """The line in which a byte stands, from 1."""
        return bisect_right(self._ends, at) + 1


def _paths(folder: Path) -> Iterator[tuple[str, bool]]:
    """The paths in a folder, with whether it is a file; a folder's own only if nothing is in it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() or not any(path.iterdir()):
            yield path.relative_to(folder).as_posix(), path.is_file()


def _bytes_of(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _everything(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Path, view and bytes of all there is in a folder; the names themselves are a view."""
    for path, is_file in _paths(folder):
        yield path, "name", _bytes_of(path)
        if is_file:
            for view, data in views((folder / path).read_bytes()):
                yield path, view, data
