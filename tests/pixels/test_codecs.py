"""Frames of every compressed syntax, painted: two decoders see black inside, and all else as it was."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import imagecodecs
import jpeg_ls
import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.data.data_manager import DATA_ROOT
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels import get_decoder

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import PixelFormat, darkest_gray
from beam_phi.pixels.codecs import SYNTAXES, CodecError, Painted, decode, paint
from beam_phi.pixels.codecs.huffman import Table
from beam_phi.pixels.codecs.scan import Edited, edit

Array = np.ndarray[Any, Any]

J = "1.2.840.10008.1.2.4."
RLE, RAW, DEFLATED = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.1.98", "1.2.840.10008.1.2.8.1"
LOSSLESS = [f"{J}{number}" for number in (57, 70, 80, 81, 90, 91, 201, 202, 203)] + [RLE, RAW, DEFLATED]
BOXES = (Box(0, 0, 23, 9), Box(30, 17, 11, 21))


def form(samples: Array, photometric: str = "MONOCHROME2", stored: int = 0, **other: Any) -> PixelFormat:
    """The format of samples; signed if they are."""
    bits = 8 * samples.dtype.itemsize
    signed = samples.dtype.kind == "i"
    stored = stored or bits
    inverted = photometric == "MONOCHROME1"
    black = darkest_gray(stored, signed=signed, inverted=inverted)
    count = 1 if samples.ndim == 2 else samples.shape[2]
    made = PixelFormat(
        *samples.shape[:2],
        count,
        photometric,
        bits,
        stored,
        stored - 1,
        False,
        black,
        "little",
        signed,
        inverted,
    )
    return replace(made, **other)


def picture(shape: tuple[int, ...], dtype: type, bits: int, *, signed: bool = False) -> Array:
    """Waves and noise over the whole range of these bits."""
    random = np.random.default_rng(7)
    y, x = np.mgrid[: shape[0], : shape[1]]
    base = (np.sin(x / 9) + np.cos(y / 7) + 2) / 4
    stack = base if len(shape) == 2 else np.dstack([base, base[::-1], base[:, ::-1]])
    values = stack * ((1 << bits) - 1) * 0.9 + random.integers(0, max((1 << bits) // 12, 2), shape)
    return (values.clip(0, (1 << bits) - 1).astype(np.int64) - (signed << bits >> 1)).astype(dtype)


@dataclass(frozen=True)
class Kind:
    """Samples, and what the header says of them."""

    name: str
    samples: Array
    format: PixelFormat

    @property
    def pattern(self) -> Array:
        """The samples as unsigned numbers of Bits Stored."""
        size = self.format.allocated // 8
        mask = np.dtype(f"u{size}").type((1 << self.format.stored) - 1)
        return self.samples.view(f"u{size}") & mask


def kinds() -> Iterator[Kind]:
    shape = (61, 83)
    for name, dtype, bits, signed, photometric in (
        ("8", np.uint8, 8, False, "MONOCHROME2"),
        ("8 inverted", np.uint8, 8, False, "MONOCHROME1"),
        ("8 signed", np.int8, 8, True, "MONOCHROME2"),
        ("10", np.uint16, 10, False, "MONOCHROME2"),
        ("12 inverted", np.uint16, 12, False, "MONOCHROME1"),
        ("12 signed", np.int16, 12, True, "MONOCHROME2"),
        ("16", np.uint16, 16, False, "MONOCHROME2"),
        ("16 signed", np.int16, 16, True, "MONOCHROME2"),
        ("palette", np.uint8, 8, False, "PALETTE COLOR"),
    ):
        samples = picture(shape, dtype, bits, signed=signed)
        format_ = form(samples, photometric, bits)
        if photometric == "PALETTE COLOR":
            format_ = replace(format_, black=77)
        yield Kind(name, samples, format_)
    color = picture((*shape, 3), np.uint8, 8)
    yield Kind("rgb", color, form(color, "RGB"))
    yield Kind("ybr", color, form(color, "YBR_FULL"))
    deep = picture((*shape, 3), np.uint16, 16)
    yield Kind("rgb 16", deep, form(deep, "RGB"))


def encode(kind: Kind, syntax: str) -> bytes:
    """A frame without loss, by an encoder that is not the one under test where there is another."""
    samples, format_ = kind.samples, kind.format
    pattern = kind.pattern
    if syntax == RAW:
        return pattern.tobytes() + b"\0" * (pattern.nbytes % 2)
    if syntax == DEFLATED:
        deflater = zlib.compressobj(wbits=-15)
        return deflater.compress(pattern.tobytes()) + deflater.flush()
    if syntax == RLE:
        return rle(pattern)
    number = int(syntax.rpartition(".")[2])
    if number in (57, 70):
        color = {"colorspace": "RGB", "outcolorspace": "RGB"} if format_.samples == 3 else {}
        predictor = 1 if number == 70 else 4
        return imagecodecs.jpeg8_encode(
            pattern, lossless=True, predictor=predictor, bitspersample=format_.stored, **color
        )
    if number in (80, 81):
        sizes = (format_.rows, format_.columns, format_.samples, format_.stored)
        mode = 2 if format_.samples == 3 else 0
        return bytes(jpeg_ls.encode_buffer(pattern.tobytes(), *sizes, interleave_mode=mode))
    if number in (90, 91):
        return imagecodecs.jpeg2k_encode(
            samples, codecformat="j2k", reversible=True, bitspersample=format_.stored, mct=False
        )
    if format_.samples == 3:
        planes = np.ascontiguousarray(samples.transpose(2, 0, 1))
        return imagecodecs.htj2k_encode(planes, reversible=True, rgb=False, planar=True)
    return imagecodecs.htj2k_encode(samples, reversible=True)


def rle(samples: Array) -> bytes:
    """An RLE frame, coded as simply as can be."""
    size = samples.dtype.itemsize
    planes = (
        samples.astype(samples.dtype.newbyteorder(">")).view(np.uint8).reshape(*samples.shape[:2], -1, size)
    )
    segments = []
    for plane in planes.reshape(*samples.shape[:2], -1).transpose(2, 0, 1):
        coded = b""
        for row in plane:
            for value, run in groupby(row.tolist()):
                count = len(list(run))
                while count > 1:
                    part = min(count, 128)
                    coded += bytes((257 - part if part > 1 else 0, value))
                    count -= part
                if count:
                    coded += bytes((0, value))
        segments.append(coded + b"\0" * (len(coded) % 2))
    offsets = [64 + sum(map(len, segments[:number])) for number in range(len(segments))]
    return struct.pack("<16I", len(segments), *offsets, *[0] * (15 - len(offsets))) + b"".join(segments)


def others(frame: bytes, syntax: str, format_: PixelFormat, *, raw: bool = True) -> dict[str, Array]:
    """What the plugins of pydicom make of a frame, by name; those that refuse it are not in."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.Rows, ds.Columns, ds.SamplesPerPixel = format_.rows, format_.columns, format_.samples
    ds.PhotometricInterpretation = format_.photometric
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = format_.allocated, format_.stored, format_.high_bit
    ds.PixelRepresentation, ds.PlanarConfiguration = int(format_.signed), 0
    ds.PixelData = encapsulate([frame])
    ds["PixelData"].VR = "OB"
    found: dict[str, Array] = {}
    decoder = get_decoder(syntax)
    for plugin in decoder.available_plugins:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found[plugin] = decoder.as_array(ds, raw=raw, index=0, decoding_plugin=plugin)[0]
            except (RuntimeError, NotImplementedError, AttributeError, ValueError):
                continue
    return found


