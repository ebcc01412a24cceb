"""What a line says: a network reads it from left to right (connectionist temporal classification)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from beam_phi.library.model import Box
from beam_phi.pixels.engines.base import EngineError, Picture
from beam_phi.pixels.engines.network import Floats, Network

_HEIGHT = 48
#: Lines are filled up to a multiple, so that lines of like length share a batch; longer ones are squeezed.
_STEP, _WIDEST = 64, 1600
_BATCH = 8
#: A region this much higher than wide is a line that was turned by a quarter.
_TURNED = 1.5


class Said(NamedTuple):
    """What a line says, and how sure that is, 0-1."""

    text: str
    confidence: float


class Recogniser:
    """Reads lines of text.

    letters: a file with the network's alphabet, one a line.
    """

    def __init__(self, path: Path, letters: Path) -> None:
        """Raises EngineMissing, EngineError."""
        self._network = Network(path)
        alphabet = letters.read_text("utf-8").split("\n")
        if alphabet and not alphabet[-1]:
            alphabet.pop()
        self._letters = ["", *(letter.rstrip("\r") for letter in alphabet), " "]

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[Said]:
        """What stands in each box of a picture of (rows, columns, 3). Raises EngineError."""
        said = [Said("", 0.0)] * len(boxes)
        lines: list[tuple[int, Picture]] = []
        for number, box in enumerate(boxes):
            lines += ((number, line) for line in _lines(picture, box))
        lines.sort(key=lambda line: line[1].shape[1])
        for start in range(0, len(lines), _BATCH):
            batch = lines[start : start + _BATCH]
            for (number, _), read in zip(batch, self._read([line for _, line in batch]), strict=True):
                if (len(read.text) > 1, read.confidence) > (
                    len(said[number].text) > 1,
                    said[number].confidence,
                ):
                    said[number] = read
        return said

    def _read(self, lines: Sequence[Picture]) -> list[Said]:
        width = max(line.shape[1] for line in lines)
        width = -(-width // _STEP) * _STEP
        batch = np.zeros((len(lines), 3, _HEIGHT, width), np.float32)
        for place, line in zip(batch, lines, strict=True):
            scaled = line.astype(np.float32) * np.float32(2 / 255) - 1
            place[:, :, : line.shape[1]] = scaled.transpose(2, 0, 1)
        answer = self._network.run(batch)
        if answer.shape[2] != len(self._letters):
            raise EngineError("the text network and its alphabet are not of one kind")
        return [self._decode(steps) for steps in answer]

    def _decode(self, steps: Floats) -> Said:
        """The likeliest letter of each step; repeated ones are one, the first class is a gap."""
        best = steps.argmax(axis=1)
        new = np.concatenate(([True], best[1:] != best[:-1])) & (best != 0)
        if not new.any():
            return Said("", 0.0)
        text = "".join(self._letters[index] for index in best[new])
        return Said(text.strip(), float(steps[new, best[new]].mean()))


def _lines(picture: Picture, box: Box) -> Iterable[Picture]:
    """The box's content at the height of the network; what is upright is turned both ways."""
    cut = picture[box.y : box.y + box.height, box.x : box.x + box.width]
    if box.height > _TURNED * box.width:
        return [_fitted(np.ascontiguousarray(np.rot90(cut, turns))) for turns in (1, 3)]
    return [_fitted(cut)]


def _fitted(cut: Picture) -> Picture:
    rows, columns = cut.shape[:2]
    width = min(max(round(columns * _HEIGHT / rows), 8), _WIDEST)
    interpolation = cv2.INTER_AREA if rows > _HEIGHT else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(cut, (width, _HEIGHT), interpolation=interpolation), np.uint8)
