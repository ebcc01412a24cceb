"""A large collection of small files: what memory each process takes, and what a file costs.

    python -m bench.collection [--files 200000] [--library basic] [--parts 4 2 1] [--folder DIR]

Makes a tree of small files (HL7 v2, FHIR, CSV, text, JSON, DICOM; ten a patient, in folders of patients),
then runs ``beam-phi mask`` on two processes over a quarter of it, a half, and all. Printed are for each run
the peak resident memory of each process (Linux keeps it), seconds, and CPU milliseconds a file; at last by
how much memory and CPU time grew for each file more. Neither the peak nor the cost of a file may grow with
the number of files.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from beam_phi.sample.people import Patient, patients
from bench import clinical

_SEED = 2026
#: Files of each patient, and patients of each folder.
_EACH = 10
_FOLDER = 100
_SAMPLE_SECONDS = 0.5
_PROC = Path("/proc")


def make(folder: Path, people: list[Patient], first: int, last: int) -> None:
    """The files of the patients from `first` to `last`, of which each has its own seed."""
    for number in range(first, last):
        patient = people[number]
        place = folder / f"ward-{number // _FOLDER:04}" / patient.id
        place.mkdir(parents=True)
        for name, data in _files(random.Random(f"{_SEED} {number}"), patient, number):
            (place / name).write_bytes(data)


def _files(rng: random.Random, patient: Patient, number: int) -> Iterator[tuple[str, bytes]]:
    for index in range(2):
        yield f"message-{index}.hl7", clinical.hl7(rng, patient, 3 * number + index + 1).encode()
    resources = list(clinical.fhir(rng, patient))
    yield "patient.ndjson", "".join(f"{line}\n" for line in resources[:4]).encode()
    yield "results.ndjson", "".join(f"{line}\n" for line in resources[4:]).encode()
    yield "visits.csv", "".join(_table(patient)).encode()
    for index in range(2):
        yield f"note-{index}.txt", clinical.note(rng, patient, 20, 5).encode()
    record = {
        "patient": patient.name.listed,
        "mrn": patient.id,
        "visits": [f"{day}" for day in patient.visits],
    }
    yield "record.json", json.dumps(record, indent=1).encode()
    for index in range(2):
        yield f"image-{index}.dcm", _image(patient, number, index)


def _table(patient: Patient) -> Iterator[str]:
    yield "MRN,Patient Name,DOB,Visit Date,Diagnosis,Comment\r\n"
    for day, (code, words) in zip(patient.visits, clinical.DIAGNOSES, strict=False):
        name = f'"{patient.name.listed}"'
        yield f"{patient.id},{name},{patient.born:%m/%d/%Y},{day},{code},{words}\r\n"


def _image(patient: Patient, number: int, index: int) -> bytes:
    """A secondary capture of 8 x 8 pixels."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = f"1.2.3.4.{number + 1}.1.{index + 1}"
    image = Dataset()
    image.file_meta = meta
    image.SOPClassUID, image.SOPInstanceUID = SecondaryCaptureImageStorage, meta.MediaStorageSOPInstanceUID
    image.StudyInstanceUID, image.SeriesInstanceUID = f"1.2.3.4.{number + 1}", f"1.2.3.4.{number + 1}.1"
    image.PatientName, image.PatientID = patient.name.dicom.partition("=")[0], patient.id
    image.SpecificCharacterSet = "ISO_IR 192"
    image.PatientBirthDate, image.PatientSex = f"{patient.born:%Y%m%d}", patient.sex
    image.StudyDate, image.StudyTime = f"{patient.visits[0]:%Y%m%d}", "101500"
    image.Modality, image.ConversionType = "OT", "WSD"
    image.AccessionNumber, image.ReferringPhysicianName = f"A{number:07}", patient.physician.dicom
    image.InstanceNumber, image.StudyDescription = index + 1, "WOUND PHOTO LEFT FOOT"
    image.Rows = image.Columns = 8
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.BitsAllocated = image.BitsStored = 8
    image.HighBit, image.PixelRepresentation = 7, 0
    image.PixelData = bytes(range(64))
    buffer = pydicom.filebase.DicomBytesIO()
    pydicom.dcmwrite(buffer, image, enforce_file_format=True)
    return buffer.getvalue()


