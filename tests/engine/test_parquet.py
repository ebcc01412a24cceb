"""Parquet: cells are masked by names and types of their columns, values keep their types, metadata goes."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.files import mask_file, planted_in

from beam_phi.engine import Quarantine
from beam_phi.formats import FormatError, Source, parquet
from beam_phi.formats.container import Budget
from beam_phi.formats.parquet import file as parquet_file

PLANTED = ("davidson", "douglas", "29282150", "1960-01-02", "617-555-0134")
UTC = datetime.UTC
FACTS = pa.map_(pa.string(), pa.string())


def rows() -> dict[str, pa.Array]:
    """Two patients, one of them twice."""
    day, moment = datetime.date, datetime.datetime
    seen = [moment(2013, 2, 14, 10, 30, 0, 125), moment(2013, 2, 20, 8), None]
    return {
        "Patient Name": pa.array(["DAVIDSON^DOUGLAS", "Osmin, Paul", "Davidson, Douglas"]),
        "MRN": pa.array([29282150, 29282151, 29282150], pa.int64()),
        "Category": pa.array(["Davidson", "b", "Davidson"]).dictionary_encode(),
        "DOB": pa.array([day(1960, 1, 2), day(1971, 3, 4), day(1960, 1, 2)], pa.date32()),
        "Seen": pa.array(seen, pa.timestamp("us")),
        "Stored": pa.array(seen, pa.timestamp("ns", "America/New_York")),
        "Note": pa.array(["Mr. Davidson (29282150) is well", None, "Call Douglas Davidson at 617-555-0134"]),
        "Hemoglobin": pa.array([13.25, float("nan"), None], pa.float32()),
        "Amount": pa.array([Decimal("12.50"), None, Decimal("-3.00")], pa.decimal128(9, 2)),
        "Deceased": pa.array([True, False, None]),
        "Raw": pa.array([b"Davidson", b"well", None], pa.binary()),
        "Nothing": pa.nulls(3),
        "Time": pa.array([datetime.time(10, 30), None, datetime.time(0)], pa.time64("us")),
        "Contact": pa.array(
            [{"phone": "617-555-0134", "kind": {"code": 1}}, None, {"phone": None, "kind": {"code": 2}}]
        ),
        "Notes": pa.array([["Saw Mr. Davidson", None], [], ["MRN 29282150"]]),
        "Called": pa.array(
            [[{"given": ["Douglas", "D."], "family": "Davidson", "since": day(1960, 1, 2)}], None, [None]]
        ),
        "Facts": pa.array([[("color", "blue"), ("mrn", "29282150")], None, [("Davidson", None)]], FACTS),
        "Codes": pa.array([[["718-7", None], []], None, [None]]),
    }


def packed(columns: dict[str, pa.Array], **options: Any) -> bytes:
    """With values in the metadata of the file and of fields."""
    fields = [
        pa.field(name, array.type, metadata={"comment": "of Davidson"}) for name, array in columns.items()
    ]
    schema = pa.schema(fields, metadata={"pandas": '{"creator": "Douglas Davidson 29282150"}'})
    sink = io.BytesIO()
    pq.write_table(pa.table(list(columns.values()), schema=schema), sink, **options)
    return sink.getvalue()


def unpacked(data: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(data))


def refused(data: bytes) -> str:
    with pytest.raises(Quarantine) as refusal:
        mask_file("a.parquet", data)
    assert not planted_in(str(refusal.value).encode(), *PLANTED)
    return refusal.value.reason


def uncompressed(data: bytes) -> bytes:
    """The file written anew so that a search sees all its bytes, statistics, and its values as text."""
    sink = io.BytesIO()
    pq.write_table(unpacked(data), sink, compression="none", use_dictionary=False)
    values = json.dumps(unpacked(data).to_pylist(), default=str)
    metadata = str(pq.read_metadata(io.BytesIO(data)).to_dict())
    return data + sink.getvalue() + values.encode() + metadata.encode()


@pytest.mark.parametrize("codec", ["snappy", "gzip", "zstd", "none"])
@pytest.mark.parametrize("library", ["basic", "research", "safe-harbor"])
def test_nothing_that_names_anybody_is_left(library: str, codec: str) -> None:
    data = packed(rows(), compression=codec)
    masked, _, annotations = mask_file("list.parquet", data, library)
    assert planted_in(uncompressed(data), *PLANTED) == list(PLANTED)
    assert not planted_in(uncompressed(masked), *PLANTED)
    assert pq.read_metadata(io.BytesIO(masked)).metadata is None
    locations = {row.location for row in annotations}
    assert {
        "table > row 1 / Patient Name",
        "table > row 1 / Notes[0]",
        "table > row 3 / Notes[0]",
    } < locations
    assert mask_file("list.parquet", data, library)[0] == masked


def test_types_stay_and_so_does_what_names_nobody() -> None:
    before, after = unpacked(packed(rows())), unpacked(mask_file("a.parquet", packed(rows()), "research")[0])
    assert after.column_names == before.column_names
    for old, new in zip(before.schema, after.schema, strict=True):
        if old.name not in ("Category", "Stored"):
            assert new.type == old.type
    for name in ("Hemoglobin", "Amount", "Deceased", "Nothing", "Codes"):
        assert str(after[name].to_pylist()) == str(before[name].to_pylist())
    assert after["Note"].null_count == 1
    ids = after["MRN"].to_pylist()
    assert ids[0] == ids[2] != ids[1]
    notes, called, facts = (after[name].to_pylist() for name in ("Notes", "Called", "Facts"))
    assert [notes[0][1], notes[1], called[1:], facts[0][0], facts[1], facts[2][0][1]] == [
        None, [], [None, [None]], ("color", "blue"), None, None
    ]  # fmt: skip
    assert facts[0][1] == ("mrn", str(ids[0]))
    assert after["Contact"].to_pylist()[1] is None
    assert after["Contact"].to_pylist()[2] == {"phone": None, "kind": {"code": 2}}
    births, seen = after["DOB"].to_pylist(), after["Seen"].to_pylist()
    old_births, old_seen = before["DOB"].to_pylist(), before["Seen"].to_pylist()
    shifts = [old - new for old, new in zip(old_births, births, strict=True)]
    assert shifts[0] == shifts[2]
    assert shifts[0].days
    assert old_seen[0] - seen[0] == shifts[0]
    assert seen[0].microsecond == 125


def test_an_id_that_became_floating_point_is_the_same_id() -> None:
    """As in pandas, where an integer is missing."""
    whole, floating = (
        unpacked(mask_file("a.parquet", packed({"MRN": pa.array([29282150, None], type_)}), "research")[0])
        for type_ in (pa.int64(), pa.float64())
    )
    assert whole["MRN"].to_pylist() == floating["MRN"].to_pylist()


def test_an_id_that_became_a_decimal_is_the_same_id_in_its_scale() -> None:
    masked = [
        unpacked(mask_file("a.parquet", packed({"MRN": pa.array([29282150, None], type_)}), "research")[0])
        for type_ in (pa.int64(), pa.decimal128(12, 2), pa.decimal128(9, 0), pa.decimal256(40, 5))
    ]
    assert len({str(table["MRN"].to_pylist()[0]).partition(".")[0] for table in masked}) == 1
    assert str(masked[1]["MRN"].to_pylist()[0]).endswith(".00")
    assert masked[3].schema.field("MRN").type == pa.decimal256(40, 5)


def test_an_id_of_all_64_bits_is_masked_as_one() -> None:
    number = (1 << 63) + 3
    data = packed({"MRN": pa.array([number, number, 29282150], pa.uint64())})
    masked = unpacked(mask_file("a.parquet", data, "research")[0])["MRN"].to_pylist()
    assert number != masked[0] == masked[1] > 10**18


def test_dates_become_the_first_of_their_year() -> None:
    after = unpacked(mask_file("a.parquet", packed(rows()), "basic")[0])
    assert after["DOB"].to_pylist()[0] == datetime.date(1960, 1, 1)
    assert after["Seen"].to_pylist()[0] == datetime.datetime(2013, 1, 1)


def test_a_number_that_no_rule_can_mask_as_one() -> None:
    data = packed(
        {"Phone": pa.array([6175550134, None]), "SSN": pa.array([987654329, 987654320], pa.int32())}
    )
    after = unpacked(mask_file("a.parquet", data, "safe-harbor")[0])
    assert after["Phone"].to_pylist() == [0, None]
    assert after["SSN"].to_pylist() == [0, 0]


def test_names_of_columns_may_name_somebody() -> None:
    columns = {"MRN": pa.array([1]), "Douglas Davidson": pa.array(["x"])}
    masked = mask_file("a.parquet", packed(columns))[0]
    assert not planted_in(masked, "davidson", "douglas")
    assert unpacked(masked).column_names[0] == "MRN"
    lists = {"MRN": pa.array([1]), "Douglas Davidson": pa.array([["x"]])}
    assert unpacked(mask_file("a.parquet", packed(lists))[0]).column_names[0] == "MRN"
    for array in (
        pa.array([{"x": 1}]),
        pa.array([[{"x": 1}]]),
        pa.array([[("a", "b")]], pa.map_(pa.string(), pa.string())),
    ):
        assert refused(packed({"Douglas Davidson": array})) in ("unfit", "path-collision")


def test_columns_that_can_not_be_masked() -> None:
    for array in (
        pa.array([b"\x00\x01Davidson"]),
        pa.array([b"0123456789abcdef"], pa.binary(16)),
        pa.array([[b"0123456789abcdef"]], pa.list_(pa.binary(16))),
    ):
        assert refused(packed({"a": array})) == "parquet-type"


def test_many_rows_in_several_row_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_file, "ROWS", 64)
    names = [f"Davidson {number}" for number in range(500)]
    columns = {"Patient Name": pa.array(names), "n": pa.array(range(500))}
    masked = mask_file("a.parquet", packed(columns, row_group_size=100))[0]
    after = unpacked(masked)
    assert after["n"].to_pylist() == list(range(500))
    assert not planted_in(uncompressed(masked), "davidson")
    assert pq.read_metadata(io.BytesIO(masked)).num_row_groups == 10


def test_an_empty_table() -> None:
    data = packed({"MRN": pa.array([], pa.int64())})
    assert unpacked(mask_file("a.parquet", data)[0]).num_rows == 0


def test_what_lies_between_the_columns_does_not_pass() -> None:
    data = packed({"a": pa.array([1])})
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    hidden = data[:footer] + b"Davidson" + data[footer:]
    assert unpacked(hidden) == unpacked(data)
    assert not planted_in(mask_file("a.parquet", hidden)[0], "davidson")


def test_dates_out_of_the_calendar_are_refused() -> None:
    assert refused(packed({"a": pa.array([10**14], pa.int64()).cast(pa.timestamp("s"))})) == "date-range"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1 << 13), st.binary(min_size=1, max_size=4)), max_size=4),
    st.integers(0, 1 << 13),
)
def test_damage_is_refused_or_read(damages: list[tuple[int, bytes]], cut: int) -> None:
    data = bytearray(SEED)
    for place, damage in damages:
        at = place % len(data)
        data[at : at + len(damage)] = damage
    whole = bytes(data[: 1 + cut % len(data)] if cut % 5 == 0 else data)
    with contextlib.suppress(FormatError):
        opened = parquet.open(Source(io.BytesIO(whole), len(whole)))
        for member in opened.members(Budget(len(whole))):
            assert member.document is not None
            content = [part for scope in member.document.scopes() for part in scope.render()]
            list(opened.packer().add(None, content, 0))  # type: ignore[arg-type]


SEED = packed({name: array for name, array in rows().items() if name != "Nothing"})
