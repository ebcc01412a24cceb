"""Tar files (POSIX.1-2001 ustar and pax, GNU), read from front to back and written anew as pax: files and
folders with names, and neither dates, owners nor comments."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from tarfile import BLOCKSIZE, RECORDSIZE, TarInfo
from typing import BinaryIO

from beam_phi.formats.archive.expand import blocks_of
from beam_phi.formats.archive.names import Names
from beam_phi.formats.container import Budget, Member
from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.spool import spooled

_LONGEST_HEADER = 1 << 16
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE)
_FOLDER = tarfile.DIRTYPE
_HEADERS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME)
_ENCODING, _ERRORS = "utf-8", "surrogateescape"
_ROOT = (".", "./")
_EMPTY = bytes(BLOCKSIZE)


def looks_like_tar(head: bytes) -> bool:
    """True for a file whose first block is the header of a member."""
    if len(head) < BLOCKSIZE or not head[0]:
        return False
    try:
        _header(head[:BLOCKSIZE])
    except FormatError:
        return False
    return True


class Tar:
    """A tar file."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def members(self, budget: Budget) -> Iterator[Member]:
        """Raises FormatError: ``archive-member`` for links, devices, sparse files and whatever else is
        neither file nor folder; ``archive-layout`` for bytes that belong to no member; ``truncated``; see
        also :class:`Names` and :class:`Budget`."""
        names = Names()
        for name, begins, size in _entries(self._source.stream, self._source.size):
            budget.member()
            if name in _ROOT:
                continue
            names.check(name)
            if name.endswith("/"):
                yield Member(name, None)
                continue
            source = spooled(budget.metered(blocks_of(self._source.stream, begins, size)))
            with closing(source.stream):
                yield Member(name, source)

    def packer(self) -> TarPacker:
        return TarPacker()


def _entries(stream: BinaryIO, end: int) -> Iterator[tuple[str, int, int]]:
    """Name, place and size of each member; the name of a folder ends in a slash."""
    at = 0
    stated: dict[str, str] = {}
    while (block := _read(stream, at, BLOCKSIZE, end)) != _EMPTY:
        info = _header(block)
        at, size = at + BLOCKSIZE, info.size
        if info.type in _HEADERS:
            if size > _LONGEST_HEADER:
                raise FormatError("header-too-large", "the header of a member is too long")
            stated |= _stated(info.type, _read(stream, at, size, end))
        else:
            size = _size(info, stated)
            yield _name(info, stated), at, size
            stated = {}
        at = _behind(stream, at + size, end)
    if stated:
        raise _wrong("a header has no member")
    _check_rest(stream, at, end)


def _read(stream: BinaryIO, at: int, length: int, end: int) -> bytes:
    if at + length > end:
        raise FormatError("truncated", "the archive ends before its end")
    stream.seek(at)
    return stream.read(length)


def _header(block: bytes) -> TarInfo:
    """Raises FormatError ``archive-layout`` for what is no header."""
    try:
        info = TarInfo.frombuf(block, _ENCODING, _ERRORS)
    except (tarfile.HeaderError, ValueError, OverflowError):
        raise _wrong("a header is damaged") from None
    if info.size < 0:
        raise _wrong("a header is damaged")
    return info


def _stated(kind: bytes, data: bytes) -> dict[str, str]:
    """What a header says of the member that follows, as far as it is read."""
    if kind == tarfile.GNUTYPE_LONGNAME:
        return {"path": data.rstrip(b"\0").decode(_ENCODING, _ERRORS)}
    records = dict(_records(data))
    if any(key.startswith(("GNU.sparse", "SCHILY.realsize")) or key == "hdrcharset" for key in records):
        raise FormatError("archive-member", "a member is stored in a way that is not read")
    known = {key: value for key, value in records.items() if key in ("path", "size")}
    if known and kind == tarfile.XGLTYPE:
        raise FormatError("archive-member", "a header names all members at once")
    return known


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    """The records of a pax header: length, blank, key, equals sign, value, line feed."""
    data = data.rstrip(b"\0")
    while data:
        number, blank, _ = data.partition(b" ")
        length = int(number) if blank and number.isdigit() and len(number) < 8 else 0
        record = data[len(number) + 1 : length]
        key, equals, value = record.partition(b"=")
        if not equals or not record.endswith(b"\n") or length > len(data):
            raise _wrong("a header is damaged")
        yield key.decode(_ENCODING, _ERRORS), value[:-1].decode(_ENCODING, _ERRORS)
        data = data[length:]


def _name(info: TarInfo, stated: dict[str, str]) -> str:
    """The name of a member, which is a file or a folder."""
    name = stated.get("path", info.name)
    if info.type == _FOLDER or (info.type == tarfile.AREGTYPE and name.endswith("/")):
        return name.rstrip("/") + "/"
    if info.type not in _FILES or name.endswith("/"):
        raise FormatError("archive-member", "a member is neither file nor folder")
    return name


def _size(info: TarInfo, stated: dict[str, str]) -> int:
    size = stated.get("size", str(info.size))
    if not (size.isascii() and size.isdigit() and len(size) < 16):
        raise _wrong("a header is damaged")
    if int(size) and info.type not in _FILES:
        raise FormatError("archive-member", "a member that is no file has content")
    return int(size)


def _behind(stream: BinaryIO, at: int, end: int) -> int:
    """The place of the next header. Raises FormatError ``archive-layout`` where padding says anything."""
    padding = -at % BLOCKSIZE
    if any(_read(stream, at, padding, end)):
        raise _wrong("there is something behind a member")
    return at + padding


def _check_rest(stream: BinaryIO, at: int, end: int) -> None:
    if any(any(block) for block in blocks_of(stream, at, end - at)):
        raise _wrong("there is something behind the last member")


def _wrong(message: str) -> FormatError:
    return FormatError("archive-layout", message)


class TarPacker:
    """Writes members one behind the other."""

    def __init__(self) -> None:
        self._size = 0

    def add(self, name: str | None, content: Iterable[bytes], size: int) -> Iterator[bytes]:
        assert name is not None
        info = TarInfo(name)
        info.size = size
        yield self._counted(info.tobuf(tarfile.PAX_FORMAT, _ENCODING, _ERRORS))
        for chunk in content:
            yield self._counted(chunk)
        yield self._counted(bytes(-self._size % BLOCKSIZE))

    def folder(self, name: str) -> Iterator[bytes]:
        info = TarInfo(name)
        info.type = _FOLDER
        info.mode = 0o755
        yield self._counted(info.tobuf(tarfile.PAX_FORMAT, _ENCODING, _ERRORS))

    def end(self) -> Iterator[bytes]:
        self._counted(2 * _EMPTY)
        yield 2 * _EMPTY + bytes(-self._size % RECORDSIZE)

    def _counted(self, data: bytes) -> bytes:
        self._size += len(data)
        return data
