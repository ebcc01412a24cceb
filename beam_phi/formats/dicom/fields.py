"""Fields of a DICOM object: one for each value of a text element, one for any other element."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from beam_phi.formats.dicom.charset import character_set
from beam_phi.formats.dicom.profile import Plan, Profile
from beam_phi.formats.dicom.scan import Container, Element, Sequence
from beam_phi.formats.dicom.vr import VRS, ValueRepresentation, number_text, size_text
from beam_phi.formats.document import FieldType

#: UIDs that DICOM registers (PS3.6 annex A): the same for everybody, never masked.
REGISTERED = b"1.2.840.10008."

_SEEN_LIMIT = 1 << 14
_UI = VRS["UI"]


class Encoded(NamedTuple):
    """Key of a value whose bytes alone don't tell its text: with its character set or byte order."""

    raw: bytes
    encoding: bytes


class DicomField:
    """One value. See :class:`beam_phi.formats.document.Field`.

    type: shared by all fields of the attribute. key: its raw bytes, with the encoding where that matters;
        the length alone for a value that stays in the source.
    number: of the value in a multi-valued element, from 1; 0 for the only one.
    """

    __slots__ = ("element", "key", "number", "type")

    def __init__(self, type_: FieldType, key: Hashable, element: Element, number: int) -> None:
        self.type = type_
        self.key = key
        self.element = element
        self.number = number

    @property
    def text(self) -> str:
        """The value without padding; a binary one as ``<12 bytes>``, a sequence as ``<2 items>``."""
        key, element = self.key, self.element
        vr = element.attribute.vr
        if isinstance(element, Sequence):
            return f"<{element.items} items>" if element.items else ""
        if isinstance(key, int):
            return size_text(key)
        raw = key.raw if isinstance(key, Encoded) else key
        assert isinstance(raw, bytes)
        if vr.form != "text":
            return number_text(vr, raw, value_order(element))
        text = character_set(element.container.charset if vr.charset else b"").decode(raw)
        return text.rstrip(" \0")

    @property
    def location(self) -> str:
        """``(0008,1140)[0].(0008,1155)#2``: items from 0, values from 1 and only where there are several."""
        number = f"#{self.number}" if self.number else ""
        return _path(self.element.container) + self.element.attribute.notation + number

    def __repr__(self) -> str:
        return f"DicomField({self.location})"


def value_order(element: Element) -> str:
    """The byte order of an element's value. UN is little endian everywhere (PS3.5 section 6.2.2)."""
    return element.container.syntax.order


def values(element: Element) -> list[bytes]:
    """The values of a text element as bytes."""
    raw = element.raw or b""
    vr = element.attribute.vr
    if not vr.split or b"\\" not in raw:
        return [raw]
    return character_set(element.container.charset).split(raw) if vr.charset else raw.split(b"\\")


def fields(elements: list[Element], profile: Profile) -> Iterator[DicomField]:
    """The fields in file order. What stands inside a sequence that is one field has none of its own."""
    plan_of = profile.plan
    gone = dummies = structure = 0
    for element in elements:
        at = element.start
        if at < gone:
            continue
        plan = plan_of(element.attribute)
        if isinstance(element, Sequence):
            if plan.whole and plan.type:
                gone = element.end
                yield DicomField(plan.type, element.items, element, 0)
            elif plan.dummies:
                dummies = element.end
            elif plan.structure:
                structure = element.end
        elif plan.type is not None:
            type_ = plan.dummy if structure <= at < dummies and plan.dummy else plan.type
            yield from _values(element, plan, type_)


def _values(element: Element, plan: Plan, type_: FieldType) -> Iterator[DicomField]:
    raw, vr = element.raw, element.attribute.vr
    if raw is None:
        yield DicomField(type_, element.end - element.value, element, 0)
        return
    if plan.loose and not _conforms(raw, vr, plan):
        type_ = plan.loose
    if vr.split and b"\\" in raw:
        for number, value in enumerate(values(element), 1):
            if vr is not _UI or not value.startswith(REGISTERED):
                yield DicomField(type_, _key(value, element, vr), element, number)
    elif vr is not _UI or not raw.startswith(REGISTERED):
        yield DicomField(type_, _key(raw, element, vr), element, 0)


def _key(raw: bytes, element: Element, vr: ValueRepresentation) -> Hashable:
    if vr.charset:
        charset = element.container.charset
        if not raw.isascii() or (b"\x1b" in raw and charset):
            return Encoded(raw, charset)
    elif vr.form == "number" and element.container.syntax.order == ">":
        return Encoded(raw, b">")
    return raw


def _conforms(raw: bytes, vr: ValueRepresentation, plan: Plan) -> bool:
    """True if the value is what its VR says; good ones are remembered."""
    seen = plan.seen
    if seen is None or raw in seen:
        return True
    if vr.conforming is None or not vr.conforming.fullmatch(raw):
        return False
    if len(seen) >= _SEEN_LIMIT:
        seen.clear()
    seen.add(raw)
    return True


def _path(container: Container) -> str:
    parts: list[str] = []
    while container.parent:
        parts.append(f"{container.parent.attribute.notation}[{container.index}].")
        container = container.parent.container
    return "".join(reversed(parts))
