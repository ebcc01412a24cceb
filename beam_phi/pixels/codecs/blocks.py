"""Which blocks of a JPEG image lie where (ITU-T T.81 section A.2), and which of them boxes touch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from beam_phi.library.model import Box
from beam_phi.pixels.codecs.base import require
from beam_phi.pixels.codecs.scan import Slot
from beam_phi.pixels.codecs.segments import Component, Frame

_SIDE = 8

# No MCU has more blocks (T.81 section B.2.3).
_MOST_BLOCKS = 10

Grid = NDArray[np.bool_]
"""Blocks of a component, by row and column; with those that fill up the last MCUs."""


def units(frame: Frame, components: Sequence[Component]) -> tuple[int, int]:
    """Rows and columns of MCUs in a scan of these components. A single component's are its blocks."""
    most_high, most_wide = _most(frame)
    if len(components) > 1:
        return -(-frame.rows // (_SIDE * most_high)), -(-frame.columns // (_SIDE * most_wide))
    (one,) = components
    rows, columns = (
        -(-frame.rows * one.vertical // most_high),
        -(-frame.columns * one.horizontal // most_wide),
    )
    return -(-rows // _SIDE), -(-columns // _SIDE)


def slots(components: Sequence[Component]) -> tuple[Slot, ...]:
    """The blocks of an MCU of these components, in the order of the scan. Raises CodecError."""
    if len(components) == 1:
        return (Slot(0, 0, 0, 1, 1),)
    require(
        sum(one.vertical * one.horizontal for one in components) <= _MOST_BLOCKS,
        "a JPEG scan with more blocks in an MCU than allowed",
    )
    return tuple(
        Slot(number, row, column, one.vertical, one.horizontal)
        for number, one in enumerate(components)
        for row in range(one.vertical)
        for column in range(one.horizontal)
    )


def touched(frame: Frame, component: Component, boxes: Sequence[Box]) -> Grid:
    """The blocks of a component that have to be flat for boxes to be black.

    Readers blend the samples of a component that has fewer than there are pixels, so its blocks next to a box
    count too. At the right and lower edge all blocks that fill up an MCU do: encoders repeat the last pixels
    there.
    """
    most_high, most_wide = _most(frame)
    high, wide = units(frame, [component, component])
    grid = np.zeros((high * component.vertical, wide * component.horizontal), np.bool_)
    for box in boxes:
        rows = _span(box.y, box.height, frame.rows, component.vertical, most_high)
        columns = _span(box.x, box.width, frame.columns, component.horizontal, most_wide)
        grid[rows, columns] = True
    return grid


def _span(start: int, length: int, size: int, factor: int, most: int) -> slice:
    """The blocks along one side that have to do with these pixels."""
    reach = -(-most // factor) - 1
    first, last = max(start - reach, 0), start + length + reach
    pixels = _SIDE * most
    return slice(first * factor // pixels, None if last >= size else -(-last * factor // pixels))


def changed(frame: Frame, grids: Sequence[Grid]) -> Grid:
    """The pixels that flat blocks change, by row and column, with those that readers blend with them."""
    most_high, most_wide = _most(frame)
    found = np.zeros((frame.rows, frame.columns), np.bool_)
    for one, grid in zip(frame.components, grids, strict=True):
        rows = _pixels(grid, 0, frame.rows, one.vertical, most_high)
        found |= _pixels(rows, 1, frame.columns, one.horizontal, most_wide)
    return found


def _pixels(grid: Grid, axis: int, size: int, factor: int, most: int) -> Grid:
    """Blocks unfolded to `size` pixels along one side, and as far on as readers blend."""
    reach = -(-most // factor) - 1
    places = np.arange(size)
    found = np.zeros((), np.bool_)
    for offset in sorted({-reach, 0, reach}):
        blocks = (places + offset).clip(0, size - 1) * factor // (_SIDE * most)
        found = found | grid.take(blocks, axis)
    return found


def _most(frame: Frame) -> tuple[int, int]:
    """The largest vertical and horizontal sampling factor."""
    return max(one.vertical for one in frame.components), max(one.horizontal for one in frame.components)
