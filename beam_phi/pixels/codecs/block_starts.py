"""Where blocks of sequential JPEG begin in a scan (ITU-T T.81 section F.2.2). No value is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beam_phi.pixels.codecs.base import CodecError, require
from beam_phi.pixels.codecs.huffman import END, Codes, Table

# Bytes that are looked at together; and those behind them that their last MCU can go up to, by far.
_CHUNK, _OVERLAP = 1 << 16, 1 << 13

# Of so many widths of MCUs it is found out how often they repeat.
_WIDTHS = 16

_Tables = tuple[bytes, bytes, Codes, Codes]
"""Of the tables of a block: flat blocks, DC differences, AC codes seen and single ones, see Table."""


def block_starts(
    data: NDArray[np.uint8], size: int, units: int, tables: Sequence[tuple[Table, Table]]
) -> list[int]:
    """Where each block begins, in bits, and where the last one ends.

    data: without stuffed bytes, and with 16 bits of ones at least behind it. size: of the data before these,
    bits. units: MCUs. tables: of DC and AC, for each block of an MCU. Raises CodecError.
    """
    plan = [(dc.flat_blocks(ac), dc.differences, ac.codes_seen, ac.code) for dc, ac in tables]
    try:
        return _walk(data, size, units, plan)
    except IndexError:
        raise CodecError("a JPEG scan is cut off") from None


def _walk(data: NDArray[np.uint8], size: int, units: int, plan: Sequence[_Tables]) -> list[int]:
    starts: list[int] = []
    at = unit = base = 0
    while unit < units:
        base += at >> 3
        at &= 7
        chunk = data[base : base + _CHUNK + _OVERLAP]
        windows, repeats = _every_window(chunk), _Repeats(chunk)
        origin, limit = 8 * base, 8 * _CHUNK
        while unit < units and at < limit:
            begin = at
            for flat_blocks, differences, (seen_steps, seen_advances), (steps, advances) in plan:
                starts.append(origin + at)
                window = windows[at]
                step = flat_blocks[window]
                if step:
                    at += step
                    continue
                step = differences[window]
                if not step:
                    raise CodecError("a JPEG scan is damaged")
                at += step
                covered = 1
                while covered < 64:
                    window = windows[at]
                    then = covered + seen_advances[window]
                    if then <= 64 or END < then < END + 64:
                        covered = then
                        at += seen_steps[window]
                    else:  # the last of these codes are of the next block
                        covered += advances[window]
                        at += steps[window]
                if covered != 64 and not END < covered < END + 64:
                    raise CodecError("a JPEG scan is damaged")
            unit += 1
            if windows[at] == windows[begin]:
                again = min(repeats.of(begin, at), units - unit)
                width = at - begin
                own = starts[-len(plan) :]
                starts += [place + width * number for number in range(1, again + 1) for place in own]
                unit += again
                at += width * again
        require(origin + at <= size, "a JPEG scan is cut off")
    starts.append(8 * base + at)
    return starts


class _Repeats:
    """Tells how often bits repeat: what is of one colour takes the same bits again and again."""

    def __init__(self, chunk: NDArray[np.uint8]) -> None:
        self._bits = np.unpackbits(chunk)
        self._differences: dict[int, bytes] = {}

    def of(self, start: int, end: int) -> int:
        """How often the bits from start to end stand behind themselves."""
        width = end - start
        if width not in self._differences:
            if len(self._differences) == _WIDTHS:
                return 0
            different = self._bits[width:] != self._bits[:-width]
            self._differences[width] = different.tobytes() + b"\1"
        return (self._differences[width].index(1, start) - start) // width


def _every_window(chunk: NDArray[np.uint8]) -> memoryview:
    """The 16 bits that begin at every bit of a chunk."""
    byte = chunk.astype(np.uint32)
    wide: NDArray[Any] = byte[:-2] << 16 | byte[1:-1] << 8 | byte[2:]
    windows = np.empty((len(wide), 8), np.uint16)
    for shift in range(8):
        windows[:, shift] = wide >> (8 - shift) & 0xFFFF
    return windows.ravel().data
