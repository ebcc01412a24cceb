"""The tables: their columns, their parts, and reading what others wrote."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beam_phi.audit.parts import (
    EMPTY_PART,
    MAX_WAITING_CHARACTERS,
    MAX_WAITING_ROWS,
    PartWriter,
    TableError,
    encode,
    read_part,
    read_table,
    write_empty,
)
from beam_phi.audit.records import Annotation, CrosswalkRow, Outcome
from beam_phi.audit.schema import ANNOTATIONS, CROSSWALK, FILES
from beam_phi.transforms.filesystem import BeamStore

CONTRACT = {
    "annotations": "file_id output_path format location start end frame x y width height data_class "
    "matcher matcher_kind score rule function status reason original replacement key_id library_digest",
    "files": "file_id output_path format status reason message bytes_in bytes_out sha256_out findings "
    "seconds",
    "crosswalk": "kind source output",
}
WHOLE = (None,) * 7
"""Span and box of a finding that is a whole value."""


def annotation(file_id: str = "f1", location: str = "(0010,0010)", **changes: Any) -> Annotation:
    row = Annotation(
        file_id, "a/b.dcm", "dicom", location, *WHOLE, "patient-name", "profile", "profile", 1.0,
        "name-pseudonym", "pseudonym", "masked", None, None, "VELORA^TIMAS", "k1", "d" * 64,
    )  # fmt: skip
    return row._replace(**changes)


class Folder:
    """Parts in memory; one of the same name is overwritten."""

    def __init__(self) -> None:
        self.parts: dict[str, bytes] = {}

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        stream = io.BytesIO()
        yield stream
        self.parts[name] = stream.getvalue()

    def rows(self) -> list[dict[str, Any]]:
        return [row for part in self.parts.values() for row in pq.read_table(io.BytesIO(part)).to_pylist()]


@pytest.mark.parametrize(
    ("schema", "record"), [(ANNOTATIONS, Annotation), (FILES, Outcome), (CROSSWALK, CrosswalkRow)]
)
def test_columns_are_the_contracts(schema: pa.Schema, record: Any) -> None:
    name = schema.metadata[b"beam_phi.table"].decode()
    assert schema.names == CONTRACT[name].split()
    assert list(record._fields) == schema.names


@pytest.mark.parametrize(("schema", "record"), [(ANNOTATIONS, Annotation), (FILES, Outcome)])
def test_a_column_is_nullable_exactly_where_the_record_says_so(schema: pa.Schema, record: Any) -> None:
    for field in schema:
        assert field.nullable == ("None" in str(record.__annotations__[field.name])), field.name


def test_rows_come_back_as_they_went_in() -> None:
    folder = Folder()
    rows = [
        annotation("f1"),
        annotation("f1", "pixels", frame=0, x=1, y=2, width=30, height=4, original="h"),
        annotation("f2", "line 4", start=3, end=2**40, status="failed", reason="unfit", replacement=None),
    ]
    writer = PartWriter(ANNOTATIONS, folder.open)
    for row in rows:
        writer.add(row)
    (part,) = writer.close()
    assert (part.name, part.rows, part.bytes) == (*folder.parts, 3, len(folder.parts[part.name]))
    assert folder.rows() == [row._asdict() for row in rows]


def test_a_bundle_run_again_overwrites_its_parts() -> None:
    folder = Folder()
    for seconds in (0.5, 0.7):
        writer = PartWriter(FILES, folder.open, max_rows=2)
        for i in range(5):
            writer.add(
                Outcome(f"f{i}", None, "text", "quarantined", "empty", None, 0, None, None, 0, seconds)
            )
        assert [part.rows for part in writer.close()] == [2, 2, 1]
    assert sorted(row["file_id"] for row in folder.rows()) == [f"f{i}" for i in range(5)]


def test_parts_of_one_long_file_do_not_overwrite_each_other() -> None:
    folder = Folder()
    writer = PartWriter(ANNOTATIONS, folder.open, max_rows=10)
    for i in range(40):
        writer.add(annotation("long", f"row {i}"))
    assert len({part.name for part in writer.close()}) == 4
    assert len(folder.rows()) == 40


def test_other_files_get_another_name() -> None:
    names = set()
    for ids in (["a", "b"], ["a", "c"], ["a", "b", "b"], ["ab"], ["a"]):
        writer = PartWriter(ANNOTATIONS, Folder().open)
        for file_id in ids:
            writer.add(annotation(file_id))
        names.update(part.name for part in writer.close())
    assert len(names) == 5


def test_long_texts_close_a_part_before_its_rows_do() -> None:
    writer = PartWriter(ANNOTATIONS, Folder().open, max_rows=1000, max_characters=10_000)
    for i in range(10):
        writer.add(annotation("f", f"line {i}", replacement="x" * 4_000))
    assert [part.rows for part in writer.close()] == [3, 3, 3, 1]


def test_bytes_that_are_no_text_are_written_escaped() -> None:
    folder = Folder()
    writer = PartWriter(ANNOTATIONS, folder.open)
    writer.add(annotation(location="row 1 / Nam\udce9", original=None))
    writer.close()
    assert folder.rows()[0]["location"] == "row 1 / Nam\\udce9"


def test_nothing_written_without_rows_but_an_empty_table_has_its_schema() -> None:
    folder = Folder()
    assert PartWriter(FILES, folder.open).close() == []
    assert folder.parts == {}
    part = write_empty(FILES, folder.open)
    assert (part.name, part.rows) == (EMPTY_PART, 0)
    assert pq.read_schema(io.BytesIO(folder.parts[EMPTY_PART])).equals(FILES, check_metadata=True)


def store_with(folder: str, parts: dict[str, bytes], root: Path) -> BeamStore:
    for name, content in parts.items():
        (root / folder).mkdir(exist_ok=True)
        (root / folder / name).write_bytes(content)
    return BeamStore(str(root))


def test_reads_all_parts_and_nothing_else(tmp_path: Path) -> None:
    one, two = (bytes(encode(ANNOTATIONS, [annotation(name)] * 3)) for name in "ab")
    store = store_with(
        "annotations", {"part-1.parquet": one, "part-2.parquet": two, ".part-3.parquet.tmp": b"x"}, tmp_path
    )
    batches = list(read_table(store, "annotations", ANNOTATIONS, ["status", "file_id"]))
    assert [batch.schema.names for batch in batches] == [["status", "file_id"]] * 2
    assert [value for batch in batches for value in batch.column("file_id").to_pylist()] == list("aaabbb")


def test_no_table_is_an_error_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no table in files/"):
        list(read_table(BeamStore(str(tmp_path)), "files", FILES))


def test_takes_the_types_other_tools_write() -> None:
    table = pa.Table.from_batches(
        pq.ParquetFile(io.BytesIO(encode(ANNOTATIONS, [annotation(start=1)]))).iter_batches()
    )
    loose = table.set_column(4, "start", table["start"].cast(pa.float64()))
    loose = loose.set_column(17, "status", loose["status"].dictionary_encode()).append_column(
        "note", [["seen"]]
    )
    sink = io.BytesIO()
    pq.write_table(loose.replace_schema_metadata(None), sink)
    (batch,) = read_part(sink, "reviewed.parquet", ANNOTATIONS)
    assert batch.schema == ANNOTATIONS
    assert batch.to_pylist() == [annotation(start=1)._asdict()]


@pytest.mark.parametrize(
    ("column", "values", "complaint"),
    [
        ("start", pa.array([1.5]), "column start is not int64"),
        ("status", pa.array([None], pa.string()), "column status has empty cells"),
        ("location", None, "no column location"),
    ],
)
def test_wrong_columns_are_named(column: str, values: pa.Array | None, complaint: str) -> None:
    table = pq.read_table(io.BytesIO(encode(ANNOTATIONS, [annotation()])))
    i = table.column_names.index(column)
    table = table.remove_column(i) if values is None else table.set_column(i, column, values)
    sink = io.BytesIO()
    pq.write_table(table, sink)
    with pytest.raises(TableError, match=complaint):
        list(read_part(sink, "t", ANNOTATIONS))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_part_is_a_table_error(data: st.DataObject) -> None:
    content = bytearray(
        encode(FILES, [Outcome("f", None, "text", "masked", None, None, 1, 1, "0", 0, 0.1)] * 20)
    )
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(TableError):
        rows = [row for batch in read_part(io.BytesIO(content), "t", FILES) for row in batch.to_pylist()]
        assert len(rows) <= 20


def test_a_flipped_bit_in_the_values_is_found() -> None:
    content = bytearray(encode(ANNOTATIONS, [annotation(replacement="VELORA^TIMAS" * i) for i in range(50)]))
    chunk = (
        pq.ParquetFile(io.BytesIO(content))
        .metadata.row_group(0)
        .column(ANNOTATIONS.names.index("replacement"))
    )
    content[chunk.dictionary_page_offset + chunk.total_compressed_size - 1] ^= 1
    with pytest.raises(TableError):
        list(read_part(io.BytesIO(content), "t", ANNOTATIONS))


def test_text_that_is_no_text_is_found() -> None:
    table = pq.read_table(io.BytesIO(encode(ANNOTATIONS, [annotation()])))
    i = table.column_names.index("location")
    sink = io.BytesIO()
    pq.write_table(table.set_column(i, "location", pa.array([b"\xff"]).view(pa.string())), sink)
    with pytest.raises(TableError, match="column location is not string"):
        list(read_part(sink, "t", ANNOTATIONS))


def test_few_rows_wait_for_a_part_that_is_named_and_read_as_one() -> None:
    folder = Folder()
    rows = [annotation(f"f{i // 700}", f"line {i}", replacement="x" * 300) for i in range(3_000)]
    writer = PartWriter(ANNOTATIONS, folder.open)
    for row in rows:
        writer.add(row)
        assert len(writer._waiting) < MAX_WAITING_ROWS
        assert sum(len(each.replacement or "") for each in writer._waiting) < MAX_WAITING_CHARACTERS
    (part,) = writer.close()
    assert part.rows == len(rows)
    assert folder.rows() == [row._asdict() for row in rows]


def test_memory_stays_flat_over_many_rows() -> None:
    written = []

    @contextmanager
    def discard(name: str) -> Iterator[BinaryIO]:
        with tempfile.TemporaryFile() as stream:
            yield stream
            written.append(stream.tell())

    writer = PartWriter(ANNOTATIONS, discard, max_rows=1000)
    for i in range(20_000):
        writer.add(annotation(f"f{i // 80}", f"(0010,{i % 80:04x})"))
        assert len(writer._waiting) < 1000
    assert sum(part.rows for part in writer.close()) == 20_000
    assert len(written) == 20
