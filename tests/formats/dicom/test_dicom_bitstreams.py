"""Metadata inside compressed pixel data: what is planted is found, what is image stays, nothing hangs."""

from __future__ import annotations

import io
import re
import struct
import time
import zlib
from pathlib import Path

import pydicom
import pytest
from bitstream_help import (
    DEFLATED,
    J2K,
    JPEG,
    JPEG_LS,
    JXL,
    MPEG,
    RAW,
    RLE,
    Encapsulated,
    box,
    codestream,
    cut,
    encapsulated,
    jpeg_ls,
    jpeg_places,
    noise,
    pixels,
    rle,
    saved,
    segment,
    tile_part,
)
from dicom_help import bundled
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, features

from beam_phi.formats.dicom.streams import fragments as fragments_module
from beam_phi.formats.document import FormatError

MARK = b"Doe^Jane 1961-04-07"

JPEGS = {
    "baseline": saved(noise(), "JPEG", quality=95),
    "progressive": saved(noise(), "JPEG", progressive=True),
    "restarts": saved(noise(), "JPEG", restart_marker_blocks=2),
    "gray": saved(noise("L"), "JPEG"),
    "adobe": saved(noise("CMYK"), "JPEG"),
    "rgb": saved(noise(), "JPEG", keep_rgb=True),
}
THUMBNAIL = saved(noise("L", (8, 8)), "JPEG")
ADOBE = b"Adobe\0d\0\0\0\0\x01"
JFIF = b"JFIF\0\x01\x01\0\0\x01\0\x01"

JP2_START = box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
JXL_START = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")
HEADER = box(b"ihdr", bytes(14)) + box(b"colr", b"\x02\0\0an ICC profile")

needs_jpeg2000 = pytest.mark.skipif(not features.check("jpg_2000"), reason="Pillow without JPEG 2000")


def test_what_pillow_writes_has_nothing_to_blank() -> None:
    for name, data in JPEGS.items():
        assert Encapsulated.of([data]).ranges(JPEG) == [], name
        assert jpeg_places(data)[-1] == len(data) - 2


def test_metadata_that_pillow_writes_are_found() -> None:
    exif = Image.Exif()
    exif[0x9C9D] = MARK.decode()
    exif[0x0112] = 1
    options = {
        "comment": MARK,
        "exif": exif,
        "icc_profile": b"a profile " * 9000,
        "xmp": b"<x>" + MARK + b"</x>",
    }
    for progressive in (False, True):
        data = saved(noise(), "JPEG", progressive=progressive, dpi=(300, 300), **options)
        plain = saved(noise(), "JPEG", progressive=progressive, dpi=(300, 300))
        source = Encapsulated.of([data])
        result = source.blanked(JPEG)
        assert len(source.ranges(JPEG)) == 5  # the profile takes two
        assert not re.search(b"Doe|profile|ICC|Exif|adobe", result.stream)
        assert pixels(result.stream) == pixels(plain)
        with Image.open(io.BytesIO(result.stream)) as image:
            assert not {"exif", "icc_profile", "xmp"} & set(image.info)
            assert not image.info["comment"].strip(b"\0")
            assert image.info["dpi"] == (300, 300)


prefixes = st.sampled_from([b"", b"Exif\0\0", b"ICC_PROFILE\0\1\1", b"JFXX\0", b"Adob", b"mrf", THUMBNAIL])
payloads = st.builds(
    lambda a, b, c: a + b + MARK + c, prefixes, st.binary(max_size=90), st.binary(max_size=90)
)
RESERVED = {0xC8, 0xF0, 0xFD}
markers = st.sampled_from([0xFE, *range(0xE0, 0xF0), *RESERVED])
plants = st.lists(
    st.tuples(st.integers(0, 1000), markers, payloads, st.integers(0, 2)), min_size=1, max_size=6
)
halves = st.lists(st.integers(1, 20_000), max_size=8)


