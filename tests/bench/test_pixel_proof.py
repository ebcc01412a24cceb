"""The judge of masked pixels notices what is wrong."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian

from beam_phi.library.model import Box
from bench.decoders import bitstreams, read
from bench.pixel_proof import judge

BOX = Box(4, 3, 20, 9)


def plain() -> Path:
    return Path(str(get_testdata_file("MR_small.dcm")))


def changed(tmp_path: Path, row: int, column: int, value: int) -> Path:
    """A copy of the plain file that is black in the box, and has one pixel more of this value."""
    ds = read(plain())
    pixels = ds.pixel_array.copy()
    pixels[BOX.y : BOX.y + BOX.height, BOX.x : BOX.x + BOX.width] = -(1 << 15)
    pixels[row, column] = value
    ds.PixelData = pixels.tobytes()
    path = tmp_path / "copy.dcm"
    ds.save_as(path)
    return path


@pytest.mark.parametrize(
    ("row", "column", "value", "wrong"),
    [
        (3, 4, -(1 << 15), ""),
        (40, 40, 30000, "differ outside"),
        (3, 4, 30000, "shades inside"),
        (3, 24, -(1 << 15), "differ outside"),
    ],
)
def test_pixels(tmp_path: Path, row: int, column: int, value: int, wrong: str) -> None:
    used, problems = judge(read(plain()), read(changed(tmp_path, row, column, value)), {0: [BOX]})
    assert used == ["pydicom", "numpy"]
    assert bool(problems) == bool(wrong)
    assert any(wrong in problem for problem in problems) or not wrong


def test_a_box_that_is_not_painted(tmp_path: Path) -> None:
    _, problems = judge(read(plain()), read(plain()), {0: [BOX]})
    assert any("inside" in problem for problem in problems)


def test_fragments_and_tables(tmp_path: Path) -> None:
    source = Path(str(get_testdata_file("rtdose_rle.dcm")))
    ds = read(source)
    streams = list(bitstreams(ds))
    path = tmp_path / "copy.dcm"
    for change, wrong in (
        (streams, ""),
        ([streams[1], *streams[1:]], "fragment 0"),
        (streams[:-1], "number of fragments"),
    ):
        ds.PixelData = encapsulate(change, has_bot=False)
        ds.save_as(path)
        _, problems = judge(read(source), read(path), {})
        assert any(wrong in problem for problem in problems) if wrong else not problems
    table = encapsulate(streams, has_bot=True)
    ds.PixelData = table[:12] + (2).to_bytes(4, "little") + table[16:]
    ds.save_as(path)
    assert any("offset table" in problem for problem in judge(read(source), read(path), {})[1])


def test_another_transfer_syntax(tmp_path: Path) -> None:
    before = read(Path(str(get_testdata_file("MR_small_RLE.dcm"))))
    after = pydicom.dcmread(plain())
    assert after.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert any("transfer syntax" in problem for problem in judge(before, after, {})[1])
