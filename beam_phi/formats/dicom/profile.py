"""The Application Level Confidentiality Profile (PS3.15 Annex E): from attribute to action."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from beam_phi.formats.dicom.attributes import SPECIFIC_CHARACTER_SET, Attribute, any_block, is_creator
from beam_phi.formats.document import FieldType
from beam_phi.library import dictionary
from beam_phi.library.model import DICOM_OPTIONS, DicomSpec

_DATA = "data/ps315_2026d.json"
_SEEN_LIMIT = 1 << 9
_PRIVATE_ROW = "PRIVATE"
_CURVES = 0x5000
_OVERLAYS = 0x6000

# PS3.15 Table E.1-1a leaves the choice to the attribute's Type in the IOD: the choice here keeps every IOD
# valid.
_COMPOUND = {"X/Z": "Z", "X/D": "D", "Z/D": "D", "X/Z/D": "D", "X/Z/U*": "U"}
_ACTIONS = frozenset("DZXKCU")

# Of Type 3 wherever it may stand, with one item or more: absent is valid, empty is not.
_REFERENCED_STUDY_SEQUENCE = 0x00081110

# File meta information, command groups and file-set groups are no part of the table.
_KEPT_META = {0x00020001: "K", 0x00020002: "K", 0x00020010: "K", 0x00020012: "K", 0x00020013: "K"}

# Dates that stand in published vocabularies: shifting one would tell the patient's shift to anybody.
_PUBLISHED_DATES = frozenset({0x00080106, 0x00080107})

# UIDs that name a class of things, never an instance.
_CLASS_UID = re.compile(
    ".*(SOPClass|TransferSyntax).*|CodingSchemeUID|ContextUID|MappingResourceUID"
    "|ContextGroupExtensionCreatorUID|SegmentationTemplateUID"
)

# Coded values and what belongs to them: of a searchable VR, but no text.
_CODED = frozenset(
    {
        "CodeValue",
        "LongCodeValue",
        "URNCodeValue",
        "CodingSchemeDesignator",
        "CodingSchemeVersion",
        "CodingSchemeRegistry",
        "ContextIdentifier",
        "MappingResource",
        "TemplateIdentifier",
    }
)

# In a sequence whose values are all replaced (D) these say what the values are: they stay, or nothing could
# read it.
_STRUCTURE = frozenset({"ConceptNameCodeSequence", "ContentTemplateSequence", "MeasurementUnitsCodeSequence"})

_OVERRIDE = re.compile(r'\(([0-9A-Fa-f]{4}),(?:([0-9A-Fa-f]{4})|"([^"]+)",([0-9A-Fa-f]{2}))\)')


class ProfileError(ValueError):
    """The DICOM part of a library is wrong; the text says what."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of Table E.1-1: the Basic Profile's action, and the option cells that are not empty."""

    name: str
    basic: str
    options: Mapping[str, str]


@dataclass(eq=False, slots=True)
class Plan:
    """What becomes of an attribute's elements.

    type: of its fields, None if it has none.
    whole: True for a sequence that is one field.
    dummies: True for a sequence in which every value is to be replaced; structure: for one exempt from that.
    dummy: the type inside a sequence of dummies. loose: the type for values that are not what their VR says.
    seen: values that were met before and are one plain field of `type`, in any character set.
    """

    type: FieldType | None
    whole: bool = False
    dummies: bool = False
    structure: bool = False
    dummy: FieldType | None = None
    loose: FieldType | None = None
    seen: set[bytes | None] = field(default_factory=set)

    def remember(self, value: bytes) -> None:
        """Add a value to `seen`, which is bounded."""
        if len(self.seen) >= _SEEN_LIMIT:
            self.seen.clear()
        self.seen.add(value)


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


def options() -> tuple[str, ...]:
    """Names of the ten options, in the order of the table's columns."""
    return tuple(table()[0]["columns"][3:])


def row_for(tag: int) -> Row | None:
    """The row of a tag; repeating groups (50xx, 60xx) are matched by their mask."""
    rows = table()[1]
    if tag & 0x10000:
        return rows[_PRIVATE_ROW]
    if _first_of_repeating(tag) >> 16 == _CURVES:
        return rows["50xxxxxx"]
    if _first_of_repeating(tag) >> 16 == _OVERLAYS:
        return rows.get(f"60xx{tag & 0xFFFF:04X}")
    return rows.get(f"{tag:08X}")


def _first_of_repeating(tag: int) -> int:
    """The tag, moved to the first of its repeating groups (PS3.5 section 7.6) if it is in one."""
    return tag & 0xFF00FFFF if tag >> 24 in (0x50, 0x60) and tag >> 16 & 0xFF <= 0x1E else tag


