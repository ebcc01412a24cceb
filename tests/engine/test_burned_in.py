"""Burned-in text of one image: what is covered under which policy, and what is said of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pydicom
import pytest
import yaml
from numpy.typing import NDArray
from PIL import Image as Pillow
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEG2000Lossless, JPEGBaseline8Bit, RLELossless
from support.burned import Text, burned, dataset, file_of, ink, tissue

from beam_phi.audit.records import Annotation
from beam_phi.engine import Engine, Quarantine, Seen
from beam_phi.formats import Source
from beam_phi.library.load import load
from beam_phi.library.model import Box
from beam_phi.masking.keys import parse
from beam_phi.pixels.engines import Line, Picture, TextEngine, text_engine

ROWS, COLUMNS = 192, 304
NAME, DATE, ID = Text("DAVIDSON DOUGLAS", 10, 6), Text("07/22/1943", 10, 168), Text("ID 46198", 200, 6)
SIDE, VIEW, TECHNIQUE = Text("L", 270, 90, 20), Text("AP", 10, 90, 20), Text("120 kV", 220, 168)
LINES, MARKS = (NAME, DATE, ID), (SIDE, VIEW, TECHNIQUE)
CLEAN_PIXELS = "113101"

MakeEngine = Callable[..., Engine]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> MakeEngine:
    """An engine under a library that extends another by settings of ``pixels``."""
    folder = tmp_path_factory.mktemp("libraries")
    made: dict[str, Engine] = {}

    def make(extends: str = "research", values: Any = "clear", **pixels: object) -> Engine:
        text = yaml.safe_dump({"name": "test", "extends": extends, "pixels": {"policy": "all", **pixels}})
        if text + values not in made:
            path = folder / f"{len(made)}.yaml"
            path.write_text(text)
            made[text + values] = Engine(load(str(path)), parse("ab" * 32), values)
        return made[text + values]

    return make


class Masked(NamedTuple):
    """An object before and after, and the annotations of its pixels."""

    before: Dataset
    after: Dataset
    rows: list[Annotation]

    @property
    def codes(self) -> set[str]:
        return {item.CodeValue for item in self.after.DeidentificationMethodCodeSequence}

    def covered(self, frame: int = 0) -> NDArray[np.bool_]:
        """Where annotations say that a frame is black."""
        inside = np.zeros((self.after.Rows, self.after.Columns), bool)
        for row in self.rows:
            if row.frame == frame:
                assert row.x is not None
                assert row.y is not None
                inside[row.y : row.y + (row.height or 0), row.x : row.x + (row.width or 0)] = True
        return inside


def mask(ds: Dataset, engine: Engine, seen: Seen | None = None) -> Masked:
    data = file_of(ds)
    result = engine.mask("a.dcm", "id", "dicom", Source(io.BytesIO(data), len(data)), seen=seen)
    try:
        after = pydicom.dcmread(io.BytesIO(b"".join(result.content.chunks())))
        rows = [row for row in result.annotations() if row.location == "pixels"]
    finally:
        result.close()
    return Masked(pydicom.dcmread(io.BytesIO(data)), after, rows)


def reason(ds: Dataset, engine: Engine) -> str:
    with pytest.raises(Quarantine) as error:
        mask(ds, engine)
    return error.value.reason


def page(texts: Iterable[Text] = (*LINES, *MARKS), seed: int = 1) -> NDArray[np.uint8]:
    return burned(tissue(ROWS, COLUMNS, seed), texts)


def letters(text: Text) -> NDArray[np.bool_]:
    return ink(ROWS, COLUMNS, [text]) > 100


def hidden(masked: Masked, text: Text, frame: int = 0) -> bool:
    return bool(masked.covered(frame)[letters(text)].all())


def shown(masked: Masked, text: Text, frame: int = 0) -> bool:
    return not masked.covered(frame)[letters(text)].any()


def samples(ds: Dataset) -> NDArray[Any]:
    """Stored values: (frames, rows, columns, ...), without a change of colour space."""
    pixels = pydicom.pixels.pixel_array(ds, raw=True)
    return pixels if int(ds.get("NumberOfFrames", 1)) > 1 else pixels[np.newaxis]


def same_outside(masked: Masked) -> bool:
    """True if every frame is as it was where no annotation says that it is black."""
    before, after = samples(masked.before), samples(masked.after)
    return before.shape == after.shape and all(
        (old[~masked.covered(frame)] == new[~masked.covered(frame)]).all()
        for frame, (old, new) in enumerate(zip(before, after, strict=True))
    )


def untouched(masked: Masked) -> bool:
    return masked.after.PixelData == masked.before.PixelData and not masked.rows


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """There must be no engine."""

    def no_engine(name: str, thorough: bool = False) -> TextEngine:
        raise AssertionError("an engine was asked for")

    monkeypatch.setattr("beam_phi.engine.burned_in.text_engine", no_engine)


class Reader:
    """An engine that sees lines of text as long as they are bright, and reads in them what it is told."""

    name = "reader"

    def __init__(self, *texts: Text, read: str | None = None) -> None:
        self._texts = texts
        self._read = read

    def lines(self, picture: Picture) -> Sequence[Line]:
        """Only in pictures that are neither turned nor enlarged."""
        if picture.shape[:2] != (ROWS, COLUMNS):
            return []
        return [
            Line(box_of(text), self._read or text.words, 0.97, 0.95)
            for text in self._texts
            if (picture[letters(text)] > 100).all(axis=1).mean() > 0.5
        ]


def box_of(text: Text) -> Box:
    down, across = np.nonzero(letters(text))
    left, top = int(across.min()), int(down.min())
    return Box(left, top, int(across.max()) - left + 1, int(down.max()) - top + 1)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts a Reader in the place of the engine."""

    def reads(*texts: Text, read: str | None = None) -> None:
        monkeypatch.setattr("beam_phi.engine.burned_in.text_engine", lambda *_: Reader(*texts, read=read))

    return reads


