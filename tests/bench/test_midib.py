"""The MIDI-B scorer on small cases: places, words, each action both ways, the key, the levels, the report."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from bench.midib import key
from bench.midib.key import Answer, KeyFormatError, Row
from bench.midib.paths import PathError, find, parse, place
from bench.midib.pixels import PixelJudge, ReaderJudge, TextBox
from bench.midib.report import failures, markdown
from bench.midib.rules import RULES, Case, Maps, category, judge
from bench.midib.scorer import score
from bench.midib.words import kept_share, words

MAPS = Maps({"1.2.3": "2.25.7"}, {"P1": "Q1"})
ITEM = "<(0008,1140)>[<0000>]<(0008,1155)>"


def dataset() -> Dataset:
    """A masked object: black in the first two rows and columns."""
    ds = Dataset()
    ds.PatientID, ds.StudyDescription, ds.StudyDate = "Q1", "CHEST 2.50 routine", "20130101"
    ds.ImageType, ds.SliceThickness, ds.AccessionNumber = ["ORIGINAL", "PRIMARY"], "2.50", ""
    item = Dataset()
    item.ReferencedSOPInstanceUID = "2.25.7"
    ds.ReferencedImageSequence = [item]
    ds.private_block(0x0019, "Nobody", create=True).add_new(0x92, "LO", "another")
    ds.private_block(0x0019, "Acme Works", create=True).add_new(0x92, "LO", "kept")
    ds.Rows = ds.Columns = 4
    ds.SamplesPerPixel, ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 1, 8, 8, 7, 0
    ds.PhotometricInterpretation = "MONOCHROME2"
    pixels = np.arange(16, dtype=np.uint8).reshape(4, 4)
    pixels[:2, :2] = 0
    ds.PixelData = pixels.tobytes()
    ds.file_meta = pydicom.dataset.FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    return ds


def box(right: int) -> str:
    return json.dumps({"text": "x", "top_left": [0, "0"], "bottom_right": [right, 2.0]})


DIGEST = hashlib.md5(dataset().PixelData).hexdigest()


@pytest.mark.parametrize(
    ("action", "path", "value", "text", "passed"),
    [
        ("tag_retained", "<(0008,0020)>", "", "", True),
        ("tag_retained", "<(0008,0050)>", "", "", True),
        ("tag_retained", "<(0008,0021)>", "", "", False),
        ("tag_retained", '<(0019,"OTHER",92)>', "", "", False),
        ("text_notnull", "<(0010,0020)>", "", "", True),
        ("text_notnull", "<(0008,0050)>", "", "", False),
        ("text_notnull", "<(0010,0010)>", "", "", False),
        ("text_notnull", "<(7fe0,0010)>", "", "", True),
        ("text_retained", "<(0008,1030)>", "", "routine of the chest", True),
        ("text_retained", "<(0008,1030)>", "", "chest knee", False),
        ("text_retained", "<(0008,1030)>", "", "the", None),
        ("text_retained", "<(0008,1030)>", "", None, None),
        ("text_retained", "<(0008,0050)>", "", "chest", False),
        ("text_retained", "<(0008,1032)>", "", "chest", False),
        ("text_retained", "<(0018,0050)>", "", "2.5", True),
        ("text_retained", "<(0018,0050)>", "", "2", False),
        ("text_retained", "<(0008,0008)>", "", "['ORIGINAL', 'PRIMARY']", True),
        ("text_retained", "<(0008,0008)>", "", "['ORIGINAL', 'SECONDARY']", False),
        ("text_retained", '<(0019,"ACME WORKS",92)>', "", "kept", True),
        ("text_removed", "<(0008,1030)>", "", "Davidson", True),
        ("text_removed", "<(0008,1030)>", "", "Davidson routine", False),
        ("text_removed", "<(0008,1030)>", "", "Davidson^Chest", False),
        ("text_removed", "<(0018,0050)>", "", "2.5", False),
        ("text_removed", "<(0018,0050)>", "", "2", True),
        ("text_removed", "<(0010,0010)>", "", "Davidson", True),
        ("text_removed", "<(0008,0050)>", "", "A1", True),
        ("text_removed", "<(0008,1030)>", "", "of the", None),
        ("date_shifted", "<(0008,0020)>", "20130713", "", True),
        ("date_shifted", "<(0008,0021)>", "20130713", "", True),
        ("date_shifted", "<(0008,0020)>", "20130101", "", False),
        ("uid_changed", ITEM, "1.2.3", "", True),
        ("uid_changed", ITEM, "2.25.7", "", False),
        ("uid_consistent", ITEM, "1.2.3", "", True),
        ("uid_consistent", ITEM, "1.2.4", "", False),
        ("uid_consistent", ITEM.replace("0000", "0009"), "1.2.4", "", True),
        ("patid_consistent", "<(0010,0020)>", "P1", "", True),
        ("patid_consistent", "<(0010,0020)>", "P2", "", False),
        ("pixels_hidden", "", "", box(2), True),
        ("pixels_hidden", "", "", box(3), False),
        ("pixels_hidden", "", "", "no box", None),
        ("pixels_retained", "", "", DIGEST, True),
        ("pixels_retained", "", "", "0" * 32, False),
    ],
)
def test_each_action_both_ways(
    action: str, path: str, value: str, text: str | None, passed: bool | None
) -> None:
    case = Case(dataset(), MAPS, PixelJudge())
    assert judge(Answer(action, path, value, text), case).passed is passed


def test_a_missing_file_fails_what_was_to_be_kept() -> None:
    kept = {
        "tag_retained",
        "text_notnull",
        "text_retained",
        "uid_consistent",
        "patid_consistent",
        "pixels_retained",
    }
    for action in RULES:
        assert judge(Answer(action, "", "", ""), None).passed is (action not in kept)


def test_places() -> None:
    ds = dataset()
    assert find(ds, ITEM).value == "2.25.7"
    assert find(ds, "<(0008,1140)>[<0>]<(0008,1155)>").value == "2.25.7"
    assert find(ds, "(0008,1140)[0](0008,1155)").value == "2.25.7"
    assert find(ds, "<(0008,1140)>[<0001>]<(0008,1155)>") is None
    assert find(ds, "<(0008,1030)>[<0000>]<(0008,1155)>") is None
    assert find(ds, '<(0019,"acme works",92)>').value == "kept"
    assert find(ds, '<(0019,"ACME WORKS",93)>') is None
    assert find(ds, "<(0002,0010)>").value == "1.2.840.10008.1.2.1"
    assert place(0x00081155, prefix=place(0x00081140)) == ITEM
    assert place(0x00191192, "Acme Works") == '<(0019,"ACME WORKS",92)>'
    assert place(0x0020000D) == "<(0020,000d)>"


def test_of_two_blocks_of_one_creator_the_last_counts() -> None:
    ds = Dataset()
    for block, value in ((0x10, "first"), (0x11, "second")):
        ds.add_new(0x00190000 | block, "LO", "ACME")
        ds.add_new(0x00190001 | block << 8, "LO", value)
    assert find(ds, '<(0019,"ACME",01)>').value == "second"


@pytest.mark.parametrize(
    "path", ["", "StudyDate", "<(0008,1140)>[<0000>]", "<(0008,1140)><(0008,1155)>", "<(8,20)>"]
)
def test_places_that_are_none(path: str) -> None:
    with pytest.raises(PathError):
        parse(path)


def test_words() -> None:
    assert words("The patient's MRN: 1,234 (Rt. lung) 07/13/2013") == [
        "patient",
        "mrn",
        "1,234",
        "rt",
        "lung",
        "07/13/2013",
    ]
    assert words("Davidson^Douglas; a_b") == ["davidson^douglas", "davidson", "douglas", "a_b", "b"]
    assert words("-5 - / ...") == ["-5"]
    assert kept_share("<12>", "<12.0>") == 1
    assert kept_share("1234", "123") == 0
    assert kept_share("CHEST of Smith", "smith jones") == 0.5


@pytest.mark.parametrize(
    ("action", "categories", "filed"),
    [
        ("tag_retained", {"dicom.iod": "I", "hipaa.z": "Z"}, ("dicom", "I")),
        ("text_removed", {"hipaa.z": "Z", "hipaa.m": "M", "tcia.p15": "P"}, ("hipaa", "M")),
        ("text_removed", {"tcia.rev": "R", "tcia.ptkb": "K"}, ("tcia", "K")),
        ("text_retained", {"hipaa.z": "Z", "tcia.rev": "R"}, ("tcia", "R")),
        ("text_retained", {"hipaa.z": "Z"}, ("unknown", "unknown")),
        ("date_shifted", {}, ("hipaa", "HIPAA-C")),
        ("uid_consistent", {}, ("dicom", "DICOM-P15-BASIC-U")),
        ("no_such", {}, ("unknown", "unknown")),
    ],
)
def test_what_an_answer_is_filed_under(
    action: str, categories: dict[str, str], filed: tuple[str, str]
) -> None:
    assert category(Answer(action, "", "", "", "", categories)) == filed


class TestBoxes:
    """The judge by pixels."""

    BOX = TextBox("ab", (0, 0), (6, 3))

    def image(self, pixels: np.ndarray) -> Dataset:
        ds = dataset()
        *frames, ds.Rows, ds.Columns = pixels.shape
        if frames:
            ds.NumberOfFrames = frames[0]
        ds.PixelData = pixels.astype(np.uint8).tobytes()
        return ds

    @pytest.fixture
    def written(self) -> np.ndarray:
        picture = np.tile(np.arange(6) + 20, (4, 1))
        picture[1, 1:3] = 255
        return picture

    def test_no_letter_left(self, written: np.ndarray) -> None:
        source = self.image(written)
        cleaned = written.copy()
        cleaned[1, 1:3] = 22
        assert PixelJudge().hidden(self.image(cleaned), self.BOX, source) is True
        assert PixelJudge().hidden(self.image(cleaned), self.BOX, None) is False

    def test_letters_that_can_still_be_read(self, written: np.ndarray) -> None:
        source = self.image(written)
        half, darker = written.copy(), written.copy()
        half[1, 1] = 22
        darker[written == 255] = 90
        elsewhere = half.copy()
        elsewhere[0, 5] = 255
        for picture in (written, half, darker, elsewhere, 255 - written):
            assert PixelJudge().hidden(self.image(picture), self.BOX, source) is False

    def colour(
        self, letters: tuple[int, int, int], ground: tuple[int, int, int], written: np.ndarray
    ) -> Dataset:
        """Letters on a ground that is a little uneven in its first sample."""
        pixels = np.empty((*written.shape, 3))
        pixels[:] = ground
        pixels[..., 0] += np.arange(6)
        pixels[written == 255] = letters
        ds = self.image(written)
        ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
        ds.PixelData = pixels.astype(np.uint8).tobytes()
        return ds

    def test_letters_in_colour(self, written: np.ndarray) -> None:
        plain = self.colour((21, 7, 255), (20, 7, 255), written)
        white = self.colour((255, 255, 255), (20, 7, 255), written)
        assert PixelJudge().hidden(white, self.BOX, white) is False
        assert PixelJudge().hidden(plain, self.BOX, white) is True
        # Red on green: no pixel is brightest or darkest in all samples, so nothing tells the letters.
        red = self.colour((200, 9, 9), (10, 250, 30), written)
        assert PixelJudge().hidden(red, self.BOX, red) is False

    def test_every_frame_counts(self, written: np.ndarray) -> None:
        black = np.zeros_like(written)
        assert PixelJudge().hidden(self.image(np.stack([black, black])), self.BOX, None) is True
        assert PixelJudge().hidden(self.image(np.stack([black, written])), self.BOX, None) is False

    def test_pixels_that_are_none(self) -> None:
        ds = dataset()
        ds.PixelData = b"\0"
        assert PixelJudge().hidden(ds, self.BOX, None) is None

    @pytest.mark.parametrize(
        ("read", "hidden"), [("", True), ("smudge m", True), ("mr DAVIDSON", False), ("01/02/1960", False)]
    )
    def test_an_optical_reader(self, read: str, hidden: bool) -> None:
        class Reader:
            def image_to_string(self, image: np.ndarray) -> str:
                return read

        asked = TextBox("Davidson [M]\nDOB:01/02/1960", (0, 0), (4, 4))
        assert ReaderJudge(Reader()).hidden(dataset(), asked, None) is hidden


def raw_key(path: Path, rows: list[tuple[object, ...]], *, scope: bool = False) -> Path:
    """A key as somebody else writes it."""
    names = [*key.COLUMNS, *(["scope"] if scope else [])]
    with closing(sqlite3.connect(path)) as base:
        base.execute(f"CREATE TABLE answer_data ({', '.join(names)})")
        base.executemany(f"INSERT INTO answer_data VALUES ({', '.join('?' * len(names))})", rows)
        base.commit()
    return path


class TestKey:
    """Reading what others write."""

    ANSWER: ClassVar[dict[str, object]] = {
        "scope": "<Instance>",
        "tag": "<(0008,0050)>",
        "tag_ds": "<(0008,0050)>",
        "tag_name": "<Accession Number>",
        "value": "<528B3426>",
        "action": "<text_removed>",
        "action_text": "<528B3426>",
        "answer_category": [],
        "answer_category_v2": {"hipaa": {"z": "HIPAA-R", "m": None}, "prev_cat": "x"},
    }

    @pytest.mark.parametrize("flat", [False, True])
    @pytest.mark.parametrize("as_list", [False, True])
    def test_the_forms_it_may_have(self, tmp_path: Path, flat: bool, as_list: bool) -> None:
        answer = dict(self.ANSWER)
        if flat:
            answer["answer_category_v2"] = json.dumps({"hipaa.z": "HIPAA-R", "hipaa.m": ""})
            del answer["tag_ds"]
        data = json.dumps([answer] if as_list else {"0": answer})
        path = raw_key(tmp_path / "k.db", [(4711, "1.1", "1.2", "1.3", "1.4", "CT", data)])
        expected = Answer(
            "text_removed",
            "<(0008,0050)>",
            "528B3426",
            "528B3426",
            "Accession Number",
            {"hipaa.z": "HIPAA-R"},
        )
        assert list(key.read(path)) == [Row("4711", "1.1", "1.2", "1.3", "1.4", "CT", (expected,))]

    def test_it_can_be_written_and_read(self, tmp_path: Path) -> None:
        row = Row("P", "1", "2", "3", "4", "CT", (
            Answer("tag_retained", "<(0008,0050)>", "x", None, "Accession Number", {"dicom.iod": "I"}),
            Answer("pixels_hidden", "", "", box(2)),
        ))  # fmt: skip
        key.write(tmp_path / "k.db", [row])
        assert list(key.read(tmp_path / "k.db")) == [row]

    @pytest.mark.parametrize("data", ["DAVIDSON", None, '"DAVIDSON"', '[{"value": "DAVIDSON"}]', "[3]"])
    def test_what_is_no_answer_is_refused_without_a_value(self, tmp_path: Path, data: str | None) -> None:
        path = raw_key(tmp_path / "k.db", [("P", "1", "2", "3", "4", "CT", data)])
        with pytest.raises(KeyFormatError, match="row 1") as refused:
            list(key.read(path))
        assert "DAVIDSON" not in str(refused.value)

    def test_what_is_no_key(self, tmp_path: Path) -> None:
        (tmp_path / "text").write_text("this is no database, and long enough for it" * 30)
        with closing(sqlite3.connect(tmp_path / "empty.db")) as base:
            base.execute("CREATE TABLE answer_data (PatientID)")
        for name in ("text", "empty.db", "absent"):
            with pytest.raises(KeyFormatError):
                list(key.read(tmp_path / name))

    def test_maps(self, tmp_path: Path) -> None:
        (tmp_path / "m.csv").write_text("id_old,id_new\n0012,a\n0012,b\n")
        assert key.read_map(tmp_path / "m.csv") == {"0012": "a"}
        key.write_map(tmp_path / "n.csv", {"0012": "a"})
        assert key.read_map(tmp_path / "n.csv") == {"0012": "a"}
        (tmp_path / "m.csv").write_text("old,new\n1,2\n")
        with pytest.raises(KeyFormatError):
            key.read_map(tmp_path / "m.csv")


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """Three files of one series, masked; the third says something else."""
    for number, description in enumerate(("CHEST", "CHEST", "KNEE")):
        ds = dataset()
        ds.SOPClassUID, ds.SOPInstanceUID, ds.StudyDescription = (
            "1.2.840.10008.5.1.4.1.1.2",
            f"2.25.{number}",
            description,
        )
        ds.SeriesInstanceUID, ds.StudyInstanceUID = "2.25.90", "2.25.80"
        ds.save_as(tmp_path / f"{number}.dcm", enforce_file_format=True)
    return tmp_path


SERIES_MAPS = Maps({"1.0": "2.25.0", "1.1": "2.25.1", "1.2": "2.25.2", "9": "2.25.90", "8": "2.25.80"}, {})
CHEST = Answer("text_retained", "<(0008,1030)>", "", "chest", "Study Description", {"tcia.rev": "R"})


def rows(answer: Answer) -> Iterator[Row]:
    return (Row("P1", "8", "9", f"1.{number}", "", "CT", (answer,)) for number in range(3))


class TestLevels:
    """Every answer counts, or once a series what is the same."""

    def test_what_is_the_same_in_a_series_counts_once(self, series: Path) -> None:
        result = score(rows(CHEST), series, SERIES_MAPS)
        assert (result.instance.whole.passed, result.instance.whole.total) == (2, 3)
        assert (result.series.whole.passed, result.series.whole.total) == (1, 2)
        assert result.series.categories["tcia", "R"].total == 2
        assert [(failure.uid, failure.file) for failure in result.failures] == [("1.2", "2.dcm")]

    def test_what_was_found_tells_answers_apart(self, series: Path) -> None:
        result = score(rows(Answer("tag_retained", "<(0008,0018)>", "", None)), series, SERIES_MAPS)
        assert (result.series.whole.passed, result.series.whole.total) == (3, 3)

    def test_series_are_told_apart(self, series: Path) -> None:
        other = Row("P1", "8", "7", "1.0", "", "CT", (CHEST,))
        result = score([*rows(CHEST), other], series, SERIES_MAPS)
        assert (result.series.whole.passed, result.series.whole.total) == (2, 3)

    def test_a_row_may_be_about_a_series_or_a_study(self, tmp_path: Path, series: Path) -> None:
        data = json.dumps(
            {"0": {"action": "<text_retained>", "tag_ds": CHEST.path, "action_text": "<chest>"}}
        )
        for scope, count in (("<Series>", 3), ("<Study>", 3), ("<Patient>", 3), ("<Instance>", 1)):
            (tmp_path / "k.db").unlink(missing_ok=True)
            path = raw_key(tmp_path / "k.db", [("P1", "8", "9", "1.0", "", "CT", data, scope)], scope=True)
            read = list(key.read(path))
            path.unlink()
            assert score(read, series, SERIES_MAPS).instance.whole.total == count

    def test_missing_and_unknown_files_and_answers_are_told(self, series: Path) -> None:
        maps = Maps({old: new for old, new in SERIES_MAPS.uids.items() if old != "1.1"}, {})
        (series / "LICENSE").write_text("Creative Commons Attribution")
        odd = [Answer("no_such", "<(0008,0018)>", "", None), Answer("tag_retained", "StudyDate", "", None)]
        result = score([*rows(CHEST), Row("P1", "8", "9", "1.0", "", "CT", tuple(odd))], series, maps)
        assert (result.files, result.missing, result.unmapped, result.strangers) == (3, 1, 1, 1)
        assert sum(result.unread.values()) == result.instance.whole.blank == 2
        assert (result.instance.whole.passed, result.instance.whole.total) == (1, 5)


class TestReport:
    """What people see."""

    def test_figures(self, series: Path) -> None:
        text = markdown(score(rows(CHEST), series, SERIES_MAPS))
        assert "Series level (as published): 1 of 2 (50.00)" in text
        assert "| text_retained | 1 | 2 | 50.00 | 2 | 3 | 66.67 |" in text
        assert "| tcia R | 1 | 2 | 50.00 | 2 | 3 | 66.67 |" in text
        assert PixelJudge.name in text

    def test_less_than_all_is_never_a_hundred(self, series: Path) -> None:
        result = score(rows(CHEST), series, SERIES_MAPS)
        result.series.whole.passed, result.series.whole.total = 999_999, 1_000_000
        assert "(99.99)" in markdown(result)

    def test_failures_hold_no_value_unless_asked_for(self, series: Path, tmp_path: Path) -> None:
        result = score(rows(CHEST), series, SERIES_MAPS)
        for values in (False, True):
            failures(tmp_path / "f.csv", result.failures, values=values)
            assert ("KNEE" in (tmp_path / "f.csv").read_text()) is values
            (line,) = csv.DictReader((tmp_path / "f.csv").open())
            assert (line["action"], line["place"], line["passed"]) == ("text_retained", "<(0008,1030)>", "no")
