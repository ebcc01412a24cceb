"""An XML document: read once from its start to its end, as one scope, or as one for each record of a large
one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from beam_phi.formats.codes import is_personal
from beam_phi.formats.document import FieldType, FormatError, Source
from beam_phi.formats.encoding import HEAD_SIZE
from beam_phi.formats.markup.cda_rules import CdaRules
from beam_phi.formats.markup.cda_types import is_data_type
from beam_phi.formats.markup.charset import Charset, find_charset
from beam_phi.formats.markup.field_types import (
    CODE,
    SEARCHED,
    Spot,
    Verdict,
    encoding_of,
    field_type,
    name_key,
)
from beam_phi.formats.markup.names import XSI, is_cda, local_name, shown_attribute
from beam_phi.formats.markup.namespaces import Namespaces, begins_cda, check_name, is_known_namespace
from beam_phi.formats.markup.parse import Parser, RawAttribute, Span
from beam_phi.formats.markup.plain_rules import PlainRules
from beam_phi.formats.markup.scope import MarkupScope, Node
from beam_phi.formats.markup.splice import Form
from beam_phi.formats.markup.tree import Element
from beam_phi.library.words import word_set

#: Bytes a file may have.
MAX_SIZE = 256 * 1024 * 1024
#: A larger file that is no CDA is cut into its records.
MAX_WHOLE = 4 * 1024 * 1024
#: Kinds of records that are told apart.
MAX_RECORD_NAMES = 1024
#: Elements that may begin or end within a word.
INLINE = word_set("a b big content em font i mark s small span strong sub sup tt u")
#: Places in which one text is put together, beside the first.
MAX_PARTS = 64
#: Values that one scope may have.
MAX_FIELDS = 1_000_000

_TYPE_NAME = re.compile(r"[\w.-]+(?::[\w.-]+)?")
_LOCAL_PATH = re.compile(r"file:|\b[a-z]:[\\/]|\\\\|/home/|/users/", re.IGNORECASE)
_FILE_PATH = Verdict("file-path")


class _Batch(NamedTuple):
    """The values of one scope, which ends before `end`."""

    nodes: list[Node]
    end: int


class _Builder:
    """Makes nodes of what the parser tells.

    cut: True if records are to be scopes. head: inner bytes that the file begins with.
    """

    def __init__(self, cut: bool, head: bytes) -> None:
        self._cut = cut
        self._head = head
        self._rules: CdaRules | PlainRules = PlainRules()
        self._top = self._element = Element("", None)
        self._seen: set[str] = set()
        self._spaces = Namespaces()
        # The element of another grammar that the rules were changed for, and what was before.
        self._guest: tuple[Element, PlainRules, object] | None = None
        # Prefixes that stand for the XML Schema instance namespace, if it is declared, or by custom.
        self._xsi = {"xsi"}
        # The text that the next one continues if it begins in the middle of a word.
        self._parted: Node | None = None
        # Whether tags that came since then began or ended elements.
        self._began: bool | None = None
        self.nodes: list[Node] = []
        self.done: list[_Batch] = []

    def start(self, name: str, attributes: list[RawAttribute], offset: int) -> None:
        values = {attribute.name: attribute.value for attribute in attributes}
        for each in (name, *values):
            check_name(each)
        self._spaces.enter(values)
        if self._element is self._top:
            self._begin(name, values)
        elif self._cut and self._element.parent is self._top:
            self._record(name, offset)
        prefixed = [key for key in values if ":" in key]
        for declared in prefixed:
            if declared.startswith("xmlns:"):
                (self._xsi.add if values[declared] == XSI else self._xsi.discard)(declared[6:])
        local = _by_local_name(values) if prefixed else values
        element = self._element = Element(local_name(name), self._element)
        if isinstance(self._rules, PlainRules) and begins_cda(element.name, self._spaces.of(name)):
            self._invite(element, self._rules)
        self._pass(element, begins=True)
        stated = next((values[key].strip() for key in prefixed if self._is_xsi(key, "type")), "")
        self._rules.enter(element, local, stated if _TYPE_NAME.fullmatch(stated) else "")
        for index, attribute in enumerate(attributes, 1):
            self._attribute(element, attribute, index, local)

    def end(self) -> None:
        element = self._element
        assert element.parent is not None
        self._element = element.parent
        self._pass(element, begins=False)
        element.close()
        self._spaces.leave()
        if self._guest is not None and self._guest[0] is element:
            _, self._rules, element.parent.context = self._guest
            self._guest = None

    def text(self, text: str, span: Span, cdata: bool, begin: bytes) -> None:
        number = self._element.count("text()")
        body = text.strip(" \t\r\n")
        type_, begins = self._rules.text(self._element, body)
        # As for attributes: what stands before the field is left as it is.
        if begins and begin[:begins] == body[:begins].encode():
            span, body = span._replace(start=span.start + begins), body[begins:]
        before = self._parted
        if before is not None and text[0].isalnum() and before.type.data_class == type_.data_class:
            before.join(body, span)
            node = before
        else:
            form = Form.CDATA if cdata else Form.TEXT
            node = Node(type_, body, self._element, f"text()[{number}]", span, form)
            self._add(node)
        self._parted = node if text[-1].isalnum() and len(node.rest) < MAX_PARTS else None
        self._began = None

    def _pass(self, element: Element, *, begins: bool) -> None:
        """A tag has come: only those that set words off in a text may part one. Where elements of such names
        stand beside each other they may be columns, but in the narrative of CDA."""
        beside = self._began is not None and self._began != begins
        if element.name.lower() not in INLINE or (beside and isinstance(self._rules, PlainRules)):
            self._parted = None
        self._began = begins

    def blank(self) -> None:
        self._parted = None
        self._element.count("text()")

    def comment(self, text: str, span: Span) -> None:
        number = self._element.count("comment()")
        if body := text.strip():
            self._note("comment", body, f"comment()[{number}]", span, Form.COMMENT)

    def instruction(self, target: str, text: str, span: Span) -> None:
        number = self._element.count("processing-instruction()")
        step = f"processing-instruction()[{number}]"
        self._note("instruction", text.strip(), step, span, Form.INSTRUCTION)

    def _begin(self, name: str, values: dict[str, str]) -> None:
        """The root has come, by which the rules are chosen."""
        if is_cda(name, values, self._head):
            self._rules = CdaRules()
            self._cut = False
        self._top.context = self._rules.outermost

    def _invite(self, element: Element, rules: PlainRules) -> None:
        """An element of HL7 version 3 has come in a document of another grammar: until it ends, all is as if
        it were the root."""
        assert element.parent is not None
        self._guest = (element, rules, element.parent.context)
        self._rules = CdaRules()
        element.parent.context = self._rules.outermost
        # Parts of one document, not documents one after the other, are about one patient.
        if element.name != "ClinicalDocument":
            self._cut = False

    def _record(self, name: str, offset: int) -> None:
        """A child of the root begins: a scope, if there was one of its name before; what stands before the
        second of a name belongs to the scope of the first."""
        if name in self._seen:
            self.done.append(_Batch(self.nodes, offset))
            self.nodes = []
            self._parted = None
        elif len(self._seen) < MAX_RECORD_NAMES:
            self._seen.add(name)

    def _attribute(
        self, element: Element, attribute: RawAttribute, index: int, local: dict[str, str]
    ) -> None:
        name, value = attribute.name, attribute.value
        if not value.strip():
            return
        offered = self._offered(element, name, value, local)
        if offered is None:
            return
        type_, begins = offered
        span = attribute.span
        # What stands before the field is left as it is, unless it is written by references.
        if begins and attribute.raw[:begins] == value[:begins].encode():
            span, value = span._replace(start=span.start + begins), value[begins:]
        if value.strip():
            shown = shown_attribute(local_name(name))
            step = f"@*[{index}]" if shown == "*" else f"@{shown}"
            form = Form.DOUBLE_QUOTED if attribute.quote == '"' else Form.SINGLE_QUOTED
            self._add(Node(type_, value, element, step, span, form))

    def _offered(
        self, element: Element, name: str, value: str, local: dict[str, str]
    ) -> tuple[FieldType, int] | None:
        """The type of an attribute's value, and where the field begins in it; None if it is no field."""
        if name == "xmlns" or ":" in name:
            if "xmlns" in (name, name.partition(":")[0]):
                return None if is_known_namespace(value) else (self._code(element, "xmlns", value), 0)
            if self._is_xsi(name, "type") and _TYPE_NAME.fullmatch(value.strip()):
                known = is_data_type(local_name(value.strip()))
                return None if known else (self._code(element, "type", value), 0)
            if self._is_xsi(name, "schemaLocation") or self._is_xsi(name, "noNamespaceSchemaLocation"):
                verdict = _FILE_PATH if _LOCAL_PATH.search(value) else CODE
                return self._code(element, local_name(name), value, verdict), 0
        return self._rules.attribute(element, local_name(name), value, local)

    def _code(self, element: Element, name: str, value: str, verdict: Verdict = CODE) -> FieldType:
        """The type of an attribute that says how the document is to be read, and yet may hold anything."""
        spot = Spot(self._rules.format, "attribute", element.path, name, name_key(name))
        return field_type(spot, SEARCHED if is_personal(value) else verdict)

    def _is_xsi(self, name: str, local: str) -> bool:
        prefix, _, rest = name.rpartition(":")
        return rest == local and prefix in self._xsi

    def _note(self, part: str, text: str, step: str, span: Span, form: Form) -> None:
        """A value that is no part of the data: a comment or a processing instruction."""
        encoded = encoding_of(text)
        verdict = Verdict(encoded=encoded) if encoded else SEARCHED
        type_ = field_type(Spot(self._rules.format, part, self._element.path, "", ""), verdict)
        self._add(Node(type_, text, self._element, step, span, form))

    def _add(self, node: Node) -> None:
        if len(self.nodes) == MAX_FIELDS:
            raise FormatError("record-too-long", f"a record has more than {MAX_FIELDS} values")
        self.nodes.append(node)