# -- policies --------------------------------------------------------------------------------------


def test_lines_are_covered_and_marks_are_not(make: MakeEngine, reads: Callable[..., None]) -> None:
    reads(*LINES, *MARKS)
    masked = mask(dataset(page()), make())
    assert all(hidden(masked, text) for text in LINES)
    assert all(shown(masked, text) for text in MARKS)
    assert same_outside(masked)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless, JPEG2000Lossless])
@pytest.mark.parametrize("inverted", [False, True])
def test_black_is_the_darkest_value_in_the_picture(make: MakeEngine, syntax: str, inverted: bool) -> None:
    pixels = page(LINES) // 2 + 40
    ds = dataset(255 - pixels, PhotometricInterpretation="MONOCHROME1") if inverted else dataset(pixels)
    masked = mask(compressed(syntax, ds), make())
    black = 255 - 42 if inverted else 42
    assert set(samples(masked.after)[0][masked.covered()].tolist()) == {black}


@pytest.mark.parametrize("extends", ["research", "basic", "safe-harbor"])
def test_all_text_is_covered_but_marks(make: MakeEngine, extends: str) -> None:
    masked = mask(dataset(page()), make(extends, images="all"))
    assert all(hidden(masked, text) for text in LINES)
    assert all(shown(masked, text) for text in MARKS)
    assert same_outside(masked)


def test_words_to_keep_are_the_library_s(make: MakeEngine, reads: Callable[..., None]) -> None:
    lines = (NAME, Text("STRYKER", 10, 90, 20))
    reads(*lines)
    assert hidden(mask(dataset(page(lines)), make()), lines[1])
    masked = mask(dataset(page(lines)), make(keep=["stryker"]))
    assert shown(masked, lines[1])
    assert hidden(masked, NAME)


def test_text_that_says_nothing_known_is_covered_too(make: MakeEngine) -> None:
    masked = mask(dataset(page([Text("QUARRY LANE", 100, 90)])), make())
    assert hidden(masked, Text("QUARRY LANE", 100, 90))
    assert {row.data_class for row in masked.rows} == {"burned-in-text"}


def test_match_covers_what_the_header_knows_and_leaves_all_else(
    make: MakeEngine, reads: Callable[..., None]
) -> None:
    other = Text("CHEST PORTABLE", 90, 140)
    reads(*LINES, *MARKS, other)
    masked = mask(dataset(page([*LINES, *MARKS, other])), make(policy="match"))
    assert all(hidden(masked, text) for text in LINES)
    assert all(shown(masked, text) for text in (*MARKS, other))
    assert same_outside(masked)


