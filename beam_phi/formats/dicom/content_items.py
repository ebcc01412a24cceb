"""Table E.3.4-1 of PS3.15: what becomes of a content item, by the concept that names it.

Content items stand in structured reports, acquisition contexts, specimen preparation steps and waveform
annotations (PS3.3 sections 10.2 and C.17.3). The table applies under Clean Structured Content.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from beam_phi.formats.dicom.elements import Container, Element, Sequence, ascii_text

_DATA = "data/content_items_2026d.json"

CONCEPT_NAME = 0x0040A043
VALUE_TYPE = 0x0040A040
#: Set in objects whose content items refer to each other by position: none can be taken out there.
BY_REFERENCE = 0x0040DB73

#: The elements that hold a content item's value (PS3.3 Table C.17.3-5 and 10-2).
VALUES = frozenset(
    {
        0x0040A120, 0x0040A121, 0x0040A122, 0x0040A123, 0x0040A124,
        0x0040A160, 0x0040A168, 0x0040A300, 0x0040A30A,
    }
)  # fmt: skip
_CODES = ("CodeValue", "LongCodeValue", "URNCodeValue")


@dataclass(frozen=True, slots=True)
class Concept:
    """A row: the Basic action, and the option cells that are not empty."""

    code: str
    scheme: str
    meaning: str
    value_type: str
    basic: str
    options: Mapping[str, str]

    def action(self, options: Collection[str]) -> str:
        """The letter under these options. What the template may ask for (X/D) gets a dummy."""
        cells = {cell for option, cell in self.options.items() if option in options}
        if cells:
            return "C" if "C" in cells else "K"
        return self.basic.rpartition("/")[2]


@lru_cache(maxsize=1)
def concepts() -> Mapping[tuple[str, str], tuple[Concept, ...]]:
    """Rows by coding scheme and code; several where value types differ."""
    data = json.loads(resources.files(__package__).joinpath(_DATA).read_text("utf-8"))
    columns = data["columns"][5:]
    found: dict[tuple[str, str], tuple[Concept, ...]] = {}
    for code, scheme, meaning, value_type, basic, *cells in data["rows"]:
        options = {c: cell for c, cell in zip(columns, cells, strict=True) if cell}
        row = Concept(code, scheme, meaning, value_type, basic, options)
        found[scheme, code] = (*found.get((scheme, code), ()), row)
    return MappingProxyType(found)


def named_items(elements: list[Element]) -> dict[Container, Concept]:
    """The content items that the table has a row for, by the item that holds them.

    A concept counts whatever the value type of the item: the row for that type where there is one.
    """
    codes: dict[Container, str] = {}
    schemes: dict[Container, str] = {}
    types: dict[Container, str] = {}
    for element in elements:
        parent = element.container.parent
        if parent is None or element.raw is None:
            continue
        if element.attribute.tag == VALUE_TYPE:
            types[element.container] = ascii_text(element)
        elif parent.attribute.tag == CONCEPT_NAME and element.container.index == 0:
            if element.attribute.keyword in _CODES:
                codes[parent.container] = ascii_text(element)
            elif element.attribute.keyword == "CodingSchemeDesignator":
                schemes[parent.container] = ascii_text(element)
    found: dict[Container, Concept] = {}
    for item, code in codes.items():
        rows = concepts().get((schemes.get(item, ""), code), ())
        if rows and item.parent is not None:
            same = [row for row in rows if row.value_type == types.get(item)]
            found[item] = (same or rows)[0]
    return found


def refer_by_position(elements: list[Element]) -> bool:
    """True if content items of the object refer to others by their position in the tree (PS3.3
    C.17.3.2.5)."""
    return any(element.attribute.tag == BY_REFERENCE for element in elements)


def has_concepts(elements: list[Element]) -> bool:
    """True if there is any content item."""
    return any(isinstance(e, Sequence) and e.attribute.tag == CONCEPT_NAME for e in elements)