def planted(data: bytes, plan: list[tuple[int, int, bytes, int]]) -> bytes:
    """The JPEG with segments put in at legal places, with fill bytes in front."""
    places = jpeg_places(data)
    for place, marker, payload, fill in sorted(plan, key=lambda one: -(one[0] % len(places))):
        at = places[place % len(places)]
        data = data[:at] + b"\xff" * fill + segment(marker, payload) + data[at:]
    return data


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(JPEGS)), plants, halves, st.booleans())
def test_what_is_planted_in_a_jpeg_does_not_survive(
    name: str, plan: list[tuple[int, int, bytes, int]], places: list[int], twice: bool
) -> None:
    data = planted(JPEGS[name], plan)
    data += b"\0" * (len(data) % 2)
    # An image that begins a fragment is the next one.
    frame = cut(data, (2 * place for place in places if data[2 * place :][:3] != b"\xff\xd8\xff"))
    source = Encapsulated.of(frame * (1 + twice))
    result = source.blanked(JPEG)
    assert b"Doe" not in result.source
    assert len(result.source) == len(source.source)
    assert result.ranges(JPEG) == []
    zeros = planted(JPEGS[name], [(p, m, bytes(len(x)), f) for p, m, x, f in plan])
    for image in (result.stream[: len(data)], result.stream[len(data) * twice :]):
        assert image[: len(zeros)] == zeros
        # Decoders refuse reserved segments, whatever they hold.
        if not {marker for _, marker, _, _ in plan} & RESERVED:
            assert pixels(image) == pixels(JPEGS[name])


