"""Before masking: which files would get one name, and of what format each is."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import AsSingleton, DoOutputsTuple, TaggedOutput

from beam_phi.audit.records import Outcome
from beam_phi.engine import Engine, ValuePolicy
from beam_phi.formats import FORMATS, HEAD_SIZE, FormatError
from beam_phi.library.model import Library
from beam_phi.transforms.filesystem import open_input
from beam_phi.transforms.records import FileRef, Neighbours, PlannedFile
from beam_phi.transforms.worker import engine_for

PLANNED = "planned"
REFUSED = "refused"
#: The files of one folder are dealt into so many groups, so that a large folder fits into memory.
GROUPS = 4
#: So many files of a folder go on together: slices of a series are searched for burned-in text at once.
TOGETHER = 32


@dataclass(eq=False)
class Classify(beam.PTransform):  # type: ignore[misc]
    """PCollection[FileRef] -> PCollection[Neighbours] tagged ``planned``, neighbours together,
    and ``refused``: PCollection[Outcome].

    library: side input. key: reference of the master key. values: as for MaskPhi, whose engine serves here.
    """

    library: AsSingleton
    key: str
    values: ValuePolicy

    def expand(self, refs: beam.PCollection[FileRef]) -> DoOutputsTuple:
        return (
            refs
            | "Name" >> beam.ParDo(_NameFn(self.key, self.values), self.library)
            | "By folder" >> beam.GroupByKey()
            | "Tell apart" >> beam.ParDo(_TellApartFn())
            | "Share out" >> beam.Reshuffle()
            | "Detect"
            >> beam.ParDo(_DetectFn(self.key, self.values), self.library).with_outputs(PLANNED, REFUSED)
        )


class _NameFn(beam.DoFn):  # type: ignore[misc]
    """Key each file by its masked folder, so that slices of a series stay together; the keys are digests."""

    def __init__(self, key: str, values: ValuePolicy) -> None:
        self._key = key
        self._values = values

    def process(self, ref: FileRef, library: Library) -> Iterator[tuple[bytes, tuple[bytes, FileRef]]]:
        engine = engine_for(library, self._key, self._values)
        path = engine.mask_path(ref.name)
        folder, _, name = path.rpartition("/")
        digest = _digest(name)
        yield _digest(folder) + bytes([digest[0] % GROUPS]), (digest, ref)


def _digest(text: str) -> bytes:
    return hmac.digest(b"output path", text.encode("utf-8", "surrogatepass"), "sha256")[:16]


class _TellApartFn(beam.DoFn):  # type: ignore[misc]
    """Mark the files whose masked paths are one and the same; hand on TOGETHER at a time."""

    def process(self, group: tuple[bytes, Iterable[tuple[bytes, FileRef]]]) -> Iterator[Neighbours]:
        files = sorted(group[1], key=lambda file: file[1].relative)
        seen: dict[bytes, int] = {}
        for name, _ in files:
            seen[name] = seen.get(name, 0) + 1
        planned = [PlannedFile(ref, seen[name] > 1) for name, ref in files]
        for start in range(0, len(planned), TOGETHER):
            yield Neighbours(planned[start : start + TOGETHER])


class _DetectFn(beam.DoFn):  # type: ignore[misc]
    """Look at the first bytes, not at the name alone."""

    def __init__(self, key: str, values: ValuePolicy) -> None:
        self._key = key
        self._values = values

    def process(self, together: Neighbours, library: Library) -> Iterator[Any]:
        engine = engine_for(library, self._key, self._values)
        files: list[PlannedFile] = []
        for planned in together:
            detected = self._detect(engine, planned.ref)
            if isinstance(detected, Outcome):
                yield TaggedOutput(REFUSED, detected)
            else:
                files.append(planned._replace(format=detected))
        if files:
            yield TaggedOutput(PLANNED, Neighbours(files))

    def _detect(self, engine: Engine, ref: FileRef) -> str | Outcome:
        """The file's format, or why it is refused."""
        file_id = engine.file_id(ref.relative)
        format_ = None
        try:
            if ref.size < 0:
                raise FormatError("not-a-file", "a link to a folder, a device, or not readable")
            with open_input(ref) as stream:
                format_ = engine.format_of(ref.name, stream.read(HEAD_SIZE))
            if engine.skips(ref.name, format_):
                return _refused(file_id, ref, "skipped", "skipped-by-rule", "a rule of the library")
            if format_ == "dicomdir":
                raise FormatError("dicomdir", "a media directory can't be masked")
            if format_ not in FORMATS:
                raise FormatError("unknown-format", "no format of this version takes the file")
        except FormatError as error:
            return _refused(file_id, ref, "quarantined", error.reason, str(error))
        except OSError as error:
            return _refused(file_id, ref, "quarantined", "read-failed", type(error).__name__)
        return format_


def _refused(file_id: str, ref: FileRef, status: Any, reason: str, message: str) -> Outcome:
    return Outcome(file_id, None, "unknown", status, reason, message, max(ref.size, 0), None, None, 0, 0.0)