@dataclass
class Process:
    """What Linux says of the memory of a process, in bytes.

    peak: the most that was resident. last: what was resident when it was last seen.
    """

    role: str
    peak: int = 0
    last: int = 0


@dataclass(frozen=True)
class Run:
    """One run. cpu: seconds, of all processes."""

    files: int
    seconds: float
    cpu: float
    processes: list[Process]

    def most(self, figure: str) -> dict[str, int]:
        """The ``peak`` or ``last`` by role; of several workers the largest."""
        found: dict[str, int] = {}
        for each in self.processes:
            found[each.role] = max(found.get(each.role, 0), getattr(each, figure))
        return found


def measure(source: Path, files: int, library: str, key: Path) -> Run:
    """Mask a collection. Raises RuntimeError if not every file is masked."""
    with tempfile.TemporaryDirectory(prefix="collection-out-", dir=source.parent) as output:
        command = [sys.executable, "-m", "beam_phi", "mask", str(source), output, "--key", str(key)]
        command += ["--library", library, "--no-progress"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        seen: dict[int, Process] = {}
        while process.poll() is None:
            _sample(process.pid, seen)
            time.sleep(_SAMPLE_SECONDS)
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if process.returncode:
            raise RuntimeError(f"beam-phi ended with {process.returncode}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(files, seconds, cpu, list(seen.values()))


def _sample(main: int, seen: dict[int, Process]) -> None:
    """Note the peak of the process and its descendants so far."""
    parents: dict[int, int] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(") ")[2].split()[1])
    family = {main}
    while grown := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= grown
    for pid in family:
        with contextlib.suppress(OSError, IndexError):
            words = (_PROC / str(pid) / "status").read_text()
            known = seen.setdefault(pid, Process("main" if pid == main else "worker"))
            known.peak = 1024 * int(words.split("VmHWM:")[1].split()[0])
            known.last = 1024 * int(words.split("VmRSS:")[1].split()[0])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=200_000)
    parser.add_argument("--library", default="basic")
    parser.add_argument("--parts", type=int, nargs="+", default=[4, 2, 1], help="what divides the files")
    parser.add_argument("--folder", type=Path, help="where to make it, else the folder for temporary files")
    options = parser.parse_args()
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    with tempfile.TemporaryDirectory(prefix="collection-", dir=options.folder) as name:
        root = Path(name)
        key = root / "key"
        subprocess.run(
            [sys.executable, "-m", "beam_phi", "key", "new", str(key)], check=True, capture_output=True
        )
        people = patients(random.Random(_SEED), options.files // _EACH)
        runs: list[Run] = []
        made = 0
        print(f"{'files':>8} {'seconds':>8} {'CPU ms a file':>14} {'peak MB':>8}", flush=True)
        for part in options.parts:
            wanted = options.files // part // _EACH
            make(root / "in", people, made, wanted)
            made = wanted
            run = measure(root / "in", wanted * _EACH, options.library, key)
            runs.append(run)
            peaks = ", ".join(
                f"{each.role} {each.peak / 1e6:.0f}" for each in run.processes if each.peak > 50e6
            )
            print(
                f"{run.files:>8} {run.seconds:>8.0f} {1000 * run.cpu / run.files:>14.2f} {peaks}", flush=True
            )
    for before, after in pairwise(runs):
        more = after.files - before.files
        cost = 1000 * (after.cpu - before.cpu) / more
        print(f"{before.files} -> {after.files}: {cost:.2f} ms CPU for each file more")
        for figure in ("peak", "last"):
            old, new = before.most(figure), after.most(figure)
            told = [f"{role} {(new[role] - old.get(role, 0)) / more:+,.0f}" for role in sorted(new)]
            print(f"  bytes a file more, {figure}: {', '.join(told)}")


if __name__ == "__main__":
    main()
