"""Writing drawn over a noisy picture in one value: it shows by that alone, however little it stands out."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from beam_phi.pixels.engines.base import Picture
from beam_phi.pixels.picture import Samples

#: A value is ink if pixels beside each other have it so many times as often as the values next to it have, so
#: many of which are looked at on either side; and in so many pixels at least.
_OFTEN, _NEXT, _LEAST = 6.0, 8, 20
#: Pictures of fewer values are drawings, and those of more are not looked at: counting takes too much memory.
_FEWEST, _MOST = 16, 1 << 20
#: No more values than these, those that stand out most.
_INKS = 4
#: Parts of letters have so many pixels at least, and are no longer than this; there are so many of them.
_DOT, _LONGEST, _PARTS = 6, 100, 5


def flat_ink(bright: Samples) -> Picture | None:
    """Strokes of ink in white on black, (rows, columns, 3); None where there are none.

    bright: what :func:`beam_phi.pixels.picture.light` gives; of colours, green is looked at.
    """
    grey = bright if bright.ndim == 2 else bright[..., 1]
    if grey.dtype.kind not in "iu":
        return None
    lowest = int(grey.min())
    if int(grey.max()) - lowest >= _MOST:
        return None
    levels = (grey.astype(np.int64) - lowest).astype(np.int32)
    found = np.zeros(levels.shape, np.uint8)
    for ink in _inks(levels):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(
            (levels == ink).astype(np.uint8), connectivity=8, ltype=cv2.CV_32S
        )
        length = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
        letters = (stats[:, cv2.CC_STAT_AREA] >= _DOT) & (length <= _LONGEST) & (np.arange(count) > 0)
        if letters.sum() >= _PARTS:
            found[letters[labels]] = 255
    return np.repeat(found[..., np.newaxis], 3, axis=2) if found.any() else None


def _inks(levels: NDArray[np.int32]) -> NDArray[Any]:
    """The values, counted from the lowest one of the picture, that neighbouring pixels share too often.

    The lowest and the highest are none: what is cut off there is of one value anyhow, and shows.
    """
    size = int(levels.max()) + 1
    shared = np.zeros(size, np.int64)
    for one, other in ((levels[1:], levels[:-1]), (levels[:, 1:], levels[:, :-1])):
        shared += np.bincount(one[one == other], minlength=size)
    used = np.flatnonzero(np.bincount(levels.ravel(), minlength=size))
    if len(used) < _FEWEST:
        return used[:0]
    counts = shared[used]
    around = np.lib.stride_tricks.sliding_window_view(np.pad(counts, _NEXT, mode="reflect"), 2 * _NEXT + 1)
    excess = counts / np.maximum(np.median(around, axis=1), 1)
    excess[[0, -1]] = 0
    inks = np.flatnonzero((excess >= _OFTEN) & (counts >= _LEAST))
    return used[inks[np.argsort(-excess[inks])][:_INKS]]
