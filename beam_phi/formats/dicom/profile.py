"""The Application Level Confidentiality Profile (PS3.15 Annex E): what becomes of elements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from beam_phi.formats.dicom.actions import KEPT_META, PIXELS, Actions
from beam_phi.formats.dicom.attributes import SPECIFIC_CHARACTER_SET, Attribute
from beam_phi.formats.dicom.encapsulated import ENCAPSULATED_DOCUMENT
from beam_phi.formats.dicom.iod import resolve
from beam_phi.formats.document import FieldType
from beam_phi.identity.issuers import Issuers
from beam_phi.library.constraint import Constraint
from beam_phi.library.model import DicomSpec

_SEEN_LIMIT = 1 << 9
_PLANS_LIMIT = 1 << 16

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

    plans: those made so far, for quick look-up; :meth:`plan` makes the others. actions: what they go by.
    """

    def __init__(self, spec: DicomSpec) -> None:
        """Raises ProfileError, see Actions."""
        self.actions = Actions(spec)
        self.options = spec.options
        self.issuers = Issuers.of(spec)
        self.plans: dict[Attribute, Plan] = {}
        self._variants: dict[tuple[Attribute, str], Plan] = {}

    def plan(self, attribute: Attribute) -> Plan:
        """What becomes of an attribute; made once for each."""
        found = self.plans.get(attribute)
        if found is None:
            if len(self.plans) >= _PLANS_LIMIT:
                self.plans.clear()
            compound = self.actions.compound(attribute)
            found = self.plans[attribute] = self._make(attribute, self.actions.of(attribute), compound)
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
