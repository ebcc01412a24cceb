"""Hold a file's rows back until the file is done: none may appear for a file that fails half way.

Rows may hold original values, so what waits on disk is sealed.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from beam_phi.formats.spool import SealedFile

#: Rows of one file held in memory; the rest waits in a sealed file.
MEMORY_LIMIT = 20_000

Row = TypeVar("Row", bound=tuple[Any, ...])


class RowBuffer(Generic[Row]):
    """A list of rows that spills to disk. make: a row from its values."""

    def __init__(self, make: Callable[[Iterable[Any]], Row]) -> None:
        self._make = make
        self._rows: list[Row] = []
        self._spool: SealedFile | None = None
        self._batches = 0
        self._spilled = 0

    def __len__(self) -> int:
        return self._spilled + len(self._rows)

    def append(self, row: Row) -> None:
        self._rows.append(row)
        if len(self._rows) >= MEMORY_LIMIT:
            self._spool = self._spool or SealedFile()
            self._spool.append(pickle.dumps([tuple(row) for row in self._rows]))
            self._batches += 1
            self._spilled += len(self._rows)
            self._rows.clear()

    def __iter__(self) -> Iterator[Row]:
        """The rows in the order they came."""
        if self._spool is not None:
            self._spool.seek(0)
            reader = io.BufferedReader(self._spool)
            try:
                for _ in range(self._batches):
                    yield from map(self._make, pickle.load(reader))  # noqa: S301 - our own unnamed file
            finally:
                reader.detach()
        yield from self._rows

    def close(self) -> None:
        if self._spool is not None:
            self._spool.close()
            self._spool = None
