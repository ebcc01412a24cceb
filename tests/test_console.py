from __future__ import annotations

import sys
from pathlib import Path

import pytest

from beam_phi import console
from beam_phi.job import Job


def test_no_bar_without_a_terminal(tmp_path: Path) -> None:
    job = Job("mask", str(tmp_path), str(tmp_path / "out"))
    with console.progress(job, shown=True) as shown:
        assert shown is job


def test_the_bar_counts_the_bytes_of_the_progress_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("x")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with console.progress(Job("mask", str(tmp_path), str(tmp_path / "out")), shown=True) as shown:
        assert shown.progress is not None
        ticks = Path(shown.progress)
        assert ticks.read_bytes() == b""
    assert not ticks.exists()


def test_the_bar_can_be_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    job = Job("mask", str(tmp_path), str(tmp_path / "out"))
    with console.progress(job, shown=False) as shown:
        assert shown is job
