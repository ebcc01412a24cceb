"""The set of burned-in text: the same for a seed, its truth where the text is, its judge on made cases."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pydicom
import pytest

from beam_phi.library.model import Box
from bench.pixels import __main__ as command
from bench.pixels import backgrounds, files, fonts
from bench.pixels.backgrounds import Background
from bench.pixels.compose import LEVELS, Look, Sheet, inked
from bench.pixels.display import picture, shown
from bench.pixels.generate import Generator
from bench.pixels.judge import Cover, Score, boxes_mask, changed, hidden, judge, wilson
from bench.pixels.model import Facts, Image, Samples, Word
from bench.pixels.recast import FORMS, recast
from bench.pixels.report import Census, report
from bench.pixels.tools import InProcess, Outside, Recipe, ToolMissing, compared, coverer
from bench.pixels.worker import Broken, Worker

GREY = Facts(8, 8, False, "MONOCHROME2")
FACE = fonts.Face("Aileron (Pillow)")


@pytest.fixture(scope="module")
def pictures() -> list[Background]:
    """Of what every machine has: pydicom's own files."""
    return backgrounds.load(None)


@pytest.fixture(scope="module")
def generator(pictures: list[Background]) -> Generator:
    """With the fonts that are installed."""
    return Generator(7, pictures, fonts.find())


@pytest.fixture(scope="module")
def images(generator: Generator) -> list[Image]:
    """One for each style, and some without text."""
    return list(generator.images(len(LEVELS), 6))


def word(*places: tuple[int, int], phi: bool = True) -> Word:
    """A word of some pixels of ink."""
    ink = np.array(places, np.int32)
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0)
    box = Box(int(left), int(top), int(right - left + 1), int(bottom - top + 1))
    return Word("DOE", "name" if phi else "technical", phi, "font", 12, "white", "corner", 0, box, ink)


def image(*words: Word) -> Image:
    return Image("one", "nothing, native", np.zeros((40, 60), np.uint8), GREY, words)


def cover(*boxes: Box) -> Cover:
    mask = boxes_mask(boxes, (40, 60))
    return Cover(mask, mask, 5.0)


LINE = word(*((20, column) for column in range(10, 30)))
OTHER = word(*((4, column) for column in range(10, 20)), phi=False)


