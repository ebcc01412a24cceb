"""A Parquet file as a container of one table: its rows are masked as records of delimited text, and become
values of its columns again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from beam_phi.formats.container import Budget, Member
from beam_phi.formats.delimited.given import headed, read, written
from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.parquet.columns import Leaf, integers, leaves, plain_type, texts
from beam_phi.formats.spool import spooled

#: Rows that are held at a time, and that a row group of a masked file has at most.
ROWS = 1 << 14
#: Columns of a table, and bytes of its footer.
MOST_COLUMNS, LARGEST_FOOTER = 4096, 1 << 26


@contextmanager
def _arrow() -> Iterator[None]:
    """Whatever the reader raises for damaged files is one error without any value."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError, MemoryError):
        raise FormatError("bad-syntax", "the file can't be read as Parquet") from None


class Parquet:
    """A Parquet file."""

    def __init__(self, source: Source) -> None:
        with _arrow():
            source.stream.seek(0)
            self._file = pq.ParquetFile(source.stream, thrift_string_size_limit=LARGEST_FOOTER)
            self._schema = self._file.schema_arrow
        if len(self._schema) > MOST_COLUMNS:
            raise FormatError("too-many-elements", f"the table has more than {MOST_COLUMNS} columns")
        self._leaves = leaves(pa.schema([field.with_type(plain_type(field.type)) for field in self._schema]))

    def members(self, budget: Budget) -> Iterator[Member]:
        """Raises FormatError ``bad-syntax``, ``parquet-type``, ``date-range``, ``archive-bomb``."""
        budget.member()
        source = spooled(budget.metered(written(self._rows())))
        with closing(source.stream):
            yield Member(None, source, headed(source, [leaf.column for leaf in self._leaves]), "table")

    def packer(self) -> ParquetPacker:
        return ParquetPacker(self)

    def _rows(self) -> Iterator[Sequence[str]]:
        yield [leaf.name for leaf in self._leaves]
        for batch in self.batches():
            columns = batch.texts()
            yield from zip(*columns, strict=True) if columns else [()] * batch.rows

    def batches(self) -> Iterator[Batch]:
        """The rows, some at a time. Raises FormatError."""
        for group in range(self._file.num_row_groups):
            batches = self._file.iter_batches(ROWS, row_groups=[group], use_threads=False)
            while True:
                with _arrow():
                    batch = next(batches, None)
                    if batch is None:
                        break
                    yield Batch(batch.columns, self._leaves, batch.num_rows)

    def masked_schema(self, names: Sequence[str]) -> pa.Schema:
        """The schema without metadata, with other names of columns, those of fields inside them too."""
        named = iter(names)
        fields = [_renamed(field, named, "") for field in self._schema]
        if len({field.name for field in fields}) < len({field.name for field in self._schema}):
            raise FormatError("path-collision", "two columns have the same masked name")
        return pa.schema(fields)

    def compression(self) -> str:
        """How the first column is compressed."""
        metadata = self._file.metadata
        if not (metadata.num_row_groups and metadata.num_columns):
            return "SNAPPY"
        codec = str(metadata.row_group(0).column(0).compression)
        return "NONE" if codec == "UNCOMPRESSED" else codec


def _renamed(field: pa.Field, names: Iterator[str], before: str) -> pa.Field:
    """A field with its masked name, which those inside it have before theirs."""
    type_ = field.type
    if not pa.types.is_struct(type_):
        name = next(names)
        if not name.startswith(before):
            raise FormatError("unfit", "the name of a structure can't be masked")
        return pa.field(name[len(before) :], plain_type(type_), field.nullable)
    before = f"{before}{field.name}."
    inner = [_renamed(type_.field(number), names, before) for number in range(type_.num_fields)]
    return pa.field(field.name, pa.struct(inner), field.nullable)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a table."""

    arrays: list[pa.Array]
    leaves: list[Leaf]
    rows: int

    def texts(self) -> list[list[str]]:
        """The texts of each column, inner ones by themselves."""
        with _arrow():
            return [texts(leaf, self._array(leaf))[1] for leaf in self.leaves]

    def masked(self, rows: Sequence[Sequence[str]], schema: pa.Schema) -> pa.RecordBatch:
        """The rows with masked texts; where a text is what it was, its value is what it was."""
        columns = iter(
            [
                _masked(leaf, self._array(leaf), [row[at] for row in rows])
                for at, leaf in enumerate(self.leaves)
            ]
        )
        arrays = [_built(field, array, columns) for field, array in zip(schema, self.arrays, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _array(self, leaf: Leaf) -> pa.Array:
        array = self.arrays[leaf.path[0]]
        for number in leaf.path[1:]:
            array = array.flatten()[number]
        return array


def _masked(leaf: Leaf, array: pa.Array, new: Sequence[str]) -> pa.Array:
    values, old = texts(leaf, array)
    changed: list[Any] = [
        value if before == after else leaf.value(after) if after else leaf.empty
        for value, before, after in zip(values, old, new, strict=True)
    ]
    stored = integers(leaf.type)
    built = pa.array(changed, stored or leaf.type)
    return built.cast(leaf.type) if stored else built


def _built(field: pa.Field, array: pa.Array, columns: Iterator[pa.Array]) -> pa.Array:
    """The array of a column, of those of its fields where it is one of structures."""
    type_ = field.type
    if not pa.types.is_struct(type_):
        return next(columns)
    inner = array.flatten()
    fields = [type_.field(number) for number in range(type_.num_fields)]
    built = [_built(each, inner[number], columns) for number, each in enumerate(fields)]
    return pa.StructArray.from_arrays(built, fields=fields, mask=array.is_null())


class ParquetPacker:
    """Writes the masked table, row group by row group."""

    def __init__(self, parquet: Parquet) -> None:
        self._parquet = parquet

    def add(self, name: str | None, content: Iterable[bytes], size: int) -> Iterator[bytes]:
        rows = read(content)
        schema = self._parquet.masked_schema(next(rows))
        sink = _Sink()
        codec = self._parquet.compression()
        with _arrow(), pq.ParquetWriter(sink, schema, compression=codec, store_schema=False) as writer:
            for batch in self._parquet.batches():
                masked = list(islice(rows, batch.rows))
                writer.write_batch(batch.masked(masked, schema), row_group_size=ROWS)
                yield sink.taken()
        yield sink.taken()

    def folder(self, name: str) -> Iterator[bytes]:
        raise FormatError("bad-syntax", "a table holds no folder")

    def end(self) -> Iterator[bytes]:
        yield b""


class _Sink(io.RawIOBase):
    """Where a writer writes to, emptied as it goes on."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def write(self, data: Any, /) -> int:
        held = bytes(data)
        self._held.append(held)
        self._at += len(held)
        return len(held)

    def taken(self) -> bytes:
        held = b"".join(self._held)
        self._held.clear()
        return held
