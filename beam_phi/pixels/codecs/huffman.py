"""Huffman tables of JPEG (ITU-T T.81 Annex C), as they are looked up and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from beam_phi.pixels.codecs.base import CodecError, require

_LONGEST = 16
_WINDOWS = 1 << _LONGEST

EOB, ZRL = 0x00, 0xF0

# What advances say at the end of a block, and where there is no code: more than there are coefficients.
END, NOTHING = 128, 255
_COEFFICIENTS = 64


class Codes(NamedTuple):
    """What codes of AC coefficients take and cover, by window.

    steps: bits of them, and of the coefficients behind them. advances: coefficients they cover, END more if
    the last one ends the block; NOTHING where there is no code.
    """

    steps: bytes
    advances: bytes


class Table:
    """One table: its symbols are sizes of DC differences, or run and size of AC coefficients.

    What is looked up by a window is an array over all values of the next 16 bits.
    """

    def __init__(self, counts: bytes, values: bytes) -> None:
        """counts: how many codes have 1 to 16 bits. values: the symbols, as many. Raises CodecError."""
        self.counts, self.values = counts, values
        # Lengths and symbols by window; a length of 0 where no code fits.
        self.lengths: NDArray[np.uint8] = np.zeros(_WINDOWS, np.uint8)
        self.symbols: NDArray[np.uint8] = np.zeros(_WINDOWS, np.uint8)
        self.codes: dict[int, bytes] = {}
        self._next = 0
        start = 0
        for length, code, symbol in self._canonical():
            width = 1 << (_LONGEST - length)
            require(start + width <= _WINDOWS, "a Huffman table of too many codes")
            self.lengths[start : start + width] = length
            self.symbols[start : start + width] = symbol
            self.codes[symbol] = bits(code, length)
            start += width
        self._next = start

    def _canonical(self) -> Iterator[tuple[int, int, int]]:
        """Length, code and symbol of each code, in their order."""
        code = index = 0
        for length, count in enumerate(self.counts, 1):
            for symbol in self.values[index : index + count]:
                yield length, code, symbol
                code += 1
            index += count
            code <<= 1

    @cached_property
    def differences(self) -> bytes:
        """By window: bits of the code and of the DC difference behind it; 0 for no code."""
        return self._dc_steps.tobytes()

    @cached_property
    def code(self) -> Codes:
        """One code."""
        return Codes(self._ac_steps.tobytes(), self._advances.tobytes())

    @cached_property
    def codes_seen(self) -> Codes:
        """As many codes as the window shows whole: bits of coefficients may lie behind it."""
        rest: NDArray[Any] = np.arange(_WINDOWS)
        seen, steps, covered = (np.zeros(_WINDOWS, np.int64) for _ in range(3))
        going = np.full(_WINDOWS, True)
        while going.any():
            length, step, advance = self.lengths[rest], self._ac_steps[rest], self._advances[rest]
            going &= (advance != NOTHING) & (seen + length <= _LONGEST)
            going &= covered + advance % END < _COEFFICIENTS
            covered += going * advance
            steps += going * step
            going &= (advance != END) & (seen + step < _LONGEST)
            seen += going * step
            rest = (rest << (going * step)) % _WINDOWS
        covered[steps == 0] = NOTHING
        return Codes(steps.astype(np.uint8).tobytes(), covered.astype(np.uint8).tobytes())

    @lru_cache(maxsize=16)  # noqa: B019 - tables are few, and remembered themselves
    def flat_blocks(self, ac: Table) -> bytes:
        """By window: bits of a block that is a DC difference of this table and nothing else of `ac`; 0 where
        the window does not show that."""
        steps = self._dc_steps.astype(np.int64)
        rest = (np.arange(_WINDOWS) << np.minimum(steps, _LONGEST)) % _WINDOWS
        length = ac.lengths[rest].astype(np.int64)
        shown = (steps > 0) & (length > 0) & (ac.symbols[rest] == EOB) & (steps + length <= _LONGEST)
        return np.where(shown, steps + length, 0).astype(np.uint8).tobytes()

    @cached_property
    def _dc_steps(self) -> NDArray[np.uint8]:
        known = (self.lengths > 0) & (self.symbols <= _LONGEST)
        steps: NDArray[np.uint8] = np.where(known, self.lengths + self.symbols, np.uint8(0))
        return steps

    @cached_property
    def _ac_steps(self) -> NDArray[np.uint8]:
        return (self.lengths + (self.symbols & 15)).astype(np.uint8)

    @cached_property
    def _advances(self) -> NDArray[np.uint8]:
        covered: NDArray[Any] = (self.symbols >> 4) + np.uint8(1)
        no_size = (self.symbols & 15) == 0
        covered[no_size & (self.symbols != ZRL)] = NOTHING
        covered[self.symbols == EOB] = END
        covered[self.lengths == 0] = NOTHING
        return covered

    def extended(self, symbols: Iterable[int]) -> Table:
        """A table with these symbols too: they get codes behind the last one, and no code changes.

        Raises CodecError if there is no room: the code of ones only stays free, as T.81 wants it.
        """
        missing = sorted(set(symbols) - self.codes.keys())
        if not missing:
            return self
        longest = max((length for length, count in enumerate(self.counts, 1) if count), default=1)
        for length in range(longest, _LONGEST + 1):
            free = (_WINDOWS - self._next >> (_LONGEST - length)) - 1
            if free >= len(missing):
                counts = bytearray(self.counts)
                counts[length - 1] += len(missing)
                return table(bytes(counts), self.values + bytes(missing))
        raise CodecError("a Huffman table without room for the codes of black")

    def render(self) -> bytes:
        """As it stands in a DHT segment, behind its class and number."""
        return self.counts + self.values


@lru_cache(maxsize=32)
def table(counts: bytes, values: bytes) -> Table:
    """See Table. Frames of a film have the same tables, each is made once. Raises CodecError."""
    return Table(counts, values)


def bits(value: int, length: int) -> bytes:
    """The bits of a number, one a byte, the highest first."""
    return bytes(value >> place & 1 for place in range(length - 1, -1, -1))


def read(content: bytes) -> Iterator[tuple[int, Table]]:
    """Class and number, and the table, of each table in a DHT segment. Raises CodecError."""
    at = 0
    while at < len(content):
        counts = content[at + 1 : at + 17]
        require(len(counts) == 16, "a Huffman table is cut off")
        values = content[at + 17 : at + 17 + sum(counts)]
        require(len(values) == sum(counts) == len(set(values)), "a Huffman table is cut off, or ambiguous")
        yield content[at], table(counts, values)
        at += 17 + len(values)
