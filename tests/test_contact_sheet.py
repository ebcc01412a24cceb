"""The contact sheet: there when asked for, whole, black where it should be, and PHI only if it says so."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from pydicom.dataset import Dataset
from pydicom.uid import RLELossless
from support.burned import Text, burned, dataset, file_of, tissue
from support.runs import rows_of

from beam_phi import contact_sheet
from beam_phi.cli import main
from beam_phi.contact_sheet import SHEET_FILE, SIDE

LOCAL = ["--runner=FnApiRunner", "--no-progress"]
ROWS, COLUMNS = 256, 416
NAME, NUMBER, ODD = (
    Text("DAVIDSON DOUGLAS", 8, 4, 20), Text("MRN 46198", 8, 226, 20), Text("KAUFMAN MARY", 200, 200, 20),
)  # fmt: skip
SECRETS = ("DAVIDSON", "DOUGLAS", "KAUFMAN", "46198", "19430722")
DOSE = "1.2.840.10008.5.1.4.1.1.481.2"

#: A dose of 64 bits is painted without being decoded.
LIBRARY = """
name: sheets
extends: research
black_boxes:
  corner:
    when: {modality: RTDOSE}
    boxes: [{x: 0, y: 0, width: 4, height: 4}]
"""


def page(*texts: Text, seed: int = 1, rows: int = ROWS, columns: int = COLUMNS) -> NDArray[np.uint8]:
    return burned(tissue(rows, columns, seed), texts)


def dose() -> Dataset:
    ds = dataset(np.zeros((8, 64), np.uint8), SOPClassUID=DOSE, Modality="RTDOSE")
    ds.Rows = ds.Columns = 8
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 64, 64, 63
    return ds


def packed() -> Dataset:
    ds = dataset(page(NAME, seed=5))
    ds.compress(RLELossless, generate_instance_uid=False)
    return ds


OBJECTS: dict[str, Callable[[], Dataset]] = {
    "busy": lambda: dataset(page(NAME, NUMBER, ODD)),
    "one": lambda: dataset(page(NAME, seed=2)),
    "plain": lambda: dataset(page(seed=3)),
    "cine": lambda: dataset(np.stack([page(NAME, seed=n) for n in range(4)] + [page(NAME, ODD, seed=4)])),
    "long": lambda: dataset(np.stack([page(seed=n) for n in range(3)])),
    "packed": packed,
    "dose": dose,
    "large": lambda: dataset(page(NAME, rows=900, columns=700)),
}


def collection(folder: Path) -> Path:
    (folder / "DAVIDSON_DOUGLAS").mkdir(parents=True)
    for number, (name, make) in enumerate(OBJECTS.items()):
        ds = make()
        ds.SOPInstanceUID, ds.SeriesInstanceUID = f"1.2.3.4.5.{number}", f"1.2.3.4.1.{number}"
        (folder / "DAVIDSON_DOUGLAS" / f"{name}.dcm").write_bytes(file_of(ds))
    (folder / "note.txt").write_text("Patient: DAVIDSON DOUGLAS\n")
    return folder


class Figure(NamedTuple):
    """A figure of the page."""

    path: str
    caption: str
    names: list[str]
    pictures: list[NDArray[np.uint8]]


def figures(output: Path) -> dict[str, Figure]:
    """By the name of the file, in the order of the page."""
    found = {}
    for figure in re.findall("<figure>(.*?)</figure>", (output / SHEET_FILE).read_text(), re.DOTALL):
        ((path, caption),) = re.findall("<figcaption><code>(.*?)</code>(.*?)</figcaption>", figure)
        images = re.findall('<img src="data:image/jpeg;base64,([^"]*)" alt="([a-z]*)">', figure)
        pictures = [np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))) for data, _ in images]
        found[Path(path).stem] = Figure(path, caption, [name for _, name in images], pictures)
    return found


def make(folder: Path, key: Path, *options: str) -> Path:
    """A run of the collection under LIBRARY."""
    library = folder / "library.yaml"
    library.write_text(LIBRARY)
    source = folder / "in"
    if not source.exists():
        collection(source)
    call = ["mask", str(source), str(folder / "out"), "--key", str(key), "--library", str(library)]
    assert main([*call, *options, *LOCAL]) == 0
    return folder / "out"


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Path:
    return make(tmp_path_factory.mktemp("masked"), key, "--contact-sheet", "masked")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Path:
    return make(tmp_path_factory.mktemp("both"), key, "--contact-sheet", "both")


def boxes_of(output: Path) -> dict[str, list[dict[str, Any]]]:
    """The covered boxes of each file, by the name of the file."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(output, "annotations"):
        if row["location"] == "pixels":
            found.setdefault(Path(row["output_path"]).stem, []).append(row)
    return found


