"""The tools, and how each gets the planted files."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from pathlib import Path

from support.runs import rows_of

from beam_phi import load_library
from beam_phi.engine import Engine
from beam_phi.masking.keys import resolve
from bench.residue.outcome import Outcome, files
from bench.residue.worker import Worker

#: pip requirement -> settings in words, and code that defines `mask(source, target)`, which returns
#: "refused" for a file that it leaves out.
CODES = {
    "dicom-anonymizer==2.1.0": (
        "defaults",
        """
from dicomanonymizer import anonymize_dicom_file
def mask(source, target):
    anonymize_dicom_file(source, target)
""",
    ),
    "dcm-anonymizer==0.5.0": (
        "defaults",
        """
from pathlib import Path
from dcm_anon import UIDMapper, anonymize_file
mapper = UIDMapper("salt")
def mask(source, target):
    anonymize_file(Path(source), Path(target), mapper)
""",
    ),
    "dentdeid==0.1.0": (
        "profile `basic`",
        """
import shutil, tempfile
from pathlib import Path
from dentdeid.config import get_profile
from dentdeid.pipeline import DeIdentifier
def mask(source, target):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        DeIdentifier("basic", key=b"k" * 32).run([source], out)
        for kind in ("clean", "review"):
            for path in (out / kind).rglob("*") if (out / kind).is_dir() else ():
                if path.is_file() and path.suffix == ".dcm":
                    shutil.copy(path, target)
                    return "written"
    return "refused"
""",
    ),
    "dcmanon==0.3.1": (
        "defaults",
        """
from dcmanon import Anonymizer
tool = Anonymizer()
def mask(source, target):
    data = tool.anonymize(source)
    open(target, "wb").write(data)
""",
    ),
    "dicognito==0.19.0": (
        "defaults, a fixed seed",
        """
import pydicom
from dicognito.anonymizer import Anonymizer
tool = Anonymizer(seed="seed")
def mask(source, target):
    dataset = pydicom.dcmread(source)
    tool.anonymize(dataset)
    dataset.save_as(target)
""",
    ),
}


def interpreter(folder: Path, requirement: str) -> Path:
    """The Python of the virtual environment that has the tool, made if it is not there."""
    name = re.split("==", requirement)[0]
    python = folder / name / "bin" / "python"
    if not python.exists():
        venv.create(folder / name, with_pip=True)
    subprocess.run([str(python), "-m", "pip", "install", "-q", requirement], check=True)
    return python


def run_other(requirement: str, venvs: Path, planted: Path, folder: Path) -> Outcome:
    """A tool over the whole set, file by file, under names that say nothing."""
    settings, code = CODES[requirement]
    outcome = Outcome(requirement.replace("==", " "), settings)
    worker = Worker(interpreter(venvs, requirement), code)
    folder.mkdir(parents=True)
    for number, source in enumerate(files(planted)):
        target = folder / f"{number:04}.dcm"
        answer = worker.mask(planted / source, target)
        outcome.reasons[answer] += 1
        if target.exists() and target.stat().st_size and answer == "written":
            outcome.written[target.name] = source
            continue
        target.unlink(missing_ok=True)
        if answer.startswith("crashed"):
            outcome.crashed += 1
        else:
            outcome.refused += 1
    worker.close()
    return outcome


def run_beam_phi(library: str, planted: Path, folder: Path) -> Outcome:
    """beam-phi over the whole set, as a user runs it."""
    key = folder.with_suffix(".key")
    key.touch(0o600)
    key.write_text("5eed" * 16)
    command = [sys.executable, "-m", "beam_phi", "mask", str(planted), str(folder), "--key", str(key)]
    command += ["--library", library, "--runner=FnApiRunner", "--no-progress"]
    status = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    if status not in (0, 3):
        raise SystemExit(f"beam-phi ended with {status}")
    engine = Engine(load_library(library), resolve(str(key)))
    names = {engine.file_id(name.encode()): name for name in files(planted)}
    outcome = Outcome(f"beam-phi `{library}`", f"library `{library}`", library)
    for row in rows_of(folder, "files"):
        if row["status"] == "masked":
            outcome.written["masked/" + row["output_path"]] = names[row["file_id"]]
        else:
            outcome.refused += 1
            outcome.reasons[row["reason"]] += 1
    return outcome
