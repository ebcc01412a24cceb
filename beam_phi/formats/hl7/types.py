"""Data types of fields and components, from the tables of the standard (``tools/make_hl7_types.py``)."""

from __future__ import annotations

import json
from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from importlib import resources

_DATA = "data/types.json"

#: Free text; the type of what no table knows is "".
TEXT = frozenset({"", "FT", "ST", "TX"})
CODES = frozenset({"ID", "IS"})
NUMBERS = frozenset({"NM", "SI"})
DATES = frozenset({"DT", "DTM", "TS"})
_PRIMITIVES = (TEXT | CODES | NUMBERS | DATES | {"TM", "TN", "GTS"}) - {""}
#: Types whose first component is a code, with its text and coding system after it.
CODED = frozenset({"CE", "CF", "CNE", "CWE"})


@dataclass(frozen=True, slots=True)
class Element:
    """A field or a component.

    type: its data type, "" if the tables don't know the place.
    table: the number of the HL7 table of its codes, else "".
    text: it was free text in an older version of the standard, and is a code now.
    """

    type: str = ""
    table: str = ""
    text: bool = False


UNKNOWN = Element()


def field_element(segment: str, field: int) -> Element:
    """A field by its segment and number."""
    fields = _tables()[0].get(segment, ())
    return fields[field - 1] if field <= len(fields) else UNKNOWN


def segment_names() -> Set[str]:
    """The standard's segments."""
    return _tables()[0].keys()


def components(type_: str) -> tuple[Element, ...]:
    """The components of a data type; none for a primitive or unknown one."""
    return _tables()[1].get(type_, ())


def is_primitive(type_: str) -> bool:
    """True for a known type that has no components."""
    return bool(type_) and not components(type_)


def is_known(type_: str) -> bool:
    """True for a data type of the standard."""
    return type_ in _tables()[1] or type_ in _PRIMITIVES


@cache
def _tables() -> tuple[dict[str, tuple[Element, ...]], dict[str, tuple[Element, ...]]]:
    """The fields of all segments, and the components of all data types."""
    with resources.files(__package__).joinpath(_DATA).open(encoding="utf-8") as file:
        data = json.load(file)
    segments, types = (
        {name: tuple(map(_element, entries)) for name, entries in data[part].items()}
        for part in ("segments", "types")
    )
    return segments, types


def _element(entry: str) -> Element:
    type_, table, text = (*entry.split(), "", "", "")[:3]
    return Element(type_, table.strip("-"), text == "text")
