"""Calls that are wrong, input that is bad: the contract's exit status, one clear line, the other files
masked.
"""

from __future__ import annotations

import fcntl
import os
import random
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

import pydicom
import pytest
from support.runs import Run, rows_of

from beam_phi.cli import main
from beam_phi.transforms import write

LOCAL = ["--runner=FnApiRunner", "--no-progress"]


@pytest.fixture
def small(tmp_path: Path, hospital: Path) -> Path:
    """A collection of one text and one CT slice."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "note.txt").write_text("Patient: Douglas Davidson\nMRN: 292821506\n")
    slice_ = next(path for path in sorted(hospital.rglob("1-2.dcm")))
    shutil.copy(slice_, folder / "slice.dcm")
    return folder


def _one_line(captured: pytest.CaptureFixture[str]) -> str:
    err = captured.readouterr().err
    assert "Traceback" not in err
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    return lines[0]


WRONG_CALLS: dict[str, tuple[Callable[[Path, Path], list[str]], str]] = {
    "no key": (lambda small, key: [str(small), str(small.parent / "out")], "--key"),
    "key file missing": (
        lambda small, key: [str(small), str(small.parent / "out"), "--key", str(small / "none")],
        "key file",
    ),
    "key variable missing": (
        lambda small, key: [str(small), str(small.parent / "out"), "--key", "env:BEAM_PHI_NO_SUCH"],
        "BEAM_PHI_NO_SUCH",
    ),
    "no such library": (
        lambda small, key: [str(small), str(small.parent / "out"), "--key", str(key), "--library", "bascic"],
        "bascic",
    ),
    "no input": (
        lambda small, key: [str(small.parent / "none"), str(small.parent / "out"), "--key", str(key)],
        "INPUT",
    ),
    "mistyped option": (
        lambda small, key: [str(small), str(small.parent / "out"), "--key", str(key), "--libary=research"],
        "--libary",
    ),
    "no such runner": (
        lambda small, key: [str(small), str(small.parent / "out"), "--key", str(key), "--runner=Fnapi2"],
        "FnApiRunner",
    ),
    "a runner without what it needs": (
        lambda small, key: [
            str(small),
            str(small.parent / "out"),
            "--key",
            str(key),
            "--runner=DataflowRunner",
            "--temp_location=/x) Davidson",
        ],
        "temp_location",
    ),
    "a glob that the shell took apart": (
        lambda small, key: [*map(str, sorted(small.iterdir())), str(small.parent / "out"), "--key", str(key)],
        "put a glob in quotes",
    ),
    "option of Beam without its value": (
        lambda small, key: [str(small), str(small.parent / "out"), "--key", str(key), "--parallelism=many"],
        "--parallelism",
    ),
    "output of an unset variable": (
        lambda small, key: [str(small), "", "--key", str(key)],
        "OUTPUT is empty",
    ),
    "input of an unset variable": (
        lambda small, key: ["", str(small.parent / "out"), "--key", str(key)],
        "INPUT is empty",
    ),
    "no file system": (
        lambda small, key: ["davidson://in", str(small.parent / "out"), "--key", str(key)],
        "INPUT: Beam has no file system",
    ),
    "library that extends nothing": (
        lambda small, key: [
            str(small),
            str(small.parent / "out"),
            "--key",
            str(key),
            "--library",
            str(small.parent / "bare.yaml"),
        ],
        "bare.yaml:1:1: there is no class",
    ),
    "output inside input": (
        lambda small, key: [str(small), str(small / "sub" / "out"), "--key", str(key)],
        "OUTPUT is inside INPUT",
    ),
    "output is input": (
        lambda small, key: [str(small), str(small), "--key", str(key)],
        "OUTPUT is inside INPUT",
    ),
    "output can't be made": (
        lambda small, key: [str(small), str(small.parent / "file" / "out"), "--key", str(key)],
        "OUTPUT can't be written",
    ),
    "output holds another tool's record": (
        lambda small, key: [str(small), str(small.parent / "foreign"), "--key", str(key)],
        "OUTPUT holds files",
    ),
    "output holds other files": (
        lambda small, key: [str(small), str(small.parent / "other"), "--key", str(key)],
        "OUTPUT holds files",
    ),
}


@pytest.mark.parametrize("case", WRONG_CALLS)
def test_a_wrong_call_is_told_in_one_line(
    case: str, small: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small.parent / "file").write_text("a file, no folder")
    (small.parent / "other" / "masked").mkdir(parents=True)
    (small.parent / "foreign").mkdir()
    (small.parent / "foreign" / "run.json").write_text('{"loss": 0.1}')
    before = sorted(small.rglob("*"))
    arguments, expected = WRONG_CALLS[case]
    (small.parent / "bare.yaml").write_text("name: bare\n")
    local = [] if any(each.startswith("--runner") for each in arguments(small, key)) else LOCAL
    assert main(["mask", *arguments(small, key), *local]) == 2
    told = _one_line(capsys)
    assert expected in told
    assert "Davidson" not in told
    assert "/Davidson" not in told
    assert sorted(small.rglob("*")) == before
    assert not (small.parent / "out" / "masked").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "COMMAND"),
        (["mask"], "INPUT, OUTPUT; see beam-phi mask --help"),
        (["mask", "a", "b", "--values", "purple"], "--values"),
        (["sample", "a", "--patients", "x"], "--patients"),
        (["key"], "new|show"),
        (["report", "a", "--fast=Davidson"], "there is no option --fast;"),
        (["report", "a", "Davidson.html"], "too many arguments"),
        (["mend"], "invalid choice"),
    ],
)
def test_what_the_parser_refuses_is_told_in_one_line(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    told = _one_line(capsys)
    assert told.startswith("beam-phi: ")
    assert expected in told
    assert "Davidson" not in told


@pytest.mark.parametrize(("path", "extra"), [("gs://a/b", "gcp"), ("s3://a/b", "aws")])
def test_a_file_system_whose_extra_is_missing_is_told(
    path: str,
    extra: str,
    small: Path,
    key: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("beam_phi.preflight.find_spec", lambda package: None)
    for call in (
        [path, str(small.parent / "out")],
        [str(small), path],
        [str(small), "out", "--crosswalk", path],
    ):
        assert main(["mask", *call, "--key", str(key), *LOCAL]) == 2
        assert f"beam-phi[{extra}]" in _one_line(capsys)
    assert main(["report", path]) == 2
    assert f"beam-phi[{extra}]" in _one_line(capsys)


def test_report_is_written_again_and_says_where(
    small: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = small.parent / "out"
    assert main(["mask", str(small), str(output), "--key", str(key), *LOCAL]) == 0
    report = output / "report.html"
    before = report.read_bytes()
    report.unlink()
    capsys.readouterr()
    assert main(["report", str(output)]) == 0
    assert capsys.readouterr().out == f"report: {report}\n"
    assert report.read_bytes() == before
    shutil.rmtree(output / "files")
    assert main(["report", str(output)]) == 2
    assert "OUTPUT: " in _one_line(capsys)
    assert main(["report", str(small)]) == 2
    assert "no run of beam-phi is recorded" in _one_line(capsys)


def test_what_is_doubtful_or_phi_is_warned_of(
    small: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(small.parent / "out")
    (small.parent / "empty").mkdir()
    assert main(["mask", str(small.parent / "empty"), output, "--key", str(key), *LOCAL]) == 0
    assert "INPUT holds no files" in _one_line(capsys)
    assert main(["mask", str(small), output, "--key", str(key), "--values", "clear", *LOCAL]) == 0
    assert "the annotations hold original values" in _one_line(capsys)


def test_a_sample_needs_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("a file")
    assert main(["sample", str(tmp_path)]) == 2
    assert "not empty" in _one_line(capsys)
    assert main(["sample", str(tmp_path / "file")]) == 2
    assert "DIR can't be written" in _one_line(capsys)


def test_a_value_that_no_rule_can_mask_is_told_by_its_place(small: Path, key: Path) -> None:
    (small / "list.csv").write_text("MRN,Name\n292821506,Douglas Davidson\nx-17,Ann Davidson\n")
    library = small.parent / "library.yaml"
    library.write_text(
        "name: mine\nextends: basic\n"
        "rules: {by-table: {function: lookup, params: {pairs: {'292821506': S1}}}}\n"
        "classes: {patient-id: {rule: by-table}}\n"
    )
    output = small.parent / "out"
    call = ["mask", str(small), str(output), "--key", str(key), "--library", str(library), *LOCAL]
    assert main(call) == 3
    (row,) = [row for row in rows_of(output, "files") if row["format"] == "delimited"]
    assert row["reason"] == "lookup-missing"
    assert row["message"].endswith(": row 2 / MRN")
    assert "x-17" not in row["message"]


def test_a_wrong_library_is_told_with_its_line(
    small: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = small.parent / "library.yaml"
    library.write_text("name: mine\nextends: basic\nclases: {}\n")
    output = str(small.parent / "out")
    assert main(["mask", str(small), output, "--key", str(key), "--library", str(library), *LOCAL]) == 2
    assert "library.yaml:3:1:" in _one_line(capsys)


def test_a_good_run_says_what_it_did(small: Path, key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = small.parent / "out"
    assert main(["mask", str(small), str(output), "--key", str(key), *LOCAL]) == 0
    out = capsys.readouterr().out
    assert "dicom" in out
    assert "report.html" in out
    assert "Davidson" not in out
    assert sorted(p.name for p in output.iterdir()) == [
        "annotations",
        "files",
        "masked",
        "report.html",
        "run.json",
    ]


def test_one_file_may_be_masked_into_a_folder_beside_it(small: Path, key: Path) -> None:
    output = small / "out"
    assert main(["mask", str(small / "note.txt"), str(output), "--key", str(key), *LOCAL]) == 0
    assert [path.name for path in (output / "masked").iterdir()] == ["note.txt"]


def test_a_second_run_replaces_the_first(small: Path, key: Path) -> None:
    output = small.parent / "out"
    call = ["mask", str(small), str(output), "--key", str(key), *LOCAL]
    assert main(call) == 0
    (small / "note.txt").unlink()
    assert main(call) == 0
    assert [path.name for path in (output / "masked").iterdir()] == ["slice.dcm"]
    assert len(rows_of(output, "files")) == 1


def test_two_runs_at_once_into_one_output_are_refused(
    small: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = small.parent / "out"
    output.mkdir()
    with (output / ".beam-phi.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert main(["mask", str(small), str(output), "--key", str(key), *LOCAL]) == 2
    assert "another run" in _one_line(capsys)
    assert main(["mask", str(small), str(output), "--key", str(key), *LOCAL]) == 0


def test_search_finds_what_mask_masks_and_writes_no_file(
    masked: Run, hospital: Path, key: Path, tmp_path: Path
) -> None:
    output = tmp_path / "found"
    assert main(["search", str(hospital), str(output), "--key", str(key), *LOCAL]) == 0
    assert not (output / "masked").exists()
    same = (
        "file_id",
        "location",
        "start",
        "end",
        "x",
        "y",
        "data_class",
        "matcher",
        "score",
        "rule",
        "original",
    )
    found = sorted(repr([row[name] for name in same]) for row in rows_of(output, "annotations"))
    done = sorted(repr([row[name] for name in same]) for row in rows_of(masked.output, "annotations"))
    assert found == done
    assert {row["status"] for row in rows_of(output, "annotations")} == {"found"}


def test_bad_input_is_quarantined_and_the_rest_masked(
    small: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Truncated at 16 places, 200 files with flipped bytes, empty, wrong extension, odd names, links, a
    fifo.
    """
    original = (small / "slice.dcm").read_bytes()
    for part in range(1, 16):
        (small / f"cut-{part}.dcm").write_bytes(original[: len(original) * part // 16])
    header = original.index(b"\xe0\x7f\x10\x00") if b"\xe0\x7f\x10\x00" in original else len(original)
    for seed in range(200):
        damaged = bytearray(original)
        dice = random.Random(seed)
        for _ in range(dice.randint(1, 8)):
            damaged[dice.randrange(header)] ^= 1 << dice.randrange(8)
        (small / f"flip-{seed}.dcm").write_bytes(damaged)
    (small / "empty.dcm").write_bytes(b"")
    (small / "text.dcm").write_text("Patient: Douglas Davidson")
    (small / "slice.csv").write_bytes(original)
    (small / "zeros.dcm").write_bytes(bytes(5000))
    (small / "x[1]*?.txt").write_text("Patient: Douglas Davidson")
    Path(os.fsdecode(os.fsencode(small) + b"/bad-\xff\xfe.txt")).write_text("Patient: Douglas Davidson")
    (small / "loop").symlink_to(small)
    (small / "gone.txt").symlink_to(small / "nowhere")
    os.mkfifo(small / "pipe.dcm")
    listed = [path for path in small.rglob("*") if not path.is_dir() or path.is_symlink()]
    output = small.parent / "out"
    assert main(["mask", str(small), str(output), "--key", str(key), *LOCAL]) == 3
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err + captured.out
    rows = rows_of(output, "files")
    assert len(rows) == len(listed)
    assert all(row["reason"] for row in rows if row["status"] == "quarantined")
    assert not [row for row in rows if row["reason"] == "internal-error"]
    done = {row["output_path"] for row in rows if row["status"] == "masked"}
    assert {"note.txt", "slice.dcm"} <= done
    everything = b"".join(path.read_bytes() for path in output.rglob("*") if path.is_file())
    assert b"Davidson" not in everything
    assert b"DAVIDSON" not in everything
    for path in (output / "masked").glob("*.dcm"):
        if path.name.startswith(("cut", "slice")):
            pydicom.dcmread(path, force=True)


def test_a_file_that_cant_be_written_is_quarantined_and_its_annotations_say_so(
    small: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = write.create_output

    def full(path: str) -> AbstractContextManager[BinaryIO]:
        if path.endswith(".txt"):
            raise OSError(28, "No space left on device")
        return create(path)

    monkeypatch.setattr(write, "create_output", full)
    output = small.parent / "out"
    assert main(["mask", str(small), str(output), "--key", str(key), *LOCAL]) == 3
    status = {row["format"]: (row["status"], row["reason"]) for row in rows_of(output, "files")}
    assert status == {"dicom": ("masked", None), "text": ("quarantined", "write-failed")}
    noted = {(row["format"], row["status"], row["reason"]) for row in rows_of(output, "annotations")}
    assert ("text", "failed", "write-failed") in noted
    assert not [row for row in noted if row[0] == "text" and row[1] == "masked"]
    assert [path.name for path in (output / "masked").iterdir()] == ["slice.dcm"]


def test_a_run_that_fails_leaves_no_traceback(
    small: Path, key: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beam_phi.job.build", lambda pipeline, job: 1 / 0)
    assert main(["mask", str(small), str(small.parent / "out"), "--key", str(key), *LOCAL]) == 1
    assert "ZeroDivisionError" in _one_line(capsys)


def test_key_and_library_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "k"
    assert main(["key", "new", str(path)]) == 0
    assert main(["key", "new", str(path)]) == 2
    assert main(["key", "show", str(path)]) == 0
    printed = capsys.readouterr().out
    secret = path.read_text().split(":")[1]
    assert secret not in printed
    assert main(["library", "show", "basic"]) == 0
    shown = tmp_path / "shown.yaml"
    shown.write_text(capsys.readouterr().out)
    assert main(["library", "check", str(shown)]) == 0
    shown.write_text("name: x\nrulez: {}\n")
    assert main(["library", "check", str(shown)]) == 2
    assert "shown.yaml:2:1" in capsys.readouterr().err


def test_worker_processes_are_told_to_give_memory_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "4096")
    assert main(["library", "show", "basic"]) == 0
    assert os.environ["MALLOC_ARENA_MAX"] == "1"
    assert os.environ["MALLOC_TRIM_THRESHOLD_"] == "4096", "the user's own setting stays"
