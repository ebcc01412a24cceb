"""Zip files, read by their directory and written anew: no dates, owners, comments or extra fields."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing

from beam_phi.formats.archive.directory import (
    DEFLATED,
    DESCRIBED,
    DESCRIPTOR,
    DESCRIPTOR_MAGIC,
    END,
    END_MAGIC,
    ENTRY,
    ENTRY_MAGIC,
    LOCAL,
    LOCAL_MAGIC,
    STORED,
    UTF8,
    Entry,
    read_directory,
)
from beam_phi.formats.archive.expand import blocks_of, expanded, raw_deflate
from beam_phi.formats.archive.names import Names
from beam_phi.formats.archive.zip64 import (
    DESCRIPTOR64,
    ELSEWHERE,
    VERSION,
    Places,
    end_records,
    extra_field,
    shortened,
)
from beam_phi.formats.container import Budget, Member
from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.spool import spooled

MAGIC = LOCAL_MAGIC
#: Members of documents of other kinds that are zip files: their parts say together what none says alone.
_DOCUMENTS = frozenset({"[Content_Types].xml", "mimetype"})
#: 1980-01-01, the first day that zip knows.
_DATE, _TIME = 1 << 5 | 1, 0
_VERSION, _MAKER = 20, 3 << 8
_FILE, _FOLDER = (stat.S_IFREG | 0o644) << 16, (stat.S_IFDIR | 0o755) << 16 | 0x10
#: What fits into a header; all that is larger stands in 64 bits.
_LARGEST = ELSEWHERE - 1
_LEVEL = 6
# Deflate makes bytes that it can't compress longer, by less than one in so many, and a few more.
_GROWTH, _MORE = 1 << 10, 64


class Zip:
    """A zip file."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def members(self, budget: Budget) -> Iterator[Member]:
        """Raises FormatError: see :func:`read_directory`, :class:`Names` and :meth:`Budget.metered`;
        ``unknown-format`` for an office document."""
        entries = read_directory(self._source)
        names = Names()
        for entry in entries:
            names.check(entry.name)
            if entry.name in _DOCUMENTS:
                raise FormatError("unknown-format", "the archive is a document of several parts")
        for entry in entries:
            budget.member()
            if entry.name.endswith(("/", "\\")):
                if entry.size:
                    raise FormatError("archive-layout", "a folder has content")
                yield Member(entry.name, None)
                continue
            source = spooled(budget.metered(read_entry(self._source, entry)))
            with closing(source.stream):
                yield Member(entry.name, source)

    def packer(self) -> ZipPacker:
        return ZipPacker()


def read_entry(source: Source, entry: Entry) -> Iterator[bytes]:
    """The bytes of a member. Raises FormatError ``bad-length`` where the directory says otherwise."""
    blocks: Iterable[bytes] = blocks_of(source.stream, entry.start, entry.packed)
    if entry.method == DEFLATED:
        blocks = expanded(blocks, raw_deflate, streams=1)
    crc = size = 0
    for block in blocks:
        crc = zlib.crc32(block, crc)
        size += len(block)
        if size > entry.size:
            break
        yield block
    if (crc, size) != (entry.crc, entry.size):
        raise FormatError("bad-length", "a member is not of the size or content that the directory says")


class ZipPacker:
    """Writes members one behind the other, then their directory."""

    def __init__(self) -> None:
        self._directory: list[bytes] = []
        self._at = 0

    def add(self, name: str | None, content: Iterable[bytes], size: int) -> Iterator[bytes]:
        """Raises FormatError ``archive-bomb`` for content that is larger than a header has room for, and was
        not said to be."""
        assert name is not None
        begins, packed, crc, unpacked = self._at, 0, 0, 0
        wide = size + size // _GROWTH + _MORE > _LARGEST
        yield self._header(name, DEFLATED, DESCRIBED, extra_field(0, 0) if wide else b"")
        deflate = zlib.compressobj(_LEVEL, wbits=-zlib.MAX_WBITS)
        for chunk in content:
            crc = zlib.crc32(chunk, crc)
            unpacked += len(chunk)
            data = deflate.compress(chunk)
            packed += len(data)
            if not wide and max(packed, unpacked) > _LARGEST:
                break
            yield data
        data = deflate.flush()
        packed += len(data)
        if not wide and max(packed, unpacked) > _LARGEST:
            raise FormatError("archive-bomb", "a member has become larger than it was to be")
        descriptor = DESCRIPTOR_MAGIC + (DESCRIPTOR64 if wide else DESCRIPTOR).pack(crc, packed, unpacked)
        self._at += packed + len(descriptor)
        yield data + descriptor
        self._list(name, DEFLATED, DESCRIBED, crc, Places(unpacked, packed, begins), _FILE)

    def folder(self, name: str) -> Iterator[bytes]:
        begins = self._at
        yield self._header(name, STORED, 0, b"")
        self._list(name, STORED, 0, 0, Places(0, 0, begins), _FOLDER)

    def end(self) -> Iterator[bytes]:
        directory = b"".join(self._directory)
        count = len(self._directory)
        yield directory
        if self._at > _LARGEST:  # members and bytes of a directory are never so many
            yield end_records(count, len(directory), self._at)
        begins = self._at if self._at <= _LARGEST else ELSEWHERE
        yield END.pack(END_MAGIC, 0, 0, count, count, len(directory), begins, 0)

    def _header(self, name: str, method: int, flags: int, extra: bytes) -> bytes:
        """A local header. extra: its extra field, if its sizes are told in 64 bits."""
        raw = name.encode("utf-8", "surrogateescape")
        version, size = (VERSION, ELSEWHERE) if extra else (_VERSION, 0)
        fields = (version, flags | UTF8, method, _TIME, _DATE, 0, size, size, len(raw), len(extra))
        header = LOCAL.pack(LOCAL_MAGIC, *fields) + raw + extra
        self._at += len(header)
        return header

    def _list(self, name: str, method: int, flags: int, crc: int, places: Places, attributes: int) -> None:
        raw = name.encode("utf-8", "surrogateescape")
        told, extra = shortened(places, _LARGEST)
        version = VERSION if extra else _VERSION
        head = (ENTRY_MAGIC, _MAKER | version, version, flags | UTF8, method, _TIME, _DATE, crc)
        sizes = (told.packed, told.size, len(raw), len(extra), 0, 0, 0)
        self._directory.append(ENTRY.pack(*head, *sizes, attributes, told.offset) + raw + extra)
