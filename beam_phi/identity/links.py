"""Which records are of one person: records that share an exact link, and the person of each group of them.

A record goes by a node: the digest of its patient's id and issuer, or, where it tells none, of what else
tells it (accession number, study, name and birth date). Links make edges between nodes; nodes that edges
connect are one person. Names never make one person of two who have ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from beam_phi.identity.demographics import Demographics

#: A number that so many ids share links nobody: it stands for the lack of one.
CROWD = 64
#: Times that nodes tell their neighbours of the least node they know. Each time doubles the distance.
ROUNDS = 5

Edge = tuple[bytes, bytes]


class Record(NamedTuple):
    """A record as its links see it. has_id: True if its node is a patient's id."""

    node: bytes
    has_id: bool
    demographics: Demographics


def edges_of_link(records: Iterable[Record]) -> Iterator[Edge]:
    """The edges that records of one accession number or study make.

    Ids are one patient's unless their demographics contradict. What has no id is of the patient whom it
    doesn't contradict, if there is but one.
    """
    patients, others = _sorted(records)
    if len(patients) > CROWD:
        return
    groups: list[list[Record]] = []
    for patient in patients:
        group = next((group for group in groups if not _contradicts(patient, group)), None)
        if group is None:
            groups.append([patient])
        else:
            group.append(patient)
            yield patient.node, group[0].node
    first: dict[bytes, bytes] = {}
    for other in others:
        fitting = [group for group in groups if not _contradicts(other, group)]
        if len(fitting) == 1:
            yield other.node, fitting[0][0].node
        elif not groups:
            yield other.node, first.setdefault(b"", other.node)


def edges_of_birth(records: Iterable[Record]) -> Iterator[Edge]:
    """The edges among records of one birth date: one without an id is of the patient of its names, if there
    is but one."""
    patients, others = _sorted(records)
    by_name: dict[bytes, list[Record]] = {}
    for patient in patients:
        for name in patient.demographics.names:
            by_name.setdefault(name, []).append(patient)
    for other in others:
        near = (patient for name in other.demographics.names for patient in by_name.get(name, ()))
        named = {patient.node for patient in near if patient.demographics.is_named_like(other.demographics)}
        if len(named) == 1:
            yield other.node, named.pop()


def _sorted(records: Iterable[Record]) -> tuple[list[Record], list[Record]]:
    """Records with ids, and without, in an order that is the same in every run."""
    distinct = sorted(
        set(records),
        key=lambda record: (record.node, record.demographics.birth, sorted(record.demographics.names)),
    )
    return [each for each in distinct if each.has_id], [each for each in distinct if not each.has_id]


def _contradicts(record: Record, group: Iterable[Record]) -> bool:
    return any(record.demographics.contradicts(other.demographics) for other in group)


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
