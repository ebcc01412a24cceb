"""From a place in a message (segment, occurrence, field, repetition, component, subcomponent) to its slots.

Everything here is made once and shared by all messages (and threads: what two of them make at once is kept
once); the number of types stays bounded whatever a file holds: high numbers of repetitions, fields and
components are not told apart, and after so many slots all are let go.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count

from beam_phi.formats.hl7.classes import (
    HEADER,
    ID_KIND_PART,
    ISSUER_PART,
    KEPT,
    TYPES,
    field_class,
    part_class,
)
from beam_phi.formats.hl7.slots import Leaf, Slot
from beam_phi.formats.hl7.types import (
    CODED,
    TEXT,
    UNKNOWN,
    Element,
    components,
    field_element,
    is_primitive,
)
from beam_phi.library.identifier_types import class_of_type

#: Occurrences and repetitions beyond this number have no attribute that tells it, and share their types.
MAX_NUMBERED = 9
MAX_FIELD = 255
MAX_COMPONENT = 63
MAX_SUBCOMPONENT = 15
#: Variants of a place that are held at a time: kinds of identifiers, authorities.
MAX_VARIANTS = 256
#: Slots after which all places are made anew.
MAX_SLOTS = 65536

#: Classes of identifiers that give way to what a value says of its kind.
_LOOSE = frozenset({"other-id", "patient-id"})

_made = count(1)


class ComponentPlace:
    """One component. divides: subcomponents may be parted in it; in text their separator is a character.
    first: the slot of its first subcomponent, and of a value that has none."""

    __slots__ = ("_number", "_slots", "_type", "divides", "first")

    def __init__(self, type_: RepetitionPlace, number: int) -> None:
        self._type = type_
        self._number = number
        self._slots: dict[int, Slot] = {}
        self.divides = type_.divides(number)
        self.first = self.slot(1)

    def slot(self, subcomponent: int) -> Slot:
        index = min(subcomponent, MAX_SUBCOMPONENT + 1)
        slot = self._slots.get(index)
        return slot or self._slots.setdefault(index, self._type.make(self._number, index))


class RepetitionPlace:
    """One repetition of a field, of one data type.

    main: the class of the field. kind: the class of its identifier where the value says it (HL7 table 0203).
    issuer: who gave the identifier. components: those asked for before, by number.
    """

    __slots__ = (
        "_element", "_issuer", "_kind", "_main", "_numbers", "_variants", "components", "composite",
        "encoding_part", "issuer_part", "kind_part", "simple",
    )  # fmt: skip

    def __init__(
        self, numbers: dict[str, str], element: Element, main: str, kind: str = "", issuer: str = ""
    ) -> None:
        self._numbers = numbers
        self._element = element
        self._main = main
        self._kind = kind
        self._issuer = issuer
        self.components: dict[int, ComponentPlace] = {}
        self._variants: dict[tuple[str, str], RepetitionPlace] = {}
        #: The identifier's kind and authority by their components; 0 for a data type that has none.
        self.kind_part = ID_KIND_PART.get(element.type, 0)
        self.issuer_part = ISSUER_PART.get(element.type, 0) if main == "patient-id" else 0
        #: Component with the encoding of the data in the next one.
        self.encoding_part = 4 if element.type == "ED" else 0
        #: 1 if the data type has components, else 0.
        self.composite = int(bool(components(element.type)))
        self.simple = self.component(1).first

    def component(self, number: int) -> ComponentPlace:
        index = min(number, MAX_COMPONENT + 1)
        place = self.components.get(index)
        return place or self.components.setdefault(index, ComponentPlace(self, index))

    def of_identifier(self, kind: str, issuer: str) -> RepetitionPlace:
        """The place for an identifier of a kind (code of HL7 table 0203) and an authority. Whose record
        number it is, a message's field says and not its kind: that of a relative (NK1-33) has the same."""
        data_class = class_of_type(kind)
        key = ("" if data_class == "patient-id" else data_class, issuer.strip())
        if key == ("", ""):
            return self
        place = self._variants.get(key)
        if place is None:
            place = RepetitionPlace(self._numbers, self._element, self._main, *key)
            if len(self._variants) >= MAX_VARIANTS:
                self._variants.clear()
        return self._variants.setdefault(key, place)

    def divides(self, component: int) -> bool:
        type_ = self._element.type
        if is_primitive(type_):
            return False
        part = _component(type_, component)
        return not is_primitive(part.type)

    def make(self, component: int, subcomponent: int) -> Slot:
        leaf, table = self._leaf(component, subcomponent)
        attributes = {
            **self._numbers,
            "component": str(component),
            "subcomponent": str(subcomponent),
            "type": self._element.type,
            "leaf": leaf.type,
            "table": table,
        }
        if component > MAX_COMPONENT:
            del attributes["component"]
        if subcomponent > MAX_SUBCOMPONENT:
            del attributes["subcomponent"]
        if self._issuer and leaf.data_class == "patient-id":
            attributes["issuer"] = self._issuer
        if next(_made) % MAX_SLOTS == 0:
            _segment_place.cache_clear()
        return Slot(attributes, leaf)

    def _leaf(self, component: int, subcomponent: int) -> tuple[Leaf, str]:
        """What is known of a leaf, and its table."""
        element, owner, number, main = self._element, "", 0, self._main
        if not components(element.type):
            return self._primitive(component), element.table if component == 1 else ""
        for part in (component, subcomponent, 1):
            if not components(element.type):
                break
            owner, number, parent = element.type, part, element
            data_class = part_class(owner, part, main)
            if self._kind and number == 1 and owner in ID_KIND_PART and data_class in _LOOSE:
                data_class = self._kind
            element = _component(owner, part)
            if owner in CODED and part == 1:
                element = Element(element.type, parent.table, parent.text)
            main = data_class or TYPES.get(element.type, "")
        return Leaf(element.type, owner, number, main, element.text and owner in CODED), element.table

    def _primitive(self, component: int) -> Leaf:
        """A component of a field that should have none: of its class too, unless that goes by its form."""
        type_, main = self._element.type, self._main
        if component == 1:
            return Leaf(type_, "", 0, main, self._element.text)
        if type_ in TEXT or main not in ("", KEPT, HEADER, "date", "birth-date", "time"):
            return Leaf("", "", 0, main)
        return Leaf("", "", 0, "")


