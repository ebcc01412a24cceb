"""Pictures that stand alone: text is covered, metadata of all kinds is gone, the rest of the pixels stays."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image, PngImagePlugin, TiffImagePlugin
from support.burned import Text, burned, ink, tissue
from support.files import mask_file, planted_in, zipped

from beam_phi.engine import Quarantine
from beam_phi.formats import FormatError, Source, image
from beam_phi.formats.image import files, raster
from beam_phi.formats.image import gif as gif_module
from beam_phi.library.model import Box

PLANTED = ("davidson", "douglas", "46198")
NAME = Text("DAVIDSON DOUGLAS 46198", 24, 20, 22)
ROWS, COLUMNS = 240, 480
#: Where the text stands, and where nothing does.
TEXT, REST = np.s_[10:60, 10:330], np.s_[100:230, 10:470]


def grey() -> NDArray[np.uint8]:
    return burned(tissue(ROWS, COLUMNS), [NAME])


def colour() -> NDArray[np.uint8]:
    return np.dstack((grey(), tissue(ROWS, COLUMNS, 2), tissue(ROWS, COLUMNS, 3)))


def exif() -> Image.Exif:
    found = Image.Exif()
    found[0x010E], found[0x013B], found[0x8298] = "Davidson", "Douglas", "46198"
    return found


def png(pixels: NDArray[np.generic], mode: str | None = None) -> bytes:
    """With every chunk that can hold text."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "Davidson")
    info.add_text("Packed", "Douglas " * 30, zip=True)
    info.add_itxt("XML:com.adobe.xmp", "<x>Davidson 46198</x>", zip=True)
    info.add(b"teXt", b"Davidson")
    output = io.BytesIO()
    picture = (
        Image.fromarray(pixels)
        if mode is None
        else Image.fromarray(pixels).convert(mode, dither=Image.Dither.NONE)
    )
    picture.save(output, "PNG", pnginfo=info, exif=exif(), icc_profile=b"Davidson profile", dpi=(72, 72))
    return output.getvalue() + b"trailing Davidson"


def jpeg(pixels: NDArray[np.uint8]) -> bytes:
    output = io.BytesIO()
    xmp = b"<x>Davidson 46198</x>"
    Image.fromarray(pixels).save(
        output, "JPEG", quality=88, exif=exif(), comment=b"of Douglas", icc_profile=b"Davidson", xmp=xmp
    )
    data = output.getvalue()
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x10\x1c\x02\x78\0\x08Davidson"
    app13 = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    return data[:2] + app13 + data[2:] + b"Davidson" + data


def tiff(pixels: NDArray[np.generic], pages: int = 1, mode: str | None = None) -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[270], tags[315], tags[700], tags[65000] = "Davidson", "Douglas", b"<x>Davidson</x>", "46198"
    tags.tagtype[700] = 7
    picture = (
        Image.fromarray(pixels)
        if mode is None
        else Image.fromarray(pixels).convert(mode, dither=Image.Dither.NONE)
    )
    output = io.BytesIO()
    picture.save(
        output, "TIFF", tiffinfo=tags, save_all=True, append_images=[picture] * (pages - 1), exif=exif()
    )
    return output.getvalue() + b"trailing Davidson"


def bmp(pixels: NDArray[np.uint8]) -> bytes:
    output = io.BytesIO()
    Image.fromarray(pixels).save(output, "BMP")
    return output.getvalue() + b"trailing Davidson"


FILES: dict[str, Callable[[], bytes]] = {
    "grey.png": lambda: png(grey()),
    "colour.png": lambda: png(colour()),
    "palette.png": lambda: png(grey(), "P"),
    "deep.png": lambda: png(grey().astype(np.uint16) * 200),
    "bitmap.png": lambda: png(grey(), "1"),
    "grey.jpg": lambda: jpeg(grey()),
    "colour.jpg": lambda: jpeg(colour()),
    "grey.tif": lambda: tiff(grey()),
    "deep.tif": lambda: tiff(grey().astype(np.uint16) * 200),
    "pages.tif": lambda: tiff(colour(), pages=3),
    "fax.tif": lambda: tiff(grey(), mode="1"),
    "colour.bmp": lambda: bmp(colour()),
    "grey.gif": lambda: gif([grey()]),
    "moving.gif": lambda: gif(
        [grey(), grey()[::-1, ::-1][::-1, ::-1].clip(9), grey().clip(18)], duration=70, loop=3
    ),
}


