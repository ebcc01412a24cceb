"""Burned-in text in pictures: find it, cover what is to be covered, and look once more at what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import clip
from beam_phi.pixels.engines.base import Line, TextEngine
from beam_phi.pixels.growth import Ink, completed, grown, near
from beam_phi.pixels.picture import Samples, blackened, picture
from beam_phi.pixels.views import View, drawn, others, plain, strokes

#: What an engine takes for text and reads less than this of is an edge, a vessel, a rib.
_LETTERS, _CONFIDENCE = 2, 0.5
#: A picture has text if one line is read with this confidence; then it is looked at from all sides. Where it
#: shows from another side only, there have to be more letters.
_CERTAIN, _MORE_LETTERS = 0.65, 4
#: Where the detector is so sure of a line, it is one, however badly it is read.
_SURE, _WIDE, _HIGHEST, _LEGIBLE = 0.9, 2.5, 40, 0.2
#: Beside a line, what is not read counts if the detector is so sure, and it is no larger than a line.
_BESIDE, _LARGEST = 0.5, 60
#: So often what was covered is looked at again; text that is left then can't be covered.
_ROUNDS = 4
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


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds text to be covered.

    padding: pixels around a line at least. thorough: more views, and so slower.
    blocks: True to cover what stands between and beside the lines of a block, too.
    """

    engine: TextEngine
    judge: Judge
    padding: int = 4
    thorough: bool = False
    blocks: bool = True

    def find(self, scene: Sequence[Samples], covered: Sequence[Cover] = ()) -> list[Cover]:
        """What is to be covered in pictures of one size and of one scene, boxes of all of them together.

        scene: what :func:`beam_phi.pixels.picture.light` gives. covered: what is known already. All pictures
        are covered with all boxes and looked at again, until nothing more is found. Raises EngineError, and
        TextLeft if that never happens.
        """
        if not scene or min(scene[0].shape[:2]) < _SMALLEST:
            return []
        covers: list[Cover] = []
        todo = list(scene)
        for turn in range(_ROUNDS):
            new: list[Cover] = []
            touched: list[Samples] = []
            for bright in todo:
                known = [cover.box for cover in (*covered, *covers, *new)]
                found = list(self._look(blackened(bright, known), first=not turn))
                new += found
                if found:
                    touched.append(bright)
            if not new:
                return covers
            covers += new
            todo = touched
        raise TextLeft

    def _look(self, bright: Samples, first: bool) -> Iterator[Cover]:
        """What is to be covered in one picture. first: False for one that was looked at from all sides."""
        shown = picture(bright)
        lines = list(self._lines([plain(shown)]))
        certain = any(_is_certain(line, _LETTERS) for line in lines)
        if first:
            ink = [line for line in self._lines(drawn(bright, self.thorough)) if _is_certain(line, _LETTERS)]
            certain = certain or any(_is_certain(line, _MORE_LETTERS) for line in ink)
            lines += ink
        if not certain and not (first and self.thorough):
            return
        thin = strokes(bright)
        if first:
            more = list(self._lines(others(bright, shown, thin, self.thorough)))
            certain = certain or any(_is_certain(line, _MORE_LETTERS) for line in more)
            lines += more
        if not certain:
            return
        covers = [
            Cover(self.room(line, bright), line, data_class)
            for line in _beside(lines)
            if (data_class := self.judge(line)) is not None
        ]
        yield from covers
        read = [cover for cover in covers if is_text(cover.line)]
        if self.blocks and read:
            yield from _completed(read, *thin)

    def room(self, line: Line, bright: Samples) -> Box:
        """What is covered for a line of this picture."""
        rows, columns = bright.shape[:2]
        return clip(grown(line.box, self.padding), columns, rows) or line.box

    def _lines(self, views: Iterable[View]) -> Iterator[Line]:
        for view in views:
            for line in self.engine.lines(view.picture):
                yield replace(line, box=view.back(line.box))


def is_text(line: Line) -> bool:
    """False for what only looks like text."""
    letters = sum(map(str.isalnum, line.text))
    if letters >= _LETTERS and line.confidence > _CONFIDENCE:
        return True
    height, length = sorted((line.box.width, line.box.height))
    looks = line.score > _SURE and _WIDE * height < length and height <= _HIGHEST
    return looks and letters >= _LETTERS and line.confidence > _LEGIBLE


def _is_certain(line: Line, letters: int) -> bool:
    return line.confidence > _CERTAIN and sum(map(str.isalnum, line.text)) >= letters


def _beside(lines: Sequence[Line]) -> Iterator[Line]:
    """Lines of text, and what stands beside them and could be more of it.

    A worse reading of a line that was read already says what that one says.
    """
    sure = [line for line in lines if is_text(line)]
    yield from sure
    for line in lines:
        if line.score <= _BESIDE or is_text(line) or min(line.box.width, line.box.height) > _LARGEST:
            continue
        if any(near(line.box, other.box) for other in sure):
            same = next((other for other in sure if _in_the_middle_of(line.box, other.box)), line)
            yield replace(line, text=same.text)


def _in_the_middle_of(box: Box, other: Box) -> bool:
    """True for a worse reading of what was read already."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return other.x <= x < other.x + other.width and other.y <= y < other.y + other.height


def _completed(covers: Sequence[Cover], lighter: Ink, darker: Ink) -> Iterator[Cover]:
    """Further boxes, told by the line of the first cover."""
    rows, columns = lighter.shape
    for box in completed([cover.line.box for cover in covers], lighter, darker):
        inside = clip(box, columns, rows)
        if inside is not None:
            yield Cover(inside, replace(covers[0].line, text=""), "")
