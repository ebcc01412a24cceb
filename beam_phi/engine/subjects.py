"""Who a scope is about: its identifiers, collected from its own fields."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from beam_phi.engine.decide import Decider
from beam_phi.engine.plan import LEARNED_ROLES, Plan
from beam_phi.engine.subject import NOBODY, Subject
from beam_phi.formats.document import Field
from beam_phi.identity.canonical import fold, subject_key
from beam_phi.library.model import Library
from beam_phi.matching import Identifier

#: Subjects remembered by each process: slices of a series, and files of a patient, come together.
REMEMBERED = 8
#: What is found in text is known of the subject from this score on: a doubtful finding must not spread.
SURE = 0.75
#: Longer values are narrative, not identifiers.
LONGEST = 200


class Subjects:
    """Reads subjects off scopes; scopes with equal identifying fields get the same Subject."""

    def __init__(self, library: Library, decider: Decider) -> None:
        self._classes = library.classes
        self._decider = decider
        self._kept = {name for name in library.classes if decider.keeps(name)}
        self._remembered: OrderedDict[tuple[tuple[Plan, object], ...], Subject] = OrderedDict()

    def of(self, fields: Sequence[Field], plans: Sequence[Plan]) -> Subject:
        """The subject of a scope. The same identifying fields give the same object, with its decisions."""
        telling = tuple(
            (plan, field.key)
            for field, plan in zip(fields, plans, strict=True)
            if plan.learned or plan.searcher
        )
        if not telling:
            return NOBODY
        subject = self._remembered.get(telling)
        if subject is None:
            subject = self._remembered[telling] = self.read(fields, plans)
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        else:
            self._remembered.move_to_end(telling)
        return subject

    def read(self, fields: Sequence[Field], plans: Sequence[Plan], known: Subject = NOBODY) -> Subject:
        """The subject of the fields, beside what is `known` of it already."""
        identifiers = dict.fromkeys(known.identifiers)
        issuer: str | None = None
        for field, plan in zip(fields, plans, strict=True):
            if plan.data_class and plan.learned and plan.type.action != "K":
                self._add(identifiers, field.text, plan.data_class.name)
                if issuer is None and plan.learned == "patient-id":
                    issuer = plan.issuer
            elif plan.searcher:
                text = field.text
                for finding in self._decider.content_findings(plan, text):
                    if finding.score >= SURE:
                        self._add(identifiers, finding.of(text), finding.data_class)
        issuer = issuer or known.issuer
        return Subject(known.key or _key(list(identifiers), issuer), frozenset(identifiers), issuer)

    def _add(self, identifiers: dict[Identifier, None], text: str, name: str) -> None:
        data_class = self._classes[name]
        value = text.strip()
        if data_class.role in LEARNED_ROLES and name not in self._kept and 2 <= len(value) <= LONGEST:
            identifiers[Identifier(value, data_class.role, name, data_class.priority)] = None


def _key(identifiers: list[Identifier], issuer: str) -> str:
    """The canonical key: the first patient id, else name and birth date; "" for nobody."""
    first: dict[str, str] = {}
    for identifier in identifiers:
        first.setdefault(identifier.role, identifier.value)
    if "patient-id" in first:
        return subject_key(first["patient-id"], issuer)
    if "patient-name" in first:
        return f"name|{fold(first['patient-name'])}|{first.get('birth-date', '')}"
    return ""
