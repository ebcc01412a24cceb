"""Information object definitions (PS3.3): the Type of an attribute where it stands.

PS3.15 Table E.1-1a leaves some actions to it: X/Z, X/D, Z/D, X/Z/D and X/Z/U*.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any

_DATA = "data/attribute_types.json"

#: Types, from the one that asks most. One with a condition (C) is taken to apply: what stands there is
#: wanted.
TYPES = ("1", "1C", "2", "2C", "3")

#: Deeper places are in no IOD.
MAX_DEPTH = 16

Place = tuple[str, ...]
"""Keywords of the sequences around an attribute, outermost first."""


@cache
def resolve(compound: str, type_: str | None) -> str:
    """The letter of a compound action for an attribute of this Type, by Table E.1-1a.

    compound: ``X/Z`` and the like. type_: one of TYPES; None where no IOD says: what is valid under any of
    them. Instance UIDs are replaced wherever the table allows it (``X/Z/U*``), so that references stay whole.
    """
    letters = compound.replace("*", "").split("/")
    if "U" in letters:
        return "U"
    order = {"1": "DZX", "2": "ZDX", "3": "XZD"}[(type_ or "1")[0]]
    return next(letter for letter in order if letter in letters)


class Iod:
    """The attribute Types of the objects of one SOP class. Places that its IOD doesn't have are those of
    private or standard extended classes: there the sequence alone tells the Type.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def type_of(self, place: Place, keyword: str) -> str:
        """The Type of an attribute with a compound action; "3" for one that neither IOD nor sequence asks
        for.

        A functional group sequence or sequence of any module asks for the same wherever it stands.
        """
        found = self._places.get(".".join((*place, keyword)))
        if found is None and place:
            found = _by_sequence().get((place[-1], keyword))
        return found or "3"


@lru_cache(maxsize=512)
def iod(sop_class: str) -> Iod | None:
    """The IOD of a storage SOP class; None for a private one, and one that is newer than the table."""
    table = _table()
    name = table["sop_classes"].get(sop_class)
    if name is None:
        return None
    return Iod(_strictest(table["modules"][module] for module in table["iods"][name]))


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resources.files(__package__).joinpath(_DATA).read_text("utf-8"))
    return found


@cache
def _by_sequence() -> Mapping[tuple[str, str], str]:
    """(sequence, attribute) -> the strictest Type that any module gives it there."""
    found: dict[tuple[str, str], str] = {}
    for places in _table()["modules"].values():
        for place, type_ in places.items():
            sequence, _, keyword = place.rpartition(".")
            key = (sequence.rpartition(".")[2], keyword)
            found[key] = min(found.get(key, "3"), type_, key=TYPES.index)
    return found


def _strictest(modules: Iterable[Mapping[str, str]]) -> dict[str, str]:
    places: dict[str, str] = {}
    for module in modules:
        for place, type_ in module.items():
            places[place] = min(places.get(place, "3"), type_, key=TYPES.index)
    return places
