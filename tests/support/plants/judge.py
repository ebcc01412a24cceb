"""Searches all that a run has written for the planted values: bytes, names, tables, whatever is packed in
them. Nothing is planted in pixels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from support.plants.ledger import Plant
from support.views import OCR, views

_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){8,}")
_DIGITS = frozenset(b"0123456789")

#: How else a file can be read, beside what :mod:`support.views` unpacks: name -> what it makes of bytes.
VIEWS: dict[str, Callable[[bytes], bytes]] = {
    "utf-16": lambda data: data.replace(b"\0", b""),
    "hex": lambda data: b"\n".join(
        bytes.fromhex(run.decode()[: len(run) & ~1]) for run in _HEX.findall(data)
    ),
}


class Survivor(NamedTuple):
    """A planted value that is there. path: of the file it is in; view: how it was read."""

    plant: Plant
    path: str
    view: str


class _Search:
    """All needles of some plants at once."""

    def __init__(self, plants: Iterable[Plant]) -> None:
        self._owners: dict[bytes, list[Plant]] = {}
        for plant in plants:
            for needle in plant.needles:
                self._owners.setdefault(needle, []).append(plant)
        self._needles = list(self._owners)
        self._automaton = BytesAhoCorasick(self._needles) if self._needles else None

    def find(self, data: bytes) -> set[Plant]:
        """Plants that `data`, in lower case or not as their needles are, shows."""
        found: set[Plant] = set()
        if self._automaton is None:
            return found
        for index, start, end in self._automaton.find_matches_as_indexes(data, overlapping=True):
            for plant in self._owners[self._needles[index]]:
                if not plant.bounded or not _digits_beside(data, start, end):
                    found.add(plant)
        return found


def _digits_beside(data: bytes, start: int, end: int) -> bool:
    """Whether a digit stands before or behind; one beside a control character is half a tag or length."""
    before, behind = data[max(0, start - 2) : start], data[end : end + 2]
    if before and before[-1] in _DIGITS and before[:-1] >= b" ":
        return True
    return bool(behind) and behind[0] in _DIGITS and behind[1:] >= b" "


def survivors(
    folder: Path, plants: Collection[Plant], origin: Mapping[str, str], known: Collection[str] = ()
) -> list[Survivor]:
    """Every planted value with each file that shows it, and the first view that does.

    origin: path below `folder` -> the planted file it was made of, for plants that are local.
    known: views not to look at (to prove the others).
    """
    everywhere = _Search(plant for plant in plants if not plant.local)
    local: dict[str, list[Plant]] = {}
    for plant in plants:
        if plant.local:
            local.setdefault(plant.file, []).append(plant)
    found: dict[tuple[Plant, str], Survivor] = {}
    for path, view, data in everything(folder):
        if view in known:
            continue
        low = data.lower()
        hits = everywhere.find(low)
        own = local.get(origin.get(path, ""))
        if own and "parquet" not in path:
            hits |= _Search(own).find(low)
        for plant in hits:
            found.setdefault((plant, path), Survivor(plant, path, view))
    return list(found.values())


def lost(folder: Path, plants: Collection[Plant], origin: Mapping[str, str]) -> list[Plant]:
    """The plants that had to stay and are not in the masked form of their file.

    Those of files that were not written are not counted: see the quarantined.
    """
    masked = {source: path for path, source in origin.items()}
    by_file: dict[str, list[Plant]] = {}
    for plant in plants:
        if plant.file in masked:
            by_file.setdefault(plant.file, []).append(plant)
    gone = []
    for file, own in by_file.items():
        seen = [data for _, data in views((folder / masked[file]).read_bytes(), OCR)]
        for plant in own:
            shown = [data if plant.exact else data.lower() for data in seen]
            if not any(needle in data for needle in plant.needles for data in shown):
                gone.append(plant)
    return gone


def everything(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Path, view and bytes of all there is in a folder; its names are a view."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        relative = path.relative_to(folder).as_posix()
        yield relative, "name", relative.encode("utf-8", "surrogateescape")
        for view, data in views(path.read_bytes(), OCR):
            yield relative, view, data
            if view in ("raw", "deflated", "base64"):
                for name, read in VIEWS.items():
                    if more := read(data):
                        yield relative, name if view == "raw" else f"{view} > {name}", more
