"""The segments about one person as a scope, their elements as fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from beam_phi.formats.document import Field, FieldType, FormatError, Segment, Unfit
from beam_phi.formats.encoding import Encoding, encode
from beam_phi.formats.x12.plans import MAX_ELEMENTS, Context, ElementPlan, SegmentPlan
from beam_phi.formats.x12.segments import RawSegment
from beam_phi.formats.x12.types import Form, Leaf
from beam_phi.identity.dates import PIVOT

_BREAKS = b"\r\n"
_SHORT_DATE = re.compile(r"[0-9]{6}")
# Two dates or times with a dash between them; no single one has this form.
_RANGE = re.compile(r"([0-9]{4,14})-([0-9]{4,14})")
_SHORTEST_RANGE = 9
#: What stands in an emptied date or time that an envelope can't be read without.
_FILLERS = {("ISA", "09"): "000101", ("ISA", "10"): "0000", ("GS", "04"): "19000101", ("GS", "05"): "0000"}


#: Separators, each with the number of the part (from 0) that leads on.
_Steps = tuple[tuple[bytes, int], ...]


class X12Segment:
    """A segment in its place.

    number: which of its id it is in the transaction set, or in the interchange outside of one.
    where: the location of what it stands in. context: what is known from the segments before it.
    """

    __slots__ = ("context", "id", "number", "pieces", "raw", "where")

    def __init__(self, raw: RawSegment, id_: str, number: int, where: str, context: Context) -> None:
        self.raw = raw
        self.id = id_
        self.number = number
        self.where = where
        self.context = context
        # Its id and elements as bytes, once one of them was replaced.
        self.pieces: list[bytes] | None = None

    @property
    def location(self) -> str:
        """``ISA[1] / ST[1] / NM1[3]``"""
        return f"{self.where}{self.id}[{self.number}]"

    def values(self, encoding: Encoding) -> list[str]:
        """Its id and elements as text, without the line breaks of a wrapped file."""
        body, separator = self.raw.body, self.raw.delimiters.element
        if b"\n" in body or b"\r" in body:
            body = body.translate(None, _BREAKS)
        if body.isascii():
            return body.decode("ascii").split(separator.decode("ascii"))
        return [encoding.decode(piece)[0] for piece in body.split(separator)]

    def render(self) -> bytes:
        raw = self.raw
        body = raw.body if self.pieces is None else raw.delimiters.element.join(self.pieces)
        return raw.lead + body + raw.end


class X12Field:
    """One element, component, or end of a range. See :class:`beam_phi.formats.document.Field`.

    index: number of the element. steps: lead on to the field in its element. label: what they add to the
        location.
    """

    __slots__ = ("form", "index", "label", "segment", "steps", "text", "type")

    def __init__(
        self,
        type_: FieldType,
        text: str,
        segment: X12Segment,
        index: int,
        form: Form,
        steps: _Steps = (),
        label: str = "",
    ) -> None:
        self.type = type_
        self.text = text
        self.segment = segment
        self.index = index
        self.form = form
        self.steps = steps
        self.label = label

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        """``ISA[1] / ST[1] / NM1[3]-03``, ``…-04.2`` for a component, ``…-03(2)`` for a repetition."""
        return f"{self.segment.location}-{self.index:02}{self.label}"

    def __repr__(self) -> str:
        return f"X12Field({self.location})"


class X12Scope:
    """What is about one person, or about none. Segments are never removed, so that the counts of the trailers
    stay true; an emptied element is left empty, to which the situational rules of an implementation guide may
    object.
    """

    def __init__(self, segments: list[X12Segment], encoding: Encoding, lead: bytes) -> None:
        self._segments = segments
        self._encoding = encoding
        self._lead = lead
        self._fields: list[X12Field] | None = None

    def fields(self) -> list[X12Field]:
        """Raises FormatError ``bad-syntax`` for more elements or components than a segment may have."""
        if self._fields is None:
            self._fields = []
            for segment in self._segments:
                if segment.id:
                    self._fields_of(segment, self._fields)
        return self._fields

    def replace(self, field: Field, text: str) -> str:
        """Raises Unfit for what the element's type doesn't take, for delimiters, line breaks and characters
        that the file's encoding lacks."""
        assert isinstance(field, X12Field)
        if not text:
            return self._empty(field)
        if not field.type.constraint.accepts(text):
            raise Unfit("the replacement is not valid in the element")
        delimiters = field.segment.raw.delimiters
        added = delimiters.all + b"\r\n"
        if any(text.count(chr(byte)) > field.text.count(chr(byte)) for byte in added):
            raise Unfit("the replacement holds a delimiter of the interchange")
        if field.form == "short-date":
            text = text[2:]
        elif field.form == "moment":
            text += "000000"[: max(0, 12 - len(text))]
        return self._put(field, text)

    def empty(self, field: Field) -> None:
        assert isinstance(field, X12Field)
        self._empty(field)

    def delete(self, field: Field) -> None:
        self.empty(field)

    def render(self) -> list[Segment]:
        inner = b"".join([segment.render() for segment in self._segments])
        return [self._lead + self._encoding.outer(inner)]

    def _empty(self, field: X12Field) -> str:
        """A date or time that an envelope can't do without becomes a fixed one."""
        return self._put(field, _FILLERS.get((field.segment.id, f"{field.index:02}"), ""))

    def _put(self, field: X12Field, text: str) -> str:
        """Write a text in the place of the field; the text as it will be read."""
        segment = field.segment
        if segment.pieces is None:
            segment.pieces = segment.raw.body.split(segment.raw.delimiters.element)
        old = segment.pieces[field.index]
        codec = self._encoding.decode(old.translate(None, _BREAKS))[1]
        new = encode(text, codec)
        if segment.id == "ISA":
            width = len(old.translate(None, _BREAKS))
            if len(new) > width:
                raise Unfit("the replacement is longer than the element of an ISA segment is wide")
            new = new.ljust(width)
        segment.pieces[field.index] = _put_in(old, field.steps, new)
        return _dated(text) if field.form == "short-date" else text

    def _fields_of(self, segment: X12Segment, fields: list[X12Field]) -> None:
        values = segment.values(self._encoding)
        if segment.id == "ISA":
            values = [value.rstrip(" ") for value in values]
            # The delimiters that it names are no values.
            values[11] = values[16] = ""
        if len(values) > MAX_ELEMENTS + 1:
            raise FormatError("bad-syntax", f"a segment has more than {MAX_ELEMENTS} elements")
        plan = segment.context.plan(segment.id, values)
        elements = plan.reach(len(values))
        for index in range(1, len(values)):
            text = values[index]
            if not text:
                continue
            element = elements[index]
            leaf = element.leaf
            if leaf is None and not element.composite:
                leaf = plan.told_leaf(element, values[element.witness])
            if leaf is not None and _is_plain(leaf, element, text):
                fields.append(X12Field(leaf.type, text, segment, index, leaf.form))
            else:
                fields += _element_fields(plan, element, leaf, text, segment, index)


