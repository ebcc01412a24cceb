"""Writing the audit tables in Parquet parts from many workers, and reading them back part by part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from beam_phi.audit.store import Store

MAX_ROWS = 20_000
MAX_CHARACTERS = 8_000_000
EMPTY_PART = f"part-{'0' * 32}.parquet"
"""The part of a table without rows: readers need its schema."""

# Columns whose text has no natural bound: a run of long ones closes a part before MAX_ROWS does.
_LONG_COLUMNS = frozenset(
    {"location", "message", "original", "output", "output_path", "replacement", "source"}
)
# Nearly every value differs: a dictionary would be a second copy of the column.
_UNIQUE_COLUMNS = frozenset({"sha256_out", "seconds", "source", "output"})
_PART_NAME = re.compile(r"part-[\w-]+\.parquet")
_BATCH_ROWS = 65_536

Row = tuple[Any, ...]
OpenOutput = Callable[[str], AbstractContextManager[BinaryIO]]


class TableError(Exception):
    """A table is absent, no Parquet, or not of its schema. Names the part and the column, never a value."""


class Part(NamedTuple):
    """A written part: file name, number of rows, size in bytes."""

    name: str
    rows: int
    bytes: int


class PartWriter:
    """Collects the rows of one bundle and writes them as Parquet parts.

    A part is named by a digest of the files its rows are about (``file_id``, number of rows, place in the
    bundle), so the same bundle run again overwrites its parts. Make one writer for each bundle, and give it
    all rows of a file in one go. It holds at most `max_rows` rows, and little more than `max_characters`
    characters in columns of unbounded text.

    schema: the table's schema; it has a column ``file_id``.
    open_output: opens a part by its name for writing.
    """

    def __init__(
        self,
        schema: pa.Schema,
        open_output: OpenOutput,
        max_rows: int = MAX_ROWS,
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        self._schema = schema
        self._open_output = open_output
        self._max_rows = max_rows
        self._max_characters = max_characters
        self._file_id = itemgetter(schema.get_field_index("file_id"))
        self._long = tuple(i for i, name in enumerate(schema.names) if name in _LONG_COLUMNS)
        self._rows: list[Row] = []
        self._characters = 0
        self._parts: list[Part] = []

    def add(self, row: Row) -> None:
        """Take one row, values in the schema's order."""
        self._rows.append(row)
        for column in self._long:
            if text := row[column]:
                self._characters += len(text)
        if len(self._rows) >= self._max_rows or self._characters >= self._max_characters:
            self._flush()

    def close(self) -> list[Part]:
        """Write what is left; all parts of this bundle, none if it had no rows."""
        if self._rows:
            self._flush()
        return self._parts

    def _flush(self) -> None:
        content = encode(self._schema, self._rows)
        name = f"part-{self._digest()}.parquet"
        with self._open_output(name) as output:
            output.write(content)
        self._parts.append(Part(name, len(self._rows), len(content)))
        self._rows = []
        self._characters = 0

    def _digest(self) -> str:
        # The ordinal tells apart the parts of one file that has more rows than a part holds.
        digest = blake2b(f"{len(self._parts)}\n".encode(), digest_size=16)
        for file_id, rows in groupby(self._rows, self._file_id):
            digest.update(f"{file_id} {sum(1 for _ in rows)}\n".encode())
        return digest.hexdigest()


def encode(schema: pa.Schema, rows: Sequence[Row]) -> memoryview:
    """A whole Parquet file of `rows`, in memory."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [_array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    dictionary = [name for name in schema.names if name not in _UNIQUE_COLUMNS]
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink, schema, compression="zstd", use_dictionary=dictionary, write_page_checksum=True
    ) as writer:
        writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return memoryview(sink.getvalue())


def write_empty(schema: pa.Schema, open_output: OpenOutput) -> Part:
    """The one part of a table without rows."""
    content = encode(schema, ())
    with open_output(EMPTY_PART) as output:
        output.write(content)
    return Part(EMPTY_PART, 0, len(content))


def read_table(
    store: Store, folder: str, schema: pa.Schema, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Batches of `columns` (all if None) of every part in `folder`, in the schema's types, part by part.

    Raises TableError if there is no part, or a part can't be read as `schema`.
    """
    names = [name for name in store.names(folder) if _PART_NAME.fullmatch(name)]
    if not names:
        raise TableError(f"no table in {folder}/")
    for name in names:
        with store.open(f"{folder}/{name}") as stream:
            yield from read_part(stream, f"{folder}/{name}", schema, columns)


def read_part(
    stream: BinaryIO, name: str, schema: pa.Schema, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Batches of one Parquet file; other tools may have written it, if its types can become the schema's.

    name: how errors call it. Raises TableError.
    """
    wanted = schema if columns is None else pa.schema([schema.field(column) for column in columns])
    try:
        file = pq.ParquetFile(stream, page_checksum_verification=True)
        missing = [column for column in wanted.names if column not in file.schema_arrow.names]
        if missing:
            raise TableError(f"{name}: no column {', '.join(missing)}")
        for batch in file.iter_batches(_BATCH_ROWS, columns=wanted.names):
            yield _cast(batch, name, wanted)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise TableError(f"{name}: not a readable Parquet file") from None


def _cast(batch: pa.RecordBatch, name: str, schema: pa.Schema) -> pa.RecordBatch:
    arrays = []
    for field in schema:
        column = batch.column(field.name)
        try:
            column = column.cast(field.type)
            column.validate(full=True)
        except pa.ArrowException:
            raise TableError(f"{name}: column {field.name} is not {field.type}") from None
        if column.null_count and not field.nullable:
            raise TableError(f"{name}: column {field.name} has empty cells")
        arrays.append(column)
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(column: Sequence[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(column, kind)
    except UnicodeEncodeError:
        # Bytes that are no text in the file's encoding come as lone surrogates; UTF-8 has no place for them.
        clean = [text and text.encode("utf-8", "backslashreplace").decode() for text in column]
        return pa.array(clean, kind)
