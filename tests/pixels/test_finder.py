"""Covering what is found, and looking again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from support.burned import Text, burned, tissue

from beam_phi.library.model import Box
from beam_phi.pixels.engines import Line, Picture, TextEngine
from beam_phi.pixels.engines.onnx import OnnxEngine
from beam_phi.pixels.finder import Cover, Finder, Judge, TextLeft, is_text
from beam_phi.pixels.picture import Samples

WORDS = Text("DAVIDSON DOUGLAS", 20, 10)


def all_of(line: Line) -> str:
    return ""


class Scripted:
    """An engine that sees a line wherever a pixel of its box is white, in pictures that are not turned."""

    name = "scripted"

    def __init__(self, *boxes: Box) -> None:
        self.boxes = boxes
        self.calls = 0

    def lines(self, picture: Picture) -> Sequence[Line]:
        self.calls += 1
        return [
            Line(box, "TEXT", 1.0, 1.0)
            for box in self.boxes
            if picture.shape[0] < picture.shape[1]
            and (picture[box.y : box.y + box.height, box.x : box.x + box.width] == 255).any()
        ]


class Stubborn(Scripted):
    def lines(self, picture: Picture) -> Sequence[Line]:
        return [Line(self.boxes[0], "TEXT", 1.0, 1.0)]


def find(scene: list[Samples], engine: TextEngine, judge: Judge, padding: int) -> list[Cover]:
    return Finder(engine, judge, padding, blocks=False).find(scene)


def white(rows: int = 40, columns: int = 60) -> Picture:
    picture = np.full((rows, columns, 3), 255, np.uint8)
    picture[-1, -1] = 0
    return picture


def test_what_is_found_is_covered_with_room_around_it_and_nothing_beyond_the_picture() -> None:
    covers = find([white()], Scripted(Box(0, 0, 20, 10), Box(30, 20, 10, 10)), all_of, padding=4)
    assert {cover.box for cover in covers} == {Box(0, 0, 25, 14), Box(25, 16, 20, 18)}


def test_text_that_shows_once_its_neighbour_is_covered_is_found() -> None:
    class Shy(Scripted):
        def lines(self, picture: Picture) -> Sequence[Line]:
            seen = super().lines(picture)
            return seen[:1]

    boxes = [cover.box for cover in find([white()], Shy(Box(5, 5, 9, 9), Box(30, 20, 9, 9)), all_of, 0)]
    assert len(boxes) == 2


def test_text_that_cannot_be_covered_is_no_silent_matter() -> None:
    with pytest.raises(TextLeft):
        find([white()], Stubborn(Box(5, 5, 9, 9)), all_of, 0)


def test_what_the_judge_leaves_is_left() -> None:
    engine = Scripted(Box(5, 5, 9, 9))
    assert find([white()], engine, lambda line: None, 0) == []
    assert engine.calls > 0


def test_pictures_too_small_for_letters_are_not_looked_at() -> None:
    engine = Scripted(Box(0, 0, 2, 2))
    assert find([white(5, 60)], engine, all_of, 0) == []
    assert engine.calls == 0


@pytest.mark.parametrize(
    ("text", "score", "confidence", "counts"),
    [("AB", 0.6, 0.6, True), ("A", 0.99, 0.99, False), ("", 1.0, 0.0, False), ("AB", 0.6, 0.4, False)],
)
def test_edges_are_no_text(text: str, score: float, confidence: float, counts: bool) -> None:
    assert is_text(Line(Box(0, 0, 20, 10), text, score, confidence)) is counts


@pytest.fixture(scope="module")
def engine() -> OnnxEngine:
    return OnnxEngine()


@pytest.mark.parametrize("size", [10, 16, 30])
@pytest.mark.parametrize("bright", [255, 120])
def test_the_embedded_engine_covers_text(engine: OnnxEngine, size: int, bright: int) -> None:
    plain = tissue(384, 512)
    texts = [Text("DAVIDSON DOUGLAS", 10, 6, size, bright), Text("DOB 07/22/1943", 150, 340, size, bright)]
    picture = np.stack([burned(plain, texts)] * 3, axis=2)
    covers = find([picture], engine, all_of, padding=4)
    seen = np.zeros(plain.shape, bool)
    for cover in covers:
        box = cover.box
        seen[box.y : box.y + box.height, box.x : box.x + box.width] = True
    touched = picture[..., 0] != plain
    assert seen[touched].mean() > 0.99
    assert seen.mean() < 0.3
    assert any("DAVIDSON" in cover.line.text for cover in covers)


def test_the_embedded_engine_reads_turned_text(engine: OnnxEngine) -> None:
    picture = np.stack([np.rot90(burned(tissue(384, 512), [WORDS]))] * 3, axis=2)
    assert any("DAVIDSON" in line.text for line in engine.lines(np.ascontiguousarray(picture)))


def test_the_embedded_engine_leaves_what_is_no_text(engine: OnnxEngine) -> None:
    for seed in range(4):
        picture = np.stack([tissue(384, 512, seed)] * 3, axis=2)
        assert find([picture], engine, all_of, 4) == []
