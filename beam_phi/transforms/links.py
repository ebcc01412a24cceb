"""Which nodes are one person's: those that edges connect, and those of a patient's name and birth date.

What crosses here is digests. See :mod:`beam_phi.identity.links` for what a node is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from beam_phi.identity.links import ROUNDS, Edge, Record, edges_of_birth, edges_of_link, heard, is_id, tell


@dataclass(eq=False)
class Roots(beam.PTransform):  # type: ignore[misc]
    """(PCollection[tuple[link, flat Record]], PCollection[Edge], PCollection[tuple[node, flat Demographics]])
    -> PCollection[tuple[node, root]]: for each node that has edges, one node of its person.

    The third are those whose name and birth date are known.
    """

    def expand(self, records: tuple[beam.PCollection[Any], ...]) -> beam.PCollection[tuple[bytes, bytes]]:
        links, edges, births = records
        linked = (links, edges) | "Link" >> _Link()
        patients = (births, linked) | "Births" >> _Births()
        return (linked, patients) | "On" >> _Through()


@dataclass(eq=False)
class _Link(beam.PTransform):  # type: ignore[misc]
    """Links and edges -> PCollection[tuple[node, root]]: for each node that has edges, the least that they
    lead to."""

    def expand(self, records: tuple[beam.PCollection[Any], ...]) -> beam.PCollection[tuple[bytes, bytes]]:
        links, edges = records
        clusters = (
            (links | "Of link" >> _Edges(edges_of_link), edges)
            | beam.Flatten()
            | "Both ways" >> beam.FlatMap(lambda edge: (edge, edge[::-1]))
            | "Neighbours" >> beam.GroupByKey()
            | "Clusters" >> beam.MapTuple(lambda node, others: (node, frozenset(others)))
        )
        for number in range(ROUNDS):
            clusters |= f"Round {number}" >> _Round()
        return clusters | "Roots" >> beam.MapTuple(lambda node, cluster: (node, min(cluster | {node})))


@dataclass(eq=False)
class _Edges(beam.PTransform):  # type: ignore[misc]
    """PCollection[tuple[link, flat Record]] -> PCollection[Edge]."""

    of: Callable[[Iterable[Record]], Iterator[Edge]]

    def expand(self, records: beam.PCollection[Any]) -> beam.PCollection[Edge]:
        return (
            records
            | "By link" >> beam.GroupByKey()
            | "Edges" >> beam.FlatMapTuple(lambda _, same: self.of(map(Record.of, same)))
        )


@dataclass(eq=False)
class _Round(beam.PTransform):  # type: ignore[misc]
    def expand(self, clusters: beam.PCollection[Any]) -> beam.PCollection[Any]:
        return (
            clusters
            | "Tell" >> beam.FlatMapTuple(tell)
            | "Hear" >> beam.GroupByKey()
            | "Heard" >> beam.MapTuple(lambda node, clusters: (node, heard(clusters)))
        )


@dataclass(eq=False)
class ToRoot(beam.PTransform):  # type: ignore[misc]
    """(PCollection[tuple[node, what]], PCollection[tuple[node, root]]) ->
    PCollection[tuple[root, tuple[node, what]]]."""

    def expand(self, given: tuple[beam.PCollection[Any], ...]) -> beam.PCollection[Any]:
        what, roots = given
        by_node = {"what": what, "root": roots} | "By node" >> beam.CoGroupByKey()
        return by_node | "To root" >> beam.FlatMapTuple(_to_root)


def _to_root(node: bytes, found: Mapping[str, Iterable[Any]]) -> Iterator[tuple[bytes, Any]]:
    """What is of a node, under its root."""
    root = next(iter(found["root"]), node)
    yield from ((root, (node, what)) for what in found["what"])


@dataclass(eq=False)
class _Births(beam.PTransform):  # type: ignore[misc]
    """(PCollection[tuple[node, flat Demographics]], PCollection[tuple[node, root]]) -> PCollection[Edge].

    From those who have no id and no link to one, each to the patient of that name and birth date.
    """

    def expand(self, given: tuple[beam.PCollection[Any], ...]) -> beam.PCollection[Edge]:
        return (
            given
            | "Linked" >> ToRoot()
            | "Free" >> beam.Filter(lambda found: is_id(found[0]) <= is_id(found[1][0]))
            | "As root" >> beam.MapTuple(_by_birth)
            | "Of birth" >> _Edges(edges_of_birth)
        )


def _by_birth(root: bytes, found: tuple[bytes, tuple[bytes, ...]]) -> tuple[bytes, tuple[bytes, ...]]:
    """The record of a root, flat, by its birth date."""
    demographics = found[1]
    return demographics[0], (root, *demographics)


@dataclass(eq=False)
class _Through(beam.PTransform):  # type: ignore[misc]
    """(PCollection[tuple[node, root]], PCollection[tuple[root, patient]]) -> PCollection[tuple[node, root]]:
    a root that is a patient's by name and birth date gives way to the patient."""

    def expand(self, given: tuple[beam.PCollection[Any], ...]) -> beam.PCollection[tuple[bytes, bytes]]:
        linked, births = given
        nodes = linked | "Turned" >> beam.Map(lambda edge: edge[::-1])
        by_root = {"nodes": nodes, "patients": births} | "By root" >> beam.CoGroupByKey()
        return by_root | "On" >> beam.FlatMapTuple(_through)


def _through(root: bytes, found: Mapping[str, Iterable[bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """The nodes of a root with the one patient that it leads to. Of two patients none is it."""
    patients = set(found["patients"])
    patient = patients.pop() if len(patients) == 1 else root
    yield from ((node, patient) for node in {root, *found["nodes"]})
