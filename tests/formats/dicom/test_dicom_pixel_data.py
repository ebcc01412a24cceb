"""Whatever is covered in whatever frames: pixels in boxes are black, and no other pixel changes."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

import numpy as np
import pydicom
import pytest
from dicom_help import SYNTAXES, decode, encode, open_bytes, render
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import RLELossless

from beam_phi.library.model import Box


class Kind(NamedTuple):
    photometric: str
    samples: int
    allocated: int
    stored: int
    signed: bool
    black: tuple[int, ...]


KINDS = (
    Kind("MONOCHROME2", 1, 8, 8, False, (0,)),
    Kind("MONOCHROME1", 1, 8, 8, False, (255,)),
    Kind("MONOCHROME2", 1, 16, 12, False, (0,)),
    Kind("MONOCHROME1", 1, 16, 12, False, (4095,)),
    Kind("MONOCHROME2", 1, 16, 16, True, (-32768,)),
    Kind("RGB", 3, 8, 8, False, (0, 0, 0)),
    Kind("YBR_FULL", 3, 8, 8, False, (0, 128, 128)),
)


class Case(NamedTuple):
    """An object, and what is to be covered in it: in all frames, and in one of them."""

    data: bytes
    black: tuple[int, ...]
    everywhere: list[Box]
    only: list[tuple[int, Box]]


@st.composite
def cases(draw: st.DrawFn, syntaxes: tuple[str, ...]) -> Case:
    kind = draw(st.sampled_from(KINDS))
    rows, columns, frames = draw(st.integers(1, 12)), draw(st.integers(1, 12)), draw(st.integers(1, 4))
    syntax, planar = draw(st.sampled_from(syntaxes)), draw(st.integers(0, 1))
    if syntax == "big":
        columns += columns % 2
    low = -(1 << (kind.stored - 1)) if kind.signed else 0
    random = np.random.default_rng(draw(st.integers(0, 9)))
    values = random.integers(low, low + (1 << kind.stored), (frames, rows, columns, kind.samples))
    x, y = st.integers(0, columns - 1), st.integers(0, rows - 1)
    boxes = st.builds(Box, x, y, st.integers(1, 14), st.integers(1, 14))
    inside = st.builds(
        lambda x, y, width, height: Box(x, y, min(width, columns - x), min(height, rows - y)),
        x, y, st.integers(1, 14), st.integers(1, 14),
    )  # fmt: skip
    everywhere = draw(st.lists(boxes, max_size=3))
    only = draw(st.lists(st.tuples(st.integers(0, frames - 1), inside), max_size=4))
    return Case(file_of(values, kind, syntax, planar), kind.black, everywhere, only)


def file_of(values: NDArray[Any], kind: Kind, syntax: str, planar: int) -> bytes:
    frames, rows, columns, samples = values.shape
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.PhotometricInterpretation, ds.SamplesPerPixel, ds.Rows, ds.Columns = (
        kind.photometric, samples, rows, columns,
    )  # fmt: skip
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = kind.allocated, kind.stored, kind.stored - 1
    ds.PixelRepresentation = int(kind.signed)
    ds.NumberOfFrames = frames
    if samples > 1:
        ds.PlanarConfiguration = planar
        values = values.transpose(0, 3, 1, 2) if planar else values
    order = ">" if syntax == "big" else "<"
    pixels = values.astype(f"{order}{'i' if kind.signed else 'u'}{kind.allocated // 8}").tobytes()
    ds.PixelData = pixels + b"\0" * (len(pixels) % 2)
    ds["PixelData"].VR = "OB" if kind.allocated == 8 else "OW"
    if syntax != "rle":
        return encode(ds, syntax)
    compressed = decode(encode(ds))
    compressed.compress(RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    stream = io.BytesIO()
    compressed.save_as(stream)
    return stream.getvalue()


def plugin_of(ds: Dataset) -> str:
    """pydicom's own decoder; others that may be installed die of small frames."""
    return "pydicom" if ds.file_meta.TransferSyntaxUID == RLELossless else ""


def frames_of(data: bytes) -> NDArray[Any]:
    """(frames, rows, columns, samples)"""
    ds = decode(data)
    pixels = pydicom.pixels.pixel_array(ds, raw=True, decoding_plugin=plugin_of(ds))
    return pixels.reshape(int(ds.NumberOfFrames), ds.Rows, ds.Columns, ds.SamplesPerPixel)


def check(case: Case) -> None:
    document = open_bytes(case.data)
    image = document.scope.image
    told = image.cover(case.everywhere)
    for frame, box in case.only:
        image.cover_only(frame, [box])
    painted = render(document, case.data)
    old, new = frames_of(case.data), frames_of(painted)
    assert {frame for frame, _ in told} == (set(range(len(old))) if case.everywhere else set())
    for frame in range(len(old)):
        inside = np.zeros(old.shape[1:3], bool)
        boxes = [*case.everywhere, *(box for number, box in case.only if number == frame)]
        for box in boxes:
            inside[box.y : box.y + box.height, box.x : box.x + box.width] = True
        assert (new[frame][inside] == case.black).all()
        assert (new[frame][~inside] == old[frame][~inside]).all()
    if not case.everywhere and not case.only:
        assert painted == case.data
    assert decode(painted).file_meta == decode(case.data).file_meta


@given(cases(tuple(SYNTAXES)))
@settings(max_examples=150, deadline=None)
def test_native_pixels_change_in_boxes_only(case: Case) -> None:
    check(case)


@given(cases(("rle",)))
@settings(max_examples=100, deadline=None)
def test_compressed_pixels_change_in_boxes_only(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("syntax", ["explicit", "rle"])
def test_frames_that_no_box_touches_keep_their_bytes(syntax: str) -> None:
    kind = KINDS[0]
    values = np.random.default_rng(1).integers(0, 256, (5, 8, 10, 1))
    data = file_of(values, kind, syntax, 0)
    document = open_bytes(data)
    document.scope.image.cover_only(3, [Box(2, 2, 4, 3)])
    painted = render(document, data)
    length = int(syntax == "rle")
    before, after = (
        list(pydicom.encaps.generate_frames(decode(each).PixelData, number_of_frames=5))
        if length
        else [decode(each).PixelData[80 * n : 80 * n + 80] for n in range(5)]
        for each in (data, painted)
    )
    assert [number for number in range(5) if before[number] != after[number]] == [3]


@pytest.mark.parametrize("syntax", ["explicit", "rle"])
@pytest.mark.parametrize(
    ("kind", "darkest", "black"),
    [(KINDS[2], 700, 700), (KINDS[3], 3000, 3000), (KINDS[4], -900, -900), (KINDS[5], 9, 0)],
)
def test_black_can_be_the_darkest_value_that_is_shown(
    syntax: str, kind: Kind, darkest: int, black: int
) -> None:
    values = np.full((1, 6, 8, kind.samples), 40)
    data = file_of(values, kind, syntax, 0)
    document = open_bytes(data)
    document.cover([Box(1, 1, 3, 3)])
    document.scope.image.darken(darkest)
    painted = frames_of(render(document, data))
    assert (painted[0, 1:4, 1:4] == black).all()
    assert (painted[0, 4:] == 40).all()
