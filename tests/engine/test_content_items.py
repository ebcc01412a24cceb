"""PS3.15 Table E.3.4-1: all 214 rows, each option column, and a tree that stays readable."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from support.masking import mask, masked

from beam_phi.formats.dicom.content_items import Concept, concepts

ROWS = [row for rows in concepts().values() for row in rows]
STRUCTURED = "clean-structured-content"
COLUMNS = sorted({option for row in ROWS for option in row.options})

VALUES = {
    "TEXT": ("TextValue", "vial 12 opened"),
    "PNAME": ("PersonName", "Quobbler^Zed"),
    "DATE": ("Date", "20130713"),
    "TIME": ("Time", "101530"),
    "DATETIME": ("DateTime", "20130713101530"),
    "UIDREF": ("UID", "1.2.3.4711"),
}


def item(**values: object) -> Dataset:
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def code(value: str, scheme: str, meaning: str) -> Dataset:
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def content_item(row: Concept) -> Dataset:
    name = code(row.code, row.scheme, row.meaning)
    if len(row.code) > 16:
        name = item(LongCodeValue=row.code, CodingSchemeDesignator=row.scheme, CodeMeaning=row.meaning)
    ds = item(RelationshipType="CONTAINS", ValueType=row.value_type, ConceptNameCodeSequence=[name])
    if row.value_type in VALUES:
        keyword, value = VALUES[row.value_type]
        setattr(ds, keyword, value)
    elif row.value_type == "CODE":
        ds.ConceptCodeSequence = [code("248152002", "SCT", "Quobbler")]
    elif row.value_type == "NUM":
        ds.MeasuredValueSequence = [
            item(NumericValue="93", MeasurementUnitsCodeSequence=[code("a", "UCUM", "years")])
        ]
    elif row.value_type == "CONTAINER":
        ds.ContinuityOfContent = "SEPARATE"
        ds.ContentSequence = [
            item(
                RelationshipType="CONTAINS",
                ValueType="TEXT",
                ConceptNameCodeSequence=[code("1", "99T", "inner")],
                TextValue="Quobbler 4711",
            )
        ]
    else:
        ds.ReferencedSOPSequence = [
            item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2", ReferencedSOPInstanceUID="1.2.3.4711")
        ]
    return ds


def report(*items: Dataset) -> Dataset:
    return item(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.88.33",
        SOPInstanceUID="1.2.3.4",
        PatientName="Davidson^Douglas",
        PatientID="292821506",
        ValueType="CONTAINER",
        ContinuityOfContent="SEPARATE",
        ConceptNameCodeSequence=[code("18748-4", "LN", "Diagnostic Imaging Report")],
        ContentSequence=Sequence(items),
    )


def shape(row: Concept, options: set[str]) -> str:
    """What the row asks for under these options, worked out anew from the table's cells."""
    cells = {row.options[o] for o in options if o in row.options}
    if "C" in cells:
        return "C"
    if "K" in cells:
        return "K"
    return {"X": "X", "D": "D", "X/D": "D"}[row.basic]


def key(ds: Dataset) -> tuple[str, str, str]:
    name = ds.ConceptNameCodeSequence[0]
    return name.CodingSchemeDesignator, name.get("CodeValue") or name.LongCodeValue, ds.ValueType


@pytest.mark.parametrize("option", ["", *COLUMNS])
def test_every_row_under_each_option(option: str) -> None:
    options = [STRUCTURED, *([option] if option else [])]
    out = masked(report(*map(content_item, ROWS)), f"{{options: [{', '.join(options)}]}}")
    left = {key(ds): ds for ds in out.ContentSequence}
    assert len(ROWS) == 214
    for row in ROWS:
        found = left.get((row.scheme, row.code, row.value_type))
        wanted = shape(row, set(options))
        assert (found is None) == (wanted == "X"), row
        if found is not None:
            check(row, found, wanted)


