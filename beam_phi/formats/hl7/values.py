"""The values of a message: its text taken apart by segments, fields, repetitions, components, subcomponents.

Most of the time that reading a message takes is spent here, so places are looked up in dictionaries that they
fill themselves, and a field that is not divided takes a short way.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from beam_phi.formats.document import FieldType
from beam_phi.formats.hl7.classes import OBSERVATIONS
from beam_phi.formats.hl7.delimiters import HEADERS, Delimiters
from beam_phi.formats.hl7.escapes import Escapes
from beam_phi.formats.hl7.guess import guess_type
from beam_phi.formats.hl7.layout import FieldPlace, RepetitionPlace, segment_place
from beam_phi.formats.hl7.segments import SegmentSpan
from beam_phi.formats.hl7.types import is_known

#: What says that a value is to be deleted by the receiver: it is kept, and no field.
NULL = '""'

#: Encodings of HL7 table 0299 under which data (ED) is text: none, and plain; the one that is not base64.
_PLAIN = frozenset({"", "A"})
_HEX = "HEX"
_OBX_2, _OBX_3 = 2, 3
#: Stands for a delimiter that a message does not have: no text holds it.
_NONE = "\0"


class Value:
    """One leaf of a message: a component, a subcomponent, or a field that has neither.

    text: decoded. start, end: where in the text of the message it stands.
    """

    __slots__ = (
        "_component", "_field", "_repetition", "_segment", "_subcomponent", "end", "start", "text", "type",
    )  # fmt: skip

    def __init__(
        self,
        type_: FieldType,
        text: str,
        start: int,
        end: int,
        segment: SegmentSpan,
        field: int,
        repetition: int,
        component: int,
        subcomponent: int = 0,
    ) -> None:
        """component, subcomponent: 0 if the location does not tell them."""
        self.type = type_
        self.text = text
        self.start = start
        self.end = end
        self._segment = segment
        self._field = field
        self._repetition = repetition
        self._component = component
        self._subcomponent = subcomponent

    key = property(attrgetter("text"))

    @property
    def location(self) -> str:
        """``message 1 / PID[1]-5[1].1``, with the subcomponent after another dot.

        The component is left out where the data type has none, and the field neither.
        """
        place = f"{self._segment.location}-{self._field}[{self._repetition}]"
        if not self._component:
            return place
        place = f"{place}.{self._component}"
        return f"{place}.{self._subcomponent}" if self._subcomponent else place


def read_values(
    text: str, segments: Iterable[SegmentSpan], delimiters: Delimiters, escapes: Escapes
) -> list[Value]:
    """All values of a message, in their order."""
    reader = _Reader(text, delimiters, escapes)
    for segment in segments:
        reader.read(segment)
    return reader.values


class _Reader:
    """Takes one message apart."""

    def __init__(self, text: str, delimiters: Delimiters, escapes: Escapes) -> None:
        self.values: list[Value] = []
        self._text = text
        self._field_mark = delimiters.field
        self._component_mark = delimiters.component or _NONE
        self._repetition_mark = delimiters.repetition or _NONE
        self._subcomponent_mark = delimiters.subcomponent or _NONE
        self._escape = delimiters.escape or _NONE
        self._decode = escapes.decode

    def read(self, segment: SegmentSpan) -> None:
        """Take the values of a segment."""
        places = segment_place(segment.name, segment.occurrence)
        known = places.fields
        fields = self._text[segment.start : segment.end].split(self._field_mark)
        observation = self._observation(fields) if segment.name == "OBX" else ("", "")
        # A header's first field is the separator itself, the second declares the others.
        first, skipped = (1, 2) if segment.start == 0 and segment.name in HEADERS else (0, 0)
        component, repetition = self._component_mark, self._repetition_mark
        subcomponent, escape = self._subcomponent_mark, self._escape
        start = segment.start
        for number, raw in enumerate(fields, first):
            end = start + len(raw)
            if raw and raw != NULL and number > skipped and not raw.isspace():
                place = known.get(number) or places.field(number)
                if (
                    place.varies
                    or place.unknown
                    or component in raw
                    or repetition in raw
                    or subcomponent in raw
                ):
                    self._repetitions(raw, start, place, segment, number, *observation)
                else:
                    text = self._decode(raw) if escape in raw else raw
                    layout = place.first
                    type_ = layout.simple.fixed or layout.simple.choose(text)
                    value = Value(type_, text, start, end, segment, number, 1, layout.composite)
                    self.values.append(value)
            start = end + 1

    def _observation(self, fields: list[str]) -> tuple[str, str]:
        """The data type that an OBX says OBX-5 has, and the class of its value if the question tells it."""
        if len(fields) <= _OBX_3:
            return "", ""
        code = fields[_OBX_3].split(self._component_mark)[0]
        return fields[_OBX_2].strip().upper(), OBSERVATIONS.get(code.strip(), "")

    def _repetitions(
        self,
        raw: str,
        start: int,
        place: FieldPlace,
        segment: SegmentSpan,
        field: int,
        value_type: str,
        value_class: str,
    ) -> None:
        for number, repetition in enumerate(raw.split(self._repetition_mark), 1):
            if repetition and repetition != NULL:
                parts = repetition.split(self._component_mark)
                if place.varies or place.unknown:
                    known = place.varies and is_known(value_type)
                    type_ = value_type if known else self._guess(parts)
                    layout = place.repetition(number, type_, value_class if place.varies else "")
                else:
                    layout = place.repetition(number)
                self._components(parts, start, layout, segment, field, number)
            start += len(repetition) + 1

    def _guess(self, parts: list[str]) -> str:
        return guess_type([self._decode(part) for part in parts], self._subcomponent_mark)

    def _components(
        self,
        parts: list[str],
        start: int,
        layout: RepetitionPlace,
        segment: SegmentSpan,
        field: int,
        repetition: int,
    ) -> None:
        encoding, encoded_from = "", 0
        if layout.kind_part or layout.issuer_part:
            layout = layout.of_identifier(
                _part(parts, layout.kind_part), self._authority(_part(parts, layout.issuer_part))
            )
        elif layout.encoding_part:
            encoding = _part(parts, layout.encoding_part).strip().upper()
            encoded_from = 0 if encoding in _PLAIN else layout.encoding_part + 1
        known, append = layout.components, self.values.append
        subcomponent, escape = self._subcomponent_mark, self._escape
        told = layout.composite or len(parts) > 1
        for number, part in enumerate(parts, 1):
            end = start + len(part)
            if part and part != NULL and not part.isspace():
                component = known.get(number) or layout.component(number)
                if encoded_from and number >= encoded_from:
                    type_ = component.first.encoded("sealed" if encoding == _HEX else "base64")
                    append(Value(type_, self._decode(part), start, end, segment, field, repetition, number))
                elif subcomponent in part and component.divides:
                    for below, leaf in enumerate(part.split(subcomponent), 1):
                        last = start + len(leaf)
                        if leaf and leaf != NULL and not leaf.isspace():
                            text = self._decode(leaf)
                            slot = component.slot(below)
                            type_ = slot.fixed or slot.choose(text)
                            append(Value(type_, text, start, last, segment, field, repetition, number, below))
                        start = last + 1
                else:
                    text = self._decode(part) if escape in part else part
                    slot = component.first
                    type_ = slot.fixed or slot.choose(text)
                    shown = number if told else 0
                    append(Value(type_, text, start, end, segment, field, repetition, shown))
            start = end + 1

    def _authority(self, part: str) -> str:
        """An assigning authority (HD): its name, or its universal id if it has none."""
        for name in part.split(self._subcomponent_mark) if part else ():
            if name and name != NULL:
                return self._decode(name)
        return ""


def _part(parts: list[str], number: int) -> str:
    return parts[number - 1] if 0 < number <= len(parts) else ""
