"""One file at a time, without Beam: what is decided, and what the annotations say."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file
from support.images import ct

from beam_phi.audit.records import Annotation
from beam_phi.engine import Engine, Quarantine
from beam_phi.formats import Source
from beam_phi.library.load import load
from beam_phi.masking.keys import parse


@cache
def engine(library: str = "basic") -> Engine:
    return Engine(load(library), parse("ab" * 32), "clear")


def mask(name: str, data: bytes, format_: str, library: str = "basic") -> tuple[bytes, list[Annotation]]:
    result = engine(library).mask(name, "id", format_, Source(io.BytesIO(data), len(data)))
    try:
        return b"".join(result.content.chunks()), list(result.annotations())
    finally:
        result.close()


def masked_path(name: str, **values: str) -> str:
    data = ct(**values)
    result = engine("basic").mask(name, "id", "dicom", Source(io.BytesIO(data), len(data)))
    result.close()
    return result.output_path


def test_a_finding_in_a_note_is_told_by_its_line() -> None:
    note = b"First line.\nSeen by Dr. Okonkwo.\r\nMRN: 0012345"
    masked, rows = mask("a.txt", note, "text")
    assert b"Okonkwo" not in masked
    lines = note.decode().replace("\r\n", "\n").split("\n")
    for row in rows:
        if row.format == "text":
            line = lines[int(row.location.removeprefix("line ")) - 1]
            assert line[row.start : row.end] == row.original
    assert {row.location for row in rows} == {"line 2", "line 3"}


def test_the_annotations_are_the_difference() -> None:
    """Replaying them on the input gives the output."""
    note = b"Patient: Douglas Davidson\nMRN: 292821506 seen 2013-07-13, call (617) 555-0142.\n"
    masked, rows = mask("a.txt", note, "text")
    lines = note.decode().splitlines()
    for row in sorted(rows, key=lambda row: (row.location, -(row.start or 0))):
        number = int(row.location.removeprefix("line ")) - 1
        lines[number] = lines[number][: row.start] + str(row.replacement) + lines[number][row.end :]
    assert "\n".join(lines) + "\n" == masked.decode()


def test_a_name_in_a_coded_value_is_found() -> None:
    data = ct(PatientName="Kowalczyk^Zbigniew", BodyPartExamined="KOWALCZYK", ImageType=["ORIGINAL", "HEAD"])
    masked, rows = mask("a.dcm", data, "dicom")
    assert b"KOWALCZYK" not in masked
    assert b"ORIGINAL" in masked
    assert any(row.location == "(0018,0015)" for row in rows)


def test_an_element_that_the_profile_removes_is_noted_once() -> None:
    data = Path(get_testdata_file("CT_small.dcm")).read_bytes()
    _, rows = mask("a.dcm", data, "dicom")
    places = [(row.location, row.start, row.end) for row in rows]
    assert len(places) == len(set(places))
    removed = [row for row in rows if row.function == "delete"]
    assert removed
    assert all(row.replacement is None for row in removed)


def test_a_matcher_that_found_it_itself_is_named_in_the_annotation() -> None:
    _, rows = mask("a.txt", b"Seen by Dr. Okonkwo. Dr. Okonkwo agrees; Okonkwo signed.", "text")
    kinds = [row.matcher_kind for row in sorted(rows, key=lambda row: row.start or 0)]
    assert kinds == ["pattern", "pattern", "known"]


def test_a_doubtful_finding_does_not_spread() -> None:
    masked, _ = mask("a.txt", b"Ordered by: Emergency Department\nEmergency Department closed.\n", "text")
    assert masked.endswith(b"Emergency Department closed.\n")


def test_a_folder_that_names_the_patient_is_quarantined_unless_the_path_says_it() -> None:
    data = ct(PatientName="May^June", PatientID="AB")
    with pytest.raises(Quarantine) as error:
        mask("May June/1.dcm", data, "dicom")
    assert error.value.reason == "path-residue"


@pytest.mark.parametrize("folder", ["Winter", "winter_01", "CT Winter 2"])
def test_a_folder_of_a_name_that_is_a_word_is_quarantined(folder: str) -> None:
    with pytest.raises(Quarantine) as error:
        mask(f"{folder}/1.dcm", ct(PatientName="Winter^Adalberta", PatientID="AB"), "dicom")
    assert error.value.reason == "path-residue"


def test_a_folder_of_several_words_is_about_no_one_of_the_name() -> None:
    assert masked_path("winter sports/1.dcm", PatientName="Winter^Adalberta") == "winter sports/1.dcm"


@pytest.mark.parametrize("file", ["winter.dcm", "knee winter 3.dcm", "Winter_old_scan.dcm"])
def test_a_file_name_with_a_name_that_is_a_word_is_masked(file: str) -> None:
    path = masked_path(f"a/{file}", PatientName="Winter^Adalberta")
    assert path.startswith("a/")
    assert path.endswith(".dcm")
    assert "winter" not in path.lower()


def test_a_path_cell_names_no_one_of_its_row() -> None:
    table = b'Patient Name,MRN,File Location\n"May, June",778812,scans/may june/778812.dcm\n'
    masked, _ = mask("a.csv", table, "delimited")
    assert b"778812" not in masked
    assert b"may june" not in masked


def test_a_value_that_says_nothing_gets_no_pseudonym() -> None:
    masked, _ = mask("a.dcm", ct(PatientID="UNKNOWN"), "dicom")
    assert pydicom.dcmread(io.BytesIO(masked)).PatientID in ("", "REMOVED")


def test_files_of_one_masked_path_are_told_apart() -> None:
    def path(file_id: str) -> str:
        source = Source(io.BytesIO(b"note"), 4)
        result = engine().mask("a/b.txt", file_id, "text", source, twin=True)
        result.close()
        return result.output_path

    assert path("0123456789abcdef0") != path("fedcba98765432100")
    assert path("0123456789abcdef0").startswith("a/")
    assert path("0123456789abcdef0").endswith(".txt")


def test_search_finds_the_same_and_renders_nothing() -> None:
    data = ct(PatientName="Kowalczyk^Zbigniew")
    source = Source(io.BytesIO(data), len(data))
    found = engine().mask("a.dcm", "id", "dicom", source, search_only=True)
    assert list(found.content.chunks()) == []
    rows = list(found.annotations())
    _, masked = mask("a.dcm", data, "dicom")
    assert [row.location for row in rows] == [row.location for row in masked]
    assert {row.status for row in rows} == {"found"}
    assert {row.replacement for row in rows} == {None}
