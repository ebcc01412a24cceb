"""Which records are of one person: records that share an exact link, and the person of each group of them.

A record goes by a node: the digest of its patient's id and issuer, or, where it tells none, of what else
tells it (accession number, study, name and birth date). Links make edges between nodes; nodes that edges
connect are one person, unless what is said of them shows that they are not (:func:`people_of`). Names never
make one person of two who have ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, Self

from beam_phi.identity.demographics import Demographics

#: A number that so many ids share links nobody: it stands for the lack of one.
CROWD = 64
#: So many ids of a link are one patient's, though nothing but the link says so.
FEW = 2
#: An id of more people than this is nobody's: it stands for the lack of one. One may be a slip of the pen.
BEARERS = 2
#: Times that nodes tell their neighbours of the least node they know: enough for chains of eight edges.
ROUNDS = 5

#: What nodes begin with: those of ids are less than all others, so that a group that has an id goes by it.
ID, NO_ID = b"\0", b"\1"

Edge = tuple[bytes, bytes]
_Group = dict[bytes, list[Demographics]]


def is_id(node: bytes) -> bool:
    """True for the node of a patient's id."""
    return node[:1] == ID


class Record(NamedTuple):
    """A record as its links see it."""

    node: bytes
    demographics: Demographics

    def flat(self) -> tuple[bytes, ...]:
        """The form in which it crosses stages, as for Demographics."""
        return self.node, *self.demographics.flat()

    @classmethod
    def of(cls, flat: Sequence[bytes]) -> Self:
        """That of a flat form."""
        return cls(flat[0], Demographics.of(flat[1:]))


def edges_of_link(records: Iterable[Record]) -> Iterator[Edge]:
    """The edges that records of one accession number or study make.

    Ids are one patient's if their demographics agree; a FEW also if they don't contradict. What has no id is
    of the patient whom it doesn't contradict, if there is but one; where no patient has an id, of the others
    without one.
    """
    patients, others = _by_node(records)
    if len(patients) > CROWD:
        return
    groups = _one_patient(patients)
    for group in groups:
        yield from _star(group)
    strangers: list[_Group] = []
    for node, said in sorted(others.items(), key=lambda other: (other[1] == [Demographics()], other[0])):
        known = groups or strangers
        fitting = [group for group in known if not _contradict(said, _said(group))]
        if len(fitting) == 1:
            yield node, min(fitting[0])
        elif not groups and not fitting and len(strangers) < CROWD:
            strangers.append({node: said})


def edges_of_birth(records: Iterable[Record]) -> Iterator[Edge]:
    """The edges among records of one birth date: one without an id is of the patient of its names, if there
    is but one."""
    distinct = _sorted(records)
    by_name: dict[bytes, list[Record]] = {}
    for record in distinct:
        for name in record.demographics.names if is_id(record.node) else ():
            by_name.setdefault(name, []).append(record)
    for other in distinct:
        if is_id(other.node):
            continue
        near = (patient for name in other.demographics.names for patient in by_name.get(name, ()))
        named = {patient.node for patient in near if patient.demographics.is_named_like(other.demographics)}
        if len(named) == 1:
            yield other.node, named.pop()


def people_of(nodes: Mapping[bytes, Collection[Demographics]]) -> Iterator[list[bytes]]:
    """The people of nodes that edges connect: one, if all that is said of them agrees.

    Else something that is no id tied them (ANON, a number shared by mistake): nodes of one birth date and
    name are one person, each other node is one by itself. A node of many people is nobody.
    """
    somebody = {node: _ordered(said) for node, said in sorted(nodes.items()) if _bearers(said) <= BEARERS}
    somebody = _mended(somebody)
    if _bearers(_said(somebody)) <= 1:
        yield list(somebody)
        return
    births = Counter(birth for said in somebody.values() for birth in _births(said))
    born: dict[bytes, _Group] = {}
    for node, said in somebody.items():
        mark = min(_births(said), key=lambda birth: (-births[birth], birth), default=b"")
        born.setdefault(mark, {})[node] = [each for each in said if each.birth == mark]
    for birth, group in born.items():
        if birth and len(group) <= CROWD:
            yield from ([*named] for named in _gathered(group, Demographics.is_named_like))
        else:
            yield from ([node] for node in group)


