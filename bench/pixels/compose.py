"""Lines of text onto a picture: how they are inked, and what of them can be read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from beam_phi.library.model import Box
from bench.pixels.display import shown, span, stored
from bench.pixels.fonts import Face
from bench.pixels.ink import SEEN, Ink, InkedLine, ink_line
from bench.pixels.model import Facts, Mask, Samples, Word
from bench.pixels.texts import PHI_KINDS, Line

READABLE = 0.04
"""Share of the displayed range that a word has to differ by from what is around it, and half of its ink from
what it was drawn over; ink that does not is no part of the word."""

#: Style -> brightness, or colour. `max` is the highest value that can be stored, `hidden` is darker than the
#: default window shows.
LEVELS: dict[str, float | tuple[float, float, float]] = {
    "white": 1.0, "max": 1.0, "dim 30%": 0.3, "grey": 0.6, "yellow": (1, 1, 0), "green": (0, 1, 0),
    "black": 0.0, "shadow": 1.0, "hidden 8%": 0.08,
}  # fmt: skip
_HALF = 0.5
"""Share of ink from which on a pixel of a palette, which can't be mixed, is inked."""
_PLATE = 3
"""Pixels that a plate under black text is larger than the text, on each side."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a line is drawn."""

    face: Face
    size: int
    style: str
    smooth: bool = True
    turn: int = 0

    @property
    def gap(self) -> int:
        """Pixels that are left free between lines."""
        return max(2 * _PLATE + 2 if self.style == "black" else 2, self.size // 4)


@dataclass(slots=True, eq=False)
class Sheet:
    """A picture while it is written on. window: the values that were displayed before. taken: by lines."""

    samples: Samples
    facts: Facts
    window: tuple[float, float]
    taken: Mask
    words: list[Word] = field(default_factory=list)
    faint: list[Word] = field(default_factory=list)

    @classmethod
    def of(cls, samples: Samples, facts: Facts) -> Sheet:
        """A fresh copy of a picture."""
        return cls(samples.copy(), facts, span(samples), np.zeros(samples.shape[:2], bool))

    def fits(self, line: InkedLine, look: Look, top: int, left: int) -> bool:
        """Whether the line stands wholly inside and far enough from the others."""
        bottom, right = top + line.height, left + line.width
        rows, columns = self.taken.shape
        if top < 0 or left < 0 or bottom > rows or right > columns:
            return False
        pad = look.gap - 1
        return not self.taken[max(0, top - pad) : bottom + pad, max(0, left - pad) : right + pad].any()

    def write(self, tokens: Line, line: InkedLine, look: Look, place: str, top: int, left: int) -> None:
        """Draw a line that fits, and note its words."""
        self.taken[top : top + line.height, left : left + line.width] = True
        if look.style == "black":
            self._plate(line, top, left)
        for (_, kind), part in zip(tokens, line.words, strict=True):
            y, x = top + part.top, left + part.left
            height, width = part.ink.shape
            if look.style == "shadow":
                step = max(1, look.size // 14)
                self._blend(part.ink, y + step, x + step, stored(0.0, self.facts, self.window))
            around = (slice(y, y + height), slice(x, x + width))
            before = shown(self.samples[around], self.facts, self.window)
            self._blend(part.ink, y, x, self._level(look.style))
            after = shown(self.samples[around], self.facts, self.window)
            inked = part.ink >= min(SEEN if self.facts.palette is None else _HALF, float(part.ink.max()))
            differs = np.abs(after - before).reshape(height, width, -1).max(axis=-1)
            seen = inked & (differs >= READABLE * part.ink)
            if look.style == "shadow":  # shows where the ink does not
                seen = inked
            faint = bool(seen.sum() < inked.sum() / 2)
            ink = np.argwhere(inked if faint else seen) + np.array((y, x))
            word = Word(
                part.text, kind, kind in PHI_KINDS, look.face.name, look.size, look.style, place, look.turn,
                Box(x, y, width, height), ink.astype(np.int32),
            )  # fmt: skip
            (self.faint if faint or self.contrast(word) < READABLE else self.words).append(word)

    def _level(self, style: str) -> Samples:
        if style == "max" and not self.facts.colour:
            return np.asarray(float(self.facts.limits[0 if self.facts.inverted else 1]))
        return stored(LEVELS[style], self.facts, self.window)

    def _plate(self, line: InkedLine, top: int, left: int) -> None:
        """Something bright under black text, where the picture is not bright itself: a label on a film."""
        around = (
            slice(max(0, top - _PLATE), top + line.height + _PLATE),
            slice(max(0, left - _PLATE), left + line.width + _PLATE),
        )
        if np.percentile(shown(self.samples[around], self.facts, self.window), 25) < 0.5:
            self.samples[around] = stored(0.9, self.facts, self.window).round().astype(self.samples.dtype)

    def _blend(self, ink: Ink, top: int, left: int, level: Samples) -> None:
        """Ink of a stored value over what is there; what would stand outside is cut off."""
        ink = ink[: self.taken.shape[0] - top, : self.taken.shape[1] - left]
        part = self.samples[top : top + ink.shape[0], left : left + ink.shape[1]]
        if self.facts.palette is not None:
            part[ink >= min(_HALF, float(ink.max()))] = level
            return
        share = ink if part.ndim == 2 else ink[..., None]
        part[...] = np.round(part * (1 - share) + level * share).astype(part.dtype)

    def contrast(self, word: Word) -> float:
        """By how much of the displayed range the word's ink differs from what is around it."""
        pad = 2 + word.size // 6
        top, left = max(0, word.box.y - pad), max(0, word.box.x - pad)
        part = self.samples[
            top : word.box.y + word.box.height + pad, left : word.box.x + word.box.width + pad
        ]
        bright = shown(part, self.facts, self.window)
        inked = np.zeros(bright.shape[:2], bool)
        inked[word.ink[:, 0] - top, word.ink[:, 1] - left] = True
        bright = bright.reshape(*inked.shape, -1)
        return float(np.abs(np.median(bright[inked], axis=0) - np.median(bright[~inked], axis=0)).max())


def inked(tokens: Line, look: Look) -> InkedLine:
    """The ink of a line."""
    return ink_line(
        [look.face.spelled(text) for text, _ in tokens],
        look.face,
        look.size,
        smooth=look.smooth,
        turn=look.turn,
    )