@pytest.mark.parametrize("words", ["DAVIDSOM DOUGIAS", "Davids0n, D.", "DAVI0S0N", "46I98", "1943-07-22"])
def test_match_knows_what_is_misread_by_a_letter_or_spelled_otherwise(
    make: MakeEngine, reads: Callable[..., None], words: str
) -> None:
    reads(NAME, read=words)
    masked = mask(dataset(page([NAME])), make(policy="match"))
    assert hidden(masked, NAME)
    assert {row.original for row in masked.rows} == {words}


@pytest.mark.parametrize("words", ["CHEST PORTABLE", "SERIES 3", "WINDOW", "120 kV", "Im: 12"])
def test_match_leaves_what_nobody_knows(make: MakeEngine, reads: Callable[..., None], words: str) -> None:
    reads(NAME, read=words)
    assert untouched(mask(dataset(page([NAME])), make(policy="match")))


def test_match_by_the_embedded_engine(make: MakeEngine) -> None:
    masked = mask(dataset(page()), make(policy="match"))
    assert all(hidden(masked, text) for text in LINES)
    assert all(shown(masked, text) for text in MARKS)


def test_match_does_not_claim_clean_pixels(make: MakeEngine) -> None:
    masked = mask(dataset(page(), BurnedInAnnotation="YES"), make(policy="match"))
    assert CLEAN_PIXELS not in masked.codes
    assert masked.after.BurnedInAnnotation == "YES"


@pytest.mark.parametrize("pixels", [{"policy": "boxes"}, {"images": "none"}])
@pytest.mark.parametrize("declared", [None, "YES"])
@pytest.mark.usefixtures("blind")
def test_pixels_can_be_left_alone(make: MakeEngine, pixels: dict[str, str], declared: str | None) -> None:
    ds = dataset(page())
    if declared:
        ds.BurnedInAnnotation = declared
    masked = mask(ds, make(**pixels))
    assert untouched(masked)
    assert CLEAN_PIXELS not in masked.codes
    assert masked.after.get("BurnedInAnnotation") == declared


@pytest.mark.parametrize("declared", [None, "", "NO"])
@pytest.mark.usefixtures("blind")
def test_declared_looks_at_no_image_that_does_not_declare_it(make: MakeEngine, declared: str | None) -> None:
    ds = dataset(page())
    if declared is not None:
        ds.BurnedInAnnotation = declared
    masked = mask(ds, make(images="declared"))
    assert untouched(masked)
    assert CLEAN_PIXELS not in masked.codes


def test_declared_looks_at_images_that_declare_it(make: MakeEngine) -> None:
    masked = mask(dataset(page(), BurnedInAnnotation="YES"), make(images="declared"))
    assert all(hidden(masked, text) for text in LINES)
    assert masked.after.BurnedInAnnotation == "NO"


def test_a_no_is_believed_by_nobody(make: MakeEngine) -> None:
    masked = mask(dataset(page(), BurnedInAnnotation="NO"), make())
    assert all(hidden(masked, text) for text in LINES)


@pytest.mark.parametrize(
    "pixels", [{}, {"images": "declared"}, {"policy": "match"}, {"policy": "outside-us-regions"}]
)
def test_declared_text_that_is_not_found_is_quarantined(make: MakeEngine, pixels: dict[str, str]) -> None:
    ds = dataset(page([]), BurnedInAnnotation="YES")
    assert reason(ds, make(**pixels)) == "burned-in-unread"


@pytest.mark.parametrize("policy", ["all", "outside-us-regions"])
def test_marks_alone_are_no_declared_text(make: MakeEngine, reads: Callable[..., None], policy: str) -> None:
    reads(*MARKS)
    assert reason(dataset(page(MARKS), BurnedInAnnotation="YES"), make(policy=policy)) == "burned-in-unread"


def test_declared_text_in_pixels_of_one_bit_is_quarantined(make: MakeEngine) -> None:
    ds = one_bit()
    ds.BurnedInAnnotation = "YES"
    assert reason(ds, make()) == "pixel-format"


# -- ultrasound regions ----------------------------------------------------------------------------


