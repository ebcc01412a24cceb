"""Frames of one scene: what stands in all of them shows in a few pictures, and what differs is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from beam_phi.pixels.picture import Samples

#: So many frames share their pictures.
GROUP = 32
#: Sides of the blocks in which frames are compared, pixels.
_BLOCK = 16
#: A block differs if its mean is off the usual one by so much of the range of all blocks.
_DIFFERENT = 0.04
#: Blocks that differ in more frames than this share are tissue that moves; they are seen in the projections.
_MOVING = 0.2


@dataclass(frozen=True, slots=True)
class Scene:
    """Frames of one size, seen at once.

    pictures: the first frame, and the brightest and the darkest value of each pixel.
    odd: numbers of the frames, from 0, in which something stands that the others have not.
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
        odd = _odd(np.stack(self._blocks))
        usual = tuple(number for number in range(len(self)) if number not in odd)
        return Scene((self._first, self._brightest, self._darkest), odd, usual)


def _blocks(frame: Samples) -> NDArray[np.float32]:
    """The mean of each block, of one channel."""
    grey = frame if frame.ndim == 2 else frame[..., 1]
    rows, columns = (max(side // _BLOCK, 1) for side in grey.shape)
    return np.asarray(
        cv2.resize(grey.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA), np.float32
    )


def _odd(blocks: NDArray[np.float32]) -> tuple[int, ...]:
    """Frames with a block that is not as usual, where it is as usual in most.

    blocks: (frames, rows, columns).
    """
    usual = np.median(blocks, axis=0)
    span = max(float(np.ptp(usual)), 1e-6)
    differs = np.abs(blocks - usual) > _DIFFERENT * span
    still = differs.mean(axis=0) <= _MOVING
    return tuple(int(number) for number in np.flatnonzero((differs & still).any(axis=(1, 2))))
