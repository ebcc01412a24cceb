"""What survives, judged by place: an identifier at one place under every key is a survivor, wherever it was
planted.

One patient's shifted date, or masked number, may by chance be another's planted one; under another key it is
some other. A place is a view of an input file, and the line in it if the file is a text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pydicom
from support.residue import Survivor, survivors
from support.views import OCR, views

_TREE, _TABLES = "masked/", ("annotations/", "files/")
_Key = tuple[str, str, str, str]
"""Data class, value, source and view."""


class Run(NamedTuple):
    """A finished run. moved: original path -> path under ``masked``."""

    output: Path
    moved: Mapping[str, str]


class Left(NamedTuple):
    """A survivor. source: the input file, or the table or page of OUTPUT. where: view, and lines if any."""

    data_class: str
    value: str
    source: str
    where: str


@dataclass(slots=True)
class Survival:
    """What is left under every key, and what only seems to be.

    planted: at a file where it was planted; elsewhere: at one where it was not.
    pixels: digits that stand in the pixels of the original at the same offset, where nothing was planted.
    parted: by class, what every key shows in one file, but no two of them in one line.
    chance: by class, what some keys show at a place, and others don't.
    """

    planted: list[Left] = field(default_factory=list)
    elsewhere: list[Left] = field(default_factory=list)
    pixels: list[Left] = field(default_factory=list)
    parted: Counter[str] = field(default_factory=Counter)
    chance: Counter[str] = field(default_factory=Counter)


def judge(sample: Path, runs: Sequence[Run], identifiers: Sequence[Mapping[str, Any]]) -> Survival:
    """Compare runs of one library under different keys. identifiers: as in `truth.json`."""
    planted = {
        (item["class"], item["value"], place["path"]) for item in identifiers for place in item["where"]
    }
    found = [_by_place(run, survivors(run.output, identifiers)) for run in runs]
    result = Survival()
    for key in sorted({key for each in found for key in each}):
        seen = [each[key] for each in found if key in each]
        data_class, value, source, view = key
        if len(seen) < len(runs):
            result.chance[data_class] += 1
            continue
        lines = _common(seen)
        if lines is None:
            result.parted[data_class] += 1
            continue
        left = Left(data_class, value, source, view + (f", line {lines[0]}" if lines else ""))
        if all(_in_pixels(sample / source, run, each) for run, each in zip(runs, seen, strict=True)):
            result.pixels.append(left)
        elif (data_class, value, source) in planted:
            result.planted.append(left)
        else:
            result.elsewhere.append(left)
    return result


def _common(seen: Sequence[Survivor]) -> list[int] | None:
    """Lines that all have in common, None if there are none; [] where lines can't be compared."""
    if not all(each.lines and each.of == seen[0].of for each in seen):
        return []
    return sorted(set(seen[0].lines).intersection(*(each.lines for each in seen))) or None


def _by_place(run: Run, found: Sequence[Survivor]) -> dict[_Key, Survivor]:
    sources = {output: source for source, output in run.moved.items()}
    placed = {}
    for each in found:
        for source, view in _places(run, each, sources):
            # Lines of tables and pages are in an order of their own under each key.
            in_tree = each.path.startswith(_TREE)
            placed[each.data_class, each.value, source, view] = each if in_tree else replace(each, lines=())
    return placed


def _places(run: Run, each: Survivor, sources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Source and view; a row of a table is a place of the file that it is about."""
    if each.path.startswith(_TREE):
        path = each.path.removeprefix(_TREE)
        yield sources.get(path, path), each.view
    elif each.path.startswith(_TABLES) and each.view == "parquet":
        table = each.path.partition("/")[0]
        rows = pq.read_table(run.output / each.path).to_pylist()
        for line in each.lines:
            row = rows[line - 2] if line > 1 else {}  # the first line has the names of columns
            source = sources.get(row.get("output_path") or "", table)
            yield source, f"{table} {row.get('location', '')}".rstrip()
    else:
        yield each.path.partition("/")[0], each.view


def _in_pixels(original: Path, run: Run, each: Survivor) -> bool:
    """Whether all that was found are digits in pixels that say the same in the original, at the same offset.

    Where something was planted in pixels it was drawn, not written in digits.
    """
    if not each.at or not original.is_file():
        return False
    file = run.output / each.path
    before, after = _pixel_data(original), _pixel_data(file)
    data = next(data for view, data in views(file.read_bytes(), without=OCR) if view == each.view)
    start = data.find(after) if after else -1
    spans = [(first - start, last - start) for first, last in each.at]
    return start >= 0 and all(
        0 <= first < last <= len(after) and before[first:last] == after[first:last] for first, last in spans
    )


def _pixel_data(file: Path) -> bytes:
    dataset = pydicom.dcmread(file, force=True)
    return bytes(dataset.PixelData) if "PixelData" in dataset else b""
