"""What the search for burned-in text costs: CPU time a slice or a frame, and peak memory.

    python -m bench.pixel_cost [--slices 200] [--cines 4] [--only NAME]
    python -m bench.pixel_cost --large [--frames 4000]

Makes collections, then runs ``beam_phi.cli.main`` with ``--library research --runner=FnApiRunner`` over
each in a process of its own, and again with ``--ocr never``. Printed are CPU milliseconds (user + system) a
slice or a frame, less what the same call takes for one file of the collection, which is start-up and warm-
up; the difference, which is the cost of the search; and the peak resident memory of the process. With
``--large``: one file of many frames (2 GB), uncompressed and in RLE, made by streaming.
"""

from __future__ import annotations

import argparse
import io
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRLittleEndian,
    JPEGBaseline8Bit,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    RLELossless,
    UltrasoundMultiFrameImageStorage,
    generate_uid,
)

Picture = NDArray[Any]
_FRAMES = 100
_ROWS, _COLUMNS = 600, 800
_SIDE = 512
_TEXT = ("DAVIDSON^DOUGLAS  29282150", "ST. MARY HOSPITAL  02/14/2013", "DOB 01/02/1960  M")
_LIBRARY = ["--library", "research", "--no-progress", "--runner=FnApiRunner"]
# Linux hands ru_maxrss on to a program that a large process starts; VmHWM begins anew with it.
_CHILD = """
import resource, sys
from pathlib import Path
from beam_phi.cli import main
status = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
peak = used.ru_maxrss
about = Path("/proc/self/status")
for line in about.read_text().splitlines() if about.exists() else ():
    if line.startswith("VmHWM:"):
        peak = line.split()[1]
print("USED", status, used.ru_utime + used.ru_stime, peak)
"""


class Used(NamedTuple):
    """What a process took: CPU seconds, wall seconds, peak resident MB; its exit status."""

    cpu: float
    wall: float
    peak: float
    status: int


def slice_pixels(number: int, rng: np.random.Generator) -> Picture:
    """A slice of a body with 40 ellipsoids in it, each of a few slices to many, and noise."""
    picture = np.full((_SIDE, _SIDE), 24, np.int32)
    wide = 190 + 15 * np.sin(number / 60)
    cv2.ellipse(picture, (256, 260), (int(wide), int(wide * 0.75)), 0, 0, 360, 1040, -1)
    place = np.random.default_rng(3)
    for _ in range(40):
        x, y, z = place.normal(256, 70), place.normal(260, 50), place.uniform(-20, 220)
        radii, depth, value = place.uniform(8, 45, 2), place.uniform(6, 60), place.integers(700, 1500)
        share = 1 - ((number - z) / depth) ** 2
        if share > 0:
            axes = (int(radii[0] * share**0.5), int(radii[1] * share**0.5))
            cv2.ellipse(picture, (int(x), int(y)), axes, 0, 0, 360, int(value), -1)
    cv2.ellipse(picture, (256, 380), (26, 20), 0, 0, 360, 1900, -1)
    noisy = cv2.GaussianBlur(picture + rng.normal(0, 60, picture.shape), (0, 0), 1.2)  # no edge is sharp
    return np.clip(noisy, 0, 4095).astype(np.uint16)