def blackened(samples: Array, format_: PixelFormat, boxes: Sequence[Box]) -> Array:
    """What is to be seen after painting, worked out pixel by pixel."""
    painted = samples.copy()
    middle = 1 << (format_.stored - 1)
    black = {"RGB": (0, 0, 0), "YBR_FULL": (0, middle, middle)}.get(format_.photometric, format_.black)
    for box in boxes:
        for y in range(box.y, box.y + box.height):
            for x in range(box.x, box.x + box.width):
                painted[y, x] = black
    return painted


def precision(frame: bytes, syntax: str) -> int:
    """Bits of a sample as the stream has them."""
    if frame.startswith(b"\xff\x4f"):
        return (frame[42] & 127) + 1
    at = next(
        frame.index(bytes((0xFF, one))) for one in (0xC0, 0xC1, 0xC3, 0xF7) if bytes((0xFF, one)) in frame
    )
    return frame[at + 4]


KINDS = {kind.name: kind for kind in kinds()}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("syntax", LOSSLESS)
def test_lossless_frames_are_black_inside_and_the_same_outside(syntax: str, name: str) -> None:
    kind = KINDS[name]
    frame = encode(kind, syntax)
    assert (decode(frame, syntax, kind.format).samples == kind.samples).all()

    painted = paint(frame, syntax, kind.format, BOXES)

    assert (painted.syntax, painted.photometric, len(painted.data) % 2) == (
        syntax,
        kind.format.photometric,
        0,
    )
    expected = blackened(kind.samples, kind.format, BOXES)
    ours = decode(painted.data, syntax, kind.format)
    assert ours.samples.dtype == expected.dtype
    assert (ours.samples == expected).all()
    assert ours.photometric == kind.format.photometric
    if syntax not in (RLE, RAW, DEFLATED):
        assert precision(painted.data, syntax) == precision(frame, syntax)
    if syntax in (RAW, DEFLATED):
        data = zlib.decompress(painted.data, -15) if syntax == DEFLATED else painted.data
        mask = kind.pattern.dtype.type((1 << kind.format.stored) - 1)
        words = np.frombuffer(data, kind.pattern.dtype, expected.size).reshape(expected.shape) & mask
        assert (words == expected.view(words.dtype) & mask).all()
        return
    before = others(frame, syntax, kind.format)
    after = others(painted.data, syntax, kind.format)
    for plugin in before.keys() & after.keys():
        if (before[plugin] == kind.samples).all():
            assert (after[plugin] == expected).all(), plugin
    assert after.keys() == before.keys()


def test_each_syntax_has_a_second_decoder() -> None:
    """Otherwise the test above says less than it seems to."""
    kind = KINDS["16"]
    for syntax in set(LOSSLESS) - {RAW, DEFLATED, f"{J}57", f"{J}70"}:
        found = others(encode(kind, syntax), syntax, kind.format)
        assert any((samples == kind.samples).all() for samples in found.values()), syntax


@pytest.mark.parametrize("bits", [5, 10, 12, 13, 15])
@pytest.mark.parametrize("signed", [False, True])
def test_high_throughput_frames_keep_a_precision_that_fills_no_bytes(bits: int, signed: bool) -> None:
    item = ("i" if signed else "u") + ("1" if bits <= 8 else "2")
    samples = picture((70, 91), np.dtype(item).type, bits, signed=signed)
    # A coder of another maker writes the classic kind only; its precision is what we want to see here.
    wide = imagecodecs.htj2k_encode(samples.astype("i2"), reversible=True)
    shift = 0 if signed else 1 << (bits - 1)
    narrow = bytearray(imagecodecs.htj2k_encode((samples.astype("i2") - shift).astype("i2"), reversible=True))
    narrow[42] = (bits - 1) | signed << 7
    assert precision(wide, "") == 16
    format_ = form(samples, stored=bits)
    for number in (201, 202, 203):
        painted = paint(bytes(narrow), f"{J}{number}", format_, BOXES)
        assert precision(painted.data, "") == bits
        expected = blackened(samples, format_, BOXES)
        assert (imagecodecs.htj2k_decode(painted.data) == expected).all()
        assert (imagecodecs.jpeg2k_decode(painted.data) == expected).all()


