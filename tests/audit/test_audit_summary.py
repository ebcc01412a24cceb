"""The figures of a run, and its record."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from beam_phi.audit.parts import PartWriter, write_empty
from beam_phi.audit.records import Annotation, Outcome
from beam_phi.audit.run import RunFileError, RunRecord, now, public_options, read_run, write_run
from beam_phi.audit.schema import ANNOTATIONS, FILES
from beam_phi.audit.store import Store
from beam_phi.audit.summary import LISTED, SLOWEST, SlowFile, summarize
from beam_phi.transforms.filesystem import BeamStore

RUN = RunRecord("mask", "basic", "d" * 64, "PS3.15 2026d", "2026-01-02T03:04:05+00:00", key_id="k1")


def write(store: Store, outcomes: list[Outcome], annotations: list[Annotation], max_rows: int = 1000) -> None:
    for folder, schema, rows in (("files", FILES, outcomes), ("annotations", ANNOTATIONS, annotations)):

        def opened(name: str, folder: str = folder) -> object:
            return store.create(f"{folder}/{name}")

        writer = PartWriter(schema, opened, max_rows)
        for row in rows:
            writer.add(row)
        if not writer.close():
            write_empty(schema, opened)


def masked(i: int, form: str = "dicom", findings: int = 1, seconds: float = 0.1) -> Outcome:
    return Outcome(f"m{i:07}", f"o/{i}", form, "masked", None, None, 100, 90, "0" * 64, findings, seconds)


def refused(i: int, reason: str, status: str = "quarantined") -> Outcome:
    return Outcome(f"q{i:07}", None, "text", status, reason, None, 10, None, None, 0, 0.01)  # type: ignore[arg-type]


def found(i: int, data_class: str, function: str | None, form: str = "dicom") -> Annotation:
    return Annotation(
        f"m{i:07}", f"o/{i}", form, f"({i})", *(None,) * 7, data_class, "m", "pattern", 0.9, "r", function,
        "masked", None, None, None, "k1", "d" * 64,
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> BeamStore:
    return BeamStore(str(tmp_path))


def test_figures(store: BeamStore) -> None:
    outcomes = [
        masked(1, findings=2, seconds=2.0),
        masked(2, "text", seconds=0.5),
        refused(3, "truncated"),
        refused(2, "truncated"),
        refused(4, "empty"),
        refused(5, "skipped-by-rule", "skipped"),
    ]
    rows = [found(1, "uid", "uid"), found(1, "date", None), found(2, "date", "shift", "text")]
    write(store, outcomes, rows, max_rows=2)
    summary = summarize(store)
    assert summary.total_files == 6
    assert summary.files_by_format() == {
        "text": {"masked": 1, "quarantined": 3, "skipped": 1},
        "dicom": {"masked": 1},
    }
    assert summary.reasons == {
        ("quarantined", "truncated"): 2,
        ("quarantined", "empty"): 1,
        ("skipped", "skipped-by-rule"): 1,
    }
    assert list(summary.findings_by("data_class").items()) == [("date", 2), ("uid", 1)]
    assert summary.findings_by("function") == {"": 1, "shift": 1, "uid": 1}
    assert summary.findings_by("format") == {"dicom": 2, "text": 1}
    assert summary.expected_findings == summary.total_findings == 3
    assert (summary.bytes_in, summary.bytes_out) == (240, 180)
    assert summary.seconds == pytest.approx(2.54)
    assert summary.slowest[:2] == (
        SlowFile(2.0, "m0000001", "dicom", 100),
        SlowFile(0.5, "m0000002", "text", 100),
    )
    assert [file.file_id for file in summary.quarantined] == ["q0000002", "q0000003", "q0000004"]
    assert summary.searched == 0
    assert json.loads(json.dumps(summary.as_dict()))["files"]["by_reason"]["quarantined"] == {
        "empty": 1,
        "truncated": 2,
    }


def test_figures_do_not_depend_on_the_parts(tmp_path: Path) -> None:
    outcomes = [masked(i, seconds=i % 17) for i in range(300)] + [refused(i, "empty") for i in range(300)]
    rows = [found(i, f"class-{i % 5}", "f") for i in range(300)]
    summaries = []
    for name, size, step in (("one", 10_000, 1), ("many", 7, -1)):
        store = BeamStore(str(tmp_path / name))
        write(store, outcomes[::step], rows[::step], size)
        summaries.append(summarize(store))
    one, many = summaries
    assert one == replace(many, seconds=one.seconds)
    assert one.seconds == pytest.approx(many.seconds)
    assert (len(one.slowest), len(one.quarantined)) == (SLOWEST, LISTED)


def test_an_empty_run(store: BeamStore) -> None:
    write(store, [], [])
    summary = summarize(store)
    assert (summary.total_files, summary.total_findings, summary.slowest) == (0, 0, ())


def test_many_rows_take_little_time(store: BeamStore) -> None:
    write(
        store, [masked(i) for i in range(20_000)], [found(i, "uid", "uid") for i in range(20_000)] * 5, 20_000
    )
    started = time.process_time()
    summary = summarize(store)
    assert summary.total_findings == 100_000
    assert time.process_time() - started < 3


def test_a_run_record_comes_back(store: BeamStore) -> None:
    run = replace(
        RUN, finished=now(), counts={"files": {"total": 1}}, options={"values": "hash"}, crosswalk=True
    )
    write_run(store, run)
    assert read_run(store) == run


def test_only_public_options_are_recorded(store: BeamStore) -> None:
    given = {
        "values": "hash",
        "identity": "file",
        "direct_num_workers": 2,
        "runner": None,
        "key": "/secret/key",
        "input": "/in/Douglas Davidson",
        "crosswalk": "/x.parquet",
        "temp_location": "gs://bucket/Davidson",
    }
    assert public_options(given) == {"values": "hash", "identity": "file", "direct_num_workers": 2}
    with pytest.raises(ValueError, match="key, temp_location") as caught:
        replace(RUN, options={"key": "/secret/key", "temp_location": "/Davidson"})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "{",
        '"\ud800"',
        "[" * 100_000,
        '{"schema": 2}',
        '{"schema": 1}',
        '{"schema": 1, "command": "mask", "options": {"key": "x"}}',
    ],
)
def test_a_damaged_run_record(content: str, store: BeamStore, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(RunFileError):
        read_run(store)


def test_no_run_record(store: BeamStore) -> None:
    with pytest.raises(FileNotFoundError):
        read_run(store)
