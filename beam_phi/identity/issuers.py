"""Whose numbers patient ids are: one id of two issuers is two patients.

Without a word of the library, a collection tells by itself: where the same id under two issuers belongs to
people of different names and birth dates, the issuers number their patients apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from beam_phi.identity.canonical import fold
from beam_phi.identity.demographics import Demographics
from beam_phi.library.model import DicomSpec

#: What an id without issuer has; the collection's own issuers are this one.
HOME = ""
#: So many issuers are compared, those of most ids.
MOST_ISSUERS = 1024
#: So many bearers of one id are compared; more say nothing new.
COMPARED = 64

Pair = tuple[str, str]
"""Two issuers, the lesser first."""


class Issuers:
    """Tells the issuers that number their patients apart from the collection's own."""

    def __init__(self, home: Collection[str] = (), foreign: Mapping[str, str] | None = None) -> None:
        """home: if there are any, all others are foreign. foreign: name -> the name it goes by; else, if
        `home` is empty, no issuer is."""
        self._home = frozenset(map(normal, home))
        self._foreign = dict(foreign or {})

    @classmethod
    def of(cls, spec: DicomSpec) -> Issuers:
        """Those of a library."""
        return cls(spec.home_issuers, dict(spec.foreign_issuers))

    def __bool__(self) -> bool:
        """False if no issuer makes any difference."""
        return bool(self._home or self._foreign)

    def foreign(self, issuer: str) -> str:
        """The name of an issuer whose ids are other patients' than the same ids of the collection's own;
        ``""`` for one of these."""
        if not self or not issuer:
            return HOME
        name = normal(issuer)
        if self._home:
            return HOME if name in self._home else name
        return self._foreign.get(name, HOME)


#: All issuers are told apart, as long as nothing is known of them.
APART = ("-",)


def normal(issuer: str) -> str:
    """An issuer's name without case, accents and blanks around."""
    return fold(issuer.strip())


class Evidence(NamedTuple):
    """What the bearers of an id say of its issuers.

    ids: issuer -> how many ids it gave. apart, alike: pairs of issuers -> how many ids they gave to different
        people, and to one and the same.
    """

    ids: Counter[str]
    apart: Counter[Pair]
    alike: Counter[Pair]

    @classmethod
    def none(cls) -> Evidence:
        return cls(Counter(), Counter(), Counter())

    def add(self, other: Evidence) -> None:
        """Take in more evidence; of very many issuers those of most ids are kept."""
        self.ids.update(other.ids)
        self.apart.update(other.apart)
        self.alike.update(other.alike)
        if len(self.ids) > 2 * MOST_ISSUERS:
            kept = sorted(self.ids, key=lambda name: (-self.ids[name], name))[:MOST_ISSUERS]
            for name in self.ids.keys() - set(kept):
                del self.ids[name]
            for pairs in (self.apart, self.alike):
                for pair in [pair for pair in pairs if not self.ids.keys() >= set(pair)]:
                    del pairs[pair]


def evidence_of(bearers: Iterable[tuple[str, Demographics]]) -> Evidence:
    """What those who bear one id say: issuer and demographics of each record."""
    found = Evidence.none()
    distinct = sorted(set(bearers), key=lambda bearer: (bearer[0], bearer[1].birth, sorted(bearer[1].names)))
    found.ids.update({issuer for issuer, _ in distinct})
    apart, alike = set[Pair](), set[Pair]()
    for (one, first), (other, second) in combinations(distinct[:COMPARED], 2):
        if one != other:
            if first.is_of_another(second):
                apart.add((one, other))
            elif first.agrees_with(second):
                alike.add((one, other))
    found.apart.update(apart)
    found.alike.update(alike - apart)
    return found


def foreign_issuers(evidence: Evidence) -> dict[str, str]:
    """The issuers that are not the collection's own, with the name each goes by: issuers that gave ids to the
    same people are one. The issuer of most ids, and ids without issuer, are the collection's own."""
    home: list[str] = [HOME]
    groups: list[list[str]] = []
    for issuer in sorted(evidence.ids, key=lambda name: (-evidence.ids[name], name)):
        if issuer == HOME:
            continue
        if not any(_is_apart(evidence, issuer, other) for other in home):
            home.append(issuer)
            continue
        group = next((group for group in groups if _are_one(evidence, issuer, group)), None)
        if group is None:
            groups.append([issuer])
        else:
            group.append(issuer)
    return {issuer: min(group) for group in groups for issuer in group}


def _is_apart(evidence: Evidence, one: str, other: str) -> bool:
    pair = (min(one, other), max(one, other))
    return evidence.apart[pair] > 0 and evidence.apart[pair] >= evidence.alike[pair]


def _are_one(evidence: Evidence, issuer: str, group: Iterable[str]) -> bool:
    pairs: Iterator[Pair] = ((min(issuer, other), max(issuer, other)) for other in group)
    return any(evidence.alike[pair] > evidence.apart[pair] for pair in pairs)
