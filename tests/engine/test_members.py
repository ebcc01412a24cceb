"""Archives through the engine: every member is masked as a file of its own, or the archive is refused."""

from __future__ import annotations

import gzip
import io
import json
import os
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file
from support.files import engine_of, mask_file, members, planted_in, tarred, zipped

from beam_phi.engine import Quarantine
from beam_phi.formats import Source, spool

PLANTED = ("davidson", "douglas", "29282150", "12 Elm Street", "617-555-0134")
NOTE = b"Patient: Douglas Davidson, MRN 29282150, lives at 12 Elm Street, tel. 617-555-0134.\n"
TABLE = b"Patient Name,MRN,Phone\n" + b"Davidson Douglas,29282150,617-555-0134\n" * 3
MESSAGE = b"MSH|^~\\&|LAB|A|B|C|20130214||ADT^A01|1|P|2.5\rPID|1||29282150^^^H^MR||DAVIDSON^DOUGLAS\r"
PATIENT = json.dumps(
    {"resourceType": "Patient", "name": [{"family": "Davidson", "given": ["Douglas"]}]}
).encode()


def image(**values: str) -> bytes:
    dataset = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    dataset.PatientName, dataset.PatientID = "DAVIDSON^DOUGLAS", "29282150"
    buffer = io.BytesIO()
    dataset.save_as(buffer)
    return buffer.getvalue()


FILES = {
    "Davidson Douglas/note.txt": NOTE,
    "Davidson Douglas/list 29282150.csv": TABLE,
    "messages/in.hl7": MESSAGE,
    "patient.json": PATIENT,
    "slice.dcm": image(),
    "empty.dat": b"",
}


def refused(name: str, data: bytes, library: str = "basic") -> str:
    with pytest.raises(Quarantine) as refusal:
        mask_file(name, data, library)
    assert not planted_in(str(refusal.value).encode(), *PLANTED)
    return refusal.value.reason


def packings(files: dict[str, bytes]) -> dict[str, bytes]:
    tar = tarred(files, uname="davidson", pax_headers={"comment": "douglas"})
    return {
        "a.zip": zipped(files),
        "a.tar": tar,
        "a.tgz": gzip.compress(tar),
        "b.zip": zipped({"inner/Davidson.tar.gz": gzip.compress(tar), "c.zip": zipped(files)}),
    }


@pytest.mark.parametrize("library", ["basic", "research", "safe-harbor"])
@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz", "b.zip"])
def test_every_member_is_masked(name: str, library: str) -> None:
    masked, _, annotations = mask_file(name, packings(FILES)[name], library)
    assert planted_in(packings(FILES)[name], *PLANTED) == list(PLANTED)
    assert not planted_in(masked, *PLANTED)
    assert not any(planted_in(row.location.encode(), *PLANTED) for row in annotations)
    assert any(row.location.startswith("member[1] > ") for row in annotations)
    assert mask_file(name, packings(FILES)[name], library)[0] == masked


def test_members_are_masked_as_if_they_lay_in_the_tree() -> None:
    masked = members(mask_file("a.zip", zipped(FILES))[0])
    for name, data in FILES.items():
        if data:
            alone, path, _ = mask_file(name, data)
            assert masked[path] == alone
    assert masked["empty.dat"] == b""
    assert len(masked) == len(FILES)


def test_annotations_say_where() -> None:
    _, _, annotations = mask_file("a.zip", zipped({"x.txt": b"All is well.\n", "Davidson.csv": TABLE}))
    locations = [(row.format, row.location) for row in annotations]
    assert ("archive", "member[2] > row 1 / Patient Name") in locations
    assert ("path", "member[2] > path[0]") in locations


def test_a_compressed_table_is_one_by_the_name_below() -> None:
    masked, path, _ = mask_file("list.csv.gz", gzip.compress(b"MRN\n29282150\n"))
    assert path == "list.csv.gz"
    text = gzip.decompress(masked)
    assert text.startswith(b"MRN\n")
    assert b"29282150" not in text


def test_the_only_person_of_an_archive_is_not_in_its_name() -> None:
    # Long is a word; that it is a name only the object inside tells.
    dataset = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    dataset.PatientName = "LONG^AXIS"
    buffer = io.BytesIO()
    dataset.save_as(buffer)
    _, path, _ = mask_file("Long.zip", zipped({"a.dcm": buffer.getvalue()}))
    assert "Long" not in path
    assert refused("Long/a.zip", zipped({"a.dcm": buffer.getvalue()})) == "path-residue"


