"""Fields of a DICOM object: one for each value of a text element, one for any other element."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import NamedTuple

from beam_phi.formats.dicom.actions import KEPT_META, PIXELS
from beam_phi.formats.dicom.charset import character_set
from beam_phi.formats.dicom.elements import Container, Element, Sequence
from beam_phi.formats.dicom.iod import MAX_DEPTH, Iod, Place
from beam_phi.formats.dicom.profile import Plan, Profile
from beam_phi.formats.dicom.special import Drop, foreign_issuers, special
from beam_phi.formats.dicom.vr import VRS, holds_numbers, number_text, size_text
from beam_phi.formats.dicom.window import Window
from beam_phi.formats.document import FieldType, SourceRange
from beam_phi.library.uids import is_registered

_UI = VRS["UI"]
_ICON_IMAGE = 0x00880200

# In a number: letters that no exponent has, or so many digits that it may be an id or a date.
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{3}")
_LONG_NUMBER = re.compile(rb"(?<![0-9.])[0-9]{6,}(?![0-9.])")

# In bytes: letters, digits and what stands between those of names and ids.
_SPELLED = re.compile(rb"(?=[ -~]{0,64}[0-9A-Za-z]{4})[ -~]{4,}")
_SPELLED_LENGTH = 4
_SPELLED_OVERLAP = 256


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


class SpelledField(DicomField):
    """Bytes that are no text, by the text that they spell."""

    __slots__ = ()

    @property
    def text(self) -> str:
        assert isinstance(self.key, str)
        return self.key


class ItemField(DicomField):
    """An item of a sequence that goes as a whole."""

    __slots__ = ("item",)

    def __init__(self, type_: FieldType, element: Element, item: Container) -> None:
        super().__init__(type_, 1, element, 0)
        self.item = item

    @property
    def text(self) -> str:
        return "<item>"

    @property
    def location(self) -> str:
        """``(0040,A730)[3]``"""
        return _path(self.item).rstrip(".")


def fields(
    elements: list[Element],
    profile: Profile,
    iod: Iod | None,
    meta: Container | None,
    image: bool,
    window: Window,
) -> tuple[list[DicomField], list[DicomField]]:
    """The fields in file order, and those that have no say of their own: what stands inside a sequence or
    item that goes as a whole, and may tell who the object is about.

    iod: of the object, None if it is not known. meta: the file meta information. image: False for an object
        without rows and columns, whose pixels are none. window: the source of the elements.
    """
    found: list[DicomField] = []
    hidden: list[DicomField] = []
    append, plans = found.append, profile.plans
    exceptions, issuers = special(elements, profile), foreign_issuers(elements, profile)
    gone = dummies = structure = 0
    for element in elements:
        at = element.start
        if at < gone:
            if element.attribute.vr.charset or element.attribute.vr.data_class:
                plan = plans.get(element.attribute) or profile.plan(element.attribute)
                if plan.type:
                    _values(element, plan, plan.type, hidden.append, window)
            continue
        plan = plans.get(element.attribute) or profile.plan(element.attribute)
        if plan.compound and iod:
            type_of = iod.type_of(_place(element.container), element.attribute.keyword)
            plan = profile.typed(element.attribute, plan.compound, type_of)
        if exceptions:
            other = exceptions.get(element, plan)
            if isinstance(other, Drop):
                gone = other.item.end
                append(ItemField(other.type, element, other.item))
                continue
            plan = other
        if issuers and element in issuers:
            plan = profile.issued(plan, element.attribute, issuers[element])
        type_ = plan.type
        if at < dummies and at >= structure:
            type_ = plan.dummy or type_
        raw = element.raw
        if raw in plan.seen and type_:
            append(DicomField(type_, raw, element, 0))
        elif isinstance(element, Sequence):
            if plan.whole and type_:
                gone = element.end
                append(DicomField(type_, element.items, element, 0))
            elif plan.dummies:
                dummies = max(dummies, element.end)
            elif plan.structure:
                structure = max(structure, element.end)
        elif type_:
            _values(element, plan, type_, append, window)
        elif not _belongs(element, meta, image) and (removed := profile.variant(element.attribute, "X").type):
            append(DicomField(removed, element.end - element.value, element, 0))
    return found, hidden


def _belongs(element: Element, meta: Container | None, image: bool) -> bool:
    """True if an element that is no field stands where its attribute may."""
    tag, parent = element.attribute.tag, element.container.parent
    if tag in PIXELS:
        return image if parent is None else parent.attribute.tag == _ICON_IMAGE
    return tag not in KEPT_META or element.container is meta


def _place(container: Container) -> Place:
    """The sequences around an element; no more of them than any IOD has."""
    keywords: list[str] = []
    while container.parent and len(keywords) < MAX_DEPTH:
        keywords.append(container.parent.attribute.keyword)
        container = container.parent.container
    return tuple(reversed(keywords))


def _values(
    element: Element, plan: Plan, type_: FieldType, append: Callable[[DicomField], None], window: Window
) -> None:
    """The fields of an element that takes a closer look."""
    raw, vr = element.raw, element.attribute.vr
    if vr.form in ("number", "binary"):
        append(_opaque(element, plan, type_, window))
        return
    assert raw is not None, "texts are never left in the source"
    if plan.blank and _WORD.search(raw):
        append(DicomField(plan.blank, raw, element, 0))
    elif plan.loose and vr.conforming and (not vr.conforming.fullmatch(raw) or _LONG_NUMBER.search(raw)):
        append(DicomField(plan.loose, raw, element, 0))
    elif vr.split and b"\\" in raw:
        for number, value in enumerate(values(element), 1):
            if vr is not _UI or not _is_registered(value):
                append(DicomField(type_, _key(value, element), element, number))
    elif vr is not _UI or not _is_registered(raw):
        key = _key(raw, element)
        append(DicomField(type_, key, element, 0))
        if vr.form == "text" and key is raw and raw.isascii():
            plan.remember(raw)


def _opaque(element: Element, plan: Plan, type_: FieldType, window: Window) -> DicomField:
    """The one field of numbers or bytes."""
    raw, vr = element.raw, element.attribute.vr
    size = element.end - element.value
    if plan.blank and vr.form == "number" and not holds_numbers(vr, size, element.attribute.vm):
        return DicomField(plan.blank, size, element, 0)
    if plan.spelled and size >= _SPELLED_LENGTH:
        words = _spelled(raw) if raw is not None else _spelled_in(window, element.value, element.end)
        if words:
            return SpelledField(plan.spelled, words, element, 0)
    return DicomField(type_, size if raw is None else _key(raw, element), element, 0)


def _spelled(raw: bytes) -> str:
    """The stretches of bytes that read like words or numbers, a line each."""
    return "\n".join(word.decode("ascii") for word in _SPELLED.findall(raw))


def _spelled_in(window: Window, start: int, end: int) -> str:
    """The same of bytes that were left in the source; a word may lie across the border of two pieces."""
    words: list[str] = []
    before = b""
    for piece in window.chunks(SourceRange(start, end - start)):
        words.append(_spelled(before + piece))
        before = piece[-_SPELLED_OVERLAP:]
    return "\n".join(filter(None, words))


def _is_registered(raw: bytes) -> bool:
    return is_registered(raw.strip(b" \0").decode("latin-1"))


def _key(raw: bytes, element: Element) -> Hashable:
    """What decides the text of a value: its bytes, with character set or byte order where these matter."""
    vr = element.attribute.vr
    if vr.charset:
        charset = element.container.charset
        if not raw.isascii() or b"\x1b" in raw:
            return Encoded(raw, charset)
    elif vr.form == "number" and element.container.syntax.order == ">":
        return Encoded(raw, b">")
    return raw


def _path(container: Container) -> str:
    parts: list[str] = []
    while container.parent:
        parts.append(f"{container.parent.attribute.notation}[{container.index}].")
        container = container.parent.container
    return container.place + "".join(reversed(parts))
