"""Where values stand in FHIR, and the field types of what stands there."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256

from beam_phi.formats.delimited.headings import heading_key
from beam_phi.formats.document import FieldType
from beam_phi.formats.fhir.constraints import ANY_NUMBER, INTEGER, LONG_INTEGER, LONG_NUMBER, NUMBER
from beam_phi.formats.fhir.rules import Rule, holder_of, is_code, leaf_type, rule_of
from beam_phi.formats.fhir.table import Types, element_types, is_resource
from beam_phi.formats.json.types import Place, PlaceTree
from beam_phi.library.constraint import ANY, Constraint

#: Places that one document tells apart; what stands at any further one has no path.
MAX_SITES = 16384
#: Characters of a path; what stands deeper has none.
MAX_PATH = 1024
# Characters that the system of an identifier may have: it is part of what is kept for good.
_MAX_SYSTEM = 256
#: Types of one place that are remembered there.
_MAX_VARIANTS = 1024
#: What an object is: a resource (or anything else, if unknown), an extension, a reference, or none of these.
PLAIN_OBJECT, RESOURCE, EXTENSION, REFERENCE = range(4)
_NATURES = {"Resource": RESOURCE, "Extension": EXTENSION, "Reference": REFERENCE}
_NUMERIC = frozenset({"number", "integer"})
_LONG = re.compile(r"-?[0-9]{7}|[0-9.]*[eE]\+?[0-9]")


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

    look: how they have to be looked at. text: the type of strings if that is not at all. is_code: they must
    have the form of codes. known: False for an element that FHIR does not have.
    """

    __slots__ = (
        "_holder",
        "_path",
        "_resource",
        "_typed",
        "element",
        "is_code",
        "kind",
        "known",
        "look",
        "rule",
        "text",
    )

    def __init__(self, site: Site, name: str, element: str, holder: str, kind: str) -> None:
        self._typed: dict[tuple[object, ...], FieldType] = {}
        self.known = bool(kind)
        self._path = f"{site.path}.{element}" if site.path else ""
        self._resource = site.resource
        self._holder = holder
        self.element = element
        self.kind = kind
        self.rule = rule_of(site.resource, site.path, holder, name, kind)
        self.look = self.rule.look
        self.is_code = is_code(self.rule)
        self.text = self.typed(self.rule)

    def typed(self, rule: Rule, *, number: str = "", system: str = "") -> FieldType:
        """The type of values there that are what a rule says.

        number: the JSON number that the value is, whatever the rule expects.
        """
        numeric, system = bool(number), _short(system)
        constraint, searchable = rule.constraint, rule.searchable
        if numeric and rule.data_class not in (None, "age"):
            constraint = ANY_NUMBER
        elif numeric and constraint.kind not in _NUMERIC:
            constraint = NUMBER
        elif not numeric and constraint.kind in _NUMERIC:
            constraint, searchable = ANY, True
        if numeric and rule.data_class is None and _LONG.match(number):
            constraint = LONG_INTEGER if constraint is INTEGER else LONG_NUMBER
        key = (rule.data_class, constraint, searchable, rule.encoded, system)
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

    __slots__ = ("_leaves", "_members", "_place", "_tree", "name", "nature", "path", "resource", "types")

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
        self._place: Place | None = None

    @property
    def place(self) -> Place:
        """The same place in JSON of no format, for what FHIR does not have there."""
        if self._place is None:
            steps = self.path.partition(".")[2]
            path = f"$.{steps}" if steps else "$" if self.path else ""
            self._place = self._tree.places.place(path, self.name if steps else "")
        return self._place

    def member(self, name: str) -> Site:
        """Where the objects stand that are a member's value."""
        site = self._members.get(name)
        if site is None:
            types = element_types(self.types, name)
            # What FHIR does not have is all one: nothing here depends on its name.
            element = name.removeprefix("_") if types else "*"
            site = self._tree.site(self.resource, self.path and f"{self.path}.{element}", element, types)
            if types:
                self._members[name] = site
        return site

    def leaf(self, name: str) -> LeafSite:
        """Where the strings and numbers stand that are a member's value."""
        leaf = self._leaves.get(name)
        if leaf is None:
            types = element_types(self.types, name)
            element = name if types or name == "resourceType" else "*"
            leaf = self._leaves.get(element)
            if leaf is None:
                leaf = LeafSite(self, name, element, holder_of(self.types, name), leaf_type(types))
                self._leaves[element] = leaf
        return leaf


def _short(system: str) -> str:
    """The system, or what stands for one too long to be remembered with each type."""
    return system if len(system) <= _MAX_SYSTEM else sha256(system.encode(errors="replace")).hexdigest()


class SiteTree:
    """The sites of one document."""

    def __init__(self) -> None:
        self._count = 0
        self.places = PlaceTree()
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
        if path and len(path) <= MAX_PATH and self._count < MAX_SITES:
            self._count += 1
            return Site(self, resource, path, name, types)
        found = self._pathless.get((resource, types))
        if found is None:
            found = self._pathless[resource, types] = Site(self, resource, "", name, types)
        return found
