"""Elements whose object says more of them than their attribute does.

Content items are treated by the concept that names them, private elements by what the object declares of
them, private creators by whether anything of their block stays.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from beam_phi.formats.dicom.attributes import Attribute, any_block, is_creator
from beam_phi.formats.dicom.charset import character_set
from beam_phi.formats.dicom.content_items import (
    VALUES,
    Concept,
    has_concepts,
    named_items,
    refer_by_position,
)
from beam_phi.formats.dicom.elements import Container, Element, ascii_text
from beam_phi.formats.dicom.profile import Plan, Profile, drop_type
from beam_phi.formats.dicom.safe_private import is_known_creator
from beam_phi.formats.document import FieldType

_NUMERIC_VALUE = 0x0040A30A
_SUBJECT_AGE = ("DCM", "121033")

# Private Data Element Characteristics Sequence and what is in it (PS3.3 Table C.12-1).
_CHARACTERISTICS = 0x00080300
_GROUP, _CREATOR, _STATUS, _SAFE = 0x00080301, 0x00080302, 0x00080303, 0x00080304
_ACTIONS, _IDENTIFYING, _ACTION = 0x00080305, 0x00080306, 0x00080307
_LETTERS = {"D": "D", "Z": "Z", "X": "X", "U": "U"}


@dataclass(frozen=True, slots=True)
class Drop:
    """The item that an element is the first of goes as a whole."""

    item: Container
    type: FieldType


Special = dict[Element, Plan | Drop]

_PATIENT_ID, _ISSUER = 0x00100020, 0x00100021


def special(elements: list[Element], profile: Profile) -> Special:
    """The elements that have another plan than their attribute's; few objects have any."""
    found: Special = {}
    if has_concepts(elements):
        cleans = "clean-structured-content" in profile.options
        found.update((_content_items if cleans else _dummy_numbers)(elements, profile))
    if profile.actions.keeps_private:
        declared = _declared(elements) if "safe-private" in profile.options else {}
        found.update(_private(elements, profile, declared))
    return found


def foreign_issuers(elements: list[Element], profile: Profile) -> dict[Element, str]:
    """The patient ids that another issuer than the library's own gave, with that issuer (PS3.3 C.7.1.1)."""
    if not profile.issuers:
        return {}
    issuers = {
        element.container: character_set(element.container.charset).decode(element.raw or b"").strip(" \0")
        for element in elements
        if element.attribute.tag == _ISSUER
    }
    return {
        element: issuer
        for element in elements
        if element.attribute.tag == _PATIENT_ID
        and (issuer := issuers.get(element.container, ""))
        and profile.issuers.foreign(issuer)
    }


# -- content items ---------------------------------------------------------------------------------


def _content_items(elements: list[Element], profile: Profile) -> Iterator[tuple[Element, Plan | Drop]]:
    items = named_items(elements)
    letters = {item: concept.action(profile.options) for item, concept in items.items()}
    if refer_by_position(elements):
        letters = {item: "D" if letter == "X" else letter for item, letter in letters.items()}
    begun: set[Container] = set()
    for element in elements:
        holder = _content_item(element)
        if holder not in letters:
            continue
        letter = letters[holder]
        if letter == "X":
            if holder not in begun and element.container is holder:
                begun.add(holder)
                yield element, Drop(holder, drop_type(items[holder].scheme, items[holder].code))
        elif element.attribute.tag in VALUES:
            yield element, _value_plan(element.attribute, items[holder], letter, profile)


def _dummy_numbers(elements: list[Element], profile: Profile) -> Iterator[tuple[Element, Plan]]:
    """Numbers of items that the table removes, in a report whose texts all become dummies."""
    items = named_items(elements)
    for element in elements:
        holder = _content_item(element)
        if element.attribute.tag != _NUMERIC_VALUE or holder not in items:
            continue
        if items[holder].action(profile.options) == "X":
            yield element, profile.variant(element.attribute, "D")


