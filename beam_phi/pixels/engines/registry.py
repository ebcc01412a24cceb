"""Text engines by name, one of each for a process."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from beam_phi.pixels.engines.base import EngineError, EngineMissing, Line, Picture, TextEngine
from beam_phi.pixels.engines.models import check_networks
from beam_phi.pixels.memory import keep_freed

#: What was read in so many pictures is remembered: frames, and slices of a scout, repeat themselves.
_REMEMBERED = 64


@lru_cache(maxsize=4)
def text_engine(name: str, thorough: bool = False) -> TextEngine:
    """The process's engine of this name. Raises EngineMissing, which says what to install; EngineError."""
    make = _ENGINES.get(name)
    if make is None:
        raise EngineMissing(f"there is no text engine {name!r}: there are {', '.join(_ENGINES)}")
    keep_freed()
    return Remembering(make(thorough))


def check_engine(name: str, thorough: bool) -> None:
    """Raise EngineMissing or EngineError where an engine can't be had; networks are not loaded for that."""
    if name == "onnx":
        check_networks()
    else:
        text_engine(name, thorough)


class Remembering:
    """An engine that reads no picture twice. Foreign exceptions of the engine become EngineError."""

    def __init__(self, engine: TextEngine) -> None:
        self.name = engine.name
        self._engine = engine
        self._read: OrderedDict[bytes, tuple[Line, ...]] = OrderedDict()

    def lines(self, picture: Picture) -> Sequence[Line]:
        """See TextEngine."""
        shape = repr(picture.shape).encode()
        memo = hashlib.blake2b(np.ascontiguousarray(picture).data, digest_size=16, key=shape).digest()
        lines = self._read.get(memo)
        if lines is None:
            try:
                lines = self._read[memo] = tuple(self._engine.lines(picture))
            except EngineError:
                raise
            except Exception as error:
                raise EngineError(f"text engine {self.name} failed: {type(error).__name__}") from None
            if len(self._read) > _REMEMBERED:
                self._read.popitem(last=False)
        return lines


def _onnx(thorough: bool) -> TextEngine:
    try:
        from beam_phi.pixels.engines.onnx import OnnxEngine
    except ImportError:
        raise EngineMissing("OpenCV is not installed: pip install opencv-python-headless") from None
    return OnnxEngine(thorough)


def _tesseract(thorough: bool) -> TextEngine:
    from beam_phi.pixels.engines.tesseract import TesseractEngine

    return TesseractEngine()


def _tesserocr(thorough: bool) -> TextEngine:
    from beam_phi.pixels.engines.tesserocr import TesserocrEngine

    return TesserocrEngine()


_ENGINES: dict[str, Callable[[bool], TextEngine]] = {
    "onnx": _onnx,
    "tesseract": _tesseract,
    "tesserocr": _tesserocr,
}
