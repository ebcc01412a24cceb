"""Values of FHIR in XML: leaves as JSON has them, which know how XML writes them, and comments."""

from __future__ import annotations

import re
from functools import lru_cache

from beam_phi.formats.document import FieldType, Unfit
from beam_phi.formats.json.grammar import NUMBER, RawOffsets
from beam_phi.formats.json.nodes import NUMERIC, Container, Leaf, Splice, location
from beam_phi.formats.markup.charset import Charset
from beam_phi.formats.markup.parse import Span
from beam_phi.formats.markup.splice import Form, written, written_markup

# Runs of characters that take as many bytes each.
_RUNS = r"[\x80-\u07ff]++|[\u0800-\uffff]++|[\U00010000-\U0010ffff]++"
# Markup as it stands; and the value of an attribute, where references and line ends are one character.
_MARKUP = re.compile(rf"([\x00-\x7f]++|{_RUNS})")
_VALUE = re.compile(rf"&[^;]*+;|\r\n|\r|([\x00-\x0c\x0e-\x25\x27-\x7f]++|{_RUNS})")


class XmlLeaf(Leaf):
    """A value of a resource: an attribute, or the XHTML of a narrative.

    form: how it is written, None for XHTML. outer: the bytes that go when it is removed.
    """

    __slots__ = ("charset", "form", "outer")

    def __init__(
        self,
        parent: Container,
        name: str,
        position: int,
        span: Span,
        text: str,
        kind: int,
        form: Form | None,
        charset: Charset,
    ) -> None:
        super().__init__(parent, name, position, span.start, span.start, span.end, text, kind)
        self.form = form
        self.charset = charset
        self.outer = (span.outer_start, span.outer_end)

    def breaks(self) -> XmlBreaks:
        return XmlBreaks(self)

    def splice(self, data: bytes, text: str) -> Splice:
        """How to write a text in the place of the value. Raises Unfit for what XML can't write, and in the
        place of a number for what is none."""
        if self.kind == NUMERIC and NUMBER.fullmatch(text.encode(errors="replace")) is None:
            raise Unfit("a number can only be replaced by a number")
        return self.at, self.end, self.breaks().written(text)


class XmlBreaks:
    """At which bytes the characters of a value begin: found once, and only when a part of it is replaced."""

    __slots__ = ("_leaf", "_offsets")

    def __init__(self, leaf: XmlLeaf) -> None:
        self._leaf = leaf
        self._offsets: RawOffsets | None = None

    def at(self, data: bytes, offset: int) -> int:
        leaf = self._leaf
        if self._offsets is None:
            codec = leaf.charset.codec
            raw = data[leaf.at : leaf.end].decode(codec)
            self._offsets = RawOffsets(raw, _VALUE if leaf.form else _MARKUP, codec)
        return leaf.at + self._offsets.at(offset)

    def written(self, text: str) -> bytes:
        leaf = self._leaf
        if leaf.form is None:
            return written_markup(text, leaf.charset)
        return written(text, leaf.form, leaf.charset, "\n")[1]


class Note:
    """What stands in a document and is no part of the resource: a comment, a processing instruction, a hint
    at a schema.

    holder: the object it stands in. what: the last step of its location.
    """

    __slots__ = ("_charset", "_form", "_holder", "_place", "_what", "outer", "text", "type")

    def __init__(
        self, holder: Container, what: str, text: str, span: Span, form: Form, encoded: str, charset: Charset
    ) -> None:
        self.type = _note_type(encoded)
        self.text = text
        self._place = Container(holder, "", 0, span.start, span.start, is_array=False)
        self._place.end = span.end
        self.outer = (span.outer_start, span.outer_end)
        self._holder = holder
        self._what = what
        self._form = form
        self._charset = charset

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        return f"{location(self._holder)} {self._what}"

    @property
    def node(self) -> Container:
        """A place in the document that is nobody's."""
        return self._place

    def fit(self, text: str) -> str:
        """The text as it can be written there. Raises Unfit for what can't."""
        return written(text, self._form, self._charset, "\n")[0]

    def splice(self, data: bytes, text: str) -> Splice:
        """How to write a text in its place. Raises Unfit for what can't stand there."""
        del data
        return self._place.at, self._place.end, written(text, self._form, self._charset, "\n")[1]


@lru_cache
def _note_type(encoded: str) -> FieldType:
    attributes = dict.fromkeys(("path", "resource", "element", "type", "parent", "column", "column_key"), "")
    return FieldType("fhir", {**attributes, **({"encoded": encoded} if encoded else {})})
