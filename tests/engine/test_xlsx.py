"""Workbooks: each sheet is masked as a table, and nothing passes but masked cells and titles."""

from __future__ import annotations

import contextlib
import datetime
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet
from support.files import everything, mask_file, members, planted_in, zipped

from beam_phi.engine import Quarantine
from beam_phi.formats import FormatError, Source, xlsx
from beam_phi.formats.container import Budget
from beam_phi.formats.xlsx.serial import serial_of, serial_text
from beam_phi.formats.xlsx.styles import kind_of

PLANTED = ("davidson", "douglas", "29282150", "617-555-0134", "12 Elm Street")
DAY = datetime.datetime
HEADER = ["Patient Name", "MRN", "DOB", "Seen", "Phone", "Address", "Note", "Hemoglobin", "Well", "Time"]
ROWS = [
    ["DAVIDSON^DOUGLAS", 29282150, DAY(1960, 1, 2), DAY(2013, 2, 14, 10, 30), "617-555-0134", "12 Elm Street",
     "Mr. Davidson, MRN 29282150\nis well & \"fine\" <b>", 13.25, True, datetime.time(10, 30)],
    ["Osmin, Paul", 29282151, DAY(1971, 3, 4), None, None, None, "_x000D_", 0.1, False, None],
    ["Davidson, Douglas", "29282150", DAY(1960, 1, 2), DAY(2013, 2, 20, 8), None, None, None, -4, None, None],
]  # fmt: skip


def book() -> openpyxl.Workbook:
    """With values in every corner that this writer knows."""
    found = openpyxl.Workbook()
    sheet = found.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Davidson 29282150"
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    sheet["A2"].comment = Comment("Davidson", "Douglas")
    sheet["A2"].hyperlink = "http://example.org/Davidson"
    sheet["L2"] = '="Davidson"&A2'
    sheet.oddHeader.center.text = "Davidson"
    sheet.auto_filter.ref = "A1:J4"
    rules = openpyxl.worksheet.datavalidation.DataValidation(type="list", formula1='"Davidson,Douglas"')
    rules.add("B2")
    sheet.add_data_validation(rules)
    hidden = found.create_sheet("well")
    hidden.sheet_state = "hidden"
    hidden["C7"] = "Patient: Douglas Davidson"
    found.create_sheet("empty")
    found.defined_names["Davidson"] = openpyxl.workbook.defined_name.DefinedName(
        "Davidson", attr_text="well!$A$1"
    )
    found.properties.creator, found.properties.title = "Douglas Davidson", "29282150"
    found.custom_doc_props.append(openpyxl.packaging.custom.StringProperty(name="Davidson", value="29282150"))
    return found


