"""One message, or one header or trailer of a batch, as a scope of fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from beam_phi.formats.document import Field, FieldType, FormatError, Segment, Unfit
from beam_phi.formats.encoding import Encoding
from beam_phi.formats.hl7.charset import declared_set, read_text
from beam_phi.formats.hl7.classes import OBSERVATIONS
from beam_phi.formats.hl7.delimiters import HEADERS
from beam_phi.formats.hl7.escapes import escapes
from beam_phi.formats.hl7.framing import RawMessage
from beam_phi.formats.hl7.guess import guess_type
from beam_phi.formats.hl7.layout import FieldPlace, RepetitionPlace, segment_place
from beam_phi.formats.hl7.segments import find_segments
from beam_phi.formats.hl7.slots import Slot
from beam_phi.formats.hl7.types import is_known, segment_names

#: Values one message may have.
MAX_VALUES = 1024 * 1024
#: What says that a value is to be deleted by the receiver: it is kept, and no field.
NULL = '""'

#: Encodings of HL7 table 0299 under which data (ED) is text: none, and plain.
_PLAIN = frozenset({"", "A"})
_OBX_2, _OBX_3 = 2, 3
_LINE_END = re.compile(rb"[\r\n]")


class Value:
    """One leaf of a message: a component, a subcomponent, or a field that has neither."""

    __slots__ = (
        "_component", "_field", "_message", "_raw", "_repetition", "_segment", "_start", "_subcomponent",
        "type",
    )  # fmt: skip

    def __init__(
        self,
        type_: FieldType,
        raw: str,
        start: int,
        message: Message,
        segment: int,
        field: int,
        repetition: int = 1,
        component: int = 0,
        subcomponent: int = 0,
    ) -> None:
        """segment: its index. component, subcomponent: 0 if the location does not tell them."""
        self.type = type_
        self._raw = raw
        self._start = start
        self._message = message
        self._segment = segment
        self._field = field
        self._repetition = repetition
        self._component = component
        self._subcomponent = subcomponent

    @property
    def text(self) -> str:
        return self._message.escapes.decode(self._raw)

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        """``message 1 / PID[1]-5[1].1``, with the subcomponent after another dot.

        The component is left out where the data type has none, and the field neither.
        """
        place = f"{self._message.place(self._segment)}-{self._field}[{self._repetition}]"
        if not self._component:
            return place
        place = f"{place}.{self._component}"
        return f"{place}.{self._subcomponent}" if self._subcomponent else place

    @property
    def span(self) -> tuple[int, int]:
        """Where in the text of the message it stands."""
        return self._start, self._start + len(self._raw)


class Message:
    """A scope of one message. Its text is never taken apart and put together again: replacements are put
    between the stretches of text that nobody touched.

    label: how its fields are located, e.g. ``message 1``. bom: the byte order mark that the file begins with,
    for its first scope.
    """

    __slots__ = (
        "_bom", "_codec", "_delimiters", "_edits", "_encoding", "_fields", "_label", "_raw", "_segments",
        "_text", "escapes", "unknown",
    )  # fmt: skip

    def __init__(self, raw: RawMessage, encoding: Encoding, label: str, bom: bytes = b"") -> None:
        """Raises FormatError ``bad-encoding``, ``bad-syntax`` or ``record-too-long``."""
        self._raw = raw
        self._encoding = encoding
        self._label = label
        self._bom = bom
        self._delimiters = raw.delimiters
        unicode = bool(encoding.bom or encoding.transform)
        declared = ""
        if raw.body.startswith(b"MSH"):
            declared = declared_set(_LINE_END.split(raw.body, 1)[0])
        self._text, self._codec = read_text(raw.body, None if unicode else declared)
        self._segments = find_segments(self._text, self._delimiters.field)
        #: Names of its segments that are neither the standard's nor a site's own.
        self.unknown = {name for *_, name, _ in self._segments if name[0] != "Z"} - segment_names()
        self.escapes = escapes(self._delimiters, self._codec)
        self._edits: dict[int, tuple[int, str]] = {}
        self._fields: list[Value] | None = None
        marks = self._delimiters
        separators = "".join((marks.field, marks.component, marks.repetition, marks.subcomponent))
        if sum(map(self._text.count, separators)) > MAX_VALUES:
            raise FormatError("record-too-long", f"a message has more than {MAX_VALUES} values")

    # -- the scope ---------------------------------------------------------------------------------

    def fields(self) -> list[Value]:
        if self._fields is None:
            self._fields = list(self._values())
        return self._fields

    def replace(self, field: Field, text: str) -> str:
        """Raises Unfit for characters the message's character set lacks, and as :meth:`Escapes.encode`."""
        assert isinstance(field, Value)
        raw = self.escapes.encode(text)
        try:
            raw.encode(self._codec)
        except UnicodeEncodeError:
            raise Unfit("the message's character set lacks a character of the replacement") from None
        start, end = field.span
        self._edits[start] = end, raw
        return self.escapes.decode(raw)

    def empty(self, field: Field) -> None:
        self.replace(field, "")

    def delete(self, field: Field) -> None:
        self.replace(field, "")

    def render(self) -> list[Segment]:
        body = self._raw.body
        if self._edits:
            pieces: list[str] = []
            done = 0
            for start, (end, raw) in sorted(self._edits.items()):
                pieces += (self._text[done:start], raw)
                done = end
            pieces.append(self._text[done:])
            body = "".join(pieces).encode(self._codec)
        return [self._bom + self._encoding.outer(self._raw.lead + body)]

    def place(self, segment: int) -> str:
        """Where a segment stands: ``message 1 / PID[1]``."""
        _, _, name, occurrence = self._segments[segment]
        return f"{self._label} / {name}[{occurrence}]"

    # -- taking the text apart ---------------------------------------------------------------------

    def _values(self) -> Iterator[Value]:
        text, mark = self._text, self._delimiters.field
        marks = [m for m in (self._delimiters.component, self._delimiters.repetition) if m]
        if self._delimiters.subcomponent:
            marks.append(self._delimiters.subcomponent)
        for index, (start, end, name, occurrence) in enumerate(self._segments):
            places = segment_place(name, occurrence)
            values = text[start:end].split(mark)
            shift = int(index == 0 and name in HEADERS)
            observation = self._observation(values) if name == "OBX" else ("", "")
            known = places.fields
            position = start
            for number, value in enumerate(values, shift):
                if value and number > 2 * shift and value != NULL and not value.isspace():
                    place = known.get(number) or places.field(number)
                    if place.varies or place.unknown:
                        yield from self._repetitions(value, position, place, index, number, *observation)
                    else:
                        for each in marks:
                            if each in value:
                                yield from self._repetitions(value, position, place, index, number)
                                break
                        else:
                            first = place.first
                            type_ = first.simple.fixed or first.simple.choose(value)
                            yield Value(type_, value, position, self, index, number, 1, first.composite)
                position += len(value) + 1

    def _observation(self, values: list[str]) -> tuple[str, str]:
        """The data type that an OBX says OBX-5 has, and the class of its value if the question tells it."""
        if len(values) <= _OBX_3:
            return "", ""
        mark = self._delimiters.component
        code = values[_OBX_3].split(mark)[0] if mark else values[_OBX_3]
        return values[_OBX_2].strip().upper(), OBSERVATIONS.get(code.strip(), "")

    def _repetitions(
        self,
        value: str,
        position: int,
        place: FieldPlace,
        segment: int,
        field: int,
        value_type: str = "",
        value_class: str = "",
    ) -> Iterator[Value]:
        repetition_mark, component_mark = self._delimiters.repetition, self._delimiters.component
        for number, repetition in enumerate(value.split(repetition_mark) if repetition_mark else (value,), 1):
            if repetition and repetition != NULL:
                parts = repetition.split(component_mark) if component_mark else [repetition]
                if place.varies or place.unknown:
                    known = place.varies and is_known(value_type)
                    type_ = value_type if known else guess_type(parts, self._delimiters.subcomponent)
                    layout = place.repetition(number, type_, value_class if place.varies else "")
                else:
                    layout = place.repetition(number)
                yield from self._components(parts, position, layout, segment, field, number)
            position += len(repetition) + 1

    def _components(
        self,
        parts: list[str],
        position: int,
        layout: RepetitionPlace,
        segment: int,
        field: int,
        repetition: int,
    ) -> Iterator[Value]:
        encoded = False
        if layout.kind_part or layout.issuer_part:
            layout = layout.of_identifier(
                _part(parts, layout.kind_part), self._authority(_part(parts, layout.issuer_part))
            )
        elif layout.encoding_part:
            encoded = _part(parts, layout.encoding_part).strip().upper() not in _PLAIN
        mark = self._delimiters.subcomponent
        told = layout.composite or len(parts) > 1
        for number, part in enumerate(parts, 1):
            if part and part != NULL and not part.isspace():
                component = layout.component(number)
                hidden = encoded and number > layout.encoding_part
                if mark and mark in part and component.divides and not hidden:
                    start = position
                    for below, leaf in enumerate(part.split(mark), 1):
                        if leaf and leaf != NULL and not leaf.isspace():
                            type_ = _type(component.slot(below), leaf)
                            yield Value(type_, leaf, start, self, segment, field, repetition, number, below)
                        start += len(leaf) + 1
                else:
                    slot = component.slot(1)
                    type_ = slot.encoded() if hidden else _type(slot, part)
                    shown = number if told else 0
                    yield Value(type_, part, position, self, segment, field, repetition, shown)
            position += len(part) + 1

    def _authority(self, part: str) -> str:
        """An assigning authority (HD): its name, or its universal id if it has none."""
        mark = self._delimiters.subcomponent
        names = part.split(mark) if mark else [part]
        return next((self.escapes.decode(name) for name in names if name and name != NULL), "")


def _type(slot: Slot, raw: str) -> FieldType:
    return slot.fixed or slot.choose(raw)


def _part(parts: list[str], number: int) -> str:
    return parts[number - 1] if 0 < number <= len(parts) else ""
