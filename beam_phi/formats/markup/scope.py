"""The values of a document, or of one record of it, and how they are replaced in its bytes."""

from __future__ import annotations

from itertools import chain

from beam_phi.formats.document import Field, FieldType, Segment, SourceRange
from beam_phi.formats.markup.charset import Charset
from beam_phi.formats.markup.field_types import LABEL
from beam_phi.formats.markup.parse import Span
from beam_phi.formats.markup.splice import Form, line_end_of, written
from beam_phi.formats.markup.tree import Element

#: Untouched bytes in a row, from so many on, are named and not given.
_NAMED = 64 * 1024


class Node:
    """One value: of a text node, an attribute, a comment or a processing instruction.

    rest: where more of the value stands, if tags or comments part a word of it.
    """

    __slots__ = ("element", "form", "rest", "span", "step", "text", "type")

    def __init__(
        self, type_: FieldType, text: str, element: Element, step: str, span: Span, form: Form
    ) -> None:
        self.type = type_
        self.text = text
        self.element = element
        self.step = step
        self.span = span
        self.form = form
        self.rest: tuple[Span, ...] = ()

    def join(self, text: str, span: Span) -> None:
        """Take on the text that follows."""
        self.text += text
        self.rest += (span,)

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        """The XPath, by local names; ``*`` in the place of names that may be somebody's."""
        return f"{self.element.location}/{self.step}"


class MarkupScope:
    """Bytes of a document from `start` on, with the values in them.

    offset: where the bytes stand in the file, None if the file's are others (UTF-16). lead: bytes of the file
    that come first and are no text.
    """

    def __init__(
        self, raw: bytes, start: int, nodes: list[Node], charset: Charset, offset: int | None, lead: bytes
    ) -> None:
        self._raw = raw
        self._start = start
        self._nodes = nodes
        self._charset = charset
        self._offset = offset
        self._lead = lead
        self._end: str | None = None
        self._edits: dict[Node, list[tuple[int, int, bytes]]] = {}

    def fields(self) -> list[Node]:
        return self._nodes

    def replace(self, field: Field, text: str) -> str:
        """The label of an element gets an underscore in front where it would begin with a digit. A value that
        stands in several places will stand in the first of them.

        Raises Unfit for what can't be written there: a control character, in comments and processing
        instructions any character that the encoding lacks.
        """
        assert isinstance(field, Node)
        if text == field.text:
            self._edits.pop(field, None)
            return text
        if text and field.type.constraint is LABEL and not (text[0].isalpha() or text[0] == "_"):
            text = f"_{text}"
        old = self._raw[field.span.start - self._start : field.span.end - self._start]
        text, new = written(text, field.form, self._charset, self._line_end(old) if "\n" in text else "\n")
        self._edit(field, field.span.start, field.span.end, new)
        return text

    def _edit(self, node: Node, start: int, end: int, new: bytes) -> None:
        """Put bytes in the place of those from `start` to `end`, and none where the rest of it stands."""
        places = [(start, end, new), *((span.start, span.end, b"") for span in node.rest)]
        self._edits[node] = [(start - self._start, end - self._start, new) for start, end, new in places]

    def _line_end(self, old: bytes) -> str:
        """The line end of a value, or of the scope, which is looked through but once."""
        if b"\n" in old:
            return line_end_of(old)
        if self._end is None:
            self._end = line_end_of(self._raw)
        return self._end

    def empty(self, field: Field) -> None:
        """Leave a zero-length value; a processing instruction, which can't be empty, is deleted."""
        assert isinstance(field, Node)
        if field.form is Form.INSTRUCTION:
            self.delete(field)
            return
        self._edit(field, field.span.start, field.span.end, b"")

    def delete(self, field: Field) -> None:
        """Remove an attribute, comment or processing instruction whole, and all of a text."""
        assert isinstance(field, Node)
        self._edit(field, field.span.outer_start, field.span.outer_end, b"")

    def render(self) -> list[Segment]:
        segments: list[Segment] = [self._lead] if self._lead else []
        done = 0
        for start, end, new in sorted(chain.from_iterable(self._edits.values())):
            self._untouched(segments, done, start)
            segments.append(self._charset.encoding.outer(new))
            done = end
        self._untouched(segments, done, len(self._raw))
        return segments

    def _untouched(self, segments: list[Segment], start: int, end: int) -> None:
        if self._offset is not None and end - start >= _NAMED:
            segments.append(SourceRange(self._offset + start, end - start))
        elif start < end:
            segments.append(self._charset.encoding.outer(self._raw[start:end]))
