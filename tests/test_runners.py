"""The same bytes come out of every runner, of a second run, and of bundles that run twice."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from support.runs import Run, rows_of

RUNNERS = {
    "a second run": ["--runner=FnApiRunner"],
    "bundles run twice": ["--runner=FnApiRunner", "--direct_runner_bundle_repeat=1"],
    "worker processes": [
        "--runner=DirectRunner", "--prism_location=none", "--direct_running_mode=multi_processing",
        "--direct_num_workers=2",
    ],
    "embedded portable runner": [
        "--runner=PortableRunner", "--job_endpoint=embed", "--environment_type=LOOPBACK",
    ],
}  # fmt: skip


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder, and the digest of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("runner", RUNNERS)
def test_every_runner_gives_the_same_bytes(
    runner: str, masked: Run, hospital: Path, key: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "beam_phi",
        "mask",
        str(hospital),
        str(output),
        "--key",
        str(key),
        *RUNNERS[runner],
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert tree(output / "masked") == tree(masked.output / "masked")
    for table in ("annotations", "files"):
        timed = ("seconds",)
        ours, theirs = (
            sorted(
                repr({name: value for name, value in row.items() if name not in timed})
                for row in rows_of(folder, table)
            )
            for folder in (output, masked.output)
        )
        assert ours == theirs
    leftovers = [path for path in output.rglob("*") if path.name.startswith((".beam-phi", ".pending"))]
    assert leftovers == []
