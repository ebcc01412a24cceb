"""Who a scope is about: its identifiers, collected from its own fields."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from beam_phi.engine.decide import Decider
from beam_phi.engine.plan import LEARNED_ROLES, Plan
from beam_phi.engine.subject import NOBODY, Subject, Ties
from beam_phi.formats.document import Field, FieldType
from beam_phi.identity.canonical import canonical_id, named_key, subject_key
from beam_phi.identity.spellings import NO_VALUES
from beam_phi.library.model import Library
from beam_phi.matching import Finding, Identifier

#: Subjects remembered by each process: slices of a series, and files of a patient, come together.
REMEMBERED = 8
#: What is found in text is known of the subject from this score on: a doubtful finding must not spread.
SURE = 0.75
#: Longer values are narrative, not identifiers.
LONGEST = 200
#: Shorter ids and accession numbers are too common to tie files together.
SHORTEST_TIE = 3

#: What stands before a birth date.
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|birth\s?date|date\sof\sbirth|born(?:\son)?|geb(?:\.|oren))\W{0,3}\Z", re.I
)

_Memo = tuple[Plan, FieldType | None, object]
_Telling = tuple[tuple[_Memo, ...], tuple[str, ...]]
"""What decides the subject of a scope: its telling fields, and the names it goes by elsewhere."""


class Subjects:
    """Reads subjects off scopes; scopes with equal identifying fields get the same Subject."""

    def __init__(self, library: Library, decider: Decider) -> None:
        self._classes = library.classes
        self._decider = decider
        self._kept = {name for name in library.classes if decider.keeps(name)}
        self._remembered: OrderedDict[_Telling, Subject] = OrderedDict()

    def of(self, fields: Sequence[Field], plans: Sequence[Plan], about: tuple[str, ...] = ()) -> Subject:
        """The subject of a scope. The same identifying fields give the same object, with its decisions.

        about: names by which other files know it.
        """
        telling = tuple(
            _memo(plan, field)
            for field, plan in zip(fields, plans, strict=True)
            if plan.learned or plan.link or plan.searcher
        )
        return self._remember((telling, about), fields, plans) if telling or about else NOBODY

    def glance(self, fields: Sequence[Field], plans: Sequence[Plan], about: tuple[str, ...]) -> Subject:
        """The same, as far as its fields tell it; texts are searched only where no field has an id."""
        telling = tuple(
            _memo(plan, field) for field, plan in zip(fields, plans, strict=True) if plan.learned or plan.link
        )
        if not any(
            plan.learned == "patient-id" and _is_tie(canonical_id(field.text))
            for field, plan in zip(fields, plans, strict=True)
        ):
            return self.of(fields, plans, about)
        told = [(field, plan) for field, plan in zip(fields, plans, strict=True) if plan.learned or plan.link]
        fields, plans = [field for field, _ in told], [plan for _, plan in told]
        return self._remember((telling, about), fields, plans, search=False)

    def _remember(
        self,
        telling: _Telling,
        fields: Sequence[Field],
        plans: Sequence[Plan],
        *,
        search: bool = True,
    ) -> Subject:
        subject = self._remembered.get(telling)
        if subject is None:
            subject = self._remembered[telling] = self.read(fields, plans, about=telling[1], search=search)
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        else:
            self._remembered.move_to_end(telling)
        return subject

    def read(
        self,
        fields: Sequence[Field],
        plans: Sequence[Plan],
        known: Subject = NOBODY,
        *,
        about: tuple[str, ...] = (),
        search: bool = True,
    ) -> Subject:
        """The subject of the fields, beside what is `known` of it already. about: names by which other files
        know it. search: whether texts are searched."""
        identifiers = dict.fromkeys(known.identifiers)
        declared: list[tuple[Field, Plan, str]] = []
        found: list[str] = []
        links: set[str] = set()
        cited: set[str] = set()
        born: set[str] = set()
        for field, plan in zip(fields, plans, strict=True):
            if plan.link:
                links.update(_link(plan, field))
            if plan.data_class and plan.learned and plan.type.action != "K":
                added = self._add(identifiers, field.text, plan.data_class.name)
                if added and added.role == "patient-id":
                    declared.append((field, plan, added.value))
            elif plan.searcher and not plan.link and search:
                text = field.text
                for finding in self._decider.content_findings(plan, text):
                    if finding.score >= SURE:
                        if self._is_birth(finding, text):
                            born.add(finding.of(text))
                        added = self._add(identifiers, finding.of(text), finding.data_class)
                        if added and added.role == "patient-id":
                            found.append(added.value)
                        elif added and added.role == "accession" and _is_tie(canonical_id(added.value)):
                            cited.add(f"accession|{canonical_id(added.value)}")
        ids = [(plan.issuer, value) for _, plan, value in declared] or [("", value) for value in found]
        several = _are_several(declared, found) or (not ids and (len(cited) > 1 or len(about) > 1))
        links.update(f"called|{name}" for name in about)
        ties = Ties(
            tuple(_telling(ids)), tuple(sorted(links or cited)), several, born.pop() if len(born) == 1 else ""
        )
        main = (*ties.ids, *ids)[:1]
        issuer = next((each for each, _ in main), "") or known.issuer
        return Subject(
            known.key or _key(main, identifiers, issuer),
            frozenset(identifiers),
            issuer,
            ties if ties.ids or ties.links or ties.born else known.ties,
        )

    def _is_birth(self, finding: Finding, text: str) -> bool:
        """True for a date that the words before it call one of birth."""
        is_date = self._classes[finding.data_class].role == "date"
        return is_date and _BORN.search(text, max(0, finding.start - 20), finding.start) is not None

    def _add(self, identifiers: dict[Identifier, None], text: str, name: str) -> Identifier | None:
        data_class = self._classes[name]
        value = text.strip()
        if data_class.role not in LEARNED_ROLES or name in self._kept or not 2 <= len(value) <= LONGEST:
            return None
        identifier = Identifier(value, data_class.role, name, data_class.priority)
        identifiers[identifier] = None
        return identifier


def _memo(plan: Plan, field: Field) -> _Memo:
    """What a field tells; of ids also by its own place, which several of them in one place hang on."""
    return plan, field.type if plan.learned == "patient-id" else None, field.key


def _key(main: Sequence[tuple[str, str]], identifiers: dict[Identifier, None], issuer: str) -> str:
    """The canonical key: that of the main id, if there is one, else name and birth date; "" for nobody."""
    if main:
        return subject_key(main[0][1], issuer)
    first: dict[str, str] = {}
    for identifier in identifiers:
        first.setdefault(identifier.role, identifier.value)
    if "patient-name" in first:
        return named_key(first["patient-name"], first.get("birth-date", ""))
    return ""


def _link(plan: Plan, field: Field) -> Iterator[str]:
    """The study or order that a value stands for; DICOM refers to others in sequences."""
    if plan.type.format == "dicom" and "[" in field.location:
        return
    if plan.link == "study":
        uid = field.text.strip(" \0").removeprefix("urn:oid:")
        if uid:
            yield f"study|{uid}"
    elif _is_tie(canonical := canonical_id(field.text)):
        yield f"accession|{canonical}"


def _telling(ids: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Issuer and canonical form of those ids that are somebody's."""
    seen = set()
    for issuer, value in ids:
        tie = (issuer, canonical_id(value))
        if tie not in seen and _is_tie(tie[1]):
            seen.add(tie)
            yield tie


def _is_tie(canonical: str) -> bool:
    return len(canonical) >= SHORTEST_TIE and canonical not in NO_VALUES and len(set(canonical)) > 1


def _are_several(declared: Sequence[tuple[Field, Plan, str]], found: Sequence[str]) -> bool:
    """True if the ids are of several people: those in one text, and those of one place and issuer."""
    if not declared:
        return len(set(map(canonical_id, found))) > 1
    # Plans are shared by places that no library tells apart, PID-3 and MRG-1: types are not.
    places: dict[tuple[FieldType, str], str] = {}
    return any(
        places.setdefault((field.type, plan.issuer), canonical_id(value)) != canonical_id(value)
        for field, plan, value in declared
    )
