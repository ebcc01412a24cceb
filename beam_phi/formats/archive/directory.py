"""The directory of a zip file (APPNOTE 6.3), believed only where it accounts for every byte of the file."""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from beam_phi.formats.archive.zip64 import (
    DESCRIPTOR64,
    ELSEWHERE,
    ELSEWHERE_16,
    END64,
    LOCATOR,
    LOCATOR_MAGIC,
    Places,
    read_end,
    whole,
)
from beam_phi.formats.container import MOST_MEMBERS
from beam_phi.formats.document import FormatError, Source

STORED, DEFLATED = 0, 8
_AES = 99
END = struct.Struct("<4s4H2LH")
ENTRY = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
DESCRIPTOR = struct.Struct("<3L")
LOCAL_MAGIC, ENTRY_MAGIC, DESCRIPTOR_MAGIC, END_MAGIC = b"PK\3\4", b"PK\1\2", b"PK\7\x08", b"PK\5\6"
_LONGEST_COMMENT = 0xFFFF
_LARGEST_DIRECTORY = 1 << 24
# More bytes than any data descriptor has.
_LONGEST_DESCRIPTOR = 32
# General purpose bits: encryption of three kinds, patches; a descriptor follows the data; names in UTF-8.
_ENCRYPTED, _PATCHED, DESCRIBED, UTF8 = 0x2041, 0x20, 0x08, 0x800
_UNIX = (3, 19)


@dataclass(frozen=True, slots=True)
class Entry:
    """One member. start: of its compressed data, in the file; packed, size: bytes compressed and not."""

    name: str
    method: int
    crc: int
    start: int
    packed: int
    size: int


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry as the directory has it. offset: of its local header."""

    raw_name: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def read_directory(source: Source) -> list[Entry]:
    """All members, in the order of the directory.

    Raises FormatError: ``archive-layout`` where directory, local headers and bytes of the file don't agree to
    the last byte; ``archive-encrypted``; ``archive-member`` for links and methods other than deflate;
    ``archive-bomb``; ``truncated``.
    """
    listed, begins = _listed(source)
    in_file = sorted(listed, key=lambda each: each.offset)
    ends = [*(each.offset for each in in_file), begins]
    if ends[0]:
        raise _wrong("bytes lie before the first member")
    entries = {
        each.offset: _entry(source.stream, each, end) for each, end in zip(in_file, ends[1:], strict=True)
    }
    return [entries[each.offset] for each in listed]


def _wrong(message: str) -> FormatError:
    return FormatError("archive-layout", message)


def _read(stream: BinaryIO, offset: int, length: int) -> bytes:
    stream.seek(offset)
    data = stream.read(length)
    if len(data) != length:
        raise FormatError("truncated", "the archive ends in the middle of a header")
    return data


def _listed(source: Source) -> tuple[list[_Listed], int]:
    """The entries of the directory, and where it begins."""
    end, count, length, begins = _end_record(source)
    if begins + length != end:
        raise _wrong("the directory does not end where the end record begins")
    if count > MOST_MEMBERS or length > _LARGEST_DIRECTORY:
        raise FormatError("archive-bomb", f"there are more than {MOST_MEMBERS} members")
    raw = _read(source.stream, begins, length)
    listed = list(_parsed(raw))
    if len(listed) != count:
        raise _wrong("the directory does not have the number of entries it says")
    return listed, begins


def _end_record(source: Source) -> tuple[int, int, int, int]:
    """The end of central directory record: its place, and entries, bytes and place of the directory."""
    span = min(source.size, END.size + _LONGEST_COMMENT)
    tail = _read(source.stream, source.size - span, span)
    fitting = []
    at = tail.find(END_MAGIC)
    while 0 <= at <= len(tail) - END.size:
        record = END.unpack_from(tail, at)
        if at + END.size + record[7] == len(tail):
            fitting.append((source.size - span + at, record))
        at = tail.find(END_MAGIC, at + 1)
    if len(fitting) != 1:
        raise _wrong("there is no end record, more than one, or something behind it")
    place, (_, disk, first_disk, here, count, length, begins, _) = fitting[0]
    if disk or first_disk or here != count:
        raise _wrong("the archive has several parts")
    return _in_64_bits(source, place, (count, length, begins))


def _in_64_bits(source: Source, place: int, told: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """The same with what the end record in 64 bits says, if there is one before the other."""
    at = place - LOCATOR.size
    if at < 0 or _read(source.stream, at, len(LOCATOR_MAGIC)) != LOCATOR_MAGIC:
        return place, *told
    at -= END64.size
    if at < 0:
        raise _wrong("there is no end record in 64 bits")
    found = read_end(_read(source.stream, at, END64.size + LOCATOR.size), at)
    elsewhere = (ELSEWHERE_16, ELSEWHERE, ELSEWHERE)
    if any(short not in (mark, wide) for short, mark, wide in zip(told, elsewhere, found, strict=True)):
        raise _wrong("the end records contradict each other")
    return at, *found


def _parsed(raw: bytes) -> Iterator[_Listed]:
    at = 0
    while at < len(raw):
        if len(raw) - at < ENTRY.size:
            raise _wrong("the directory ends in the middle of an entry")
        fields = ENTRY.unpack_from(raw, at)
        magic, maker, _, flags, method, _, _, crc, packed, size = fields[:10]
        name_length, extra, comment, disk, _, outer, offset = fields[10:]
        at += ENTRY.size
        raw_name = raw[at : at + name_length]
        fields_at = at + name_length
        at += name_length + extra + comment
        if magic != ENTRY_MAGIC or disk or at > len(raw):
            raise _wrong("an entry of the directory is damaged")
        _check_kind(flags, method, outer >> 16 if maker >> 8 in _UNIX else 0)
        places = whole(Places(size, packed, offset), raw[fields_at : fields_at + extra])
        name = _decoded(raw_name, flags)
        yield _Listed(raw_name, name, flags, method, crc, places.packed, places.size, places.offset)


def _check_kind(flags: int, method: int, mode: int) -> None:
    if flags & _ENCRYPTED or method == _AES:
        raise FormatError("archive-encrypted", "a member is encrypted")
    if flags & _PATCHED or method not in (STORED, DEFLATED):
        raise FormatError("archive-member", "a member is compressed by a method that is not read")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise FormatError("archive-member", "a member is a link or a device")


def _decoded(raw: bytes, flags: int) -> str:
    """A name; many programs write UTF-8 and don't say so."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        if flags & UTF8:
            raise FormatError("archive-name", "the name of a member is no UTF-8") from None
        return raw.decode("cp437")


