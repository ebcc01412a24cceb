"""Whom a scope is about."""

from __future__ import annotations

from functools import cached_property

from beam_phi.engine.decision import Decision
from beam_phi.engine.plan import Plan
from beam_phi.matching import Identifier, Known

#: Roles that tell who the patient is.
TELLING_ROLES = frozenset({"patient-id", "patient-name"})
#: Roles that are searched for in codes, too.
CODED_ROLES = TELLING_ROLES | {"birth-date"}
#: So many decisions are remembered for each subject.
REMEMBERED_DECISIONS = 1024


class Subject:
    """Whom a scope is about: the key that date shifts hang on, and the identifiers to search for.

    issuer: of the patient's id, where that is not of the collection's own issuers, else "".
    """

    __slots__ = ("__dict__", "decisions", "identifiers", "issuer", "key")

    def __init__(self, key: str, identifiers: frozenset[Identifier], issuer: str = "") -> None:
        self.key = key
        self.identifiers = identifiers
        self.issuer = issuer
        self.decisions: dict[tuple[Plan, object], Decision] = {}

    def remember(self, memo: tuple[Plan, object], decision: Decision) -> None:
        """Keep a decision: equal fields of a series are decided once."""
        if len(self.decisions) >= REMEMBERED_DECISIONS:
            self.decisions.clear()
        self.decisions[memo] = decision

    @cached_property
    def known(self) -> Known | None:
        return Known(self.identifiers) if self.identifiers else None

    @cached_property
    def telling(self) -> Subject:
        """The same subject by its name and id alone."""
        strong = (each for each in self.identifiers if each.role in TELLING_ROLES)
        return Subject(self.key, frozenset(strong), self.issuer)

    @cached_property
    def coded(self) -> Subject:
        """The same subject by what may be searched for in codes and numbers: name, id and birth date."""
        strong = (each for each in self.identifiers if each.role in CODED_ROLES)
        return Subject(self.key, frozenset(strong), self.issuer)

    def named_in(self, path: str) -> bool:
        """True if a path names the patient."""
        named = self._paths.get(path)
        if named is None:
            if len(self._paths) >= REMEMBERED_DECISIONS:
                self._paths.clear()
            known = self.telling.known
            named = self._paths[path] = known is not None and any(True for _ in known.find(path))
        return named

    @cached_property
    def _paths(self) -> dict[str, bool]:
        return {}


NOBODY = Subject("", frozenset())
