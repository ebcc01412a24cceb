"""Black boxes in compressed pixels: the file stays what it was but for them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from dicom_help import open_bytes, render
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate, encapsulate_extended, generate_fragments
from pydicom.uid import RLELossless

from beam_phi.formats.document import FormatError
from beam_phi.library.model import Box

BOX = Box(3, 5, 11, 9)
FILES = (
    "JPEG2000.dcm", "MR_small_RLE.dcm", "SC_rgb_jpeg_gdcm.dcm", "MR_small_jp2klossless.dcm",
    "MR_small_jpeg_ls_lossless.dcm", "SC_rgb_rle_2frame.dcm", "SC_rgb_rle_16bit_2frame.dcm",
    "emri_small_RLE.dcm", "emri_small_jpeg_ls_lossless.dcm", "emri_small_jpeg_2k_lossless.dcm",
    "color3d_jpeg_baseline.dcm", "JPGLosslessP14SV1_1s_1f_8b.dcm",
)  # fmt: skip


def source_of(name: str) -> bytes:
    path = get_testdata_file(name, download=False)
    if path is None:
        pytest.skip("pydicom carries this file no longer")
    return Path(path).read_bytes()


def decoded(data: bytes) -> np.ndarray:
    """All frames, without a change of colour space."""
    ds = pydicom.dcmread(io.BytesIO(data), force=True)
    pixels = pydicom.pixels.pixel_array(ds, raw=True)
    return pixels if int(ds.get("NumberOfFrames", 1) or 1) > 1 else pixels[np.newaxis]


def items(data: bytes) -> list[bytes]:
    """The offset table and the fragments."""
    ds = pydicom.dcmread(io.BytesIO(data), force=True)
    return list(generate_fragments(ds.PixelData))


@pytest.mark.parametrize("name", FILES)
def test_boxes_are_black_and_the_transfer_syntax_stays(name: str) -> None:
    data = source_of(name)
    document = open_bytes(data)
    before = pydicom.dcmread(io.BytesIO(data))
    covered = document.cover((BOX,))
    painted = render(document, data)
    after = pydicom.dcmread(io.BytesIO(painted))
    assert len(covered) == int(before.get("NumberOfFrames", 1) or 1)
    assert after.file_meta.TransferSyntaxUID == before.file_meta.TransferSyntaxUID
    try:
        old, new = decoded(data), decoded(painted)
    except (RuntimeError, NotImplementedError):
        pytest.skip("no decoder here beside our own")
    outside = np.ones(old.shape[1:3], bool)
    margin = (
        16
        if "jpeg" in before.file_meta.TransferSyntaxUID.name.lower()
        and "Baseline" in before.file_meta.TransferSyntaxUID.name
        else 0
    )
    outside[
        max(BOX.y - margin, 0) : BOX.y + BOX.height + margin,
        max(BOX.x - margin, 0) : BOX.x + BOX.width + margin,
    ] = False
    assert (old[:, outside] == new[:, outside]).all()
    inside = new[:, BOX.y : BOX.y + BOX.height, BOX.x : BOX.x + BOX.width]
    assert len(np.unique(inside.reshape(-1, *inside.shape[3:]), axis=0)) == 1


def two_frames(extended: bool, table: bool = True) -> pydicom.Dataset:
    ds = pydicom.dcmread(io.BytesIO(source_of("SC_rgb_rle_2frame.dcm")))
    frames = [fragment for fragment in generate_fragments(ds.PixelData) if fragment][-2:]
    frames.append(frames[0])
    ds.NumberOfFrames = 3
    if extended:
        ds.PixelData, ds.ExtendedOffsetTable, ds.ExtendedOffsetTableLengths = encapsulate_extended(frames)
    else:
        ds.PixelData = encapsulate(frames, has_bot=table)
    ds["PixelData"].VR = "OB"
    return ds


def file_of(ds: pydicom.Dataset) -> bytes:
    stream = io.BytesIO()
    ds.save_as(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("extended", "table"), [(False, True), (False, False), (True, False)])
def test_untouched_frames_keep_their_fragments_and_offset_tables_are_right(
    extended: bool, table: bool
) -> None:
    data = file_of(two_frames(extended, table))
    document = open_bytes(data)
    document.scope.image.cover_only(1, (BOX,))
    painted = render(document, data)
    ds = pydicom.dcmread(io.BytesIO(painted))
    old, new = items(data), items(painted)
    assert old[-3] == new[-3]
    assert old[-1] == new[-1]
    assert old[-2] != new[-2]
    pixels = decoded(painted)
    assert (pixels[0] == decoded(data)[0]).all()
    assert (pixels[1, BOX.y : BOX.y + BOX.height, BOX.x : BOX.x + BOX.width] == 0).all()
    if table:
        offsets = np.frombuffer(new[0], "<u4").tolist()
        assert offsets == [0, 8 + len(new[1]), 16 + len(new[1]) + len(new[2])]
    if extended:
        offsets = np.frombuffer(ds.ExtendedOffsetTable, "<u8").tolist()
        assert offsets == [0, 8 + len(new[-3]), 16 + len(new[-3]) + len(new[-2])]
        assert np.frombuffer(ds.ExtendedOffsetTableLengths, "<u8").tolist() == [
            len(item) for item in new[-3:]
        ]


def test_frames_in_several_fragments_are_found() -> None:
    ds = pydicom.dcmread(io.BytesIO(source_of("emri_small_jpeg_2k_lossless.dcm")))
    frames = [fragment for fragment in generate_fragments(ds.PixelData) if fragment][-ds.NumberOfFrames :]
    ds.PixelData = encapsulate(frames, fragments_per_frame=3)
    ds["PixelData"].VR = "OB"
    data = file_of(ds)
    for has_table in (True, False):
        if not has_table:
            ds.PixelData = encapsulate(frames, fragments_per_frame=3, has_bot=False)
            data = file_of(ds)
        document = open_bytes(data)
        document.scope.image.cover_only(4, (BOX,))
        new = decoded(render(document, data))
        assert (np.delete(new, 4, axis=0) == np.delete(decoded(data), 4, axis=0)).all()
        assert len(np.unique(new[4, BOX.y : BOX.y + BOX.height, BOX.x : BOX.x + BOX.width])) == 1


def test_damaged_frames_are_refused() -> None:
    ds = pydicom.dcmread(io.BytesIO(source_of("MR_small_RLE.dcm")))
    assert ds.file_meta.TransferSyntaxUID == RLELossless
    ds.PixelData = encapsulate([b"\1" * 400])
    ds["PixelData"].VR = "OB"
    data = file_of(ds)
    document = open_bytes(data)
    document.cover((BOX,))
    with pytest.raises(FormatError) as error:
        render(document, data)
    assert error.value.reason == "pixels-compressed"


def test_values_that_tell_of_pixels_that_are_gone_go() -> None:
    ds = pydicom.dcmread(io.BytesIO(source_of("MR_small_RLE.dcm")))
    ds.SmallestImagePixelValue, ds.LargestImagePixelValue = 0, 4000
    data = file_of(ds)
    document = open_bytes(data)
    document.cover((BOX,))
    after = pydicom.dcmread(io.BytesIO(render(document, data)))
    assert "SmallestImagePixelValue" not in after
    assert "LargestImagePixelValue" not in after
