"""What the set is made of: pictures with their facts, words with their ink, and who covers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from beam_phi.library.model import Box

Samples = NDArray[Any]
"""Stored values, of one frame: (rows, columns), or (rows, columns, 3) of RGB."""
Mask = NDArray[np.bool_]
"""(rows, columns)."""


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What a header says of samples.

    photometric: ``MONOCHROME1``, ``MONOCHROME2``, ``RGB`` or ``PALETTE COLOR``.
    palette: of PALETTE COLOR, (entries, 3) of 16-bit red, green and blue; the first entry is of the value 0.
    window: lowest and highest stored value that the default window shows; None if there is no window.
    """

    bits_allocated: int
    bits_stored: int
    signed: bool
    photometric: str
    palette: NDArray[np.uint16] | None = None
    window: tuple[float, float] | None = None

    @property
    def inverted(self) -> bool:
        """Whether the lowest stored value is white."""
        return self.photometric == "MONOCHROME1"

    @property
    def colour(self) -> bool:
        """Whether a pixel is shown in a colour."""
        return self.photometric in ("RGB", "PALETTE COLOR")

    @property
    def limits(self) -> tuple[int, int]:
        """The lowest and highest value that the stored bits can hold."""
        if self.signed:
            return -(1 << (self.bits_stored - 1)), (1 << (self.bits_stored - 1)) - 1
        return 0, (1 << self.bits_stored) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word that was drawn.

    kind: what it says, see :mod:`bench.pixels.texts`. size: of the font, in pixels. style: how it was inked.
    place: where it was put. turn: degrees, counter-clockwise. box: all of its ink, tight. ink: (pixels, 2),
    row and column of the pixels that hold at least :data:`bench.pixels.ink.SEEN` of ink.
    """

    text: str
    kind: str
    is_phi: bool
    font: str
    size: int
    style: str
    place: str
    turn: int
    box: Box
    ink: NDArray[np.int32]

    @property
    def categories(self) -> dict[str, str]:
        """Category -> the word's own: what a report breaks down by."""
        size = next(name for top, name in _SIZES if self.size <= top)
        turned = "upright" if self.turn == 0 else "turned 90"
        return {
            "style": self.style, "place": self.place, "size": size, "font": self.font, "orientation": turned,
            "kind": self.kind,
        }  # fmt: skip


_SIZES = ((10, "8-10 px"), (16, "11-16 px"), (28, "17-28 px"), (10_000, "29-60 px"))


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A picture of the set.

    background: the file that it was made of, and how. words: that can be read. faint: that were drawn and are
    not: nobody is judged by them. header: keyword -> text, what a DICOM file of it says of the patient.
    """

    name: str
    background: str
    samples: Samples
    facts: Facts
    words: tuple[Word, ...] = ()
    faint: tuple[Word, ...] = ()
    header: dict[str, str] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(self.samples.shape[0]), int(self.samples.shape[1])


class Coverer(Protocol):
    """Whatever finds burned-in text in process: this is what a tool of one's own has to offer.

    name: the row of the report.
    """

    name: str

    def covered(self, samples: Samples, facts: Facts) -> Sequence[Box]:
        """The boxes that would be painted out, in pixels of the samples."""
        ...
