"""Which records are of one person."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.identity.demographics import Demographics
from beam_phi.identity.links import (
    CROWD,
    ROUNDS,
    Edge,
    Record,
    edges_of_birth,
    edges_of_link,
    heard,
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
    one, two, three = Record(b"1", True, JANE), Record(b"2", True, NOBODY), Record(b"3", True, JOHN)
    assert list(edges_of_link([one, two])) == [(b"2", b"1")]
    assert list(edges_of_link([one, three])) == []
    assert list(edges_of_link([three, two, one])) == list(edges_of_link([one, two, three]))


def test_what_has_no_id_is_of_the_one_patient_it_fits() -> None:
    jane, john = Record(b"1", True, JANE), Record(b"2", True, JOHN)
    bare, named = Record(b"x", False, NOBODY), Record(b"y", False, JOHN)
    assert list(edges_of_link([jane, bare])) == [(b"x", b"1")]
    assert list(edges_of_link([jane, john, named])) == [(b"y", b"2")]
    assert list(edges_of_link([jane, john, bare])) == [], "it may be of either"


def test_a_number_that_a_crowd_has_links_nobody() -> None:
    crowd = [Record(bytes([number]), True, NOBODY) for number in range(CROWD + 1)]
    assert list(edges_of_link(crowd[:CROWD]))
    assert list(edges_of_link(crowd)) == []


def test_name_and_birth_date_are_of_a_patient_who_alone_has_both() -> None:
    jane, john = Record(b"1", True, JANE), Record(b"2", True, JOHN)
    bare = Record(b"x", False, Demographics(b"1951", frozenset({b"jane", b"ann", b"roe"})))
    assert list(edges_of_birth([jane, john, bare])) == [(b"x", b"1")]
    assert list(edges_of_birth([jane, Record(b"3", True, JANE), bare])) == []
    assert (
        list(edges_of_birth([jane, bare._replace(demographics=Demographics(b"1951", frozenset({b"roe"})))]))
        == []
    )
    assert list(edges_of_birth([jane, Record(b"3", True, JANE)])) == [], "ids are two patients'"


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