def gif(frames: list[NDArray[np.uint8]], **options: object) -> bytes:
    """With every block that can hold text."""
    pictures = [Image.fromarray(frame).quantize(200, dither=Image.Dither.NONE) for frame in frames]
    output = io.BytesIO()
    pictures[0].save(
        output, "GIF", save_all=True, append_images=pictures[1:], comment=b"of Davidson", **options
    )
    data = output.getvalue()
    assert data.endswith(b";")
    text = b"!\x01\x0c" + bytes(12) + b"\x08Davidson\0"
    xmp = b"!\xff\x0bXMP DataXMP\x08Davidson\0"
    return data[:-1] + text + xmp + b";trailing Davidson"


def pages(data: bytes) -> list[NDArray[np.generic]]:
    with Image.open(io.BytesIO(data)) as opened:
        found = []
        for page in range(getattr(opened, "n_frames", 1)):
            opened.seek(page)
            shown = opened.convert("RGB") if opened.mode == "P" else opened
            found.append(np.array(shown))
        return found


def refused(name: str, data: bytes, library: str = "basic") -> str:
    with pytest.raises(Quarantine) as refusal:
        mask_file(name, data, library)
    assert not planted_in(str(refusal.value).encode(), *PLANTED)
    return refusal.value.reason


@pytest.mark.parametrize("name", FILES)
def test_text_is_covered_and_nothing_else_is_left_but_pixels(name: str) -> None:
    data = FILES[name]()
    masked, path, annotations = mask_file(f"Davidson {name}", data, "research")
    assert not planted_in(masked, *PLANTED)
    assert not planted_in(b"".join(zlib_streams(masked)), *PLANTED)
    assert "Davidson" not in path
    before, after = pages(data), pages(masked)
    assert len(before) == len(after)
    far = 12 if name.endswith("jpg") else 0
    for old, new in zip(before, after, strict=True):
        assert old.shape == new.shape
        assert old[TEXT].max() > 180 or old.dtype == bool
        darker = new[TEXT].astype(int)
        assert (darker <= old[TEXT].astype(int) + 40).all()
        assert np.count_nonzero(darker > 150) < 20 or old.dtype != np.uint8
        assert np.abs(old[REST].astype(int) - new[REST].astype(int)).max() <= far
    boxes = [row for row in annotations if row.location == "pixels"]
    assert {row.frame for row in boxes} == set(range(len(before)))
    assert all(row.format == "image" and row.function == "black-box" for row in boxes)
    assert mask_file(f"Davidson {name}", data, "research")[0] == masked


def zlib_streams(data: bytes) -> list[bytes]:
    """What is packed in the chunks of a PNG file."""
    found, at = [], 8
    while data.startswith(b"\x89PNG") and at < len(data):
        length, kind = struct.unpack(">L4s", data[at : at + 8])
        assert kind in (b"IHDR", b"IDAT", b"IEND")
        at += 12 + length
    return found


def test_a_jpeg_is_nothing_but_its_scan() -> None:
    masked, _, _ = mask_file("a.jpg", jpeg(colour()))
    at, kinds = 2, set()
    while (kind := masked[at + 1]) != 0xDA:
        kinds.add(kind)
        at += 2 + struct.unpack(">H", masked[at + 2 : at + 4])[0]
    assert kinds <= {0xE0, 0xDB, 0xC0, 0xC4}
    assert masked.endswith(b"\xff\xd9")
    with Image.open(io.BytesIO(masked)) as new, Image.open(io.BytesIO(jpeg(colour()))) as old:
        assert new.quantization == old.quantization


def blocks(data: bytes) -> list[bytes]:
    """What the extensions of a GIF file begin with; colour tables and pixels are passed by."""
    found, at = [], 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while data[at : at + 1] != b";":
        if data[at : at + 1] == b"!":
            found.append(data[at + 1 : at + 14])
            at += 2
        else:
            at += 10 + (3 << (data[at + 9] & 7) + 1 if data[at + 9] & 0x80 else 0) + 1
        while data[at]:
            at += 1 + data[at]
        at += 1
    assert data[at:] == b";"
    return found


