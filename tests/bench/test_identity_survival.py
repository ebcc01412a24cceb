"""Survivors are told from what is met by chance, by place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from support.burned import dataset, file_of
from support.residue import decoy_counts

from bench.identity.checks import lost
from bench.identity.survival import Run, Survival, judge

DAY = {"value": "2013-07-05", "class": "date", "also": []}
CODE = {"value": "46198", "class": "unique-code", "also": []}


class House:
    """An input folder and what each of two keys made of it."""

    def __init__(self, folder: Path) -> None:
        self.sample, self.moved = folder / "in", {}
        self.outputs = [folder / "1", folder / "2"]

    def file(self, path: str, original: bytes | str, *masked: bytes | str, names: Any = None) -> None:
        """A file, and its content under each key. names: of it under each key, its own if not told."""
        _write(self.sample / path, original)
        for number, content in enumerate(masked):
            name = names[number] if names else path
            self.moved.setdefault(number, {})[path] = name
            _write(self.outputs[number] / "masked" / name, content)

    def annotations(self, number: int, rows: list[dict[str, str]]) -> None:
        path = self.outputs[number] / "annotations" / "part-0.parquet"
        path.parent.mkdir(parents=True)
        parquet.write_table(pa.Table.from_pylist(rows), path)

    def judged(self, item: dict[str, Any], *planted: str) -> Survival:
        runs = [Run(output, self.moved[number]) for number, output in enumerate(self.outputs)]
        where = [{"path": path, "location": "line 1"} for path in planted]
        return judge(self.sample, runs, [{**item, "where": where}])


def _write(path: Path, content: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_what_every_key_leaves_where_it_was_planted_survives(house: House) -> None:
    house.file("a.csv", "x\n2013-07-05\n", "x\n2013-07-05\n", "y\n2013-07-05\n")
    found = house.judged(DAY, "a.csv")
    assert [(each.source, each.where) for each in found.planted] == [("a.csv", "raw, line 2")]
    assert not found.elsewhere


def test_what_every_key_puts_at_another_file_survives(house: House) -> None:
    house.file("a.csv", "2013-07-05", "2001-01-01", "2002-02-02")
    house.file("b.csv", "2014-01-01", "2013-07-05", "05.07.2013")
    found = house.judged(DAY, "a.csv")
    assert [each.source for each in found.elsewhere] == ["b.csv"]
    assert not found.planted


@pytest.mark.parametrize("other", ["2013-07-06", ""])
def test_what_one_key_shows_is_chance(house: House, other: str) -> None:
    house.file("a.csv", "2013-07-05", "2013-07-05", other)
    found = house.judged(DAY, "a.csv")
    assert not found.planted
    assert found.chance == {"date": 1}


def test_what_keys_show_at_two_files_is_chance(house: House) -> None:
    house.file("a.csv", "2013-07-05", "2013-07-05", "2001-01-01")
    house.file("b.csv", "2014-01-01", "2001-01-01", "2013-07-05")
    found = house.judged(DAY, "a.csv")
    assert found == Survival(chance=found.chance)
    assert found.chance == {"date": 2}


def test_what_keys_show_in_two_lines_of_a_file_is_chance(house: House) -> None:
    house.file("a.csv", "2013-07-05\n2014-01-01", "2013-07-05\n2001-01-01", "2001-01-01\n2013-07-05")
    found = house.judged(DAY, "a.csv")
    assert found == Survival(parted=found.parted)
    assert found.parted == {"date": 1}


@pytest.mark.parametrize(
    "second",
    ["2001-01-01\n2013-07-05\nmore", b"\0\n2013-07-05"],
    ids=["another number of lines", "no text"],
)
def test_where_lines_can_not_be_compared_the_file_is_the_place(house: House, second: bytes | str) -> None:
    house.file("a.csv", "2013-07-05\n2014-01-01", "2013-07-05\n2001-01-01", second)
    assert house.judged(DAY, "a.csv").planted


def test_segments_of_x12_are_lines(house: House) -> None:
    head = "ISA" + "*" * 102 + "~"
    house.file("a.837", head, f"{head}D*20130705~D*1~", f"{head}D*1~D*20130705~")
    assert house.judged(DAY, "a.837") == Survival(parted=house.judged(DAY).parted)


def test_names_are_judged_by_the_file_they_are_of(house: House) -> None:
    house.file("2013-07-05/a.txt", "", "x", "y", names=["x/2013-07-05.txt", "2013-07-05/y.txt"])
    found = house.judged(DAY, "2013-07-05/a.txt")
    assert [(each.source, each.where) for each in found.planted] == [("2013-07-05/a.txt", "name, line 1")]


@pytest.mark.parametrize(("location", "survives"), [("line 1", True), ("line 2", False)])
def test_a_row_of_annotations_is_a_place_of_its_file(house: House, location: str, survives: bool) -> None:
    house.file("a.txt", "2013-07-05", "x", "y", names=["1.txt", "2.txt"])
    row = {"output_path": "1.txt", "location": "line 1", "replacement": "2013-07-05"}
    house.annotations(0, [row])
    other = {"output_path": "2.txt", "location": "line 9", "replacement": "none"}
    house.annotations(1, [other, {**row, "output_path": "2.txt", "location": location}])
    found = house.judged(DAY, "a.txt")
    assert [each.where for each in found.planted] == (["annotations line 1"] if survives else [])
    assert found.chance == ({} if survives else {"date": 2})


def test_what_every_page_shows_survives(house: House) -> None:
    house.file("a.txt", "2013-07-05", "x", "y")
    for output in house.outputs:
        _write(output / "run.json", json.dumps({"note": "2013-07-05"}))
    assert [(each.source, each.where) for each in house.judged(DAY, "a.txt").elsewhere] == [
        ("run.json", "raw")
    ]


def _image(pixels: bytes, **attributes: object) -> bytes:
    return file_of(dataset(np.frombuffer(pixels, np.uint8).reshape(8, -1), "NOBODY", **attributes))


NOISE = bytes(range(128, 160)) + b"\x01\x0246198\x03\x04" + bytes(range(160, 183))


def test_digits_of_the_pixels_before_are_told_apart(house: House) -> None:
    before = _image(NOISE, PatientID="1")
    house.file("a.dcm", before, _image(NOISE, PatientID="234567"), _image(NOISE, PatientID="89"))
    found = house.judged(CODE, "b.dcm")
    assert [(each.source, each.where) for each in found.pixels] == [("a.dcm", "raw")]
    assert found == Survival(pixels=found.pixels)


@pytest.mark.parametrize(
    ("original", "masked"),
    [
        (_image(NOISE[::-1], PatientID="1"), _image(NOISE, PatientID="1")),
        (_image(NOISE, PatientID="1"), _image(NOISE, PatientID="46198")),
        (_image(NOISE, PatientID="46198"), _image(bytes(64), PatientID="46198")),
        (_image(NOISE[1:] + b"\0", PatientID="1"), _image(NOISE, PatientID="1")),
    ],
    ids=["others before", "in the header, too", "in the header only", "moved by a byte"],
)
def test_other_digits_survive(house: House, original: bytes, masked: bytes) -> None:
    house.file("a.dcm", original, masked, masked)
    found = house.judged(CODE, "b.dcm")
    assert [each.source for each in found.elsewhere] == ["a.dcm"]
    assert not found.pixels


def test_digits_of_a_file_that_no_input_became_survive(house: House) -> None:
    house.file("a.txt", "46198", "x", "y")
    for output in house.outputs:
        _write(output / "masked" / "b.dcm", _image(NOISE, PatientID="1"))
    assert [each.source for each in house.judged(CODE, "a.txt").elsewhere] == ["b.dcm"]


def test_a_decoy_is_looked_for_in_what_its_file_became(house: House) -> None:
    decoy = {"value": "warfarin", "where": [{"path": "a.txt"}, {"path": "a.txt"}, {"path": "b.txt"}]}
    house.file("a.txt", "warfarin, WARFARIN", "warfarin", names=["1.txt"])
    house.file("b.txt", "warfarin", "nothing", names=["2.txt"])
    house.file("c.txt", "nothing", "warfarin", names=["3.txt"])
    before = decoy_counts(house.sample, [decoy])
    after = decoy_counts(house.outputs[0] / "masked", [decoy])
    assert lost([decoy], before, after, house.moved[0]) == {("warfarin", "b.txt"): 1}
    assert lost([decoy], before, after, {"a.txt": "1.txt"}) == {("warfarin", "b.txt"): 1}
