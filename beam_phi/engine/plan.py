"""What the library says of one kind of field, worked out once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

from beam_phi.engine.relations import is_of_another
from beam_phi.formats.document import FieldType
from beam_phi.formats.places import expanded
from beam_phi.identity.issuers import Issuers
from beam_phi.library.model import DataClass, Library, MatcherSpec, Selector
from beam_phi.matching import CONTENT_KINDS, FieldMatcher, Searcher, recogniser, selects

#: Roles whose values are worth searching for elsewhere in the scope. UIDs are found by their own form, and
#: common dates (a study's date stands in half of all fields) say little of a person.
LEARNED_ROLES = frozenset(
    {"patient-id", "patient-name", "person-name", "birth-date", "accession", "phone", "address", "other"}
)
#: Kinds of values that are codes by rule and typed by hand in practice: a patient's name may stand there.
CODED = frozenset({"code", "text"})
#: Data classes that name a place of narrative: searched, never masked as a whole.
NARRATIVE = "free-text"
#: What a format says of a value that is a document: in base64, or in what nothing here can open.
ENCODINGS = frozenset({"base64", "sealed"})
#: So many places are remembered: names of columns, members and issuers are the files' own, without end.
REMEMBERED = 1 << 16
#: Attributes of places that are looked at beside those that a library selects by.
_ALWAYS = frozenset({"issuer", "creator", "tag", "encoded"})


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """How fields of one FieldType are treated.

    data_class: what the whole value is, if the library or the format knows.
    whole: the field matcher that says so; None where the format does.
    searcher: the content matchers that may look at it; None if none may.
    coded: True for a value that is no free text but may hold a name or an id.
    learned: the role in which its value joins the identifiers of its scope, or "".
    encoded: ``base64`` for a document in base64, ``sealed`` for one that nothing here can open, else "".
    opened: True for text that is only searched: it may be a document though nobody says so.
    idle: True when nothing can ever happen to such a field.
    issuer: who gave the ids of such fields, if not an issuer of the collection's own.
    link: ``study`` or ``accession`` where its value stands for one, which files have in common; else "".
    """

    type: FieldType
    data_class: DataClass | None
    whole: FieldMatcher | None
    searcher: Searcher | None
    coded: bool
    learned: str
    encoded: str
    opened: bool
    idle: bool
    issuer: str = ""
    link: str = ""


class Planner:
    """Makes plans: one for all FieldTypes that the library can't tell apart."""

    def __init__(self, library: Library, like: Planner | None = None) -> None:
        """like: of a library that differs in its issuers alone, whose searchers serve here, too.

        Raises RecogniserMissing if the library wants one and it is not installed.
        """
        self._library = library
        self._plans: dict[FieldType, Plan] = {}
        self._shared: dict[Hashable, Plan] = {}
        self._searchers: dict[tuple[int, ...], Searcher] = {}
        matchers = [
            (_placed(spec), data_class)
            for data_class in library.classes.values()
            for spec in data_class.matchers
        ]
        self._fields = [
            (data_class, FieldMatcher(spec, data_class))
            for spec, data_class in matchers
            if spec.kind == "field"
        ]
        self._contents = [pair for pair in matchers if pair[0].kind in CONTENT_KINDS]
        if any(spec.kind == "ner" for spec, _ in self._contents):
            recogniser()
        self._all: Searcher = like._all if like else Searcher(self._contents)
        self._never = [expanded(selector) for selector in library.never]
        selectors = [
            *self._never,
            *(field.selector for _, field in self._fields),
            *(selector for spec, _ in matchers for selector in (*spec.only, *spec.never)),
        ]
        self._issuers = Issuers.of(library.dicom)
        self._told_apart = frozenset(name for each in selectors for name, _ in each.patterns) | _ALWAYS

    def plan(self, type_: FieldType) -> Plan:
        plan = self._plans.get(type_)
        if plan is None:
            if len(self._plans) >= REMEMBERED:
                self._plans.clear()
                self._shared.clear()
            alike = self._alike(type_)
            plan = self._shared.get(alike)
            if plan is None:
                plan = self._shared[alike] = self._make(type_)
            self._plans[type_] = plan
        return plan

    def _alike(self, type_: FieldType) -> Hashable:
        """What of a FieldType decides its plan: many places of a message differ by a number only."""
        attributes = frozenset(pair for pair in type_.attributes.items() if pair[0] in self._told_apart)
        own = (
            type_.action, type_.data_class, type_.searchable, type_.spelled, type_.guarded, _is_common(type_),
            is_of_another(type_),
        )  # fmt: skip
        return type_.format, own, type_.constraint, attributes

    def _make(self, type_: FieldType) -> Plan:
        attributes = {"format": type_.format, **type_.attributes}
        never = any(selects(selector, attributes) for selector in self._never)
        data_class, whole = self._whole(type_, attributes)
        if never and type_.action is None:
            return Plan(type_, None, None, None, coded=False, learned="", encoded="", opened=False, idle=True)
        searchable = type_.searchable and not never
        searcher = self._searcher(attributes) if searchable else None
        learned = data_class.role if data_class and data_class.role in LEARNED_ROLES else ""
        if learned == "birth-date" and is_of_another(type_):
            learned = ""
        coded = not type_.searchable and type_.constraint.kind in CODED
        told = type_.attributes.get("encoded", "")
        encoded = told if told in ENCODINGS else ""
        nothing = data_class is None and searcher is None and not (coded or type_.spelled or encoded)
        idle = type_.action is None and nothing
        narrative = data_class is None or data_class.name == NARRATIVE
        opened = narrative and searcher is not None and type_.format not in ("dicom", "path", "text")
        issuer = self._issuers.foreign(type_.attributes.get("issuer", ""))
        link = _link(type_, data_class)
        return Plan(type_, data_class, whole, searcher, coded, learned, encoded, opened, idle, issuer, link)

    def _whole(
        self, type_: FieldType, attributes: dict[str, str]
    ) -> tuple[DataClass | None, FieldMatcher | None]:
        """The data class of highest priority that claims the field, else what the format knows."""
        best: tuple[DataClass, FieldMatcher] | None = None
        for data_class, matcher in self._fields:
            if matcher.applies(attributes) and (best is None or data_class.priority > best[0].priority):
                best = (data_class, matcher)
        if best:
            return best
        known = self._library.classes.get(type_.data_class) if type_.data_class else None
        return known, None

    def _searcher(self, attributes: dict[str, str]) -> Searcher | None:
        """The content matchers whose filters let them see the field."""
        chosen = tuple(
            index
            for index, (spec, _) in enumerate(self._contents)
            if (not spec.only or any(selects(s, attributes) for s in spec.only))
            and not any(selects(s, attributes) for s in spec.never)
        )
        if not chosen:
            return None
        searcher = self._searchers.get(chosen)
        if searcher is None:
            searcher = self._searchers[chosen] = self._all.only(chosen)
        return searcher


