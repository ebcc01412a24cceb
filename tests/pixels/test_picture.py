"""Stored samples as a text detector should see them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from beam_phi.pixels.picture import Display, is_blank, light, picture

GREY = Display("MONOCHROME2", 16)


def test_dark_is_dark_whatever_is_stored() -> None:
    ramp = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    for samples, display in (
        (ramp, GREY),
        (4095 - ramp, Display("MONOCHROME1", 12, inverted=True)),
        (ramp.astype(np.int16) - 2048, Display("MONOCHROME2", 12)),
        (ramp.astype(np.float32), GREY),
        (ramp.astype(np.uint32) << 12, Display("MONOCHROME2", 32)),
    ):
        shown = picture(light(samples, display)) if samples.dtype != np.float32 else picture(samples)
        assert shown.shape == (64, 64, 3)
        assert shown[0, 0, 0] == 0
        assert shown[-1, -1, 0] == 255
        assert (np.diff(shown[..., 0].reshape(-1).astype(int)) >= 0).all()


def test_a_single_hot_pixel_hides_nothing() -> None:
    samples = np.full((100, 100), 100, np.uint16)
    samples[20:60, 20:60] = 900
    samples[0, 0] = 65535
    assert picture(samples)[40, 40, 0] == 255


def test_little_text_on_an_even_field_is_seen() -> None:
    samples = np.full((400, 400), 1000, np.uint16)
    samples[5, 5:9] = 1200
    shown = picture(samples)[..., 0]
    assert shown[5, 6] == 255
    assert shown[0, 0] == 0


def test_the_second_window_shows_what_the_first_hides() -> None:
    samples = np.zeros((200, 200), np.uint16)
    samples[100:] = 4000
    samples[20:30, 20:60] = 160
    first, second, _ = np.moveaxis(picture(samples).astype(int), 2, 0)
    assert second[25, 30] - second[0, 0] > 3 * (first[25, 30] - first[0, 0])


def test_palettes_and_luminance_are_shown_in_colour() -> None:
    entries = np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0]], np.uint8)
    samples = np.array([[4, 5], [6, 99]], np.uint8)
    shown = light(samples, Display("PALETTE COLOR", 8, palette=(4, entries)))
    assert shown.tolist() == [[[0, 0, 0], [255, 0, 0]], [[0, 255, 0], [0, 255, 0]]]
    ybr = np.array([[[76, 85, 255], [255, 128, 128]]], np.uint8)
    assert (
        np.abs(light(ybr, Display("YBR_FULL", 8)).astype(int) - [[[254, 0, 0], [255, 255, 255]]]).max() <= 1
    )


@pytest.mark.parametrize("shape", [(3, 3), (3, 3, 3)])
def test_blank(shape: tuple[int, ...]) -> None:
    samples = np.full(shape, 7, np.uint8)
    assert is_blank(samples)
    samples[2, 2] = 8
    assert not is_blank(samples)


@given(
    hnp.arrays(
        st.sampled_from([np.int16, np.uint16, np.uint8, np.int32]), hnp.array_shapes(min_dims=2, max_dims=2)
    )
)
def test_any_samples_give_a_picture(samples: np.ndarray) -> None:
    for inverted in (False, True):
        shown = picture(light(samples, Display("MONOCHROME2", 16, inverted)))
        assert shown.shape == (*samples.shape, 3)
        assert shown.dtype == np.uint8
