"""Words as ink: how much of each pixel a line's words cover, before anything is painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from bench.pixels.fonts import BITMAP_HEIGHT, Face

SEEN = 0.25
"""Share of a pixel that has to be ink for the pixel to belong to the word."""

Ink = NDArray[np.float32]
"""(rows, columns) of 0-1."""


@dataclass(frozen=True, slots=True, eq=False)
class InkedWord:
    """A word in its line. ink: tight, all of it. top, left: where, in the line."""

    text: str
    ink: Ink
    top: int
    left: int


@dataclass(frozen=True, slots=True, eq=False)
class InkedLine:
    """A line of words. height, width: of all of its ink."""

    words: tuple[InkedWord, ...]
    height: int
    width: int


def ink_line(words: Sequence[str], face: Face, size: int, *, smooth: bool, turn: int = 0) -> InkedLine:
    """The words, one blank between them. smooth: antialiased. turn: 0, 90 or 270 degrees."""
    canvases = _bits(words, size) if face.bitmap else _outlines(words, face, size, smooth)
    if turn:
        canvases = [np.rot90(canvas, turn // 90) for canvas in canvases]
    rows, columns = _tight(np.max(canvases, axis=0))
    inked = []
    for text, canvas in zip(words, canvases, strict=True):
        down, across = _tight(canvas)
        part = np.ascontiguousarray(canvas[down, across])
        inked.append(InkedWord(text, part, down.start - rows.start, across.start - columns.start))
    return InkedLine(tuple(inked), rows.stop - rows.start, columns.stop - columns.start)


def _outlines(words: Sequence[str], face: Face, size: int, smooth: bool) -> list[Ink]:
    font = face.at(size)
    width = int(font.getlength(" ".join(words))) + 3 * size
    found = []
    for number, text in enumerate(words):
        before = "".join(word + " " for word in words[:number])
        canvas = Pillow.new("L", (width, 3 * size), 0)
        draw = ImageDraw.Draw(canvas)
        draw.fontmode = "L" if smooth else "1"
        draw.text((size + round(font.getlength(before)), size // 2), text, fill=255, font=font)
        found.append((np.asarray(canvas) / 255).astype(np.float32))
    return found


def _bits(words: Sequence[str], size: int) -> list[Ink]:
    """Of Pillow's bitmap font, enlarged whole times, with hard edges."""
    font, times = ImageFont.load_default_imagefont(), max(1, round(size / BITMAP_HEIGHT))
    width = int(font.getlength(" ".join(words))) + 8
    found = []
    for number, text in enumerate(words):
        before = "".join(word + " " for word in words[:number])
        canvas = Pillow.new("L", (width, 2 * BITMAP_HEIGHT), 0)
        ImageDraw.Draw(canvas).text((4 + int(font.getlength(before)), 4), text, fill=255, font=font)
        bits = (np.asarray(canvas) > 127).astype(np.float32)
        found.append(bits.repeat(times, axis=0).repeat(times, axis=1))
    return found


def _tight(canvas: Ink) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(canvas.any(axis=1)), np.flatnonzero(canvas.any(axis=0))
    if not len(rows):
        raise ValueError("a word without ink")
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
