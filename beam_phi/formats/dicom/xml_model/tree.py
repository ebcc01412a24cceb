"""The elements of a Native DICOM Model with the bytes they stand in (PS3.19 section A.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from beam_phi.formats.document import FormatError
from beam_phi.formats.markup.charset import Charset
from beam_phi.formats.markup.document import MAX_FIELDS
from beam_phi.formats.markup.names import XSI, local_name
from beam_phi.formats.markup.namespaces import check_name
from beam_phi.formats.markup.parse import Parser, RawAttribute, Span

NATIVE = "http://dicom.nema.org/PS3.19/models/NativeDICOM"
ROOT = "NativeDicomModel"
#: The components of a name, in the order they have in a value (PS3.5 section 6.2.1.1).
COMPONENTS = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")

_GROUP = frozenset(COMPONENTS)
_CHILDREN: Mapping[str, frozenset[str]] = {
    "": frozenset({ROOT}),
    ROOT: frozenset({"DicomAttribute"}),
    "DicomAttribute": frozenset({"Value", "PersonName", "Item", "BulkData", "InlineBinary"}),
    "Item": frozenset({"DicomAttribute"}),
    "PersonName": frozenset({"Alphabetic", "Ideographic", "Phonetic"}),
    "Alphabetic": _GROUP,
    "Ideographic": _GROUP,
    "Phonetic": _GROUP,
}
_TEXTS = frozenset({"Value", "InlineBinary", *COMPONENTS})
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "DicomAttribute": frozenset({"tag", "vr", "keyword", "privateCreator"}),
    "Value": frozenset({"number"}),
    "PersonName": frozenset({"number"}),
    "Item": frozenset({"number"}),
    "BulkData": frozenset({"uuid", "uri"}),
}
_BLANK = " \t\r\n"
_NAMESPACES = frozenset({NATIVE, XSI})
_SCHEMA = re.compile(r"[^:]+:(?:schemaLocation|noNamespaceSchemaLocation)")


class XmlElement:
    """One element.

    name: its local name. prefix: that of its name, with the colon. start, end: its bytes; content: where its
    start tag ends, which is its end if it is empty. text: what it holds, without the blank around it.
    """

    __slots__ = ("attributes", "children", "content", "end", "name", "prefix", "start", "text")

    def __init__(self, name: str, prefix: str, start: int, content: int) -> None:
        self.name = name
        self.prefix = prefix
        self.attributes: dict[str, RawAttribute] = {}
        self.children: list[XmlElement] = []
        self.start = start
        self.content = content
        self.end = content
        self.text = ""

    def attribute(self, name: str) -> str:
        """The value of an attribute without the blank around it, "" if there is none."""
        found = self.attributes.get(name)
        return found.value.strip(_BLANK) if found else ""


class TreeBuilder:
    """Makes elements of what a parser tells.

    top: what holds the root. asides: the bytes of what is no part of the data set: comments, processing
    instructions, hints at a schema.
    """

    def __init__(self, charset: Charset) -> None:
        self.top = XmlElement("", "", 0, 0)
        self.asides: list[tuple[int, int]] = []
        self.parser = Parser(self, charset)
        self._stack = [self.top]
        self._spaces = [{"": ""}]
        self._count = 0

    # -- what the parser tells; each raises FormatError ``unknown-format`` for what the model does not have --

    def start(self, name: str, attributes: list[RawAttribute], offset: int) -> None:
        above, local = self._stack[-1], local_name(name)
        prefix = name.rpartition(":")[0]
        if local not in _CHILDREN.get(above.name, ()):
            raise _unknown("an element stands where the model has none of its name")
        self._count += 1 + len(attributes)
        if self._count > MAX_FIELDS:
            raise FormatError("record-too-long", f"a data set has more than {MAX_FIELDS} values")
        element = XmlElement(local, f"{prefix}:" if prefix else "", offset, self.parser.mark)
        self._spaces.append(self._declared(attributes))
        if self._spaces[-1].get(prefix) not in ("", NATIVE):
            raise _unknown("an element is of another grammar")
        for attribute in attributes:
            self._attribute(element, attribute)
        above.children.append(element)
        self._stack.append(element)

    def end(self) -> None:
        self._spaces.pop()
        self._stack.pop().end = self.parser.mark

    def text(self, text: str, span: Span, cdata: bool, begin: bytes) -> None:
        element = self._stack[-1]
        if element.name not in _TEXTS:
            raise _unknown("a text stands where the model has none")
        element.text = text.strip(_BLANK)

    def blank(self) -> None:
        """Nobody's."""

    def comment(self, text: str, span: Span) -> None:
        self._aside(span)

    def instruction(self, target: str, text: str, span: Span) -> None:
        self._aside(span)

    # -- helpers ----------------------------------------------------------------------------------

    def _declared(self, attributes: list[RawAttribute]) -> dict[str, str]:
        """The namespaces in force, by prefix."""
        declared = {}
        for attribute in attributes:
            name, uri = attribute.name, attribute.value.strip()
            if name == "xmlns" or name.startswith("xmlns:"):
                check_name(name)
                if uri not in _NAMESPACES and (uri or name != "xmlns"):
                    raise _unknown("a namespace is of another grammar")
                declared[name[6:]] = uri
        return {**self._spaces[-1], **declared} if declared else self._spaces[-1]

    def _attribute(self, element: XmlElement, attribute: RawAttribute) -> None:
        name = attribute.name
        if name == "xmlns" or name.startswith("xmlns:"):
            return
        if name in _ATTRIBUTES.get(element.name, ()):
            element.attributes[name] = attribute
        elif _SCHEMA.fullmatch(name):
            self.asides.append((attribute.span.outer_start, attribute.span.outer_end))
        elif name != "xml:space" or attribute.value not in ("preserve", "default"):
            raise _unknown("an element has an attribute that the model does not have")

    def _aside(self, span: Span) -> None:
        if self._stack[-1].name in _TEXTS:
            raise _unknown("a comment parts a value")
        self.asides.append((span.outer_start, span.outer_end))


def _unknown(message: str) -> FormatError:
    return FormatError("unknown-format", message)
