"""Masked DICOM files of the shared corpus: other toolkits read them, pixels and references are whole."""

from __future__ import annotations

import io
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from beam_phi.engine import Engine, Quarantine
from beam_phi.formats import Source, detect
from beam_phi.library.load import load
from beam_phi.masking.keys import resolve

pytestmark = pytest.mark.corpus

PIXELS = (0x7FE00008, 0x7FE00009, 0x7FE00010)


#: Lossy JPEG: a box takes whole blocks, and chroma around them.
_LOSSY_JPEG = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}

#: What is not masked, and why. ``research`` looks at every image: what it can't read it holds back.
_QUARANTINED = {
    "MR_truncated.dcm": "truncated",
    "rtplan_truncated.dcm": "truncated",
    "burned_in_yes.dcm": "burned-in-unread",
    "example3.dcm": "bad-bitstream",
}
_QUARANTINED_IN_RESEARCH = _QUARANTINED | {
    # progressive JPEG, declared as baseline
    "example.dcm": "pixels-compressed",
    "example2.dcm": "pixels-compressed",
    "example-mg.dcm": "pixels-compressed",
    # no start of image; other rows and columns than the header
    "example3.dcm": "pixels-compressed",
    "JPEG2000-embedded-sequence-delimiter.dcm": "pixels-compressed",
}

Painted = tuple[int, int, int, int, int]
"""Frame, x, y, width, height."""


@dataclass(frozen=True)
class Pair:
    """A file, its masked copy, and the boxes painted in it."""

    before: Path
    after: Path
    boxes: list[Painted]


@pytest.fixture(scope="module", params=["basic", "research"])
def pairs(
    request: pytest.FixtureRequest, corpus: Path, key: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Pair]:
    folder = tmp_path_factory.mktemp(request.param)
    reasons: dict[str, str] = {}
    found = list(_masked(corpus / "dicom", Engine(load(request.param), resolve(str(key))), folder, reasons))
    assert reasons == (_QUARANTINED_IN_RESEARCH if request.param == "research" else _QUARANTINED)
    return found


def _masked(source: Path, engine: Engine, folder: Path, reasons: dict[str, str]) -> Iterator[Pair]:
    """Pairs of what is masked; what is held back goes to ``reasons``, by name."""
    for number, path in enumerate(sorted(p for p in source.rglob("*") if p.is_file())):
        data = path.read_bytes()
        if detect(path.name, data[:8192]) != "dicom":
            continue
        try:
            result = engine.mask(path.name, "0", "dicom", Source(io.BytesIO(data), len(data)))
        except Quarantine as why:
            reasons[path.name] = why.reason
            continue
        after = folder / f"{number}.dcm"
        after.write_bytes(b"".join(result.content.chunks()))
        boxes = [
            (row.frame, row.x, row.y, row.width, row.height)
            for row in result.annotations()
            if row.location == "pixels"
        ]
        result.close()
        yield Pair(path, after, boxes)


def read(path: Path) -> Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(path, force=True)


@pytest.mark.parametrize("command", [["dcmftest"], ["dcmdump", "-q"], ["gdcmdump"]])
def test_other_toolkits_read_what_they_read_before(pairs: list[Pair], command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")

    def reads(path: Path) -> bool:
        return subprocess.run([*command, path], capture_output=True).returncode == 0

    with ThreadPoolExecutor(2) as pool:
        before = list(pool.map(reads, (pair.before for pair in pairs)))
        after = list(pool.map(reads, (pair.after for pair in pairs)))
    assert sum(before) > 250
    lost = [pair.before.name for pair, b, a in zip(pairs, before, after, strict=True) if b and not a]
    assert lost == []


def test_pixels_are_identical(pairs: list[Pair]) -> None:
    """The bytes of the pixel data; where metadata in the bit stream was blanked, the decoded pixels."""
    compared = decoded = 0
    for pair in pairs:
        before, after = read(pair.before), read(pair.after)
        for tag in PIXELS:
            if tag not in before or not before.get("Rows"):
                continue  # pixels without rows are no image, and go
            assert tag in after, pair.before.name
            compared += 1
            if before[tag].value == after[tag].value:
                continue
            assert pair.boxes or len(before[tag].value) == len(after[tag].value)
            try:
                pixels = before.pixel_array
            except RuntimeError:
                continue  # the original can't be decoded either
            decoded += 1
            assert _same_outside(pixels, after.pixel_array, before, pair.boxes), pair.before.name
    assert compared > 190
    assert decoded > 12


def _same_outside(old: np.ndarray, new: np.ndarray, ds: pydicom.Dataset, boxes: list[Painted]) -> bool:
    """True if pixels outside of boxes, in lossy JPEG outside of the blocks they touch, are the same."""
    frames = int(ds.get("NumberOfFrames", 1) or 1)
    old, new = (pixels.reshape(frames, ds.Rows, ds.Columns, -1) for pixels in (old, new))
    block = 32 if ds.file_meta.TransferSyntaxUID in _LOSSY_JPEG else 1
    same = (old == new).all(axis=3)
    for frame, x, y, width, height in boxes:
        top, left = y // block * block, x // block * block
        bottom, right = -(-(y + height) // block) * block, -(-(x + width) // block) * block
        same[frame, top:bottom, left:right] = True
    return bool(same.all())


def test_references_that_resolved_still_resolve(pairs: list[Pair]) -> None:
    before = [read(pair.before) for pair in pairs]
    after = [read(pair.after) for pair in pairs]
    old = {str(ds.get("SOPInstanceUID", "")) for ds in before} - {""}
    new = {str(ds.get("SOPInstanceUID", "")) for ds in after} - {""}
    resolved = 0
    for one, other, pair in zip(before, after, pairs, strict=True):
        left = dict(_references(other))
        for place, uid in _references(one):
            if uid in old and place in left:
                resolved += 1
                assert left[place] in new, (pair.before.name, place)
                assert left[place] != uid
    assert resolved > 50


def _references(ds: Dataset) -> Iterator[tuple[str, str]]:
    """Place and value of each reference to an instance."""

    def walk(ds: Dataset, place: str) -> Iterator[tuple[str, str]]:
        for element in ds:
            here = f"{place}{BaseTag(element.tag)}"
            if element.VR == "SQ":
                for number, item in enumerate(element.value or ()):
                    yield from walk(item, f"{here}[{number}]")
            elif element.keyword == "ReferencedSOPInstanceUID":
                yield here, str(element.value)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from walk(ds, "")