def check(row: Concept, found: Dataset, wanted: str) -> None:
    if row.value_type in VALUES:
        keyword, old = VALUES[row.value_type]
        new = getattr(found, keyword)
        assert new not in ("", None), row
        if wanted == "K" or (wanted == "C" and row.value_type in ("TEXT", "TIME")):
            assert new == old, row
        else:
            assert new != old, row
        if wanted == "D":
            assert not set(str(old).split()) & set(str(new).split()), row
    elif row.value_type in ("COMPOSITE", "IMAGE", "WAVEFORM"):
        uid = found.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
        assert (uid == "1.2.3.4711") == (wanted == "K"), row
    elif row.value_type == "NUM":
        assert found.MeasuredValueSequence[0].NumericValue == 90, "ages are capped"


def test_an_item_that_goes_leaves_a_valid_tree() -> None:
    """Nested items go with their parent, the last one with its sequence."""
    gone = content_item(next(row for row in ROWS if row.meaning == "Room Identification"))
    outer = content_item(next(row for row in ROWS if row.meaning == "Impression Description"))
    outer.ContentSequence = [gone]
    kept = content_item(next(row for row in ROWS if row.meaning == "Finding Site"))
    kept.ContentSequence = [gone, outer, gone]
    out = masked(report(kept, gone), f"{{options: [{STRUCTURED}]}}")
    (only,) = out.ContentSequence
    (inner,) = only.ContentSequence
    assert "ContentSequence" not in inner


def test_where_items_are_called_by_position_none_is_taken_out() -> None:
    gone = content_item(next(row for row in ROWS if row.meaning == "Room Identification"))
    reference = item(RelationshipType="INFERRED FROM", ReferencedContentItemIdentifier=[1, 2])
    out = masked(report(gone, reference), f"{{options: [{STRUCTURED}]}}")
    first, second = out.ContentSequence
    assert first.TextValue == "REDACTED"
    assert second.ReferencedContentItemIdentifier == [1, 2]


def test_without_the_option_all_of_a_report_is_dummies() -> None:
    text = item(ValueType="TEXT", ConceptNameCodeSequence=[code("1", "99T", "note")], TextValue="Quobbler")
    nested = item(ValueType="CONTAINER", ContentSequence=[text])
    out = masked(report(nested, text))
    assert out.ContentSequence[1].TextValue == "REDACTED", "behind a nested sequence, too"
    assert out.ContentSequence[0].ContentSequence[0].TextValue == "REDACTED"
    assert out.ContentSequence[1].ConceptNameCodeSequence[0].CodeMeaning == "note"


def test_acquisition_context_items_are_treated_by_concept_too() -> None:
    ds = item(SOPClassUID="1.2.840.10008.5.1.4.1.1.2", SOPInstanceUID="1.2.3", PatientID="1")
    gone = content_item(next(row for row in ROWS if row.meaning == "Room Identification"))
    kept = item(ValueType="NUMERIC", ConceptNameCodeSequence=[code("1", "99T", "tilt")], NumericValue="12.5")
    ds.AcquisitionContextSequence = [gone, kept]
    out = masked(ds, f"{{options: [{STRUCTURED}]}}")
    assert [i.NumericValue for i in out.AcquisitionContextSequence] == [12.5]


@pytest.mark.parametrize("options", ["", STRUCTURED, f"{STRUCTURED}, clean-descriptors, modified-dates"])
def test_dcmtk_reads_the_tree_as_before(tmp_path: Path, options: str) -> None:
    if shutil.which("dsrdump") is None:
        pytest.skip("dcmtk is not installed")
    data = Path(get_testdata_file("test-SR.dcm")).read_bytes()
    (tmp_path / "sr.dcm").write_bytes(mask(data, f"{{options: [{options}]}}")[0])
    done = subprocess.run(["dsrdump", tmp_path / "sr.dcm"], capture_output=True)
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.count(b"CONTAINER") == 3
