"""Folder and file names, masked by the engine under the built-in libraries."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from beam_phi.engine import Engine
from beam_phi.identity.canonical import subject_key
from beam_phi.library.load import load
from beam_phi.masking import Context, build
from beam_phi.masking.keys import MasterKey

KEY = MasterKey(bytes(range(32)))
TAG = re.compile(r"~[a-z2-7]{8}")


@pytest.fixture(scope="module")
def mask() -> Callable[[str], str]:
    return Engine(load("basic"), KEY, "none").mask_path


def header(data_class: str, value: str) -> str:
    """What the value becomes in a header."""
    library = load("basic")
    rule = library.rules[library.classes[data_class].rule]
    return build(rule, KEY).mask(value, Context(data_class)) or ""


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("{} report.txt", ["Kowalczyk"]),
        ("CT {}_{} list.csv", ["Kowalczyk", "Zbigniew"]),
        ("{}{}/1.dcm", ["Davidson", "Douglas"]),
        ("{}_{}/1.dcm", ["Davidson", "D"]),
        ("Mr {}/1.dcm", ["Kowalczyk"]),
        ("{} ({})/1.dcm", ["Smith", "John"]),
        ("{}%20{}.dcm", ["Smith", "John"]),
        ("mr_{}_ct.dcm", ["smith"]),
        ("{}_{}/1.dcm", ["Иванов", "Иван"]),
        ("{}_{}/1.dcm", ["Mu\u0308ller", "Ju\u0308rgen"]),
        ("CT HEAD for {}/1.dcm", ["Davidson"]),
        ("{}_{}.json", ["Bennett146", "Swaniawski813"]),
    ],
)
def test_names_are_those_of_the_header(mask: Callable[[str], str], path: str, names: list[str]) -> None:
    masked = TAG.sub("", mask(path.format(*names)))
    assert masked == path.format(*(header("patient-name", name) for name in names))


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("MRN_{}/1.dcm", "778812"),
        ("MRN {}/1.dcm", "1234"),
        ("ID_{}/1.dcm", "12"),
        ("Patient {}/1.dcm", "00123"),
        ("{}/1.dcm", "P1234"),
        ("{}.dcm", "A123456"),
        ("{}/1.dcm", "A123456"),
        ("{}.dcm", "S12345"),
        ("{}/1.dcm", "123"),
        ("Study {}/1.dcm", "12345678"),
        ("MRN_{}-CT.dcm", "12-34-56"),
        ("{}.json", "704c9750-f6e6-473b-ee83-fbd48e07fe3f"),
    ],
)
def test_ids_are_those_of_the_header(mask: Callable[[str], str], path: str, number: str) -> None:
    assert TAG.sub("", mask(path.format(number))) == path.format(header("patient-id", number))


@pytest.mark.parametrize(
    "path",
    [
        "Pseudo-PHI-DICOM-Data/CT HEAD/1-1.dcm",
        "XR CHEST AP PORTABLE/2013/CR1",
        "metadata.csv",
        "discharge summary.txt",
        "lab_results.tsv",
        "DICOMDIR",
        "SE0002/IM-0001-0001.dcm",
        "t2_tse_tra_384_p2/T1_MPRAGE_SAG_ISO/fl3d_vibe_t1/ep2d_diff_b1000",
        "Thorax 1.0 B70f/CT_chest_2mm_B30f",
        "ThinSlice_MRHead/PatientName",
        "Head/May/Long",
        "12/3/4.dcm",
        "2013/x/07/13",
    ],
)
def test_ordinary_names_stay(mask: Callable[[str], str], path: str) -> None:
    assert mask(path) == path


def test_numbered_series_keep_their_words(mask: Callable[[str], str]) -> None:
    assert mask("SER00002/IM00001").startswith("SER")
    assert "/IM" in mask("SER00002/IM00001")
    assert re.fullmatch(r"1001\.000000-NA-\d+", mask("1001.000000-NA-37718"))


def test_trees_of_dates_keep_the_year_alone(mask: Callable[[str], str]) -> None:
    for path in ("2013/07/13/x.dcm", "2013/7/13/x.dcm", "2013-07/13/x.dcm", "PACS\\2013\\07\\13.dcm"):
        parts = re.split(r"[\\/]", TAG.sub("", mask(path)))
        assert [part for part in parts if part[0] in "20_"] in (["2013", "_", "_"], ["2013", "_"],
            ["2013", "_", "_.dcm"])  # fmt: skip
    assert mask("2013/07/13") != mask("2013/07/14")
    assert mask("2013/07/13/a").startswith(mask("2013/07/"))


@pytest.mark.parametrize("name", ["20130713_1422 CT", "2013-07-13 142205", "07-13-2013_1422", "2013-07 CT"])
def test_times_go_with_their_dates(mask: Callable[[str], str], name: str) -> None:
    assert re.fullmatch(r"2013[ _]{0,2}(CT)?", TAG.sub("", mask(name)))


def test_dates_are_shifted_by_a_patient_id_alone() -> None:
    """So that they agree with the headers: a name gives another number of days, and so the year is all."""
    library = load("research")
    mask = Engine(library, KEY, "none").mask_path
    rule = library.rules[library.classes["date"].rule]
    shifted = build(rule, KEY).mask("07-13-2013", Context("date", subject_key("778812"))) or ""
    assert shifted != "07-13-2013"
    assert shifted in mask("MRN_778812/07-13-2013 CT/1.dcm")
    assert shifted in mask("778812/07-13-2013 CT/1.dcm")
    for path in (
        "Davidson^Douglas/07-13-2013 CT",
        "Kowalczyk_Anna_07-13-2013",
        "Douglas Davidson/07-13-2013",
    ):
        assert re.search(r"[/_]2013(?: CT)?~", mask(path))
    assert TAG.sub("", mask("2013/07/13")) == "2013/_/_"
