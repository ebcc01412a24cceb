"""Does another engine still read what was covered? Tesseract looks at what beam-phi wrote.

    python -m bench.pixels reread --venvs DIR

Counts the words of PHI, of three letters or digits at least, that Tesseract reads where they stood: before
masking, and after.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pydicom

from beam_phi.identity.canonical import fold
from beam_phi.pixels.engines import Line, TextEngine, text_engine
from beam_phi.pixels.picture import Display, light, picture
from bench.pixels.model import Image, Samples, Word
from bench.pixels.own import Own

_LEAST = 3


@dataclass(slots=True)
class Reread:
    """Words of PHI: all of them, and those that are read before and after."""

    words: int = 0
    before: int = 0
    after: int = 0
    quarantined: int = 0


def reread(images: Iterable[Image], own: Own) -> Reread:
    """Read each picture with words, and what beam-phi made of it."""
    engine, result = text_engine("tesseract"), Reread()
    for image in images:
        words = [word for word in image.words if word.is_phi and len(_bare(word.text)) >= _LEAST]
        if not words:
            continue
        masked = own.masked(image)
        if masked is None:
            result.quarantined += 1
            continue
        result.words += len(words)
        result.before += len(_read(engine, image, image.samples, words))
        result.after += len(_read(engine, image, pydicom.dcmread(io.BytesIO(masked)).pixel_array, words))
    return result


def _read(engine: TextEngine, image: Image, samples: Samples, words: Sequence[Word]) -> list[Word]:
    facts = image.facts
    palette = None if facts.palette is None else (0, (facts.palette >> 8).astype(np.uint8))
    display = Display(facts.photometric, facts.bits_stored, facts.inverted, palette)
    lines = engine.lines(picture(light(samples, display)))
    return [word for word in words if any(_says(line, word) for line in lines)]


def _says(line: Line, word: Word) -> bool:
    """True if the line says the word, and stands where it stood."""
    box, other = line.box, word.box
    apart = (
        box.x >= other.x + other.width
        or other.x >= box.x + box.width
        or box.y >= other.y + other.height
        or other.y >= box.y + box.height
    )
    return not apart and _bare(word.text) in _bare(line.text)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))
