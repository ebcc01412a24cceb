"""Parquet: rows of any nesting as records, and back; what is replaced changes alone; what is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.nested import KINDS, at_paths, bare, differences, packed, same, tables, unpacked

from beam_phi.formats import parquet
from beam_phi.formats.container import Budget
from beam_phi.formats.delimited.table import Record
from beam_phi.formats.document import Field, FormatError, Source, Unfit
from beam_phi.formats.parquet import batch, file, footer
from beam_phi.formats.parquet.columns import kind_of

Edit = Callable[[list[Record]], None]


def opened(data: bytes) -> parquet.Parquet:
    return parquet.open(Source(io.BytesIO(data), len(data)))


def records(table: parquet.Parquet, size: int = 1 << 30) -> list[Record]:
    """The records of a file, that of the names of its columns first."""
    (member,) = table.members(Budget(size))
    assert member.document is not None
    return list(member.document.scopes())  # type: ignore[arg-type]


def edited(data: bytes, edit: Edit = lambda rows: None) -> bytes:
    """The file packed anew after some edits."""
    table = opened(data)
    rows = records(table)
    edit(rows)
    content = [part for row in rows for part in row.render()]
    return b"".join(table.packer().add(None, content, 0))  # type: ignore[arg-type]


def fields(data: bytes) -> dict[str, str]:
    return {field.location: field.text for row in records(opened(data))[1:] for field in row.fields()}


def refused(data: bytes, size: int = 1 << 30) -> str:
    with pytest.raises(FormatError) as refusal:
        records(opened(data), size)
    assert "Davidson" not in str(refusal.value)
    return refusal.value.reason


# -- what a table consists of --------------------------------------------------------------------------------


def test_elements_are_called_by_their_column_and_their_place_in_each_list() -> None:
    people = [
        {"family": "Davidson", "given": ["Douglas", None]},
        None,
        {"family": None, "given": None},
        {"family": "Osmin", "given": []},
    ]
    columns = {
        "patient_name": pa.array([people, None]),
        "phone": pa.array([["617-555-0134", "617-555-0135"], []]),
        "address": pa.array([[("city", ["Troy"])], None], pa.map_(pa.string(), pa.list_(pa.string()))),
        "mrn": pa.array([1, 2]),
    }
    assert fields(packed(pa.table(columns))) == {
        "row 1 / patient_name.family[0]": "Davidson",
        "row 1 / patient_name.family[1]": "",
        "row 1 / patient_name.family[2]": "",
        "row 1 / patient_name.family[3]": "Osmin",
        "row 1 / patient_name.given[0][0]": "Douglas",
        "row 1 / patient_name.given[0][1]": "",
        "row 1 / phone[0]": "617-555-0134",
        "row 1 / phone[1]": "617-555-0135",
        "row 1 / column 4[0]": "city",
        "row 1 / address.value[0][0]": "Troy",
        "row 1 / mrn": "1",
        "row 2 / mrn": "2",
    }


def test_the_value_of_a_map_is_of_the_column_that_its_key_names() -> None:
    entries = [("mrn", "1"), ("Douglas Davidson", "2"), ("Patient  Name", "x")]
    data = packed(pa.table({"attributes": pa.array([entries], pa.map_(pa.string(), pa.string()))}))
    found = [field.type.attributes["column"] for field in records(opened(data))[1].fields()]
    assert found == ["attributes.key"] * 3 + ["mrn", "attributes.value", "Patient Name"]


# -- what is not replaced stays ------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(1, 4), st.integers(1, 5), st.integers(1, 8), st.booleans())
def test_an_untouched_table_is_the_same_table(
    table: pa.Table, rows: int, group: int, cells: int, stored: bool
) -> None:
    data = packed(table, row_group_size=group, store_schema=stored)
    with patch.object(file, "ROWS", rows), patch.object(batch, "CELLS", cells):
        assert same(unpacked(edited(data)), bare(table))


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(1, 4), st.integers(1, 8), st.data())
def test_one_replaced_value_is_all_that_differs(
    table: pa.Table, rows: int, cells: int, data: st.DataObject
) -> None:
    taken: list[Field] = []

    def replace_one(found: list[Record]) -> None:
        texts = [(row, field) for row in found[1:] for field in row.fields() if field.text]
        if texts:
            row, field = data.draw(st.sampled_from(texts))
            new = "7" if field.text != "7" else "8"
            try:
                row.replace(field, new)
            except Unfit:
                day = "71-02-03" if "71-02-03" not in field.text else "71-02-04"
                new = field.text[:2] + (day if "-" in field.text else ":00:00")
                new = {"true": "false", "false": "true"}.get(field.text, new)
                row.replace(field, new)
            taken.extend([field] if new != field.text else [])

    with patch.object(file, "ROWS", rows), patch.object(batch, "CELLS", cells):
        after = unpacked(edited(packed(table), replace_one))
    old, new = bare(table), after
    assert new.schema.equals(old.schema)
    found = list(differences(old.to_pylist(), new.to_pylist()))
    assert len(found) == len(taken)
    for path, field in zip(found, taken, strict=True):
        row, *below = [step for step in path if isinstance(step, int)]
        told = re.fullmatch(r"row (\d+) / [^\[]+((?:\[\d+\])*)", field.location)
        assert told is not None
        assert int(told[1]) == row + 1
        # Entries of maps are pairs: which of the two differs is told by the column.
        places = [int(place) for place in re.findall(r"\d+", told[2])]
        assert places == _without_pairs(old.schema, path, below)


def _without_pairs(schema: pa.Schema, path: tuple[object, ...], below: list[int]) -> list[int]:
    """The numbers of elements in a path, without those of key and value."""
    type_ = schema.field(str(path[1])).type
    places = []
    for step in path[2:]:
        if pa.types.is_map(type_):
            places.append(step)
            type_ = pa.struct([("0", type_.key_type), ("1", type_.item_type)])
        elif pa.types.is_list(type_):
            places.append(step)
            type_ = type_.value_type
        else:
            type_ = type_.field(str(step)).type
    return places  # type: ignore[return-value]


def test_what_null_lists_hide_and_what_lies_outside_of_slices_is_no_element() -> None:
    hidden = pa.ListArray.from_arrays(
        pa.array([0, 2, 3], pa.int32()), pa.array(["Davidson", "b", "c"]), mask=pa.array([True, False])
    )
    assert fields(packed(pa.table({"a": hidden}))) == {"row 2 / column 1[0]": "c"}


def test_what_is_deleted_is_null_or_where_none_may_be_empty() -> None:
    types = [pa.list_(pa.field("element", pa.string(), nullable)) for nullable in (True, False)]
    table = pa.table([pa.array([["a", "b"]], type_) for type_ in types], ["x", "y"])

    def delete_firsts(found: list[Record]) -> None:
        for field in found[1].fields():
            if field.text == "a":
                found[1].delete(field)

    assert unpacked(edited(packed(table), delete_firsts)).to_pylist() == [{"x": [None, "b"], "y": ["", "b"]}]


def test_lists_of_a_fixed_size_that_are_null() -> None:
    """Which Arrow can't read with its own note of the types."""
    table = pa.table({"a": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int32(), 2))})
    assert unpacked(edited(packed(table)))["a"].to_pylist() == [[1, 2], None, [3, 4]]


