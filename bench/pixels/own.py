"""beam-phi itself: each picture as a DICOM file through the engine, under policies and text engines."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import Any

import pydicom

from beam_phi.engine import Engine, Quarantine
from beam_phi.formats import Source
from beam_phi.library.form import with_pixels
from beam_phi.library.load import load
from beam_phi.masking.keys import MasterKey
from beam_phi.pixels.engines import EngineMissing, text_engine
from bench.pixels.files import dataset
from bench.pixels.judge import Cover, changed, hidden
from bench.pixels.model import Image
from bench.pixels.tools import ToolMissing, failed

#: Rows of the report: the settings of `pixels` in library `research`.
SETTINGS: dict[str, dict[str, Any]] = {
    "beam-phi": {},
    "beam-phi, thorough": {"thorough": True},
    "beam-phi, policy match": {"policy": "match"},
}


class Own:
    """One way to run beam-phi."""

    def __init__(self, name: str, settings: dict[str, Any]) -> None:
        said = ", ".join(f"`{key}: {value}`" for key, value in settings.items())
        self.name, self.settings = name, f"library `research`, its own {said or 'settings'}"
        library = with_pixels(load("research"), **settings)
        try:
            text_engine(library.pixels.engine, library.pixels.thorough)
            self._missing = ""
        except EngineMissing as error:
            self._missing = str(error)
        self._engine = Engine(library, MasterKey(bytes(32)))

    def cover(self, image: Image) -> Cover:
        """See bench.pixels.tools.Tool."""
        if self._missing:
            raise ToolMissing(self._missing)
        source = _file(image)
        before = os.times()
        try:
            masked = self._mask(image, source)
        except Quarantine as error:
            return failed(image, f"quarantined: {error.reason}", _cpu_ms(before))
        cpu_ms = _cpu_ms(before)
        after = pydicom.dcmread(io.BytesIO(masked)).pixel_array
        return Cover(changed(image.samples, after), hidden(image.samples, after), cpu_ms)

    def masked(self, image: Image) -> bytes | None:
        """The masked file, None if it is quarantined."""
        try:
            return self._mask(image, _file(image))
        except Quarantine:
            return None

    def _mask(self, image: Image, source: Source) -> bytes:
        result = self._engine.mask(image.name, "0", "dicom", source)
        try:
            return b"".join(result.content.chunks())
        finally:
            result.close()

    def close(self) -> None:
        """No more pictures."""


def tools() -> Iterator[Own]:
    """All of them."""
    for name, settings in SETTINGS.items():
        yield Own(name, settings)


def _file(image: Image) -> Source:
    stream = io.BytesIO()
    dataset(image).save_as(stream, enforce_file_format=True)
    return Source(stream, stream.tell())


def _cpu_ms(before: os.times_result) -> float:
    return 1000 * (sum(os.times()[:4]) - sum(before[:4]))