def sector(number: int, rng: np.random.Generator) -> Picture:
    """A frame like those of ultrasound, with text that stays where it is."""
    frame = np.zeros((_ROWS, _COLUMNS, 3), np.uint8)
    speckle = rng.rayleigh(34, (_ROWS // 2, _COLUMNS // 2)).clip(0, 255).astype(np.uint8)
    speckle = cv2.resize(speckle, (_COLUMNS, _ROWS), interpolation=cv2.INTER_LINEAR)
    cone = np.zeros((_ROWS, _COLUMNS), np.uint8)
    cv2.ellipse(cone, (_COLUMNS // 2, 90), (440, 440), 0, 50, 130, 255, -1)
    cv2.circle(cone, (400, 320 + int(20 * np.sin(number / 4))), 60, 0, -1)
    frame[...] = cv2.GaussianBlur(np.where(cone > 0, speckle, 0).astype(np.uint8), (0, 0), 1.5)[
        ..., np.newaxis
    ]
    for line, text in enumerate(_TEXT):
        cv2.putText(
            frame, text, (12, 22 + 22 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (230,) * 3, 1, cv2.LINE_AA
        )
    return frame


def make_alone(folder: Path, count: int) -> None:
    """Slices of one series, each in a folder of its own: none is looked at beside another."""
    _slices(count, lambda number: folder / f"{number:04d}" / "slice.dcm")


def make_grouped(folder: Path, count: int) -> None:
    """Slices of one series in one folder."""
    _slices(count, lambda number: folder / "series" / f"{number:04d}.dcm")


def _slices(count: int, place: Callable[[int], Path]) -> None:
    rng = np.random.default_rng(11)
    for number in range(count):
        ds = _dataset(CTImageStorage, ExplicitVRLittleEndian, f"slice {number}", "CT")
        _describe(ds, _SIDE, _SIDE, 16, 12)
        ds.InstanceNumber = number + 1
        ds.RescaleIntercept, ds.RescaleSlope = "-1024", "1"
        ds.WindowCenter, ds.WindowWidth = "40", "400"
        ds.PixelData = slice_pixels(number, rng).tobytes()
        path = place(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        ds.save_as(path, enforce_file_format=True)


def make_cine(folder: Path, count: int) -> None:
    """Cines of uncompressed colour."""
    _cines(folder, count, compressed=False)


def make_jpeg_cine(folder: Path, count: int) -> None:
    """Cines of JPEG baseline."""
    _cines(folder, count, compressed=True)


def _cines(folder: Path, count: int, *, compressed: bool) -> None:
    for number in range(count):
        rng = np.random.default_rng(number)
        frames = [sector(100 * number + frame, rng) for frame in range(_FRAMES)]
        syntax = JPEGBaseline8Bit if compressed else ExplicitVRLittleEndian
        ds = _dataset(UltrasoundMultiFrameImageStorage, syntax, f"cine {number}", "US")
        _describe(ds, _ROWS, _COLUMNS, 8, 8)
        ds.SamplesPerPixel, ds.PlanarConfiguration, ds.NumberOfFrames = 3, 0, _FRAMES
        ds.PhotometricInterpretation = "YBR_FULL_422" if compressed else "RGB"
        if compressed:
            streams = [imagecodecs.jpeg8_encode(frame, level=90, subsampling="422") for frame in frames]
            ds.PixelData = encapsulate([bytes(stream) for stream in streams])
        else:
            ds.PixelData = b"".join(frame.tobytes() for frame in frames)
        path = folder / f"{number:02d}" / "cine.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        ds.save_as(path, enforce_file_format=True)


def make_large(path: Path, frames: int, *, rle: bool) -> None:
    """One file of many frames of 512 x 512 x 16 bit with text that stays, written a frame at a time."""
    syntax = RLELossless if rle else ExplicitVRLittleEndian
    ds = _dataset(MultiFrameGrayscaleWordSecondaryCaptureImageStorage, syntax, "large", "OT")
    _describe(ds, _SIDE, _SIDE, 16, 12)
    ds.NumberOfFrames = frames
    head = io.BytesIO()
    ds.save_as(head, enforce_file_format=True)
    with path.open("wb") as file:
        file.write(head.getvalue())
        size = 0xFFFFFFFF if rle else frames * _SIDE * _SIDE * 2
        file.write(struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW" if not rle else b"OB", 0, size))
        if rle:
            file.write(b"\xfe\xff\x00\xe0" + bytes(4))
        for content in _large_frames(frames, rle=rle):
            file.write(content)
        if rle:
            file.write(b"\xfe\xff\xdd\xe0" + bytes(4))


def _large_frames(frames: int, *, rle: bool) -> Iterator[bytes]:
    """A few pictures, again and again, each turned a little brighter or darker."""
    rng = np.random.default_rng(5)
    base = [slice_pixels(number, rng).astype(np.int32) for number in range(16)]
    said = np.zeros((_SIDE, _SIDE), np.uint8)
    for line, text in enumerate(_TEXT):
        cv2.putText(said, text, (8, 20 + 20 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255, 1, cv2.LINE_AA)
    base = [np.maximum(picture, said.astype(np.int32) * 15) for picture in base]
    for number in range(frames):
        words = np.clip(base[number % 16] + number % 7, 0, 4095).astype("<u2")
        if not rle:
            yield words.tobytes()
            continue
        planes = [imagecodecs.packbits_encode((words >> 8).astype(np.uint8), axis=-1)]
        planes.append(imagecodecs.packbits_encode((words & 255).astype(np.uint8), axis=-1))
        even = [plane + b"\0" * (len(plane) % 2) for plane in planes]
        header = struct.pack("<16I", 2, 64, 64 + len(even[0]), *[0] * 13)
        item = header + b"".join(even)
        yield b"\xfe\xff\x00\xe0" + struct.pack("<I", len(item)) + item


def _dataset(sop_class: str, syntax: str, seed: str, modality: str) -> FileDataset:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["cost", seed])
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "2.25.1001", "2.25.1002"
    ds.Modality, ds.PatientName, ds.PatientID = modality, "Davidson^Douglas", "29282150"
    ds.PatientBirthDate, ds.PatientSex, ds.StudyDate = "19600102", "M", "20130214"
    return ds


def _describe(ds: FileDataset, rows: int, columns: int, allocated: int, stored: int) -> None:
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns = rows, columns
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = allocated, stored, stored - 1, 0


class Kind(NamedTuple):
    """A collection. units: slices or frames in a file. target: CPU ms a unit that the search may cost."""

    make: Callable[[Path, int], None]
    units: int
    what: str
    target: float


KINDS = {
    "CT 512 x 512 x 16, alone": Kind(make_alone, 1, "slice", 40),
    "CT 512 x 512 x 16, one series": Kind(make_grouped, 1, "slice", 5),
    "cine 600 x 800 RGB": Kind(make_cine, _FRAMES, "frame", 10),
    "cine 600 x 800 JPEG baseline": Kind(make_jpeg_cine, _FRAMES, "frame", 10),
}


def run(source: Path, root: Path, *more: str) -> Used:
    """Mask a collection in a process of its own."""
    output = root / "out"
    command = [sys.executable, "-c", _CHILD, "mask", str(source), str(output), "--key", str(root / "key")]
    started = time.perf_counter()
    done = subprocess.run([*command, *_LIBRARY, *more], capture_output=True, text=True)
    wall = time.perf_counter() - started
    shutil.rmtree(output, ignore_errors=True)
    told = next((line.split() for line in done.stdout.splitlines() if line.startswith("USED ")), None)
    if told is None:
        raise RuntimeError(f"beam-phi failed: {done.stderr[-500:]}")
    return Used(float(told[2]), wall, int(told[3]) / 1024, int(told[1]))


def measure(name: str, kind: Kind, root: Path, count: int) -> Iterator[str]:
    """Rows of the table: with the search, without it, and the difference."""
    many, one = root / "many", root / "one"
    kind.make(many, count)
    kind.make(one, 1)
    costs: list[float] = []
    for more in ((), ("--ocr", "never")):
        large, small = run(many, root, *more), run(one, root, *more)
        if large.status or small.status:
            raise RuntimeError(f"{name}: exit status {large.status}, {small.status}")
        costs.append((large.cpu - small.cpu) * 1000 / (kind.units * (count - 1)))
        print(f"{name} {more}: {large} {small}", file=sys.stderr)
        if not more:
            peak = large.peak
    shutil.rmtree(many)
    shutil.rmtree(one)
    searched, plain = costs
    yield (
        f"| {name} | {searched:.1f} | {plain:.1f} | {searched - plain:.1f} | {kind.target:g} a {kind.what} | "
        f"{peak:.0f} |"
    )


def large(root: Path, frames: int) -> Iterator[str]:
    for rle in (False, True):
        folder = root / "large"
        folder.mkdir()
        path = folder / "frames.dcm"
        make_large(path, frames, rle=rle)
        size = path.stat().st_size / 1e9
        used = run(folder, root)
        shutil.rmtree(folder)
        kind = "RLE" if rle else "uncompressed"
        yield (
            f"| {frames} frames, {kind} | {size:.2f} | {used.cpu:.0f} | {used.wall:.0f} | {used.peak:.0f} | "
            f"{'masked' if used.status == 0 else f'exit status {used.status}'} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slices", type=int, default=200)
    parser.add_argument("--cines", type=int, default=4)
    parser.add_argument("--only", default="", help="collections whose name has this in it")
    parser.add_argument("--large", action="store_true", help="one file of 2 GB instead")
    parser.add_argument("--frames", type=int, default=4000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        root = Path(name)
        command = [sys.executable, "-m", "beam_phi", "key", "new", str(root / "key")]
        subprocess.run(command, check=True, capture_output=True)
        if options.large:
            print("| file | GB | CPU s | wall s | peak MB | outcome |\n| --- | --- | --- | --- | --- | --- |")
            for row in large(root, options.frames):
                print(row, flush=True)
            return
        print("| collection | CPU ms | with `--ocr never` | search | target | peak MB |")
        print("| --- | --- | --- | --- | --- | --- |")
        for title, kind in KINDS.items():
            if options.only in title:
                count = options.slices if kind.units == 1 else options.cines
                for row in measure(title, kind, root, count):
                    print(row, flush=True)


if __name__ == "__main__":
    main()
