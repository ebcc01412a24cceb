"""Entropy-coded data of sequential JPEG (ITU-T T.81 Annex F): blocks are found and replaced, none is decoded.

The bits of a block that stays are copied. Only its DC difference is written anew where the block before it,
which it is a difference to, has another value than before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beam_phi.pixels.codecs.base import require
from beam_phi.pixels.codecs.block_starts import block_starts
from beam_phi.pixels.codecs.huffman import EOB, Table, bits

_RESTART = re.compile(rb"\xff+([\xd0-\xd7])")

# Behind the data, so that there are 16 bits to be seen from everywhere. Ones are no code of any table.
_BEHIND = b"\xff" * 4


@dataclass(frozen=True, slots=True)
class Slot:
    """A block's place in the MCUs of a scan.

    component: its number in the scan. row, column: in the MCU's blocks of it, which are `high` by `wide`.
    """

    component: int
    row: int
    column: int
    high: int
    wide: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan and what becomes of it.

    units_high, units_wide: MCUs. restart: MCUs between restart markers, 0 without. slots: blocks of an MCU.
    dc, ac: tables of each component. touched: of each component, which of its blocks become flat, by row and
    column. targets: the DC coefficient of these, by component.
    """

    units_high: int
    units_wide: int
    restart: int
    slots: tuple[Slot, ...]
    dc: tuple[Table, ...]
    ac: tuple[Table, ...]
    touched: tuple[NDArray[np.bool_], ...]
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of a block.

    start, end: bits of it that go. difference: its new DC difference. flat: True without AC coefficients.
    """

    start: int
    end: int
    component: int
    difference: int
    flat: bool


@dataclass(frozen=True, slots=True)
class _Interval:
    """What stands between restart markers. end: of its last block, bits, where anything changes. raw: as it
    is in the stream."""

    raw: bytes
    end: int
    changes: tuple[_Change, ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """The data of a scan; the tables it needs, by component."""

    data: bytes
    dc: tuple[Table, ...]
    ac: tuple[Table, ...]


def edit(data: bytes, scan: Scan) -> Edited:
    """The data of a scan with its touched blocks flat. Raises CodecError if they are damaged."""
    intervals = list(_intervals(data, scan))
    sizes: list[set[int]] = [set() for _ in scan.dc]
    flat: list[bool] = [False] * len(scan.ac)
    for interval in intervals:
        for change in interval.changes:
            sizes[change.component].add(abs(change.difference).bit_length())
            flat[change.component] |= change.flat
    dc, ac = _extended(scan.dc, sizes), _extended(scan.ac, [{EOB} if one else set() for one in flat])
    parts = []
    for number, interval in enumerate(intervals):
        if number:
            parts.append(bytes((0xFF, 0xD0 + (number - 1) % 8)))
        parts.append(_render(interval, dc, ac))
    return Edited(b"".join(parts), dc, ac)


def _extended(tables: Sequence[Table], symbols: Sequence[set[int]]) -> tuple[Table, ...]:
    """The tables with room for symbols; a table that components share stays shared."""
    needed: dict[int, set[int]] = {}
    for table, some in zip(tables, symbols, strict=True):
        needed.setdefault(id(table), set()).update(some)
    made = {id(table): table.extended(needed[id(table)]) for table in tables}
    return tuple(made[id(table)] for table in tables)


def _intervals(data: bytes, scan: Scan) -> Iterator[_Interval]:
    units = scan.units_high * scan.units_wide
    pieces = _RESTART.split(data)
    raws, markers = pieces[::2], pieces[1::2]
    length = scan.restart or units
    require(
        len(raws) == -(-units // length), "a JPEG scan has more or fewer restart intervals than it should"
    )
    require(
        all(marker[0] == 0xD0 + number % 8 for number, marker in enumerate(markers)),
        "the restart markers of a JPEG scan are out of order",
    )
    for number, raw in enumerate(raws):
        first = number * length
        yield _interval(raw, first, min(length, units - first), scan)


def _interval(raw: bytes, first: int, units: int, scan: Scan) -> _Interval:
    """Find the blocks of `units` MCUs, and what changes. first: number of the first MCU."""
    numbers = first + np.arange(units)
    touched = [_touched(scan, slot, numbers) for slot in scan.slots]
    if not any(one.any() for one in touched):
        return _Interval(raw, 0, ())
    data = np.frombuffer(raw.replace(b"\xff\x00", b"\xff") + _BEHIND, np.uint8)
    size = 8 * (len(data) - len(_BEHIND))
    tables = [(scan.dc[slot.component], scan.ac[slot.component]) for slot in scan.slots]
    starts = np.array(block_starts(data, size, units, tables), np.int64)
    count = len(scan.slots)
    changes: list[_Change] = []
    for component, table in enumerate(scan.dc):
        places = [index for index, slot in enumerate(scan.slots) if slot.component == component]
        blocks = (np.arange(units)[:, None] * count + places).ravel()
        flat = np.column_stack([touched[place] for place in places]).ravel()
        lengths, old = _differences(data, starts[blocks], table)
        values = np.where(flat, scan.targets[component], np.cumsum(old))
        new = np.diff(values, prepend=0)
        changed = np.flatnonzero(flat | (new != old))
        begin = starts[blocks[changed]]
        end = np.where(flat[changed], starts[blocks[changed] + 1], begin + lengths[changed])
        rows = zip(begin.tolist(), end.tolist(), new[changed].tolist(), flat[changed].tolist(), strict=True)
        changes += (_Change(a, b, component, difference, whole) for a, b, difference, whole in rows)
    changes.sort(key=lambda change: change.start)
    return _Interval(raw, int(starts[-1]), tuple(changes))


def _touched(scan: Scan, slot: Slot, units: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of a slot in MCUs with these numbers: whether its block becomes flat."""
    rows = units // scan.units_wide * slot.high + slot.row
    columns = units % scan.units_wide * slot.wide + slot.column
    found: NDArray[np.bool_] = scan.touched[slot.component][rows, columns]
    return found