def test_the_page_is_there_only_when_asked_for(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = make(tmp_path, key, "--ocr", "never", "--contact-sheet", "both")
    assert (output / SHEET_FILE).exists()
    assert json.loads((output / "run.json").read_text())["options"]["contact_sheet"] == "both"
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "warning" in line
    assert "PHI" in line
    (output / ".beam-phi-0.tmp").write_text("of a run that was killed")
    make(tmp_path, key, "--ocr", "never")
    assert not (output / SHEET_FILE).exists(), "the next run clears it away"
    assert not list(output.glob(".beam-phi-*"))
    assert json.loads((output / "run.json").read_text())["options"]["contact_sheet"] == "none"
    assert capsys.readouterr().err == ""


def test_a_foreign_page_is_not_cleared_away(tmp_path: Path, key: Path) -> None:
    source = collection(tmp_path / "in")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / SHEET_FILE).write_text("mine")
    assert main(["mask", str(source), str(tmp_path / "out"), "--key", str(key), *LOCAL]) == 2
    assert (tmp_path / "out" / SHEET_FILE).read_text() == "mine"


def test_it_is_no_option_of_search(tmp_path: Path, key: Path) -> None:
    source = collection(tmp_path / "in")
    call = ["search", str(source), str(tmp_path / "out"), "--contact-sheet=masked", "--key", str(key)]
    assert main([*call, *LOCAL]) == 2


def test_images_with_the_most_boxes_come_first_and_then_those_without(masked: Path) -> None:
    shown = figures(masked)
    assert shown.keys() == OBJECTS.keys()
    boxes = boxes_of(masked)
    assert boxes.keys() == OBJECTS.keys() - {"plain", "long"}
    distinct = {
        name: len({(row["x"], row["y"], row["width"], row["height"]) for row in rows})
        for name, rows in boxes.items()
    }
    order = list(shown)
    assert [distinct.get(name, 0) for name in order] == [*sorted(distinct.values(), reverse=True), 0, 0]
    assert set(order[-2:]) == {"plain", "long"}
    paths = {row["output_path"] for row in rows_of(masked, "files")}
    assert {figure.path for figure in shown.values()} < paths
    assert "0 boxes" in shown["plain"].caption
    assert f"{distinct['busy']} box" in shown["busy"].caption


def test_a_frame_with_a_box_of_its_own_is_shown_else_the_middle_one(masked: Path) -> None:
    shown = figures(masked)
    assert "frame 5 of 5" in shown["cine"].caption
    assert "frame 2 of 3" in shown["long"].caption
    assert "frame 1 of 1" in shown["one"].caption
    here = [row for row in boxes_of(masked)["cine"] if row["frame"] == 4]
    assert f", {len(here)} boxes" in shown["cine"].caption
    assert len(here) > sum(row["frame"] == 3 for row in boxes_of(masked)["cine"])


