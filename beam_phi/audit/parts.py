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

#: Of a part.
MAX_ROWS = 20_000
MAX_CHARACTERS = 8_000_000
#: Of the rows that wait to be encoded. A process has a writer for each format and table: encoded rows take a
#: small part of the memory.
MAX_WAITING_ROWS = 2_000
MAX_WAITING_CHARACTERS = 400_000
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
    all rows of a file in one go. A part has at most `max_rows` rows, and little more than `max_characters`
    characters in columns of unbounded text. It is held in memory, as Parquet but for its last rows.

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
        self._long = tuple(i for i, name in enumerate(schema.names) if name in _LONG_COLUMNS)
        self._waiting: list[Row] = []
        self._waiting_characters = 0
        self._open: _OpenPart | None = None
        self._parts: list[Part] = []

    def add(self, row: Row) -> None:
        """Take one row, values in the schema's order."""
        self._waiting.append(row)
        for column in self._long:
            if text := row[column]:
                self._waiting_characters += len(text)
        rows, characters = len(self._waiting), self._waiting_characters
        if self._open is not None:
            rows, characters = rows + self._open.rows, characters + self._open.characters
        if rows >= self._max_rows or characters >= self._max_characters:
            self._flush()
        elif len(self._waiting) >= MAX_WAITING_ROWS or self._waiting_characters >= MAX_WAITING_CHARACTERS:
            self._encode()

    def close(self) -> list[Part]:
        """Write what is left; all parts of this bundle, none if it had no rows."""
        if self._waiting or self._open is not None:
            self._flush()
        return self._parts

    def _encode(self) -> _OpenPart:
        """The part with the rows that wait."""
        if self._open is None:
            self._open = _OpenPart(self._schema)
        if self._waiting:
            self._open.add(self._waiting, self._waiting_characters)
            self._waiting, self._waiting_characters = [], 0
        return self._open

    def _flush(self) -> None:
        part = self._encode()
        content = part.close()
        # The ordinal tells apart the parts of one file that has more rows than a part holds.
        name = f"part-{part.digest(len(self._parts))}.parquet"
        with self._open_output(name) as output:
            output.write(content)
        self._parts.append(Part(name, part.rows, len(content)))
        self._open = None


class _OpenPart:
    """A Parquet file in the making, in memory: one row group for each lot of rows.

    rows, characters: that it has.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self.rows = self.characters = 0
        self._schema = schema
        self._file_id = itemgetter(schema.get_field_index("file_id"))
        self._files: list[list[Any]] = []
        self._sink = pa.BufferOutputStream()
        dictionary = [name for name in schema.names if name not in _UNIQUE_COLUMNS]
        self._writer = pq.ParquetWriter(
            self._sink, schema, compression="zstd", use_dictionary=dictionary, write_page_checksum=True
        )

    def add(self, rows: Sequence[Row], characters: int = 0) -> None:
        columns = zip(*rows, strict=True) if rows else ((),) * len(self._schema)
        arrays = [_array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        self._writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        self.rows += len(rows)
        self.characters += characters
        for file_id, same in groupby(rows, self._file_id):
            if not self._files or self._files[-1][0] != file_id:
                self._files.append([file_id, 0])
            self._files[-1][1] += sum(1 for _ in same)

    def close(self) -> memoryview:
        """The whole file."""
        self._writer.close()
        return memoryview(self._sink.getvalue())

    def digest(self, ordinal: int) -> str:
        """What it is called by: the files its rows are about, and its place among the parts of a bundle."""
        digest = blake2b(f"{ordinal}\n".encode(), digest_size=16)
        for file_id, rows in self._files:
            digest.update(f"{file_id} {rows}\n".encode())
        return digest.hexdigest()


def encode(schema: pa.Schema, rows: Sequence[Row]) -> memoryview:
    """A whole Parquet file of `rows`, in memory."""
    part = _OpenPart(schema)
    part.add(rows)
    return part.close()


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
