"""Frames of one scene: what stands in all of them shows in a few pictures, and what differs is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from beam_phi.pixels.picture import Samples, window

#: So many frames share their pictures.
GROUP = 128
#: Sides of the blocks in which frames are compared, pixels.
_BLOCK = 16
#: A block differs if there is more of edges in it than usual, by this share of what the window spans and so
#: much of its usual variation: tissue that moves varies, and is seen in the projections. Few frames tell less
#: of what is usual.
_DIFFERENT = 0.03
_FEW, _VARIATION_OF_FEW, _VARIATION = 16, 4.0, 8.0
#: Of fewer frames than this nothing is usual: each is looked at by itself.
_FEWEST = 4


@dataclass(frozen=True, slots=True)
class Scene:
    """Frames of one size, seen at once.

    pictures: the first frame, and the brightest and the darkest value of each pixel.
    odd: numbers of the frames, from 0, in which something stands that the others have not; all of few frames.
    usual: numbers of the others.
    """

    pictures: tuple[Samples, ...]
    odd: tuple[int, ...]
    usual: tuple[int, ...]


def scenes(frames: Iterable[Samples]) -> Iterator[tuple[int, Scene]]:
    """Scenes of up to GROUP frames (what :func:`beam_phi.pixels.picture.light` gives), with the number of
    their first frame."""
    start = 0
    group: Group | None = None
    for number, frame in enumerate(frames):
        if group is not None and (len(group) == GROUP or not group.takes(frame)):
            yield start, group.scene()
            group = None
        if group is None:
            start, group = number, Group(frame)
        else:
            group.add(frame)
    if group is not None:
        yield start, group.scene()


class Group:
    """Frames as they come; none of them is kept but the first."""

    def __init__(self, frame: Samples) -> None:
        self._first = frame
        self._brightest = self._darkest = frame
        self._blocks = [_blocks(frame)]

    def __len__(self) -> int:
        return len(self._blocks)

    def takes(self, frame: Samples) -> bool:
        return frame.shape == self._first.shape and frame.dtype == self._first.dtype

    def add(self, frame: Samples) -> None:
        if len(self) == 1:
            self._brightest = np.maximum(self._first, frame)
            self._darkest = np.minimum(self._first, frame)
        else:
            np.maximum(self._brightest, frame, out=self._brightest)
            np.minimum(self._darkest, frame, out=self._darkest)
        self._blocks.append(_blocks(frame))

    def scene(self) -> Scene:
        if len(self) == 1:
            return Scene((self._first,), (), (0,))
        if len(self) < _FEWEST:
            return Scene((), tuple(range(len(self))), ())
        low, high = window(self._brightest if self._brightest.ndim == 2 else self._brightest[..., 1])
        odd = _odd(np.stack(self._blocks), high - low)
        usual = tuple(number for number in range(len(self)) if number not in odd)
        return Scene((self._first, self._brightest, self._darkest), odd, usual)


def _blocks(frame: Samples) -> NDArray[np.float32]:
    """How much of edges there is in each block, of one channel: writing has more than tissue."""
    grey = frame if frame.ndim == 2 else frame[..., 1]
    rows, columns = (max(side // _BLOCK, 1) for side in grey.shape)
    edges = np.abs(cv2.Laplacian(np.ascontiguousarray(grey, np.float32), cv2.CV_32F))
    return np.asarray(cv2.resize(edges, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def _odd(blocks: NDArray[np.float32], span: float) -> tuple[int, ...]:
    """Frames with a block that has more of edges than is usual in its place.

    blocks: (frames, rows, columns). span: of the values that are shown.
    """
    more = blocks - np.median(blocks, axis=0)
    variation = _VARIATION_OF_FEW if len(blocks) < _FEW else _VARIATION
    limit = np.maximum(_DIFFERENT * span, variation * np.median(np.abs(more), axis=0))
    return tuple(int(number) for number in np.flatnonzero((more > limit).any(axis=(1, 2))))
