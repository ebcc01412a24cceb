"""The pass before masking: what the files of a collection tell of each person, for all files about him.

Only digests and sealed values cross from stage to stage. People are joined to files by key, never broadcast;
one thing is: which issuers number their patients apart.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import AsSingleton, TaggedOutput

from beam_phi.engine import Engine, People, Sighting, Subject, ValuePolicy
from beam_phi.formats import FormatError, Source
from beam_phi.identity.demographics import Demographics
from beam_phi.identity.issuers import Evidence, Issuers, evidence_of, foreign_issuers
from beam_phi.identity.links import is_id, people_of
from beam_phi.library.model import Library
from beam_phi.transforms.filesystem import open_input
from beam_phi.transforms.links import Roots, ToRoot
from beam_phi.transforms.records import Neighbours, PlannedFile
from beam_phi.transforms.worker import fault_of, learning_engine

LINKS, BIRTHS, EDGES, TOLD = "links", "births", "edges", "told"

Flat = tuple[Any, ...]
"""What is known of somebody as it crosses stages: the ``flat()`` of its type."""

Foreign = Mapping[str, str]
"""Issuer that numbers its patients apart -> the name it goes by."""


_log = logging.getLogger(__name__)


class Learned(NamedTuple):
    """What LearnIdentities gives.

    files: PCollection[tuple[Neighbours, People]], neighbours with the people they are about.
    foreign: PCollection[Foreign] of one element.
    """

    files: beam.PCollection[tuple[Neighbours, People]]
    foreign: beam.PCollection[Foreign]


@dataclass(eq=False)
class LearnIdentities(beam.PTransform):  # type: ignore[misc]
    """PCollection[Neighbours] -> Learned.

    library: side input. key: reference of the master key. values: as for MaskPhi, whose engine serves here.
    """

    library: AsSingleton
    key: str
    values: ValuePolicy

    def expand(self, neighbours: beam.PCollection[Neighbours]) -> Learned:
        files = neighbours | "Call" >> beam.ParDo(_CallFn(self.key, self.values), self.library)
        sightings = files | "Sight" >> beam.ParDo(_SightFn(self.key, self.values), self.library)
        foreign = sightings | "Issuers" >> _Issuers(self.key, self.values, self.library)
        records = sightings | "Records" >> beam.ParDo(
            _RecordFn(self.key, self.values), self.library, AsSingleton(foreign)
        ).with_outputs(LINKS, BIRTHS, EDGES, TOLD)
        roots = tuple(records[tag] for tag in (LINKS, EDGES, BIRTHS)) | "Link" >> Roots()
        people = (
            (records[TOLD], roots)
            | "Told" >> ToRoot()
            | "By person" >> beam.GroupByKey()
            | "Merge" >> beam.ParDo(_MergeFn(self.key, self.values), self.library)
        )
        joined = {"files": files, "people": people} | "By file" >> beam.CoGroupByKey()
        return Learned(joined | "Join" >> beam.FlatMap(_joined), foreign)


class _LearningFn(beam.DoFn):  # type: ignore[misc]
    """What has the engine of the pass over the collection."""

    def __init__(self, key: str, values: ValuePolicy) -> None:
        self._key = key
        self._values = values

    def _engine(self, library: Library) -> Engine:
        return learning_engine(library, self._key, self._values)


class _CallFn(_LearningFn):
    """Key neighbouring files by the keyed digest of the first: who has no key can't try paths on it."""

    def process(self, together: Neighbours, library: Library) -> Iterator[tuple[bytes, Neighbours]]:
        yield bytes.fromhex(self._engine(library).file_id(together[0].ref.relative)), together


class _SightFn(_LearningFn):
    """Read whom neighbouring files are about, as far as they can be read; why no farther, masking tells."""

    def process(self, called: tuple[bytes, Neighbours], library: Library) -> Iterator[tuple[bytes, Flat]]:
        name, together = called
        engine = self._engine(library)
        gathering = engine.gathering()
        for planned in together:
            try:
                for subject in _subjects(engine, planned):
                    yield from ((name, sighting.flat()) for sighting in gathering.add(subject))
            except (FormatError, OSError):
                continue
            except Exception as error:
                fault = fault_of(error)
                _log.error("file %s, before masking: %s", engine.file_id(planned.ref.relative), fault)
        yield from ((name, sighting.flat()) for sighting in gathering.end())


def _subjects(engine: Engine, planned: PlannedFile) -> Iterator[Subject]:
    with open_input(planned.ref) as stream:
        source = Source(stream, planned.ref.size)
        yield from engine.subjects(planned.ref.name, planned.format, source)


# -- which issuers number their patients apart ------------------------------------------------------


