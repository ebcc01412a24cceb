"""The footer of a Parquet file, looked at before Arrow reads it.

Arrow follows a schema by recursion, and one that is nested deep enough ends the process; so its depth is
counted here first. It ends it, too, where Python asks for the numbers of a damaged column, which are read
here. And its own note of the types that a table had in memory is hidden from it: it fails at some that it
wrote itself (lists of a fixed size that are null), and a masked file has no such note anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.parquet.compact import I32, I64, LIST, STRUCT, Compact

#: What a file begins and ends with.
MAGIC = b"PAR1"
#: Bytes of a footer.
LARGEST = 1 << 26
#: Structures, lists and maps in one another, a list or map counting twice.
DEEPEST = 64
#: The key of the note among the file's metadata.
_NOTE = b"ARROW:schema"
#: Codecs by their numbers (CompressionCodec), as a writer is told of them; nobody reads the fourth, LZO.
_CODECS = ("NONE", "SNAPPY", "GZIP", "NONE", "BROTLI", "LZ4", "ZSTD", "LZ4")


@dataclass(frozen=True, slots=True)
class RowGroup:
    """What the footer says of a row group.

    size: bytes of its columns without compression. values: of each column, all those of lists counted.
    """

    rows: int
    size: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Footer:
    """What is known of a file from its footer.

    file: the footer alone, as a file without any data. codec: of the first column.
    """

    file: BinaryIO
    groups: tuple[RowGroup, ...]
    codec: str


def read_footer(source: Source) -> Footer:
    """Raises FormatError ``bad-syntax``, ``too-deep``, ``too-many-elements``."""
    stream, end = source.stream, source.size
    stream.seek(max(end - 8, 0))
    tail = stream.read(8)
    size = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or size > end - 12:
        raise FormatError("bad-syntax", "the file has no footer")
    if size > LARGEST:
        raise FormatError("too-many-elements", f"the footer has more than {LARGEST} bytes")
    stream.seek(end - 8 - size)
    data = stream.read(size)
    reading = _Reading(data)
    try:
        reading.read()
    except IndexError:
        raise FormatError("bad-syntax", "the footer is damaged") from None
    hidden = bytearray(data)
    for at in reading.notes:
        hidden[at : at + len(_NOTE)] = b"." * len(_NOTE)
    codec = reading.codecs[0] if reading.codecs else 1
    if not 0 <= codec < len(_CODECS):
        raise FormatError("bad-syntax", "the file is compressed in an unknown way")
    return Footer(BytesIO(MAGIC + hidden + tail), tuple(reading.groups), _CODECS[codec])


class _Reading:
    """A FileMetaData, as it is read.

    groups: row groups. codecs: of their columns. notes: where keys of Arrow's note stand.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._compact = Compact(data)
        self.groups: list[RowGroup] = []
        self.codecs: list[int] = []
        self.notes: list[int] = []

    def read(self) -> None:
        for number, kind in self._compact.fields():
            if number == 2 and kind == LIST:
                self._schema()
            elif number == 4 and kind == LIST:
                self.groups += [self._group() for _ in range(self._compact.elements())]
            elif number == 5 and kind == LIST:
                for _ in range(self._compact.elements()):
                    self._metadata()
            else:
                self._compact.skip(kind)

    def _schema(self) -> None:
        """The elements of a schema, each before those inside it."""
        inside: list[int] = []
        for _ in range(self._compact.elements()):
            if inside:
                inside[-1] -= 1
            # Field 5 of SchemaElement is the number of those inside.
            children = self._integers({5: I32}).get(5, 0)
            if children > 0:
                inside.append(children)
            while inside and inside[-1] == 0:
                inside.pop()
            # The schema itself is the first.
            if len(inside) > DEEPEST + 1:
                raise FormatError("too-deep", f"columns are nested deeper than {DEEPEST} levels")

    def _group(self) -> RowGroup:
        rows = size = 0
        values: list[int] = []
        for number, kind in self._compact.fields():
            if number == 1 and kind == LIST:
                values += [self._values() for _ in range(self._compact.elements())]
            elif number == 2 and kind == I64:
                size = self._compact.integer()
            elif number == 3 and kind == I64:
                rows = self._compact.integer()
            else:
                self._compact.skip(kind)
        return RowGroup(rows, size, tuple(values))

    def _values(self) -> int:
        """The number of values of a ColumnChunk, in its field 3, which also tells the codec."""
        values = 0
        for number, kind in self._compact.fields():
            if number == 3 and kind == STRUCT:
                told = self._integers({4: I32, 5: I64})
                self.codecs.append(told.get(4, 0))
                values = told.get(5, 0)
            else:
                self._compact.skip(kind)
        return values

    def _metadata(self) -> None:
        """An entry of metadata; field 1 of KeyValue is its key."""
        for number, kind in self._compact.fields():
            begin = self._compact.at + 1
            self._compact.skip(kind)
            if number == 1 and self._data[begin : self._compact.at] == _NOTE:
                self.notes.append(begin)

    def _integers(self, wanted: dict[int, int]) -> dict[int, int]:
        """Those fields of a structure that are of the wanted types; the others are skipped."""
        found = {}
        for number, kind in self._compact.fields():
            if wanted.get(number) == kind:
                found[number] = self._compact.integer()
            else:
                self._compact.skip(kind)
        return found