def _content_item(element: Element) -> Container | None:
    """The content item that an element belongs to: that of a measured value stands one sequence deeper."""
    parent = element.container.parent
    if element.attribute.tag == _NUMERIC_VALUE and parent is not None and parent.container.parent is not None:
        return parent.container
    return element.container


def _value_plan(attribute: Attribute, concept: Concept, letter: str, profile: Profile) -> Plan:
    if attribute.tag == _NUMERIC_VALUE and letter == "K" and (concept.scheme, concept.code) == _SUBJECT_AGE:
        return profile.age(attribute)
    if attribute.vr.code == "UI" and letter == "D":
        return profile.variant(attribute, "U")
    if attribute.vr.form == "sequence" and letter in ("K", "C"):
        return profile.plan(attribute)
    return profile.variant(attribute, letter)


# -- private elements ------------------------------------------------------------------------------


def _private(
    elements: list[Element], profile: Profile, declared: Mapping[tuple[str, int], str]
) -> Iterator[tuple[Element, Plan]]:
    creators: dict[tuple[Container, int, str], Element] = {}
    used: set[Element] = set()
    for element in elements:
        attribute = element.attribute
        if not attribute.private:
            continue
        if is_creator(attribute.tag):
            creators.setdefault((element.container, attribute.tag >> 16, attribute.creator), element)
            continue
        plan = profile.plan(attribute)
        letter = declared.get((attribute.creator, attribute.tag))
        if letter:
            plan = profile.variant(
                attribute, profile.actions.kept_private(attribute) if letter == "K" else letter
            )
            yield element, plan
        if plan.type is None or plan.type.action != "X":
            creator = creators.get((element.container, attribute.tag >> 16, attribute.creator))
            if creator is not None:
                used.add(creator)
    for creator in used:
        # A name that no maker of machines is known by may be anybody's.
        name = creator.attribute.creator
        known = is_known_creator(name) or name in profile.actions.kept_creators
        yield creator, profile.variant(creator.attribute, "K" if known else "C")


def _declared(elements: list[Element]) -> dict[tuple[str, int], str]:
    """What the object says of its private elements: (creator, tag with block 10) -> K or the action it asks
    for.

    Elements of a block are named by their last eight bits; what a whole block is said to be counts for those
    of its elements that the object has.
    """
    items: dict[Container, dict[int, Element]] = {}
    blocks: dict[tuple[int, str], set[int]] = {}
    for element in elements:
        attribute = element.attribute
        if element.container.parent is not None and _GROUP <= attribute.tag <= _ACTION:
            items.setdefault(element.container, {})[attribute.tag] = element
        if attribute.private and not is_creator(attribute.tag) and attribute.vr.form != "sequence":
            blocks.setdefault((attribute.tag >> 16, attribute.creator), set()).add(attribute.tag)
    asked: dict[Element, list[dict[int, Element]]] = {}
    for item, values in items.items():
        if item.parent is not None:
            asked.setdefault(item.parent, []).append(values)
    found: dict[tuple[str, int], str] = {}
    for item, values in items.items():
        if item.parent is None or item.parent.attribute.tag != _CHARACTERISTICS:
            continue
        group, creator = _numbers(values.get(_GROUP)), ascii_text(values.get(_CREATOR))
        if len(group) != 1 or not creator:
            continue
        base = group[0] << 16
        if ascii_text(values.get(_STATUS)) == "SAFE":
            found |= {(creator, tag): "K" for tag in blocks.get((group[0], creator), ())}
        for number in _numbers(values.get(_SAFE)):
            found[creator, any_block(base | number & 0xFF)] = "K"
        actions = values.get(_ACTIONS)
        for action in asked.get(actions, ()) if actions else ():
            letter = _LETTERS.get(ascii_text(action.get(_ACTION)), "X")
            for number in _numbers(action.get(_IDENTIFYING)):
                found[creator, any_block(base | number & 0xFF)] = letter
    return found


def _numbers(element: Element | None) -> tuple[int, ...]:
    """The values of a US element."""
    raw = (element.raw or b"") if element else b""
    if element is None or len(raw) % 2:
        return ()
    return struct.unpack(f"{element.container.syntax.order}{len(raw) // 2}H", raw)
