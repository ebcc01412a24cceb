"""Private elements that are known to be safe from identity leakage (PS3.15 section E.3.10)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType

from pydicom._private_dict import private_dictionaries

_DATA = "data/safe_private.json"

Key = tuple[str, int]
"""Creator, and tag with block 10 (``0x20011003``)."""


@cache
def lists() -> Mapping[str, Mapping[Key, str]]:
    """The lists by name (``beam_phi.library.model.SAFE_PRIVATE``): their elements, with VR ("" if
    unknown)."""
    data = json.loads(resources.files(__package__).joinpath(_DATA).read_text("utf-8"))
    return MappingProxyType(
        {
            name: MappingProxyType(
                {(creator, int(tag.replace("xx", "10"), 16)): vr for creator, tag, vr in data[name]}
            )
            for name in ("ps3.15", "tcia")
        }
    )


def elements(names: Iterable[str]) -> frozenset[Key]:
    """All elements on these lists. Raises KeyError for a list there is not."""
    return frozenset(key for name in names for key in lists()[name])


@lru_cache(maxsize=1024)
def is_known_creator(creator: str) -> bool:
    """True for a creator of pydicom's private dictionary or of a list."""
    return creator in private_dictionaries or any(
        creator == key[0] for found in lists().values() for key in found
    )


@lru_cache(maxsize=4096)
def vr(creator: str, tag: int) -> str:
    """The VR of an element on a list, "" if it is on none."""
    return next((found[creator, tag] for found in lists().values() if (creator, tag) in found), "")
