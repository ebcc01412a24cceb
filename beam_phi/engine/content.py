"""What a masked file is made of: bytes in memory, ranges of the source, a spool for what is too large."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from beam_phi.formats.document import FormatError, Segment, Source, SourceRange

#: Bytes of rendered content that one file may hold in memory; what comes after goes to a temporary file.
MEMORY_LIMIT = 8 * 1024 * 1024
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _SpoolRange:
    offset: int
    length: int


class Content:
    """The bytes of one masked file, in order, read back chunk by chunk.

    Source ranges are copied from the source when they are read, so the source must stay open until then.
    The spool holds masked bytes only and has no name on disk.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._parts: list[bytes | SourceRange | _SpoolRange] = []
        self._in_memory = 0
        self._spool: IO[bytes] | None = None

    def extend(self, segments: Iterable[Segment]) -> None:
        for segment in segments:
            if isinstance(segment, SourceRange):
                self._parts.append(segment)
            elif self._in_memory + len(segment) <= MEMORY_LIMIT:
                self._parts.append(segment)
                self._in_memory += len(segment)
            else:
                self._to_spool(segment)

    def _to_spool(self, data: bytes) -> None:
        if self._spool is None:
            self._spool = tempfile.TemporaryFile(prefix="beam-phi-")  # noqa: SIM115 - closed in close()
        offset = self._spool.tell()
        self._spool.write(data)
        last = self._parts[-1] if self._parts else None
        if isinstance(last, _SpoolRange) and last.offset + last.length == offset:
            self._parts[-1] = _SpoolRange(last.offset, last.length + len(data))
        else:
            self._parts.append(_SpoolRange(offset, len(data)))

    @property
    def size(self) -> int:
        """Bytes of all of it."""
        return sum(len(part) if isinstance(part, bytes) else part.length for part in self._parts)

    def chunks(self) -> Iterator[bytes]:
        """The bytes, at most about 1 MiB at a time. Raises FormatError if the source became shorter."""
        small: list[bytes] = []
        pending = 0
        for part in self._parts:
            if isinstance(part, bytes):
                small.append(part)
                pending += len(part)
                if pending >= CHUNK:
                    yield b"".join(small)
                    small, pending = [], 0
                continue
            if small:
                yield b"".join(small)
                small, pending = [], 0
            yield from self._read(part)
        if small:
            yield b"".join(small)

    def _read(self, part: SourceRange | _SpoolRange) -> Iterator[bytes]:
        stream = self._source.stream
        if isinstance(part, _SpoolRange):
            assert self._spool is not None
            self._spool.flush()
            stream = self._spool  # type: ignore[assignment]
        stream.seek(part.offset)
        left = part.length
        while left:
            data = stream.read(min(CHUNK, left))
            if not data:
                raise FormatError(
                    "source-changed", "the source ended before the bytes that were to be copied"
                )
            left -= len(data)
            yield data
        if isinstance(part, _SpoolRange):
            stream.seek(0, 2)

    def close(self) -> None:
        if self._spool is not None:
            self._spool.close()
            self._spool = None
