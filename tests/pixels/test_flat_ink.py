"""Ink of one value in noise is seen, whatever the value; noise, ramps and drawings have none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from beam_phi.pixels.flat_ink import flat_ink


def _noise(dtype: str, mean: float, deviation: float) -> NDArray[np.generic]:
    return np.random.default_rng(7).normal(mean, deviation, (200, 240)).clip(0).astype(dtype)


def _write(picture: NDArray[np.generic], value: int) -> NDArray[np.bool_]:
    """Write a line in one value; where it stands."""
    ink = np.zeros(picture.shape, np.uint8)
    cv2.putText(ink, "DAVIDSON 29282150", (8, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 1, 1)
    picture[ink > 0] = value
    return ink > 0


@pytest.mark.parametrize(("dtype", "mean", "deviation"), [("u2", 900, 60), ("i2", 900, 60), ("u1", 120, 25)])
@pytest.mark.parametrize("off", [-1.0, 0.0, 0.8])
def test_ink_of_one_value_is_seen(dtype: str, mean: float, deviation: float, off: float) -> None:
    picture = _noise(dtype, mean, deviation)
    ink = _write(picture, round(mean + off * deviation))
    seen = flat_ink(picture)
    assert seen is not None
    assert seen[ink].mean() > 0.9 * 255
    assert (seen[~ink] > 0).mean() < 0.01


def test_ink_is_seen_in_values_of_32_bits() -> None:
    picture = _noise("u4", 900, 60) + np.uint32(1 << 31)
    ink = _write(picture, (1 << 31) + 900)
    seen = flat_ink(picture)
    assert seen is not None
    assert seen[ink].mean() > 0.9 * 255


def test_ink_is_seen_in_colours() -> None:
    picture = np.repeat(_noise("u1", 120, 25)[..., np.newaxis], 3, axis=2)
    ink = _write(picture[..., 1], 118)
    seen = flat_ink(picture)
    assert seen is not None
    assert seen[ink].mean() > 0.9 * 255


def test_noise_has_no_ink() -> None:
    assert flat_ink(_noise("u2", 900, 60)) is None
    assert flat_ink(_noise("u1", 120, 25)) is None


def test_pictures_of_few_values_or_far_too_many_have_no_ink() -> None:
    drawing = np.zeros((200, 240), np.uint8)
    _write(drawing, 200)
    assert flat_ink(drawing) is None
    wide = _noise("u4", 900, 60)
    wide[0, 0] = 1 << 31
    assert flat_ink(wide) is None
    assert flat_ink(_noise("f4", 900, 60)) is None


def test_what_is_cut_off_at_either_end_is_no_ink() -> None:
    picture = _noise("u1", 120, 25).clip(80, 160)
    assert flat_ink(picture) is None