def packed(workbook: openpyxl.Workbook) -> bytes:
    sink = io.BytesIO()
    workbook.save(sink)
    return sink.getvalue()


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def values(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def refused(data: bytes, name: str = "a.xlsx") -> str:
    with pytest.raises(Quarantine) as refusal:
        mask_file(name, data)
    assert not planted_in(str(refusal.value).encode(), *PLANTED)
    return refusal.value.reason


def changed(data: bytes, **parts: bytes) -> bytes:
    """The package with other parts; names have `__` for a slash and `_` for a dot."""
    found = members(data)
    return zipped(
        {**found, **{name.replace("__", "/").replace("_", "."): part for name, part in parts.items()}}
    )


@pytest.mark.parametrize("library", ["basic", "research", "safe-harbor"])
def test_nothing_that_names_anybody_is_left(library: str) -> None:
    data = packed(book())
    assert planted_in(data, *PLANTED) == list(PLANTED)
    masked, _, annotations = mask_file("list.xlsx", data, library)
    assert not planted_in(masked, *PLANTED)
    assert {name for name in members(masked) if "sheet" not in name} == {
        "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    }  # fmt: skip
    assert len(opened(masked).sheetnames) == 3
    assert "sheet[1] > row 1 / Patient Name" in {row.location for row in annotations}
    assert ("path", "sheet[1] > path[0]") in {(row.format, row.location) for row in annotations}
    assert mask_file("list.xlsx", data, library)[0] == masked
    assert not planted_in(mask_file("list.xlsx", masked, library)[0], *PLANTED)


def test_cells_stay_what_they_are() -> None:
    before, after = ROWS, values(opened(mask_file("a.xlsx", packed(book()), "research")[0]).worksheets[0])
    assert after[0][:10] == HEADER
    assert [row[7:10] for row in after[1:]] == [row[7:10] for row in before]
    assert after[1][1] == int(after[3][1])
    assert isinstance(after[3][1], str)
    shift = before[0][2] - after[1][2]
    assert shift.days
    assert before[2][2] - after[3][2] == shift
    assert before[0][3] - after[1][3] == shift
    assert before[2][3] - after[3][3] == shift
    assert after[1][6].endswith('\nis well & "fine" <b>')
    assert after[2][6] == "_x000D_"
    assert after[2][3:6] == [None, None, None]


def test_dates_give_way_to_their_years() -> None:
    after = values(opened(mask_file("a.xlsx", packed(book()), "basic")[0]).worksheets[0])
    assert [row[2] for row in after[1:]] == [1960, 1971, 1960]


def test_places_of_cells_stay_and_hidden_sheets_are_seen() -> None:
    after = opened(mask_file("a.xlsx", packed(book()))[0])
    assert after.sheetnames[1:] == ["well", "empty"]
    cell = after["well"]["C7"]
    assert cell.value
    assert cell.value.startswith("Patient: ")
    assert values(after["empty"]) == []


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["Export of the ward"],
            [],
            ["Name", "Born"],
            ["Davidson, Douglas", DAY(1960, 1, 2)],
            ["Osmin, Paul", None],
        ],
        [["Patient ID", "29282150"], ["Patient Name", "Davidson, Douglas"], ["Sex", "M"], ["Age", 53]],
        [["Davidson Douglas", 1], ["Osmin Paul", 2], ["Dr. Douglas Davidson", 3]],
        [["a;b;Davidson Douglas"], ["c;d;Davidson Douglas"], ["e;f;Davidson Douglas"]],
    ],
)
def test_tables_of_all_layouts(rows: Sequence[Sequence[Any]]) -> None:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)  # type: ignore[union-attr]
    masked = mask_file("a.xlsx", packed(workbook))[0]
    assert not planted_in(masked, "davidson", "douglas", "29282150")
    after = values(opened(masked).worksheets[0])
    assert len(after) == len(rows)


def test_days_are_counted_from_1904_in_some_workbooks() -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in (["Patient ID", "DOB"], [29282150, DAY(1960, 1, 2)]):
        workbook.active.append(row)  # type: ignore[union-attr]
    after = opened(mask_file("a.xlsx", packed(workbook), "research")[0])
    shift = DAY(1960, 1, 2) - after.worksheets[0]["B2"].value  # type: ignore[operator]
    assert 0 < shift.days < 366


def test_shared_strings_pass_without_readings_of_names() -> None:
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    strings = (
        b"<sst " + main + b"><si><r><t>we</t></r><r><t>ll</t></r>"
        b'<rPh sb="0" eb="1"><t>Davidson</t></rPh></si><si><t>Davidson</t></si></sst>'
    )
    cells = b'<c r="A1" t="s"><v>0</v></c>'
    sheet = b"<worksheet " + main + b'><sheetData><row r="1">' + cells + b"</row></sheetData></worksheet>"
    parts = members(packed(openpyxl.Workbook()))
    relation = (
        b'<Relationship Id="s" Target="sharedStrings.xml" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>'
    )
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", relation + b"</Relationships>")
    parts |= {"xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet}
    masked = mask_file("a.xlsx", zipped(parts))[0]
    assert not planted_in(masked, "davidson")
    assert values(opened(masked).worksheets[0]) == [["well"]]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b">0<", b">2<")
    assert refused(zipped(parts)) == "bad-syntax"


def test_cells_beyond_the_headings_are_searched() -> None:
    workbook = openpyxl.Workbook()
    for row in (["Result", "Well"], ["4.5", None, "Patient: Douglas Davidson"], ["5.5", True]):
        workbook.worksheets[0].append(row)
    masked = mask_file("a.xlsx", packed(workbook), "research")[0]
    assert not planted_in(masked, *PLANTED)
    assert [row[:2] for row in values(opened(masked).worksheets[0])[1:]] == [["4.5", None], ["5.5", True]]