def _entry(stream: BinaryIO, listed: _Listed, end: int) -> Entry:
    """The member, whose bytes have to end where the next one begins."""
    header = _read(stream, listed.offset, LOCAL.size)
    magic, _, flags, method, _, _, crc, packed, size, name_length, extra = LOCAL.unpack(header)
    name = _read(stream, listed.offset + LOCAL.size, name_length)
    fields = _read(stream, listed.offset + LOCAL.size + name_length, extra)
    size, packed, _ = whole(Places(size, packed, 0), fields)
    described = bool(flags & DESCRIBED)
    stated = (crc, packed, size) == (listed.crc, listed.packed, listed.size)
    same = (name, method, flags) == (listed.raw_name, listed.method, listed.flags)
    if magic != LOCAL_MAGIC or not same or not (stated or (described and not (crc or packed or size))):
        raise _wrong("a local header contradicts the directory")
    start = listed.offset + LOCAL.size + name_length + extra
    behind = end - start - listed.packed
    if behind < 0 or (behind and not described):
        raise _wrong("bytes lie between members, or members in each other")
    if described:
        _check_descriptor(_read(stream, end - behind, min(behind, _LONGEST_DESCRIPTOR)), listed)
    return Entry(listed.name, method, listed.crc, start, listed.packed, listed.size)


def _check_descriptor(raw: bytes, listed: _Listed) -> None:
    """A data descriptor has a signature or not, and sizes of 32 or 64 bits."""
    told = listed.crc, listed.packed, listed.size
    forms = [DESCRIPTOR64.pack(*told)]
    if max(told) <= ELSEWHERE:
        forms.append(DESCRIPTOR.pack(*told))
    if raw.removeprefix(DESCRIPTOR_MAGIC) not in forms and raw not in forms:
        raise _wrong("a data descriptor contradicts the directory")