# -- numbers -------------------------------------------------------------------------------------------------


@given(st.sampled_from([8, 16, 32, 64]), st.booleans(), st.data())
def test_integers_are_accepted_as_far_as_their_type_holds_them(
    bits: int, signed: bool, data: st.DataObject
) -> None:
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    type_ = getattr(pa, f"{'' if signed else 'u'}int{bits}")()
    number = data.draw(st.integers(-2 * high, 2 * high) | st.sampled_from([low, low - 1, high, high + 1]))
    # The smallest signed number has no digits of its own.
    assert kind_of(type_).column.constraint.accepts(str(number)) == (max(low, -high) <= number <= high)


@given(st.decimals(-999999, 999999, places=3))
def test_a_decimal_is_written_without_a_fraction_where_it_has_none(number: Decimal) -> None:
    text = kind_of(pa.decimal128(9, 3)).text(number)
    assert Decimal(text) == number
    assert ("." in text) == (number % 1 != 0)


# -- what is refused -----------------------------------------------------------------------------------------


def test_a_row_of_more_elements_than_fit() -> None:
    most = batch.MAX_CELLS
    assert len(fields(packed(pa.table({"a": [["x"] * (most - 1)], "b": [1]})))) == most
    assert refused(packed(pa.table({"a": [["x"] * most], "b": [1]}))) == "record-too-long"


