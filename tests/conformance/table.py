"""Table E.1-1 as data: its rows, the tags each stands for, and the VR and VM of those tags."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydicom.datadict import get_entry

import beam_phi

_FILE = Path(beam_phi.__file__).parent / "formats/dicom/data/ps315_2026d.json"

PRIVATE = "PRIVATE"
CURVES = "50xxxxxx"
#: Elements of a curve that are put to the test: data, description.
_CURVE_ELEMENTS = (0x0022, 0x3000)
_GROUPS = range(0x00, 0x20, 2)


@dataclass(frozen=True)
class Row:
    """A row: its tag as printed, its name, the cell of the Basic Profile, the option cells that are filled.

    number: its place in the table, from 0.
    """

    number: int
    printed: str
    name: str
    basic: str
    cells: Mapping[str, str]

    @property
    def tags(self) -> tuple[int, ...]:
        """The tags it stands for; of repeating groups all sixteen. None for the row of private attributes."""
        return tuple(_tags(self.printed))


def _tags(printed: str) -> Iterator[int]:
    if printed == PRIVATE:
        return
    if printed == CURVES:
        for group in _GROUPS:
            for element in _CURVE_ELEMENTS:
                yield (0x5000 + group) << 16 | element
    elif "xx" in printed:
        for group in _GROUPS:
            yield int(printed.replace("xx", f"{group:02X}"), 16)
    else:
        yield int(printed, 16)


@cache
def rows() -> Mapping[str, Row]:
    """All rows by printed tag, in the order of the table."""
    data = json.loads(_FILE.read_text("utf-8"))
    names = data["columns"][3:]
    return {
        printed: Row(number, printed, name, basic, {n: c for n, c in zip(names, cells, strict=True) if c})
        for number, (printed, name, basic, *cells) in enumerate(data["rows"])
    }


def known(tag: int) -> bool:
    """True if pydicom's dictionary has the tag."""
    try:
        get_entry(tag)
    except KeyError:
        return False
    return True


def vr_of(tag: int, name: str) -> str:
    """The VR the element is written in; that of what the dictionary lacks goes by the attribute's name."""
    try:
        return get_entry(tag)[0].split(" or ")[-1]
    except KeyError:
        return "SQ" if name.endswith("Sequence") else "DT" if name.endswith("DateTime") else "LO"


def multiplicity(tag: int) -> tuple[int, int | None, int]:
    """Least and greatest number of values, and the step between; the greatest is None without a bound."""
    try:
        low, _, high = get_entry(tag)[1].partition("-")
    except KeyError:
        return 1, None, 1
    if not high:
        return int(low), int(low), 1
    if high.endswith("n"):
        return int(low), None, int(high[:-1] or 1)
    return int(low), int(high), 1
