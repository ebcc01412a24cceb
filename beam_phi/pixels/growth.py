"""From lines that were found to what belongs to them: their ends, and what else is inked in their block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from beam_phi.library.model import Box

#: Lines are made longer at either end, and higher, by these shares of their height.
_LONGER, _HIGHER = 0.5, 0.15
#: Lines are of one block if they are no further apart than this, by their height, their edges or middles no
#: further out of line than that, and neither is higher than the other by this factor.
_APART, _ASIDE, _ALIKE = 1.2, 2.0, 2.0
#: So far around a block, by the height of its lines, is looked for more of it: above and below, and beside.
_ABOVE, _BESIDE = 2.5, 4.0
#: It is looked for in cells of half a line: in which strokes stand out by so much of what those of the lines
#: do, and there is so much of these strokes as in the lines. Tissue is inked everywhere, but not so strongly.
_STRONG, _DENSE = 0.5, 0.3
#: The strength of a line's strokes is this percentile of what stands out in it.
_STROKES = 90

Ink = NDArray[np.float32]
"""How much thin things stand out, (rows, columns)."""


def grown(box: Box, padding: int) -> Box:
    """A line with room around it, `padding` pixels at least."""
    height = min(box.width, box.height)
    along, across = max(padding, round(_LONGER * height)), max(padding, round(_HIGHER * height))
    if box.height > box.width:
        along, across = across, along
    return Box(box.x - along, box.y - across, box.width + 2 * along, box.height + 2 * across)


def completed(lines: Sequence[Box], lighter: Ink, darker: Ink) -> Iterator[Box]:
    """What else is inked in and around the blocks that lines make up, inside the picture.

    lighter, darker: see beam_phi.pixels.views.strokes. Detectors lose short lines below longer ones, the ends
    of lines that run over something bright, and words that stand apart. Lines that stand are taken for turned
    ones.
    """
    yield from _completed([box for box in lines if box.width >= box.height], (lighter, darker))
    standing = [_transposed(box) for box in lines if box.width < box.height]
    for box in _completed(standing, (lighter.T, darker.T)):
        yield _transposed(box)


def near(box: Box, line: Box) -> bool:
    """True for a box that is as high as a line, and hardly further away than that."""
    height, other = min(line.width, line.height), min(box.width, box.height)
    reach = 2.5 * max(height, other)
    across = max(line.x - (box.x + box.width), box.x - (line.x + line.width))
    down = max(line.y - (box.y + box.height), box.y - (line.y + line.height))
    return max(across, down) <= reach and height <= _ALIKE * other and other <= _ALIKE * height


def _completed(lines: list[Box], inks: tuple[Ink, Ink]) -> Iterator[Box]:
    rows, columns = inks[0].shape
    for block in _blocks(lines):
        height = int(np.median([box.height for box in block]))
        above, beside = round(_ABOVE * height), round(_BESIDE * height)
        left = max(min(box.x for box in block) - beside, 0)
        right = min(max(box.x + box.width for box in block) + beside, columns)
        top = max(min(box.y for box in block) - above, 0)
        bottom = min(max(box.y + box.height for box in block) + above, rows)
        if left >= right or top >= bottom:
            continue
        strength, ink = max(((_strength(block, ink), ink) for ink in inks), key=_first)
        strong = (ink >= max(_STRONG * strength, 1e-6)).astype(np.float32)
        least = _DENSE * float(np.median([_share(box, strong) for box in block]))
        cell = max(height // 2, 2)
        inked = _cells(strong[top:bottom, left:right], cell) >= max(least, 1e-3)
        for box in _rectangles(_closed(inked)):
            yield Box(left + cell * box.x, top + cell * box.y, cell * box.width, cell * box.height)


def _strength(block: list[Box], ink: Ink) -> float:
    """How much the strokes of the lines stand out."""
    parts = [part for box in block if (part := _part(box, ink)).size]
    return float(np.median([np.percentile(part, _STROKES) for part in parts])) if parts else 0.0


def _first(pair: tuple[float, Ink]) -> float:
    return pair[0]


def _cells(ink: Ink, side: int) -> NDArray[np.float32]:
    """The mean of each square of this side; what is beyond the edges counts as empty."""
    rows, columns = (-(-size // side) for size in ink.shape)
    filled = np.zeros((rows * side, columns * side), np.float32)
    filled[: ink.shape[0], : ink.shape[1]] = ink
    return np.asarray(filled.reshape(rows, side, columns, side).mean(axis=(1, 3)), np.float32)


def _closed(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The cells and those to the left and right of them: a letter's edge is thinner than the letter."""
    wide = cells.copy()
    wide[:, 1:] |= cells[:, :-1]
    wide[:, :-1] |= cells[:, 1:]
    return wide


def _rectangles(cells: NDArray[np.bool_]) -> Iterator[Box]:
    """True cells as rectangles: runs of a row, those of the next one with them where they are the same."""
    pending: dict[tuple[int, int], int] = {}
    for row, line in enumerate([*cells, np.zeros(cells.shape[1], bool)]):
        steps = np.flatnonzero(np.diff(np.concatenate(([0], line.astype(np.int8), [0]))))
        runs = {(int(start), int(end)) for start, end in zip(steps[::2], steps[1::2], strict=True)}
        for run in [run for run in pending if run not in runs]:
            start = pending.pop(run)
            yield Box(run[0], start, run[1] - run[0], row - start)
        for run in runs:
            pending.setdefault(run, row)


def _blocks(lines: list[Box]) -> list[list[Box]]:
    blocks: list[list[Box]] = []
    for line in sorted(lines, key=lambda box: (box.y, box.x)):
        for block in blocks:
            if any(_follows(line, other) for other in block):
                block.append(line)
                break
        else:
            blocks.append([line])
    return blocks


def _follows(line: Box, above: Box) -> bool:
    """True for lines of one block, beside each other or below each other."""
    if line.y - (above.y + above.height) > _APART * above.height:
        return False
    if not above.height < _ALIKE * line.height or not line.height < _ALIKE * above.height:
        return False
    apart = max(line.x - (above.x + above.width), above.x - (line.x + line.width))
    return apart <= _ASIDE * above.height


def _share(box: Box, ink: Ink) -> float:
    part = _part(box, ink)
    return float(part.mean()) if part.size else 0.0


def _part(box: Box, ink: Ink) -> Ink:
    return ink[max(box.y, 0) : max(box.y + box.height, 0), max(box.x, 0) : max(box.x + box.width, 0)]


def _transposed(box: Box) -> Box:
    return Box(box.y, box.x, box.height, box.width)
