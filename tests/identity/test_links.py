"""Which records are of one person."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.identity.demographics import Demographics
from beam_phi.identity.links import (
    BEARERS,
    CROWD,
    FEW,
    ID,
    NO_ID,
    ROUNDS,
    Edge,
    Record,
    edges_of_birth,
    edges_of_link,
    heard,
    people_of,
    tell,
)

JANE = Demographics(b"1951", frozenset({b"jane", b"roe"}))
JOHN = Demographics(b"1988", frozenset({b"john", b"doe"}))
NOBODY = Demographics()


def roots(edges: list[Edge]) -> dict[bytes, bytes]:
    """What the rounds find, as the pipeline has them."""
    clusters: dict[bytes, frozenset[bytes]] = {}
    for one, other in edges:
        clusters[one] = clusters.get(one, frozenset()) | {other}
        clusters[other] = clusters.get(other, frozenset()) | {one}
    for _ in range(ROUNDS):
        told: dict[bytes, list[frozenset[bytes]]] = {}
        for node, cluster in clusters.items():
            for to, known in tell(node, cluster):
                told.setdefault(to, []).append(known)
        clusters = {node: heard(known) for node, known in told.items()}
    return {node: min(cluster | {node}) for node, cluster in clusters.items()}


def test_two_ids_of_one_order_are_one_person_unless_they_contradict() -> None:
    one, two, three = Record(ID + b"1", JANE), Record(ID + b"2", NOBODY), Record(ID + b"3", JOHN)
    assert list(edges_of_link([one, two])) == [(ID + b"2", ID + b"1")]
    assert list(edges_of_link([one, three])) == []
    assert list(edges_of_link([three, two, one])) == list(edges_of_link([one, two, three]))


def test_what_has_no_id_is_of_the_one_patient_it_fits() -> None:
    jane, john = Record(ID + b"1", JANE), Record(ID + b"2", JOHN)
    bare, named = Record(NO_ID + b"x", NOBODY), Record(NO_ID + b"y", JOHN)
    assert list(edges_of_link([jane, bare])) == [(NO_ID + b"x", ID + b"1")]
    assert list(edges_of_link([jane, john, named])) == [(NO_ID + b"y", ID + b"2")]
    assert list(edges_of_link([jane, john, bare])) == [], "it may be of either"


def test_what_has_no_id_is_of_others_without_one_whom_it_does_not_contradict() -> None:
    jane, john, bare = (
        Record(NO_ID + node, said) for node, said in ((b"x", JANE), (b"y", JOHN), (b"z", NOBODY))
    )
    assert list(edges_of_link([jane, bare])) == [(bare.node, jane.node)]
    assert list(edges_of_link([jane, john, bare])) == []


def test_a_number_that_a_crowd_has_links_nobody() -> None:
    crowd = [Record(ID + bytes([number]), JANE) for number in range(CROWD + 1)]
    assert len(list(edges_of_link(crowd[:CROWD]))) == CROWD - 1
    assert list(edges_of_link(crowd)) == []


def test_only_a_few_ids_are_one_patient_by_a_number_alone() -> None:
    bare = [Record(ID + bytes([number]), NOBODY) for number in range(FEW + 1)]
    assert len(list(edges_of_link(bare[:FEW]))) == FEW - 1
    assert list(edges_of_link(bare)) == []


def people(nodes: dict[bytes, list[Demographics]]) -> set[frozenset[bytes]]:
    return {frozenset(each) for each in people_of(nodes)}


def test_what_a_placeholder_ties_is_taken_apart() -> None:
    tied = {b"1": [JANE], b"2": [JANE], b"3": [JOHN], b"anon": [NOBODY]}
    assert people(tied) == {frozenset(nodes) for nodes in ([b"1", b"2"], [b"3"], [b"anon"])}
    assert people({b"1": [JANE], b"2": [JANE], b"bare": [NOBODY]}) == {frozenset([b"1", b"2", b"bare"])}


def test_an_id_of_many_people_is_nobodys() -> None:
    many = [Demographics(bytes([number])) for number in range(BEARERS + 1)]
    assert people({b"1": many, b"2": [NOBODY]}) == {frozenset([b"2"])}


def test_a_wrong_birth_date_of_one_id_makes_nobody_else() -> None:
    slip = JANE._replace(birth=b"1915")
    assert people({b"1": [JANE, slip], b"2": [slip], b"bare": [NOBODY]}) == {frozenset([b"1", b"2", b"bare"])}
    assert len(people({b"1": [JANE, JOHN], b"2": [JANE], b"3": [JOHN]})) > 1, "they have no name in common"


def test_name_and_birth_date_are_of_a_patient_who_alone_has_both() -> None:
    jane, john = Record(ID + b"1", JANE), Record(ID + b"2", JOHN)
    bare = Record(NO_ID + b"x", Demographics(b"1951", frozenset({b"jane", b"ann", b"roe"})))
    assert list(edges_of_birth([jane, john, bare])) == [(NO_ID + b"x", ID + b"1")]
    assert list(edges_of_birth([jane, Record(ID + b"3", JANE), bare])) == []
    assert (
        list(edges_of_birth([jane, bare._replace(demographics=Demographics(b"1951", frozenset({b"roe"})))]))
        == []
    )
    assert list(edges_of_birth([jane, Record(ID + b"3", JANE)])) == [], "ids are two patients'"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60))
def test_what_is_connected_has_the_least_node_for_its_root(pairs: list[tuple[int, int]]) -> None:
    edges = [(bytes([a]), bytes([b])) for a, b in pairs if a != b]
    found = roots(edges)
    parents = {node: node for edge in edges for node in edge}

    def top(node: bytes) -> bytes:
        while parents[node] != node:
            node = parents[node]
        return node

    for one, other in edges:
        low, high = sorted((top(one), top(other)))
        parents[high] = low
    assert found == {node: top(node) for node in parents}


@pytest.mark.parametrize("length", [2, 9, 16])
def test_chains_have_one_root(length: int) -> None:
    nodes = [bytes([number]) for number in range(length)]
    random.Random(length).shuffle(nodes)
    assert set(roots([(a, b) for a, b in itertools.pairwise(nodes)]).values()) == {b"\0"}