def test_a_gif_keeps_its_frames_their_times_and_nothing_else() -> None:
    masked, _, annotations = mask_file("a.gif", FILES["moving.gif"]())
    assert {row.frame for row in annotations if row.location == "pixels"} == {0, 1, 2}
    found = blocks(masked)
    assert [each[0] for each in found] == [0xFF, 0xF9, 0xF9, 0xF9]
    assert found[0][1:12] == b"\x0bNETSCAPE2.0"[:11]
    with Image.open(io.BytesIO(masked)) as opened:
        assert opened.info["loop"] == 3
        assert opened.n_frames == 3
        times = []
        for frame in range(3):
            opened.seek(frame)
            times.append(opened.info["duration"])
    assert times == [70, 70, 70]


def shown(data: bytes) -> list[NDArray[np.uint8]]:
    """The frames of a picture as they are displayed; transparent pixels have no colour."""
    with Image.open(io.BytesIO(data)) as opened:
        found = []
        for frame in range(getattr(opened, "n_frames", 1)):
            opened.seek(frame)
            rgba = np.array(opened.convert("RGBA"))
            rgba[rgba[..., 3] == 0] = 0
            found.append(rgba)
        return found


def moving(chance: random.Random, deep: bool) -> bytes:
    """Frames that are parts, transparent in places, and go away in any manner."""
    width, height = chance.randrange(4, 24), chance.randrange(4, 24)
    data = struct.pack("<6s2H3B", b"GIF89a", width, height, 0xF1, chance.randrange(4), 0) + chance.randbytes(
        12
    )
    for _ in range(chance.randrange(1, 5)):
        columns, rows = chance.randrange(1, width + 1), chance.randrange(1, height + 1)
        left, top = chance.randrange(width - columns + 1), chance.randrange(height - rows + 1)
        colours = 256 if deep else chance.choice((2, 4, 16))
        pixels = Image.frombytes(
            "L", (columns, rows), bytes(chance.randrange(colours) for _ in range(columns * rows))
        )
        if chance.random() < 0.8 or deep:
            pixels.putpalette(chance.randbytes(colours * 3))
        options = {"disposal": chance.randrange(4), "duration": chance.randrange(3) * 40}
        if chance.random() < 0.5:
            options["transparency"] = chance.randrange(colours)
        local = pixels.mode == "P"
        data += b"".join(GifImagePlugin.getdata(pixels, (left, top), include_color_table=local, **options))
    return data + b";"


@given(st.randoms(use_true_random=False), st.booleans())
def test_frames_of_a_gif_stay_as_they_are_displayed(chance: random.Random, deep: bool) -> None:
    data = moving(chance, deep)
    (scope,) = image.open(Source(io.BytesIO(data), len(data))).scopes()
    before = shown(data)
    boxes: list[Box] = []
    if chance.random() < 0.7:
        boxes = [Box(1, 1, chance.randrange(1, 9), chance.randrange(1, 9))]
        scope.cover(0, boxes)
        before[0][1 : 1 + boxes[0].height, 1 : 1 + boxes[0].width] = (0, 0, 0, 255)
    colours = [len(np.unique(frame.reshape(-1, 4), axis=0)) for frame in before]
    if colours[0] > 256 + bool(boxes) or max(colours[1:], default=0) > 256:
        with pytest.raises(FormatError, match="more colours"):
            list(scope.render())
        return
    masked = b"".join(part for part in scope.render() if isinstance(part, bytes))
    after = shown(masked)
    assert len(after) == len(before)
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        painted = bool(boxes) and number == 0
        same = (old == new).all(-1)
        # A colour that gives way to black is the rarest of 256.
        assert same.all() or (painted and colours[0] == 257 and np.count_nonzero(~same) <= same.size / 256)
        if painted:
            box = boxes[0]
            assert same[1 : 1 + box.height, 1 : 1 + box.width].all()
    assert gif_module.layout(masked) == gif_module.layout(data)


def full(colours: int) -> bytes:
    """A picture in which the first colour is the rarest, and none is black."""
    numbers = np.minimum(np.arange(1, 1601), colours).astype(np.uint8).reshape(40, 40) - 1
    picture = Image.fromarray(numbers)
    shades = np.arange(colours * 3).astype(np.uint8) | 1
    picture.putpalette(shades.tobytes())
    head = struct.pack("<6s2H3B", b"GIF89a", 40, 40, 0, 0, 0)
    return head + b"".join(GifImagePlugin.getdata(picture, include_color_table=True)) + b";"


