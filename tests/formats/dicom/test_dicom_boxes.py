"""Black boxes in native pixels, judged by pydicom's decoder."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from dicom_help import BASIC, SYNTAXES, decode, encode, open_bytes, render
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.pixels import apply_color_lut

from beam_phi.formats import dicom
from beam_phi.formats.document import FormatError, Source, SourceRange
from beam_phi.library.model import Box

ROWS, COLUMNS = 13, 18
BOXES = (Box(2, 1, 5, 4), Box(12, 3, 99, 3), Box(0, 12, 1, 9), Box(50, 50, 5, 5))
CLIPPED = (Box(2, 1, 5, 4), Box(12, 3, 6, 3), Box(0, 12, 1, 1))


def image(
    photometric: str = "MONOCHROME2", samples: int = 1, allocated: int = 16, stored: int = 12, signed: int =
        0,
    frames: int = 1, planar: int = 0, rows: int = ROWS, columns: int = COLUMNS,
) -> Dataset:  # fmt: skip
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.Modality, ds.Manufacturer, ds.ManufacturerModelName = "US", "ACME", "Echo 1"
    ds.PhotometricInterpretation = photometric
    ds.SamplesPerPixel, ds.Rows, ds.Columns = samples, rows, columns
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = (
        allocated,
        stored,
        stored - 1,
        signed,
    )
    if samples > 1:
        ds.PlanarConfiguration = planar
    if frames > 1:
        ds.NumberOfFrames = frames
    low = -(1 << (stored - 1)) if signed else 0
    per_pixel = 2 if photometric.endswith("422") else samples
    count = frames * rows * columns * per_pixel
    pixels = np.random.default_rng(1).integers(low + 1, low + (1 << stored) - 1, count)
    kind = f"{'i' if signed else 'u'}{allocated // 8}"
    ds.PixelData = pixels.astype(f"<{kind}").tobytes() + b"\0" * (count * allocated // 8 % 2)
    ds["PixelData"].VR = "OB" if allocated == 8 else "OW"
    return ds


def file(ds: Dataset, syntax: str) -> bytes:
    if syntax == "big":
        ds.PixelData = np.frombuffer(ds.PixelData, f"<u{ds.BitsAllocated // 8}").byteswap().tobytes()
    return encode(ds, syntax)


def paint(data: bytes, boxes: tuple[Box, ...] = BOXES) -> tuple[bytes, list[tuple[int, Box]]]:
    document = open_bytes(data)
    covered = document.cover(boxes)
    return render(document, data), covered


def frames_of(data: bytes) -> np.ndarray:
    ds = decode(data)
    pixels = ds.pixel_array
    return pixels if int(ds.get("NumberOfFrames", 1)) > 1 else pixels[np.newaxis]


def check(before: bytes, after: bytes, black: object, boxes: tuple[Box, ...] = CLIPPED) -> None:
    """Black inside the boxes, the same outside, on every frame."""
    old, new = frames_of(before), frames_of(after)
    inside = np.zeros(old.shape[1:3], bool)
    for box in boxes:
        inside[box.y : box.y + box.height, box.x : box.x + box.width] = True
    assert inside.any()
    assert (new[:, inside] == black).all()
    assert (new[:, ~inside] == old[:, ~inside]).all()
    assert not (old[:, inside] == black).all()


@pytest.mark.parametrize("syntax", sorted(SYNTAXES))
@pytest.mark.parametrize("frames", [1, 3])
@pytest.mark.parametrize(
    ("photometric", "signed", "allocated", "stored", "black"),
    [
        ("MONOCHROME2", 0, 16, 12, 0),
        ("MONOCHROME1", 0, 16, 12, 4095),
        ("MONOCHROME2", 1, 16, 16, -32768),
        ("MONOCHROME2", 1, 16, 12, -2048),
        ("MONOCHROME1", 1, 16, 16, 32767),
        ("MONOCHROME2", 0, 8, 8, 0),
        ("MONOCHROME1", 0, 8, 8, 255),
        ("MONOCHROME2", 0, 32, 32, 0),
    ],
)
def test_gray(
    syntax: str, frames: int, photometric: str, signed: int, allocated: int, stored: int, black: int
) -> None:
    data = file(image(photometric, 1, allocated, stored, signed, frames), syntax)
    painted, covered = paint(data)
    check(data, painted, black)
    assert len(painted) == len(data) or syntax == "deflated"
    assert covered == [(frame, box) for frame in range(frames) for box in CLIPPED]


@pytest.mark.parametrize("syntax", sorted(SYNTAXES))
@pytest.mark.parametrize(("frames", "planar"), [(1, 0), (1, 1), (2, 0), (2, 1)])
@pytest.mark.parametrize(
    ("photometric", "allocated", "black"),
    [("RGB", 8, (0, 0, 0)), ("RGB", 16, (0, 0, 0)), ("YBR_FULL", 8, (0, 128, 128))],
)
def test_colour(
    syntax: str, frames: int, planar: int, photometric: str, allocated: int, black: tuple[int, ...]
) -> None:
    data = file(image(photometric, 3, allocated, allocated, 0, frames, planar), syntax)
    painted, _ = paint(data)
    old, new = (open_bytes(d) for d in (data, painted))
    for document in (old, new):
        assert document.box_attributes()["photometric"] == photometric
    before, after = raw_pixels(data, planar), raw_pixels(painted, planar)
    inside = np.zeros((ROWS, COLUMNS), bool)
    for box in CLIPPED:
        inside[box.y : box.y + box.height, box.x : box.x + box.width] = True
    assert (after[:, inside] == black).all()
    assert (after[:, ~inside] == before[:, ~inside]).all()


def raw_pixels(data: bytes, planar: int) -> np.ndarray:
    """Stored samples as (frame, row, column, sample), without any colour conversion."""
    ds = decode(data)
    order = ">" if ds.original_encoding == (False, False) else "<"
    count = int(ds.get("NumberOfFrames", 1))
    samples = np.frombuffer(ds.PixelData, f"{order}u{ds.BitsAllocated // 8}")[: count * ROWS * COLUMNS * 3]
    if planar:
        return samples.reshape(count, 3, ROWS, COLUMNS).transpose(0, 2, 3, 1)
    return samples.reshape(count, ROWS, COLUMNS, 3)


def test_subsampled_colour_is_painted_in_pairs() -> None:
    ds = image("YBR_FULL_422", 3, 8, 8, frames=2)
    data = encode(ds)
    painted, _ = paint(data, (Box(3, 1, 4, 2),))
    pairs = np.frombuffer(decode(painted).PixelData, "u1").reshape(2, ROWS, COLUMNS // 2, 4)
    before = np.frombuffer(ds.PixelData, "u1").reshape(2, ROWS, COLUMNS // 2, 4)
    assert (pairs[:, 1:3, 1:4] == (0, 0, 128, 128)).all()
    mask = np.ones((ROWS, COLUMNS // 2), bool)
    mask[1:3, 1:4] = False
    assert (pairs[:, mask] == before[:, mask]).all()


def test_the_darkest_colour_of_a_palette() -> None:
    path = Path(get_testdata_file("examples_palette.dcm"))
    data = path.read_bytes()
    painted, covered = paint(data, (Box(10, 10, 30, 20),))
    assert len(covered) == 1
    ds = decode(painted)
    colours = apply_color_lut(ds.pixel_array, ds)[10:30, 10:40].astype(int).sum(axis=2)
    assert len(np.unique(colours)) == 1
    assert colours.max() <= apply_color_lut(decode(data).pixel_array, ds).astype(int).sum(axis=2).min() + 1


@pytest.mark.parametrize("slope", ["-1", "1"])
def test_a_falling_rescale_turns_black_round(slope: str) -> None:
    ds = image()
    ds.RescaleSlope, ds.RescaleIntercept = slope, "0"
    data = encode(ds)
    check(data, paint(data)[0], 4095 if slope == "-1" else 0)


def test_unused_bits_are_no_refuge() -> None:
    ds = image(stored=12)
    ds.PixelData = (np.frombuffer(ds.PixelData, "<u2") | 0xF000).tobytes()
    painted, _ = paint(encode(ds), (Box(0, 0, COLUMNS, ROWS),))
    assert decode(painted).PixelData == bytes(ROWS * COLUMNS * 2)


@pytest.mark.parametrize("columns", [COLUMNS, COLUMNS - 1])
def test_bytes_in_big_endian_words(columns: int) -> None:
    """With an odd number of rows and columns, rows and frames begin in the middle of a word."""
    rows, count = ROWS - 1, 2
    size = rows * columns * count
    ds = image(rows=rows, columns=columns, frames=count, allocated=8, stored=8)
    words = np.frombuffer(ds.PixelData, "<u2").byteswap()
    data = bytearray(encode(ds, "big"))
    at = data.rindex(b"OB", 0, len(data) - 2 * len(words))
    data[at : at + 2] = b"OW"
    document = open_bytes(bytes(data))
    covered = document.cover(BOXES)
    frames = document.scope.image.frames()
    before = words.view("u1")[:size].reshape(count, rows, columns)
    assert [frames.raw(frame) for frame in range(count)] == [one.tobytes() for one in before]
    painted = render(document, bytes(data))
    after = (
        np.frombuffer(painted[-2 * len(words) :], "<u2").byteswap().view("u1")[:size].reshape(before.shape)
    )
    inside = np.zeros(before.shape, bool)
    for frame, box in covered:
        inside[frame, box.y : box.y + box.height, box.x : box.x + box.width] = True
    assert (after[inside] == 0).all()
    assert (after[~inside] == before[~inside]).all()


def test_rules_add_up() -> None:
    data = encode(image())
    document = open_bytes(data)
    assert document.cover((Box(2, 1, 5, 4),)) == [(0, Box(2, 1, 5, 4))]
    assert document.cover((Box(12, 3, 99, 3), Box(0, 12, 1, 9))) == [(0, CLIPPED[1]), (0, CLIPPED[2])]
    assert document.cover((Box(50, 50, 1, 1),)) == []
    check(data, render(document, data), 0)


def test_edits_and_boxes_go_together() -> None:
    for syntax in SYNTAXES:
        data = file(image(frames=2), syntax)
        document = open_bytes(data)
        document.cover(BOXES)
        document.scope.mark_deidentified(dicom.marks("test", "1.0", (), clean_pixels=True))
        out = decode(render(document, data))
        assert out.PatientIdentityRemoved == "YES"
        assert (out.pixel_array[:, 1:5, 2:7] == 0).all()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Rows": ROWS + 1}, "pixel-length"),
        ({"NumberOfFrames": 2}, "pixel-length"),
        ({"NumberOfFrames": "0"}, "pixel-format"),
        ({"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}, "pixel-format"),
        ({"BitsAllocated": 12}, "pixel-format"),
        ({"BitsStored": 17}, "pixel-format"),
        ({"HighBit": 3}, "pixel-format"),
        ({"PhotometricInterpretation": "CMYK"}, "pixel-format"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "pixel-format"),
        ({"SamplesPerPixel": 3}, "pixel-format"),
        ({"BitsStored": None}, "pixel-format"),
    ],
)
def test_what_can_not_be_painted_surely_is_refused(change: dict[str, object], reason: str) -> None:
    ds = image()
    for keyword, value in change.items():
        setattr(ds, keyword, value)
    with pytest.raises(FormatError) as error:
        open_bytes(encode(ds)).cover(BOXES)
    assert error.value.reason == reason


def test_an_object_without_pixels_has_nothing_to_cover() -> None:
    data = encode(Dataset())
    document = open_bytes(data)
    assert document.cover(BOXES) == []
    assert render(document, data) == data


def test_attributes_to_choose_by() -> None:
    attributes = open_bytes(encode(image())).box_attributes()
    assert attributes["modality"] == "US"
    assert attributes["manufacturer"] == "ACME"
    assert attributes["model"] == "Echo 1"
    assert (attributes["rows"], attributes["columns"]) == (str(ROWS), str(COLUMNS))
    assert attributes["sop_class"] == "1.2.840.10008.5.1.4.1.1.7"
    assert attributes["station"] == ""


def test_a_large_multi_frame_object_needs_little_memory() -> None:
    """Only the bands under the boxes are read; what is not painted is named, not copied."""

    class Sparse(io.RawIOBase):
        def __init__(self, head: bytes, size: int) -> None:
            self.head, self.size, self.at, self.taken = head, size, 0, 0

        def seek(self, at: int, whence: int = 0, /) -> int:
            self.at = at
            return at

        def read(self, size: int = -1, /) -> bytes:
            size = min(size, self.size - self.at)
            data = self.head[self.at : self.at + size]
            self.at += size
            self.taken += size
            return data + bytes(size - len(data))

    rows = columns = 2048
    frames = 256
    ds = image(frames=frames, rows=4, columns=4)
    ds.Rows, ds.Columns = rows, columns
    data = encode(ds)
    length = frames * rows * columns * 2
    value = len(data) - frames * 32
    head = data[: value - 4] + struct.pack("<I", length)
    stream = Sparse(head, len(head) + length)
    document = dicom.open(Source(stream, stream.size), BASIC)  # type: ignore[arg-type]
    covered = document.cover((Box(0, 0, 300, 40),))
    assert len(covered) == frames
    total = largest = 0
    for segment in document.scope.render():
        size = segment.length if isinstance(segment, SourceRange) else len(segment)
        total += size
        largest = max(largest, 0 if isinstance(segment, SourceRange) else size)
    assert total == stream.size
    assert largest <= 1 << 21
    assert stream.taken < frames * 40 * columns * 2 + (1 << 20)


@pytest.mark.parametrize("syntax", sorted(SYNTAXES))
def test_overlays_in_unused_bits_are_cleared(syntax: str) -> None:
    """A bitmap of text in a bit above the stored ones, which only an Overlay Bit Position tells of."""
    ds = image(frames=2)
    words = np.frombuffer(ds.PixelData, "<u2").copy()
    words[::3] |= 1 << 13
    ds.PixelData = words.tobytes()
    ds.add_new(0x60000100, "US", 16)
    ds.add_new(0x60000102, "US", 13)
    before = file(ds, syntax)
    document = open_bytes(before)
    after = decode(render(document, before))
    order = ">" if syntax == "big" else "<"
    raw = np.frombuffer(after.PixelData, f"{order}u2")
    assert not (raw & (1 << 13)).any()
    assert (raw & 0x0FFF == words & 0x0FFF).all()


def test_an_overlay_bit_of_the_pixels_own_is_none() -> None:
    ds = image()
    ds.add_new(0x60000102, "US", 3)
    data = encode(ds)
    assert render(open_bytes(data), data) == data