def region(left: int, top: int, right: int, bottom: int) -> Dataset:
    item = Dataset()
    item.RegionLocationMinX0, item.RegionLocationMinY0 = left, top
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = right, bottom
    return item


def test_all_outside_of_ultrasound_regions_is_black_and_text_inside(
    make: MakeEngine, reads: Callable[..., None]
) -> None:
    inside, mark = Text("KAUFMAN MARY", 60, 110), Text("AP", 240, 60, 20)
    reads(*LINES, TECHNIQUE, inside, mark)
    ds = dataset(page([*LINES, TECHNIQUE, inside, mark]), Modality="US")
    ds.SequenceOfUltrasoundRegions = [region(40, 40, 199, 149), region(200, 40, 279, 99)]
    masked = mask(ds, make(policy="outside-us-regions"))
    kept = np.zeros((ROWS, COLUMNS), bool)
    kept[40:150, 40:200] = kept[40:100, 200:280] = True
    covered = masked.covered()
    assert covered[~kept].all()
    assert all(hidden(masked, text) for text in (*LINES, TECHNIQUE, inside))
    assert shown(masked, mark)
    assert covered[kept].mean() < 0.6
    assert same_outside(masked)
    assert len(np.unique(samples(masked.after)[0][covered])) == 1
    assert {row.rule for row in masked.rows} == {"outside-us-regions"}
    assert {row.matcher_kind for row in masked.rows} == {"black-box", "ocr"}
    assert CLEAN_PIXELS in masked.codes


def test_without_regions_text_is_covered_as_everywhere(make: MakeEngine, reads: Callable[..., None]) -> None:
    reads(*LINES, *MARKS)
    masked = mask(dataset(page(), Modality="US"), make(policy="outside-us-regions"))
    assert all(hidden(masked, text) for text in LINES)
    assert all(shown(masked, text) for text in MARKS)


# -- what is said of it ----------------------------------------------------------------------------


@pytest.mark.parametrize("texts", [LINES, ()])
@pytest.mark.parametrize("declared", [None, "NO"])
def test_what_was_searched_says_that_it_is_clean(
    make: MakeEngine, texts: Sequence[Text], declared: str | None
) -> None:
    ds = dataset(page(texts))
    if declared:
        ds.BurnedInAnnotation = declared
    masked = mask(ds, make())
    assert masked.after.BurnedInAnnotation == "NO"
    assert CLEAN_PIXELS in masked.codes


def test_each_box_is_a_row(make: MakeEngine) -> None:
    masked = mask(dataset(page(LINES)), make())
    places = [(row.x, row.y, row.width, row.height) for row in masked.rows]
    assert len(places) == len(set(places))
    for row in masked.rows:
        assert (row.frame, row.matcher, row.matcher_kind, row.rule) == (0, "onnx", "ocr", "all")
        assert (row.status, row.function, row.replacement) == ("masked", "black-box", None)
        assert 0 < (row.score or 0) <= 1
    for data_class, text in (("patient-name", NAME), ("birth-date", DATE), ("patient-id", ID)):
        read = {str(row.original).replace(" ", "") for row in masked.rows if row.data_class == data_class}
        assert text.words.replace(" ", "") in read


def test_a_row_says_what_was_read_and_where(make: MakeEngine, reads: Callable[..., None]) -> None:
    reads(NAME, DATE)
    rows = {row.data_class: row for row in mask(dataset(page([NAME, DATE])), make(policy="match")).rows}
    assert set(rows) == {"patient-name", "birth-date"}
    for row, text in ((rows["patient-name"], NAME), (rows["birth-date"], DATE)):
        assert (row.frame, row.matcher, row.rule, row.score) == (0, "reader", "match", 0.97)
        assert row.original == text.words
        box, (x, y, width, height) = box_of(text), (row.x or 0, row.y or 0, row.width or 0, row.height or 0)
        assert x <= box.x < box.x + box.width <= x + width
        assert y <= box.y < box.y + box.height <= y + height


@pytest.mark.parametrize("values", ["none", "hash", "encrypted"])
def test_what_was_read_stands_in_no_row_unless_in_clear(make: MakeEngine, values: str) -> None:
    masked = mask(dataset(page()), make(values=values))
    assert masked.rows
    assert all((row.original is None) is (values == "none") for row in masked.rows)
    told = repr(masked.rows).upper()
    assert not any(word in told for word in ("DAVIDSON", "DOUGLAS", "46198", "1943"))


