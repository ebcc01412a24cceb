"""Search and mask: classify, then one stage a format that reads, searches, masks and hands on."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import AsSingleton, TaggedOutput

from beam_phi.audit.records import Annotation, Outcome
from beam_phi.engine import NO_PEOPLE, Engine, People, Quarantine, Seen, ValuePolicy
from beam_phi.formats import FORMATS, Source
from beam_phi.library.model import Library
from beam_phi.transforms.classify import PLANNED, REFUSED, Classify
from beam_phi.transforms.filesystem import open_input
from beam_phi.transforms.look import look_at
from beam_phi.transforms.people import Foreign, Learned, LearnIdentities
from beam_phi.transforms.read import ReadLibrary
from beam_phi.transforms.records import FileRef, MaskedFile, Neighbours, PlannedFile
from beam_phi.transforms.worker import fault_of, masking_engine, tick

#: What a file is searched for, beside what its own fields tell: ``collection`` or ``file``.
Identity = Literal["collection", "file"]

FILES = "files"
ANNOTATIONS = "annotations"
OUTCOMES = "outcomes"
CROSSWALK = "crosswalk"

_log = logging.getLogger(__name__)


class Masked(NamedTuple):
    """What MaskPhi gives.

    files: a PCollection[MaskedFile] for each format, to be given to WriteMaskedFiles as they are. They are
        not flattened: runners keep what they flatten, and these hold file contents.
    annotations: a PCollection[Annotation] for each format, for WriteAnnotations.
    quarantined: a PCollection[Outcome] for each format, the files that were not masked (with the reason) and
        those a rule skips, for WriteQuarantine.
    crosswalk: PCollections for WriteCrosswalk; they are empty unless MaskPhi was asked for them.
    """

    files: tuple[beam.PCollection[MaskedFile], ...]
    annotations: tuple[beam.PCollection[Annotation], ...]
    quarantined: tuple[beam.PCollection[Outcome], ...]
    crosswalk: tuple[beam.PCollection[tuple[str, str, str, str]], ...]


class Searched(NamedTuple):
    """What SearchPhi gives: annotations as MaskPhi does, and PCollections of Outcome for all files."""

    annotations: tuple[beam.PCollection[Annotation], ...]
    outcomes: tuple[beam.PCollection[Outcome], ...]


@dataclass(eq=False)
class MaskPhi(beam.PTransform):  # type: ignore[misc]
    """PCollection[FileRef] -> Masked.

    library: what ReadLibrary gives, or a library's name or file.
    key: reference of the master key (a file, ``env:NAME``, ``gcp-secret:…``); it is resolved on the workers.
    values: how original values appear in annotations.
    progress: a local file that grows by one byte for each file done.
    identity: ``collection``: each file is searched for all that the others tell of those it is about;
        ``file``: only for what it tells itself.
    crosswalk: whether to tell what paths, ids and UIDs became.
    """

    library: str | beam.PCollection[Library]
    key: str
    values: ValuePolicy = "hash"
    progress: str | None = None
    identity: Identity = "collection"
    crosswalk: bool = False

    def expand(self, refs: beam.PCollection[FileRef]) -> Masked:
        done = _each_format(refs, self)
        return Masked(
            tuple(done[name][FILES] for name in FORMATS),
            tuple(done[name][ANNOTATIONS] for name in FORMATS),
            tuple(each[OUTCOMES] for each in done.values()),
            tuple(done[name][CROSSWALK] for name in FORMATS),
        )


@dataclass(eq=False)
class SearchPhi(beam.PTransform):  # type: ignore[misc]
    """PCollection[FileRef] -> Searched: what MaskPhi would mask. Parameters as for MaskPhi."""

    library: str | beam.PCollection[Library]
    key: str
    values: ValuePolicy = "hash"
    progress: str | None = None
    identity: Identity = "collection"

    def expand(self, refs: beam.PCollection[FileRef]) -> Searched:
        done = _each_format(refs, self)
        return Searched(
            tuple(done[name][ANNOTATIONS] for name in FORMATS),
            tuple(each[OUTCOMES] for each in done.values()),
        )


def _each_format(refs: beam.PCollection[FileRef], asked: MaskPhi | SearchPhi) -> dict[str, Any]:
    """The tagged outputs of each format's stage, and of the one that refuses."""
    library = asked.library
    if isinstance(library, str):
        library = refs.pipeline | "Read library" >> ReadLibrary(library)
    side = AsSingleton(library)
    classified = refs | "Classify" >> Classify(side, asked.key, asked.values)
    if asked.identity == "collection":
        learned = classified[PLANNED] | "Learn" >> LearnIdentities(side, asked.key, asked.values)
    else:
        learned = classified[PLANNED] | "Alone" >> _Alone()
    branches = learned.files | "By format" >> beam.ParDo(_ByFormatFn()).with_outputs(*FORMATS)
    foreign = AsSingleton(learned.foreign)
    done = {
        name: branches[name]
        | f"Mask {name}"
        >> beam.ParDo(_MaskFileFn(name, asked), side, foreign)
        .with_output_types(MaskedFile)
        .with_outputs(ANNOTATIONS, OUTCOMES, CROSSWALK, main=FILES)
        for name in FORMATS
    }
    done[REFUSED] = {OUTCOMES: classified[REFUSED] | "Refuse" >> beam.ParDo(_RefuseFn(asked.progress))}
    return done


