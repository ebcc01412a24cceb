"""One message, or one header or trailer of a batch, as a scope of fields."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter

from beam_phi.formats.document import Field, FieldType, FormatError, Segment, Unfit
from beam_phi.formats.encoding import Encoding
from beam_phi.formats.hl7.charset import declared_set, read_text
from beam_phi.formats.hl7.classes import OBSERVATIONS
from beam_phi.formats.hl7.delimiters import HEADERS
from beam_phi.formats.hl7.escapes import escapes
from beam_phi.formats.hl7.framing import RawMessage
from beam_phi.formats.hl7.guess import guess_type
from beam_phi.formats.hl7.layout import FieldPlace, RepetitionPlace, segment_place
from beam_phi.formats.hl7.slots import Slot
from beam_phi.formats.hl7.types import is_known, is_primitive

#: Values one message may have.
MAX_VALUES = 1024 * 1024
#: What says that a value is to be deleted by the receiver: it is kept, and no field.
NULL = '""'

#: Encodings of HL7 table 0299 under which data (ED) is text: none, and plain.
_PLAIN = frozenset({"", "A"})
_OBX_2, _OBX_3 = 2, 3
_BREAK = re.compile(r"[\r\n\x1c]")
_HEADER_LINE = re.compile(rb"[^\r\n]*")


class Value:
    """One leaf of a message: a component, a subcomponent, or a field that has neither."""

    __slots__ = ("_message", "_raw", "_start", "type")

    def __init__(self, type_: FieldType, raw: str, start: int, message: Message) -> None:
        self.type = type_
        self._raw = raw
        self._start = start
        self._message = message

    @property
    def text(self) -> str:
        return self._message.escapes.decode(self._raw)

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        return self._message.location(self._start, self._raw, self.type.attributes["type"])

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
        "_text", "escapes",
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
            header = _HEADER_LINE.match(raw.body)
            declared = declared_set(header[0] if header else b"")
        self._text, self._codec = read_text(raw.body, None if unicode else declared)
        self._segments = self._find_segments()
        self.escapes = escapes(self._delimiters, self._codec)
        self._edits: dict[int, tuple[int, str]] = {}
        self._fields: list[Value] | None = None
        separators = "".join(
            {raw.delimiters.field, raw.delimiters.component, raw.delimiters.repetition}
            | {raw.delimiters.subcomponent}
        )
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

    def location(self, start: int, raw: str, type_: str) -> str:
        """Where a value stands: ``message 1 / PID[1]-5[1].1``, with the subcomponent after another dot.

        The component is left out where the data type has none, and the field neither.
        """
        index = bisect_right(self._segments, start, key=itemgetter(0)) - 1
        segment_start, segment_end, name, occurrence = self._segments[index]
        marks = self._delimiters
        before = self._text[segment_start:start]
        field = before.count(marks.field) + (index == 0 and name in HEADERS)
        value = before.rpartition(marks.field)[2]
        rest = self._text[start:segment_end].partition(marks.field)[0]
        repetition = value.count(marks.repetition) + 1 if marks.repetition else 1
        if marks.repetition:
            value, rest = value.rpartition(marks.repetition)[2], rest.partition(marks.repetition)[0]
        place = f"{self._label} / {name}[{occurrence}]-{field}[{repetition}]"
        whole, mark = value + rest, marks.subcomponent
        parted = bool(marks.component) and marks.component in whole
        divided = bool(mark) and mark in whole and mark not in raw
        if not parted and not divided and (is_primitive(type_) or not type_):
            return place
        component = value.count(marks.component) + 1 if marks.component else 1
        if marks.component:
            value, rest = value.rpartition(marks.component)[2], rest.partition(marks.component)[0]
        place = f"{place}.{component}"
        if not divided or mark not in value + rest:
            return place
        return f"{place}.{value.count(mark) + 1}"

    # -- taking the text apart ---------------------------------------------------------------------

    def _find_segments(self) -> list[tuple[int, int, str, int]]:
        """Start, end, name and occurrence of each segment. A line that is none belongs to the one before.

        Raises FormatError ``bad-syntax`` for a line that is nearly one (indented, in small letters): its
        values would be taken for those of another segment.
        """
        text, field = self._text, self._delimiters.field
        starts = [0]
        for found in _segment_start(field).finditer(text):
            if found[1] or not found[2].isupper() or not found[2].isascii():
                raise FormatError("bad-syntax", "a line is neither a segment nor the continuation of one")
            starts.append(found.start(2))
        segments = []
        occurrences: Counter[str] = Counter()
        for start, following in zip(starts, [*starts[1:], len(text)], strict=True):
            name = text[start : start + 3]
            occurrences[name] += 1
            segments.append((start, self._end(start, following), name, occurrences[name]))
        return segments

    def _end(self, start: int, following: int) -> int:
        """Where the values of a segment end: before line ends, blank lines and the end of a frame."""
        end = start + len(self._text[start:following].rstrip())
        found = _BREAK.search(self._text, end, following)
        return found.start() if found else following

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
                        yield from self._repetitions(value, position, place, *observation)
                    else:
                        for each in marks:
                            if each in value:
                                yield from self._repetitions(value, position, place)
                                break
                        else:
                            slot = place.first.simple
                            yield Value(slot.fixed or slot.choose(value), value, position, self)
                position += len(value) + 1

    def _observation(self, values: list[str]) -> tuple[str, str]:
        """The data type that an OBX says OBX-5 has, and the class of its value if the question tells it."""
        if len(values) <= _OBX_3:
            return "", ""
        mark = self._delimiters.component
        code = values[_OBX_3].split(mark)[0] if mark else values[_OBX_3]
        return values[_OBX_2].strip().upper(), OBSERVATIONS.get(code.strip(), "")

    def _repetitions(
        self, value: str, position: int, place: FieldPlace, value_type: str = "", value_class: str = ""
    ) -> Iterator[Value]:
        repetition_mark, component_mark = self._delimiters.repetition, self._delimiters.component
        for number, repetition in enumerate(value.split(repetition_mark) if repetition_mark else (value,), 1):
            if repetition and repetition != NULL:
                parts = repetition.split(component_mark) if component_mark else [repetition]
                if place.varies:
                    type_ = value_type if is_known(value_type) else guess_type(parts)
                    layout = place.repetition(number, type_, value_class)
                else:
                    layout = place.repetition(number, guess_type(parts) if place.unknown else "")
                yield from self._components(parts, position, layout)
            position += len(repetition) + 1

    def _components(self, parts: list[str], position: int, layout: RepetitionPlace) -> Iterator[Value]:
        encoded = False
        if layout.kind_part or layout.issuer_part:
            layout = layout.of_identifier(
                _part(parts, layout.kind_part), self._authority(_part(parts, layout.issuer_part))
            )
        elif layout.encoding_part:
            encoded = _part(parts, layout.encoding_part).strip().upper() not in _PLAIN
        mark = self._delimiters.subcomponent
        for number, part in enumerate(parts, 1):
            if part and part != NULL and not part.isspace():
                component = layout.component(number)
                if encoded and number > layout.encoding_part:
                    yield Value(component.slot(1).encoded(), part, position, self)
                elif mark and mark in part and component.divides:
                    start = position
                    for below, leaf in enumerate(part.split(mark), 1):
                        if leaf and leaf != NULL and not leaf.isspace():
                            yield Value(_type(component.slot(below), leaf), leaf, start, self)
                        start += len(leaf) + 1
                else:
                    yield Value(_type(component.slot(1), part), part, position, self)
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


@lru_cache(maxsize=256)
def _segment_start(field: str) -> re.Pattern[str]:
    """A line that begins like a segment; the first group holds what stands before its name."""
    return re.compile(rf"[\r\n]([^\S\r\n]*)([A-Za-z][A-Za-z0-9]{{2}}){re.escape(field)}")
