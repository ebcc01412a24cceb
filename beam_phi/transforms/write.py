"""What comes out: the masked tree."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam

from beam_phi.audit.records import Outcome
from beam_phi.formats import FormatError
from beam_phi.transforms.filesystem import create_output, join
from beam_phi.transforms.records import MaskedFile


@dataclass(eq=False)
class WriteMaskedFiles(beam.PTransform):  # type: ignore[misc]
    """PCollections of MaskedFile (one, or one a format) -> as many PCollections of Outcome.

    Files go to ``OUTPUT/masked/``, under a temporary name first: a file stands there whole or not at all,
    however often it is tried.
    """

    output: str

    def expand(
        self, files: beam.PCollection[MaskedFile] | Iterable[beam.PCollection[MaskedFile]]
    ) -> tuple[beam.PCollection[Outcome], ...]:
        branches = [files] if isinstance(files, beam.PCollection) else list(files)
        return tuple(
            branch | f"Write {number}" >> beam.ParDo(_WriteFn(self.output))
            for number, branch in enumerate(branches)
        )


class _WriteFn(beam.DoFn):  # type: ignore[misc]
    def __init__(self, output: str) -> None:
        self._output = output

    def process(self, file: MaskedFile) -> Iterator[Outcome]:
        started = time.perf_counter()
        digest = hashlib.sha256()
        written = 0
        try:
            with create_output(join(self._output, "masked", file.output_path)) as stream:
                for chunk in file.content.chunks():
                    stream.write(chunk)
                    digest.update(chunk)
                    written += len(chunk)
        except (OSError, FormatError) as error:
            reason = file.failed = error.reason if isinstance(error, FormatError) else "write-failed"
            yield Outcome(
                file.file_id, None, file.format, "quarantined", reason, type(error).__name__,
                file.bytes_in, None, None, file.findings, file.seconds,
            )  # fmt: skip
            return
        seconds = file.seconds + time.perf_counter() - started
        yield Outcome(
            file.file_id, file.output_path, file.format, "masked", None, None,
            file.bytes_in, written, digest.hexdigest(), file.findings, seconds,
        )  # fmt: skip
