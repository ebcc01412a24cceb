"""Fixed width: what a record is cut into, that nothing but replaced columns changes, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.scopes import rendered

from beam_phi.formats import fixed_width
from beam_phi.formats.delimited.table import Cell
from beam_phi.formats.document import FormatError, Scope, Source, Unfit
from beam_phi.formats.encoding import BLOCK_SIZE
from beam_phi.formats.fixed_width import FixedRecord
from beam_phi.library.model import FixedColumn, LayoutSpec, RecordType, Selector

COLUMNS = (FixedColumn("MRN", 1, 6), FixedColumn("Patient  Name", 9, 12), FixedColumn("Age", 21, 3))
PEOPLE = b"  1234--Davidson, D.  7\r\n\r\n567890..Osmin       101..\r\n"


def layout(*records: RecordType, **facts: Any) -> LayoutSpec:
    return LayoutSpec("people", Selector(), records or (RecordType(COLUMNS, 25),), **facts)


def scopes(data: bytes, spec: LayoutSpec) -> list[Scope]:
    return list(fixed_width.open(Source(io.BytesIO(data), len(data)), spec).scopes())


def fields(data: bytes, spec: LayoutSpec) -> dict[str, str]:
    return {field.location: field.text for scope in scopes(data, spec) for field in scope.fields()}


def replaced(data: bytes, spec: LayoutSpec, **texts: str) -> bytes:
    """The file with other texts at the locations of its first record, called by their columns."""
    found = scopes(data, spec)
    for scope in found:
        for field in scope.fields():
            name = field.location.removeprefix("row 1 / ")
            if name in texts:
                scope.replace(field, texts[name])
    return rendered(found)


def refused(data: bytes, spec: LayoutSpec) -> str:
    with pytest.raises(FormatError) as refusal:
        fields(data, spec)
    assert "Davidson" not in str(refusal.value)
    return refusal.value.reason


# -- what a file consists of ---------------------------------------------------------------------------------


def test_columns_are_named_and_what_lies_between_them_is_placed() -> None:
    assert fields(PEOPLE, layout(trimmed=True)) == {
        "row 1 / MRN": "1234",
        "row 1 / place 7": "--",
        "row 1 / Patient Name": "Davidson, D.",
        "row 1 / Age": "7",
        "row 2 / MRN": "567890",
        "row 2 / place 7": "..",
        "row 2 / Patient Name": "Osmin",
        "row 2 / Age": "101",
        "row 2 / place 24": "..",
    }


def test_a_column_has_the_type_of_one_of_its_heading_in_csv_and_its_width() -> None:
    _, first, _, second, _ = scopes(PEOPLE, layout(trimmed=True))
    name, again = list(first.fields())[2], list(second.fields())[2]
    assert name.type is again.type
    assert name.type.format == "delimited"
    assert name.type.attributes == {
        "part": "cell", "column": "Patient Name", "column_key": "patientname", "index": "2",
    }  # fmt: skip
    assert (name.type.constraint.max_length, name.type.constraint.kind) == (12, "column")


def test_records_are_of_the_first_type_whose_prefix_they_have() -> None:
    spec = layout(
        RecordType((FixedColumn("Name", 3, 4),), 6, "01"),
        RecordType((FixedColumn("City", 2, 5),), 6, "0"),
        RecordType((FixedColumn("Note", 1, 6),), 6),
    )
    assert fields(b"01Anna\n0Osslo\nBerlin\n", spec) == {
        "row 1 / Name": "Anna",
        "row 2 / City": "Osslo",
        "row 3 / Note": "Berlin",
    }


def test_lines_around_the_records_are_text() -> None:
    spec = layout(RecordType((FixedColumn("Name", 1, 4),), 4), header=2, trailer=1)
    data = b"\xef\xbb\xbfof Dr. Osmin\n\nAnna\nEva \nsent to Davidson"
    assert fields(data, spec) == {
        "line 1": "of Dr. Osmin",
        "row 1 / Name": "Anna",
        "row 2 / Name": "Eva",
        "line 5": "sent to Davidson",
    }
    assert rendered(scopes(data, spec)) == data


def test_a_header_alone_and_nothing_at_all() -> None:
    spec = layout(header=2, trailer=3)
    assert fields(b"of Dr. Osmin\n", spec) == {"line 1": "of Dr. Osmin"}
    assert fields(b"", spec) == {}


def test_characters_and_bytes_are_told_apart() -> None:
    columns = (FixedColumn("Name", 1, 4), FixedColumn("City", 5, 2))
    utf8 = "Zoë Ås".encode()
    assert fields(utf8, layout(RecordType(columns, 6))) == {"row 1 / Name": "Zoë", "row 1 / City": "Ås"}
    by_bytes = layout(RecordType((FixedColumn("Name", 1, 5), FixedColumn("City", 6, 3)), 8), unit="bytes")
    assert fields(utf8, by_bytes) == {"row 1 / Name": "Zoë", "row 1 / City": "Ås"}
    latin = "Zoë Ås".encode("cp1252")
    for unit in ("bytes", "characters"):
        spec = layout(RecordType(columns, 6), unit=unit, encoding="windows-1252")
        assert fields(latin, spec) == {"row 1 / Name": "Zoë", "row 1 / City": "Ås"}


def test_utf16_is_counted_in_characters() -> None:
    data = "ZoëÅs\r\n".encode("utf-16")
    spec = layout(RecordType((FixedColumn("Name", 1, 3),), 5))
    assert fields(data, spec) == {"row 1 / Name": "Zoë", "row 1 / place 4": "Ås"}
    assert replaced(data, spec, Name="Eva") == "EvaÅs\r\n".encode("utf-16")


def test_a_file_is_read_as_it_is_asked_for() -> None:
    stream = io.BytesIO(b"Anna\n" * 1_000_000)
    spec = layout(RecordType((FixedColumn("Name", 1, 4),), 4), header=1, trailer=1)
    found = fixed_width.open(Source(stream, 5_000_000), spec).scopes()
    assert [field.text for _ in range(3) for field in next(found).fields()] == ["Anna"] * 3
    assert stream.tell() <= BLOCK_SIZE


# -- replacing -----------------------------------------------------------------------------------------------


def test_a_replacement_stands_where_the_value_stood() -> None:
    spec = layout(trimmed=True)
    assert replaced(PEOPLE, spec, MRN="99", **{"Patient Name": "Ö"}) == PEOPLE.replace(
        b"  1234--Davidson, D.", "    99--Ö           ".encode()
    )
    assert replaced(PEOPLE, spec, MRN="") == PEOPLE.replace(b"  1234", b"      ")


def test_a_record_without_its_last_blanks_may_grow_by_them() -> None:
    spec = layout(RecordType((FixedColumn("Name", 1, 8),), 8), trimmed=True)
    assert replaced(b"Eva\nAnna\n", spec, Name="Marianne") == b"Marianne\nAnna\n"
    assert replaced(b"Marianne\nAnna\n", spec, Name="Eva") == b"Eva     \nAnna\n"


@pytest.mark.parametrize("text", ["1234567", "12\n4", "12\r", "a\0"])
def test_what_would_move_columns_is_unfit(text: str) -> None:
    with pytest.raises(Unfit):
        replaced(PEOPLE, layout(trimmed=True), MRN=text)


def test_bytes_are_counted_where_the_layout_counts_them() -> None:
    data, column = b"Eva \n", FixedColumn("Name", 1, 4)
    assert replaced(data, layout(RecordType((column,), 4)), Name="Zoës") == "Zoës\n".encode()
    with pytest.raises(Unfit):
        replaced(data, layout(RecordType((column,), 4), unit="bytes"), Name="Zoës")
    with pytest.raises(Unfit):
        replaced(data, layout(RecordType((column,), 4), encoding="windows-1252"), Name="Ωs")


# -- refusing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "facts", "reason"),
    [
        (b"123456..Davidson    101.\n", {}, "layout-misfit"),
        (b"123456..Davidson    101...\n", {}, "layout-misfit"),
        (b"123456..Davidson    101...\n", {"trimmed": True}, "layout-misfit"),
        ("123456..Davidson Ö  101..\n".encode(), {"unit": "bytes"}, "layout-misfit"),
        (b"123456..Davidson \xd6  101..\n", {"encoding": "utf-8"}, "bad-encoding"),
        (b"1" * 70_000 + b"\xff", {}, "bad-encoding"),
        ("12345Öx.Davidson   101..\n".encode(), {"unit": "bytes"}, "bad-encoding"),
        (b"123456..Davidson \0  101..\n", {}, "bad-encoding"),
        ("123456..Davidson    101..\n".encode("utf-16"), {"unit": "bytes"}, "bad-encoding"),
        ("123456..Davidson    101..\n".encode("utf-16"), {"encoding": "windows-1252"}, "bad-encoding"),
    ],
)
def test_what_does_not_fit_is_refused(data: bytes, facts: dict[str, Any], reason: str) -> None:
    assert refused(data, layout(**facts)) == reason


def test_a_record_of_no_type_is_refused() -> None:
    spec = layout(RecordType((FixedColumn("Name", 3, 4),), 6, "01"))
    assert refused(b"01Anna\n02Davidson\n", spec) == "layout-misfit"


# -- all files -----------------------------------------------------------------------------------------------

_TYPES = (
    RecordType(COLUMNS, 25),
    RecordType((FixedColumn("b", 5, 3), FixedColumn("a", 2, 2)), 9, "#"),
    RecordType((FixedColumn("a", 4, 1),), 4, "##"),
)


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, LayoutSpec]:
    """A file and a layout that it fits."""
    spec = LayoutSpec(
        "people",
        Selector(),
        (draw(st.sampled_from(_TYPES)),),
        draw(st.sampled_from(["characters", "bytes"])),
        draw(st.sampled_from(["", "utf-8", "windows-1252"])),
        header=draw(st.integers(0, 2)),
        trailer=draw(st.integers(0, 2)),
        trimmed=draw(st.booleans()),
    )
    codec = spec.encoding or "utf-8"
    letters = "ab 1" if spec.unit == "bytes" and codec == "utf-8" else "a\xe9 \xd61"
    around = [draw(st.text("xy z1.", max_size=9)) for _ in range(spec.header + spec.trailer)]
    rows = [draw(_row(spec, letters)) for _ in range(draw(st.integers(0, 4)))]
    ends = draw(st.sampled_from([("\r",), ("\n", "\r\n")]))
    all_lines = [*around[: spec.header], *rows, *around[spec.header :]]
    return "".join(line + draw(st.sampled_from(ends)) for line in all_lines).encode(codec), spec


@st.composite
def _row(draw: st.DrawFn, spec: LayoutSpec, letters: str) -> str:
    prefix, length = spec.records[0].prefix, spec.records[0].length
    size = length - len(prefix)
    least = 0 if spec.trimmed else size
    row = prefix + draw(st.text(letters, min_size=least, max_size=size))
    return draw(st.sampled_from(["", row, row, row]))


def records_of(found: Sequence[Scope]) -> list[Cell]:
    return [cell for scope in found if isinstance(scope, FixedRecord) for cell in scope.fields()]


@given(files())
def test_an_untouched_file_renders_its_bytes(made: tuple[bytes, LayoutSpec]) -> None:
    data, spec = made
    found = scopes(data, spec)
    assert [field for scope in found for field in scope.fields()] or not data.replace(b"#", b"").strip()
    assert rendered(found) == data


@given(files(), st.data())
def test_one_replacement_changes_its_column_alone(
    made: tuple[bytes, LayoutSpec], data: st.DataObject
) -> None:
    content, spec = made
    found = scopes(content, spec)
    cells = records_of(found)
    if not cells:
        return
    cell = data.draw(st.sampled_from(cells))
    text = data.draw(st.text("QZ", min_size=1, max_size=cell.type.constraint.max_length))
    before = [(field.location, field.text) for field in cells]
    cell.record.replace(cell, text)
    after = [(field.location, field.text) for field in records_of(scopes(rendered(found), spec))]
    assert after == [(place, text if place == cell.location else old) for place, old in before]


def test_the_row_that_does_not_fit_is_told_and_what_the_layout_has() -> None:
    spec = layout(RecordType((FixedColumn("MRN", 3, 4),), 6, "01"))
    for second, told in (
        (b"01Davidson", "row 2 has 10 characters, where the layout has 6"),
        (b"02Davidson", "row 2 is of no type that the layout has"),
    ):
        with pytest.raises(FormatError) as refusal:
            scopes(b"011234\n\n" + second + b"\n", spec)
        assert str(refusal.value) == told
