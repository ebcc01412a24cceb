"""Places in the answer key: ``<(0008,1140)>[<0000>]<(0008,1155)>``, ``<(0019,"CREATOR",92)>``.

A private element is named by its creator, in capitals whatever the file says, and the last two digits of its
tag, whichever block the creator has reserved. Digits of an item and the brackets round a step may vary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

_STEP = re.compile(
    r"<?\((?P<group>[0-9a-f]{4}), ?"
    r'(?:"(?P<creator>[^"]*)", ?(?P<low>[0-9a-f]{2})|(?P<element>[0-9a-f]{4}))\)>?'
    r"(?:\[<?(?P<item>[0-9]{1,9})>?\])?",
    re.IGNORECASE,
)


class PathError(ValueError):
    """The place is not written in the key's notation. The message holds no value."""


@dataclass(frozen=True, slots=True)
class Step:
    """One element on the way.

    element: the whole number, or the last byte of a private one that is called by its creator.
    item: the item to go on in; None in the last step.
    """

    group: int
    element: int
    creator: str | None
    item: int | None


@lru_cache(65536)
def parse(path: str) -> tuple[Step, ...]:
    """The steps of a place, outermost first. Raises PathError."""
    steps: list[Step] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            raise PathError("a step that is no tag")
        at = match.end()
        creator, item = match["creator"], match["item"]
        steps.append(
            Step(
                int(match["group"], 16),
                int(match["element"] if creator is None else match["low"], 16),
                creator if creator is None else _folded(creator),
                None if item is None else int(item),
            )
        )
    if not steps:
        raise PathError("no tag")
    if steps[-1].item is not None or any(step.item is None for step in steps[:-1]):
        raise PathError("every step but the last names an item")
    return tuple(steps)


def find(dataset: Dataset, path: str) -> DataElement | None:
    """The element at a place, None if it is not there. Raises PathError."""
    *way, last = parse(path)
    here = dataset
    for step in way:
        element = _element(here, step)
        if element is None or element.VR != "SQ" or step.item is None:
            return None
        items = element.value or ()
        if step.item >= len(items):
            return None
        here = items[step.item]
    return _element(here, last)


def place(tag: int, creator: str = "", prefix: str = "", item: int = 0) -> str:
    """The place of an element as the key writes it: below item `item` of the sequence at `prefix`, if any."""
    group, element = tag >> 16, tag & 0xFFFF
    step = (
        f'({group:04x},"{creator.upper()}",{element & 0xFF:02x})'
        if creator
        else f"({group:04x},{element:04x})"
    )
    return f"{prefix}[<{item:04}>]<{step}>" if prefix else f"<{step}>"


def _element(dataset: Dataset, step: Step) -> DataElement | None:
    if step.creator is None:
        tag = step.group << 16 | step.element
        # The benchmark's script looks at no file meta information: this one is stricter.
        found = getattr(dataset, "file_meta", Dataset()) if step.group == 2 else dataset
        return found.get(tag)
    element = None
    for tag in _private(dataset, step):
        element = dataset[tag]  # of several blocks of one creator the last one counts, as in the script
    return element


def _private(dataset: Dataset, step: Step) -> Iterator[int]:
    """Tags of the element in every block that the creator has reserved."""
    for block in range(0x10, 0x100):
        reserved = step.group << 16 | block
        if reserved in dataset and _folded(str(dataset[reserved].value)) == step.creator:
            tag = step.group << 16 | block << 8 | step.element
            if tag in dataset:
                yield tag


def _folded(creator: str) -> str:
    return creator.strip(" \0").upper()
