"""Fixed width through the engine: by its layout a file is masked as a table is, without one as text."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from support.files import engine_of, everything, mask_file, members, planted_in, zipped
from support.runs import rows_of

from beam_phi.cli import main
from beam_phi.engine import Quarantine
from beam_phi.formats import FormatError, detect

TEMPLATE = str(Path(__file__).parents[2] / "templates" / "library" / "fixed-width.yaml")
NAME = "a/extracts/2013.dat"


def patient(mrn: str, name: str, born: str, phone: str) -> str:
    return f"01{mrn:<10}{name:<30}{born}M{phone:<12}{'':17}"


def stay(mrn: str, day: str, doctor: str, comment: str) -> str:
    return f"02{mrn:<10}{day}{doctor:<30}{comment:<60}"


PLANTED = ("davidson", "douglas", "29282150", "19760616", "617-555-0134", "Osmin", "Kelvar")
EXTRACT = "\r\n".join(
    [
        "Extract for Dr. Kelvar Osmin, 2013-02-14",
        patient("29282150", "DAVIDSON, DOUGLAS", "19760616", "617-555-0134"),
        stay("29282150", "20130214", "Osmin, Kelvar", "Mr. Davidson walks. No fever."),
        "2 records, asked by Douglas Davidson",
        "",
    ]
).encode()


def library(folder: Path, layouts: str, extends: str = "basic") -> str:
    path = folder / "library.yaml"
    path.write_text(f"name: test\nextends: {extends}\nlayouts:\n{layouts}", "utf-8")
    return str(path)


def refused(name: str, data: bytes, chosen: str = TEMPLATE) -> str:
    with pytest.raises(Quarantine) as refusal:
        mask_file(name, data, chosen)
    assert not planted_in(str(refusal.value).encode(), *PLANTED)
    return refusal.value.reason


def test_a_file_is_masked_by_the_names_of_its_columns() -> None:
    masked, _, annotations = mask_file(NAME, EXTRACT, TEMPLATE)
    assert planted_in(masked, *PLANTED) == []
    lines = masked.split(b"\r\n")
    assert [len(line) for line in lines[1:3]] == [80, 110]
    assert lines[1][2:12] == lines[2][2:12]
    assert lines[1].startswith(b"01")
    assert lines[1][42:51] == b"1976    M"
    assert lines[2].startswith(b"02")
    assert b"walks. No fever." in lines[2]
    assert {(each.location, each.data_class, each.format) for each in annotations} >= {
        ("row 1 / MRN", "patient-id", "fixed-width"),
        ("row 1 / Patient Name", "patient-name", "fixed-width"),
        ("row 2 / Attending Physician", "person-name", "fixed-width"),
        ("row 2 / Comment", "person-name", "fixed-width"),
    }


def test_an_id_becomes_what_it_becomes_in_csv() -> None:
    masked, _, _ = mask_file(NAME, EXTRACT, TEMPLATE)
    table = b"Patient Name,MRN,Phone\n" + b'"DAVIDSON, DOUGLAS",29282150,617-555-0134\n' * 3
    row = mask_file("list.csv", table, TEMPLATE)[0].split(b"\n")[1]
    assert masked.split(b"\r\n")[1][2:12].strip() in row


def test_without_a_layout_it_is_text() -> None:
    assert detect(NAME, EXTRACT) == "text"
    assert engine_of("basic").format_of(NAME, EXTRACT) == "text"
    assert engine_of(TEMPLATE).format_of("a/notes/2013.dat", EXTRACT) == "text"
    assert engine_of(TEMPLATE).format_of(NAME, b"\x89PNG\r\n\x1a\n" + bytes(200)) == "image"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"\r\n02", b"\r\n03", "layout-misfit"),
        (b"M617-555-0134 ", b"M617-555-0134", "layout-misfit"),
        (b"No fever.", b"No fever. ", "layout-misfit"),
        (b"DOUGLAS \xc3\x96", b"DOUGLAS \xc3 ", "bad-encoding"),
    ],
)
def test_a_record_that_does_not_fit_quarantines_the_file(old: bytes, new: bytes, reason: str) -> None:
    first = patient("29282150", "DAVIDSON, DOUGLAS \xd6", "19760616", "617-555-0134").encode() + b"\r\n"
    # The head of a file is taken for its encoding; what is broken stands behind it.
    long = EXTRACT.replace(b"\r\n01", b"\r\n" + first * 1000 + b"01")
    mask_file(NAME, long, TEMPLATE)
    changed = new.join(long.rsplit(old, 1))
    assert changed != long
    assert refused(NAME, changed) == reason


def test_two_layouts_for_one_file_are_none(tmp_path: Path) -> None:
    record = "records: [{columns: [{name: MRN, start: 1, width: 9}]}]"
    chosen = library(
        tmp_path, f"  a: {{when: {{path: '*'}}, {record}}}\n  b: {{when: {{path: n*}}, {record}}}\n"
    )
    data = b"292821501\n"
    with pytest.raises(FormatError, match=r"more than one layout .*: a, b$") as refusal:
        engine_of(chosen).format_of("new.txt", data)
    assert refusal.value.reason == "layout-misfit"
    assert mask_file("a.txt", data, chosen)[0] != data


VALUES = {
    "Patient Name": "Davidsonham",
    "MRN": "29282150421",
    "DOB": "6/16/1976",
    "Phone": "61755501345",
    "City": "Davidsonham",
    "Zip": "02114-1234",
    "Hospital": "Davidsonham",
    "Note": "Davidsonham",
}
WIDTHS = (1, 3, 5, 11)


@pytest.mark.parametrize("name", ["basic", "research", "safe-harbor"])
def test_a_replacement_fits_or_a_dummy_does(tmp_path: Path, name: str) -> None:
    layouts = "".join(
        f"  a{at}-{width}: {{when: {{path: {at}-{width}.txt}}, records: [{{length: {width + 2}, "
        f"columns: [{{name: {heading}, start: 2, width: {width}}}]}}]}}\n"
        for at, heading in enumerate(VALUES)
        for width in WIDTHS
    )
    chosen = library(tmp_path, layouts, name)
    for at, (heading, value) in enumerate(VALUES.items()):
        for width in WIDTHS:
            data = f"#{value[:width]:<{width}}#\n".encode()
            masked, _, _ = mask_file(f"{at}-{width}.txt", data, chosen)
            assert len(masked) == len(data)
            assert masked[:1] + masked[-2:] == b"##\n"
            if heading in ("Patient Name", "MRN", "Phone", "City") and width > 1:
                assert masked != data, (heading, width)


def test_text_between_columns_is_searched(tmp_path: Path) -> None:
    layout = "  a: {when: {path: '*'}, records: [{columns: [{name: MRN, start: 1, width: 9}], length: 60}]}\n"
    data = f"{'29282150':<9}{'call Dr. Osmin at 617-555-0134, re 29282150':<51}\n".encode()
    masked, _, annotations = mask_file("a.txt", data, library(tmp_path, layout))
    assert planted_in(masked, *PLANTED) == []
    assert len(masked) == len(data)
    assert masked[9:18] == b"call Dr. "
    assert {each.location for each in annotations} == {"row 1 / MRN", "row 1 / place 10"}


def test_a_format_that_content_tells_gives_way_only_where_it_is_named(tmp_path: Path) -> None:
    data = b"ISA0000292821501\n"
    record = "records: [{prefix: ISA, columns: [{name: MRN, start: 8, width: 9}]}]"
    unknown = engine_of(library(tmp_path, f"  a: {{when: {{path: '*.x'}}, {record}}}\n"))
    message = b"MSH|^~\\&|A|B|C|D|20130214||ADT^A01|1|P|2.5\r"
    assert unknown.format_of("a.x", data) == "fixed-width"
    assert unknown.format_of("a.x", message) == "hl7"
    (tmp_path / "b").mkdir()
    named = engine_of(library(tmp_path / "b", f"  a: {{when: {{path: '*.x', format: hl7}}, {record}}}\n"))
    assert named.format_of("a.x", message) == "fixed-width"
    assert named.format_of("a.x", data) == "text"


def test_members_of_archives_have_layouts_too() -> None:
    for packed in (zipped({"extracts/2013.dat": EXTRACT}), gzip.compress(EXTRACT)):
        name = "a.zip" if packed.startswith(b"PK") else f"{NAME}.gz"
        masked, _, annotations = mask_file(name, packed, TEMPLATE)
        assert planted_in(masked, *PLANTED) == []
        assert any(each.location.endswith("row 1 / MRN") for each in annotations)
    assert b"\r\n02" in everything(masked)
    assert members(zipped({"a": b""})) == {"a": b""}


def test_a_run_from_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHI_KEY", "5eed" * 16)
    extracts = tmp_path / "in" / "a" / "extracts"
    extracts.mkdir(parents=True)
    (extracts / "2013.dat").write_bytes(EXTRACT)
    (extracts / "2014.dat").write_bytes(EXTRACT.replace(b"\r\n02", b"\r\n0"))
    (extracts / "list.csv").write_bytes(b"MRN,Note\n29282150,seen\n29282150,Douglas Davidson called\n")
    (extracts / "note.txt").write_bytes(b"MRN 29282150: Davidson is well.\n")
    out = tmp_path / "out"
    arguments = ["mask", str(tmp_path / "in"), str(out), "--library", TEMPLATE, "--key", "env:PHI_KEY"]
    assert main([*arguments, "--no-progress"]) == 3
    files: list[dict[str, Any]] = rows_of(out, "files")
    assert {(row["format"], row["status"], row["reason"]) for row in files} == {
        ("fixed-width", "masked", None),
        ("fixed-width", "quarantined", "layout-misfit"),
        ("delimited", "masked", None),
        ("text", "masked", None),
    }
    written = [path.read_bytes() for path in (out / "masked").rglob("*") if path.is_file()]
    assert planted_in(b"\n".join(written), *PLANTED) == []
    ids = {data.split(b"\n")[1].split(b",")[0] for data in written if data.startswith(b"MRN,")}
    assert all(any(id_ in data for id_ in ids) for data in written)