def test_black_is_one_of_the_colours_of_a_full_palette() -> None:
    data = full(256)
    assert len(np.unique(shown(data)[0].reshape(-1, 4), axis=0)) > 250
    (scope,) = image.open(Source(io.BytesIO(data), len(data))).scopes()
    scope.cover(0, [Box(0, 38, 40, 2)])
    (masked,) = scope.render()
    assert isinstance(masked, bytes)
    (old,), (new,) = shown(data), shown(masked)
    assert (new[38:] == (0, 0, 0, 255)).all()
    assert np.count_nonzero((old[:38] != new[:38]).any(-1)) <= 1


def greys(*clear: int | None) -> bytes:
    """Frames whose palettes are those of a picture that has none. clear: what is transparent in each."""
    ramp = Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8))
    data = struct.pack("<6s2H3B", b"GIF89a", 8, 8, 0, 0, 0)
    for number in clear:
        options = {} if number is None else {"transparency": number}
        data += b"".join(GifImagePlugin.getdata(ramp, **options))
    return data + b";"


def test_greys_are_transparent_too() -> None:
    data = greys(5)
    (scope,) = image.open(Source(io.BytesIO(data), len(data))).scopes()
    (masked,) = scope.render()
    assert isinstance(masked, bytes)
    assert (shown(masked)[0] == shown(data)[0]).all()
    assert shown(masked)[0][0, 5, 3] == 0


def test_frames_that_would_be_read_as_others_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    # Frames that stay below the transparent ones behind them.
    monkeypatch.setattr(gif_module, "_GOES", 1)
    data = greys(5, 6)
    first = data[:13] + data[13:].replace(b"!\xf9\4\1", b"!\xf9\4\x09", 1)
    (scope,) = image.open(Source(io.BytesIO(first), len(first))).scopes()
    with pytest.raises(FormatError, match="as it is displayed"):
        list(scope.render())


def test_a_frame_of_more_colours_than_a_palette_has_is_refused() -> None:
    head, one = struct.pack("<6s2H3B", b"GIF89a", 40, 40, 0, 0, 0), full(256)[13:-1]
    picture = Image.fromarray(np.arange(200, dtype=np.uint8).reshape(10, 20))
    picture.putpalette(bytes(range(200)) * 3)
    second = b"".join(GifImagePlugin.getdata(picture, (20, 0), include_color_table=True))
    assert refused("a.gif", head + one + second + b";") == "pixel-format"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b";", b"", "truncated"),
        (b";", b"\x99;", "bad-syntax"),
        (b",\0\0\0\0", b",\1\0\0\0", "pixel-format"),
        (b"GIF89a\xe0\x01\xf0\0", b"GIF89a\xff\xff\xff\xff", "picture-too-large"),
        (b"GIF89a", b"GIF88a", None),
    ],
)
def test_a_gif_that_is_not_as_it_has_to_be(old: bytes, new: bytes, why: str | None) -> None:
    output = io.BytesIO()
    Image.fromarray(grey()).save(output, "GIF", comment=b"Davidson")
    data = output.getvalue()
    if old == b";":
        data = data[:-1] + new
    else:
        assert old in data
        data = data.replace(old, new, 1)
    if why is None:
        assert not files.looks_like_image(data)
    else:
        assert refused("a.gif", data) == why


def test_more_frames_than_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gif_module, "MOST_PAGES", 2)
    assert refused("a.gif", FILES["moving.gif"]()) == "pixel-format"


def test_a_tiff_has_no_tag_that_it_does_not_need() -> None:
    masked, _, _ = mask_file("a.tif", tiff(grey(), pages=2))
    with Image.open(io.BytesIO(masked)) as opened:
        for page in range(2):
            opened.seek(page)
            assert set(opened.tag_v2) <= {254, 256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 339, 317}


@pytest.mark.parametrize("hide", ["transparent", "in the opacity", "on white"])
def test_what_is_hidden_in_transparency_is_found(hide: str) -> None:
    letters = ink(ROWS, COLUMNS, [NAME])
    plain = tissue(ROWS, COLUMNS)
    if hide == "transparent":
        pixels = np.dstack((grey(), grey(), grey(), np.zeros_like(plain)))
    elif hide == "in the opacity":
        pixels = np.dstack((plain, plain, plain, 255 - letters))
    else:
        black = np.zeros_like(plain)
        pixels = np.dstack((black, black, black, letters))
    masked, _, annotations = mask_file("a.png", png(pixels))
    assert [row for row in annotations if row.location == "pixels"]
    again = pages(masked)[0]
    assert again.shape == pixels.shape or again.shape == (*pixels.shape[:2], 3)
    assert (again[30, 40:60, :3] == 0).all()