@pytest.mark.parametrize(
    ("marker", "payload", "found"),
    [
        (0xE0, JFIF + b"\0\0", []),
        (0xE0, JFIF + b"\x01\x02thumbs", [b"thumbs"]),
        (0xE0, b"JFXX\0\x10" + THUMBNAIL, [b"JFXX\0\x10" + THUMBNAIL]),
        (0xE1, JFIF + b"\0\0", [JFIF]),
        (0xEE, ADOBE, []),
        (0xEE, ADOBE[:10], []),
        (0xEE, ADOBE + MARK, [MARK]),
        (0xED, ADOBE, [ADOBE]),
        (0xEE, b"Ado", [b"Ado"]),
        (0xE8, b"mrfx\x01", []),
        (0xE8, b"mrfx\x01" + MARK, [MARK]),
        (0xE8, b"SPIFF\0" + MARK, [b"SPIFF\0" + MARK]),
        (0xFE, b"", []),
        (0xFE, bytes(20), []),
        (0xFE, b"\0x\0", [b"\0x\0"]),
    ],
)
def test_application_segments_keep_what_decoders_need(
    marker: int, payload: bytes, found: list[bytes]
) -> None:
    for data in (JPEGS["baseline"], jpeg_ls(b"\x12\x34")):
        source = Encapsulated.of([data[:2] + segment(marker, payload) + data[2:]])
        assert [one.rstrip(b"\0") for one in source.found(JPEG)] == [one.rstrip(b"\0") for one in found]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream is read in pieces so small that everything is cut somewhere."""
    monkeypatch.setattr(fragments_module, "_FIRST", 8)
    monkeypatch.setattr(fragments_module, "_MOST", 8)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("shift", range(8))
def test_bytes_that_look_like_markers_in_a_scan_stay(shift: int) -> None:
    data = JPEGS["progressive"]
    at = jpeg_places(data)[-1]
    head, tail = data[:at] + b"a" * shift, data[at:]
    lure = b"\xff\0\xfe\0\x08Doe^\xff\xd3\xff\0\xff\xff\0\xe1\0\x10" * 9
    assert Encapsulated.of([head + lure + tail]).ranges(JPEG) == []
    # A true marker is seen wherever the pieces are cut.
    assert Encapsulated.of([head + lure + segment(0xFE, MARK) + tail]).found(JPEG) == [MARK]
    with pytest.raises(FormatError):
        Encapsulated.of([head + b"\xff\x7e\0\x08Doe^" + tail]).ranges(JPEG)
    # In JPEG-LS, FF 7E is none.
    lure = b"\xff\x7e\xff\x64\0\x08Doe^\xff\xd0\xff\x01" * 9
    scan = jpeg_ls(b"a" * shift + lure)
    assert Encapsulated.of([scan]).ranges(JPEG_LS) == []
    assert Encapsulated.of([scan[:-2] + segment(0xFE, MARK) + scan[-2:]]).found(JPEG_LS) == [MARK]


def test_markers_without_segment_are_passed() -> None:
    data = JPEGS["gray"]
    alone = b"\xff\x01\xff\xd0\xff\xff\xd7"
    assert Encapsulated.of([data[:2] + alone + segment(0xFE, MARK) + data[2:]]).found(JPEG) == [MARK]


def test_an_image_has_a_bounded_number_of_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    comments = b"\xff\xd8" + segment(0xFE, b"x") * 10
    monkeypatch.setattr(fragments_module, "MAX_SEGMENTS", 10)
    assert len(Encapsulated.of([comments + b"\xff\xd9"] * 3).ranges(JPEG)) == 30
    with pytest.raises(FormatError):
        Encapsulated.of([comments + segment(0xFE, b"x") + b"\xff\xd9"]).ranges(JPEG)


def test_long_streams_are_read_in_few_pieces() -> None:
    source = Encapsulated.of([JPEGS["gray"][:-2] + bytes(8 << 20) + b"\xff\xd9"])
    assert source.ranges(JPEG) == []
    assert source.reads < 30
    source = Encapsulated.of([codestream(tile_part(bytes(8 << 20)))])
    assert source.ranges(J2K) == []
    assert source.asked < 1 << 16


def test_what_stands_behind_an_image_is_blanked() -> None:
    data = JPEGS["baseline"]
    assert Encapsulated.of([data + b"\0", data + bytes(9), bytes(4), b""]).ranges(JPEG) == []
    assert Encapsulated.of([data + THUMBNAIL, data + b"\0" + MARK]).found(JPEG) == [THUMBNAIL, b"\0" + MARK]
    assert Encapsulated.of([data + b"\xff"]).found(JPEG) == [b"\xff"]
    whole = codestream(tile_part(b"data"))
    assert Encapsulated.of([whole + MARK, whole]).found(J2K) == [MARK]
    far = data + bytes(3 << 20)
    assert Encapsulated.of([far]).ranges(JPEG) == []
    assert Encapsulated.of([far + b"x"]).found(JPEG) == [bytes(3 << 20) + b"x"]


def test_what_stands_between_segments_is_blanked_in_front_of_the_scan_and_refused_behind() -> None:
    data = JPEGS["progressive"]
    places = jpeg_places(data)
    junk = MARK + b"\xff\0" + MARK
    source = Encapsulated.of([data[: places[1]] + junk + data[places[1] :]])
    assert source.found(JPEG) == [junk]
    assert pixels(source.blanked(JPEG).stream) == pixels(data)
    # Such an image is still known for a JPEG one.
    source = Encapsulated.of([data[:2] + b"\xff\0" + MARK + data[2:]] * 2)
    assert source.found(RLE) == [b"\0" + MARK] * 2
    assert source.blanked(RLE).ranges(RLE) == []
    behind = data[: places[-1]] + segment(0xFE, b"") + junk + data[places[-1] :]
    with pytest.raises(FormatError):
        Encapsulated.of([behind]).ranges(JPEG)


def test_an_image_without_an_end_ends_with_the_next() -> None:
    data = JPEGS["baseline"]
    for end in (-2, -1, -50):
        cropped = data[:end]
        assert Encapsulated.of([cropped]).ranges(JPEG) == []
        assert Encapsulated.of([cropped, cropped, data + MARK]).found(JPEG) == [MARK]
    whole = codestream(tile_part(b"data"), end=b"")
    assert Encapsulated.of([whole, whole + b"\0", whole, bytes(2)]).ranges(J2K) == []
    open_end = codestream(tile_part(b"data", length=0), end=b"")
    comment = segment(0xFF64, b"\0\x01" + MARK)
    last = codestream(tile_part(b"data"), main=comment)
    assert Encapsulated.of([open_end, open_end, last]).found(J2K) == [MARK]


@pytest.mark.parametrize("end", range(2, len(JPEGS["gray"]), 7))
def test_an_image_cut_off_in_its_header_does_not_take_the_next_for_its_own(end: int) -> None:
    source = Encapsulated.of([JPEGS["gray"][:end], JPEGS["gray"] + MARK])
    assert source.attempt(JPEG) in ([MARK], None)


@needs_jpeg2000
@pytest.mark.parametrize(
    "options", [{}, {"tile_size": (16, 16)}, {"num_resolutions": 2, "irreversible": True}]
)
def test_jpeg_2000_of_pillow(options: dict[str, object]) -> None:
    bare = saved(noise(), "JPEG2000", no_jp2=True, **options)
    commented = saved(noise(), "JPEG2000", no_jp2=True, comment=MARK.decode(), **options)
    wrapped = saved(noise(), "JPEG2000", no_jp2=False, comment=MARK.decode(), **options)
    default = re.compile(rb"Created by OpenJPEG version [0-9.]+")
    for data in (bare, commented, wrapped):
        for fragments in ([data], cut(data, range(0, len(data), 500)), [data, data + b"\0"]):
            source = Encapsulated.of(fragments)
            result = source.blanked(J2K)
            assert b"Doe" not in result.source
            assert not default.search(result.source)
            assert pixels(result.stream[: len(data)]) == pixels(data)
            assert result.ranges(J2K) == []
    assert len(Encapsulated.of([commented]).ranges(J2K)) == 1


def test_comments_of_a_codestream_are_blanked_but_for_their_kind() -> None:
    comment = segment(0xFF64, b"\0\x01" + MARK)
    known = (
        segment(0xFF52, b"coding style") + b"\xff\x30" + segment(0xFF63, b"place") + segment(0xFF74, b"array")
    )
    unknown = segment(0xFF62, MARK)
    part = tile_part(b"data \xff\x64\0\x10\0\x01", segment(0xFF58, b"\0\xff\x64"), comment)
    source = Encapsulated.of([codestream(part, part, main=comment + known + unknown)])
    assert source.found(J2K) == [MARK] * 4
    assert source.blanked(J2K).stream == source.stream.replace(MARK, bytes(len(MARK)))
    assert Encapsulated.of([codestream(part, main=segment(0xFF64, b"\0\x01"))]).found(J2K) == [MARK]


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("shift", range(8))
@pytest.mark.parametrize("count", [b"\xff\xd9", b"\xff\xff", b"\x12\xff"])
def test_the_end_of_a_tile_part_of_unknown_length_is_found(shift: int, count: bytes) -> None:
    """SOP segments count packets, up to the marker of the end."""
    lure = b"a" * shift + b"\xff\x91\0\x04" + count + b"\xd9data"
    table = segment(0xFF58, b"\xff\xd9")
    part = tile_part(lure * 9, table, segment(0xFF64, b"\0\x01" + MARK), length=0)
    assert Encapsulated.of([codestream(part) + b"rubbish"]).found(J2K) == [MARK, b"rubbish"]


#: A tile-part that is said to end inside its header, where another seems to begin.
NESTED = tile_part(b"data", segment(0xFF58, tile_part(b"", length=20)), length=16)


@pytest.mark.parametrize(
    "stream",
    [
        codestream(NESTED),
        codestream(tile_part(b"data"), segment(0xFF64, b"\0\x01" + MARK), tile_part(b"data")),
        JP2_START + struct.pack(">I4sQ", 1, b"xml ", 8),
        codestream(tile_part(b"data", length=13)),
        codestream(tile_part(b"data", length=200)),
        codestream(tile_part(b"data"), b"stray"),
        codestream(b"\xff\x93data"),
        codestream(main=b"\xff\x64\xff\xff\0\x01"),
        codestream(main=b"\xff\x64\0\x01"),
        codestream(main=b"\xff\xa0\0\x02"),
        codestream(end=b""),
        codestream(tile_part(b"data")).replace(b"\xff\x51", b"\xff\x52"),
        JPEGS["gray"].replace(b"\xff\xda", b"\xff\xd8\xff\xda"),
        JPEGS["gray"].replace(b"\xff\xc0", b"\xff\xfe"),
        b"\xff\xd8" + segment(0x7E, b"?") + b"\xff\xd9",
        b"\xff\xd8\xff\xfe\0\x01\xff\xd9",
        b"\xff\xd8\xff\xfe\xff\xff\xff\xd9",
        b"\0" + JPEGS["gray"],
        b"text",
        JP2_START + box(b"jp2c", b"text"),
        JP2_START + b"\0\0\0\x04jp2c",
        JP2_START + b"\xff\0\0\0jp2c",
        JP2_START[:8] + b"????" + JP2_START[12:],
    ],
)
def test_what_cant_be_followed_is_refused(stream: bytes) -> None:
    for syntax in (J2K, JPEG):
        with pytest.raises(FormatError) as error:
            Encapsulated.of([stream]).ranges(syntax)
        assert error.value.reason == "bad-bitstream"


def test_boxes_of_a_jp2_file() -> None:
    comment = segment(0xFF64, b"\0\x01" + MARK)
    resolution = box(b"res ", box(b"resc", bytes(9) + b"x") + box(b"lbl ", MARK))
    header = box(b"jp2h", HEADER + resolution + box(b"xml ", MARK))
    image = box(b"jp2c", codestream(tile_part(b"data"), main=comment) + MARK)
    others = b"".join(
        box(kind, MARK) for kind in (b"xml ", b"uuid", b"uinf", b"url ", b"jp2i", b"asoc", b"????")
    )
    for tail in (b"", bytes(12), b"no box", MARK, b"\0\0\0\x14text"):
        source = Encapsulated.of([JP2_START + others + header + image + box(b"xml ", MARK, long=True) + tail])
        assert source.found(J2K) == [MARK] * 11 + [MARK + tail * (tail != bytes(12))]
    last = struct.pack(">I4s", 0, b"jp2c") + codestream(tile_part(b"data"), main=comment)
    assert Encapsulated.of([JP2_START + header + last, JP2_START + header + last]).found(J2K) == [MARK] * 6


def test_boxes_of_a_jpeg_xl_file() -> None:
    kept = JXL_START + box(b"jxll", b"\x05") + box(b"jxlp", b"\0\0\0\0\xff\x0adata")
    others = b"".join(box(kind, MARK) for kind in (b"Exif", b"xml ", b"jumb", b"brob", b"jbrd", b"????"))
    assert Encapsulated.of([kept + others + box(b"jxlp", b"\x80\0\0\x01more")]).found(JXL) == [MARK] * 6
    assert Encapsulated.of([kept, kept + MARK]).found(JXL) == [MARK]
    assert Encapsulated.of([b"\xff\x0athe codestream", b"goes on"]).ranges(JXL) == []
    with pytest.raises(FormatError):
        Encapsulated.of([b"the codestream"]).ranges(JXL)


def test_the_header_of_an_rle_frame() -> None:
    assert Encapsulated.of([rle(2, [b"ab", b"cd"]), rle(15, [b"ab"] * 15), b"\0\0"]).ranges(RLE) == []
    unused = rle(2, [b"ab", b"cd"], unused=MARK)
    assert [one.rstrip(b"\0") for one in Encapsulated.of([unused]).found(RLE)] == [MARK]
    gap = rle(1, [b"ab"], gap=MARK)
    assert [one.strip(b"\0") for one in Encapsulated.of([gap]).found(RLE)] == [MARK]
    assert Encapsulated.of([gap]).blanked(RLE).stream[:8] == gap[:8]
    for bad in (rle(0, [b"x"]), rle(16, [b"x"] * 15), rle(3, [b"x"] * 2), rle(1, [b"x"])[:60], MARK * 9):
        with pytest.raises(FormatError):
            Encapsulated.of([rle(1, [b"ab"]), bad]).ranges(RLE)


def test_other_families_have_nothing_or_are_refused() -> None:
    deflater = zlib.compressobj(wbits=-15)
    frame = deflater.compress(MARK * 99) + deflater.flush()
    assert Encapsulated.of([frame, frame]).ranges(DEFLATED) == []
    assert Encapsulated.of([b"\xff\xd8\xff\xe0 pixels", bytes(12)]).ranges(RAW) == []
    for syntax in (MPEG, "", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.94"):
        with pytest.raises(FormatError) as error:
            Encapsulated.of([JPEGS["gray"]]).ranges(syntax)
        assert error.value.reason == "bad-bitstream"
    assert Encapsulated.of([]).ranges(JPEG) == []


def test_the_stream_says_what_it_is_where_the_transfer_syntax_lies() -> None:
    comment = segment(0xFE, MARK)
    streams = [
        JPEGS["gray"][:2] + comment + JPEGS["gray"][2:],
        jpeg_ls(b"\xff\x7e", comment),
        codestream(tile_part(b"data"), main=segment(0xFF64, b"\0\x01" + MARK)),
        JP2_START + box(b"xml ", MARK),
        JXL_START + box(b"xml ", MARK),
    ]
    for syntax in (JPEG, JPEG_LS, J2K, JXL, RLE, DEFLATED):
        for stream in streams:
            assert Encapsulated.of([stream]).found(syntax) == [MARK]
            with pytest.raises(FormatError):
                Encapsulated.of([streams[0], b"a deflated frame"]).ranges(syntax)


SAMPLES = {
    **{name: [data] for name, data in JPEGS.items()},
    "exif": cut(planted(JPEGS["progressive"], [(i, 0xE1 + i, MARK * 3, 1) for i in range(9)]), (100, 700)),
    "jpeg-ls": [jpeg_ls(b"\xff\x7e\xff\x01data" * 9, segment(0xF8, b"\x01\0\xff"), segment(0xFE, MARK))] * 2,
    "codestream": [codestream(*[tile_part(b"data", segment(0xFF64, b"\0\x01" + MARK))] * 3)] * 2,
    "open": [codestream(tile_part(b"data\xff\x91\0\x04\xff\xd9", length=0))] * 2,
    "jp2": [
        JP2_START
        + box(b"jp2h", HEADER + box(b"xml ", MARK))
        + box(b"jp2c", codestream(tile_part(b"data")), long=True)
        + box(b"uuid", MARK)
    ],
    "jxl": [JXL_START + box(b"brob", MARK) + box(b"jxlc", b"\xff\x0adata") + box(b"Exif", MARK)] * 2,
    "rle": [rle(3, [b"abc"] * 3, unused=MARK)] * 3,
}
BYTES = (0, 1, 0x10, 0x4F, 0x51, 0x64, 0x90, 0x93, 0xD8, 0xD9, 0xDA, 0xE1, 0xFE, 0xFF)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(sorted(SAMPLES)),
    st.sampled_from([JPEG, JPEG_LS, J2K, JXL, RLE, DEFLATED]),
    st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(BYTES), st.integers(0, 2)), max_size=12),
    st.integers(0, 10_000) | st.none(),
    st.lists(st.integers(1, 10_000), max_size=5),
)
def test_damage_raises_nothing_but_format_errors(
    name: str, syntax: str, edits: list[tuple[int, int, int]], end: int | None, places: list[int]
) -> None:
    bounds = [len(b"".join(SAMPLES[name][:index])) for index in range(1, len(SAMPLES[name]))]
    data = bytearray(b"".join(SAMPLES[name]))
    for place, byte, width in edits:
        data[place % len(data) : place % len(data) + width] = [byte]
    del data[len(data) if end is None else end % len(data) :]
    source = Encapsulated.of(cut(bytes(data), [*bounds, *(place % (len(data) + 1) for place in places)]))
    if source.attempt(syntax) is not None:
        assert source.blanked(syntax).ranges(syntax) == []


def test_a_source_that_ends_early_is_refused() -> None:
    with pytest.raises(FormatError):
        fragments_module.Fragments(lambda offset, length: b"", [(0, 10)]).peek(0, 4)


@pytest.mark.parametrize(
    ("name", "fragments", "syntax"),
    [
        ("fill bytes", [b"\xff\xd8" + b"\xff" * (4 << 20)], JPEG),
        ("fill bytes in a scan", [JPEGS["gray"][:-2] + b"\xff" * (4 << 20) + b"\0"], JPEG),
        ("restarts", [JPEGS["gray"][:-2] + b"\xff\xd0" * (4 << 20)], JPEG),
        ("comments", [b"\xff\xd8" + b"\xff\xfe\0\x02" * 900_000], JPEG),
        ("more comments", [b"\xff\xd8" + b"\xff\xfe\0\x02" * (1 << 20)], JPEG),
        ("scans", [JPEGS["gray"][:-2] + b"\xff\xda\0\x02" * 500_000], JPEG),
        ("alone", [b"\xff\xd8" + b"\xff\x01" * 1_000_000], JPEG),
        ("starts", [b"\xff\xd8\xff\xd9"] * 100_000, JPEG),
        ("tiny fragments", cut(JPEGS["gray"][:-2] + b"\x7f" * (1 << 19), range(2, 1 << 19, 2)), JPEG),
        ("tile-parts", [codestream(tile_part(b"") * 200_000)], J2K),
        ("open tile-parts", [codestream(tile_part(b"", length=0), end=b"")] * 30_000, J2K),
        ("packets", [codestream(tile_part(b"\xff\x91\0\x04\xff\xd9" * 500_000, length=0))], J2K),
        ("boxes", [JP2_START + box(b"jp2h", box(b"ihdr", b"x") * 300_000)], J2K),
        (
            "blank boxes",
            [JP2_START + box(b"jp2c", codestream(tile_part(b""))) + b"\0\0\0\x08" * 500_000],
            J2K,
        ),
        ("rle", [rle(1, [b"x"])] * 50_000, RLE),
    ],
)
def test_hostile_streams_take_no_quadratic_time(name: str, fragments: list[bytes], syntax: str) -> None:
    source = Encapsulated.of(fragments)
    start = time.process_time()
    source.attempt(syntax)
    assert time.process_time() - start < 20
    assert source.asked <= 3 * len(source.stream) + (1 << 20)


def images(folder: Path) -> list[Path]:
    """Files that may be DICOM with compressed pixels."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.read_bytes()[128:132] == b"DICM")