class FieldPlace:
    """One field of one occurrence of a segment."""

    __slots__ = ("_element", "_main", "_numbers", "_places", "first", "unknown", "varies")

    def __init__(self, segment: str, occurrence: int, field: int) -> None:
        self._numbers = {"segment": segment}
        if occurrence <= MAX_NUMBERED:
            self._numbers["occurrence"] = str(occurrence)
        if field <= MAX_FIELD:
            self._numbers["field"] = str(field)
        self._element = field_element(segment, field)
        self._main = field_class(segment, field, self._element.type)
        self._places: dict[tuple[int, str, str], RepetitionPlace] = {}
        #: The data type is that which OBX-2 says.
        self.varies = (segment, field) == ("OBX", 5)
        #: No table knows its data type.
        self.unknown = not self._element.type and not self._main and not self.varies
        self.first = self.repetition(1)

    def repetition(self, number: int, type_: str = "", main: str = "") -> RepetitionPlace:
        """A repetition; type_, main: its data type and class where they are not the field's own."""
        key = (min(number, MAX_NUMBERED + 1), type_, main)
        place = self._places.get(key)
        return place or self._places.setdefault(key, self._make(*key))

    def _make(self, number: int, type_: str, main: str) -> RepetitionPlace:
        numbers = dict(self._numbers)
        if number <= MAX_NUMBERED:
            numbers["repetition"] = str(number)
        if not type_:
            return RepetitionPlace(numbers, self._element, main or self._main)
        main = main or TYPES.get(type_, "") or ("free-text" if type_ in TEXT else "")
        return RepetitionPlace(numbers, Element(type_), main)


class SegmentPlace:
    """One occurrence of a segment."""

    __slots__ = ("_occurrence", "_segment", "fields")

    def __init__(self, segment: str, occurrence: int) -> None:
        self._segment = segment
        self._occurrence = occurrence
        self.fields: dict[int, FieldPlace] = {}

    def field(self, number: int) -> FieldPlace:
        """A field by its number; `fields` holds those asked for before."""
        index = min(number, MAX_FIELD + 1)
        place = self.fields.get(index)
        return place or self.fields.setdefault(index, FieldPlace(self._segment, self._occurrence, index))


def segment_place(segment: str, occurrence: int) -> SegmentPlace:
    """The place of a segment's occurrence in a message, from 1."""
    return _segment_place(segment, min(occurrence, MAX_NUMBERED + 1))


@lru_cache(maxsize=8192)
def _segment_place(segment: str, occurrence: int) -> SegmentPlace:
    return SegmentPlace(segment, occurrence)


def _component(type_: str, number: int) -> Element:
    parts = components(type_)
    return parts[number - 1] if number <= len(parts) else UNKNOWN
