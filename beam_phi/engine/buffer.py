"""Hold a file's annotations back until the file is done: none may appear for a file that fails half way."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from typing import IO

from beam_phi.audit.records import Annotation

#: Annotations of one file held in memory; the rest waits in an unnamed temporary file.
MEMORY_LIMIT = 20_000


class AnnotationBuffer:
    """A list that spills to disk."""

    def __init__(self) -> None:
        self._rows: list[Annotation] = []
        self._spool: IO[bytes] | None = None
        self._batches = 0
        self._spilled = 0

    def __len__(self) -> int:
        return self._spilled + len(self._rows)

    def append(self, row: Annotation) -> None:
        self._rows.append(row)
        if len(self._rows) >= MEMORY_LIMIT:
            if self._spool is None:
                self._spool = tempfile.TemporaryFile(prefix="beam-phi-")  # noqa: SIM115 - closed when drained
            pickle.dump([tuple(row) for row in self._rows], self._spool)
            self._batches += 1
            self._spilled += len(self._rows)
            self._rows.clear()

    def __iter__(self) -> Iterator[Annotation]:
        """The rows in the order they came."""
        if self._spool is not None:
            self._spool.seek(0)
            for _ in range(self._batches):
                yield from map(Annotation._make, pickle.load(self._spool))  # noqa: S301 - our own unnamed file
        yield from self._rows

    def close(self) -> None:
        if self._spool is not None:
            self._spool.close()
            self._spool = None
