"""The main job on the synthetic hospital: nothing planted survives, decoys stay, and everything still
joins.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from support.residue import lost_decoys, survivors
from support.runs import Run, rows_of

from beam_phi import load_library
from beam_phi.identity.canonical import canonical_id
from beam_phi.library.model import RuleSpec
from beam_phi.masking import Context, build
from beam_phi.masking.keys import resolve

LIBRARIES = ("basic", "research", "safe-harbor")
_TEXTS = (".csv", ".tsv", ".txt", ".json", ".hl7", ".837", ".xml")
#: What `research` keeps by its option Retain Device Identity.
KEPT_BY_RESEARCH = {"device-id"}


def _images(folder: Path) -> list[pydicom.Dataset]:
    images = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in _TEXTS:
            images.append(pydicom.dcmread(path, force=True, stop_before_pixels=True))
    return images


@pytest.mark.parametrize("masked", LIBRARIES, indirect=True)
def test_nothing_planted_survives_in_any_byte_name_or_table(masked: Run, truth: dict[str, Any]) -> None:
    assert masked.status == 0
    kept = KEPT_BY_RESEARCH if masked.output.name == "research" else set()
    planted = [each for each in truth["identifiers"] if each["class"] not in kept]
    assert len(planted) > 200
    assert survivors(masked.output, planted) == []


@pytest.mark.parametrize("masked", LIBRARIES, indirect=True)
def test_no_decoy_is_lost(masked: Run, truth: dict[str, Any]) -> None:
    assert len(truth["decoys"]) > 50
    assert lost_decoys(masked.output / "masked", truth["decoys"]) == []


@pytest.mark.parametrize("masked", LIBRARIES, indirect=True)
def test_every_input_file_has_one_outcome(masked: Run, hospital: Path) -> None:
    rows = rows_of(masked.output, "files")
    inputs = [path for path in hospital.rglob("*") if path.is_file()]
    assert len(rows) == len({row["file_id"] for row in rows}) == len(inputs)
    assert Counter(row["status"] for row in rows) == {"masked": len(inputs) - 1, "skipped": 1}
    written = {
        str(p.relative_to(masked.output / "masked"))
        for p in (masked.output / "masked").rglob("*")
        if p.is_file()
    }
    assert written == {row["output_path"] for row in rows if row["status"] == "masked"}


def test_metadata_csv_agrees_with_headers_and_tree(masked: Run, hospital: Path) -> None:
    """No date in clear, valid UIDs equal to those in the files, File Location equal to the masked folders."""
    tree = masked.output / "masked"
    before = list(csv.DictReader((hospital / "metadata.csv").open(encoding="utf-8")))
    after = list(csv.DictReader((tree / "metadata.csv").open(encoding="utf-8")))
    assert len(before) == len(after) > 10
    images = _images(tree)
    uids = {
        (image.get("StudyInstanceUID"), image.get("SeriesInstanceUID"), image.get("PatientID"))
        for image in images
    }
    folders = {
        "/".join(path.relative_to(tree).parts[:4])
        for path in tree.rglob("*")
        if path.is_file() and len(path.relative_to(tree).parts) > 4
    }
    for old, new in zip(before, after, strict=True):
        assert new["Study UID"].startswith("2.25.")
        assert pydicom.uid.UID(new["Study UID"]).is_valid
        assert (new["Study UID"], new["Series UID"], new["Subject ID"]) in uids
        assert new["SOP Class UID"] == old["SOP Class UID"]
        assert new["Study Date"] in (old["Study Date"][-4:], "")
        location = new["File Location"].removeprefix(".\\").replace("\\", "/")
        assert (tree / location).is_dir(), "File Location follows the renamed folders"
        assert location in folders


def test_headers_and_tables_name_one_pseudonym(masked: Run) -> None:
    """The same id has the same name in DICOM and in patients.csv, in each one's form."""
    names = {
        image.PatientID: str(image.PatientName).split("=")[0]
        for image in _images(masked.output / "masked")
        if "PatientID" in image
    }
    rows = list(csv.DictReader((masked.output / "masked" / "patients.csv").open(encoding="utf-8")))
    assert len(rows) == len(names) == 6
    for row in rows:
        family, _, given = row["LAST, First"].partition(", ")
        parts = names[row["MRN"]].split("^")
        assert parts[0].upper() == family.upper()
        assert parts[1].upper().split()[0] == given.upper().split()[0]


def _found(masked: Run, patterns: dict[str, str]) -> dict[str, set[str]]:
    """What the one group of a pattern finds in all files of a folder and ending."""
    tree = masked.output / "masked"
    return {
        glob: {each for path in tree.glob(glob) for each in re.findall(pattern, path.read_text("utf-8"))}
        for glob, pattern in patterns.items()
    }