class MarkupDocument:
    """An XML document. Field types are of format ``cda`` in elements of HL7 version 3, else ``xml``."""

    def __init__(self, source: Source, charset: Charset) -> None:
        self._source = source
        self._charset = charset

    def scopes(self) -> Iterator[MarkupScope]:
        """Raises FormatError ``bad-syntax``, ``bad-encoding``, ``xml-dtd``, ``too-deep``,
        ``record-too-long`` or ``unknown-format`` (for elements of grammars that nobody here reads)."""
        builder = _Builder(self._source.size > MAX_WHOLE, self._charset.head)
        parser = Parser(builder, self._charset)
        start = 0
        for block in self._charset.encoding.blocks(self._source.stream):
            parser.feed(block)
            done, builder.done = builder.done, []
            for batch in done:
                yield self._scope(parser, start, batch)
                start = batch.end
        # Expat may keep what it was fed back until the end.
        parser.feed(b"", final=True)
        for batch in (*builder.done, _Batch(builder.nodes, parser.fed)):
            yield self._scope(parser, start, batch)
            start = batch.end

    def _scope(self, parser: Parser, start: int, batch: _Batch) -> MarkupScope:
        raw = parser.drop(batch.end)
        encoding = self._charset.encoding
        offset = None if encoding.transform else len(encoding.bom) + start
        lead = b"" if start else encoding.bom
        return MarkupScope(raw, start, batch.nodes, self._charset, offset, lead)


def open(source: Source) -> MarkupDocument:
    """Open an XML document. Raises FormatError ``bad-encoding`` or ``record-too-long``."""
    if source.size > MAX_SIZE:
        raise FormatError("record-too-long", f"the document is larger than {MAX_SIZE} bytes")
    source.stream.seek(0)
    head = source.stream.read(HEAD_SIZE)
    return MarkupDocument(source, find_charset(head))


def _by_local_name(values: dict[str, str]) -> dict[str, str]:
    """Attributes by local names; of two of one name that which has no prefix."""
    local: dict[str, str] = {}
    for name, value in values.items():
        if ":" not in name:
            local[name] = value
        else:
            local.setdefault(local_name(name), value)
    return local