def test_pictures_are_looked_at_upright() -> None:
    picture = Image.fromarray(grey())
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    facts = Image.Exif()
    facts[0x0112] = 6
    output = io.BytesIO()
    turned.save(output, "PNG", exif=facts)
    masked, _, _ = mask_file("a.png", output.getvalue())
    assert pages(masked)[0].shape == (ROWS, COLUMNS)
    assert pages(masked)[0][TEXT].max() < 150


def test_a_library_that_looks_for_no_text_lets_no_picture_pass(tmp_path: Path) -> None:
    for settings_ in ("{images: none}", "{policy: boxes}"):
        library = tmp_path / "library.yaml"
        library.write_text(f"name: t\nextends: research\npixels: {settings_}\n")
        assert refused("a.png", png(grey()), str(library)) == "picture-unsearched"
        assert refused("a.zip", zipped({"a.png": png(grey())}), str(library)) == "picture-unsearched"


def test_a_policy_that_leaves_what_names_nobody(tmp_path: Path) -> None:
    library = tmp_path / "library.yaml"
    library.write_text("name: t\nextends: research\npixels: {policy: match}\n")
    pixels = burned(
        tissue(ROWS, COLUMNS), [Text("Dr. Douglas Davidson", 24, 20, 22), Text("foley catheter", 24, 190, 22)]
    )
    masked, _, _ = mask_file("a.png", png(pixels), str(library))
    after = pages(masked)[0]
    assert after[TEXT].max() < 150
    assert (after[180:230] == pixels[180:230]).all()


def test_what_is_more_than_one_picture_or_not_read_is_refused() -> None:
    frames = [Image.fromarray(grey()), Image.fromarray(tissue(ROWS, COLUMNS))]
    for kind in ("PNG", "MPO"):
        output = io.BytesIO()
        frames[0].save(output, kind, save_all=True, append_images=frames[1:])
        assert refused("a", output.getvalue()) == "pixel-format"
    for mode in ("CMYK", "F", "I"):
        output = io.BytesIO()
        Image.fromarray(grey()).convert(mode).save(output, "TIFF")
        assert refused("a", output.getvalue()) == "pixel-format"
    # 16 bits a colour, of which Pillow reads eight.
    row = b"\0" + bytes(6)
    chunks = [
        (b"IHDR", struct.pack(">2L5B", 1, 1, 16, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row)),
        (b"IEND", b""),
    ]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    assert refused("a.png", data) == "pixel-format"


def test_bombs_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "MOST_PIXELS", ROWS * COLUMNS - 1)
    assert refused("a.png", png(grey())) == "picture-too-large"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        huge = png(np.zeros((4, 4), np.uint8)).replace(
            struct.pack(">2L", 4, 4), struct.pack(">2L", 1 << 20, 1 << 20)
        )
        assert refused("a.png", huge) in ("picture-too-large", "bad-syntax")


def test_damage_is_refused() -> None:
    for name, form in FILES.items():
        data = form()
        assert refused(name, data[: len(data) // 3]) in ("bad-syntax", "truncated")


def test_lack_of_memory_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(image: Image.Image) -> None:
        raise MemoryError

    monkeypatch.setattr(files, "raster", fail)
    with pytest.raises(MemoryError):
        mask_file("a.png", png(grey()))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [
            png(grey()[:20, :20]),
            jpeg(grey()[:20, :20]),
            tiff(grey()[:20, :20]),
            bmp(grey()[:20, :20]),
            gif([grey()[:20, :20]] * 2),
        ]
    ),
    st.lists(st.tuples(st.integers(0, 1 << 12), st.binary(min_size=1, max_size=4)), max_size=4),
    st.integers(0, 1 << 12),
)
def test_anything_is_refused_or_written(seed: bytes, damages: list[tuple[int, bytes]], cut: int) -> None:
    data = bytearray(seed)
    for place, damage in damages:
        at = place % len(data)
        data[at : at + len(damage)] = damage
    whole = bytes(data[: 1 + cut % len(data)] if cut % 3 == 0 else data)
    with contextlib.suppress(FormatError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for scope in image.open(Source(io.BytesIO(whole), len(whole))).scopes():
            for page in range(len(scope)):
                scope.views(page)
            list(scope.render())