def test_search_finds_the_same_boxes(make: MakeEngine) -> None:
    data = file_of(dataset(page()))
    engine = make()
    result = engine.mask("a.dcm", "id", "dicom", Source(io.BytesIO(data), len(data)), search_only=True)
    rows = [row for row in result.annotations() if row.location == "pixels"]
    result.close()
    masked = mask(dataset(page()), engine)
    assert [(row.x, row.y, row.width, row.height) for row in rows] == [
        (row.x, row.y, row.width, row.height) for row in masked.rows
    ]
    assert {(row.status, row.function) for row in rows} == {("found", None)}


# -- several frames --------------------------------------------------------------------------------


def cine(count: int, still: Iterable[Text], **of_one: Text) -> NDArray[np.uint8]:
    frames = [page(still, seed) for seed in range(count)]
    for number, text in of_one.items():
        at = int(number.removeprefix("frame"))
        frames[at] = burned(frames[at], [text])
    return np.stack(frames)


@pytest.mark.parametrize("count", [3, 35])
def test_text_in_all_frames_is_covered_in_all(
    make: MakeEngine, reads: Callable[..., None], count: int
) -> None:
    reads(NAME, TECHNIQUE)
    masked = mask(dataset(cine(count, [NAME, TECHNIQUE])), make())
    for frame in range(count):
        assert hidden(masked, NAME, frame)
        assert shown(masked, TECHNIQUE, frame)
    assert same_outside(masked)
    places = [(row.frame, row.x, row.y, row.width, row.height) for row in masked.rows]
    assert len(places) == len(set(places)), "a box is told once"


def test_text_in_one_frame_is_covered_there_and_the_others_are_as_they_were(make: MakeEngine) -> None:
    odd = Text("KAUFMAN MARY", 100, 120, 20)
    masked = mask(dataset(cine(12, [TECHNIQUE], frame5=odd)), make())
    assert hidden(masked, odd, 5)
    assert {row.frame for row in masked.rows} == {5}
    before, after = samples(masked.before), samples(masked.after)
    assert (np.delete(before, 5, axis=0) == np.delete(after, 5, axis=0)).all()
    assert same_outside(masked)


def test_an_odd_frame_loses_the_common_text_too(make: MakeEngine) -> None:
    odd = Text("KAUFMAN MARY", 100, 120, 20)
    masked = mask(dataset(cine(12, [NAME], frame0=odd)), make())
    assert hidden(masked, odd, 0)
    assert all(hidden(masked, NAME, frame) for frame in range(12))
    assert not masked.covered(7)[letters(odd)].any()


def test_text_that_changes_from_frame_to_frame_is_covered_in_each(make: MakeEngine) -> None:
    lines = [Text(f"07/22/2013 1{n % 3}:{n * 7 % 60:02}:{n * 13 % 60:02}", 10, 6) for n in range(10)]
    masked = mask(dataset(np.stack([page([line], n) for n, line in enumerate(lines)])), make())
    for frame, line in enumerate(lines):
        assert masked.covered(frame)[letters(line)].mean() > 0.98


# -- kinds of pixels -------------------------------------------------------------------------------


def stored(values: NDArray[Any], bits: int, **attributes: object) -> Dataset:
    """Grey values of 16 bits allocated."""
    ds = dataset(np.zeros((ROWS, COLUMNS), np.uint8))
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, bits, bits - 1
    ds.PixelRepresentation = int(values.dtype.kind == "i")
    ds.PixelData = values.astype(f"<{values.dtype.kind}2").tobytes()
    ds["PixelData"].VR = "OW"
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def palette() -> Dataset:
    """Value n is the grey 255 - n: high values are dark."""
    ds = dataset(255 - page(), PhotometricInterpretation="PALETTE COLOR")
    entries = (np.arange(256)[::-1] * 257).astype("<u2").tobytes()
    for colour in ("Red", "Green", "Blue"):
        setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(ds, f"{colour}PaletteColorLookupTableData", entries)
    return ds


