"""Judges what a tool wrote: survivors, values to keep that are lost, rows of the table that are obeyed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pydicom
from support.plants.judge import survivors
from support.plants.ledger import Ledger, Plant
from support.plants.table import Row, rows

from bench.residue.outcome import Outcome


def judge(outcome: Outcome, ledger: Ledger, planted: Path, folder: Path) -> None:
    """Fill in what the tool left, lost and obeyed. folder: what it wrote."""
    outcome.found = survivors(folder, ledger.going(outcome.library), outcome.written)
    targets = {source: folder / target for target, source in outcome.written.items()}
    outcome.lost = list(_lost(ledger.staying(outcome.library), planted, targets))
    outcome.rows = sum(obeyed(row, planted, targets) for row in rows()) + _private_obeyed(targets)
    outcome.rows_seen = sum(_row_file(row, planted) in targets for row in rows())
    outcome.rows_seen += "around/private/explicit.dcm" in targets


def _read(path: Path) -> pydicom.Dataset | None:
    try:
        return pydicom.dcmread(path, force=True)
    except Exception:  # a file that can't be read obeys nothing
        return None


def _values(path: Path) -> dict[int, list[Any]]:
    """Tag -> its values at any depth, private ones without their block."""
    found: dict[int, list[Any]] = {}
    try:
        for element in pydicom.dcmread(path, force=True).iterall():
            if element.VR != "SQ":
                tag = int(element.tag)
                found.setdefault(tag & 0xFFFF00FF if tag & 0x10000 else tag, []).append(_plain(element.value))
    except Exception:  # half a file keeps half of it
        return found
    return found


def _plain(value: Any) -> str:
    """A value as text, multiple ones in one, a number however it is written."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    elif not isinstance(value, str) and hasattr(value, "__iter__"):
        return "\\".join(map(_plain, value))
    text = str(value).strip(" \0")
    try:
        return repr(float(text))
    except ValueError:
        return text


def _lost(plants: Iterable[Plant], planted: Path, targets: dict[str, Path]) -> Iterable[Plant]:
    """Values to keep that are not where they were, in files that were written."""
    before: dict[str, dict[int, list[Any]]] = {}
    after: dict[str, dict[int, list[Any]]] = {}
    for plant in plants:
        if plant.place != "keep" or plant.file not in targets:
            continue
        if plant.file not in before:
            before[plant.file], after[plant.file] = (
                _values(planted / plant.file),
                _values(targets[plant.file]),
            )
        tag = int(plant.where[1:5] + plant.where[6:10], 16)
        tag = tag & 0xFFFF00FF if tag & 0x10000 else tag
        wanted = Counter(before[plant.file].get(tag, []))
        if wanted - Counter(after[plant.file].get(tag, [])):
            yield plant


def obeyed(row: Row, planted: Path, targets: dict[str, Path]) -> bool:
    """Whether the Basic Profile's action on a row holds at the top level, explicit VR little endian.

    Of a compound action any part will do. D and U want another value, and U a valid UID; a file that was not
    written obeys nothing.
    """
    source = _row_file(row, planted)
    target = targets.get(source)
    old, new = (_read(planted / source), _read(target)) if target else (None, None)
    if old is None or new is None:
        return False
    try:
        if row.tag >> 16 == 2:
            old, new = old.file_meta, new.file_meta
        return _action_holds(row.basic, old.get(row.tag), new.get(row.tag))
    except Exception:
        return False


def _action_holds(action: str, old: Any, new: Any) -> bool:
    letters = set(action.replace("*", "").split("/"))
    if new is None:
        return "X" in letters
    if new.is_empty or (new.VR == "SQ" and not len(new.value)):
        return "Z" in letters
    if not letters & {"D", "Z", "U"} or old is None:
        return False
    if new.VR == "SQ":
        left = {_plain(e.value) for item in new.value for e in item.iterall() if e.VR != "SQ"}
        return not left & {_plain(e.value) for item in old.value for e in item.iterall() if e.VR != "SQ"}
    if letters == {"U"} and not pydicom.uid.UID(str(new.value)).is_valid:
        return False
    return _plain(new.value) != _plain(old.value)


_row_files: dict[int, str] = {}


def _row_file(row: Row, planted: Path) -> str:
    """The planted file that has the row at the top level."""
    if not _row_files:
        for path in sorted((planted / "table" / "explicit" / "top").iterdir()):
            name = path.relative_to(planted).as_posix()
            dataset = pydicom.dcmread(path)
            for tag in [*dataset.keys(), *dataset.file_meta.keys()]:
                _row_files.setdefault(int(tag), name)
    return _row_files.get(row.tag, "")


def _private_obeyed(targets: dict[str, Path]) -> bool:
    """The row of private attributes: none left."""
    target = targets.get("around/private/explicit.dcm")
    dataset = _read(target) if target else None
    return dataset is not None and not any(element.tag.is_private for element in dataset.iterall())
