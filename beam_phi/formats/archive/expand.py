"""Compressed data made larger, a block at a time."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Protocol

from beam_phi.formats.document import FormatError

#: Bytes of output at a time, and of input.
BLOCK = 256 * 1024
#: Bytes that a decoder of LZMA may take: dictionaries are made for machines of any size.
_LZMA_MEMORY = 1 << 28


class Expander(Protocol):
    """What :mod:`bz2` and :mod:`lzma` call a decompressor."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Zlib:
    """:mod:`zlib` with the manners of the others."""

    def __init__(self, wbits: int) -> None:
        self._zlib = zlib.decompressobj(wbits)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        found = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        self.needs_input = len(found) < max_length
        return found


def raw_deflate() -> Expander:
    """Deflate as zip has it (RFC 1951)."""
    return _Zlib(-zlib.MAX_WBITS)


def gzip() -> Expander:
    """RFC 1952."""
    return _Zlib(16 + zlib.MAX_WBITS)


def bzip2() -> Expander:
    return bz2.BZ2Decompressor()


def xz() -> Expander:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_LZMA_MEMORY)


def expanded(
    blocks: Iterable[bytes], new: Callable[[], Expander], streams: int | None = None
) -> Iterator[bytes]:
    """What compressed streams, one behind the other, expand to.

    streams: how many there are, None for any number. Raises FormatError: ``bad-syntax`` for damaged data,
    ``truncated``, and ``archive-layout`` for bytes behind the last stream.
    """
    left = _Blocks(blocks)
    done = 0
    while not left.ended():
        if done == streams:
            raise FormatError("archive-layout", "bytes stand behind compressed data")
        yield from _one(left, new())
        done += 1
    if done < (streams or 1):
        raise FormatError("truncated", "there are no compressed data")


def _one(left: _Blocks, expander: Expander) -> Iterator[bytes]:
    while not expander.eof:
        data = b""
        if expander.needs_input and not (data := left.next()):
            raise FormatError("truncated", "the compressed data end before their end")
        try:
            found = expander.decompress(data, BLOCK)
        except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError):
            raise FormatError("bad-syntax", "the compressed data are damaged") from None
        if found:
            yield found
    left.give_back(expander.unused_data)


class _Blocks:
    """Blocks of which a part can be given back."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._back = b""

    def next(self) -> bytes:
        """The next block; empty at the end."""
        back, self._back = self._back, b""
        return back or next(self._blocks, b"")

    def give_back(self, data: bytes) -> None:
        self._back = data

    def ended(self) -> bool:
        self._back = self.next()
        return not self._back


def blocks_of(stream: BinaryIO, offset: int, length: int) -> Iterator[bytes]:
    """A range of a stream. Raises FormatError ``truncated``."""
    while length:
        stream.seek(offset)
        block = stream.read(min(BLOCK, length))
        if not block:
            raise FormatError("truncated", "the file ends in the middle of a member")
        yield block
        offset += len(block)
        length -= len(block)