def test_a_lossless_rpcl_frame_has_its_order_and_lengths() -> None:
    kind = KINDS["rgb"]
    data = paint(encode(kind, f"{J}202"), f"{J}202", kind.format, BOXES).data
    style = data.index(b"\xff\x52")
    assert data[style + 5] == 2  # resolution, position, component, layer
    assert b"\xff\x55" in data[: data.index(b"\xff\x90")]


@pytest.mark.parametrize(("reversible", "before"), [(True, "YBR_RCT"), (False, "YBR_ICT")])
@pytest.mark.parametrize("number", [90, 91, 201, 203])
def test_transformed_color_stays_transformed_without_further_loss(
    number: int, reversible: bool, before: str
) -> None:
    samples = KINDS["rgb"].samples
    if number in (90, 91):
        frame = imagecodecs.jpeg2k_encode(
            samples, 0 if reversible else 30, codecformat="j2k", reversible=reversible
        )
    else:
        frame = imagecodecs.htj2k_encode(
            samples, None if reversible else 0.01, reversible=reversible, rgb=True
        )
    format_ = form(samples, before)
    seen = decode(frame, f"{J}{number}", format_)
    assert seen.photometric == "RGB"
    assert (seen.samples == samples).all() == reversible

    painted = paint(frame, f"{J}{number}", format_, BOXES)

    assert painted.photometric == "YBR_RCT"
    assert painted.data[painted.data.index(b"\xff\x52") + 8] == 1
    after = others(painted.data, painted.syntax, replace(format_, photometric="YBR_RCT"))
    expected = blackened(seen.samples, replace(format_, photometric="RGB"), BOXES)
    assert after
    assert all((one == expected).all() for one in after.values())


def test_untransformed_red_green_and_blue_stay_what_the_header_calls_them() -> None:
    samples = KINDS["rgb"].samples
    frame = imagecodecs.jpeg2k_encode(samples, codecformat="j2k", reversible=True, mct=True)
    painted = paint(frame, f"{J}90", form(samples, "RGB"), BOXES)
    assert painted.photometric == "RGB"
    assert painted.data[painted.data.index(b"\xff\x52") + 8] == 0


def test_a_jp2_file_becomes_a_codestream() -> None:
    kind = KINDS["12 signed"]
    frame = imagecodecs.jpeg2k_encode(kind.samples, codecformat="jp2", reversible=True, bitspersample=12)
    painted = paint(frame, f"{J}90", kind.format, BOXES)
    assert painted.data.startswith(b"\xff\x4f\xff\x51")
    assert (
        decode(painted.data, f"{J}90", kind.format).samples == blackened(kind.samples, kind.format, BOXES)
    ).all()


def test_a_stream_without_a_sign_can_be_of_signed_samples() -> None:
    samples = KINDS["12 signed"].samples
    frame = imagecodecs.jpeg2k_encode(
        KINDS["12 signed"].pattern, codecformat="j2k", reversible=True, bitspersample=12
    )
    format_ = form(samples, stored=12)
    assert (decode(frame, f"{J}90", format_).samples == samples).all()
    data = paint(frame, f"{J}90", format_, BOXES).data
    assert data[42] == 11
    assert (decode(data, f"{J}90", format_).samples == blackened(samples, format_, BOXES)).all()


def test_near_lossless_frames_lose_nothing_more() -> None:
    kind = KINDS["10"]
    sizes = (kind.format.rows, kind.format.columns, 1, 10)
    frame = bytes(jpeg_ls.encode_buffer(kind.samples.tobytes(), *sizes, lossy_error=5, interleave_mode=0))
    seen = decode(frame, f"{J}81", kind.format).samples
    assert (seen != kind.samples).any()
    data = paint(frame, f"{J}81", kind.format, BOXES).data
    assert (imagecodecs.jpegls_decode(data) == blackened(seen, kind.format, BOXES)).all()


@pytest.mark.parametrize("mode", [0, 1, 2])
def test_jpeg_ls_components_stay_interleaved_as_they_were(mode: int) -> None:
    kind = KINDS["rgb"]
    order = kind.samples.transpose(2, 0, 1) if mode == 0 else kind.samples
    sizes = (kind.format.rows, kind.format.columns, 3, 8)
    frame = bytes(jpeg_ls.encode_buffer(np.ascontiguousarray(order).tobytes(), *sizes, interleave_mode=mode))
    data = paint(frame, f"{J}80", kind.format, BOXES).data
    scan = data.index(b"\xff\xda")
    assert data[scan + 4 + 1 + 2 * data[scan + 4] + 1] == mode
    assert (imagecodecs.jpegls_decode(data) == blackened(kind.samples, kind.format, BOXES)).all()


def test_lossless_jpeg_keeps_what_tells_its_colors() -> None:
    kind = KINDS["rgb"]
    frame = encode(kind, f"{J}70")
    adobe = frame.index(b"Adobe")
    bare = frame[: adobe - 4] + frame[adobe + 12 :]
    bare = bare.replace(b"\x03R\x11\0G\x11\0B\x11\0", b"\x03\1\x11\0\2\x11\0\3\x11\0")
    bare = bare.replace(b"\xff\xda\0\x0c\x03R\0G\0B\0", b"\xff\xda\0\x0c\x03\1\0\2\0\3\0")
    for stream in (frame, bare):
        painted = paint(stream, f"{J}70", kind.format, BOXES).data
        assert (b"Adobe" in painted) == (b"Adobe" in stream)
        at, old = painted.index(b"\xff\xc3"), stream.index(b"\xff\xc3")
        assert painted[at + 10 : at + 19 : 3] == stream[old + 10 : old + 19 : 3]