def _mended(nodes: _Group) -> _Group:
    """The same with one birth date where one id has two under one name: one of them is wrong."""
    same: dict[bytes, bytes] = {}
    for said in nodes.values():
        for one, other in combinations(said[:CROWD], 2):
            if one.birth and other.birth and not one.is_named_otherwise(other):
                first, second = sorted((_least(same, one.birth), _least(same, other.birth)))
                if first != second:
                    same[second] = first
    return {
        node: _ordered(each._replace(birth=_least(same, each.birth)) for each in said)
        for node, said in nodes.items()
    }


def _least(same: Mapping[bytes, bytes], birth: bytes) -> bytes:
    while birth in same:
        birth = same[birth]
    return birth


def _sorted(records: Iterable[Record]) -> list[Record]:
    """Records in an order that is the same in every run."""
    return sorted(set(records), key=lambda record: (record.node, _order(record.demographics)))


def _ordered(said: Iterable[Demographics]) -> list[Demographics]:
    return sorted(set(said), key=_order)


def _order(said: Demographics) -> tuple[bool, bytes, list[bytes]]:
    """What says most first."""
    return not said.birth, said.birth, sorted(said.names)


def _by_node(records: Iterable[Record]) -> tuple[_Group, _Group]:
    """What is said of each node: of ids, and of others; of each no more than is compared."""
    patients: _Group = {}
    others: _Group = {}
    for record in _sorted(records):
        said = (patients if is_id(record.node) else others).setdefault(record.node, [])
        if len(said) < CROWD:
            said.append(record.demographics)
    return patients, others


def _one_patient(patients: _Group) -> list[_Group]:
    """The patients of a link."""
    groups = _gathered(patients, Demographics.agrees_with)
    if 1 < len(groups) <= FEW and not _contradict(_said(groups[0]), _said(groups[1])):
        return [groups[0] | groups[1]]
    return groups


def _gathered(nodes: _Group, alike: Callable[[Demographics, Demographics], bool]) -> list[_Group]:
    """Nodes in groups, in each of which none contradicts and each is like another."""
    groups: list[_Group] = []
    for node, said in nodes.items():
        for group in groups:
            known = _said(group)
            if any(alike(one, other) for one in said for other in known) and not _contradict(said, known):
                group[node] = said
                break
        else:
            groups.append({node: said})
    return groups


def _said(group: _Group) -> list[Demographics]:
    return [each for said in group.values() for each in said]


def _contradict(some: Iterable[Demographics], others: Collection[Demographics]) -> bool:
    return any(one.contradicts(other) for one in some for other in others)


def _births(said: Iterable[Demographics]) -> set[bytes]:
    return {each.birth for each in said if each.birth}


def _bearers(said: Iterable[Demographics]) -> int:
    """Of how many people this is said, at the least; counted to one more than BEARERS."""
    people: list[Demographics] = []
    for each in _ordered(said):
        if all(each.contradicts(other) for other in people):
            people.append(each)
            if len(people) > BEARERS:
                break
    return len(people)


def _star(group: Iterable[bytes]) -> Iterator[Edge]:
    first, *rest = sorted(group)
    yield from ((node, first) for node in rest)


def tell(node: bytes, cluster: Iterable[bytes]) -> Iterator[tuple[bytes, frozenset[bytes]]]:
    """One round (hash-to-min, Rastogi et al. 2013): the least node learns of all, all learn of the least."""
    known = frozenset((node, *cluster))
    least = min(known)
    yield least, known
    only = frozenset((least,))
    yield from ((each, only) for each in known if each != least)


def heard(clusters: Iterable[frozenset[bytes]]) -> frozenset[bytes]:
    """What a node knows after a round."""
    return frozenset().union(*clusters)
