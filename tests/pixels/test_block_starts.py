"""Blocks in JPEG bits: they begin where they were written, whatever stands in them and however often."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from beam_phi.pixels.codecs import huffman, segments
from beam_phi.pixels.codecs.base import CodecError
from beam_phi.pixels.codecs.block_starts import block_starts
from beam_phi.pixels.codecs.huffman import EOB, ZRL, Table

Block = tuple[int, tuple[int, ...]]
"""Size of the DC difference; symbols of AC codes, without the end of the block."""


def _standard() -> tuple[Table, Table]:
    """Tables of DC and AC (T.81 Annex K), as an encoder writes them."""
    output = io.BytesIO()
    Image.new("L", (8, 8)).save(output, "JPEG")
    parts = segments.read(output.getvalue())
    tables = dict(one for part in parts if part.marker == segments.DHT for one in huffman.read(part.content))
    return tables[0x00], tables[0x10]


DC, AC = _standard()


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    symbols: list[int] = []
    left = 63
    most = draw(st.sampled_from((0, 4, 63)))
    for symbol in draw(st.lists(st.sampled_from(sorted(AC.codes)), max_size=most)):
        run = (symbol >> 4) + 1
        if symbol != EOB and run < left + (symbol != ZRL):
            symbols.append(symbol)
            left -= run
    if draw(st.booleans()):  # the last coefficient is there, so there is no end
        while left:
            run = min(left, 16)
            symbols.append((run - 1) << 4 | 1)
            left -= run
    return draw(st.integers(0, 11)), tuple(symbols)


def _written(
    runs: Sequence[tuple[tuple[Block, ...], int]], rng: np.random.Generator
) -> tuple[bytes, list[int]]:
    """The bits of MCUs, each so many times, one a byte; where each block begins and the last one ends."""
    bits, starts = b"", [0]
    for unit, count in runs:
        written, lengths = b"", []
        for size, symbols in unit:
            written += DC.codes[size] + rng.integers(0, 2, size, np.uint8).tobytes()
            for symbol in symbols:
                written += AC.codes[symbol] + rng.integers(0, 2, symbol & 15, np.uint8).tobytes()
            if 1 + sum((symbol >> 4) + 1 for symbol in symbols) < 64:
                written += AC.codes[EOB]
            lengths.append(len(written))
        for _ in range(count):
            starts += [len(bits) + length for length in lengths]
            bits += written
    return bits, starts


def _packed(bits: bytes) -> np.ndarray:
    filled = bits + b"\1" * (-len(bits) % 8 + 32)
    return np.packbits(np.frombuffer(filled, np.uint8))


units_of_two = st.lists(
    st.tuples(st.tuples(blocks(), blocks()), st.sampled_from((1, 1, 2, 3, 30))), min_size=1, max_size=12
)


@settings(deadline=None)
@given(units_of_two, st.integers(0, 99))
def test_blocks_begin_where_they_were_written(runs: list[tuple[tuple[Block, Block], int]], seed: int) -> None:
    bits, starts = _written(runs, np.random.default_rng(seed))
    units = sum(count for _, count in runs)
    assert block_starts(_packed(bits), len(bits), units, [(DC, AC)] * 2) == starts


@settings(deadline=None)
@given(blocks(), st.integers(10_000, 40_000))
def test_what_repeats_itself_is_counted_over_many_chunks(block: Block, count: int) -> None:
    bits, starts = _written([((block,), count), (((11, (0x11,)),), 1)], np.random.default_rng(0))
    assert block_starts(_packed(bits), len(bits), count + 1, [(DC, AC)]) == starts


@settings(deadline=None)
@given(units_of_two, st.integers(0, 99))
def test_one_block_too_many_is_not_found(runs: list[tuple[tuple[Block, Block], int]], seed: int) -> None:
    bits, _ = _written(runs, np.random.default_rng(seed))
    units = sum(count for _, count in runs)
    with pytest.raises(CodecError):
        block_starts(_packed(bits), len(bits), units + 1, [(DC, AC)] * 2)
