"""From XML to the nodes that the same resource has in JSON (FHIR, "JSON Representation of Resources").

A resource is an object, an element that may stand several times an array, the attribute ``value`` a leaf of
the name of its element; id and extensions of a primitive stand in a member whose name begins with an
underscore.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from beam_phi.formats.document import FormatError
from beam_phi.formats.fhir import narrative
from beam_phi.formats.fhir.rules import NUMBERS, leaf_type
from beam_phi.formats.fhir.table import (
    ELEMENT,
    Types,
    element_types,
    is_element_name,
    is_list,
    is_primitive,
    is_resource,
)
from beam_phi.formats.fhir.xml.nodes import Note, XmlLeaf
from beam_phi.formats.fhir.xml.sniff import FHIR
from beam_phi.formats.json.grammar import NUMBER
from beam_phi.formats.json.nodes import LITERAL, NUMERIC, TEXT, Container, Node, Root
from beam_phi.formats.markup.charset import Charset
from beam_phi.formats.markup.document import MAX_FIELDS
from beam_phi.formats.markup.field_types import encoding_of
from beam_phi.formats.markup.names import XSI, local_name
from beam_phi.formats.markup.parse import Parser, RawAttribute, Span
from beam_phi.formats.markup.splice import Form

XHTML = "http://www.w3.org/1999/xhtml"
_ENTRY = "entry"
_NAMESPACES = frozenset({FHIR, XHTML, XSI})
_SCHEMA = re.compile(r"(?:\w+:)?(?:schemaLocation|noNamespaceSchemaLocation)")


class Batch(NamedTuple):
    """What stands in the bytes of one scope, which ends before `end`. notes: in no order with the nodes."""

    nodes: list[Node]
    notes: list[Note]
    end: int


class _Frame:
    """An element that has begun.

    holder: the object it is a member of. types: its own; () if unknown. start: where it begins. container:
    the object it is, which is made when it has a member. counts: how many members of a name have come. leaf:
    its value. is_bare: True while there is nothing but that in it. is_list, number: whether it may stand
    several times, and how many of its name stand before it. of_primitive: True where the object is but the id
    and the extensions of a value. wraps: True for what holds a resource and nothing else.
    """

    __slots__ = (
        "container", "counts", "holder", "is_bare", "is_list", "leaf", "name", "number", "of_primitive",
        "start", "types", "wraps",
    )  # fmt: skip

    def __init__(self, holder: Container, name: str, types: Types, start: int) -> None:
        self.holder = holder
        self.name = name
        self.types = types
        self.start = start
        self.container: Container | None = None
        self.counts: dict[str, int] = {}
        self.leaf: XmlLeaf | None = None
        self.is_bare = True
        self.is_list = False
        self.number = 0
        self.of_primitive = False
        self.wraps = False


class Builder:
    """Makes nodes of what a parser tells. Offsets in them count from where the scope begins.

    done: the scopes that are complete.
    """

    def __init__(self, charset: Charset) -> None:
        self._charset = charset
        self._root = Root("", is_element_name)
        self._top: Container | None = None
        self._is_bundle = False
        self._stack = [_Frame(self._root, "", (), 0)]
        self._stack[0].wraps = True
        self._base = 0
        self._count = 0
        # Of the XHTML of a narrative: how deep it is, and where it began.
        self._depth = self._div = 0
        self._fresh: list[Node] = []
        self._notes: list[Note] = []
        self._entries = 0
        self.done: list[Batch] = []
        self.parser = Parser(self, charset)

    def batch(self, end: int) -> Batch:
        """What has come since the last one, which ended where this one begins."""
        found = Batch(self._fresh, self._notes, end)
        self._fresh, self._notes, self._base, self._count = [], [], end, 0
        return found

    # -- what the parser tells --------------------------------------------------------------------

    def start(self, name: str, attributes: list[RawAttribute], offset: int) -> None:
        if self._depth:
            self._depth += 1
            return
        above, name = self._stack[-1], local_name(name)
        above.is_bare = False
        if above.wraps:
            frame = self._resource(above, name, offset)
        elif self._begins_narrative(above, name):
            _check_namespaces(attributes)
            self._depth, self._div = 1, offset
            return
        else:
            frame = self._element(above, name, attributes, offset)
        self._stack.append(frame)
        for attribute in attributes:
            self._attribute(frame, attribute)

    def end(self) -> None:
        if self._depth:
            self._depth -= 1
            if not self._depth:
                self._narrative()
            return
        frame = self._stack.pop()
        if frame.leaf is not None and frame.is_bare:
            frame.leaf.outer = (frame.start - self._base, self.parser.mark - self._base)

    def text(self, text: str, span: Span, cdata: bool, begin: bytes) -> None:
        """Raises FormatError ``unknown-format``: FHIR has text in narratives alone."""
        if not self._depth:
            raise FormatError("unknown-format", "a text stands where FHIR has none")

    def blank(self) -> None:
        """Nobody's."""

    def comment(self, text: str, span: Span) -> None:
        if not self._depth and text.strip():
            self._note("comment", text.strip(), span, Form.COMMENT)

    def instruction(self, target: str, text: str, span: Span) -> None:
        if not self._depth:
            self._note("instruction", text.strip(), span, Form.INSTRUCTION)

    # -- elements ---------------------------------------------------------------------------------

    def _resource(self, above: _Frame, name: str, offset: int) -> _Frame:
        """A resource begins, in what wraps it or as the document."""
        if not is_resource(name) or above.container is not None:
            raise FormatError("unknown-format", "an element is no resource that FHIR has")
        container = self._container(above)
        if self._top is None:
            self._top = container
            self._is_bundle = name == "Bundle"
            if not self._is_bundle:
                self._fresh.append(container)
        self._leaf(container, "resourceType", name, Span(0, 0, 0, 0), TEXT, None)
        frame = _Frame(container, name, (name,), offset)
        frame.container = container
        return frame

    def _element(self, above: _Frame, name: str, attributes: list[RawAttribute], offset: int) -> _Frame:
        """An element of a resource or type begins."""
        if not is_element_name(name):
            raise FormatError("unknown-format", "an element has a name that FHIR does not know")
        # Primitives have what all elements have.
        above_types = above.types if element_types(above.types, name) else ELEMENT
        types = element_types(above_types, name)
        holder = self._container(above)
        if name == _ENTRY and self._is_bundle and above.container is self._top:
            self._entry(offset)
        frame = _Frame(holder, name, types, offset)
        frame.number = above.counts.get(name, 0)
        above.counts[name] = frame.number + 1
        frame.is_list = frame.number > 0 or is_list(above_types, name)
        frame.wraps = "Resource" in types
        frame.of_primitive = is_primitive(types) or any(each.name == "value" for each in attributes)
        if not attributes and not frame.wraps and not frame.of_primitive:
            self._container(frame)
        return frame

    def _entry(self, offset: int) -> None:
        """An entry begins: from the second on, it is a scope."""
        assert self._top is not None
        self._entries += 1
        if self._entries > 1:
            self.done.append(self.batch(offset))
            self._top.children = [child for child in self._top.children if child.name == "type"]

    def _attribute(self, frame: _Frame, attribute: RawAttribute) -> None:
        name, value = attribute.name, attribute.value
        form = Form.DOUBLE_QUOTED if attribute.quote == '"' else Form.SINGLE_QUOTED
        if name == "xmlns" or name.startswith("xmlns:"):
            _check_namespace(value)
        elif _SCHEMA.fullmatch(name):
            self._note("schema", value, attribute.span, form)
        elif name == "value" and frame.of_primitive:
            frame.leaf = self._value(frame, value, attribute.span, form)
        elif name == "id" or (name == "url" and "Extension" in frame.types):
            frame.is_bare = False
            self._leaf(self._container(frame), name, value, attribute.span, TEXT, form)
        else:
            raise FormatError("unknown-format", "an element has an attribute that FHIR does not know")

    # -- nodes ------------------------------------------------------------------------------------

    def _container(self, frame: _Frame) -> Container:
        """The object that an element is; of a primitive, that of its id and extensions."""
        if frame.container is None:
            name = f"_{frame.name}" if frame.of_primitive else frame.name
            holder, position, own = self._slot(frame, name)
            frame.container = Container(holder, own, position, 0, 0, is_array=False)
            self._add(holder, frame.container)
        return frame.container

    def _value(self, frame: _Frame, value: str, span: Span, form: Form) -> XmlLeaf:
        holder, position, name = self._slot(frame, frame.name)
        return self._leaf(holder, name, value, span, _kind(frame.types, value), form, position)

    def _slot(self, frame: _Frame, name: str) -> tuple[Container, int, str]:
        """Where a node of an element belongs: its parent, its position there, and its name."""
        holder = frame.holder
        if not frame.is_list:
            return holder, len(holder.children), name
        array = next((child for child in reversed(holder.children) if child.name == name), None)
        if not isinstance(array, Container) or not array.is_array:
            array = Container(holder, name, len(holder.children), 0, 0, is_array=True)
            self._add(holder, array)
        return array, frame.number, ""

    def _leaf(
        self,
        parent: Container,
        name: str,
        text: str,
        span: Span,
        kind: int,
        form: Form | None,
        position: int | None = None,
    ) -> XmlLeaf:
        number = len(parent.children) if position is None else position
        leaf = XmlLeaf(parent, name, number, self._relative(span), text, kind, form, self._charset)
        self._add(parent, leaf)
        return leaf

    def _add(self, parent: Container, node: Node) -> None:
        self._count += 1
        if self._count > MAX_FIELDS:
            raise FormatError("record-too-long", f"a record has more than {MAX_FIELDS} values")
        parent.children.append(node)
        of_bundle = parent is self._top and node.name != _ENTRY
        if self._is_bundle and (of_bundle or (parent.name == _ENTRY and parent.parent is self._top)):
            self._fresh.append(node)

    def _note(self, what: str, text: str, span: Span, form: Form) -> None:
        frame = self._stack[-1]
        frame.is_bare = False
        holder = frame.container or frame.holder
        place = self._relative(span)
        self._notes.append(Note(holder, what, text, place, form, encoding_of(text), self._charset))

    def _relative(self, span: Span) -> Span:
        return Span(*(offset - self._base for offset in span))

    # -- narratives -------------------------------------------------------------------------------

    def _begins_narrative(self, above: _Frame, name: str) -> bool:
        return name == "div" and "xhtml" in element_types(above.types, name)

    def _narrative(self) -> None:
        """The XHTML has ended: it is a text, as it is in JSON."""
        start, end = self._div, self.parser.mark
        text = self.parser.read(start, end).decode(self._charset.codec)
        if any(each.form == narrative.BROKEN for each in narrative.texts(text)):
            raise FormatError("unknown-format", "a narrative is no XHTML that FHIR has")
        self._leaf(self._container(self._stack[-1]), "div", text, Span(start, end, start, end), TEXT, None)


def _kind(types: Types, value: str) -> int:
    """Of which kind the value is in JSON."""
    type_ = leaf_type(types)
    if type_ in NUMBERS and NUMBER.fullmatch(value.encode(errors="replace")):
        return NUMERIC
    return LITERAL if type_ == "boolean" and value in ("true", "false") else TEXT


def _check_namespaces(attributes: list[RawAttribute]) -> None:
    for attribute in attributes:
        if attribute.name == "xmlns" or attribute.name.startswith("xmlns:"):
            _check_namespace(attribute.value)


def _check_namespace(uri: str) -> None:
    """Raises FormatError ``unknown-format`` for that of another grammar."""
    if uri.strip() not in _NAMESPACES:
        raise FormatError("unknown-format", "an element is of a grammar that FHIR does not know")
