"""The elements that travel between stages. Small, and the only one that holds a path in clear is FileRef."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

import apache_beam as beam
from apache_beam.coders import Coder

from beam_phi.engine import Content


class FileRef(NamedTuple):
    """A file of the input. Paths are bytes, since names need not be valid text.

    path: the whole path or URL.
    relative: the path from INPUT on, ``/`` between its parts.
    size: bytes; -1 for what is no readable regular file.
    """

    path: bytes
    relative: bytes
    size: int

    @property
    def name(self) -> str:
        """The relative path as text; undecodable bytes as lone surrogates."""
        return os.fsdecode(self.relative)

    def __repr__(self) -> str:
        return f"FileRef(size={self.size})"


class Listed(tuple[FileRef, ...]):
    """Files that cross a stage boundary as one element, which takes less room than as many."""

    __slots__ = ()


@dataclass(slots=True)
class MaskedFile:
    """A masked file on its way to be written, inside one fused stage: it holds open streams.

    failed: the reason code if it could not be written, for the stage's annotations, which follow it.
    """

    file_id: str
    output_path: str
    format: str
    bytes_in: int
    findings: int
    seconds: float
    content: Content
    failed: str | None = None


class FusedOnlyCoder(Coder):  # type: ignore[misc]
    """Refuses to encode: file contents never cross a stage boundary, where a runner would keep or ship them.

    Runners ask for the size of elements even inside a stage; that is answered without encoding.
    """

    def estimate_size(self, value: MaskedFile) -> int:
        return value.bytes_in

    def encode(self, value: Any) -> NoReturn:
        raise TypeError(
            "masked files can't leave their stage: apply WriteMaskedFiles to each branch as it is"
        )

    def decode(self, encoded: bytes) -> NoReturn:
        raise TypeError("masked files can't leave their stage")

    def is_deterministic(self) -> bool:
        return False


beam.coders.registry.register_coder(MaskedFile, FusedOnlyCoder)


class PlannedFile(NamedTuple):
    """A file about to be masked.

    twin: True if another file's masked path is the same, so that this one needs another name.
    format: of :data:`beam_phi.formats.FORMATS`; "" before it is detected.
    """

    ref: FileRef
    twin: bool
    format: str = ""


class Neighbours(tuple[PlannedFile, ...]):
    """Files that go on together, as one element (see :class:`Listed`)."""

    __slots__ = ()