def _is_common(type_: FieldType) -> bool:
    """True for a place whose UID or number several files have: that of a study or an order. Messages and
    resources have no other UIDs that do."""
    attributes = type_.attributes
    if type_.format == "dicom":
        return attributes.get("keyword") == "StudyInstanceUID"
    if type_.format == "hl7" and attributes.get("segment") in ("ORC", "OBR"):
        return attributes.get("field") in ("2", "3")
    column = attributes.get("column_key", "")
    return "study" in column or column == "0020000d" or type_.format == "fhir"


def _link(type_: FieldType, data_class: DataClass | None) -> str:
    if data_class is None:
        return ""
    if data_class.role == "accession" or (type_.format == "hl7" and _is_common(type_)):
        return "accession"
    return "study" if data_class.role == "uid" and (_is_common(type_) or type_.format == "hl7") else ""


def _placed(spec: MatcherSpec) -> MatcherSpec:
    """The matcher with places in its selectors as what they stand for."""
    params = dict(spec.params)
    if "select" in params:
        select: dict[str, list[str]] = {}
        for attribute, pattern in expanded(Selector.of(params["select"])).patterns:
            select.setdefault(attribute, []).append(pattern)
        params["select"] = select
    only, never = (tuple(map(expanded, selectors)) for selectors in (spec.only, spec.never))
    return replace(spec, params=params, only=only, never=never)