@given(
    st.integers(1, 40),
    st.integers(1, 200),
    st.sampled_from(["uint8", "uint16", "uint32"]),
    st.integers(0, 3),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_rle_frames_of_any_size(rows: int, columns: int, dtype: str, level: int, random: Any) -> None:
    generator = np.random.default_rng(random.getrandbits(32))
    samples = generator.integers(0, [1, 2, 9, 256][level], (rows, columns)).astype(dtype)
    format_ = form(samples, "MONOCHROME1")
    frame = rle(samples)
    x, y = random.randrange(columns), random.randrange(rows)
    box = Box(x, y, random.randint(1, columns - x), random.randint(1, rows - y))
    painted = paint(frame, RLE, format_, [box])
    expected = blackened(samples, format_, [box])
    for plugin, seen in others(painted.data, RLE, format_).items():
        assert (seen == expected).all(), plugin


def test_rle_runs_end_with_the_row() -> None:
    samples = np.full((9, 130), 5, np.uint8)
    data = paint(rle(samples), RLE, form(samples), [Box(0, 0, 1, 1)]).data
    # The first row: one black, runs of 128 and 1; every other row: runs of 128 and 2.
    assert data[64:].startswith(bytes((0, 0, 129, 5)))
    assert data[64:].count(bytes((129, 5))) == 9


def test_lossless_jpeg_is_coded_with_the_first_predictor() -> None:
    kind = KINDS["12 signed"]
    for syntax in (f"{J}57", f"{J}70"):
        data = paint(encode(kind, syntax), syntax, kind.format, BOXES).data
        assert data[data.index(b"\xff\xda") + 7] == 1


def test_deflated_frames_are_whole() -> None:
    kind = KINDS["16"]
    frame = encode(kind, DEFLATED)
    assert refused(lambda: decode(frame[:-1], DEFLATED, kind.format))
    bomb = zlib.compressobj(wbits=-15)
    data = bomb.compress(bytes(kind.samples.nbytes + 3)) + bomb.flush()
    assert refused(lambda: decode(data, DEFLATED, kind.format))


def test_words_of_boxes_keep_no_bits_above_those_stored() -> None:
    """Old overlays."""
    samples = np.full((10, 12), 0xF123, np.uint16)
    format_ = form(samples, stored=12)
    box = Box(2, 3, 4, 5)
    raw = np.frombuffer(paint(samples.tobytes(), RAW, format_, [box]).data, np.uint16).reshape(samples.shape)
    assert (raw[3:8, 2:6] == 0).all()
    assert (raw == 0xF123).sum() == 100
    assert (decode(samples.tobytes(), RAW, format_).samples == 0x123).all()
    frame = rle(samples)
    painted = paint(frame, RLE, format_, [box]).data
    seen = others(painted, RLE, replace(format_, stored=16, high_bit=15))["pydicom"]
    assert (seen == raw).all()


@pytest.mark.parametrize("syntax", [RAW, DEFLATED])
def test_planes_and_shared_color_of_native_frames(syntax: str) -> None:
    color = KINDS["rgb"].samples[:, :82]
    planar = form(color, "RGB", planar=True)
    shared = form(color, "YBR_FULL_422")
    box = [Box(3, 4, 5, 6)]

    def packed(data: bytes) -> bytes:
        if syntax == RAW:
            return data + b"\0" * (len(data) % 2)
        deflater = zlib.compressobj(wbits=-15)
        return deflater.compress(data) + deflater.flush()

    data = paint(packed(color.transpose(2, 0, 1).tobytes()), syntax, planar, box).data
    assert (decode(data, syntax, planar).samples == blackened(color, planar, box)).all()
    pairs = np.empty((61, 41, 4), np.uint8)
    pairs[..., :2] = color[..., 0].reshape(61, 41, 2)
    pairs[..., 2:] = color[:, ::2, 1:]
    data = paint(packed(pairs.tobytes()), syntax, shared, box).data
    seen = decode(data, syntax, shared)
    assert seen.photometric == "YBR_FULL"
    assert (seen.samples[4:10, 2:8] == (0, 128, 128)).all()
    assert (seen.samples[..., 0][10:] == color[..., 0][10:]).all()


# Lossy JPEG


def jpeg(samples: Array, **options: Any) -> bytes:
    """By Pillow: `subsampling` is 0, 1 or 2, for 4:4:4, 4:2:2 and 4:2:0."""
    stream = io.BytesIO()
    Image.fromarray(samples).save(stream, "JPEG", **options)
    return stream.getvalue()


def pillow(frame: bytes) -> Array:
    return np.asarray(Image.open(io.BytesIO(frame)))


def around(shape: Sequence[int], boxes: Sequence[Box], high: int, wide: int) -> Array:
    """Pixels that may change: MCUs that boxes touch, and what is blended with them."""
    found = np.zeros(shape[:2], bool)
    below, beside = max(high // 8 - 1, 0), max(wide // 8 - 1, 0)
    for box in boxes:
        top, left = max(box.y - below, 0) // high * high, max(box.x - beside, 0) // wide * wide
        bottom, right = (
            -(-(box.y + box.height + below) // high) * high,
            -(-(box.x + box.width + beside) // wide) * wide,
        )
        found[max(top - below, 0) : bottom + below, max(left - beside, 0) : right + beside] = True
    return found


def check(
    frame: bytes, painted: Painted, boxes: Sequence[Box], factors: tuple[int, int], black: int = 0
) -> None:
    """Two decoders, and the coefficients where a library for these is there."""
    assert len(painted.data) % 2 == 0
    for decoder in (pillow, imagecodecs.jpeg8_decode):
        before, after = decoder(frame), decoder(painted.data)
        mask = around(before.shape, boxes, 8 * factors[0], 8 * factors[1])
        assert (before[~mask] == after[~mask]).all()
        for box in boxes:
            assert (after[box.y : box.y + box.height, box.x : box.x + box.width] == black).all()


GRAY = picture((99, 140), np.uint8, 8)
COLOR = picture((99, 140, 3), np.uint8, 8)


@pytest.mark.parametrize("quality", [5, 50, 90, 100])
@pytest.mark.parametrize("optimize", [False, True])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("restart", [0, 1, 7])
def test_gray_jpeg(quality: int, optimize: bool, photometric: str, restart: int) -> None:
    frame = jpeg(GRAY, quality=quality, optimize=optimize, restart_marker_blocks=restart)
    painted = paint(frame, f"{J}50", form(GRAY, photometric), BOXES)
    check(frame, painted, BOXES, (1, 1), 255 if photometric == "MONOCHROME1" else 0)
    assert (painted.photometric, painted.syntax) == (photometric, f"{J}50")


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("optimize", [False, True])
@pytest.mark.parametrize("restart", [0, 3])
@pytest.mark.parametrize("quality", [20, 95])
def test_color_jpeg(subsampling: int, optimize: bool, restart: int, quality: int) -> None:
    frame = jpeg(
        COLOR, quality=quality, subsampling=subsampling, optimize=optimize, restart_marker_blocks=restart
    )
    painted = paint(frame, f"{J}50", form(COLOR, "YBR_FULL_422"), BOXES)
    check(frame, painted, BOXES, [(1, 1), (1, 2), (2, 2)][subsampling])
    seen = decode(painted.data, f"{J}50", form(COLOR, "YBR_FULL_422"))
    assert seen.photometric == "RGB"
    assert (seen.samples[:9, :23] == 0).all()


@pytest.mark.parametrize("subsampling", ["440", "411", "444"])
def test_color_jpeg_of_rare_sampling(subsampling: str) -> None:
    frame = imagecodecs.jpeg8_encode(COLOR, 80, subsampling=subsampling)
    painted = paint(frame, f"{J}50", form(COLOR, "YBR_FULL"), BOXES)
    check(frame, painted, BOXES, {"440": (2, 1), "411": (1, 4), "444": (1, 1)}[subsampling])


def test_jpeg_of_red_green_and_blue() -> None:
    frame = imagecodecs.jpeg8_encode(COLOR, 90, colorspace="RGB", outcolorspace="RGB")
    assert b"Adobe" in frame
    painted = paint(frame, f"{J}50", form(COLOR, "RGB"), BOXES)
    check(frame, painted, BOXES, (1, 1))
    # Without a marker, and with numbers for names, only the header tells.
    adobe = frame.index(b"\xff\xee")
    bare = frame[:adobe] + frame[adobe + 16 :]
    bare = bare.replace(b"\x03R\x11\0G\x11\0B\x11\0", b"\x03\0\x11\0\1\x11\0\2\x11\0")
    bare = bare.replace(b"\xff\xda\0\x0c\x03R\0G\0B\0", b"\xff\xda\0\x0c\x03\0\0\1\0\2\0")
    data = paint(bare, f"{J}50", form(COLOR, "RGB"), BOXES).data
    after = imagecodecs.jpeg8_decode(data, colorspace="RGB", outcolorspace="RGB")
    assert (after[:9, :23] == 0).all()
    assert b"Adobe" not in data
    assert b"JFIF" not in data


def test_jpeg_without_room_in_its_tables_gets_codes() -> None:
    """Noise at full quality has hardly a block that ends early, and an optimised table no code for that."""
    noise = np.random.default_rng(3).integers(0, 256, (64, 64)).astype(np.uint8)
    frame = jpeg(noise, quality=100, optimize=True)
    check(frame, paint(frame, f"{J}50", form(noise), BOXES), BOXES, (1, 1))
    flat = np.full((64, 64), 200, np.uint8)
    flat[:, 32:] = 201
    frame = jpeg(flat, quality=95, optimize=True)
    painted = paint(frame, f"{J}50", form(flat), BOXES)
    assert painted.data.count(b"\xff\xc4") > frame.count(b"\xff\xc4")
    check(frame, painted, BOXES, (1, 1))


def test_jpeg_with_a_scan_for_each_component() -> None:
    frame = apart(COLOR)
    painted = paint(frame, f"{J}50", form(COLOR, "YBR_FULL"), BOXES)
    check(frame, painted, BOXES, (2, 2))


def apart(samples: Array) -> bytes:
    """A 4:2:0 stream of three scans, put together from three gray streams."""
    luminance, blue, red = (np.asarray(one) for one in Image.fromarray(samples).convert("YCbCr").split())
    parts = [b"\xff\xd8"]
    scans = []
    for number, plane in enumerate((luminance, blue[::2, ::2], red[::2, ::2])):
        stream = jpeg(np.ascontiguousarray(plane), quality=85, optimize=True)
        table = stream.index(b"\xff\xdb")
        parts.append(stream[table : table + 4] + bytes((number,)) + stream[table + 5 : table + 69])
        scan = stream.index(b"\xff\xda")
        tables = stream[stream.index(b"\xff\xc4") : scan]
        scans += [tables, stream[scan : scan + 5], bytes((number + 1,)), stream[scan + 6 : -2]]
    rows, columns = samples.shape[:2]
    components = b"\x01\x22\0\x02\x11\x01\x03\x11\x02"
    parts.append(b"\xff\xc0\0\x11\x08" + struct.pack(">HHB", rows, columns, 3) + components)
    return b"".join((*parts, *scans, b"\xff\xd9"))


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("quality", [30, 98])
def test_extended_jpeg_of_twelve_bits_stays_what_it_is(photometric: str, quality: int) -> None:
    samples = picture((99, 140), np.uint16, 12)
    frame = imagecodecs.jpeg8_encode(samples, quality, bitspersample=12)
    format_ = form(samples, photometric, 12)
    painted = paint(frame, f"{J}51", format_, BOXES)
    assert painted.syntax == f"{J}51"
    before, after = imagecodecs.jpeg8_decode(frame), decode(painted.data, f"{J}51", format_).samples
    mask = around(samples.shape, BOXES, 8, 8)
    assert (before[~mask] == after[~mask]).all()
    assert (after[:9, :23] == format_.black).all()


def test_jpeg_coefficients_of_other_blocks_are_bit_exact(tmp_path: Path) -> None:
    jpeglib = pytest.importorskip("jpeglib")
    for subsampling, factor in ((0, 1), (2, 2)):
        frame = jpeg(COLOR, quality=92, subsampling=subsampling, optimize=True)
        painted = paint(frame, f"{J}50", form(COLOR, "YBR_FULL"), [Box(50, 33, 20, 12)]).data
        (tmp_path / "a.jpg").write_bytes(frame)
        (tmp_path / "b.jpg").write_bytes(painted)
        one, other = (jpeglib.read_dct(tmp_path / name) for name in ("a.jpg", "b.jpg"))
        for name, side in (("Y", 8), ("Cb", 8 * factor), ("Cr", 8 * factor)):
            a, b = getattr(one, name), getattr(other, name)
            changed = {(int(y), int(x)) for y, x in zip(*(a != b).any(axis=(2, 3)).nonzero(), strict=True)}
            rows = range((33 - factor + 1) // side, -(-(45 + factor - 1) // side))
            columns = range((50 - factor + 1) // side, -(-(70 + factor - 1) // side))
            assert changed <= {(y, x) for y in rows for x in columns}
            assert all((b[y, x].ravel()[1:] == 0).all() for y in rows for x in columns)


@given(
    st.integers(1, 70),
    st.integers(1, 70),
    st.integers(0, 2),
    st.integers(0, 3),
    st.randoms(use_true_random=False),
)
@settings(max_examples=120, deadline=None)
def test_jpeg_of_any_size(rows: int, columns: int, subsampling: int, restart: int, random: Any) -> None:
    samples = COLOR[:rows, :columns]
    x, y = random.randrange(columns), random.randrange(rows)
    box = Box(x, y, random.randint(1, columns - x), random.randint(1, rows - y))
    quality, optimize = random.choice([1, 40, 90, 100]), random.random() < 0.5
    options = {"quality": quality, "optimize": optimize, "restart_marker_blocks": restart}
    frame = jpeg(np.ascontiguousarray(samples), subsampling=subsampling, **options)
    painted = paint(frame, f"{J}50", form(samples, "YBR_FULL"), [box])
    check(frame, painted, [box], [(1, 1), (1, 2), (2, 2)][subsampling])


def test_nothing_stays_in_blocks_beyond_the_edge() -> None:
    """Encoders repeat the last pixels there; a text at the edge could be guessed from them."""
    samples = np.zeros((17, 17, 3), np.uint8)
    samples[:, 16] = 255
    frame = jpeg(samples, quality=90, subsampling=2)
    painted = paint(frame, f"{J}50", form(samples, "YBR_FULL"), [Box(16, 0, 1, 17)]).data
    wide = bytearray(painted)
    size = wide.index(b"\xff\xc0") + 5
    wide[size : size + 4] = struct.pack(">HH", 32, 32)
    assert (pillow(bytes(wide))[:17, 16:] == 0).all()


def test_jpeg_of_eight_bits_in_the_extended_syntax_and_in_wider_words() -> None:
    frame = jpeg(GRAY, quality=80)
    for syntax, allocated in ((f"{J}51", 8), (f"{J}51", 16), (f"{J}50", 16)):
        format_ = form(GRAY, allocated=allocated, stored=8, high_bit=7)
        check(frame, paint(frame, syntax, format_, BOXES), BOXES, (1, 1))
        assert decode(frame, syntax, format_).samples.dtype.itemsize == allocated // 8


def test_lossy_jpeg_of_palette_colors_is_refused() -> None:
    """A flat block has the number of the darkest color only by chance."""
    assert refused(lambda: paint(jpeg(GRAY), f"{J}50", form(GRAY, "PALETTE COLOR"), BOXES))


def test_metadata_of_jpeg_frames_goes() -> None:
    frame = jpeg(GRAY, comment=b"DOE^JANE", exif=b"Exif\0\0DOE^JANE", icc_profile=b"DOE^JANE")
    assert frame.count(b"DOE^JANE") == 3
    assert b"DOE" not in paint(frame, f"{J}50", form(GRAY), BOXES).data


@given(st.lists(st.integers(0, 11), unique=True, max_size=12), st.integers(0, 40))
def test_a_huffman_table_gets_codes_and_keeps_those_it_has(symbols: list[int], spread: int) -> None:
    counts = bytearray(16)
    for number in range(len(symbols)):
        counts[min(number + spread % 4, 15)] += 1
    table = Table(bytes(counts), bytes(symbols))
    try:
        extended = table.extended(range(12))
    except CodecError:
        assert max(index for index, count in enumerate(counts) if count) > 11
        return
    assert table.codes.items() <= extended.codes.items()
    assert extended.codes.keys() == set(range(12))
    assert all(0 in code for code in extended.codes.values())
    codes = list(extended.codes.values())
    assert not any(a != b and b.startswith(a) for a in codes for b in codes)


# What is damaged, or lies


def frames() -> list[Any]:
    found = [
        pytest.param(encode(KINDS[name], syntax), syntax, KINDS[name].format, id=f"{syntax[14:]} {name}")
        for syntax in LOSSLESS
        for name in ("12 signed", "rgb")
    ]
    found.append(pytest.param(jpeg(GRAY, quality=85), f"{J}50", form(GRAY), id="gray JPEG"))
    found.append(
        pytest.param(jpeg(COLOR, quality=85), f"{J}50", form(COLOR, "YBR_FULL_422"), id="color JPEG")
    )
    return found


def refused(action: Callable[[], object]) -> bool:
    """True if there is a CodecError; any other error gets through. Its text holds no value and no cause."""
    error = None
    try:
        action()
    except CodecError as caught:
        error = caught
    assert error is None or (error.__cause__ is None and len(str(error)) < 100)
    return error is not None


@pytest.mark.parametrize(("frame", "syntax", "format_"), frames())
def test_damaged_frames_are_refused(frame: bytes, syntax: str, format_: PixelFormat) -> None:
    for length in (0, 1, 3, 30, len(frame) // 3, len(frame) // 2, len(frame) - 20):
        assert refused(lambda length=length: paint(frame[:length], syntax, format_, BOXES)), length
        assert refused(lambda length=length: decode(frame[:length], syntax, format_)), length
    if syntax == RAW:
        return
    random = np.random.default_rng(1)
    for _ in range(20):
        noise = random.bytes(len(frame))
        assert refused(lambda noise=noise: paint(noise, syntax, format_, BOXES))
        assert refused(lambda noise=noise: decode(noise, syntax, format_))
        assert refused(lambda noise=noise: paint(frame[:3] + noise, syntax, format_, BOXES))


@pytest.mark.parametrize(("frame", "syntax", "format_"), frames())
def test_frames_with_some_wrong_bytes_raise_nothing_else(
    frame: bytes, syntax: str, format_: PixelFormat
) -> None:
    random = np.random.default_rng(2)
    for _ in range(60):
        damaged = bytearray(frame)
        for at in random.integers(0, len(frame) if random.random() < 0.5 else 80, 3):
            damaged[at % len(frame)] = random.integers(256)
        refused(lambda damaged=bytes(damaged): paint(damaged, syntax, format_, BOXES))
        refused(lambda damaged=bytes(damaged): decode(damaged, syntax, format_))


@pytest.mark.parametrize(("frame", "syntax", "format_"), frames())
def test_frames_of_another_size_than_the_header_says_are_refused(
    frame: bytes, syntax: str, format_: PixelFormat
) -> None:
    box = [Box(0, 0, 4, 4)]
    for lie in (
        {"rows": format_.rows + 1},
        {"columns": format_.columns - 1},
        {"rows": 60000, "columns": 60000},
        {"samples": 4 - format_.samples, "photometric": "RGB" if format_.samples == 1 else "MONOCHROME2"},
    ):
        wrong = replace(format_, **lie)
        # What has headers is refused for these, before anything is unfolded.
        reason = "other rows, columns or samples" if syntax.startswith(J) else "frame|segment|image"
        with pytest.raises(CodecError, match=reason):
            paint(frame, syntax, wrong, box)
        with pytest.raises(CodecError, match=reason):
            decode(frame, syntax, wrong)


def test_other_kinds_are_refused() -> None:
    progressive = jpeg(GRAY, progressive=True)
    baseline = jpeg(GRAY)
    assert refused(lambda: paint(progressive, f"{J}50", form(GRAY), BOXES))
    for syntax in SYNTAXES - {f"{J}{number}" for number in (50, 51, 57, 70)}:
        assert refused(lambda syntax=syntax: paint(baseline, syntax, form(GRAY), BOXES))
    for syntax in ("1.2.840.10008.1.2", f"{J}100", f"{J}110", ""):
        assert refused(lambda syntax=syntax: paint(baseline, syntax, form(GRAY), BOXES))
    for box in (Box(-1, 0, 4, 4), Box(0, 0, 0, 4), Box(0, 0, 141, 4), Box(0, 98, 4, 2)):
        assert refused(lambda box=box: paint(baseline, f"{J}50", form(GRAY), [box]))
    for wrong in ({"allocated": 1, "stored": 1}, {"photometric": "CMYK"}, {"signed": True}, {"rows": 0}):
        assert refused(lambda wrong=wrong: paint(baseline, f"{J}50", replace(form(GRAY), **wrong), BOXES))


@pytest.mark.parametrize("syntax", [f"{J}57", f"{J}70"])
def test_lossy_jpeg_that_is_called_lossless_and_the_other_way_round(syntax: str) -> None:
    lossy = jpeg(GRAY)
    assert paint(lossy, syntax, form(GRAY), BOXES).data == paint(lossy, f"{J}50", form(GRAY), BOXES).data
    lossless = encode(KINDS["8"], syntax)
    painted = paint(lossless, f"{J}50", KINDS["8"].format, BOXES)
    assert painted.data == paint(lossless, syntax, KINDS["8"].format, BOXES).data
    assert painted.syntax == f"{J}50"


def test_progressive_jpeg_can_be_looked_at() -> None:
    frame = jpeg(GRAY, progressive=True)
    assert (decode(frame, f"{J}50", form(GRAY)).samples == pillow(frame)).all()


def test_a_sequential_jpeg_scan_may_tell_of_a_wrong_spectral_selection() -> None:
    frame = jpeg(GRAY)
    odd = frame.replace(b"\0\x3f\0", b"\0\0\0", 1)
    assert odd != frame
    painted = paint(odd, f"{J}50", form(GRAY), BOXES)
    assert painted.data == paint(frame, f"{J}50", form(GRAY), BOXES).data.replace(b"\0\x3f\0", b"\0\0\0", 1)


def test_a_codec_that_paints_wrongly_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = KINDS["16"]
    coder = imagecodecs.jpeg2k_encode
    monkeypatch.setattr(imagecodecs, "jpeg2k_encode", lambda samples, **kw: coder(samples ^ 1, **kw))
    assert refused(lambda: paint(encode(kind, f"{J}80"), f"{J}90", kind.format, BOXES))
    monkeypatch.undo()
    frame = encode(kind, f"{J}90")
    monkeypatch.setattr(imagecodecs, "jpeg2k_encode", lambda samples, **kw: coder(samples ^ 1, **kw))
    assert refused(lambda: paint(frame, f"{J}90", kind.format, BOXES))


@pytest.mark.parametrize("syntax", [f"{J}70", f"{J}80"])
def test_a_lossless_coder_that_writes_other_samples_is_noticed(
    monkeypatch: pytest.MonkeyPatch, syntax: str
) -> None:
    kind = KINDS["16"]
    frame = encode(kind, syntax)
    lossless, ls = imagecodecs.jpeg8_encode, jpeg_ls.encode_buffer
    monkeypatch.setattr(imagecodecs, "jpeg8_encode", lambda samples, **kw: lossless(samples ^ 1, **kw))
    monkeypatch.setattr(
        jpeg_ls,
        "encode_buffer",
        lambda data, *sizes, **kw: ls(bytes((data[0] ^ 1,)) + data[1:], *sizes, **kw),
    )
    with pytest.raises(CodecError, match="does not read as it should"):
        paint(frame, syntax, kind.format, (Box(5, 5, 9, 9),))


@pytest.mark.parametrize("wrong", ["untouched", "elsewhere"])
def test_blocks_that_were_edited_wrongly_are_noticed(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    def edit_wrongly(data: bytes, scan: Any) -> Edited:
        if wrong == "untouched":
            return Edited(data, scan.dc, scan.ac)
        scan.touched[0][-1, -1] = True
        edited = edit(data, scan)
        scan.touched[0][-1, -1] = False
        return edited

    monkeypatch.setattr("beam_phi.pixels.codecs.jpeg.edit", edit_wrongly)
    assert refused(lambda: paint(jpeg(GRAY), f"{J}50", form(GRAY), BOXES))


def test_jpeg_scans_that_are_damaged_are_refused_or_read_as_before() -> None:
    frame = jpeg(GRAY, quality=90)
    scan = frame.index(b"\xff\xda") + 10
    random = np.random.default_rng(5)
    refusals = 0
    for _ in range(200):
        damaged = bytearray(frame)
        damaged[random.integers(scan, len(frame) - 2)] = random.integers(255)
        try:
            painted = paint(bytes(damaged), f"{J}50", form(GRAY), BOXES)
        except CodecError:
            refusals += 1
        else:
            before, after = (imagecodecs.jpeg8_decode(one) for one in (bytes(damaged), painted.data))
            mask = around(GRAY.shape, BOXES, 8, 8)
            assert (before[~mask] == after[~mask]).all()
            assert (after[:9, :23] == 0).all()
    assert refusals > 20


# Real files

#: A baseline image that is called lossless.
CONFUSED = "sample-op.dcm"
#: Frames that are refused, by the end of the file's name: why.
REFUSED = {
    "example.dcm": "progressive",
    "example2.dcm": "progressive",
    "example-mg.dcm": "progressive",
    "example3.dcm": "no JPEG",
    "JPEG2000-embedded-sequence-delimiter.dcm": "its size is garbled",
}


def painted_files(folder: Path) -> dict[str, int]:
    """Paint the frames of all compressed files; returns how many there were, by transfer syntax."""
    counts: dict[str, int] = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ds = pydicom.dcmread(path)
                syntax = str(ds.file_meta.TransferSyntaxUID)
            except (pydicom.errors.InvalidDicomError, AttributeError, OSError, EOFError, ValueError):
                continue
            if syntax not in SYNTAXES or "PixelData" not in ds:
                continue
            count = int(ds.get("NumberOfFrames", 1) or 1)
            for number, frame in enumerate(generate_frames(ds.PixelData, number_of_frames=count)):
                if number == 3:
                    break
                _paint_file(path, frame, syntax, _format(ds))
                counts[syntax] = counts.get(syntax, 0) + 1
    return counts


def _format(ds: Dataset) -> PixelFormat:
    signed, photometric = bool(ds.PixelRepresentation), ds.PhotometricInterpretation
    inverted = photometric == "MONOCHROME1"
    black = darkest_gray(ds.BitsStored, signed=signed, inverted=inverted)
    return PixelFormat(
        *(ds.Rows, ds.Columns, ds.SamplesPerPixel, photometric, ds.BitsAllocated, ds.BitsStored, ds.HighBit),
        *(ds.get("PlanarConfiguration", 0) == 1, black, "little", signed, inverted),
    )


def _paint_file(path: Path, frame: bytes, syntax: str, format_: PixelFormat) -> None:
    columns, rows = format_.columns, format_.rows
    box = Box(columns // 4, rows // 8, max(columns // 3, 1), max(rows // 5, 1))
    if path.name in REFUSED:
        assert refused(lambda: paint(frame, syntax, format_, [box])), path
        return
    painted = paint(frame, syntax, format_, [box])
    lossy = syntax in (f"{J}50", f"{J}51") or path.name == CONFUSED
    after_format = replace(format_, photometric=painted.photometric)
    mask = around((rows, columns), [box], 16 if lossy else 1, 32 if lossy else 1)
    assert painted.syntax == syntax
    # Of lossy color, what is shown in the end; of all else, the values.
    before = others(frame, syntax, format_, raw=not lossy)
    after = others(painted.data, syntax, after_format, raw=not lossy)
    assert before.keys() <= after.keys(), path
    for plugin in before:
        assert (before[plugin][~mask] == after[plugin][~mask]).all(), (path, plugin)
        inside = after[plugin][box.y : box.y + box.height, box.x : box.x + box.width]
        assert (inside == (format_.black if format_.samples == 1 else 0)).all(), (path, plugin)


def test_files_of_pydicom() -> None:
    counts = painted_files(Path(DATA_ROOT))
    assert counts.keys() >= {RLE, *(f"{J}{number}" for number in (50, 51, 70, 80, 81, 90, 91))}


@pytest.mark.corpus
def test_files_of_the_corpus(corpus: Path) -> None:
    counts = painted_files(corpus / "dicom")
    assert counts.keys() >= {RLE, *(f"{J}{number}" for number in (50, 51, 57, 70, 80, 81, 90, 91))}
    assert sum(counts.values()) > 50