def _is_plain(leaf: Leaf, element: ElementPlan, text: str) -> bool:
    """True if the element surely is one value of the leaf's own type."""
    if leaf.fits is not None:
        # No separator fits a code.
        return bool(leaf.fits(text))
    if leaf.temporal:
        return leaf.form == "plain" and len(text) < _SHORTEST_RANGE
    return not element.repeats


def _element_fields(
    plan: SegmentPlan, element: ElementPlan, leaf: Leaf | None, text: str, segment: X12Segment, index: int
) -> Iterator[X12Field]:
    """The fields of an element that may have repetitions, components (if it has no leaf of its own), or the
    ends of a range."""
    delimiters = segment.raw.delimiters
    repetition, component = delimiters.repetition.decode(), delimiters.component.decode()
    repeated = text.split(repetition) if element.repeats and repetition else [text]
    for again, part in enumerate(repeated):
        steps: _Steps = ()
        label = ""
        if len(repeated) > 1:
            steps, label = ((delimiters.repetition, again),), f"({again + 1})"
        if leaf is not None:
            yield from _leaf_fields(leaf, part, segment, index, steps, label)
            continue
        components = part.split(component)
        if len(components) > MAX_ELEMENTS:
            raise FormatError("bad-syntax", f"an element has more than {MAX_ELEMENTS} components")
        for at, value in enumerate(components):
            if value:
                each = plan.component(element.number, components, at)
                deeper = (*steps, (delimiters.component, at))
                yield from _leaf_fields(each, value, segment, index, deeper, f"{label}.{at + 1}")


def _leaf_fields(
    leaf: Leaf, text: str, segment: X12Segment, index: int, steps: _Steps, label: str
) -> Iterator[X12Field]:
    """The field of a leaf; two of them for a range, which no masking function would read as one date."""
    if not text:
        return
    type_ = leaf.type_of(text)
    if leaf.temporal:
        ends = _RANGE.fullmatch(text)
        for part, end in enumerate(ends.groups() if ends else ()):
            shown = _dated(end) if leaf.form == "short-date" else end
            part_steps = (*steps, (b"-", part))
            yield X12Field(type_, shown, segment, index, leaf.form, part_steps, f"{label}.{part + 1}")
        if ends:
            return
        if leaf.form == "short-date":
            text = _dated(text)
    yield X12Field(type_, text, segment, index, leaf.form, steps, label)


def _dated(text: str) -> str:
    """A date without its century (``131031``) as one with it; any other text as it is."""
    if _SHORT_DATE.fullmatch(text) is None:
        return text
    return ("19" if int(text[:2]) >= PIVOT else "20") + text


def _put_in(old: bytes, steps: _Steps, new: bytes) -> bytes:
    """An element in which the part that the steps lead to is replaced. Line breaks of a wrapped file follow
    the new part."""
    if not steps:
        return new + bytes(byte for byte in old if byte in _BREAKS)
    (separator, at), *deeper = steps
    parts = old.split(separator)
    parts[at] = _put_in(parts[at], tuple(deeper), new)
    return separator.join(parts)
