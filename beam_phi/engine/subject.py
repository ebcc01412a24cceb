"""Whom a scope is about."""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from beam_phi.engine.decision import Decision
from beam_phi.engine.plan import Plan
from beam_phi.identity.canonical import fold
from beam_phi.library.words import word_list
from beam_phi.matching import Identifier, Known
from beam_phi.matching.ocr import ReadKnown

#: Roles that tell who the patient is.
TELLING_ROLES = frozenset({"patient-id", "patient-name"})
#: Roles that are searched for in codes, too.
CODED_ROLES = TELLING_ROLES | {"birth-date"}
#: So many decisions are remembered for each subject.
REMEMBERED_DECISIONS = 1024


_PARTS = re.compile(r"[/\\]")
_WORD = re.compile(r"[^\W\d_]+")


class Ties(NamedTuple):
    """What ties a scope to others of the collection that are about the same person.

    ids: issuer and canonical form of the patient's ids, the main one first. links: accession numbers and
        studies. several: True if the ids are those of several people. born: the birth date, where a text says
        it and no field does.
    """

    ids: tuple[tuple[str, str], ...] = ()
    links: tuple[str, ...] = ()
    several: bool = False
    born: str = ""


NO_TIES = Ties()


class Subject:
    """Whom a scope is about: the key that date shifts hang on, and the identifiers to search for.

    issuer: of the patient's id, where that is not of the collection's own issuers, else "".
    ties: to other scopes.
    joined: what it becomes with what other files tell, by that. nodes, told: what a Registry makes of it.
    """

    __slots__ = ("__dict__", "decisions", "identifiers", "issuer", "joined", "key", "nodes", "ties", "told")

    def __init__(
        self, key: str, identifiers: frozenset[Identifier], issuer: str = "", ties: Ties = NO_TIES
    ) -> None:
        self.key = key
        self.identifiers = identifiers
        self.issuer = issuer
        self.ties = ties
        self.decisions: dict[tuple[Plan, object], Decision] = {}
        self.joined: dict[tuple[bytes, ...], Subject] = {}
        self.nodes: tuple[bytes, ...] | None = None
        self.told: object = None

    def remember(self, memo: tuple[Plan, object], decision: Decision) -> None:
        """Keep a decision: equal fields of a series are decided once."""
        if len(self.decisions) >= REMEMBERED_DECISIONS:
            self.decisions.clear()
        self.decisions[memo] = decision

    @cached_property
    def known(self) -> Known | None:
        return Known(self.identifiers) if self.identifiers else None

    @cached_property
    def read_known(self) -> ReadKnown | None:
        """The same for text that was read off pictures."""
        return ReadKnown(self.identifiers) if self.identifiers else None

    @cached_property
    def telling(self) -> Subject:
        """The same subject by its name and id alone."""
        strong = (each for each in self.identifiers if each.role in TELLING_ROLES)
        return Subject(self.key, frozenset(strong), self.issuer)

    @cached_property
    def known_in_codes(self) -> Known | None:
        """What may be searched for in codes and numbers: name, id and birth date."""
        only = {each.data_class for each in self.identifiers if each.role in CODED_ROLES}
        return Known(self.identifiers, only=only) if only else None

    def named_in(self, path: str, label: bool = False) -> bool:
        """True if a path names the patient.

        A name that is a word, too, counts where a part consists of it, and in a label anywhere (see
        :meth:`beam_phi.matching.Known.find`): ``long_axis/`` is about no Long, ``Long/`` is.
        """
        named = self._paths.get((path, label))
        if named is None:
            if len(self._paths) >= REMEMBERED_DECISIONS:
                self._paths.clear()
            named = self._paths[path, label] = self._is_named(path, label)
        return named

    def _is_named(self, path: str, label: bool) -> bool:
        known = self.telling.known
        if known is None:
            return False
        return bool(known.find(path, label)) or any(
            known.find(part, label=True) for part in _PARTS.split(path) if _is_one_word(part)
        )

    @cached_property
    def _paths(self) -> dict[tuple[str, bool], bool]:
        return {}


def _is_one_word(part: str) -> bool:
    """True for one word, beside numbers and the words of imaging."""
    words = (fold(word) for word in _WORD.findall(part))
    return sum(word not in word_list("path-words") for word in words) == 1


NOBODY = Subject("", frozenset())


class OnePerson:
    """Tells whether the scopes of a file are about one person, and whom: parts of a message or a Bundle that
    are about nobody with an id don't count beside those that are."""

    def __init__(self) -> None:
        self._people: dict[str, Subject] = {}
        self._scopes = 0

    def add(self, subject: Subject) -> None:
        """Whom the next scope is about."""
        self._scopes += 1
        known = self._people.get(subject.key)
        if known is None and len(self._people) < 3:
            self._people[subject.key] = subject
        elif known is not None and known.key and not subject.identifiers <= known.identifiers:
            identifiers = known.identifiers | subject.identifiers
            self._people[known.key] = Subject(known.key, identifiers, known.issuer)

    def update(self, other: OnePerson) -> None:
        """Whom all scopes of a member of the file are about."""
        for subject in other._people.values():
            self.add(subject)
        self._scopes += other._scopes - len(other._people)

    @property
    def person(self) -> Subject | None:
        """None where the file is about several people, or several scopes are about nobody with an id."""
        with_id = [subject for key, subject in self._people.items() if key]
        if len(with_id) == 1:
            return with_id[0]
        return next(iter(self._people.values())) if self._scopes == 1 else None
