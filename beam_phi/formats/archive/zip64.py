"""What zip says in 64 bits where 32 have no room (APPNOTE 6.3, sections 4.3.14, 4.3.15 and 4.5.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from beam_phi.formats.document import FormatError

#: Stands where a number of 16 or 32 bits would, if it is told in 64.
ELSEWHERE_16, ELSEWHERE = 0xFFFF, 0xFFFFFFFF
#: The version that is needed to read it.
VERSION = 45
END64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR = struct.Struct("<4sLQL")
END64_MAGIC, LOCATOR_MAGIC = b"PK\6\6", b"PK\6\7"
#: A data descriptor of a member that is told of in 64 bits.
DESCRIPTOR64 = struct.Struct("<L2Q")

_EXTRA = struct.Struct("<2H")
_EXTRA_ID = 1
# Magic and the size itself are not counted.
_END64_SIZE = END64.size - 12


class Places(NamedTuple):
    """What is told of a member: bytes not compressed and compressed, and where its local header is."""

    size: int
    packed: int
    offset: int


def whole(told: Places, extra: bytes) -> Places:
    """The numbers of a header in full.

    told: as the header has them. extra: its extra fields. Raises FormatError ``archive-layout`` where the
    numbers that are told elsewhere are not, or others are told in two ways.
    """
    if ELSEWHERE not in told:
        return told
    fields = [data for kind, data in _fields(extra) if kind == _EXTRA_ID]
    if len(fields) != 1:
        raise _wrong("a size is told in no extra field, or in several")
    (field,) = fields
    missing = told.count(ELSEWHERE)
    # The number of the disk, of which there is one, may stand behind.
    wide = [number for (number,) in struct.iter_unpack("<Q", field[: len(field) & ~7])]
    if len(field) % 8 not in (0, 4) or field[len(wide) * 8 :].strip(b"\0"):
        raise _wrong("an extra field is damaged")
    if len(wide) == missing:
        numbers = iter(wide)
        return Places(*(next(numbers) if number == ELSEWHERE else number for number in told))
    # Some programs tell all of them there, needed or not.
    if len(wide) != len(told) or any(
        pair[0] not in (ELSEWHERE, pair[1]) for pair in zip(told, wide, strict=True)
    ):
        raise _wrong("an extra field contradicts its header")
    return Places(*wide)


def shortened(places: Places, largest: int) -> tuple[Places, bytes]:
    """The numbers as a header of the directory has them, and the extra field for those that are more than
    `largest`."""
    told = Places(*(ELSEWHERE if number > largest else number for number in places))
    wide = [number for number in places if number > largest]
    return told, extra_field(*wide) if wide else b""


def extra_field(*numbers: int) -> bytes:
    """An extra field of numbers."""
    data = struct.pack(f"<{len(numbers)}Q", *numbers)
    return _EXTRA.pack(_EXTRA_ID, len(data)) + data


def end_records(count: int, length: int, begins: int) -> bytes:
    """The end record in 64 bits, which stands right behind the directory, and what tells where it is."""
    record = (END64_MAGIC, _END64_SIZE, 3 << 8 | VERSION, VERSION, 0, 0, count, count, length, begins)
    return END64.pack(*record) + LOCATOR.pack(LOCATOR_MAGIC, 0, begins + length, 1)


def read_end(raw: bytes, place: int) -> tuple[int, int, int]:
    """Entries, bytes and place of the directory.

    raw: the bytes of both records. place: of the first in the file. Raises FormatError ``archive-layout``.
    """
    magic, size, _, _, disk, first_disk, here, count, length, begins = END64.unpack_from(raw)
    signature, end_disk, at, disks = LOCATOR.unpack_from(raw, END64.size)
    if (magic, size, signature, at) != (END64_MAGIC, _END64_SIZE, LOCATOR_MAGIC, place):
        raise _wrong("the end record in 64 bits is damaged, or not where it has to be")
    if disk or first_disk or end_disk or disks > 1 or here != count:
        raise _wrong("the archive has several parts")
    return count, length, begins


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(extra):
        if len(extra) - at < _EXTRA.size:
            raise _wrong("an extra field is damaged")
        kind, length = _EXTRA.unpack_from(extra, at)
        at += _EXTRA.size
        if at + length > len(extra):
            raise _wrong("an extra field is damaged")
        yield kind, extra[at : at + length]
        at += length


def _wrong(message: str) -> FormatError:
    return FormatError("archive-layout", message)
