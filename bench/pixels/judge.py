"""Judges what a tool covers: words, what is not words, and pictures without text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from beam_phi.library.model import Box
from bench.pixels.model import Image, Mask, Samples, Word

WHOLE = 0.95
"""Share of a word's ink that has to be covered for the word to count as covered."""
_REACH = 8
"""Pixels that a fill of the ink's own colour is followed into ink, see :func:`hidden`."""


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """What a tool did to a picture.

    changed: pixels it covered. hidden: these, and ink that the fill happens to have the colour of; what words
    are judged by. cpu_ms: of the tool's processes. error: why there is nothing to judge; "" if there is.
    """

    changed: Mask
    hidden: Mask
    cpu_ms: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One picture. words: (word, covered). area: share of the picture covered; beyond: outside of words."""

    name: str
    words: tuple[tuple[Word, bool], ...]
    area: float
    beyond: float
    cpu_ms: float
    error: str = ""


@dataclass(slots=True)
class Score:
    """All verdicts on a tool. missing: why it was not run at all."""

    name: str
    settings: str = ""
    missing: str = ""
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def judged(self) -> list[Verdict]:
        """Those on pictures that the tool did not fail on."""
        return [verdict for verdict in self.verdicts if not verdict.error]

    @property
    def errors(self) -> Counter[str]:
        """Why it failed, and how often."""
        return Counter(verdict.error for verdict in self.verdicts if verdict.error)

    def words(self, *, phi: bool) -> list[tuple[Word, bool]]:
        """All words of the pictures that are judged."""
        return [pair for verdict in self.judged for pair in verdict.words if pair[0].is_phi == phi]

    @property
    def leaking(self) -> int:
        """Pictures on which at least one word of PHI is not wholly covered."""
        return sum(any(w.is_phi and not covered for w, covered in v.words) for v in self.judged)

    @property
    def with_text(self) -> list[Verdict]:
        """Verdicts on pictures with words."""
        return [verdict for verdict in self.judged if verdict.words]

    @property
    def without(self) -> list[Verdict]:
        """Verdicts on pictures without."""
        return [verdict for verdict in self.judged if not verdict.words]

    def by(self, category: str) -> dict[str, tuple[int, int]]:
        """Value of a category -> words of PHI covered, of how many."""
        found: dict[str, tuple[int, int]] = {}
        for word, covered in self.words(phi=True):
            value = word.categories[category]
            hit, total = found.get(value, (0, 0))
            found[value] = (hit + covered, total + 1)
        return dict(sorted(found.items()))


def boxes_mask(boxes: Iterable[Box], shape: tuple[int, int]) -> Mask:
    """The pixels of boxes; what stands outside the picture is cut off."""
    mask = np.zeros(shape, bool)
    for box in boxes:
        mask[max(0, box.y) : max(0, box.y + box.height), max(0, box.x) : max(0, box.x + box.width)] = True
    return mask


def changed(before: Samples, after: Samples) -> Mask:
    """The pixels that differ in any sample. Raises ValueError if the shapes do."""
    if before.shape != after.shape:
        raise ValueError(f"the picture has become {after.shape}, it was {before.shape}")
    different: Mask = np.asarray(before != after)
    return different if different.ndim == 2 else np.asarray(different.any(axis=-1))


def hidden(before: Samples, after: Samples) -> Mask:
    """Pixels that changed, and those beside them that are now of one value with all around them.

    Black ink under a black fill does not change, and can no longer be seen.
    """
    found = changed(before, after)
    planes = after.reshape(*after.shape[:2], -1)
    flat = np.ones(found.shape, bool)
    for down, across in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        flat &= (planes == _shifted(planes, down, across)).all(axis=-1)
    for _ in range(_REACH):
        grown = found | _shifted(found, 0, 1) | _shifted(found, 0, -1)
        grown |= _shifted(found, 1, 0) | _shifted(found, -1, 0)
        found = found | (grown & flat)
    return found


def _shifted(values: Samples, down: int, across: int) -> Samples:
    """Moved by one, the last row or column repeated."""
    axis, step = (0, down) if down else (1, across)
    moved = np.roll(values, step, axis=axis)
    outer = [slice(None)] * values.ndim
    outer[axis] = slice(0, 1) if step > 0 else slice(-1, None)
    moved[tuple(outer)] = values[tuple(outer)]
    return moved


def judge(image: Image, cover: Cover) -> Verdict:
    """The verdict on one picture."""
    if cover.error:
        return Verdict(image.name, (), 0.0, 0.0, cover.cpu_ms, cover.error)
    words = tuple(
        (word, bool(cover.hidden[word.ink[:, 0], word.ink[:, 1]].mean() >= WHOLE)) for word in image.words
    )
    drawn = boxes_mask((_padded(word) for word in (*image.words, *image.faint)), image.shape)
    beyond = float((cover.changed & ~drawn).mean())
    return Verdict(image.name, words, float(cover.changed.mean()), beyond, cpu_ms=cover.cpu_ms)


def _padded(word: Word) -> Box:
    """The word's box, and the little around it that nobody is blamed for."""
    pad = max(4, word.size // 4)
    box = word.box
    return Box(box.x - pad, box.y - pad, box.width + 2 * pad, box.height + 2 * pad)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share, after Wilson; (0, 1) if there is nothing."""
    if total == 0:
        return 0.0, 1.0
    z, share = 1.959964, hits / total
    middle = share + z * z / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