@dataclass(eq=False)
class _Issuers(beam.PTransform):  # type: ignore[misc]
    """PCollection[tuple[files, flat Sighting]] -> PCollection[Foreign] of one element."""

    key: str
    values: ValuePolicy
    library: AsSingleton

    def expand(self, sightings: beam.PCollection[tuple[bytes, Flat]]) -> beam.PCollection[Foreign]:
        return (
            sightings
            | "Bearers" >> beam.ParDo(_BearerFn(self.key, self.values), self.library)
            | "By id" >> beam.GroupByKey()
            | "Compare" >> beam.ParDo(_CompareFn(self.key, self.values), self.library)
            | "Sum" >> beam.CombineGlobally(_EvidenceFn())
        )


class _BearerFn(_LearningFn):
    """Each id of a sighting with its bearer. Where a library names the home issuers there is nothing to
    learn."""

    def process(self, seen: tuple[bytes, Flat], library: Library) -> Iterator[tuple[bytes, Flat]]:
        if not library.dicom.home_issuers:
            for bearer in self._engine(library).registry.bearers(Sighting.of(seen[1])):
                yield bearer.id, (bearer.issuer, *bearer.demographics.flat())


class _CompareFn(_LearningFn):
    """Compare the bearers of one id."""

    def process(
        self, same: tuple[bytes, Iterable[tuple[bytes, ...]]], library: Library
    ) -> Iterator[Evidence]:
        registry = self._engine(library).registry
        distinct = set(same[1])
        evidence = evidence_of((registry.opened(issuer), Demographics.of(said)) for issuer, *said in distinct)
        if evidence.ids.keys() - {""}:
            yield evidence


class _EvidenceFn(beam.CombineFn):  # type: ignore[misc]
    """Evidence summed up, and what it shows."""

    def create_accumulator(self) -> Evidence:
        return Evidence.none()

    def add_input(self, accumulator: Evidence, evidence: Evidence) -> Evidence:
        accumulator.add(evidence)
        return accumulator

    def merge_accumulators(self, accumulators: Iterable[Evidence]) -> Evidence:
        merged = Evidence.none()
        for accumulator in accumulators:
            merged.add(accumulator)
        return merged

    def extract_output(self, accumulator: Evidence) -> Foreign:
        return foreign_issuers(accumulator)


# -- who is one person ------------------------------------------------------------------------------


class _RecordFn(_LearningFn):
    """What a sighting says: its links and edges, and what is told under each of its nodes to which files."""

    def process(self, seen: tuple[bytes, Flat], library: Library, foreign: Foreign) -> Iterator[Any]:
        registry = self._engine(library).registry
        files, sighting = seen[0], Sighting.of(seen[1])
        issuers = Issuers(library.dicom.home_issuers, foreign)
        told = b"" if sighting.several else registry.told(sighting, issuers)
        records = registry.records(sighting, issuers)
        main = records[0]
        if is_id(main.node) and not sighting.several:
            yield from (TaggedOutput(EDGES, (other.node, main.node)) for other in records[1:])
            records = [main]
        for record in records:
            said = record.demographics.flat()
            yield TaggedOutput(TOLD, (record.node, (files, told, *said)))
            if record.demographics.birth and record.demographics.names:
                yield TaggedOutput(BIRTHS, (record.node, said))
        for link in () if sighting.several else sighting.links:
            linked = main if is_id(main.node) else registry.linked(link, main)
            yield TaggedOutput(LINKS, (link, linked.flat()))


class _MergeFn(_LearningFn):
    """One person of all that is told, for the files to which that is new."""

    def process(
        self, found: tuple[bytes, Iterable[tuple[bytes, tuple[bytes, ...]]]], library: Library
    ) -> Iterator[tuple[bytes, tuple[bytes, ...]]]:
        registry = self._engine(library).registry
        said: dict[bytes, set[Demographics]] = {}
        by_node: dict[bytes, set[tuple[bytes, bytes]]] = {}
        for node, (files, told, *demographics) in found[1]:
            said.setdefault(node, set()).add(Demographics.of(demographics))
            by_node.setdefault(node, set()).add((files, told))
        for nodes in people_of(said):
            distinct = {told for node in nodes for _, told in by_node[node] if told}
            person = registry.merged(distinct) if distinct else b""
            news: dict[bytes, set[bytes]] = {}
            for node in nodes:
                for files in {files for files, told in by_node[node] if told != person}:
                    news.setdefault(files, set()).add(node)
            yield from ((files, (person, *sorted(told_of))) for files, told_of in sorted(news.items()))


def _joined(
    called: tuple[bytes, Mapping[str, Iterable[Any]]],
) -> Iterator[tuple[Neighbours, People]]:
    people = {node: person for person, *nodes in called[1]["people"] for node in nodes}
    yield from ((together, people) for together in called[1]["files"])
