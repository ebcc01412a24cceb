"""From the nodes of a FHIR text to its fields."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from beam_phi.formats.fhir import narrative, references
from beam_phi.formats.fhir.constraints import BASE64
from beam_phi.formats.fhir.part import Part
from beam_phi.formats.fhir.rules import (
    ADDRESS,
    CONTACT,
    DISPLAY,
    EXTENSION,
    ID_CLASS,
    IDENTIFIER,
    KEPT,
    NARRATIVE,
    PLAIN,
    QUANTITY,
    QUERY,
    REFERENCE,
    RESOURCE_ID,
    RESOURCE_TYPE,
    SEARCHED,
    UID_RULE,
    URI,
    Rule,
    defines,
)
from beam_phi.formats.fhir.search import rule_of_value
from beam_phi.formats.fhir.siblings import (
    KEPT_EXTENSION,
    class_of_target,
    contact_class,
    counts_years,
    extension_kind,
    identifier_class,
    reference_target,
)
from beam_phi.formats.fhir.sites import EXTENSION as EXTENSIONS
from beam_phi.formats.fhir.sites import PLAIN_OBJECT, RESOURCE, LeafSite, Site, SiteTree
from beam_phi.formats.fhir.table import is_element_name, is_resource
from beam_phi.formats.json.edits import JsonField
from beam_phi.formats.json.nodes import LITERAL, NUMERIC, TEXT, Container, Leaf, NameField, Node

# A text that is a reference, which generated narratives have.
_REFERENCE = re.compile(r"\s*(?:https?://\S+/)?[A-Z][A-Za-z]+/[^\s/]+\s*")
_IN_BASE64 = ";base64,"
_UID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*)){4,}")
# What extensions say of a value, by its type.
_EXTENDED = {
    **dict.fromkeys(["person-name", "address", "geography"], frozenset({"string", "markdown", "decimal"})),
    "age": frozenset({"string", "decimal", "integer", "positiveInt", "unsignedInt"}),
    "birth-date": frozenset({"date", "dateTime", "instant", "string"}),
}


class Walk:
    """Collects the fields of nodes, in file order.

    An object's `context` is what those around it say of it: the kind of extension it stands in, or the type
    of the resource a reference is to.
    """

    def __init__(self, sites: SiteTree) -> None:
        self._sites = sites
        self.fields: list[JsonField] = []

    def resource(self, node: Node) -> None:
        """Add the fields of a whole resource."""
        site = self._sites.resource("")
        if isinstance(node, Leaf):
            self._leaf(node, site.leaf(node.name), node.parent, site, "")
        elif node.is_array:
            self._array(node, site, site.leaf(""), node, site, "")
        else:
            self._object(node, site, "")

    def element(self, node: Node, site: Site, name: str) -> None:
        """Add the fields of one member of an object, or of one element of an array that is that member."""
        assert node.parent is not None
        if isinstance(node, Container) and not node.is_array and not node.name:
            self._object(node, site.member(name), "")
        elif node.name:
            self._members([node], node.parent, site, "")
        elif isinstance(node, Leaf):
            self._leaf(node, site.leaf(name), node.parent, site, "")
        else:
            self._array(node, site.member(name), site.leaf(name), node.parent, site, "")

    def _members(self, nodes: Iterable[Node], container: Container, site: Site, context: str) -> None:
        """Add the fields of some members of an object."""
        for child in nodes:
            name = child.name
            if isinstance(child, Leaf):
                if child.kind == LITERAL:
                    self._name(child, site)
                    continue
                leaf_site = site.leaf(name)
                if not leaf_site.known:
                    self._name(child, site)
                if leaf_site.look == PLAIN:
                    child.type = leaf_site.text if child.kind == TEXT else leaf_site.number
                    self.fields.append(child)
                elif leaf_site.look != RESOURCE_TYPE or not is_resource(child.text):
                    self._leaf(child, leaf_site, container, site, context)
                continue
            inner = site.member(name)
            if not inner.types:
                self._name(child, site)
            if child.is_array:
                self._array(child, inner, site.leaf(name), container, site, context)
            else:
                self._object(child, inner, context)

    def _object(self, container: Container, site: Site, context: str) -> None:
        if site.nature != PLAIN_OBJECT:
            if site.nature == RESOURCE:
                type_ = container.text("resourceType")
                if type_:
                    site, context = self._sites.resource(type_), ""
            elif site.nature == EXTENSIONS:
                context = extension_kind(context, container.text("url"))
            else:
                context = reference_target(container, site.name)
        self._members(container.children, container, site, context)

    def _array(
        self, array: Container, site: Site, leaf_site: LeafSite, owner: Container, outer: Site, context: str
    ) -> None:
        """The elements of an array, which are at the site of the member it is the value of."""
        for child in array.children:
            if isinstance(child, Leaf):
                if child.kind != LITERAL:
                    self._leaf(child, leaf_site, owner, outer, context)
            elif child.is_array:
                self._array(child, site, leaf_site, owner, outer, context)
            else:
                self._object(child, site, context)

    def _name(self, node: Node, site: Site) -> None:
        """Add the name of a member if it may be somebody's."""
        if node.name.strip() and not is_element_name(node.name):
            self.fields.append(NameField(site.leaf("*").typed(SEARCHED), node))

    def _leaf(self, leaf: Leaf, at: LeafSite, owner: Container, site: Site, context: str) -> None:
        """Add a string or number, or the parts it has.

        owner: the object it is a member of. site: where that stands.
        """
        if leaf.kind == NUMERIC:
            self._add(leaf, at, self._rule_beside(leaf, at, owner, site, context)[0])
            return
        text, look = leaf.text, at.look
        if look == NARRATIVE:
            self._narrative(leaf, at)
        elif look == QUERY:
            self._spans(leaf, at, references.query_spans(text, ""), SEARCHED)
        elif look in (REFERENCE, ADDRESS, URI):
            self._address(leaf, at)
        else:
            rule, system = self._rule_beside(leaf, at, owner, site, context)
            if look == IDENTIFIER:
                self._identifier(leaf, at, rule, system)
            else:
                self._add(leaf, at, rule, system)

    def _rule_beside(
        self, leaf: Leaf, at: LeafSite, owner: Container, site: Site, context: str
    ) -> tuple[Rule, str]:
        """What a value is, by what stands beside it, and the system it is of."""
        rule, system = at.rule, ""
        if at.look == CONTACT:
            data_class, system = contact_class(owner, leaf.text)
            rule = rule._replace(data_class=data_class)
        elif at.look == IDENTIFIER and rule.data_class == ID_CLASS:
            data_class, system = identifier_class(owner, context or site.resource, site.name)
            rule = rule._replace(data_class=data_class)
        elif at.look == DISPLAY:
            rule = rule._replace(data_class=class_of_target(context))
        elif at.look == QUANTITY and counts_years(owner):
            rule = rule._replace(data_class="age")
        elif at.look == EXTENSION:
            if context == KEPT_EXTENSION:
                rule = KEPT
            elif at.kind in _EXTENDED.get(context, ()):
                rule = rule._replace(data_class=context)
        return rule, system

    def _add(self, leaf: Leaf, at: LeafSite, rule: Rule, system: str = "") -> None:
        leaf.type = at.typed(rule, numeric=leaf.kind == NUMERIC, system=system)
        self.fields.append(leaf)

    def _identifier(self, leaf: Leaf, at: LeafSite, rule: Rule, system: str) -> None:
        """An identifier is a UID if it looks like one, in a URN or not."""
        urn = leaf.text[:9].lower()
        if urn.startswith(("urn:oid:", "urn:uuid:")):
            start = 8 if urn.startswith("urn:oid:") else 9
            part = UID_RULE if start == 8 else rule
            self._part(leaf, at, start, len(leaf.text), part, system)
        elif _UID.fullmatch(leaf.text):
            self._add(leaf, at, UID_RULE)
        else:
            self._add(leaf, at, rule, system)

    def _address(self, leaf: Leaf, at: LeafSite) -> None:
        """A reference, an address or a URI: the ids in it, else the whole."""
        text, rule = leaf.text, at.rule
        if at.look == ADDRESS and rule.data_class and ":" in text:
            self._add(leaf, at, rule)
            return
        found = references.spans(text)
        if at.look == URI:
            if any(defines(span.target) or span.kind == references.UID for span in found):
                found = []
            if not found and not text.startswith(("http:", "https:", "urn:")):
                # The address of somebody, perhaps.
                rule = SEARCHED
        elif not found and "://" not in text and references.names_type(text):
            rule = KEPT
        self._spans(leaf, at, found, rule)

    def _spans(self, leaf: Leaf, at: LeafSite, spans: list[references.Span], otherwise: Rule) -> None:
        if not spans:
            self._add(leaf, at, otherwise)
        for span in spans:
            if span.kind == references.VALUE:
                rule, system = rule_of_value(span)
            else:
                rule, system = RESOURCE_ID if span.kind == references.ID else UID_RULE, ""
            self._part(leaf, at, span.start, span.end, rule, system, escaped=bool(span.parameter))

    def _part(
        self,
        leaf: Leaf,
        at: LeafSite,
        start: int,
        end: int,
        rule: Rule,
        system: str,
        *,
        escaped: bool = False,
    ) -> None:
        text = leaf.text[start:end]
        if escaped:
            text = references.decode_value(text)
        encode = references.encode_value if escaped else str
        keeps_rest = at.look == NARRATIVE
        self.fields.append(Part(at.typed(rule, system=system), leaf, start, end, text, encode, keeps_rest))

    def _narrative(self, leaf: Leaf, at: LeafSite) -> None:
        """Each text of the XHTML, and the ids and files in its links."""
        for text in narrative.texts(leaf.text):
            raw = leaf.text[text.start : text.end]
            start, rule = text.start, SEARCHED
            if text.attribute in ("href", "src") or (not text.attribute and _REFERENCE.fullmatch(raw)):
                begin = start + len(raw) - len(raw.lstrip())
                ids = [
                    replace(span, start=begin + span.start, end=begin + span.end)
                    for span in references.spans(raw.strip())
                    if span.target and not defines(span.target)
                ]
                if ids:
                    self._spans(leaf, at, ids, SEARCHED)
                    continue
                if raw.lstrip()[:5].lower() == "data:":
                    # What is in no base64 can't be opened, and is taken out.
                    rule = Rule(None, BASE64, False, encoded="base64")
                    start += raw.find(_IN_BASE64) + len(_IN_BASE64) if _IN_BASE64 in raw else 0
            meant = narrative.decode(leaf.text[start : text.end], text.form)
            encode = narrative.encoder(text.form)
            self.fields.append(Part(at.typed(rule), leaf, start, text.end, meant, encode, keeps_rest=True))
