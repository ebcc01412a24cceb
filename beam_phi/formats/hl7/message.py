"""One message, or one header or trailer of a batch, as a scope of fields."""

from __future__ import annotations

import re

from beam_phi.formats.document import Field, FormatError, InPlace, Segment, Unfit
from beam_phi.formats.encoding import Encoding
from beam_phi.formats.hl7.charset import declared_set, read_text
from beam_phi.formats.hl7.escapes import escapes
from beam_phi.formats.hl7.framing import RawMessage
from beam_phi.formats.hl7.segments import find_segments
from beam_phi.formats.hl7.types import segment_names
from beam_phi.formats.hl7.values import Value, read_values

#: Values one message may have.
MAX_VALUES = 1024 * 1024

_LINE_END = re.compile(rb"[\r\n]")


class Message(InPlace):
    """A scope of one message. Its text is never taken apart and put together again: replacements are put
    between the stretches of text that nobody touched.

    label: how its fields are located, e.g. ``message 1``. bom: the byte order mark that the file begins with,
    for its first scope.
    """

    __slots__ = (
        "_bom", "_codec", "_delimiters", "_edits", "_encoding", "_escapes", "_fields", "_lead", "_segments",
        "_text", "unknown",
    )  # fmt: skip

    def __init__(self, raw: RawMessage, encoding: Encoding, label: str, bom: bytes) -> None:
        """Raises FormatError ``bad-encoding``, ``bad-syntax`` or ``record-too-long``."""
        self._lead = raw.lead
        self._encoding = encoding
        self._bom = bom
        self._delimiters = marks = raw.delimiters
        unicode = bool(encoding.bom or encoding.transform)
        declared = ""
        if raw.body.startswith(b"MSH"):
            declared = declared_set(_LINE_END.split(raw.body, 1)[0])
        # The bytes are let go: the text gives them back.
        self._text, self._codec = read_text(raw.body, None if unicode else declared)
        separators = "".join((marks.field, marks.component, marks.repetition, marks.subcomponent))
        if len(self._text) > MAX_VALUES < sum(map(self._text.count, separators)):
            raise FormatError("record-too-long", f"a message has more than {MAX_VALUES} values")
        self._segments = find_segments(self._text, marks.field, label)
        #: Names of its segments that are neither the standard's nor a site's own.
        self.unknown = {each.name for each in self._segments if each.name[0] != "Z"} - segment_names()
        self._escapes = escapes(marks, self._codec)
        self._edits: dict[int, tuple[int, str]] = {}
        self._fields: list[Value] | None = None

    def fields(self) -> list[Value]:
        if self._fields is None:
            self._fields = read_values(self._text, self._segments, self._delimiters, self._escapes)
        return self._fields

    def replace(self, field: Field, text: str) -> str:
        """Raises Unfit for characters the message's character set lacks, and as :meth:`Escapes.encode`."""
        assert isinstance(field, Value)
        raw = self._escapes.encode(text)
        try:
            raw.encode(self._codec)
        except UnicodeEncodeError:
            raise Unfit("the message's character set lacks a character of the replacement") from None
        self._edits[field.start] = field.end, raw
        return self._escapes.decode(raw)

    def render(self) -> list[Segment]:
        text = self._text
        if self._edits:
            pieces: list[str] = []
            done = 0
            for start, (end, raw) in sorted(self._edits.items()):
                pieces += (text[done:start], raw)
                done = end
            pieces.append(text[done:])
            text = "".join(pieces)
        return [self._bom + self._encoding.outer(self._lead + text.encode(self._codec))]
