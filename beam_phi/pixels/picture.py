"""The right picture for a text detector, and for people: stored samples of any depth and colour as 8 bits."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from beam_phi.library.model import Box
from beam_phi.pixels.engines.base import Picture

Samples = NDArray[Any]
"""Stored values of one frame: (rows, columns), or (rows, columns, samples)."""

#: The window lies between these percentiles: single hot pixels and dead ones would hide everything else.
_LOW, _HIGH = 0.5, 99.8
#: Every so many rows and columns are enough to find them.
_EVERY = 4
#: Text that is a few per cent brighter than what is around it shows in the second window.
_GAMMA = 0.45
_BYTE = 255
#: Of the JPEG of a thumbnail, and of the lines around boxes on it.
_QUALITY, _OUTLINE = 85, (255, 176, 0)
#: ITU-R BT.601, as in PS3.3 section C.7.6.3.1.2.
_RED_BY_CR, _GREEN_BY_CB, _GREEN_BY_CR, _BLUE_BY_CB = 1.402, 0.344136, 0.714136, 1.772


@dataclass(frozen=True, slots=True)
class Display:
    """How stored values become light.

    photometric: Photometric Interpretation of the samples. stored: bits of a sample.
    inverted: True where high values of one sample are dark.
    palette: of a PALETTE COLOR image, the first stored value it maps, and its entries: (entries, 3), 8 bits.
    """

    photometric: str
    stored: int
    inverted: bool = False
    palette: tuple[int, Picture] | None = None


def light(samples: Samples, display: Display) -> Samples:
    """The samples so that higher is brighter: (rows, columns), or 8 bits of red, green and blue."""
    if display.palette is not None:
        first, entries = display.palette
        index = np.clip(samples.astype(np.int32) - first, 0, len(entries) - 1)
        return np.asarray(entries[index])
    if samples.ndim == 2:
        return np.invert(samples) if display.inverted else samples
    if samples.dtype != np.uint8:
        samples = _to_bytes(samples, display.stored)
    return _rgb(samples) if display.photometric.startswith("YBR") else samples


def picture(bright: Samples) -> Picture:
    """What :func:`light` gave as a picture of (rows, columns, 3).

    Of grey values of more than 8 bits one colour is a second window, which shows what the first one hides.
    """
    if bright.ndim == 3:
        return np.ascontiguousarray(bright, np.uint8)
    low, high = window(bright)
    scaled = np.clip((bright.astype(np.float32) - low) * np.float32(1 / (high - low)), 0, 1)
    grey = (scaled * _BYTE).astype(np.uint8)
    second = grey
    if bright.dtype.itemsize > 1:
        second = _CURVE[grey] if high - low < _BYTE else (scaled**_GAMMA * _BYTE).astype(np.uint8)
    return np.stack((grey, second, grey), axis=2)


def thumbnail(bright: Samples, boxes: Iterable[Box], side: int) -> bytes:
    """What :func:`light` gave as displayed, in JPEG: no side longer than `side`, a line around boxes."""
    shown = picture(bright)
    image = Image.fromarray(shown if bright.ndim == 3 else shown[..., 0]).convert("RGB")
    image.thumbnail((side, side))
    across, down = image.width / shown.shape[1], image.height / shown.shape[0]
    places = [
        (int(box.x * across), int(box.y * down), int((box.x + box.width) * across) + 1,
         int((box.y + box.height) * down) + 1)
        for box in boxes
    ]  # fmt: skip
    outlined = image.copy()
    draw = ImageDraw.Draw(outlined)
    for left, top, right, bottom in places:
        draw.rectangle((left - 1, top - 1, right, bottom), outline=_OUTLINE)
    for place in places:  # boxes overlap: no line of one lies in another
        outlined.paste(image.crop(place), place[:2])
    output = io.BytesIO()
    outlined.save(output, "JPEG", quality=_QUALITY)
    return output.getvalue()


def blackened(bright: Samples, boxes: Sequence[Box]) -> Samples:
    """The picture with boxes in its darkest value."""
    if not boxes:
        return bright
    bright = np.array(bright)
    black = bright.min()
    for box in boxes:
        bright[box.y : box.y + box.height, box.x : box.x + box.width] = black
    return bright


def is_blank(bright: Samples) -> bool:
    """True for a picture of one colour, in which nothing can be read."""
    first = bright[:1, :1]
    return bool((bright == first).all())


def window(bright: Samples) -> tuple[float, float]:
    """The grey values that are shown black and white."""
    low, high = (float(value) for value in np.percentile(bright[::_EVERY, ::_EVERY], (_LOW, _HIGH)))
    if high <= low:  # hardly anything but background: what else there is, is what we look for
        low, high = float(bright.min()), float(bright.max())
    return low, high if high > low else low + 1


def _to_bytes(samples: Samples, stored: int) -> Picture:
    shift = stored - 8
    return (samples >> shift if shift > 0 else samples).astype(np.uint8)


def _rgb(samples: Picture) -> Picture:
    """YBR_FULL as red, green and blue."""
    luminance, blue, red = (samples[..., place].astype(np.float32) for place in range(3))
    blue -= 128
    red -= 128
    colours: Sequence[Samples] = (
        luminance + _RED_BY_CR * red,
        luminance - _GREEN_BY_CB * blue - _GREEN_BY_CR * red,
        luminance + _BLUE_BY_CB * blue,
    )
    return np.asarray(np.clip(np.stack(colours, axis=2), 0, _BYTE), np.uint8)


_CURVE = ((np.arange(_BYTE + 1) / _BYTE) ** _GAMMA * _BYTE).astype(np.uint8)