def test_thumbnails_are_small_and_black_in_the_boxes(masked: Path) -> None:
    boxes = boxes_of(masked)
    for name, figure in figures(masked).items():
        if name == "dose":
            continue
        ((picture,), (label,)) = figure.pictures, figure.names
        assert label == "masked"
        assert max(picture.shape[:2]) == SIDE
        scale = SIDE / (900 if name == "large" else COLUMNS)
        frame = 4 if name == "cine" else 0
        covered = np.zeros(picture.shape[:2], np.uint8)
        for row in boxes.get(name, []):
            if row["frame"] != frame:
                continue
            left, top = int(row["x"] * scale), int(row["y"] * scale)
            right, bottom = (row["x"] + row["width"]) * scale, (row["y"] + row["height"]) * scale
            covered[top : int(bottom), left : int(right)] = 255
        inside = np.asarray(Image.fromarray(covered).filter(ImageFilter.MinFilter(5))) > 0
        if name in boxes:
            assert np.count_nonzero(inside) > 300
            assert picture[inside].mean() < 4
            assert np.percentile(picture[inside], 99) < 40, "JPEG leaves a little of the outline"
        red, _, blue = (picture[..., place].astype(int) for place in range(3))
        outlined = np.count_nonzero(red - blue > 60)
        assert outlined > 50 if name in boxes else not outlined
        assert picture.max() > 100, "the image itself is to be seen"


def test_what_cant_be_decoded_is_named(masked: Path) -> None:
    figure = figures(masked)["dose"]
    assert figure.pictures == []
    assert "can't be decoded (pixels-compressed)" in figure.caption.replace("&#x27;", "'")


def test_the_masked_page_holds_nothing_clear_and_loads_nothing(masked: Path) -> None:
    text = (masked / SHEET_FILE).read_text()
    without = re.sub('base64,[^"]*', "", text)
    assert not any(secret.lower() in without.lower() for secret in SECRETS)
    assert str(masked.parent) not in without
    assert "DAVIDSON_DOUGLAS" not in without
    assert "PHI" not in without
    assert "<script" not in without
    for word in ("http:", "https:", "url(", "@import", "href", "<link", "<iframe"):
        assert word not in without
    assert {source.partition(":")[0] for source in re.findall(' src="([^"]*)"', without)} == {"data"}
    assert "default-src 'none'" in without
    assert "img-src data:" in without
    assert "; img-src" not in (masked / "report.html").read_text()


def test_both_is_phi_and_says_so(both: Path, masked: Path) -> None:
    path = both / SHEET_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert (masked / SHEET_FILE).stat().st_mode & 0o777 == (masked / "report.html").stat().st_mode & 0o777
    text = path.read_text()
    assert text.index('class="phi"') < text.index("<figure>")
    assert "This page holds PHI" in text
    assert "DAVIDSON" not in re.sub('base64,[^"]*', "", text), "the images tell, the captions don't"
    shown, alone = figures(both), figures(masked)
    assert list(shown) == list(alone)
    assert sum(len(each.pictures) for each in shown.values()) == 2 * sum(
        len(each.pictures) for each in alone.values()
    )
    for name, figure in shown.items():
        if name == "dose":
            continue
        assert figure.names == ["original", "masked"]
        assert figure.pictures[0].shape == figure.pictures[1].shape
        assert figure.caption == alone[name].caption
    original, after = shown["one"].pictures
    assert original[:24, :150].max() > 200
    assert after[6:16, 12:120].max() < 60


def test_an_original_that_is_gone_is_told(tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_sheet, "list_files", lambda pattern: iter(()))
    shown = figures(make(tmp_path, key, "--contact-sheet", "both"))["one"]
    assert shown.names == ["masked"]
    assert "its original can" in shown.caption
    assert "KeyError" in shown.caption


def test_the_page_has_a_maximum_and_says_what_is_left_out(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_sheet, "MOST", 2)
    output = make(tmp_path, key, "--contact-sheet", "masked")
    assert len(figures(output)) == 2
    assert set(figures(output)) == {"busy", "cine"}
    text = (output / SHEET_FILE).read_text()
    assert "2 images" in text
    assert "4 left out (a page has 2 at most)" in text
    assert "2 left out (a page has 2 at most)" in text

    monkeypatch.setattr(contact_sheet, "MOST", 7)
    output = make(tmp_path, key, "--contact-sheet", "masked")
    shown = figures(output)
    assert len(shown) == 7
    assert "1 left out (a page has 7 at most)" in (output / SHEET_FILE).read_text()


def test_images_that_nobody_searched_are_not_shown(tmp_path: Path, key: Path) -> None:
    output = make(tmp_path, key, "--ocr", "never", "--contact-sheet", "masked")
    assert list(figures(output)) == ["dose"]
    assert "Searched" not in (output / SHEET_FILE).read_text()
