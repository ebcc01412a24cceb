"""Burned-in text in pictures: find it, cover what is to be covered, and look once more at what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import clip
from beam_phi.pixels.engines.base import Line, Picture, TextEngine

#: What an engine takes for text and reads less than this of is an edge, a vessel, a rib.
_LETTERS, _CONFIDENCE = 2, 0.5
#: Where the detector is so sure of a line, it is one, however badly it is read.
_SURE, _WIDE, _HIGHEST, _LEGIBLE = 0.9, 2.5, 40, 0.2
#: So often what was covered is looked at again; text that is left then can't be covered.
_ROUNDS = 4
#: Boxes are made larger by a share of their height, and by some pixels at least.
_PADDING = 0.1
#: Lower pictures, or narrower ones, have no room for a letter.
_SMALLEST = 8


class TextLeft(Exception):  # noqa: N818 - what is the matter
    """Text was found again where it had been covered."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A box to be covered, and why. data_class: of what it says, "" where that is not known."""

    box: Box
    line: Line
    data_class: str = ""


Judge = Callable[[Line], str | None]
"""Whether a line is to be covered: the data class of what it says ("" where that is not known); None to leave
it."""


def find(pictures: Sequence[Picture], engine: TextEngine, judge: Judge, padding: int) -> list[Cover]:
    """What is to be covered in pictures of one size and of the same scene, boxes of all of them together.

    padding: pixels around a box at least. Each picture is covered with all boxes and looked at again, until
    nothing more is found. Raises EngineError, and TextLeft if that never happens.
    """
    rows, columns = pictures[0].shape[:2]
    if min(rows, columns) < _SMALLEST:
        return []
    covers: list[Cover] = []
    todo = list(pictures)
    for _ in range(_ROUNDS):
        new: list[Cover] = []
        touched: list[Picture] = []
        for picture in todo:
            found = list(_judged(_covered(picture, covers), engine, judge, padding))
            new += found
            if found:
                touched.append(picture)
        if not new:
            return covers
        covers += new
        todo = touched
    raise TextLeft


def _judged(picture: Picture, engine: TextEngine, judge: Judge, padding: int) -> Iterable[Cover]:
    rows, columns = picture.shape[:2]
    for line in engine.lines(picture):
        if is_text(line):
            data_class = judge(line)
            if data_class is not None:
                box = clip(_padded(line.box, padding), columns, rows)
                if box is not None:
                    yield Cover(box, line, data_class)


def is_text(line: Line) -> bool:
    """False for what only looks like text."""
    letters = sum(map(str.isalnum, line.text))
    if letters >= _LETTERS and line.confidence > _CONFIDENCE:
        return True
    height, length = sorted((line.box.width, line.box.height))
    looks = line.score > _SURE and _WIDE * height < length and height <= _HIGHEST
    return looks and letters >= _LETTERS and line.confidence > _LEGIBLE


def _covered(picture: Picture, covers: Iterable[Cover]) -> Picture:
    """The picture with boxes painted in its darkest colour."""
    covers = list(covers)
    if not covers:
        return picture
    covered = picture.copy()
    for cover in covers:
        box = cover.box
        covered[box.y : box.y + box.height, box.x : box.x + box.width] = 0
    return np.ascontiguousarray(covered)


def _padded(box: Box, padding: int) -> Box:
    more = max(padding, round(_PADDING * min(box.width, box.height)))
    return Box(box.x - more, box.y - more, box.width + 2 * more, box.height + 2 * more)
