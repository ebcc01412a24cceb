"""The judge is judged: it finds all in an unmasked sample, in each encoding, and nothing where nothing is."""

from __future__ import annotations

import base64
import gzip
import io
import json
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from support.residue import lost_decoys, survivors

from beam_phi import sample

NAME = {"value": "Nuñez^Joaquín", "class": "patient-name", "also": ["Mr. Nuñez"]}
TOKEN = {"value": "Davidson", "class": "patient-name", "also": []}
WORD_NAME = {"value": "Head^Margaret", "class": "patient-name", "also": ["Ms. Head"]}
DATE = {"value": "2013-07-05", "class": "date", "also": []}
ID = {"value": "00123456", "class": "patient-id", "also": []}
PHONE = {"value": "(869) 555-2681", "class": "phone", "also": []}
CODE = {"value": "46198", "class": "unique-code", "also": []}
KANJI = {"value": "山田", "class": "patient-name", "also": []}
AGE = {"value": "93-year-old", "class": "age", "also": ["93Y"]}


@pytest.fixture(scope="module")
def unmasked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A sample without its truth, and the truth."""
    folder = tmp_path_factory.mktemp("sample")
    sample.write(folder)
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    (folder / "truth.json").unlink()
    return folder, truth


def test_everything_survives_where_nothing_was_masked(unmasked: tuple[Path, dict[str, Any]]) -> None:
    folder, truth = unmasked
    found = {(s.value, s.data_class, s.path) for s in survivors(folder, truth["identifiers"])}
    missed = [
        (item["value"], place)
        for item in truth["identifiers"]
        for place in item["where"]
        if (item["value"], item["class"], place["path"]) not in found
    ]
    assert not missed


def test_people_who_are_not_there_are_not_found(
    unmasked: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, truth = unmasked
    others = sample.write(tmp_path, seed=7, patients=9)
    here = {item["value"] for item in truth["identifiers"]}
    absent = [
        {"value": other.value, "class": other.data_class, "also": list(other.also)}
        for other in others.identifiers
        if other.patient not in {"", *(patient["id"] for patient in truth["patients"])}
        and other.value not in here
    ]
    assert len(absent) > 100
    assert survivors(folder, absent) == []


def test_no_decoy_is_lost_where_nothing_was_masked(unmasked: tuple[Path, dict[str, Any]]) -> None:
    folder, truth = unmasked
    assert lost_decoys(folder, truth["decoys"]) == []


@pytest.mark.parametrize(
    "planted",
    [
        b"Mr. Nu\xf1ez was seen",
        "seen: NUÑEZ, JOAQUÍN".encode(),
        "joaquin_nunez_ct",
        "Joaquín Nuñez".encode("utf-16"),
        b"\0\1xx" + "Nuñez^Joaquín".encode("utf-16-le"),
        b"\0\1x" + "NUÑEZ^JOAQUÍN".encode("utf-16-be"),
        base64.b64encode("<p>Joaquín Nuñez</p>".encode()),
        b"data:text/plain;base64," + base64.b64encode(b"12 Nunez, Joaquin"),
        b"x" + base64.b64encode(b"Nunez, Joaquin"),
        base64.encodebytes(b"x" * 50 + b" Nunez, Joaquin " + b"y" * 50),
        "Joaquín Nuñez".encode().hex(),
        b"\0\1\2" + zlib.compress(b"a" * 5000 + b" JOAQUIN NUNEZ ") + b"tail",
        gzip.compress(b"Nunez Joaquin", mtime=0),
        base64.b64encode(gzip.compress(b"Nunez Joaquin", mtime=0)),
        json.dumps({"name": "Joaquín Nuñez"}),
        "Joaqu%C3%ADn%20Nu%C3%B1ez",
        "Joaqu&#237;n Nu&#241;ez",
    ],
)
def test_a_name_is_found_in_each_encoding(tmp_path: Path, planted: bytes | str) -> None:
    (tmp_path / "out.bin").write_bytes(planted if isinstance(planted, bytes) else planted.encode())
    assert [s.value for s in survivors(tmp_path, [NAME])][:1] == [NAME["value"]]


@pytest.mark.parametrize("encoding", ["utf-8", "shift_jis", "iso2022_jp", "euc_jp", "utf-16-le", "utf-16-be"])
def test_kanji_are_found_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    for text in ("=山田^太郎", "山田太郎"):
        (tmp_path / "out.bin").write_bytes(text.encode(encoding))
        assert survivors(tmp_path, [KANJI])


def _zip(text: str, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", text)


def _parquet(text: str, path: Path) -> None:
    column = pa.array([{"note": text}] * 3)
    parquet.write_table(pa.table({"nested": column}), path, compression="zstd")


def _name(text: str, path: Path) -> None:
    (path.parent / text).mkdir()


@pytest.mark.parametrize("write", [_zip, _parquet, _name])
def test_containers_and_names_are_searched(tmp_path: Path, write: Callable[[str, Path], None]) -> None:
    write("report of Mr. Davidson", tmp_path / "out.bin")
    assert survivors(tmp_path, [TOKEN])


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (DATE, "on 20130705"),
        (DATE, "at 20130705172508.000"),
        (DATE, "7/5/2013"),
        (DATE, "05.07.2013"),
        (DATE, "July 5th, 2013"),
        (DATE, "5-JUL-2013"),
        (ID, "00-123-456"),
        (ID, "MRN:123456."),
        (ID, "123 456"),
        (PHONE, "+1 869.555.2681"),
        (PHONE, "8695552681"),
        (CODE, "for Nobody-46198"),
        (AGE, "Age: 93Y"),
        (AGE, "a 93-Year-Old man"),
        (WORD_NAME, "Margaret Head"),
        (WORD_NAME, "HEAD^MARGARET"),
        (WORD_NAME, "ms. head"),
        (WORD_NAME, "M. Head"),
        (TOKEN, "DAVIDSON_DOUGLAS_CT"),
        (TOKEN, "the davidson family"),
    ],
)
def test_usual_spellings_are_found(tmp_path: Path, item: dict[str, Any], text: str) -> None:
    (tmp_path / "note.txt").write_text(text)
    assert survivors(tmp_path, [item])


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (DATE, "2.25.9120130705"),
        (DATE, "year 2013"),
        (DATE, "17/5/2013"),
        (ID, "2.25.9123456789"),
        (ID, "1234567"),
        (CODE, "1.2.46198.3"),
        (CODE, "461985"),
        (AGE, "SpO2 93%"),
        (WORD_NAME, "HEAD CT, head of the femur"),
        (TOKEN, "Davidsonia"),
    ],
)
def test_look_alikes_are_not_taken_for_survivors(tmp_path: Path, item: dict[str, Any], text: str) -> None:
    (tmp_path / "note.txt").write_text(text)
    assert survivors(tmp_path, [item]) == []


def test_a_value_between_binary_lengths_and_tags_is_a_whole_word(tmp_path: Path) -> None:
    little = b"\x10\0\x10\0PN\x10\0Davidson" + b"\x32\0\x64\0LO"
    big = b"\0\x10\0\x10PN\0\x30Davidson" + b"\0\x32\0\x64LO"
    for data in (little, big):
        (tmp_path / "value.dcm").write_bytes(data)
        assert survivors(tmp_path, [TOKEN])


@pytest.mark.parametrize("length", [b"TM\x06\0", b"\x06\0\0\0"], ids=["explicit", "implicit"])
def test_a_value_that_begins_before_is_another_one(tmp_path: Path, length: bytes) -> None:
    """Of little endian; a byte beside a NUL is a length only where it can be one."""
    code = {"value": "85016", "class": "unique-code", "also": []}
    (tmp_path / "value.dcm").write_bytes(b"\x08\0\x05\0CS\0\0\x08\0\x30\0" + length + b"085016\x08\0\x31\0")
    assert survivors(tmp_path, [code]) == []
    (tmp_path / "value.dcm").write_bytes(b"\x08\0\x05\0CS\0\0\x08\0\x30\0" + length + b"85016 \x08\0\x31\0")
    assert survivors(tmp_path, [code])


def test_a_lost_decoy_is_counted(tmp_path: Path) -> None:
    decoys = [
        {"value": "Foley catheter", "where": [{}, {}]},
        {"value": "1.2.840.10008.1.2", "where": [{}]},
        {"value": "kept", "where": [{}]},
    ]
    (tmp_path / "a.txt").write_text("Foley catheter, Bilo catheter, syntax 1.2.840.10008.1.2.1")
    (tmp_path / "b.tsv").write_bytes("kept".encode("utf-16"))
    assert [(lost.value, lost.planted, lost.found) for lost in lost_decoys(tmp_path, decoys)] == [
        ("Foley catheter", 2, 1),
        ("1.2.840.10008.1.2", 1, 0),
    ]


def test_a_tar_file_of_texts_has_their_lines(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for number, text in enumerate((b"one\ntwo\n", b"three\nseen 2013-07-05\n")):
            member = tarfile.TarInfo(f"letter{number}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    (tmp_path / "letters.tar").write_bytes(packed.getvalue())
    lines = {found.view: found.lines for found in survivors(tmp_path, [DATE])}
    assert lines == {"raw": (4,), "tar[2]": (2,)}
