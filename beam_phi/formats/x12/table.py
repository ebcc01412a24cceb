"""What the standard says of the elements of each segment (``data/elements.json``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class DataElement:
    """An entry of the data element dictionary.

    number: "" for a place the table doesn't know. type: AN, ID, DT, TM, R, or N and the digits after its
        point; "" where unknown. shortest, longest: characters of a value; 0 where unknown.
    """

    number: str = ""
    type: str = ""
    shortest: int = 0
    longest: int = 0


UNKNOWN = DataElement()


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """What stands in a segment: the data element by place, ``03`` or ``05.2``.

    composites: the elements that have components. qualifier: number of the element by which segments of
        this id are told apart. codes: those listed for it.
    """

    places: Mapping[str, DataElement]
    composites: frozenset[str]
    qualifier: int
    codes: frozenset[str]

    def element(self, place: str) -> DataElement:
        return self.places.get(place, UNKNOWN)


def segment_table(segment: str) -> SegmentTable:
    """The table of a segment; an empty one if it is none of health care transactions."""
    return _tables().get(segment, _EMPTY)


def is_known(segment: str) -> bool:
    """True for a segment of health care transactions."""
    return segment in _tables()


def transactions() -> frozenset[str]:
    """The transaction set identifiers that are known."""
    return segment_table("ST").codes


#: Segments that are told apart by another element than their first.
_QUALIFIERS = {"ENT": 2, "HL": 3}
_EMPTY = SegmentTable({}, frozenset(), 1, frozenset())


@cache
def _tables() -> dict[str, SegmentTable]:
    data = json.loads(files(__package__).joinpath("data", "elements.json").read_text("utf-8"))
    elements = {number: DataElement(number, *entry[:3]) for number, entry in data["elements"].items()}
    tables = {}
    for segment, places in data["segments"].items():
        composites = frozenset(place.partition(".")[0] for place in places if "." in place)
        qualifier = _QUALIFIERS.get(segment, 1)
        tables[segment] = SegmentTable(
            {place: elements[number] for place, number in places.items()},
            composites,
            qualifier,
            frozenset(data["codes"].get(places.get(f"{qualifier:02}"), ())),
        )
    return tables