def test_a_rule_of_the_library_leaves_sheets_out(tmp_path: Path) -> None:
    library = tmp_path / "library.yaml"
    library.write_text("name: t\nextends: research\nskip: [{path: '*/Left out'}]\n")
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, well in (("Left out", True), ("Kept", None)):
        sheet = workbook.create_sheet(title)
        for row in (["Result", "Well"], ["4.5" if well else "5.5", well]):
            sheet.append(row)
    masked = opened(mask_file("a.xlsx", packed(workbook), str(library))[0])
    assert [values(sheet) for sheet in masked] == [[["Result", "Well"], ["5.5", None]]]


def test_what_is_no_table_is_refused() -> None:
    data = packed(book())
    assert refused(changed(data, xl__vbaProject_bin=b"Davidson")) == "xlsx-content"
    types = members(data)["[Content_Types].xml"].replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
    assert refused(zipped({**members(data), "[Content_Types].xml": types})) == "xlsx-content"
    relations = members(data)["xl/_rels/workbook.xml.rels"].replace(b"/worksheet", b"/chartsheet", 1)
    assert refused(zipped({**members(data), "xl/_rels/workbook.xml.rels": relations})) == "xlsx-content"
    assert refused(data + b"Davidson") == "archive-layout"
    sheet = members(data)["xl/worksheets/sheet1.xml"]
    for wrong, reason in (
        (b'<!DOCTYPE worksheet [<!ENTITY a "Davidson">]>' + sheet[sheet.index(b"<worksheet") :], "xml-dtd"),
        (sheet[: len(sheet) // 2], "bad-syntax"),
        (sheet.replace(b't="inlineStr"', b't="x"'), "bad-syntax"),
        (sheet.replace(b'<row r="2"', b'<row r="1"'), "bad-syntax"),
    ):
        assert refused(zipped({**members(data), "xl/worksheets/sheet1.xml": wrong})) == reason


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("yyyy\\-mm\\-dd", "date"), ("d.m.yy", "date"), ("[$-409]mmmm d, yyyy;@", "date"), ("mmm", "date"),
        ("h:mm AM/PM", "time"), ("hh:mm:ss", "time"), ("mm:ss", "time"), ("m/d/yy h:mm", "datetime"),
        ("General", ""),
        ("0.00", ""), ("[Red]0", ""), ('"day "0', ""), ("[h]:mm", ""), ("#,##0.00 _\u20ac", ""), ("0\\d", ""),
    ],
)  # fmt: skip
def test_formats_that_show_dates(code: str, kind: str) -> None:
    assert kind_of(code) == kind


@given(st.datetimes(DAY(1900, 3, 2), DAY(2200, 1, 1)), st.booleans())
def test_days_are_counted_there_and_back(moment: datetime.datetime, mac: bool) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    found = serial_of(moment.isoformat(" "), mac)
    if moment < DAY(1904, 1, 3) and mac:
        return
    assert found is not None
    assert serial_text(found[0], "datetime", mac) == moment.isoformat(" ")


def test_the_day_that_never_was() -> None:
    assert serial_text(60, "date", False) is None
    assert serial_text(59, "date", False) == "1900-02-28"
    assert serial_text(61, "date", False) == "1900-03-01"
    assert serial_of("1900-02-28", False) == (59, "date")
    assert serial_of("1900-03-01", False) == (61, "date")


SEED = members(packed(book()))


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(sorted(SEED)),
    st.lists(st.tuples(st.integers(0, 1 << 13), st.binary(min_size=1, max_size=5)), min_size=1, max_size=4),
)
def test_damage_is_refused_or_written(part: str, damages: list[tuple[int, bytes]]) -> None:
    data = bytearray(SEED[part])
    for place, damage in damages:
        at = place % len(data)
        data[at : at + len(damage)] = damage
    whole = zipped({**SEED, part: bytes(data)})
    with contextlib.suppress(FormatError):
        workbook = xlsx.open(Source(io.BytesIO(whole), len(whole)))
        packer, found = workbook.packer(), list[bytes]()
        for member in workbook.members(Budget(len(whole))):
            assert member.document is not None
            content = [part for scope in member.document.scopes() for part in scope.render()]
            found += packer.add(member.name, content, 0)  # type: ignore[arg-type]
        assert everything(b"".join([*found, *packer.end()]))