@pytest.mark.parametrize("masked", ["basic", "research"], indirect=True)
def test_a_patient_has_one_id_in_every_format(masked: Run) -> None:
    ids = _found(
        masked,
        {
            "interfaces/*.hl7": r"PID\|1\|\|([^^|]+)",
            "billing/*.837": r"NM1\*IL\*1\*[^*]*\*[^*]*\*\*\*\*MI\*([^~]+)~",
            "fhir/*.json": r'"system": "urn:oid:1.2.36.146.595",\s*"value": "([^"]+)"',
            "ccd/*.xml": r'<id root="1.2.36.146.595" extension="([^"]+)"',
        },
    )
    images = {
        canonical_id(image.PatientID) for image in _images(masked.output / "masked") if "PatientID" in image
    }
    assert len(images) == 6
    for place, found in ids.items():
        assert {canonical_id(each) for each in found} == images, place


@pytest.mark.parametrize("masked", ["research"], indirect=True)
def test_dates_are_moved_alike_in_every_format(masked: Run) -> None:
    born = _found(
        masked,
        {
            "interfaces/*.hl7": r"\|(\d{8})\|[MF]\|",
            "billing/*.837": r"DMG\*D8\*(\d{8})",
            "fhir/*.json": r'"birthDate": "([\d-]+)"',
            "ccd/*.xml": r'birthTime value="(\d{8})"',
        },
    )
    dates = [{each.replace("-", "") for each in found} for found in born.values()]
    assert len(dates[0]) == 6
    assert all(each == dates[0] for each in dates)


@pytest.mark.parametrize("masked", ["research"], indirect=True)
def test_dates_keep_their_intervals(masked: Run, hospital: Path) -> None:
    """One whole-day shift for each patient, not 0, the same in headers and tables."""
    shifts: dict[str, set[int]] = {}
    originals = {_position(image): image for image in _images(hospital)}
    for image in _images(masked.output / "masked"):
        original = originals.get(_position(image))
        if original is None or not original.get("StudyDate"):
            continue
        days = _ordinal(image.StudyDate) - _ordinal(original.StudyDate)
        shifts.setdefault(image.PatientID, set()).add(days)
    assert len(shifts) >= 4
    assert all(len(days) == 1 and 0 not in days for days in shifts.values())


def _position(image: pydicom.Dataset) -> tuple[Any, ...]:
    """What is the same before and after in the sample, and differs between its images."""
    return tuple(
        str(image.get(keyword))
        for keyword in (
            "Modality",
            "InstanceNumber",
            "SeriesNumber",
            "PatientSex",
            "Rows",
            "WindowCenter",
            "SliceLocation",
        )
    )


def _ordinal(value: str) -> int:
    return date(int(value[:4]), int(value[4:6]), int(value[6:8])).toordinal()


def test_burned_in_boxes_are_black_and_nothing_else_changed(
    masked: Run, hospital: Path, key: Path, truth: dict[str, Any]
) -> None:
    uid = build(RuleSpec("uid", "uid", {}), resolve(str(key)))
    after = {
        pydicom.dcmread(p, force=True).SOPInstanceUID: p for p in (masked.output / "masked").rglob("1-1.dcm")
    }
    burned: dict[str, list[list[int]]] = {}
    for each in truth["burned_in"]:
        burned.setdefault(each["path"], []).append(each["box"])
    assert len(burned) >= 6
    for path, boxes in burned.items():
        original = pydicom.dcmread(hospital / path)
        old = original.pixel_array
        new = pydicom.dcmread(after[uid.mask(original.SOPInstanceUID, Context("uid"))]).pixel_array
        black = (1 << original.BitsStored) - 1 if original.PhotometricInterpretation == "MONOCHROME1" else 0
        rows = 0 if old.ndim == 2 else 1
        untouched = np.ones(old.shape[rows : rows + 2], bool)
        for x, y, width, height in boxes:
            area = (..., slice(y, y + height), slice(x, x + width)) + (
                () if old.ndim == 2 else (slice(None),)
            )
            assert old[area].min() != old[area].max()
            assert (new[area] == black).all()
        for rule in load_library("basic").black_boxes:
            for box in rule.boxes if rule.name.startswith("nordlys-") else ():
                untouched[box.y : box.y + box.height, box.x : box.x + box.width] = False
        changed = (old != new).any(axis=tuple(i for i in range(old.ndim) if i not in (rows, rows + 1)))
        assert not (changed & untouched).any()


def test_run_record_and_report(masked: Run) -> None:
    record = json.loads((masked.output / "run.json").read_text())
    assert record["command"] == "mask"
    assert record["finished"] >= record["started"]
    assert record["counts"]["files"]["by_format"]["dicom"] == {"masked": 40}
    report = (masked.output / "report.html").read_text()
    assert "<html" in report
    assert "http" not in report.replace("http-equiv", "")
