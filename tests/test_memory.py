"""The peak of a process is low, and doesn't grow with the number of files or with one file's size."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

#: VmHWM and not ru_maxrss, which a process inherits from the one that started it.
SCRIPT = """
import sys
from pathlib import Path
from beam_phi.cli import main
status = main(sys.argv[1:])
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
sys.exit(status)
"""


def _peak(source: Path, output: Path, key: Path) -> float:
    """Peak resident memory of a run in one process, in MB."""
    if not Path("/proc/self/status").exists():
        pytest.skip("no /proc here")
    command = [sys.executable, "-c", SCRIPT, "mask", str(source), str(output), "--key", str(key)]
    done = subprocess.run([*command, "--runner=FnApiRunner"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1]) / 1024


def _slices(folder: Path, number: int) -> None:
    """Slices of 0.5 MB, 50 a series, each series of a patient of its own."""
    image = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    image.Rows = image.Columns = 512
    image.PixelData = np.zeros((512, 512), np.int16).tobytes()
    for index in range(number):
        image.PatientID = f"4711{index // 50:04d}"
        image.InstanceNumber = index
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.4.{index + 1}"
        path = folder / f"series-{index // 50}" / f"{index % 50}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save_as(path)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path, key: Path) -> None:
    _slices(tmp_path / "few", 200)
    _slices(tmp_path / "many", 800)
    few = _peak(tmp_path / "few", tmp_path / "out-few", key)
    many = _peak(tmp_path / "many", tmp_path / "out-many", key)
    assert many < 350
    assert many < few * 1.1, f"{few:.0f} MB for 200 files, {many:.0f} MB for 800"


@pytest.mark.slow
def test_memory_does_not_grow_with_a_table(tmp_path: Path, key: Path) -> None:
    (tmp_path / "in").mkdir()
    with (tmp_path / "in" / "claims.csv").open("w") as file:
        file.write("Amount,Code,Status\n")
        for row in range(500_000):
            file.write(f"{row % 97}.50,A{row % 7},closed\n")
    assert _peak(tmp_path / "in", tmp_path / "out", key) < 350