class Profile:
    """The profile under a library's options and overrides; compiled once, shared by all files.

    plans: those made so far, for quick look-up; :meth:`plan` makes the others.

    Raises ProfileError on an unknown option, action or attribute, and on options that exclude each other.
    """

    def __init__(self, spec: DicomSpec) -> None:
        unknown = spec.options - set(DICOM_OPTIONS)
        if unknown:
            raise ProfileError(f"unknown DICOM option: {', '.join(sorted(unknown))}")
        if {"full-dates", "modified-dates"} <= spec.options:
            raise ProfileError("options full-dates and modified-dates exclude each other (PS3.15 E.3.6)")
        self._options = spec.options
        self._overrides = dict(_override(name, action) for name, action in spec.actions.items())
        self._kept_creators = {c for (_, c), action in self._overrides.items() if c and action != "X"}
        self.plans: dict[Attribute, Plan] = {}

    def plan(self, attribute: Attribute) -> Plan:
        """What becomes of an attribute; made once for each."""
        found = self.plans.get(attribute)
        if found is None:
            if len(self.plans) >= 1 << 16:
                self.plans.clear()
            found = self.plans[attribute] = self._make(attribute)
        return found

    def _make(self, attribute: Attribute) -> Plan:
        action = self.action(attribute)
        vr = attribute.vr
        if vr.form == "sequence":
            if action in ("X", "Z"):
                return Plan(_field_type(attribute, action), whole=True)
            return Plan(None, dummies=action == "D", structure=attribute.keyword in _STRUCTURE)
        if _is_untouchable(attribute):
            return Plan(None)
        plan = Plan(_field_type(attribute, action))
        if vr.searchable and action in (None, "K", "C"):
            plan.dummy = _field_type(attribute, "D")
        if vr.conforming and action in (None, "K"):
            plan.loose = _field_type(attribute, action, searchable=True)
        return plan

    def action(self, attribute: Attribute) -> str | None:
        """The letter of Table E.1-1a for the attribute, None if neither table nor library names it."""
        tag = attribute.tag
        override = self._overrides.get((_first_of_repeating(tag), attribute.creator))
        if override:
            return override
        if attribute.private:
            return "K" if is_creator(tag) and attribute.creator in self._kept_creators else "X"
        row = row_for(tag)
        if row is not None:
            return self._resolve(row, attribute)
        if tag >> 16 <= 0x0004:
            return _KEPT_META.get(tag, "X")
        if _first_of_repeating(tag) >> 16 == _OVERLAYS or not attribute.known:
            # An overlay whose data are gone is no overlay; what the dictionary does not know can't be judged.
            return "X"
        if attribute.vr.code == "UI" and _CLASS_UID.fullmatch(attribute.keyword):
            return "K"
        return None

    def _resolve(self, row: Row, attribute: Attribute) -> str:
        cells = {option: cell for option, cell in row.options.items() if option in self._options}
        basic = _COMPOUND.get(row.basic, row.basic)
        if attribute.tag == _REFERENCED_STUDY_SEQUENCE:
            basic = "X"
        if not cells:
            return basic
        if "C" not in cells.values():
            return "K"
        if attribute.vr.form in ("binary", "number"):
            return basic  # nothing there that could be searched
        if "modified-dates" in cells and (
            "device-identity" in row.options or attribute.tag in _PUBLISHED_DATES
        ):
            return basic  # a date that is known elsewhere, and shifted, tells the patient's shift
        return "C"


def _override(name: str, action: str) -> tuple[tuple[int, str], str]:
    if action not in _ACTIONS:
        raise ProfileError(f"unknown DICOM action: {action}")
    found = _OVERRIDE.fullmatch(name)
    if found is None:
        found = _OVERRIDE.fullmatch(dictionary.keywords().get(name, ""))
    if found is None:
        raise ProfileError(f"unknown DICOM attribute: {name}")
    group, number, creator, private = found.groups()
    tag = int(group, 16) << 16 | int(number or private, 16)
    tag = any_block(tag) if creator else tag
    if bool(creator) != bool(tag & 0x10000):
        raise ProfileError(f'a private attribute is named (gggg,"CREATOR",ee): {name}')
    return (tag, creator or ""), action


def _is_untouchable(attribute: Attribute) -> bool:
    """True for what is no field: pixels, and what says how to read the rest."""
    return (
        attribute.tag == SPECIFIC_CHARACTER_SET
        or attribute.tag >> 16 == 0x7FE0
        or attribute.tag in _KEPT_META
    )


def _field_type(attribute: Attribute, action: str | None, searchable: bool | None = None) -> FieldType:
    vr = attribute.vr
    if searchable is None:
        searchable = (vr.searchable and attribute.keyword not in _CODED) or (
            action == "C" and vr.data_class is None
        )
    return FieldType(
        format="dicom",
        attributes=MappingProxyType(
            {
                "keyword": attribute.keyword,
                "tag": attribute.notation,
                "vr": vr.code,
                "creator": attribute.creator,
            }
        ),
        action=action,
        data_class=vr.data_class,
        constraint=vr.constraint,
        searchable=searchable,
    )
