"""The embedded engine: PP-OCR's detector and recogniser on onnxruntime, installed without root."""

from __future__ import annotations

import numpy as np

from beam_phi.library.model import Box
from beam_phi.pixels.engines.base import Line, Picture
from beam_phi.pixels.engines.detector import Detector, Region
from beam_phi.pixels.engines.models import model_file
from beam_phi.pixels.engines.recogniser import Recogniser, Said

#: Border and longest side of each detector's input, pixels.
_BORDER, _LONGEST = 32, 1600
#: Regions of no more pixels, either way, have no room for two letters: they are not read.
_SMALLEST = 8
_UNREAD = Said("", 0.0)


class OnnxEngine:
    """Finds text with one network, with two if `thorough`, and reads it with another."""

    name = "onnx"

    def __init__(self, thorough: bool = False) -> None:
        """Raises EngineMissing, EngineError."""
        self._detectors = [Detector(model_file("det-tiny"), _BORDER, _LONGEST)]
        if thorough:
            self._detectors.append(Detector(model_file("det-small"), _BORDER, _LONGEST))
        self._recogniser = Recogniser(model_file("rec-tiny"), model_file("rec-tiny-letters"))

    def lines(self, picture: Picture) -> list[Line]:
        """See TextEngine."""
        if picture.ndim == 2:
            picture = np.repeat(picture[:, :, np.newaxis], 3, axis=2)
        regions = [region for detector in self._detectors for region in detector.find(picture)]
        regions = _distinct(regions) if len(self._detectors) > 1 else regions
        legible = [region.box for region in regions if max(region.box.width, region.box.height) > _SMALLEST]
        said = dict(zip(legible, self._recogniser.read(picture, legible), strict=True))
        return [
            Line(region.box, read.text, region.score, read.confidence)
            for region in regions
            for read in (said.get(region.box, _UNREAD),)
        ]


def _distinct(regions: list[Region]) -> list[Region]:
    """The regions without those that lie in another one, but for a sliver."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda region: -region.box.width * region.box.height):
        if not any(_lies_in(region.box, other.box) for other in kept):
            kept.append(region)
    return kept


def _lies_in(box: Box, other: Box) -> bool:
    slack = 1
    return (
        box.x >= other.x - slack
        and box.y >= other.y - slack
        and box.x + box.width <= other.x + other.width + slack
        and box.y + box.height <= other.y + other.height + slack
    )
