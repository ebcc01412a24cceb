"""One file, compressed: gzip (RFC 1952), bzip2, xz. It has no name of its own that passes on."""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from beam_phi.formats.archive.expand import Expander, blocks_of, bzip2, expanded, gzip, xz
from beam_phi.formats.container import Budget, Member
from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.spool import spooled

_LEVEL = 6


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Method:
    """How a file is compressed. begins: what it begins with."""

    begins: re.Pattern[bytes]
    expander: Callable[[], Expander]
    compressor: Callable[[], _Compressor]


# BZh are letters: what follows them, a block or the end, makes sure. A gzip header of zlib has no name, no
# comment, and no time.
_METHODS = (
    Method(re.compile(rb"\x1f\x8b\x08"), gzip, lambda: zlib.compressobj(_LEVEL, wbits=16 + zlib.MAX_WBITS)),
    Method(re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), bzip2, bz2.BZ2Compressor),
    Method(re.compile(rb"\xfd7zXZ\0"), xz, lambda: lzma.LZMACompressor(lzma.FORMAT_XZ, preset=_LEVEL)),
)


def method_of(head: bytes) -> Method | None:
    """How a file that begins so is compressed, None if it isn't."""
    return next((method for method in _METHODS if method.begins.match(head)), None)


class Compressed:
    """A container of one file."""

    def __init__(self, source: Source, method: Method) -> None:
        self._source = source
        self._method = method

    def members(self, budget: Budget) -> Iterator[Member]:
        """Raises FormatError ``bad-syntax``, ``truncated``, ``archive-layout``, ``archive-bomb``."""
        budget.member()
        packed = blocks_of(self._source.stream, 0, self._source.size)
        source = spooled(budget.metered(expanded(packed, self._method.expander)))
        with closing(source.stream):
            yield Member(None, source)

    def packer(self) -> CompressedPacker:
        return CompressedPacker(self._method.compressor())


class CompressedPacker:
    """Compresses one file."""

    def __init__(self, compressor: _Compressor) -> None:
        self._compressor = compressor

    def add(self, name: str | None, content: Iterable[bytes], size: int) -> Iterator[bytes]:
        for chunk in content:
            yield self._compressor.compress(chunk)

    def folder(self, name: str) -> Iterator[bytes]:
        raise FormatError("bad-syntax", "a compressed file holds no folder")

    def end(self) -> Iterator[bytes]:
        yield self._compressor.flush()
