"""The few things the audit needs of a file system, so that OUTPUT can be a folder or a bucket."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol


class Store(Protocol):
    """An OUTPUT. Paths are relative to it, with ``/`` between parts."""

    def names(self, folder: str) -> list[str]:
        """Names of the files directly in `folder`, sorted; none if there is no such folder."""

    def open(self, path: str) -> BinaryIO:
        """The file as a seekable stream. Raises FileNotFoundError."""

    def create(self, path: str, *, private: bool = False) -> AbstractContextManager[BinaryIO]:
        """A new file in place of any old one. It appears when the block ends, or not at all if it raises.

        private: for its owner only, where the file system can (mode 0600).
        """
