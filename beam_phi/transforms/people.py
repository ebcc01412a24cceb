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

from beam_phi.engine import Engine, People, Sighting, Subject
from beam_phi.formats import FormatError, Source
from beam_phi.identity.demographics import Demographics
from beam_phi.identity.issuers import Evidence, Issuers, evidence_of, foreign_issuers
from beam_phi.identity.links import Record, is_id, people_of
from beam_phi.library.model import Library
from beam_phi.transforms.filesystem import open_input
from beam_phi.transforms.links import Roots, ToRoot
from beam_phi.transforms.records import Neighbours, PlannedFile
from beam_phi.transforms.worker import fault_of, learning_engine

LINKS, BIRTHS, EDGES, TOLD = "links", "births", "edges", "told"

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

    library: side input. key: reference of the master key.
    """

    library: AsSingleton
    key: str

    def expand(self, neighbours: beam.PCollection[Neighbours]) -> Learned:
        files = neighbours | "Call" >> beam.Map(lambda together: (together[0].ref.digest, together))
        sightings = files | "Sight" >> beam.ParDo(_SightFn(self.key), self.library)
        foreign = sightings | "Issuers" >> _Issuers(self.key, self.library)
        records = sightings | "Records" >> beam.ParDo(
            _RecordFn(self.key), self.library, AsSingleton(foreign)
        ).with_outputs(LINKS, BIRTHS, EDGES, TOLD)
        roots = tuple(records[tag] for tag in (LINKS, EDGES, BIRTHS)) | "Link" >> Roots()
        people = (
            (records[TOLD], roots)
            | "Told" >> ToRoot()
            | "By person" >> beam.GroupByKey()
            | "Merge" >> beam.ParDo(_MergeFn(self.key), self.library)
        )
        joined = {"files": files, "people": people} | "By file" >> beam.CoGroupByKey()
        return Learned(joined | "Join" >> beam.FlatMap(_joined), foreign)


class _SightFn(beam.DoFn):  # type: ignore[misc]
    """Read whom neighbouring files are about, as far as they can be read; why no farther, masking tells."""

    def __init__(self, key: str) -> None:
        self._key = key

    def process(self, called: tuple[bytes, Neighbours], library: Library) -> Iterator[tuple[bytes, Sighting]]:
        name, together = called
        engine = learning_engine(library, self._key)
        gathering = engine.gathering()
        for planned in together:
            try:
                for subject in _subjects(engine, planned):
                    yield from ((name, sighting) for sighting in gathering.add(subject))
            except (FormatError, OSError):
                continue
            except Exception as error:
                fault = fault_of(error)
                _log.error("file %s, before masking: %s", engine.file_id(planned.ref.relative), fault)
        yield from ((name, sighting) for sighting in gathering.end())


def _subjects(engine: Engine, planned: PlannedFile) -> Iterator[Subject]:
    with open_input(planned.ref) as stream:
        source = Source(stream, planned.ref.size)
        yield from engine.subjects(planned.ref.name, planned.format, source)


# -- which issuers number their patients apart ------------------------------------------------------


@dataclass(eq=False)
class _Issuers(beam.PTransform):  # type: ignore[misc]
    """PCollection[tuple[bytes, Sighting]] -> PCollection[Foreign] of one element."""

    key: str
    library: AsSingleton

    def expand(self, sightings: beam.PCollection[tuple[bytes, Sighting]]) -> beam.PCollection[Foreign]:
        return (
            sightings
            | "Bearers" >> beam.ParDo(_BearerFn(self.key), self.library)
            | "By id" >> beam.GroupByKey()
            | "Compare" >> beam.ParDo(_CompareFn(self.key), self.library)
            | "Sum" >> beam.CombineGlobally(_EvidenceFn())
        )


class _BearerFn(beam.DoFn):  # type: ignore[misc]
    """Each id of a sighting with its bearer. Where a library names the home issuers there is nothing to
    learn."""

    def __init__(self, key: str) -> None:
        self._key = key

    def process(self, seen: tuple[bytes, Sighting], library: Library) -> Iterator[tuple[bytes, Any]]:
        if not library.dicom.home_issuers:
            for bearer in learning_engine(library, self._key).registry.bearers(seen[1]):
                yield bearer.id, (bearer.issuer, bearer.demographics)


class _CompareFn(beam.DoFn):  # type: ignore[misc]
    """Compare the bearers of one id."""

    def __init__(self, key: str) -> None:
        self._key = key

    def process(
        self, same: tuple[bytes, Iterable[tuple[bytes, Any]]], library: Library
    ) -> Iterator[Evidence]:
        registry = learning_engine(library, self._key).registry
        distinct = set(same[1])
        evidence = evidence_of((registry.opened(issuer), of) for issuer, of in distinct)
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


class _RecordFn(beam.DoFn):  # type: ignore[misc]
    """What a sighting says: its links and edges, and what is told under each of its nodes to which files."""

    def __init__(self, key: str) -> None:
        self._key = key

    def process(self, seen: tuple[bytes, Sighting], library: Library, foreign: Foreign) -> Iterator[Any]:
        registry = learning_engine(library, self._key).registry
        files, sighting = seen
        issuers = Issuers(library.dicom.home_issuers, foreign)
        told = b"" if sighting.several else registry.told(sighting, issuers)
        records = registry.records(sighting, issuers)
        main = records[0]
        if is_id(main.node) and not sighting.several:
            yield from (TaggedOutput(EDGES, (other.node, main.node)) for other in records[1:])
            records = [main]
        for record in records:
            yield TaggedOutput(TOLD, (record.node, (record, files, told)))
            if record.demographics.birth and record.demographics.names:
                yield TaggedOutput(BIRTHS, (record.node, record))
        for link in () if sighting.several else sighting.links:
            yield TaggedOutput(LINKS, (link, main if is_id(main.node) else registry.linked(link, main)))


class _MergeFn(beam.DoFn):  # type: ignore[misc]
    """One person of all that is told, for the files to which that is new."""

    def __init__(self, key: str) -> None:
        self._key = key

    def process(
        self, found: tuple[bytes, Iterable[tuple[Record, bytes, bytes]]], library: Library
    ) -> Iterator[tuple[bytes, tuple[bytes, bytes]]]:
        registry = learning_engine(library, self._key).registry
        said: dict[bytes, set[Demographics]] = {}
        by_node: dict[bytes, set[tuple[bytes, bytes]]] = {}
        for record, files, told in found[1]:
            said.setdefault(record.node, set()).add(record.demographics)
            by_node.setdefault(record.node, set()).add((files, told))
        for nodes in people_of(said):
            distinct = {told for node in nodes for _, told in by_node[node] if told}
            person = registry.merged(distinct) if distinct else b""
            news = {(files, node) for node in nodes for files, told in by_node[node] if told != person}
            yield from ((files, (node, person)) for files, node in sorted(news))


def _joined(
    called: tuple[bytes, Mapping[str, Iterable[Any]]],
) -> Iterator[tuple[Neighbours, People]]:
    people = dict(called[1]["people"])
    yield from ((together, people) for together in called[1]["files"])