class Left:
    """Covers the left half of every picture."""

    name = "left half"

    def covered(self, samples: Samples, facts: Facts) -> Sequence[Box]:
        assert samples.dtype.itemsize * 8 == facts.bits_allocated
        return [Box(0, 0, samples.shape[1] // 2, samples.shape[0])]


def test_the_same_seed_makes_the_same_set(generator: Generator, images: list[Image]) -> None:
    again = list(Generator(7, backgrounds.load(None), fonts.find()).images(3, 2))
    for one, two in zip([*images[:3], *images[len(LEVELS) :][:2]], again, strict=True):
        assert one.name == two.name
        assert one.header == two.header
        assert np.array_equal(one.samples, two.samples)
        assert [w.text for w in one.words] == [w.text for w in two.words]
        assert all(np.array_equal(a.ink, b.ink) for a, b in zip(one.words, two.words, strict=True))
    other = Generator(8, backgrounds.load(None), fonts.find()).with_text(1)
    assert other.header != images[1].header


def test_a_set_has_what_it_promises(images: list[Image]) -> None:
    with_text, without = images[: len(LEVELS)], images[len(LEVELS) :]
    assert {w.style for one in with_text for w in one.words} == set(LEVELS)
    assert all(any(w.is_phi for w in one.words) for one in with_text)
    assert all(any(not w.is_phi for w in one.words) for one in with_text)
    assert not any(one.words or one.faint for one in without)
    for one in images:
        low, high = one.facts.limits
        assert low <= one.samples.min() <= one.samples.max() <= high
        assert one.samples.dtype.itemsize * 8 == one.facts.bits_allocated


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("style", LEVELS)
@pytest.mark.parametrize("turn", [0, 90])
def test_truth_is_where_text_was_drawn(form: str, style: str, turn: int, pictures: list[Background]) -> None:
    source = recast(pictures[4], form, np.random.default_rng(1))
    sheet = Sheet.of(source.samples, source.facts)
    look = Look(FACE, 20, style, turn=turn)
    tokens = (("DOE,", "name"), ("Jane", "name"), ("kV", "technical"))
    line = inked(tokens, look)
    assert sheet.fits(line, look, 60, 90)
    sheet.write(tokens, line, look, "tissue", 60, 90)
    assert not sheet.fits(line, look, 60 + line.height, 90)
    different = changed(source.samples, sheet.samples)
    area = np.zeros_like(different)
    area[57 : 63 + line.height, 87 : 93 + line.width] = True
    assert not different[~area].any()
    words = [*sheet.words, *sheet.faint]
    assert sorted(w.text for w in words) == ["DOE,", "Jane", "kV"]
    assert [w.is_phi for w in words if w.text == "kV"] == [False]
    for one in sheet.words:
        rows, columns = one.ink.T
        if style not in ("shadow", "black"):  # a shadow shows what has the colour of the tissue
            assert different[rows, columns].all()
        inside = boxes_mask([one.box], different.shape)
        assert inside[rows, columns].all()
        assert not any(
            boxes_mask([w.box], different.shape)[rows, columns].any() for w in words if w is not one
        )
        bright = shown(sheet.samples, source.facts, sheet.window).reshape(*different.shape, -1)
        if style in ("white", "max"):
            assert np.median(bright[rows, columns]) > 0.5
        elif style == "black":
            assert np.median(bright[rows, columns]) < 0.3


def test_what_nobody_can_read_is_not_judged() -> None:
    tissue = np.full((60, 200), 1000, np.uint16)
    tissue[0, 0], tissue[0, 1] = 0, 2000
    sheet = Sheet(tissue, Facts(16, 12, False, "MONOCHROME2"), (0.0, 2000.0), np.zeros(tissue.shape, bool))
    tokens = (("DOE", "name"),)
    for top, style in ((3, "dim 30%"), (30, "white")):
        look = Look(FACE, 20, style)
        sheet.write(tokens, inked(tokens, look), look, "tissue", top, 20)
    assert [w.style for w in sheet.words] == ["dim 30%", "white"]
    look = Look(FACE, 10, "half", smooth=False)
    LEVELS["half"] = 0.51
    try:
        sheet.write(tokens, inked(tokens, look), look, "tissue", 45, 120)
    finally:
        del LEVELS["half"]
    assert [w.style for w in sheet.faint] == ["half"]


def test_pictures_show_bright_what_is_bright() -> None:
    ramp = np.arange(256, dtype=np.uint16).reshape(16, 16) * 10
    straight = picture(ramp, Facts(16, 12, False, "MONOCHROME2"))
    turned = picture(ramp, Facts(16, 12, False, "MONOCHROME1"))
    assert straight[0, 0] < 3
    assert straight[-1, -1] > 252
    assert np.abs(straight.astype(int) + turned - 255).max() <= 1


@pytest.mark.parametrize(
    ("boxes", "covered"),
    [
        ([Box(10, 20, 20, 1)], True),
        ([Box(10, 20, 10, 1)], False),
        ([Box(10, 20, 10, 1), Box(20, 20, 10, 1)], True),
        ([Box(11, 20, 19, 1)], True),  # 19 of 20 pixels: 95 %
        ([Box(12, 20, 18, 1)], False),
        ([Box(-5, -5, 100, 100)], True),
        ([], False),
    ],
)
def test_a_word_is_covered_whole_or_not(boxes: list[Box], covered: bool) -> None:
    verdict = judge(image(LINE), cover(*boxes))
    assert verdict.words == ((LINE, covered),)


def test_scores_count_words_pictures_and_area() -> None:
    score = Score("tool")
    score.verdicts.append(judge(image(LINE, OTHER), cover(Box(0, 0, 60, 40))))
    score.verdicts.append(judge(image(LINE, OTHER), cover(Box(10, 20, 10, 1))))
    score.verdicts.append(judge(image(), cover()))
    score.verdicts.append(judge(image(), cover(Box(0, 0, 30, 40))))
    nothing = np.zeros((40, 60), bool)
    score.verdicts.append(judge(image(LINE), Cover(nothing, nothing, 1.0, "crashed")))
    assert [covered for _, covered in score.words(phi=True)] == [True, False]
    assert [covered for _, covered in score.words(phi=False)] == [True, False]
    assert score.leaking == 1
    assert score.errors == {"crashed": 1}
    assert score.by("style") == {"white": (1, 2)}
    whole, half = score.with_text
    assert whole.area == 1.0
    assert 0.7 < whole.beyond < 0.9
    assert half.beyond == 0
    assert [verdict.area for verdict in score.without] == [0.0, 0.5]
    census = Census(1, ["font"])
    for one in (image(LINE, OTHER), image()):
        census.add(one)
    text = report(census, [score, Score("absent", missing="no such package")])
    assert "| tool | 50.0% of 2 | 9.5% - 90.5% | 1 / 2 | 50.0% |" in text
    assert "| absent | not run |" in text
    assert "not run: no such package" in text
    assert "failed on 1: crashed" in text


def test_wilson() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-3)
    assert wilson(229, 521) == pytest.approx((0.398, 0.482), abs=1e-3)


def test_ink_of_the_colour_of_the_fill_is_hidden_by_it() -> None:
    before = np.full((40, 60), 200, np.uint8)
    before[20, 10:30] = 0
    after = before.copy()
    after[15:26, 5:20] = 0
    assert not changed(before, after)[20, 10:20].any()
    found = hidden(before, after)
    assert found[20, 10:19].all()
    assert not found[20, 21:30].any()
    assert np.array_equal(hidden(before, before), np.zeros((40, 60), bool))
    colours = np.repeat(before[..., None], 3, axis=2)
    other = colours.copy()
    other[3, 4, 2] = 7
    assert np.argwhere(changed(colours, other)).tolist() == [[3, 4]]
    with pytest.raises(ValueError, match="has become"):
        changed(before, colours)


def test_files_are_read_back_as_they_were(images: list[Image], tmp_path: Path) -> None:
    assert files.write(images, tmp_path, seed=7) == len(images)
    assert json.loads((tmp_path / files.TRUTH).read_text("utf-8"))["seed"] == 7
    for before, after in zip(images, files.read(tmp_path), strict=True):
        assert np.array_equal(before.samples, after.samples)
        assert before.samples.dtype == after.samples.dtype
        assert before.header == after.header
        for name in ("bits_allocated", "bits_stored", "signed", "photometric"):
            assert getattr(before.facts, name) == getattr(after.facts, name)
        assert (before.facts.palette is None) == (after.facts.palette is None)
        if before.facts.palette is not None:
            assert np.array_equal(before.facts.palette, after.facts.palette)
        for one, two in zip([*before.words, *before.faint], [*after.words, *after.faint], strict=True):
            assert (one.text, one.box, one.categories) == (two.text, two.box, two.categories)
            assert np.array_equal(one.ink, two.ink)
    header = pydicom.dcmread(tmp_path / f"{images[0].name}.dcm")
    assert header.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert str(header.PatientName) == images[0].header["PatientName"]


def test_tools_in_process_and_files(images: list[Image], tmp_path: Path) -> None:
    one = images[0]
    tool = InProcess(Left())
    mask = tool.cover(one).changed
    assert mask[:, : one.shape[1] // 2].all()
    assert not mask[:, one.shape[1] // 2 :].any()
    path = files.write_one(one, tmp_path)
    assert not compared(one, path).changed.any()
    ds = pydicom.dcmread(path)
    ds.PixelData = b"\0" * len(ds.PixelData)
    ds.save_as(path)
    assert judge(one, compared(one, path)).words
    assert all(covered for _, covered in judge(one, compared(one, path)).words)
    assert "its file" in compared(one, tmp_path / "nothing.dcm").error

    class Failing(Left):
        def covered(self, samples: Samples, facts: Facts) -> Sequence[Box]:
            raise RuntimeError("no")

    assert InProcess(Failing()).cover(one).error == "RuntimeError: no"
    assert coverer(f"{__name__}:Left").name == "left half"


def test_a_tool_of_its_own_process(images: list[Image], tmp_path: Path) -> None:
    code = "import os\ndef cover(source, picture, target):\n    "
    worker = Worker(Path(sys.executable), code + "return [[1, 2, 3, os.path.getsize(picture)]]")
    (tmp_path / "a").write_bytes(b"12345")
    answer = worker.cover(tmp_path / "s", tmp_path / "a", tmp_path / "t")
    assert answer["boxes"] == [[1, 2, 3, 5]]
    assert "FileNotFoundError" in worker.cover(tmp_path / "s", tmp_path / "none", tmp_path / "t")["error"]
    worker.close()
    dying = Worker(Path(sys.executable), code + "os._exit(1)")
    assert dying.cover(tmp_path, tmp_path, tmp_path)["error"] == "the process died"
    dying.close()
    with pytest.raises(Broken, match="no_such_module"):
        Worker(Path(sys.executable), "import no_such_module").cover(tmp_path, tmp_path, tmp_path)
    (tmp_path / "not-a-folder").write_text("")
    missing = Outside(Recipe("x", "", "x", (), ""), tmp_path / "not-a-folder")
    with pytest.raises(ToolMissing):
        missing.cover(images[0])


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "set"
    assert command.main(["generate", str(folder), "--with-text=2", "--without=1", "--no-corpus"]) == 0
    assert command.main(["judge", str(folder), str(folder)]) == 0
    assert "| 0.0% of " in capsys.readouterr().out
    where = tmp_path / "venvs"
    (where / "fonts").mkdir(parents=True)  # nothing is installed
    written = tmp_path / "report.md"
    arguments = ["run", "--venvs", str(where), "--report", str(written), "--with-text=3", "--without=2"]
    arguments += ["--no-corpus", "--only", "--coverer", f"{__name__}:Left"]
    assert command.main(arguments) == 0
    text = written.read_text("utf-8")
    assert "| left half |" in text
    assert "| 2 / 2 |" in text
    assert str(tmp_path) not in text


@pytest.mark.corpus
def test_backgrounds_of_the_corpus_show_no_text(corpus: Path) -> None:
    names = [one.name for one in backgrounds.load(corpus)]
    assert len(names) == len(set(names)) > 20


def test_a_background_that_shows_text_is_refused(tmp_path: Path) -> None:
    inside = backgrounds._CORPUS["ct-neck"][1]
    (tmp_path / "dicom" / inside).parent.mkdir(parents=True)
    (tmp_path / "dicom" / inside).write_bytes(b"")
    (tmp_path / "MANIFEST.csv").write_text(f"path,burned_text\ndicom/{inside},phi\n", "utf-8")
    with pytest.raises(ValueError, match="shows text"):
        backgrounds.load(tmp_path)
