"""Hold a file's rows back until the file is done: none may appear for a file that fails half way."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Generic, TypeVar

#: Rows of one file held in memory; the rest waits in an unnamed temporary file.
MEMORY_LIMIT = 20_000

Row = TypeVar("Row", bound=tuple[Any, ...])


class RowBuffer(Generic[Row]):
    """A list of rows that spills to disk. make: a row from its values."""

    def __init__(self, make: Callable[[Iterable[Any]], Row]) -> None:
        self._make = make
        self._rows: list[Row] = []
        self._spool: IO[bytes] | None = None
        self._batches = 0
        self._spilled = 0

    def __len__(self) -> int:
        return self._spilled + len(self._rows)

    def append(self, row: Row) -> None:
        self._rows.append(row)
        if len(self._rows) >= MEMORY_LIMIT:
            if self._spool is None:
                self._spool = tempfile.TemporaryFile(prefix="beam-phi-")  # noqa: SIM115 - closed when drained
            pickle.dump([tuple(row) for row in self._rows], self._spool)
            self._batches += 1
            self._spilled += len(self._rows)
            self._rows.clear()

    def __iter__(self) -> Iterator[Row]:
        """The rows in the order they came."""
        if self._spool is not None:
            self._spool.seek(0)
            for _ in range(self._batches):
                yield from map(self._make, pickle.load(self._spool))  # noqa: S301 - our own unnamed file
        yield from self._rows

    def close(self) -> None:
        if self._spool is not None:
            self._spool.close()
            self._spool = None