def _differences(
    data: NDArray[np.uint8], starts: NDArray[np.int64], table: Table
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of the blocks that begin at these bits: bits of the DC difference with its code, and the difference."""
    windows = _windows(data, starts)
    lengths, sizes = table.lengths[windows].astype(np.int64), table.symbols[windows].astype(np.int64)
    extra = _windows(data, starts + lengths) >> (16 - sizes)
    half = np.int64(1) << sizes >> 1
    return lengths + sizes, np.where(extra < half, extra - (np.int64(1) << sizes) + 1, extra)


def _windows(data: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The 16 bits that begin at each place."""
    at = places >> 3
    high, middle, low = (data[at + offset].astype(np.int64) for offset in range(3))
    found: NDArray[np.int64] = (high << 16 | middle << 8 | low) >> (8 - (places & 7)) & 0xFFFF
    return found


def _render(interval: _Interval, dc: Sequence[Table], ac: Sequence[Table]) -> bytes:
    """The bytes of an interval with its changes."""
    if not interval.changes:
        return interval.raw
    old = np.unpackbits(np.frombuffer(interval.raw.replace(b"\xff\x00", b"\xff"), np.uint8)).tobytes()
    parts: list[bytes] = []
    at = 0
    for change in interval.changes:
        size = abs(change.difference).bit_length()
        value = change.difference if change.difference > 0 else change.difference + (1 << size) - 1
        parts += (old[at : change.start], dc[change.component].codes[size], bits(value, size))
        if change.flat:
            parts.append(ac[change.component].codes[EOB])
        at = change.end
    parts.append(old[at : interval.end])
    new = b"".join(parts)
    new += b"\1" * (-len(new) % 8)
    return np.packbits(np.frombuffer(new, np.uint8)).tobytes().replace(b"\xff", b"\xff\x00")