def test_names_that_become_one_are_told_apart() -> None:
    files = {f"Davidson {first}.txt": b"well\n" for first in ("Douglas", "Dougal", "Dora", "Dora ")}
    masked = members(mask_file("a.zip", zipped(files), "safe-harbor")[0])
    assert len(masked) == len(files)


def test_one_member_that_can_not_be_masked_refuses_all() -> None:
    for data in (b"\x7fELF\2\1\1" + bytes(60), os.urandom(999)):
        assert refused("a.zip", zipped({"a.txt": NOTE, "b": data})) == "unknown-format"
    assert refused("a.tar", tarred({"b.json": b'{"a": '})) == "bad-syntax"
    assert refused("a.zip", zipped({"a.txt": b"x\0y"})) in ("bad-encoding", "unknown-format")


def test_a_rule_of_the_library_leaves_members_out(tmp_path: Path) -> None:
    library = tmp_path / "library.yaml"
    library.write_text("name: t\nextends: basic\nskip: [{path: '*.exe'}]\n")
    data = zipped({"viewer/run.exe": b"MZ\x90\0\3", "run.exe": b"MZ\x90\0\3", "a.txt": NOTE})
    masked, _, annotations = mask_file("cd.zip", data, str(library))
    assert list(members(masked)) == ["a.txt"]
    assert [row.location for row in annotations if row.data_class == "archive-member"] == [
        "member[1] > file",
        "member[2] > file",
    ]


def test_archives_in_archives_end_somewhere() -> None:
    data = zipped({"a.txt": NOTE})
    for _ in range(3):
        data = zipped({"a.zip": data})
    assert not planted_in(mask_file("a.zip", data)[0], *PLANTED)
    assert refused("a.zip", zipped({"a.zip": data})) == "too-deep"


def seen(name: str, format_: str, data: bytes) -> set[object]:
    """What a file tells of people, subject by subject."""
    engine = engine_of("research")
    subjects = engine.subjects(name, format_, Source(io.BytesIO(data), len(data)))
    return {engine.registry.sighting(subject) for subject in subjects} - {None}


def test_members_tell_other_files_whom_they_are_about() -> None:
    alone = seen("slice.dcm", "dicom", FILES["slice.dcm"]) | seen("in.hl7", "hl7", MESSAGE)
    packed = zipped({"slice.dcm": FILES["slice.dcm"], "in.hl7": MESSAGE})
    assert len(alone) > 1
    assert seen("a.zip", "archive", packed) == alone
    assert seen("a.zip", "archive", zipped({"b.zip": packed})) == alone


def test_a_search_writes_nothing_and_finds_the_same() -> None:
    data = packings(FILES)["b.zip"]
    nothing, _, found = mask_file("b.zip", data, search_only=True)
    assert nothing == b""
    assert [row.location for row in found] == [row.location for row in mask_file("b.zip", data)[2]]


def test_what_waits_on_disk_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MEMORY_LIMIT", 1 << 10)
    written: list[bytes] = []
    append = spool.SealedFile.append

    def watched(self: spool.SealedFile, data: bytes) -> None:
        append(self, data)
        self._file.seek(0)
        written.append(self._file.read())
        self._file.seek(0, 2)

    monkeypatch.setattr(spool.SealedFile, "append", watched)
    data = zipped({"a.csv": TABLE + TABLE[23:] * 1000, "slice.dcm": image()})
    masked, _, _ = mask_file("a.zip", data)
    assert written
    assert not any(planted_in(each, *PLANTED) for each in written)
    monkeypatch.setattr(spool, "MEMORY_LIMIT", 1 << 30)
    assert mask_file("a.zip", data)[0] == masked
    assert not planted_in(masked, *PLANTED)


def test_what_archives_call_a_person_is_theirs_alone() -> None:
    """Patient/1 of one archive is not Patient/1 of another."""
    observation = b'{"resourceType": "Observation", "subject": {"reference": "Patient/1"}}'
    packed = zipped({"a.json": observation})
    first, second = (seen(name, "archive", packed) for name in ("a.zip", "b.zip"))
    assert first
    assert second
    assert not first & second
