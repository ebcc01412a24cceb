"""Places in the answer key: ``<(0008,1140)>[<0000>]<(0008,1155)>``, ``<(0019,"CREATOR",92)>``."""

from __future__ import annotations

import re

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

_STEP = re.compile(
    r'<?\((?P<group>[0-9a-fA-F]{4}),(?:"(?P<creator>[^"]*)",(?P<private>[0-9a-fA-F]{2})|(?P<element>[0-9a-fA-F]{4}))\)>?'
    r"(?:\[<?(?P<item>[0-9]{1,6})>?\])?"
)


class PathError(ValueError):
    """The place is not written in the key's notation."""


def find(dataset: Dataset, path: str) -> DataElement | None:
    """The element at a place of the key, None if it is not there. Raises PathError."""
    element: DataElement | None = None
    here: Dataset | None = dataset
    at = 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise PathError("a step that is no tag")
        at = step.end()
        element = _element(here, step) if here is not None else None
        here = None
        if step["item"] is not None and element is not None and element.VR == "SQ":
            items = element.value or []
            index = int(step["item"])
            here = items[index] if index < len(items) else None
            if at == len(path):
                raise PathError("a path that ends with an item")
            if here is None:
                element = None
    if at == 0:
        raise PathError("no tag")
    return element


def _element(dataset: Dataset, step: re.Match[str]) -> DataElement | None:
    group = int(step["group"], 16)
    if step["creator"] is None:
        tag = group << 16 | int(step["element"], 16)
        return dataset.get(tag) or (dataset.file_meta.get(tag) if group == 2 else None)
    try:
        return dataset.get_private_item(group, int(step["private"], 16), step["creator"])
    except KeyError:
        return None