def colour(photometric: str = "RGB", planar: int = 0) -> Dataset:
    pixels = np.stack([tissue(ROWS, COLUMNS, seed) for seed in (1, 2, 3)], axis=2)
    pixels[..., 1] = page()
    if photometric == "YBR_FULL":
        pixels[..., 0], pixels[..., 1:] = page(), 128
    ds = dataset(pixels[..., 0])
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, photometric, planar
    ds.PixelData = (pixels.transpose(2, 0, 1) if planar else pixels).tobytes()
    return ds


WIDE = page().astype(np.int32)
KINDS: dict[str, Callable[[], Dataset]] = {
    "inverted": lambda: dataset(255 - page(), PhotometricInterpretation="MONOCHROME1"),
    "inverted with a window": lambda: dataset(
        255 - page(), PhotometricInterpretation="MONOCHROME1", WindowCenter="100", WindowWidth="120"
    ),
    "12 bits": lambda: stored((WIDE * 16).astype(np.uint16), 12),
    "12 bits with a window": lambda: stored(
        (WIDE * 8 + 900).astype(np.uint16), 12, RescaleSlope="2", RescaleIntercept="-1024",
        WindowCenter="1500", WindowWidth="1200",
    ),
    "12 bits inverted": lambda: stored(
        (4095 - WIDE * 16).astype(np.uint16), 12, PhotometricInterpretation="MONOCHROME1"
    ),
    "16 bits signed with a window": lambda: stored(
        (WIDE * 8 - 1024).astype(np.int16), 16, RescaleSlope="1", RescaleIntercept="0",
        WindowCenter=["40", "300"], WindowWidth=["400", "1500"],
    ),
    "12 bits signed": lambda: stored((WIDE * 8 - 1024).astype(np.int16), 12),
    "a falling slope with a window": lambda: stored(
        (3000 - WIDE * 8).astype(np.uint16), 12, RescaleSlope="-1", RescaleIntercept="3000",
        WindowCenter="1000", WindowWidth="3000",
    ),
    "inverted with a falling slope": lambda: stored(
        (1000 + WIDE * 8).astype(np.uint16), 12, PhotometricInterpretation="MONOCHROME1",
        RescaleSlope="-1", RescaleIntercept="3000", WindowCenter="1000", WindowWidth="3000",
    ),
    "palette": palette,
    "RGB": colour,
    "RGB in planes": lambda: colour(planar=1),
    "YBR": lambda: colour("YBR_FULL"),
}  # fmt: skip


def brightness(ds: Dataset, pixels: NDArray[Any]) -> NDArray[Any]:
    """How bright a viewer shows stored values."""
    if ds.PhotometricInterpretation == "PALETTE COLOR":
        return apply_color_lut(pixels, ds).astype(float).sum(axis=-1)
    if ds.SamplesPerPixel == 3:
        return (pixels[..., 0] if ds.PhotometricInterpretation == "YBR_FULL" else pixels).astype(float)
    return windowed(ds, apply_modality_lut(pixels, ds))


def windowed(ds: Dataset, values: NDArray[Any]) -> NDArray[Any]:
    """How bright a viewer shows values behind the modality's transformation.

    pydicom takes the range of the output from stored values, and turns it round where the slope is falling.
    """
    plain = Dataset()
    plain.PhotometricInterpretation = "MONOCHROME2"
    for keyword in ("WindowCenter", "WindowWidth", "BitsStored", "PixelRepresentation"):
        if keyword in ds:
            setattr(plain, keyword, ds[keyword].value)
    light = apply_voi_lut(values, plain, prefer_lut=False).astype(float)
    return -light if ds.PhotometricInterpretation == "MONOCHROME1" else light


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_covered_is_black_as_displayed_and_all_else_as_it_was(make: MakeEngine, kind: str) -> None:
    masked = mask(KINDS[kind](), make())
    assert all(hidden(masked, text) for text in LINES)
    assert masked.covered().mean() < 0.5
    assert same_outside(masked)
    before, after = samples(masked.before)[0], samples(masked.after)[0]
    covered = masked.covered()
    black = after[covered]
    assert len(np.unique(black, axis=0)) == 1
    if kind == "YBR":
        assert (black[0] == (0, 128, 128)).all()
    lights = brightness(masked.after, after)
    assert (lights[covered] <= brightness(masked.before, before).min()).all()
    if "WindowCenter" in masked.after:
        assert (lights[covered] == windowed(masked.before, np.array([-1e6, 1e6])).min()).all()


