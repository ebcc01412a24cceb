"""The Application Level Confidentiality Profile (PS3.15 Annex E): from attribute to action."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from beam_phi.formats.dicom.attributes import SPECIFIC_CHARACTER_SET, Attribute, any_block, is_creator
from beam_phi.formats.dicom.encapsulated import ENCAPSULATED_DOCUMENT
from beam_phi.formats.dicom.iod import resolve
from beam_phi.formats.dicom.markers import EQUIPMENT
from beam_phi.formats.dicom.safe_private import elements
from beam_phi.formats.dicom.table import Row, first_of_repeating, is_overlay, row_for
from beam_phi.formats.document import FieldType
from beam_phi.identity.issuers import Issuers
from beam_phi.library import dictionary
from beam_phi.library.constraint import Constraint
from beam_phi.library.model import DICOM_OPTIONS, DicomSpec

_SEEN_LIMIT = 1 << 9
_PLANS_LIMIT = 1 << 16
_ACTIONS = frozenset("DZXKCU")

# Not in the table, and of no use or a danger once the object is another: what was encrypted or signed of the
# old one, and a description of private elements that are gone.
_BEYOND = {0x04000500: "X", 0x4FFE0001: "X", 0x00080300: "X"}

# Of Type 3 wherever it may stand, with one item or more: absent is valid, empty is not.
_REFERENCED_STUDY_SEQUENCE = 0x00081110

#: Of the file meta information, made anew at the end; command groups and file-set groups go.
KEPT_META = {0x00020001: "K", 0x00020002: "K", 0x00020010: "K", 0x00020012: "K", 0x00020013: "K"}

# Dates that are known elsewhere, of vocabularies and of devices without a row: shifting one would tell the
# patient's shift to anybody.
_KNOWN_DATES = frozenset({0x00080106, 0x00080107, 0x00143076})
_MOMENTS = frozenset({"date", "time", "datetime"})

#: Pixels, and what tells where the frames are (PS3.3 section C.7.6.3 and C.7.6.24).
PIXELS = frozenset({0x7FE00001, 0x7FE00002, 0x7FE00003, 0x7FE00008, 0x7FE00009, 0x7FE00010})

_SOP_CLASS = 0x00080016

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

_DOCUMENT = Constraint(kind="document")

_OVERRIDE = re.compile(r'\(([0-9A-Fa-f]{4}),(?:([0-9A-Fa-f]{4})|"([^"]+)",([0-9A-Fa-f]{2}))\)')


class ProfileError(ValueError):
    """The DICOM part of a library is wrong; the text says what."""


@dataclass(eq=False, slots=True)
class Plan:
    """What becomes of an attribute's elements.

    type: of its fields, None if it has none.
    whole: True for a sequence that is one field.
    dummies: True for a sequence in which every value is to be replaced; structure: for one exempt from that.
    dummy: the type inside a sequence of dummies. loose: the type for values that are not what their VR says.
    blank: the type for values that can't be what their VR and multiplicity say: they are emptied.
    spelled: the type for bytes that spell a text, which is searched for the patient.
    compound: the action of a row that the attribute's Type decides, or "". The plan is then the one for an
        object whose IOD is not known.
    seen: values that were met before and are one plain field of `type`, in any character set.
    """

    type: FieldType | None
    whole: bool = False
    dummies: bool = False
    structure: bool = False
    dummy: FieldType | None = None
    loose: FieldType | None = None
    blank: FieldType | None = None
    spelled: FieldType | None = None
    compound: str = ""
    seen: set[bytes | None] = field(default_factory=set)

    def remember(self, value: bytes) -> None:
        """Add a value to `seen`, which is bounded."""
        if len(self.seen) >= _SEEN_LIMIT:
            self.seen.clear()
        self.seen.add(value)


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
        self.options = spec.options
        self.issuers = Issuers.of(spec)
        self._device_dates = spec.device_dates
        self._overrides = dict(_override(name, action) for name, action in spec.actions.items())
        self._safe = elements(spec.safe_private) if "safe-private" in spec.options else frozenset()
        #: The private creators of whom the library keeps an element by name.
        self.kept_creators = {c for (_, c), action in self._overrides.items() if c and action != "X"}
        #: True if private elements can stay, so that their creators have to be kept with them.
        self.keeps_private = bool(self._safe or self.kept_creators)
        self.plans: dict[Attribute, Plan] = {}
        self._variants: dict[tuple[Attribute, str], Plan] = {}

    def plan(self, attribute: Attribute) -> Plan:
        """What becomes of an attribute; made once for each."""
        found = self.plans.get(attribute)
        if found is None:
            if len(self.plans) >= _PLANS_LIMIT:
                self.plans.clear()
            compound = self._compound(attribute)
            found = self.plans[attribute] = self._make(attribute, self.action(attribute), compound)
        return found

    def variant(self, attribute: Attribute, action: str) -> Plan:
        """What becomes of an attribute where it has another action than usual."""
        return self._remembered((attribute, action), lambda: self._make(attribute, action, ""))

    def typed(self, attribute: Attribute, compound: str, type_: str) -> Plan:
        """What becomes of an attribute with a compound action where it has this Type."""
        return self.variant(attribute, resolve(compound, type_))

    def issued(self, plan: Plan, attribute: Attribute, issuer: str) -> Plan:
        """The same plan for an id of an issuer that is not among the library's own."""
        type_ = plan.type
        if type_ is None:
            return plan
        attributes = MappingProxyType({**type_.attributes, "issuer": issuer})
        key = (attribute, f"{type_.action} {issuer}")
        return self._remembered(key, lambda: Plan(replace(type_, attributes=attributes)))

    def age(self, attribute: Attribute) -> Plan:
        """The plan for a number that is somebody's age in years."""
        years = Constraint(16, "[0-9]+", "age")
        type_ = replace(_field_type(attribute, "K"), data_class="age", constraint=years)
        return self._remembered((attribute, "age"), lambda: Plan(type_))

    def _remembered(self, key: tuple[Attribute, str], make: Callable[[], Plan]) -> Plan:
        """The variant under this key; there is one only, so that plans can be compared by identity."""
        found = self._variants.get(key)
        if found is None:
            if len(self._variants) >= _PLANS_LIMIT:
                self._variants.clear()
            found = self._variants[key] = make()
        return found

    def _make(self, attribute: Attribute, action: str | None, compound: str) -> Plan:
        vr = attribute.vr
        if vr.form == "sequence":
            if action in ("X", "Z"):
                return Plan(_field_type(attribute, action), whole=True, compound=compound)
            structure = attribute.keyword in _STRUCTURE
            return Plan(None, dummies=action == "D", structure=structure, compound=compound)
        if action != "X" and _is_untouchable(attribute):
            return Plan(None)
        plan = Plan(_field_type(attribute, action), compound=compound)
        if vr.searchable and action in (None, "K", "C"):
            plan.dummy = _field_type(attribute, "D")
        if vr.conforming and action in (None, "K"):
            guarded = vr.constraint.kind == "code"
            plan.loose = replace(_field_type(attribute, action, searchable=True), guarded=guarded)
        if action in (None, "K") and (vr.form in ("number", "binary") or vr.numeric):
            plan.blank = replace(_field_type(attribute, "Z"), data_class=None)
            plan.spelled = replace(_field_type(attribute, action), spelled=True)
        return plan

    def action(self, attribute: Attribute) -> str | None:
        """The letter of Table E.1-1a for the attribute, None if neither table nor library names it.

        A compound action is given as for an object whose IOD is not known.
        """
        tag = attribute.tag
        override = self._overrides.get((first_of_repeating(tag), attribute.creator))
        if override:
            return override
        if attribute.misread or attribute.retired_group:
            return "X"  # nothing could be read of it
        if attribute.private:
            return self._private(attribute)
        row = row_for(tag)
        if row is not None:
            return self._of_row(row, attribute)
        if tag >> 16 <= 0x0004:
            return KEPT_META.get(tag, "X")
        if is_overlay(tag) or not attribute.known:
            # An overlay whose data are gone is no overlay; what the dictionary does not know can't be judged.
            return "X"
        if tag in _BEYOND:
            return _BEYOND[tag]
        if tag == EQUIPMENT and "device-identity" not in self.options:
            return "X"  # it is about nothing but devices and where they stand
        if tag == _SOP_CLASS:
            return "K"
        if tag >> 24 == 0x7F and tag not in PIXELS:
            return "X"  # retired forms of pixels, and what else has no place among them
        return "D" if tag in _KNOWN_DATES else None

    def _private(self, attribute: Attribute) -> str:
        """Retain Safe Private: what is on a list stays, and any sequence is judged by what is in it."""
        if not self._safe or is_creator(attribute.tag):
            return "X"
        vr = attribute.vr
        if vr.form == "sequence":
            return "C"
        if (attribute.creator, attribute.tag) not in self._safe:
            return "X"
        return self.kept_private(attribute)

    def kept_private(self, attribute: Attribute) -> str:
        """The action for a private element that is known to be safe: what the other options leave of it."""
        vr = attribute.vr
        if vr.constraint.kind in _MOMENTS:
            return "K" if "full-dates" in self.options else "C" if "modified-dates" in self.options else "X"
        if vr.code == "UI":
            return "K" if "uids" in self.options else "U"
        return "K" if vr.form in ("binary", "number") or vr.conforming else "C"

    def _of_row(self, row: Row, attribute: Attribute) -> str:
        if attribute.tag == _REFERENCED_STUDY_SEQUENCE and not self._of_options(row, attribute):
            return "X"
        return self._of_options(row, attribute) or resolve(row.basic, None)

    def _compound(self, attribute: Attribute) -> str:
        """The row's action where it is the Type's to decide, else ""."""
        row = None if attribute.private else row_for(attribute.tag)
        if row is None or "/" not in row.basic or (attribute.tag, "") in self._overrides:
            return ""
        return "" if self._of_options(row, attribute) else row.basic

    def _of_options(self, row: Row, attribute: Attribute) -> str:
        """The letter that the library's options give a row, "" if none speaks of it."""
        cells = {option: cell for option, cell in row.options.items() if option in self.options}
        if not cells:
            return ""
        if "modified-dates" in cells and ("device-identity" in row.options or attribute.tag in _KNOWN_DATES):
            keeps = self._device_dates == "keep" and cells.get("device-identity") == "K"
            return "K" if keeps else "D"
        if "C" not in cells.values():
            return "K"
        if attribute.vr.form in ("binary", "number"):
            return ""  # nothing there that could be searched
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


@lru_cache(maxsize=1024)
def drop_type(scheme: str, code: str) -> FieldType:
    """The type of a content item that goes as a whole, by the concept that names it."""
    return FieldType(
        format="dicom",
        attributes=MappingProxyType(
            {"keyword": "", "tag": "", "vr": "", "creator": "", "concept": f"{scheme} {code}"}
        ),
        action="X",
        searchable=False,
    )


def _is_untouchable(attribute: Attribute) -> bool:
    """True for what is no field where it belongs: pixels, and what says how to read the rest."""
    tag = attribute.tag
    return tag == SPECIFIC_CHARACTER_SET or tag in PIXELS or tag in KEPT_META


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
        constraint=_DOCUMENT if attribute.tag == ENCAPSULATED_DOCUMENT else vr.constraint,
        searchable=searchable,
    )
