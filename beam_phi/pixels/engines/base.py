"""What a text engine is: a picture in, the lines of text in it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from beam_phi.library.model import Box

Picture = NDArray[np.uint8]
"""An 8-bit picture as displayed: (rows, columns) of grey, or (rows, columns, 3) of red, green and blue."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text found in a picture.

    box: where it is, in pixels of the picture. text: what it says, "" where the engine saw text and could not
        read it. score: how sure the engine is that there is text, 0-1. confidence: the same of what it says.
    """

    box: Box
    text: str
    score: float
    confidence: float


class TextEngine(Protocol):
    """Finds and reads text. Made once for each worker process; keeps no state between calls.

    name: by which it is chosen, and which stands in annotations.
    """

    name: str

    def lines(self, picture: Picture) -> Sequence[Line]:
        """All lines of text. Raises EngineError if the engine fails, never returns less than it saw."""
        ...


class EngineError(Exception):
    """An engine is missing, or failed on a picture; the text says which, and what to install."""


class EngineMissing(EngineError):  # noqa: N818 - what is the matter with it
    """The packages or programs of an engine are not installed; the text names the extra that brings them."""