# -- what is not searched --------------------------------------------------------------------------


def one_bit() -> Dataset:
    bits = np.packbits(page() > 200, bitorder="little")
    ds = dataset(page(), SOPClassUID="1.2.840.10008.5.1.4.1.1.7.1")
    ds.BitsAllocated = ds.BitsStored = 1
    ds.HighBit = 0
    ds.PixelData = bits.tobytes()
    return ds


def no_pixels() -> Dataset:
    ds = dataset(page())
    del ds.PixelData
    return ds


def no_size() -> Dataset:
    ds = dataset(page())
    ds.PixelData = b""
    return ds


UNSEARCHED: dict[str, Callable[[], Dataset]] = {
    "a segmentation": lambda: dataset(page(), SOPClassUID="1.2.840.10008.5.1.4.1.1.66.4", Modality="SEG"),
    "a dose": lambda: dataset(page(), SOPClassUID="1.2.840.10008.5.1.4.1.1.481.2", Modality="RTDOSE"),
    "one bit": one_bit,
    "no pixel data": no_pixels,
    "empty pixel data": no_size,
}


@pytest.mark.parametrize("kind", UNSEARCHED)
@pytest.mark.usefixtures("blind")
def test_what_is_no_picture_is_not_searched(make: MakeEngine, kind: str) -> None:
    masked = mask(UNSEARCHED[kind](), make())
    assert masked.after.get("PixelData") == masked.before.get("PixelData")
    assert not masked.rows
    assert CLEAN_PIXELS not in masked.codes
    assert "BurnedInAnnotation" not in masked.after


# -- transfer syntaxes -----------------------------------------------------------------------------


def jpeg(pixels: NDArray[np.uint8]) -> bytes:
    stream = io.BytesIO()
    Pillow.fromarray(pixels).save(stream, "JPEG", quality=95)
    return stream.getvalue() + b"\0" * (stream.tell() % 2)


def compressed(syntax: str, ds: Dataset) -> Dataset:
    if syntax == JPEGBaseline8Bit:
        ds.PixelData = encapsulate([jpeg(frame) for frame in samples(ds)])
        ds.file_meta.TransferSyntaxUID = UID(syntax)
        ds.LossyImageCompression = "01"
    elif syntax != ExplicitVRLittleEndian:
        plugin = "pydicom" if syntax == RLELossless else "pylibjpeg"
        ds.compress(syntax, encoding_plugin=plugin, generate_instance_uid=False)
    return ds


