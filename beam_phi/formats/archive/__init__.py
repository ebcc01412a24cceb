"""Archives and compressed files: zip, tar, gzip, bzip2, xz."""

from __future__ import annotations

from beam_phi.formats.archive.compressed import Compressed, method_of
from beam_phi.formats.archive.tar import Tar, looks_like_tar
from beam_phi.formats.archive.zip import MAGIC, Zip
from beam_phi.formats.container import Container
from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.encoding import HEAD_SIZE

__all__ = ["looks_like_archive", "open"]


def looks_like_archive(head: bytes) -> bool:
    """True for a file that begins like one of them."""
    return head.startswith(MAGIC) or method_of(head) is not None or looks_like_tar(head)


def open(source: Source) -> Container:
    """Open an archive. Raises FormatError."""
    source.stream.seek(0)
    head = source.stream.read(HEAD_SIZE)
    if head.startswith(MAGIC):
        return Zip(source)
    method = method_of(head)
    if method is not None:
        return Compressed(source, method)
    if looks_like_tar(head):
        return Tar(source)
    raise FormatError("bad-syntax", "the file is no archive")