def test_a_row_group_of_more_elements_than_can_be_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MOST_ELEMENTS", 100)
    assert len(fields(packed(pa.table({"a": [list(range(101)), []]})))) == 101
    assert refused(packed(pa.table({"a": [list(range(1000)), []]}))) == "archive-bomb"


def test_a_small_file_of_a_large_text_many_times() -> None:
    """Read as what they are, these texts are more than memory has."""
    often = pa.DictionaryArray.from_arrays(np.zeros(10**5, np.int32), pa.array(["x" * 10**6]))
    data = packed(pa.table({"a": often}), compression="zstd")
    assert len(data) < 2000
    assert refused(data, len(data)) == "archive-bomb"
    lists = pa.ListArray.from_arrays(pa.array(range(10**5 + 1), pa.int32()), often)
    assert refused(packed(pa.table({"a": lists}), compression="zstd"), len(data)) == "archive-bomb"


@pytest.mark.parametrize("depth", [70, 1000, 200_000])
def test_structures_nested_too_deep(depth: int) -> None:
    assert refused(nested_schema(depth)) == "too-deep"


def test_two_schemas_of_which_one_is_deep() -> None:
    assert refused(nested_schema(1, nested_schema(200_000))) == "bad-syntax"


def test_lists_in_lists_as_deep_as_allowed() -> None:
    value: Any = "Davidson"
    for _ in range(footer.DEEPEST // 2):
        value = [value]
    data = packed(pa.table({"a": [value]}))
    assert fields(data) == {"row 1 / column 1" + "[0]" * (footer.DEEPEST // 2): "Davidson"}
    assert refused(packed(pa.table({"a": [[value]]}))) == "too-deep"


def test_more_columns_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MOST_COLUMNS", 2)
    table = {"a": pa.array([[{"x": 1, "y": 2}]])}
    assert len(fields(packed(pa.table(table)))) == 2
    assert refused(packed(pa.table({**table, "b": [1]}))) == "too-many-elements"


def test_bytes_that_are_no_text_in_lists() -> None:
    assert refused(packed(pa.table({"a": [[b"\x00\x01Davidson"]]}))) == "parquet-type"
    assert refused(packed(pa.table({"a": [["a\0Davidson"]]}))) == "bad-encoding"
    broken = pa.array([[b"\xff\xfeDavidson"]]).view(pa.list_(pa.string()))
    assert refused(packed(pa.table({"a": broken}))) == "bad-syntax"


@given(tables(KINDS), st.data())
def test_every_value_is_a_field(table: pa.Table, data: st.DataObject) -> None:
    """What is no field is not searched."""
    values = [value for _, value in at_paths(bare(table).to_pylist()) if value not in (None, "", b"")]
    texts = [field.text for row in records(opened(packed(table)))[1:] for field in row.fields() if field.text]
    assert len(texts) == len(values)
    words = sorted(value for value in values if isinstance(value, str))
    assert sorted(set(words) - set(texts)) == []


def nested_schema(depth: int, second: bytes = b"") -> bytes:
    """A file without rows whose schema has structures in structures. second: whose schema is there, too."""

    def element(*fields: bytes) -> bytes:
        return b"".join(fields) + b"\0"

    # Fields of an element: 1 type, of a leaf; 3 repetition; 4 name; 5 number of those inside.
    group, leaf = element(b"\x35\x02\x18\x01a\x15\x02"), element(b"\x15\x02\x25\x02\x18\x01x")
    count = depth + 2
    size = bytes([count & 0x7F | 0x80, count >> 7 & 0x7F | 0x80, count >> 14])
    schema = b"\xfc" + size + group * (depth + 1) + leaf
    begin = b"\x15\x02\x19" + schema + b"\x16\x00\x19\x0c"
    if second:
        begin += b"\x09\x04" + second[7:-8].removesuffix(b"\x16\x00\x19\x0c\0")
    data = begin + b"\0"
    return b"PAR1" + data + len(data).to_bytes(4, "little") + b"PAR1"