@pytest.mark.parametrize("photometric", ["MONOCHROME2", "MONOCHROME1"])
@pytest.mark.parametrize("syntax", [RLELossless, JPEGBaseline8Bit, JPEG2000Lossless])
def test_compressed_objects_keep_their_transfer_syntax(
    make: MakeEngine, syntax: str, photometric: str
) -> None:
    pixels = page() // 2 + 40
    if photometric == "MONOCHROME1":
        pixels = 255 - pixels
    masked = mask(compressed(syntax, dataset(pixels, PhotometricInterpretation=photometric)), make())
    assert masked.after.file_meta.TransferSyntaxUID == syntax
    assert all(hidden(masked, text) for text in LINES)
    before, after = samples(masked.before)[0], samples(masked.after)[0]
    covered = masked.covered()
    assert len(np.unique(after[covered])) == 1
    darkest = brightness(masked.before, before).min()
    assert (brightness(masked.after, after)[covered] <= darkest).all()
    assert masked.after.BurnedInAnnotation == "NO"
    if syntax == JPEGBaseline8Bit:  # whole blocks of 8 by 8 are black
        blocks = covered.reshape(ROWS // 8, 8, COLUMNS // 8, 8).any(axis=(1, 3))
        covered = blocks.repeat(8, axis=0).repeat(8, axis=1)
    assert (before[~covered] == after[~covered]).all()


@pytest.mark.parametrize("syntax", [RLELossless, JPEGBaseline8Bit, JPEG2000Lossless])
def test_compressed_frames_without_text_keep_their_bytes(make: MakeEngine, syntax: str) -> None:
    odd = Text("KAUFMAN MARY", 100, 120, 20)
    masked = mask(compressed(syntax, dataset(cine(9, [], frame4=odd))), make())
    assert hidden(masked, odd, 4)
    old, new = (list(frames(ds)) for ds in (masked.before, masked.after))
    assert [number for number in range(9) if old[number] != new[number]] == [4]


def frames(ds: Dataset) -> Iterator[bytes]:
    """The frames' bytes, without the comment that the encoder of JPEG 2000 leaves, and beam-phi zeroes."""
    for frame in generate_frames(ds.PixelData, number_of_frames=int(ds.NumberOfFrames)):
        at = frame.find(b"\xff\x64\0") if frame.startswith(b"\xff\x4f") else -1
        if at >= 0:
            behind = at + 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
            frame = frame[: at + 4] + frame[behind:]
        yield frame


# -- slices of a series ----------------------------------------------------------------------------


def test_slices_seen_together_are_masked_as_by_themselves(
    make: MakeEngine, reads: Callable[..., None]
) -> None:
    reads(*LINES, *MARKS)
    engine = make()
    series = engine.series()
    pages = [dataset(page(seed=seed), SOPInstanceUID=f"1.2.3.4.{seed}") for seed in range(6)]
    for number, ds in enumerate(pages):
        data = file_of(ds)
        series.add(number, Source(io.BytesIO(data), len(data)))
    seen = series.seen()
    assert set(seen) == set(range(6))
    for number, ds in enumerate(pages):
        masked = mask(ds, engine, seen[number])
        assert all(hidden(masked, text) for text in LINES)
        assert all(shown(masked, text) for text in MARKS)
        assert same_outside(masked)
        assert {row.data_class for row in masked.rows} >= {"patient-name", "birth-date", "patient-id"}
        places = [(row.x, row.y, row.width, row.height) for row in masked.rows]
        assert len(places) == len(set(places))


@pytest.mark.parametrize("read", ["07/22/43", "01.09.12", "L3451"])
def test_what_looks_like_a_mark_and_is_about_the_patient_goes_from_slices_seen_together(
    make: MakeEngine, reads: Callable[..., None], read: str
) -> None:
    """Dates with a year of two digits, and an id that only the header tells from a mark."""
    reads(NAME, read=read)
    engine = make()
    series = engine.series()
    pages = [
        dataset(page([NAME], seed), PatientID="L3451", SOPInstanceUID=f"1.2.3.4.{seed}") for seed in range(6)
    ]
    for number, ds in enumerate(pages):
        data = file_of(ds)
        series.add(number, Source(io.BytesIO(data), len(data)))
    seen = series.seen()
    assert set(seen) == set(range(6))
    assert all(hidden(mask(ds, engine, seen[number]), NAME) for number, ds in enumerate(pages))


def test_few_slices_and_those_of_no_series_are_looked_at_by_themselves(make: MakeEngine) -> None:
    series = make().series()
    for number in range(3):
        data = file_of(dataset(page([NAME], number)))
        series.add(number, Source(io.BytesIO(data), len(data)))
    for number in range(3, 9):
        data = file_of(dataset(page([NAME], number), SeriesInstanceUID=""))
        series.add(number, Source(io.BytesIO(data), len(data)))
    assert not series.seen()


def test_alone_odd_declared_and_many_framed_images_are_left_to_themselves(make: MakeEngine) -> None:
    series = make().series()
    pages = {number: dataset(page([NAME], number)) for number in range(9)}
    pages[4] = dataset(burned(page([NAME]), [Text("KAUFMAN MARY", 100, 120, 20)]))
    pages[10] = dataset(page([NAME]), SeriesInstanceUID="1.2.3.4.2")
    pages[11] = dataset(page([NAME]), BurnedInAnnotation="YES")
    pages[12] = dataset(cine(2, [NAME]))
    pages[13] = dataset(page([NAME])[:, :-16])
    for number, ds in pages.items():
        data = file_of(ds)
        series.add(number, Source(io.BytesIO(data), len(data)))
    assert set(series.seen()) == set(range(9)) - {4}


def test_the_engine_is_one_for_the_process() -> None:
    assert text_engine("onnx") is text_engine("onnx")
