"""The catalogue of machines: how a recipe of deid becomes black boxes, and that the engine paints them."""

from __future__ import annotations

import io
import re
import runpy
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pydicom
import pytest
import yaml
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, UltrasoundImageStorage

from beam_phi.engine import Engine
from beam_phi.formats import Source
from beam_phi.library.attributes import IMAGE_ATTRIBUTES
from beam_phi.library.load import load
from beam_phi.library.model import BlackBoxRule, Box
from beam_phi.masking.keys import parse
from beam_phi.matching import selects

ROOT = Path(__file__).parents[2]
TOOL = runpy.run_path(str(ROOT / "tools" / "make_devices.py"))
PRESET = TOOL["OUTPUT"]
TEXT = PRESET.read_text("utf-8")
GENERATED = yaml.safe_load(TEXT)["black_boxes"]
RULES = {rule.name: rule for rule in load("basic").black_boxes}

RECIPE = """\
FORMAT dicom

%filter graylist

LABEL Flag only # (A)
  contains Modality CT

LABEL One, two # (B)
  contains Modality US
  # a comment
  + contains Manufacturer GE|Kretz
  + equals Rows 600
  ctpcoordinates 10,590,200,40
  + equals Columns 100
  coordinates 5,0,50, 30
LABEL Either
  contains Modality CT
  + contains ImageType SAVE || contains SeriesDescription Dose
  coordinates 0,0,512,121
LABEL Either
  contains Modality CT
  + contains SeriesDescription Dose
  coordinates 0,0,512,121
LABEL Patterns
  contains ManufacturerModelName AS+
  + contains Manfacturer GE
  + contains Manufacturer MEDICAL
  + notequals StationName A.1
  + notcontains ProtocolName x
  + equals Rows 600|768
  + contains ImageType DERIVED+SECONDARY
  ctpcoordinates 0,0,800,700

%filter blacklist

LABEL Unknown attribute
  contains Modality CT
  + contains CodeMeaning Phantom
  ctpcoordinates 0,0,512,200
LABEL Missing
  missing Manufacturer || empty Manufacturer
  coordinates 0,0,5,5
LABEL Loose
  contains Modality CT
  || contains Modality MR
  coordinates 0,0,5,5
LABEL Mixed
  contains Modality CT + contains Rows 5 || contains Modality MR
  coordinates 0,0,5,5
LABEL Blank
  coordinates all
LABEL Kept
  contains Modality US
  keepcoordinates 0,0,5,5
LABEL Everything
  coordinates 0,0,5,5
LABEL Outside
  equals Rows 10
  coordinates 0,10,5,20
LABEL Garbled
  containing Modality US
  coordinates 0,0,5,5

%header

REMOVE LABEL
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, BlackBoxRule], dict[str, str]]:
    """The rules of the small recipe as a library has them, and the reasons for what is left out."""
    text = TOOL["rendered"]("deid 0", RECIPE)
    path = tmp_path_factory.mktemp("devices") / "devices.yaml"
    path.write_text(text, "utf-8")
    load(str(path))
    rules = {rule.name: rule for rule in load(str(path)).black_boxes if rule.name.startswith("deid-")}
    return rules, dict(re.findall(r"^#   (.+?): (.+)$", text, re.MULTILINE))


def test_every_label_with_coordinates_is_a_rule_or_left_out(
    small: tuple[dict[str, BlackBoxRule], dict[str, str]],
) -> None:
    rules, left_out = small
    assert list(rules) == ["deid-one-two-1", "deid-either-1", "deid-either-2", "deid-patterns-1"]
    assert left_out == {
        "Either": "the same as deid-either-2",
        "Unknown attribute": "CodeMeaning is no attribute of selectors",
        "Missing": "'missing' can't be said in a selector",
        "Loose": "its lines are joined by ||",
        "Mixed": "a line mixes || and +",
        "Blank": "coordinates 'all' are no box",
        "Kept": "it says what to keep, and boxes say what to cover",
        "Everything": "it has no condition and would fit every image",
        "Outside": "its boxes lie outside the image",
        "Garbled": "'containing Modality US' is no condition",
    }


def test_boxes_of_both_kinds_are_cut_to_the_image(
    small: tuple[dict[str, BlackBoxRule], dict[str, str]],
) -> None:
    assert small[0]["deid-one-two-1"].boxes == (Box(10, 590, 90, 10), Box(5, 0, 45, 30))
    assert small[0]["deid-patterns-1"].boxes == (Box(0, 0, 800, 700),)


FITS = {
    "deid-one-two-1": {
        "modality": "US", "manufacturer": "KRETZTECHNIK", "rows": "600", "columns": "100"
    },
    "deid-either-1": {"modality": "CT", "image_type": "DERIVED\\SCREEN SAVE"},
    "deid-either-2": {"modality": "CT", "series_description": "dose report"},
    "deid-patterns-1": {
        "model": "Definition ASS", "manufacturer": "Medical GE", "station": "A11", "protocol": "",
        "rows": "768", "image_type": "DERIVED\\SECONDARY\\AXIAL",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "change", "fits"),
    [
        *((name, {}, True) for name in FITS),
        ("deid-one-two-1", {"manufacturer": "ge"}, True),
        ("deid-one-two-1", {"manufacturer": "Philips"}, False),
        ("deid-one-two-1", {"rows": "1600"}, False),
        ("deid-either-1", {"image_type": "DERIVED"}, False),
        ("deid-patterns-1", {"model": "Definition A"}, False),
        ("deid-patterns-1", {"manufacturer": "GE"}, False),
        ("deid-patterns-1", {"manufacturer": "Medical"}, False),
        ("deid-patterns-1", {"station": "A.1"}, False),
        ("deid-patterns-1", {"protocol": "axial"}, False),
        ("deid-patterns-1", {"rows": "600"}, True),
        ("deid-patterns-1", {"rows": "512"}, False),
        ("deid-patterns-1", {"image_type": "DERIVED\\PRIMARY"}, False),
    ],
)
def test_conditions(
    small: tuple[dict[str, BlackBoxRule], dict[str, str]], name: str, change: Mapping[str, str], fits: bool
) -> None:
    image = dict.fromkeys(IMAGE_ATTRIBUTES, "") | FITS[name] | change
    assert selects(small[0][name].when, image) is fits


def test_every_generated_rule_loads() -> None:
    load(str(PRESET))
    assert len(GENERATED) > 100
    assert set(GENERATED) < set(RULES)
    assert {"nordlys-portaview-3", "nordlys-sonoline-8"} < set(RULES)


def test_what_is_left_out_is_told() -> None:
    left_out = re.findall(r"^#   (.+?): (.+)$", TEXT, re.MULTILINE)
    unknown = [(name, reason) for name, reason in left_out if not reason.startswith("the same as ")]
    assert unknown == [
        ("CT Dose Series", "CodeMeaning is no attribute of selectors"),
        ("Overlay", "OverlayDescription is no attribute of selectors"),
        ("MINDRAY", "ImplementationVersionName is no attribute of selectors"),
    ]
    same = {reason.removeprefix("the same as ") for _, reason in left_out} - {reason for _, reason in unknown}
    assert same < set(GENERATED)


BY_HAND = [
    # LABEL ATL HDI 5000 # (CTP)
    #   contains Modality US
    #   + contains Manufacturer ATL
    #   + equals Rows 476
    #   + equals Columns 640
    #   + contains ManufacturerModelName HDI 5000
    #   ctpcoordinates 40,0,200,40
    #   ctpcoordinates 240,0,190,16
    (
        "deid-atl-hdi-5000-1",
        {"Modality": "US", "Manufacturer": "ATL", "Rows": 476, "Columns": 640,
         "ManufacturerModelName": "HDI 5000"},
        [Box(40, 0, 200, 40), Box(240, 0, 190, 16)],
    ),
    # LABEL LightSpeed Dose Report # (Susan Weber)
    #   contains ManufacturerModelName LightSpeed VCT
    #   + contains Modality CT
    #   + contains ImageType SCREEN SAVE || contains SeriesDescription Dose
    #   coordinates 0,0,512,121
    (
        "deid-lightspeed-dose-report-2",
        {"Modality": "CT", "Manufacturer": "G.E.", "ManufacturerModelName": "LightSpeed VCT", "Rows": 512,
         "Columns": 512, "SeriesDescription": "Dose Report"},
        [Box(0, 0, 512, 121)],
    ),
    # LABEL Toshiba Aquilion One CT Dose Series # (CTP)
    #   contains Modality CT
    #   + contains Manufacturer TOSHIBA
    #   + equals Rows 512
    #   + equals Columns 512
    #   + equals WindowWidth 1
    #   + contains ManufacturerModelName Aquilion ONE
    #   + contains ImageType SECONDARY
    #   ctpcoordinates 0,0,410,240
    (
        "deid-toshiba-aquilion-one-ct-dose-series-1",
        {"Modality": "CT", "Manufacturer": "TOSHIBA", "ManufacturerModelName": "Aquilion ONE", "Rows": 512,
         "Columns": 512, "WindowWidth": "1", "WindowCenter": "1", "ImageType": ["DERIVED", "SECONDARY"]},
        [Box(0, 0, 410, 240)],
    ),
    # LABEL ADAC # (CTP)
    #   equals Rows 832
    #   + equals Columns 1024
    #   + contains Manfacturer ADAC
    #   ctpcoordinates 0,0,1024,80
    #   ctpcoordinates 0,762,1024,80
    (
        "deid-adac-1",
        {"Modality": "NM", "Manufacturer": "ADAC", "Rows": 832, "Columns": 1024},
        [Box(0, 0, 1024, 80), Box(0, 762, 1024, 70)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "header", "boxes"), BY_HAND, ids=lambda value: str(value)[:40])
def test_the_engine_paints_them(name: str, header: Mapping[str, object], boxes: list[Box]) -> None:
    engine = Engine(load("basic"), parse("ab" * 32), "none")
    assert _painted(engine, header) == (boxes, {name})
    assert _painted(engine, {**header, "Manufacturer": "X", "ManufacturerModelName": "Y"}) == ([], set())
    assert _painted(engine, {**header, "SeriesDescription": "", "Rows": 7}) == ([], set())
    assert _painted(engine, header) == (boxes, {name})


def _painted(engine: Engine, header: Mapping[str, object]) -> tuple[list[Box], set[str]]:
    """The boxes that come out black, all else being as it was, and the rules that say so."""
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = UltrasoundImageStorage, "1.2.3"
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    for keyword, value in header.items():
        setattr(ds, keyword, value)
    ds.PixelData = b"\x64" * (ds.Rows * ds.Columns + ds.Rows * ds.Columns % 2)
    ds["PixelData"].VR = "OB"
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID, ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPClassUID, "1.2.3"
    out = io.BytesIO()
    pydicom.dcmwrite(out, ds, enforce_file_format=True)
    data = out.getvalue()
    result = engine.mask("a.dcm", "0" * 32, "dicom", Source(io.BytesIO(data), len(data)))
    rows = [row for row in result.annotations() if row.location == "pixels"]
    pixels = pydicom.dcmread(io.BytesIO(b"".join(result.content.chunks()))).pixel_array
    result.close()
    boxes = [Box(row.x or 0, row.y or 0, row.width or 0, row.height or 0) for row in rows]
    expected = np.full((ds.Rows, ds.Columns), 100)
    for box in boxes:
        expected[box.y : box.y + box.height, box.x : box.x + box.width] = 0
    assert (pixels == expected).all()
    return boxes, {row.matcher for row in rows}