class _Alone(beam.PTransform):  # type: ignore[misc]
    """The same as LearnIdentities, with nobody learned."""

    def expand(self, neighbours: beam.PCollection[Neighbours]) -> Learned:
        files = neighbours | "Nobody" >> beam.Map(lambda together: (together, NO_PEOPLE))
        return Learned(files, neighbours.pipeline | "No issuers" >> beam.Create([{}], reshuffle=False))


class _ByFormatFn(beam.DoFn):  # type: ignore[misc]
    """Send neighbouring files on, those of one format together."""

    def process(self, joined: tuple[Neighbours, People]) -> Iterator[TaggedOutput]:
        together, people = joined
        for format_ in dict.fromkeys(planned.format for planned in together):
            same = Neighbours(planned for planned in together if planned.format == format_)
            yield TaggedOutput(format_, (same, people))


class _MaskFileFn(beam.DoFn):  # type: ignore[misc]
    """Read, search and mask the files of one format. What goes wrong with a file ends with the file."""

    def __init__(self, format_: str, asked: MaskPhi | SearchPhi) -> None:
        self._format = format_
        self._key = asked.key
        self._values = asked.values
        self._progress = asked.progress
        self._search_only = isinstance(asked, SearchPhi)
        self._crosswalk = isinstance(asked, MaskPhi) and asked.crosswalk
        self._findings = Metrics.distribution(self.__class__, f"findings_{format_}")
        self._quarantined = Metrics.counter(self.__class__, f"quarantined_{format_}")

    def process(self, joined: tuple[Neighbours, People], library: Library, foreign: Foreign) -> Iterable[Any]:
        together, people = joined
        engine = masking_engine(library, self._key, self._values, foreign)
        seen = look_at(engine, self._format, [planned.ref for planned in together])
        for planned in together:
            yield from self._process(engine, planned, people, seen.get(planned.ref))

    def _process(
        self, engine: Engine, planned: PlannedFile, people: People, seen: Seen | None
    ) -> Iterator[Any]:
        file_id = engine.file_id(planned.ref.relative)
        started = time.perf_counter()
        try:
            with open_input(planned.ref) as stream:
                source = Source(stream, planned.ref.size)
                yield from self._masked(engine, planned, file_id, source, started, people, seen)
        except Exception as error:
            self._quarantined.inc()
            yield TaggedOutput(OUTCOMES, self._failure(error, file_id, planned.ref, started))
        finally:
            tick(self._progress)

    def _masked(
        self,
        engine: Engine,
        planned: PlannedFile,
        file_id: str,
        source: Source,
        started: float,
        people: People,
        seen: Seen | None,
    ) -> Iterator[Any]:
        ref = planned.ref
        result = engine.mask(
            ref.name,
            file_id,
            self._format,
            source,
            twin=planned.twin,
            search_only=self._search_only,
            seen=seen,
            people=people,
            crosswalk=self._crosswalk,
        )
        try:
            self._findings.update(result.findings)
            seconds = time.perf_counter() - started
            failed = None
            if self._search_only:
                yield TaggedOutput(OUTCOMES, self._searched(file_id, ref, result.findings, seconds))
            else:
                file = MaskedFile(
                    file_id,
                    result.output_path,
                    self._format,
                    ref.size,
                    result.findings,
                    seconds,
                    result.content,
                )
                yield file  # written before this returns, since both are in one stage
                failed = file.failed
            for annotation in result.annotations():
                if failed:
                    annotation = annotation._replace(output_path=None, status="failed", reason=failed)
                yield TaggedOutput(ANNOTATIONS, annotation)
            if not failed:
                for row in result.crosswalk(ref.name):
                    yield TaggedOutput(CROSSWALK, (file_id, *map(_written, row)))
        finally:
            result.close()

    def _searched(self, file_id: str, ref: FileRef, findings: int, seconds: float) -> Outcome:
        return Outcome(
            file_id,
            None,
            self._format,
            "skipped",
            "search-only",
            None,
            ref.size,
            None,
            None,
            findings,
            seconds,
        )

    def _failure(self, error: Exception, file_id: str, ref: FileRef, started: float) -> Outcome:
        """The quarantine row of a file. Foreign exceptions may hold values: only their type is told."""
        if isinstance(error, Quarantine):
            reason, message = error.reason, str(error)
        elif isinstance(error, OSError):
            reason, message = "read-failed", type(error).__name__
        else:
            reason, message = "internal-error", fault_of(error)
            _log.error("file %s: %s", file_id, message)
        seconds = time.perf_counter() - started
        return Outcome(
            file_id, None, self._format, "quarantined", reason, message, ref.size, None, None, 0, seconds
        )


def _written(text: str) -> str:
    """A text as Parquet can hold it: bytes of a name that are no text are escaped."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class _RefuseFn(beam.DoFn):  # type: ignore[misc]
    """Pass on the outcomes of files that no format takes."""

    def __init__(self, progress: str | None) -> None:
        self._progress = progress

    def process(self, outcome: Outcome) -> Iterator[Outcome]:
        tick(self._progress)
        yield outcome
