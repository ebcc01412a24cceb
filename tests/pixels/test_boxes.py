"""The geometry of boxes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import bands, clip, outside

BOXES = st.lists(
    st.builds(Box, st.integers(-4, 18), st.integers(-4, 18), st.integers(0, 16), st.integers(0, 16)),
    max_size=8,
)
SIDES = st.integers(1, 16)


def count(boxes: Iterable[Box], columns: int, rows: int) -> NDArray[np.int_]:
    """How many boxes each pixel is in."""
    pixels = np.zeros((rows, columns), int)
    for box in boxes:
        pixels[max(box.y, 0) : max(box.y + box.height, 0), max(box.x, 0) : max(box.x + box.width, 0)] += 1
    return pixels


@given(BOXES, SIDES, SIDES)
@example([], 7, 5)
@example([Box(0, 0, 7, 5)], 7, 5)
@example([Box(0, 0, 6, 3), Box(2, 1, 2, 1)], 7, 5)
@example([Box(2, 1, 2, 2), Box(4, 1, 2, 2), Box(3, 2, 2, 2)], 7, 5)
def test_outside_is_the_complement_and_no_pixel_is_in_it_twice(
    boxes: list[Box], columns: int, rows: int
) -> None:
    rest = outside(boxes, columns, rows)
    assert (count(rest, columns, rows) == (count(boxes, columns, rows) == 0)).all()
    for box in rest:
        assert clip(box, columns, rows) == box


@given(BOXES, SIDES, SIDES)
def test_clip_is_what_is_in_the_image(boxes: list[Box], columns: int, rows: int) -> None:
    for box in boxes:
        inside = clip(box, columns, rows)
        assert (inside is None) == (not count([box], columns, rows).any())
        if inside is not None:
            assert clip(inside, columns, rows) == inside
            assert (count([inside], columns, rows) == count([box], columns, rows)).all()


@given(BOXES)
def test_bands_are_the_rows_of_boxes_each_once(boxes: list[Box]) -> None:
    found = [row for first, behind in bands(boxes) for row in range(first, behind)]
    assert found == sorted(set(found))
    assert set(found) == {row for box in boxes for row in range(box.y, box.y + box.height)}