def decoded(data: bytes) -> bytes | None:
    """The pixels, as far as pydicom and Pillow can decode them."""
    try:
        return pydicom.dcmread(io.BytesIO(data)).pixel_array.tobytes()
    except Exception:  # there are many ways not to decode
        return None


def check(paths: list[Path]) -> tuple[dict[str, set[bytes]], set[str], int]:
    """What is blanked in each file, by name; the refused ones; how many were decoded before and after."""
    found: dict[str, set[bytes]] = {}
    refused, count = set(), 0
    for path in paths:
        data = path.read_bytes()
        try:
            opened = encapsulated(data)
        except FormatError:
            continue
        if opened is None:
            continue
        source, syntax = opened
        blanked = source.attempt(syntax)
        if blanked is None:
            refused.add(path.name)
            continue
        found[path.name] = set(blanked)
        result = source.blanked(syntax)
        assert result.ranges(syntax) == []
        assert len(result.source) == len(data)
        before = decoded(data)
        assert before == decoded(result.source), path.name
        count += before is not None
    return found, refused, count


#: What is blanked in pydicom's files besides the names of the programs that wrote them.
UUIDS = {
    b"\xbcE\xa7t\xddPN\xc6\xa9\xf6\xf3\xa17\xf4~\x90\0\0\x002",
    b":\r\x02\x18\n\xe9A\x15\xb3vK\xcaA\xce\x0eq\x01",
    b"G\xc9,\xcc\xd1\xa1E\x81\xb9\x048\xbbTgq;\x01",
    b"\xd7\xc8\xc5\xef\x95\x1fC\xb2\x87W\x04%\0\xf58\xe8\0\0\x002",
}
SPIFF = {b"SPIFF\0\x02\0\0\x03\0\0\0d\0\0\0d\n\x08\x06\x02\0\0\0%\0\0\0%", b"\0\0\0\x01\xff\xd8"}
KNOWN = {
    "GDCMJ2K_TextGBR.dcm": UUIDS,
    "SC_rgb_jls_lossy_line.dcm": SPIFF,
    "SC_rgb_jls_lossy_sample.dcm": SPIFF,
    "JPEG-lossy.dcm": {b"\xff"},
    "examples_jpeg2k.dcm": {b"\xff"},
    "JPGExtended.dcm": {b"\xff"},
}
PROGRAMS = re.compile(rb"(Created by GDCM/OpenJPEG version |Creator: JasPer Version |Kakadu-)[0-9.]+")


def test_files_of_pydicom_are_followed_and_decode_the_same() -> None:
    found, refused, count = check(bundled())
    assert refused == set()
    assert count >= 10
    for name, blanked in found.items():
        rest = {one for one in blanked if not PROGRAMS.fullmatch(one)}
        assert rest == KNOWN.get(name, set()), name


@pytest.mark.corpus
def test_corpus_is_followed_and_decodes_the_same(corpus: Path) -> None:
    found, refused, count = check(images(corpus / "dicom"))
    # Elements of another data set stand where its only fragment should begin.
    assert refused == {"example3.dcm"}
    assert len(found) >= 60
    assert count >= 40
    assert found["example-mg.dcm"] == {b"Created with GIMP"}
    # An encoder left what its buffer held behind the end of 96 images.
    assert len(found["jpeg_baseline_8bit.dcm"]) > 40
