"""Judges of burned-in text: is nothing of it to be read any more in the box where it stood?

The benchmark asks an optical reader. Where Tesseract is installed it is asked here, too; else the pixels
themselves are looked at, which is stricter: a box that was blurred, or half painted over, fails.
"""

from __future__ import annotations

import importlib
import re
import shutil
import warnings
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from bench.midib.words import kept_share

Pixels = NDArray[Any]


@dataclass(frozen=True, slots=True)
class TextBox:
    """What was written and where: corners in pixels, (x, y), the lower right one not included."""

    FIELDS: ClassVar[tuple[str, ...]] = ("text", "top_left", "bottom_right")

    text: str
    top_left: tuple[float, float]
    bottom_right: tuple[float, float]

    def cut(self, frames: Pixels) -> Pixels:
        """The box out of frames x rows x columns x samples."""
        (left, top), (right, bottom) = self.top_left, self.bottom_right
        return frames[:, int(top) : int(bottom), int(left) : int(right)]


class BoxJudge(Protocol):
    """Says whether a box is cleaned in every frame; None if the pixels can't be decoded."""

    name: str

    def hidden(self, masked: Dataset, box: TextBox, source: Dataset | None) -> bool | None: ...


class PixelJudge:
    """One value per frame and sample in the whole box; or no letter of the source left in it.

    Letters are what stands out of the source's box by its highest or lowest value, whichever is rarer. None
    is left if every pixel of them has changed, and none of their new values tells them from what is around
    them.
    """

    name = "pixels: the box has one value, or no letter of the source is left in it"

    def hidden(self, masked: Dataset, box: TextBox, source: Dataset | None) -> bool | None:
        frames = _frames(masked)
        if frames is None:
            return None
        now = box.cut(frames)
        if (now == now[:, :1, :1]).all():
            return True
        before = None if source is None else _frames(source)
        if before is None or before.shape != frames.shape:
            return False
        was = box.cut(before)
        letters = _letters(was)
        changed = (now != was).any(axis=-1)
        if not letters.any():
            return False
        return bool(changed[letters].all() and set(now[letters].flat) <= set(now[~letters].flat))


class ReaderJudge:
    """Tesseract finds no word of the text in the box, in any frame."""

    name = "optical reader: Tesseract finds no word of the text in the box"

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def hidden(self, masked: Dataset, box: TextBox, source: Dataset | None) -> bool | None:
        frames = _frames(masked)
        if frames is None:
            return None
        # What the benchmark does not look for, either: the cue, and the sex in brackets.
        asked = re.sub(r"\[[A-Za-z]\]", "", box.text.replace("\n", " ").replace("DOB:", ""))
        return all(not kept_share(self._read(frame), asked) for frame in box.cut(frames))

    def _read(self, part: Pixels) -> str:
        high = int(part.max()) or 1
        image = (255.0 * part / high).astype(np.uint8)
        return str(self._reader.image_to_string(image[..., 0] if image.shape[-1] == 1 else image))


def best_judge() -> BoxJudge:
    """An optical reader where there is one."""
    if shutil.which("tesseract"):
        try:
            return ReaderJudge(importlib.import_module("pytesseract"))
        except ImportError:
            pass
    return PixelJudge()


def _frames(dataset: Dataset) -> Pixels | None:
    """Frames x rows x columns x samples; None if there is no decoder, or nothing to decode."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pixels: Pixels = dataset.pixel_array
    except Exception:  # whatever a decoder doesn't like: there is no verdict then
        return None
    samples = int(dataset.get("SamplesPerPixel") or 1)
    return pixels.reshape(-1, int(dataset.Rows), int(dataset.Columns), samples)


def _letters(was: Pixels) -> NDArray[np.bool_]:
    """Where they stand; nowhere, if no pixel has the highest or the lowest value in all its samples."""
    high = (was == was.max()).all(axis=-1)
    low = (was == was.min()).all(axis=-1)
    found: NDArray[np.bool_] = low if not high.any() or 0 < low.sum() < high.sum() else high
    return found
