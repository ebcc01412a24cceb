"""From the nodes of a FHIR text to its fields."""

from __future__ import annotations

import re
from collections.abc import Iterable

from beam_phi.formats.document import FormatError
from beam_phi.formats.fhir.references import is_search
from beam_phi.formats.fhir.rules import (
    CONTACT,
    DISPLAY,
    EXTENSION,
    ID_CLASS,
    IDENTIFIER,
    LOOKS_OF_ADDRESSES,
    NARRATIVE,
    PLAIN,
    QUANTITY,
    QUERY,
    RESOURCE_TYPE,
    SEARCHED,
    UID_RULE,
    Rule,
    by_form,
)
from beam_phi.formats.fhir.siblings import (
    class_of_target,
    contact_class,
    counts_years,
    extension_kind,
    identifier_class,
    is_concept_id,
    names_terminology,
    reference_target,
)
from beam_phi.formats.fhir.sites import EXTENSION as EXTENSIONS
from beam_phi.formats.fhir.sites import REFERENCE, RESOURCE, LeafSite, Site, SiteTree
from beam_phi.formats.fhir.strings import Strings, is_uid
from beam_phi.formats.fhir.table import is_element_name, is_resource
from beam_phi.formats.json.collect import Collector
from beam_phi.formats.json.dicom import is_dicom
from beam_phi.formats.json.edits import JsonField
from beam_phi.formats.json.nodes import LITERAL, NUMERIC, Container, Leaf, NameField, Node
from beam_phi.formats.json.types import Place

# How resources are named; those that FHIR will have one day, too.
_TYPE_NAME = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)*")
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
        self._strings = Strings(self.fields)
        # What FHIR does not have is as in any JSON.
        self._others = Collector(self.fields, is_element_name, self.resource)

    def add(self, node: Node, place: Place) -> None:
        """Add the fields of a value that stands at a place of any JSON: a resource, or what may hold some.

        Raises FormatError ``unknown-format`` for objects that have rules of their own, which nobody here
        knows: resources of no type that FHIR has, and objects of DICOM.
        """
        self._others.add(node, place)

    def resource(self, container: Container) -> bool:
        """Add the fields of a resource; False for an object that is none. Raises FormatError as `add`."""
        type_ = container.text("resourceType")
        if is_resource(type_):
            self._members(container.children, container, self._sites.resource(type_), "")
            return True
        if _TYPE_NAME.fullmatch(type_):
            raise FormatError("unknown-format", "a resource is of no type that FHIR has")
        if is_dicom(container):
            raise FormatError("unknown-format", "an object of DICOM stands in JSON")
        return False

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
                leaf_site = site.leaf(name)
                if not leaf_site.known:
                    if leaf_site.look != RESOURCE_TYPE or not is_resource(child.text):
                        self._other(child, site)
                elif child.kind != LITERAL:
                    self._leaf(child, leaf_site, container, site, context)
                continue
            inner = site.member(name)
            if not inner.types:
                self._other(child, site)
            elif child.is_array:
                self._array(child, inner, site.leaf(name), container, site, context)
            else:
                self._object(child, inner, context)

    def _object(self, container: Container, site: Site, context: str) -> None:
        if site.nature == RESOURCE:
            # One that says nothing of its type is as any object.
            self._others.add(container, site.place)
            return
        if site.nature == EXTENSIONS:
            context = extension_kind(container.text("url"))
        elif site.nature == REFERENCE:
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

    def _other(self, node: Node, site: Site) -> None:
        """Add the fields of a member that FHIR does not have, and its name if it may be somebody's."""
        if node.name.strip() and not is_element_name(node.name):
            self.fields.append(NameField(site.leaf("*").typed(SEARCHED), node))
        self._others.add(node, site.place.member(node.name))

    def _leaf(self, leaf: Leaf, at: LeafSite, owner: Container, site: Site, context: str) -> None:
        """Add a string or number, or the parts it has.

        owner: the object it is a member of. site: where that stands.
        """
        text, look = leaf.text, at.look
        if leaf.kind == NUMERIC:
            self._add(leaf, at, self._rule_beside(leaf, at, owner, site, context)[0])
        elif look == NARRATIVE:
            self._strings.narrative(leaf, at)
        elif look == QUERY or (look == PLAIN and not at.rule.data_class and is_search(text)):
            self._strings.query(leaf, at)
        elif look in LOOKS_OF_ADDRESSES:
            self._strings.address(leaf, at)
        elif look == PLAIN:
            if at.is_code and not (is_concept_id(text) and names_terminology(owner)):
                self._add(leaf, at, by_form(at.rule, text))
            else:
                leaf.type = at.text
                self.fields.append(leaf)
        else:
            rule, system = self._rule_beside(leaf, at, owner, site, context)
            if look == IDENTIFIER:
                self._identifier(leaf, at, rule, system)
            else:
                self._add(leaf, at, by_form(rule, text), system)

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
        elif at.look == EXTENSION and at.kind in _EXTENDED.get(context, ()):
            rule = rule._replace(data_class=context)
        return rule, system

    def _add(self, leaf: Leaf, at: LeafSite, rule: Rule, system: str = "") -> None:
        number = leaf.text if leaf.kind == NUMERIC else ""
        leaf.type = at.typed(rule, number=number, system=system)
        self.fields.append(leaf)

    def _identifier(self, leaf: Leaf, at: LeafSite, rule: Rule, system: str) -> None:
        """An identifier is a UID if it looks like one, in a URN or not."""
        urn = leaf.text[:9].lower()
        if urn.startswith(("urn:oid:", "urn:uuid:")):
            start = 8 if urn.startswith("urn:oid:") else 9
            part = UID_RULE if start == 8 else rule
            self._strings.part(leaf, at, start, len(leaf.text), part, system)
        elif is_uid(leaf.text):
            self._add(leaf, at, UID_RULE)
        else:
            self._add(leaf, at, rule, system)
