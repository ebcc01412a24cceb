"""Where values stand in FHIR, and the field types of what stands there."""

from __future__ import annotations

from functools import lru_cache

from beam_phi.formats.delimited.headings import heading_key
from beam_phi.formats.document import FieldType
from beam_phi.formats.fhir.constraints import ANY_NUMBER, NUMBER
from beam_phi.formats.fhir.rules import Rule, holder_of, leaf_type, rule_of
from beam_phi.formats.fhir.table import Types, element_types, is_resource
from beam_phi.formats.json.types import column_of
from beam_phi.library.constraint import ANY, Constraint

#: Places that one document tells apart; what stands at any further one has no path.
MAX_SITES = 16384
#: Types of one place that are remembered there.
_MAX_VARIANTS = 1024
#: What an object is: a resource (or anything else, if unknown), an extension, a reference, or none of these.
PLAIN_OBJECT, RESOURCE, EXTENSION, REFERENCE = range(4)
_NATURES = {"Resource": RESOURCE, "Extension": EXTENSION, "Reference": REFERENCE}
_NUMERIC = frozenset({"number", "integer"})


@lru_cache(maxsize=32768)
def field_type(
    path: str,
    resource: str,
    element: str,
    type_: str,
    parent: str,
    system: str,
    encoded: str,
    data_class: str | None,
    constraint: Constraint,
    searchable: bool,
) -> FieldType:
    """path: names alone, from the resource on (``Patient.name.family``); resource: its type; element: the
    last name; type: of the value, parent: of the object it stands in; system: that of an identifier or a
    contact point; issuer: that of a patient's id; encoded: how a file is written in it."""
    attributes = {
        "path": path,
        "resource": resource,
        "element": element,
        "type": type_,
        "parent": parent,
        "column": element,
        "column_key": heading_key(element),
    }
    if system:
        attributes["system"] = system
    if data_class == "patient-id" and system:
        attributes["issuer"] = system
    if encoded:
        attributes["encoded"] = encoded
    return FieldType("fhir", attributes, None, data_class, constraint, searchable)


class LeafSite:
    """Where single values stand.

    look: how they have to be looked at. text, number: their types if that is not at all. known: False for
    an element that FHIR does not have.
    """

    __slots__ = (
        "_holder",
        "_path",
        "_resource",
        "_typed",
        "element",
        "kind",
        "known",
        "look",
        "number",
        "rule",
        "text",
    )

    def __init__(self, site: Site, name: str, element: str, holder: str, kind: str) -> None:
        self._typed: dict[tuple[str | None, ...], FieldType] = {}
        self.known = bool(kind)
        self._path = f"{site.path}.{element}" if site.path else ""
        self._resource = site.resource
        self._holder = holder
        self.element = element
        self.kind = kind
        self.rule = rule_of(site.resource, site.path, holder, name, kind)
        self.look = self.rule.look
        self.text = self.typed(self.rule)
        self.number = self.typed(self.rule, numeric=True)

    def typed(self, rule: Rule, *, numeric: bool = False, system: str = "") -> FieldType:
        """The type of values there that are what a rule says.

        numeric: they are JSON numbers, whatever the rule expects.
        """
        constraint, searchable = rule.constraint, rule.searchable
        if numeric and rule.data_class not in (None, "age"):
            constraint = ANY_NUMBER
        elif numeric and constraint.kind not in _NUMERIC:
            constraint = NUMBER
        elif not numeric and constraint.kind in _NUMERIC:
            constraint, searchable = ANY, True
        key = (rule.data_class, constraint.pattern, "" if searchable else None, rule.encoded, system)
        type_ = self._typed.get(key)
        if type_ is None:
            type_ = field_type(
                self._path, self._resource, self.element, self.kind, self._holder, system, rule.encoded,
                rule.data_class, constraint, searchable,
            )  # fmt: skip
            if len(self._typed) < _MAX_VARIANTS:
                self._typed[key] = type_
        return type_


class Site:
    """Where objects of a type stand.

    resource: the type of the resource. path: the names from there on, "" where nobody counts them any more.
    types: those the object may be of; () if unknown. nature: what has to be looked at in each of them.
    """

    __slots__ = ("_leaves", "_members", "_tree", "name", "nature", "path", "resource", "types")

    def __init__(self, tree: SiteTree, resource: str, path: str, name: str, types: Types) -> None:
        self._tree = tree
        self.resource = resource
        self.path = path
        self.name = name
        self.types = types
        self.nature = next((nature for type_, nature in _NATURES.items() if type_ in types), PLAIN_OBJECT)
        if not types:
            self.nature = RESOURCE
        self._members: dict[str, Site] = {}
        self._leaves: dict[str, LeafSite] = {}

    def member(self, name: str) -> Site:
        """Where the objects stand that are a member's value."""
        site = self._members.get(name)
        if site is None:
            types = element_types(self.types, name)
            element = name.removeprefix("_") if types else column_of(name) or "*"
            site = self._tree.site(self.resource, self.path and f"{self.path}.{element}", element, types)
            if element != "*":
                self._members[name] = site
        return site

    def leaf(self, name: str) -> LeafSite:
        """Where the strings and numbers stand that are a member's value."""
        leaf = self._leaves.get(name)
        if leaf is None:
            types = element_types(self.types, name)
            element = name if types else column_of(name) or "*"
            leaf = self._leaves.get(element)
            if leaf is None:
                leaf = LeafSite(self, name, element, holder_of(self.types, name), leaf_type(types))
                self._leaves[element] = leaf
        return leaf


class SiteTree:
    """The sites of one document."""

    def __init__(self) -> None:
        self._count = 0
        self._resources: dict[str, Site] = {}
        self._pathless: dict[tuple[str, Types], Site] = {}

    def resource(self, type_: str) -> Site:
        """Where the members of a resource stand. Of an unknown type they may be anything."""
        name = type_ if is_resource(type_) else ""
        site = self._resources.get(name)
        if site is None:
            types = (name,) if name else ()
            site = self._resources[name] = Site(self, name, name or "*", name, types)
        return site

    def site(self, resource: str, path: str, name: str, types: Types) -> Site:
        """A new site, or one for all objects of these types where there are too many."""
        if path and self._count < MAX_SITES:
            self._count += 1
            return Site(self, resource, path, name, types)
        found = self._pathless.get((resource, types))
        if found is None:
            found = self._pathless[resource, types] = Site(self, resource, "", name, types)
        return found
