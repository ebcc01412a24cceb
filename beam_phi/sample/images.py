"""Plausible pixels, drawn with numpy and Pillow: a head in slices, a chest film, a moving ultrasound fan.

What is written into the picture is returned with its tight box, so that the truth can name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Words:
    """Text to burn in: its upper left corner in pixels and the size of its letters."""

    text: str
    x: int
    y: int
    size: int = 14


@dataclass(frozen=True, slots=True)
class Burned:
    """Burned-in text and its tight box (x, y, width, height in pixels, from the top left corner, 0-based)."""

    text: str
    box: tuple[int, int, int, int]


_CT_SIZE, _MR_SIZE, _PHOTO_SIZE = 160, 128, 128  # rows and columns
CR_ROWS, CR_COLUMNS = 512, 480
US_ROWS, US_COLUMNS = 240, 320
US_REGION = (20, 30, 299, 229)
"""First and last column and row of the ultrasound fan: x0, y0, x1, y1."""


def ct_slice(rng: np.random.Generator, position: float) -> Pixels:
    """A head in Hounsfield units + 1024 (unsigned, 12 bits). `position` runs from 0 (base) to 1 (top)."""
    radius = _ellipse(_CT_SIZE, 0.42 - 0.18 * position, 0.36 - 0.16 * position)
    picture = np.full((_CT_SIZE, _CT_SIZE), 24, np.float64)
    picture[radius < 1.0] = 1064
    picture[(radius >= 0.86) & (radius < 1.0)] = 2200
    picture[_ellipse(_CT_SIZE, 0.07, 0.03) < 1.0] = 1030
    return _noisy(rng, picture, 9, 4095).astype(np.uint16)


def mr_slice(rng: np.random.Generator, position: float) -> Pixels:
    """A knee-like picture, unsigned, 12 bits."""
    radius = _ellipse(_MR_SIZE, 0.40, 0.30 + 0.05 * position)
    picture = np.where(radius < 1.0, 620.0 + 240.0 * np.cos(radius * 9.0), 12.0)
    picture[_ellipse(_MR_SIZE, 0.12, 0.18) < 1.0] = 980
    return _noisy(rng, picture, 14, 4095).astype(np.uint16)


def chest(rng: np.random.Generator, words: list[Words], inverted: bool) -> tuple[Pixels, list[Burned]]:
    """A portable chest film, unsigned, 12 bits, with white (as shown) letters burned in.

    inverted: for MONOCHROME1, where the highest value is shown black.
    """
    rows, columns = np.mgrid[0:CR_ROWS, 0:CR_COLUMNS]
    shown = 2100 + 500 * np.cos((columns - CR_COLUMNS / 2) / 90.0)
    for centre in (0.32, 0.68):
        lung = ((columns / CR_COLUMNS - centre) / 0.15) ** 2 + ((rows / CR_ROWS - 0.45) / 0.28) ** 2
        shown = np.where(lung < 1.0, 700 + 500 * lung, shown)
    shown += 160 * (np.sin(rows / 11.0) > 0.75)
    picture = _noisy(rng, shown, 25, 3600)
    stencil, burned = _letters(CR_COLUMNS, CR_ROWS, words)
    picture = np.where(stencil, 4095, picture)
    return (4095 - picture if inverted else picture).astype(np.uint16), burned


def ultrasound(rng: np.random.Generator, words: list[Words], frames: int) -> tuple[Pixels, list[Burned]]:
    """A colour cine loop (frames, rows, columns, 3), 8 bits, the same letters on every frame."""
    x0, y0, x1, _ = US_REGION
    rows, columns = np.mgrid[0:US_ROWS, 0:US_COLUMNS]
    across, down = columns - (x0 + x1) / 2, rows - y0
    depth = np.hypot(across, down)
    fan = (down > 0) & (np.abs(across) < down * 0.7) & (depth < 195)
    stencil, burned = _letters(US_COLUMNS, US_ROWS, words)
    loop = np.zeros((frames, US_ROWS, US_COLUMNS, 3), np.uint8)
    for number in range(frames):
        speckle = rng.rayleigh(34, (US_ROWS, US_COLUMNS)) * (1 + 0.5 * np.sin(depth / 17 + number / 2))
        grey = np.where(fan, np.clip(speckle, 0, 235), 6)
        grey = np.where(stencil, 255, grey)
        loop[number] = grey[..., None]
        flow = fan & (np.hypot(across - 20, down - 110) < 22) & ~stencil
        loop[number, flow, 2] = 40
    return loop, burned


def wound_photo(rng: np.random.Generator) -> Pixels:
    """A colour photograph with nothing written on it (rows, columns, 3), 8 bits."""
    radius = _ellipse(_PHOTO_SIZE, 0.2, 0.3)[..., None]
    skin = np.array([205.0, 160.0, 135.0])
    return _noisy(rng, np.where(radius < 1, skin * [0.8, 0.4, 0.4], skin), 4, 255).astype(np.uint8)


def overlay_bits(text: str, columns: int, rows: int) -> bytes:
    """Letters as a packed one-bit plane (PS3.3 C.9.2), least significant bit first."""
    stencil, _ = _letters(columns, rows, [Words(text, 4, 4)])
    return np.packbits(stencil, bitorder="little").tobytes()


def _ellipse(size: int, half_height: float, half_width: float) -> Pixels:
    """Distance from the middle, 1.0 on the ellipse."""
    rows, columns = np.mgrid[0:size, 0:size] / size - 0.5
    distance: Pixels = np.hypot(rows / half_height, columns / half_width)
    return distance


def _noisy(rng: np.random.Generator, picture: Pixels, sigma: float, highest: int) -> Pixels:
    return np.clip(np.rint(picture + rng.normal(0, sigma, picture.shape)), 0, highest)


def _letters(columns: int, rows: int, words: list[Words]) -> tuple[Pixels, list[Burned]]:
    """A stencil of all the words, and each one's tight box."""
    stencil = np.zeros((rows, columns), bool)
    burned = []
    for word in words:
        sheet = Image.new("L", (columns, rows))
        ImageDraw.Draw(sheet).text(
            (word.x, word.y), word.text, fill=255, font=ImageFont.load_default(word.size)
        )
        left, top, right, bottom = sheet.getbbox() or (0, 0, 0, 0)
        stencil |= np.asarray(sheet) > 127
        burned.append(Burned(word.text, (left, top, right - left, bottom - top)))
    return stencil, burned
