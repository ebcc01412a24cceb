"""What comes of a file: its masked form, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from beam_phi.audit.records import Annotation, CrosswalkRow
from beam_phi.engine.content import Content
from beam_phi.engine.job import FileJob


class Quarantine(Exception):  # noqa: N818 - a verdict on a file, not a fault of the program
    """The file can't be masked whole and surely. ``reason`` is a code of beam_phi.audit.reasons."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class MaskedResult:
    """A masked file: where it goes, what to write, what was done. Close it before its source."""

    output_path: str
    content: Content
    job: FileJob

    @property
    def findings(self) -> int:
        return len(self.job)

    def annotations(self) -> Iterator[Annotation]:
        return self.job.annotations(self.output_path)

    def crosswalk(self, path: str) -> Iterator[CrosswalkRow]:
        return self.job.crosswalk(path, self.output_path)

    def close(self) -> None:
        self.content.close()
        self.job.close()
