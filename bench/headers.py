"""CPU time to mask DICOM headers, beside pydicom's plain read + write and dicom-anonymizer.

    python bench/headers.py [--files 1000] [--rounds 3]

Makes series of CT files of 0.5 MB with about 100 attributes a header, then runs each tool over them as a
process of its own, in turn. Printed are CPU seconds a file (user + system, children included), less what the
same tool takes for a single file, and the ratio to pydicom. beam-phi does the whole job: read, search, mask,
write the tree, annotations, tables and report.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

PYDICOM = """
import sys, pydicom
from pathlib import Path
source, target = Path(sys.argv[1]), Path(sys.argv[2])
for path in sorted(source.rglob("*.dcm")):
    out = target / path.relative_to(source)
    out.parent.mkdir(parents=True, exist_ok=True)
    pydicom.dcmread(path).save_as(out)
"""
DICOM_ANONYMIZER = """
import sys
from pathlib import Path
from dicomanonymizer import anonymize_dicom_file
source, target = Path(sys.argv[1]), Path(sys.argv[2])
for path in sorted(source.rglob("*.dcm")):
    out = target / path.relative_to(source)
    out.parent.mkdir(parents=True, exist_ok=True)
    anonymize_dicom_file(str(path), str(out))
"""


BEAM_PHI = [sys.executable, "-m", "beam_phi"]


def make_collection(folder: Path, files: int) -> None:
    """Series of 100 slices, 512 x 512 x 16 bit, under patient/study/series folders."""
    rng = np.random.default_rng(7)
    pixels = rng.integers(0, 2000, (512, 512), dtype=np.uint16).tobytes()
    for number in range(files):
        series, instance = divmod(number, 100)
        dataset = _slice(series, instance)
        dataset.PixelData = pixels
        path = folder / f"29282150{series}" / f"series-{series}" / f"{instance + 1:04d}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        dataset.save_as(path, enforce_file_format=True)


def _slice(series: int, instance: int) -> FileDataset:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["sop", str(series), str(instance)])
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.StudyInstanceUID = generate_uid(entropy_srcs=["study", str(series)])
    dataset.SeriesInstanceUID = generate_uid(entropy_srcs=["series", str(series)])
    dataset.FrameOfReferenceUID = generate_uid(entropy_srcs=["frame", str(series)])
    for keyword, value in _SAME.items():
        setattr(dataset, keyword, value)
    dataset.PatientID = f"29282150{series}"
    dataset.InstanceNumber = instance + 1
    dataset.ImagePositionPatient = [-250, -250, instance * 2.5]
    dataset.SliceLocation = instance * 2.5
    dataset.AcquisitionTime = dataset.ContentTime = f"1015{instance % 60:02d}.{instance:06d}"
    for sequence, depth in (("RequestAttributesSequence", 1), ("ReferencedStudySequence", 1)):
        item = Dataset()
        item.ReferencedSOPClassUID = CTImageStorage
        item.ReferencedSOPInstanceUID = generate_uid(entropy_srcs=[sequence, str(series), str(depth)])
        item.ScheduledProcedureStepDescription = "CT CHEST"
        setattr(dataset, sequence, [item])
    block = dataset.private_block(0x0019, "BENCH PRIVATE", create=True)
    for element in range(10):
        block.add_new(element, "LO", f"value {element}")
    return dataset


_SAME = {
    "SpecificCharacterSet": "ISO_IR 100",
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
    "StudyDate": "20130713",
    "SeriesDate": "20130713",
    "AcquisitionDate": "20130713",
    "ContentDate": "20130713",
    "StudyTime": "101500",
    "SeriesTime": "101501",
    "AccessionNumber": "A1234567",
    "Modality": "CT",
    "Manufacturer": "BENCH",
    "InstitutionName": "General Hospital",
    "InstitutionAddress": "1 Main Street, Springfield",
    "ReferringPhysicianName": "Walker^Anna",
    "StationName": "CT01",
    "StudyDescription": "CT CHEST W CONTRAST",
    "SeriesDescription": "Thorax 2.5 B30f",
    "InstitutionalDepartmentName": "Radiology",
    "PerformingPhysicianName": "Meyer^Tom",
    "OperatorsName": "Smith^Jane",
    "ManufacturerModelName": "Bench 64",
    "PatientName": "Davidson^Douglas",
    "PatientBirthDate": "19600102",
    "PatientSex": "M",
    "PatientAge": "053Y",
    "PatientSize": "1.80",
    "PatientWeight": "80",
    "OtherPatientIDs": "X99123",
    "AdditionalPatientHistory": "none",
    "PatientComments": "transferred from Mercy",
    "BodyPartExamined": "CHEST",
    "ScanOptions": "HELICAL",
    "SliceThickness": "2.5",
    "KVP": "120",
    "DataCollectionDiameter": "500",
    "DeviceSerialNumber": "55123",
    "SoftwareVersions": ["v1", "v2"],
    "ProtocolName": "Thorax routine",
    "ReconstructionDiameter": "350",
    "DistanceSourceToDetector": "1040",
    "DistanceSourceToPatient": "570",
    "GantryDetectorTilt": "0",
    "TableHeight": "150",
    "RotationDirection": "CW",
    "ExposureTime": "500",
    "XRayTubeCurrent": "200",
    "Exposure": "100",
    "FilterType": "WEDGE",
    "GeneratorPower": "24",
    "FocalSpots": ["0.7"],
    "ConvolutionKernel": "B30f",
    "PatientPosition": "HFS",
    "StudyID": "4711",
    "SeriesNumber": "3",
    "AcquisitionNumber": "1",
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "PositionReferenceIndicator": "",
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "Rows": 512,
    "Columns": 512,
    "PixelSpacing": [0.68, 0.68],
    "BitsAllocated": 16,
    "BitsStored": 12,
    "HighBit": 11,
    "PixelRepresentation": 0,
    "WindowCenter": ["40", "-600"],
    "WindowWidth": ["400", "1200"],
    "RescaleIntercept": "-1024",
    "RescaleSlope": "1",
    "RescaleType": "HU",
    "RequestingPhysician": "Walker^Anna",
    "RequestedProcedureDescription": "CT thorax",
    "PerformedProcedureStepStartDate": "20130713",
    "PerformedProcedureStepStartTime": "101400",
    "PerformedProcedureStepID": "P77",
    "RequestedProcedureID": "R77",
}


def cpu_seconds(command: list[str]) -> float:
    """CPU of a finished child and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        root = Path(name)
        make_collection(root / "many", options.files)
        make_collection(root / "one", 1)
        subprocess.run(
            [sys.executable, "-m", "beam_phi", "key", "new", str(root / "key")],
            check=True,
            capture_output=True,
        )
        beam_phi = [*BEAM_PHI, "mask", "--key", str(root / "key"), "--no-progress", "--runner=FnApiRunner"]
        tools = {"pydicom read + write": [sys.executable, "-c", PYDICOM], "beam-phi mask": beam_phi}
        if shutil.which("dicom-anonymizer") or _importable("dicomanonymizer"):
            tools["dicom-anonymizer"] = [sys.executable, "-c", DICOM_ANONYMIZER]
        figures: dict[str, list[float]] = {tool: [] for tool in tools}
        for _ in range(options.rounds):
            for tool, command in tools.items():
                figures[tool].append(_per_file(command, root, options.files))
    base = statistics.median(figures["pydicom read + write"])
    print(f"{options.files} files of 0.5 MB, {options.rounds} rounds, pydicom {pydicom.__version__}")
    for tool, values in figures.items():
        middle = statistics.median(values)
        print(f"{tool:24} {middle * 1000:7.2f} ms CPU a file   {middle / base:5.2f} x pydicom")
    print(json.dumps({tool: round(statistics.median(values) * 1000, 3) for tool, values in figures.items()}))


def _per_file(command: list[str], root: Path, files: int) -> float:
    many = cpu_seconds([*command, str(root / "many"), str(root / "out")])
    shutil.rmtree(root / "out")
    one = cpu_seconds([*command, str(root / "one"), str(root / "out")])
    shutil.rmtree(root / "out")
    return (many - one) / (files - 1)


def _importable(module: str) -> bool:
    return subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True).returncode == 0


if __name__ == "__main__":
    main()
