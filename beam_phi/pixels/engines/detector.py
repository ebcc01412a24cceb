"""Where text is: a network (differentiable binarization) gives each pixel's probability to be text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from beam_phi.library.model import Box
from beam_phi.pixels.engines.base import Picture
from beam_phi.pixels.engines.network import Floats, Network

#: Of the pictures the networks learned from (ImageNet), by channel, of 0-1.
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_NORMALISED = [
    ((np.arange(256) / 255 - mean) / deviation).astype(np.float32)
    for mean, deviation in zip(_MEAN, _DEVIATION, strict=True)
]
#: The network halves its input five times.
_MULTIPLE = 32
#: Probability from which a pixel may be text, and a region's mean from which it is.
_PIXEL, _REGION = 0.3, 0.5
#: Regions of no more pixels in either direction are noise.
_SMALLEST = 3
#: The network was taught shrunken lines; they grow again by this measure of area by perimeter.
_GROW = 1.6
#: A region of so much of the picture is no line but a bright field, and one that fills so little of so large
#: a box is several that touch: they are looked at more sternly.
_GIANT, _HOLLOW = 0.08, 0.3
_STERNER = (0.5, 0.7, 0.85, 0.95)


#: In pictures with shorter sides than this letters are small, too: they are enlarged, to this at most.
_SMALL, _ENLARGED, _MOST = 500, 1024, 4.0


class Region(NamedTuple):
    """A region of text: its box in the picture, and how sure it is, 0-1."""

    box: Box
    score: float


class Detector:
    """Finds regions of text.

    border: pixels of mean colour put around the picture, so that text at its edge has surroundings.
    longest: a side that is longer is shrunk to this many pixels.
    """

    def __init__(self, path: Path, border: int, longest: int) -> None:
        """Raises EngineMissing, EngineError."""
        self._network = Network(path)
        self._border = border
        self._longest = longest

    def find(self, picture: Picture) -> list[Region]:
        """The regions of text in a picture of (rows, columns, 3). Raises EngineError."""
        rows, columns = picture.shape[:2]
        side = max(rows, columns)
        scale = min(_MOST, _ENLARGED / side) if side < _SMALL else min(1.0, self._longest / side)
        if scale != 1:
            size = (max(round(columns * scale), 1), max(round(rows * scale), 1))
            way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            picture = np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8)
        chance = self._network.run(self._batch(picture))[0, 0]
        border = self._border
        inside = chance[border : border + picture.shape[0], border : border + picture.shape[1]]
        return [
            Region(grown, score)
            for box, score in _regions(inside)
            if (grown := _grown(box, scale, rows, columns)) is not None
        ]

    def _batch(self, picture: Picture) -> Floats:
        """The picture normalised, with its border, filled up to what the network can halve."""
        rows, columns = picture.shape[:2]
        height, width = (-(-(side + 2 * self._border) // _MULTIPLE) * _MULTIPLE for side in (rows, columns))
        batch = np.zeros((1, 3, height, width), np.float32)
        border = self._border
        for channel, table in enumerate(_NORMALISED):
            place = batch[0, channel, border : border + rows, border : border + columns]
            place[:] = cv2.LUT(np.ascontiguousarray(picture[..., channel]), table)
        return batch


def _regions(chance: Floats) -> Iterator[tuple[Box, float]]:
    """Connected pixels of text, as boxes with their mean probability."""
    if chance.max() <= _PIXEL:
        return
    rows, columns = chance.shape
    yield from _parts(chance, Box(0, 0, columns, rows), (_PIXEL, *_STERNER))


def _parts(chance: Floats, place: Box, thresholds: tuple[float, ...]) -> Iterator[tuple[Box, float]]:
    """The regions in a place; what is several at the first threshold is looked at with the next one."""
    part = chance[place.y : place.y + place.height, place.x : place.x + place.width]
    for inner, score, area in _components(part, thresholds[0]):
        box = Box(place.x + inner.x, place.y + inner.y, inner.width, inner.height)
        if not _is_several(box, area, _GIANT * chance.size):
            if score >= _REGION:
                yield box, score
        elif len(thresholds) > 1:
            yield from _parts(chance, box, thresholds[1:])


def _is_several(box: Box, area: int, limit: float) -> bool:
    """True for a region that is no single line: of more than `limit` pixels, or hollow in a box as large."""
    extent = box.width * box.height
    return area > limit or (extent > limit and area < _HOLLOW * extent)


def _components(chance: Floats, threshold: float) -> Iterator[tuple[Box, float, int]]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        (chance > threshold).astype(np.uint8), connectivity=8, ltype=cv2.CV_32S
    )
    for label in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[label])
        if width < _SMALLEST or height < _SMALLEST:
            continue
        place = np.s_[y : y + height, x : x + width]
        score = float(chance[place][labels[place] == label].mean())
        yield Box(x, y, width, height), score, area


def _grown(box: Box, scale: float, rows: int, columns: int) -> Box | None:
    """A region as large as the line it stands for, in pixels of the original picture."""
    more = _GROW * box.width * box.height / (2 * (box.width + box.height))
    left, top = max(int((box.x - more) / scale), 0), max(int((box.y - more) / scale), 0)
    right = min(-int(-(box.x + box.width + more) // scale), columns)
    bottom = min(-int(-(box.y + box.height + more) // scale), rows)
    return Box(left, top, right - left, bottom - top) if left < right and top < bottom else None
