"""Table E.1-1 of PS3.15 as data: the action of each attribute, and of each option where it has one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

_DATA = "data/ps315_2026d.json"
_PRIVATE_ROW = "PRIVATE"
_CURVES = 0x5000
_OVERLAYS = 0x6000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of Table E.1-1: the Basic Profile's action, and the option cells that are not empty."""

    name: str
    basic: str
    options: Mapping[str, str]


@lru_cache(maxsize=1)
def table() -> tuple[Mapping[str, Any], Mapping[str, Row]]:
    """The table's head (edition, source, digests) and its rows by tag as printed (``60xx3000``)."""
    data = json.loads(resources.files(__package__).joinpath(_DATA).read_text("utf-8"))
    columns = data["columns"][3:]
    rows = {
        tag: Row(name, basic, {c: cell for c, cell in zip(columns, cells, strict=True) if cell})
        for tag, name, basic, *cells in data.pop("rows")
    }
    return MappingProxyType(data), MappingProxyType(rows)


def digests() -> dict[str, str]:
    """SHA-256 (hex) of each bundled table of the standard, by file name."""
    folder = resources.files(__package__).joinpath("data")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".json")), key=lambda f: f.name)
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def options() -> tuple[str, ...]:
    """Names of the ten options, in the order of the table's columns."""
    return tuple(table()[0]["columns"][3:])


def row_for(tag: int) -> Row | None:
    """The row of a tag; repeating groups (50xx, 60xx) are matched by their mask."""
    rows = table()[1]
    if tag & 0x10000:
        return rows.get(_PRIVATE_ROW)
    if first_of_repeating(tag) >> 16 == _CURVES:
        return rows.get("50xxxxxx")
    if is_overlay(tag):
        return rows.get(f"60xx{tag & 0xFFFF:04X}")
    return rows.get(f"{tag:08X}")


def first_of_repeating(tag: int) -> int:
    """The tag, moved to the first of its repeating groups (PS3.5 section 7.6) if it is in one.

    The standard has 16 groups of each kind; those behind them, which the table's mask covers, count as well.
    """
    return tag & 0xFF00FFFF if tag >> 24 in (0x50, 0x60) and not tag & 0x10000 else tag


def is_overlay(tag: int) -> bool:
    """True for an element of an overlay plane, group 6000 and following."""
    return first_of_repeating(tag) >> 16 == _OVERLAYS
