"""The MIDI-B scorer: each rule both ways, negative controls, and the whole round."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from bench.midib import generate, key
from bench.midib.__main__ import main, run
from bench.midib.key import Instance
from bench.midib.paths import PathError, find
from bench.midib.rules import RULES, Answer, Maps, passes
from bench.midib.score import report, score

MAPS = Maps({"1.2.3": "2.25.7"}, {"P1": "Q1"})


def dataset() -> Dataset:
    ds = Dataset()
    ds.PatientID, ds.StudyDescription, ds.StudyDate = "Q1", "CHEST 2.50 routine", "20130101"
    item = Dataset()
    item.ReferencedSOPInstanceUID = "2.25.7"
    ds.ReferencedImageSequence = [item]
    ds.private_block(0x0019, "ACME", create=True).add_new(0x92, "LO", "kept")
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
    return json.dumps({"text": "x", "top_left": [0, 0], "bottom_right": [right, 2]})


DIGEST = hashlib.md5(dataset().PixelData).hexdigest()


@pytest.mark.parametrize(
    ("action", "path", "value", "text", "verdict"),
    [
        ("tag_retained", "<(0008,0020)>", "", "", True),
        ("tag_retained", "<(0008,0021)>", "", "", False),
        ("text_notnull", "<(0010,0020)>", "", "", True),
        ("text_notnull", "<(0010,0010)>", "", "", False),
        ("text_retained", "<(0008,1030)>", "", "routine of the chest", True),
        ("text_retained", "<(0008,1030)>", "", "chest 2.5", True),
        ("text_retained", "<(0008,1030)>", "", "chest knee", False),
        ("text_removed", "<(0008,1030)>", "", "Davidson", True),
        ("text_removed", "<(0008,1030)>", "", "Davidson routine", False),
        ("text_removed", "<(0010,0010)>", "", "Davidson", True),
        ("date_shifted", "<(0008,0020)>", "20130713", "", True),
        ("date_shifted", "<(0008,0020)>", "20130101", "", False),
        ("uid_changed", "<(0008,1140)>[<0000>]<(0008,1155)>", "1.2.3", "", True),
        ("uid_changed", "<(0008,1140)>[<0>]<(0008,1155)>", "2.25.7", "", False),
        ("uid_consistent", "<(0008,1140)>[<0000>]<(0008,1155)>", "1.2.3", "", True),
        ("uid_consistent", "<(0008,1140)>[<0000>]<(0008,1155)>", "1.2.4", "", False),
        ("uid_consistent", "<(0008,1140)>[<0009>]<(0008,1155)>", "1.2.4", "", True),
        ("patid_consistent", "<(0010,0020)>", "P1", "", True),
        ("patid_consistent", "<(0010,0020)>", "P2", "", False),
        ("text_retained", '<(0019,"ACME",92)>', "", "kept", True),
        ("tag_retained", '<(0019,"OTHER",92)>', "", "", False),
        ("pixels_hidden", "", "", box(2), True),
        ("pixels_hidden", "", "", box(3), False),
        ("pixels_retained", "", "", DIGEST, True),
        ("pixels_retained", "", "", "0" * 32, False),
    ],
)
def test_rules(action: str, path: str, value: str, text: str, verdict: bool) -> None:
    assert passes(Answer(action, path, value, text, ()), dataset(), MAPS) is verdict


def test_a_missing_file_fails_what_was_to_be_kept() -> None:
    kept = {"tag_retained", "text_notnull", "text_retained", "uid_consistent", "patid_consistent"}
    for action in RULES:
        verdict = passes(Answer(action, "", "", "", ()), None, MAPS)
        assert verdict is (action not in {*kept, "pixels_retained"})


def test_places_that_are_none_are_told() -> None:
    for path in ("", "StudyDate", "<(0008,1140)>[<0000>]"):
        with pytest.raises(PathError):
            find(dataset(), path)


def test_one_answer_counts_once_a_series_and_fails_if_it_fails_anywhere(tmp_path: Path) -> None:
    answer = Answer("text_retained", "<(0008,1030)>", "", "chest", ("tcia.rev",))
    for number, description in enumerate(("CHEST", "CHEST", "KNEE")):
        ds = dataset()
        ds.SOPClassUID, ds.SOPInstanceUID, ds.StudyDescription = "1.2", f"2.25.{number}", description
        ds.save_as(tmp_path / f"{number}.dcm", enforce_file_format=False)
    instances = [Instance("P1", "1", "9", f"1.{n}", "", "CT", (answer,)) for n in range(3)]
    maps = Maps({f"1.{n}": f"2.25.{n}" for n in range(3)}, {})
    result = score(instances, tmp_path, maps)
    assert result.instance_level(RULES) == (2, 3)
    assert result.series_level() == (0, 1)
    assert "66.67 %" in report(result)


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("midib")
    result = run(folder, series=1, instances=2)
    passed, total = result.instance_level(RULES)
    assert total > 1000
    assert (passed, result.unreadable) == (total, 0), result.failures[:5]
    assert set(result.total) >= set(RULES)
    return folder


def test_the_key_can_be_read_back_and_scored_from_the_command_line(collection: Path) -> None:
    maps = ["--uid-map", str(collection / "uids.csv"), "--patid-map", str(collection / "patients.csv")]
    masked = str(collection / "out/masked")
    assert main(["score", str(collection / "answers.db"), masked, *maps]) == 0


def test_what_was_never_masked_fails_all_that_had_to_go(collection: Path) -> None:
    same = {instance.uid: instance.uid for instance in key.read(collection / "answers.db")}
    result = score(key.read(collection / "answers.db"), collection / "images", Maps(same, {}))
    for action in ("text_removed", "date_shifted", "uid_changed", "pixels_hidden"):
        assert result.passed[action] == 0, action
    for action in ("text_retained", "tag_retained", "text_notnull", "pixels_retained"):
        assert result.passed[action] == result.total[action], action


def test_what_was_emptied_fails_all_that_had_to_stay(collection: Path, tmp_path: Path) -> None:
    maps = key.read_map(collection / "uids.csv")
    for number, instance in enumerate(key.read(collection / "answers.db")):
        ds = Dataset()
        ds.SOPInstanceUID = maps[instance.uid]
        ds.save_as(
            tmp_path / f"{number}.dcm", implicit_vr=False, little_endian=True, enforce_file_format=False
        )
    result = score(key.read(collection / "answers.db"), tmp_path, Maps(maps, {}))
    for action in ("text_retained", "tag_retained", "text_notnull", "pixels_retained"):
        assert result.passed[action] == 0, action
    assert result.passed["text_removed"] == result.total["text_removed"]


def test_one_seed_makes_one_collection(collection: Path, tmp_path: Path) -> None:
    generate.write(tmp_path, series=1, instances=2)
    for path in (collection / "images").rglob("*.dcm"):
        again = tmp_path / "images" / path.relative_to(collection / "images")
        assert again.read_bytes() == path.read_bytes()
    shutil.rmtree(tmp_path / "images")
