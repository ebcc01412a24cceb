"""More looks at a picture in which there is text: for writing that is dim, turned, or small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from beam_phi.library.model import Box
from beam_phi.pixels.engines.base import Picture
from beam_phi.pixels.flat_ink import flat_ink
from beam_phi.pixels.picture import Samples, window

#: Strokes are narrower than this, pixels; what is wider is no letter.
_STROKE = 15
#: This percentile of what stands out sets the scale, a share of the window at least.
_TOP, _LEAST = 99.0, 0.02
#: Pictures of which the longer side is between these are enlarged.
_SMALL, _LARGE = 500, 1100
_BYTE = 255


Strokes = NDArray[np.float32]


class View(NamedTuple):
    """A look at a picture. back: the box in the picture for one in the view."""

    picture: Picture
    back: Callable[[Box], Box]


def plain(shown: Picture) -> View:
    """The picture as it is displayed."""
    return View(shown, lambda box: box)


def drawn(bright: Samples, thorough: bool) -> Iterator[View]:
    """What is drawn in one value: a look at small pictures, in which letters of a few pixels drown in noise;
    at all if `thorough`."""
    ink = flat_ink(bright) if thorough or max(bright.shape[:2]) < _SMALL else None
    if ink is not None:
        yield plain(ink)


def others(bright: Samples, shown: Picture, thin: tuple[Strokes, Strokes], thorough: bool) -> Iterator[View]:
    """The other views: strokes alone, turned, enlarged; if `thorough` dim things, and turned strokes.

    shown: the picture of `bright`. thin: its :func:`strokes`.
    """
    low, high = (0.0, float(_BYTE)) if bright.ndim == 3 else window(bright)
    lighter, darker = (_scaled(values, _LEAST * (high - low)) for values in thin)
    alone = np.stack((lighter, lighter, darker), axis=2)
    yield View(alone, lambda box: box)
    yield _turned(shown)
    if _SMALL <= max(shown.shape[:2]) <= _LARGE:
        yield _enlarged(shown)
    if thorough:
        yield View(np.repeat(shown[..., 1:2], 3, axis=2), lambda box: box)
        yield _turned(alone)


def strokes(bright: Samples) -> tuple[Strokes, Strokes]:
    """Thin things that are lighter than what is around them, and darker ones (top hat and bottom hat), by how
    much they are: (rows, columns)."""
    top, bottom = (bright.max(axis=2), bright.min(axis=2)) if bright.ndim == 3 else (bright, bright)
    return (
        np.asarray(cv2.morphologyEx(top.astype(np.float32), cv2.MORPH_TOPHAT, _KERNEL), np.float32),
        np.asarray(cv2.morphologyEx(bottom.astype(np.float32), cv2.MORPH_BLACKHAT, _KERNEL), np.float32),
    )


def _scaled(values: Samples, least: float) -> NDArray[np.uint8]:
    top = max(float(np.percentile(values[::2, ::2], _TOP)), least)
    return np.asarray(np.clip(values * (_BYTE / top), 0, _BYTE), np.uint8)


def _turned(shown: Picture) -> View:
    """Turned by a quarter, counter-clockwise: detectors are best at lines that lie."""
    columns = shown.shape[1]
    return View(
        np.ascontiguousarray(np.rot90(shown)),
        lambda box: Box(columns - box.y - box.height, box.x, box.height, box.width),
    )


def _enlarged(shown: Picture) -> View:
    larger = np.asarray(cv2.resize(shown, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    return View(larger, lambda box: Box(box.x // 2, box.y // 2, (box.width + 3) // 2, (box.height + 3) // 2))


_KERNEL = cv2.getStructuringElement(cv2.MORPH_RECT, (_STROKE, _STROKE))
