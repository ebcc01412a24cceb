"""The crosswalk: each file and each identifier once, original and what it became, for its owner only."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pydicom
import pytest
from support.runs import Run, rows_of

from beam_phi.audit.schema import CROSSWALK
from beam_phi.cli import main
from beam_phi.errors import CallError
from beam_phi.output import check_crosswalk
from beam_phi.transforms import crosswalk as crosswalk_module
from beam_phi.transforms.crosswalk import distinct


@pytest.fixture(scope="module")
def crossed(hospital: Path, key: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """OUTPUT and crosswalk of a run over the sample."""
    folder = tmp_path_factory.mktemp("crosswalk")
    output, file = folder / "out", folder / "private" / "crosswalk.parquet"
    options = ["--library", "research", "--key", str(key), "--no-progress"]
    status = main(["mask", str(hospital), str(output), *options, "--crosswalk", str(file)])
    assert status == 0
    return output, file


@pytest.fixture(scope="module")
def pairs(crossed: tuple[Path, Path]) -> dict[str, dict[str, str]]:
    """kind -> source -> output."""
    found: dict[str, dict[str, str]] = {}
    for row in pq.read_table(crossed[1]).to_pylist():
        of_kind = found.setdefault(row["kind"], {})
        assert row["source"] not in of_kind, "each identifier has one row"
        of_kind[row["source"]] = row["output"]
    return found


def test_a_row_for_each_written_file(
    crossed: tuple[Path, Path], pairs: dict[str, dict[str, str]], hospital: Path
) -> None:
    written = {row["output_path"] for row in rows_of(crossed[0], "files") if row["status"] == "masked"}
    assert set(pairs["path"].values()) == written
    assert all((hospital / source).is_file() for source in pairs["path"])
    for source, output in pairs["path"].items():
        if source.endswith("dcm"):
            before = pydicom.dcmread(hospital / source, force=True, stop_before_pixels=True)
            after = pydicom.dcmread(crossed[0] / "masked" / output, force=True, stop_before_pixels=True)
            assert pairs["uid"][before.SOPInstanceUID] == after.SOPInstanceUID
            assert pairs["patient_id"].get(before.PatientID, "") == after.PatientID


def test_every_planted_identifier_has_a_row(
    pairs: dict[str, dict[str, str]], truth: dict[str, Any], crossed: tuple[Path, Path], hospital: Path
) -> None:
    for kind in ("patient-id", "accession-number", "uid"):
        planted = {each["value"] for each in truth["identifiers"] if each["class"] == kind}
        assert planted
        assert planted <= pairs[kind.replace("-", "_")].keys()
    before = list(csv.DictReader((hospital / "metadata.csv").open(encoding="utf-8")))
    after = list(csv.DictReader((crossed[0] / "masked" / "metadata.csv").open(encoding="utf-8")))
    for old, new in zip(before, after, strict=True):
        assert pairs["patient_id"][old["Subject ID"]] == new["Subject ID"]
        assert pairs["uid"][old["Series UID"]] == new["Series UID"]


def test_it_is_for_its_owner_only_and_nothing_is_left_beside_it(crossed: tuple[Path, Path]) -> None:
    file = crossed[1]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]
    assert pq.read_schema(file).names == CROSSWALK.names


def test_the_run_says_that_there_is_one(crossed: tuple[Path, Path], masked: Run) -> None:
    """Whoever reads the report has to know that somebody can undo the pseudonyms."""
    for output, written in ((crossed[0], True), (masked.output, False)):
        record = json.loads((output / "run.json").read_bytes())
        assert record["crosswalk"] is written
        assert record["options"]["identity"] == "collection"
        assert ("whoever holds it" in (output / "report.html").read_text("utf-8")) is written


@pytest.mark.parametrize("place", ["in/crosswalk.parquet", "out/masked/crosswalk.parquet", "in"])
def test_it_is_kept_apart(place: str, tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "note.txt").write_text("Nothing.\n")
    call = ["mask", str(tmp_path / "in"), str(tmp_path / "out"), "--key", str(key), "--no-progress"]
    assert main([*call, "--crosswalk", str(tmp_path / place)]) == 2
    assert "crosswalk" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["note.txt"]


@pytest.mark.parametrize("file", ["gs://in/private/x.parquet", "gs://out/masked/x.parquet"])
def test_it_is_kept_apart_in_buckets(file: str) -> None:
    with pytest.raises(CallError, match="keep it outside"):
        check_crosswalk(file, "gs://in/**", "gs://out")
    for source in ("gs://in", "gs://in/**"):
        check_crosswalk("gs://private/x.parquet", source, "gs://out")


def test_rows_that_many_files_tell_stand_once() -> None:
    first = pa.table([["uid", "uid"], ["1.2", "1.3"], ["a", "b"]], schema=CROSSWALK)
    second = pa.table([["uid", "path"], ["1.3", "1.3"], ["b", "b"]], schema=CROSSWALK)
    rows = [row for table in distinct([first, second, first]) for row in table.to_pylist()]
    assert [(row["kind"], row["source"]) for row in rows] == [("uid", "1.2"), ("uid", "1.3"), ("path", "1.3")]


def test_a_run_that_fails_leaves_no_original_behind(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "visits.csv").write_text("MRN,Name\n4711220,Ottoline Zimmerling\n")
    private = tmp_path / "private"
    waiting: list[str] = []

    def fail(self: object, pending: str, names: object) -> None:
        waiting.extend(path.name for path in Path(pending).iterdir())
        raise OSError

    monkeypatch.setattr(crosswalk_module._PublishFn, "process", fail)
    killed = private / "crosswalk.parquet.pending-0123"
    killed.mkdir(parents=True)
    (killed / "part-0.parquet").write_bytes(b"4711220")
    call = ["mask", str(tmp_path / "in"), str(tmp_path / "out"), "--key", str(key), "--no-progress"]
    assert main([*call, "--crosswalk", str(private / "crosswalk.parquet")]) == 1
    assert waiting
    assert list(private.iterdir()) == []
