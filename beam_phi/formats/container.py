"""What holds whole files, or tables, to the engine: members that are masked one by one and packed anew.

A container is taken apart and made again: nothing of it passes but what its members render, and their masked
names. So owners, dates, comments and whatever else an archive or a workbook says beside its members is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from beam_phi.formats.document import Document, FormatError, Source

#: Members of a file, those of containers in it included.
MOST_MEMBERS = 20_000
#: Bytes that all of them may have together.
MOST_BYTES = 1 << 34
#: From so many bytes on, they may be so many times as many as the file's own.
FREE_BYTES, MOST_EXPANSION = 1 << 26, 250


@dataclass(frozen=True, slots=True)
class Member:
    """A part of a container, to be read before the next one is asked for.

    name: its path as the container has it, ``/`` at the end of a folder's; None where it has none of its own.
    source: None of a folder. document: what it opens as, where the container knows; else the content tells.
    place: its location, where it is called by anything else than its number.
    """

    name: str | None
    source: Source | None
    document: Document | None = None
    place: str | None = None


class Packer(Protocol):
    """Writes a container anew, member by member."""

    def add(self, name: str | None, content: Iterable[bytes], size: int) -> Iterator[bytes]:
        """A file; size: its bytes, for forms that have to say so first. Raises FormatError."""

    def folder(self, name: str) -> Iterator[bytes]: ...

    def end(self) -> Iterator[bytes]:
        """What stands behind the last member."""


@runtime_checkable
class Container(Protocol):
    """An opened file that holds members."""

    def members(self, budget: Budget) -> Iterator[Member]:
        """Raises FormatError, ``archive-bomb`` among others."""

    def packer(self) -> Packer: ...


class Budget:
    """What one file may expand to, with all that is packed in what is packed in it.

    size: of the file, in bytes.
    """

    def __init__(self, size: int) -> None:
        self._most_bytes = min(MOST_BYTES, max(FREE_BYTES, size * MOST_EXPANSION))
        self._bytes = 0
        self._members = 0

    def member(self) -> None:
        """One more member. Raises FormatError ``archive-bomb``."""
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise FormatError("archive-bomb", f"there are more than {MOST_MEMBERS} members")

    def metered(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The blocks of a member, counted. Raises FormatError ``archive-bomb``."""
        for block in blocks:
            self.spend(len(block))
            yield block

    def spend(self, size: int) -> None:
        """So many bytes more. Raises FormatError ``archive-bomb``."""
        self._bytes += size
        if self._bytes > self._most_bytes:
            raise FormatError("archive-bomb", f"the members have more than {self._most_bytes} bytes")
