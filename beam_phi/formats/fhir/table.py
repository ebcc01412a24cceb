"""The types of FHIR: which elements they have, and of which types those are (releases STU3, R4B and R5)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from beam_phi.formats.json.types import is_word

Types = tuple[str, ...]
"""The types an element may have: one, or those of different releases."""


# At the end of the types of an element that may stand several times.
_LIST = "*"
#: What every primitive may have beside its value, as a member of the same name with an underscore.
ELEMENT: Types = ("Element",)


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    resource = files("beam_phi.formats.fhir") / "data" / "fhir_types.json"
    table: dict[str, dict[str, dict[str, str]]] = json.loads(resource.read_text("utf-8"))
    return table


@cache
def elements(type_: str) -> Mapping[str, Types]:
    """The elements of a type, by name; none of a primitive, and of a type nobody knows."""
    table = _table()
    found: dict[str, Types] = {}
    for base in table["bases"].get(type_, ()):
        found.update(elements(base))
    for name, types in table["types"].get(type_, {}).items():
        found[name] = tuple(types.rstrip(_LIST).split("|"))
    return found


@cache
def _lists(type_: str) -> frozenset[str]:
    """The elements of a type that may stand several times."""
    table = _table()
    own = {name for name, types in table["types"].get(type_, {}).items() if types.endswith(_LIST)}
    return frozenset(own).union(*(_lists(base) for base in table["bases"].get(type_, ())))


def is_list(holders: Types, name: str) -> bool:
    """True for an element that may stand several times, which in JSON is an array."""
    return any(name in _lists(holder) for holder in holders)


def is_primitive(types: Types) -> bool:
    """True for types whose value is a single one, which in XML is the attribute of that name."""
    return bool(types) and not any(elements(type_) for type_ in types)


def element_types(holders: Types, name: str) -> Types:
    """The types of an element of one of several types; () for an unknown one."""
    found: dict[str, None] = {}
    for holder in holders:
        found.update(dict.fromkeys(elements(holder).get(name, ())))
    if not found and name.startswith("_") and element_types(holders, name[1:]):
        return ELEMENT
    return tuple(found)


@cache
def _resources() -> frozenset[str]:
    bases = _table()["bases"]
    found = {"Resource"}
    size = 0
    while len(found) > size:
        size = len(found)
        found.update(type_ for type_, above in bases.items() if not found.isdisjoint(above))
    return frozenset(found - {"Resource"})


def is_resource(type_: str) -> bool:
    """True for the name of a resource type."""
    return type_ in _resources()


@cache
def _element_names() -> frozenset[str]:
    return frozenset(name for type_ in _table()["types"].values() for name in type_) | {"resourceType"}


def is_element_name(name: str) -> bool:
    """True for names of elements of FHIR, and others that are surely names and nobody's data."""
    return name.removeprefix("_") in _element_names() or is_word(name)
