"""A Parquet file as a container of one table: its rows are masked as records of delimited text, and become
values of its columns again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from beam_phi.formats.container import Budget, Member
from beam_phi.formats.delimited.given import read
from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.parquet.batch import Batch
from beam_phi.formats.parquet.columns import arrow
from beam_phi.formats.parquet.footer import LARGEST, RowGroup, read_footer
from beam_phi.formats.parquet.schema import leaves, renamed
from beam_phi.formats.parquet.table import TableDocument

#: Rows that are held at a time, and that a row group of a masked file has at most.
ROWS = 1 << 14
#: Bytes that these have at most as far as the footer tells: as they are stored, and so many for an element.
HELD, ELEMENT = 1 << 26, 16
#: Columns of values.
MOST_COLUMNS = 4096
#: Elements of lists in one row group, beyond one for each row and column: all may turn out to be in one row,
#: and a row is read at once.
MOST_ELEMENTS = 1 << 26


class Parquet:
    """A Parquet file."""

    def __init__(self, source: Source) -> None:
        self._footer = read_footer(source)
        with arrow():
            metadata = pq.ParquetFile(self._footer.file, thrift_string_size_limit=LARGEST).metadata
            # Read as dictionaries, equal texts are one, however often a small file has a large one.
            texts = [column.path for column in metadata.schema if column.physical_type == "BYTE_ARRAY"]
            source.stream.seek(0)
            self._file = pq.ParquetFile(source.stream, metadata=metadata, read_dictionary=texts)
            self._schema = self._file.schema_arrow
        if metadata.num_columns > MOST_COLUMNS:
            raise FormatError("too-many-elements", f"the table has more than {MOST_COLUMNS} columns")
        self._leaves = leaves(self._schema)

    def members(self, budget: Budget) -> Iterator[Member]:
        """The rows are read from the table itself: the member has no bytes of its own."""
        budget.member()
        document = TableDocument(self._leaves, self.batches, budget)
        yield Member(None, Source(io.BytesIO(), 0), document, "table")

    def packer(self) -> ParquetPacker:
        return ParquetPacker(self)

    def batches(self) -> Iterator[Batch]:
        """The rows, some at a time.

        Raises FormatError ``bad-syntax``, ``archive-bomb``.
        """
        for number, group in enumerate(self._footer.groups):
            rows = _rows_at_a_time(group)
            batches = self._file.iter_batches(rows, row_groups=[number], use_threads=False)
            while True:
                with arrow():
                    batch = next(batches, None)
                    if batch is None:
                        break
                    batch.validate()
                    taken = Batch(batch.columns, self._leaves, batch.num_rows)
                yield taken

    def masked_schema(self, names: Sequence[str]) -> pa.Schema:
        """The schema without metadata, its columns of values called by other names. Raises FormatError."""
        return renamed(self._schema, names)

    @property
    def codec(self) -> str:
        """How the first column is compressed."""
        return self._footer.codec


def _rows_at_a_time(group: RowGroup) -> int:
    """The rows of a row group that are read at a time. Raises FormatError ``archive-bomb``."""
    rows = max(group.rows, 1)
    if sum(max(count - rows, 0) for count in group.values) > MOST_ELEMENTS:
        raise FormatError("archive-bomb", f"lists of a row group have more than {MOST_ELEMENTS} elements")
    size = group.size + ELEMENT * sum(group.values)
    return max(1, min(ROWS, HELD * rows // max(size, 1)))


class ParquetPacker:
    """Writes the masked table, row group by row group."""

    def __init__(self, parquet: Parquet) -> None:
        self._parquet = parquet

    def add(self, name: str | None, content: Iterable[bytes], size: int) -> Iterator[bytes]:
        rows = read(content)
        schema = self._parquet.masked_schema(next(rows))
        sink = _Sink()
        with (
            arrow(),
            pq.ParquetWriter(sink, schema, compression=self._parquet.codec, store_schema=False) as writer,
        ):
            for batch in self._parquet.batches():
                masked = [piece.masked(list(islice(rows, piece.rows)), schema) for piece in batch.pieces()]
                writer.write_table(pa.Table.from_batches(masked, schema), row_group_size=ROWS)
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
