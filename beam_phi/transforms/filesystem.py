"""Open, create and list on any Beam file system; plain calls for local paths.
Beam's own calls treat glob characters in exact paths as patterns and unzip by suffix; here a path is a path.
"""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from beam_phi.transforms.records import FileRef

_GLOB = frozenset("*?[")
#: What a local file is called until it is whole.
TEMPORARY = ".beam-phi-{}.tmp"


def is_remote(path: str) -> bool:
    """True for ``gs://``, ``s3://`` and the like."""
    return "://" in path


def list_files(pattern: str) -> Iterator[FileRef]:
    """Every file of a folder, of a glob, or the one file named. Raises FileNotFoundError if nothing is
    there.
    """
    if is_remote(pattern):
        yield from _list_remote(pattern)
    else:
        yield from _list_local(pattern)


def _list_local(pattern: str) -> Iterator[FileRef]:
    path = Path(pattern)
    if path.is_dir():
        yield from _walk(os.fsencode(path))
        return
    if os.path.lexists(path):
        yield _ref(os.fsencode(path), os.fsencode(path.name))
        return
    base = _glob_base(pattern)
    found = False
    for metadata in FileSystems.match([pattern])[0].metadata_list:
        found = True
        full = os.fsencode(metadata.path)
        yield _ref(full, os.path.relpath(full, os.fsencode(base)))
    if not found:
        raise FileNotFoundError("no file matches the input")


def _walk(root: bytes) -> Iterator[FileRef]:
    """Files under a folder in sorted order, hidden ones too; links to folders are listed, not followed."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        links = [name for name in folders if stat.S_ISLNK(os.lstat(folder + b"/" + name).st_mode)]
        for name in sorted(names) + links:
            full = folder + b"/" + name
            yield _ref(full, os.path.relpath(full, root))


def _ref(full: bytes, relative: bytes) -> FileRef:
    """Size -1 marks what is no readable regular file: it is listed, and quarantined later."""
    try:
        status = os.stat(full)  # noqa: PTH116 - a name need not be text
    except OSError:
        return FileRef(full, relative, -1)
    return FileRef(full, relative, status.st_size if stat.S_ISREG(status.st_mode) else -1)


def _glob_base(pattern: str) -> str:
    """The longest leading folder of a pattern without a wild card."""
    parts = pattern.split("/")
    fixed = next((i for i, part in enumerate(parts) if _GLOB & set(part)), len(parts) - 1)
    return "/".join(parts[:fixed]) or ("/" if pattern.startswith("/") else ".")


def _list_remote(pattern: str) -> Iterator[FileRef]:
    wild = bool(_GLOB & set(pattern))
    base = _glob_base(pattern) if wild else pattern.rstrip("/")
    found = False
    if not wild and not pattern.endswith("/"):
        for metadata in FileSystems.match([pattern])[0].metadata_list:
            found = True
            yield FileRef(
                metadata.path.encode(), metadata.path.rsplit("/", 1)[-1].encode(), metadata.size_in_bytes
            )
    if not found:
        for metadata in FileSystems.match([pattern if wild else base + "/**"])[0].metadata_list:
            found = True
            relative = metadata.path[len(base) + 1 :]
            if relative and not relative.endswith("/"):
                yield FileRef(metadata.path.encode(), relative.encode(), metadata.size_in_bytes)
    if not found:
        raise FileNotFoundError("no file matches the input")


def input_root(pattern: str) -> str:
    """What must not be written into: the folder or file INPUT names, or the folder a glob looks through."""
    exact = os.path.lexists(pattern) or not _GLOB & set(pattern)
    return pattern if exact else _glob_base(pattern)


def open_input(ref: FileRef) -> BinaryIO:
    """A seekable binary stream of a listed file, its bytes as they are."""
    return open_file(os.fsdecode(ref.path))


def open_file(path: str) -> BinaryIO:
    """A seekable binary stream of a file on any file system, its bytes as they are."""
    if is_remote(path):
        return cast(BinaryIO, FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED))
    return Path(path).open("rb")


@contextmanager
def create_output(path: str, *, private: bool = False) -> Iterator[BinaryIO]:
    """Write a file whole or not at all: under a temporary name and then renamed, where the file system can.

    An object store shows an object when it is closed; there the object is deleted again when writing fails.
    private: a local file has mode 0600 from its first byte.
    """
    if is_remote(path):
        stream = cast(
            BinaryIO, FileSystems.create(path, "application/octet-stream", CompressionTypes.UNCOMPRESSED)
        )
        try:
            with stream:
                yield stream
        except BaseException:
            FileSystems.delete([path])
            raise
        return
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / TEMPORARY.format(uuid.uuid4().hex)
    try:
        if private:
            temporary.touch(0o600, exist_ok=False)
        with temporary.open("wb") as stream:
            yield stream
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


class BeamStore:
    """OUTPUT as the audit sees it (:class:`beam_phi.audit.store.Store`), on any Beam file system."""

    def __init__(self, root: str) -> None:
        self._root = root

    def names(self, folder: str) -> list[str]:
        """Names of the files directly in `folder`."""
        found = FileSystems.match([join(self._root, folder, "*")])[0].metadata_list
        return sorted(metadata.path.rsplit("/", 1)[-1] for metadata in found)

    def open(self, path: str) -> BinaryIO:
        return open_file(join(self._root, path))

    def create(self, path: str, *, private: bool = False) -> AbstractContextManager[BinaryIO]:
        return create_output(join(self._root, path), private=private)


def join(root: str, *parts: str) -> str:
    """A path below `root`, on its file system."""
    if is_remote(root):
        return "/".join((root.rstrip("/"), *parts))
    return str(Path(root, *parts))
