"""The footer of a Parquet file, looked at before Arrow reads it.

Arrow follows a schema by recursion, and one that is nested deep enough ends the process; so its depth is
counted here first. And Arrow's own note of the types that a table had in memory is hidden from it: it fails
at some that it wrote itself (lists of a fixed size that are null), and a masked file has no such note anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from beam_phi.formats.document import FormatError

#: What a file begins and ends with.
MAGIC = b"PAR1"
#: Bytes of a footer.
LARGEST = 1 << 26
#: Structures, lists and maps in one another, a list or map counting twice.
DEEPEST = 64
#: The key of the note among the file's metadata.
_NOTE = b"ARROW:schema"
#: Types of fields in Thrift's compact protocol.
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _, _STRUCT = range(1, 13)


def footer_file(stream: BinaryIO) -> BinaryIO:
    """The file's footer alone, as a file without any data. Raises FormatError ``bad-syntax``, ``too-deep``,
    ``too-many-elements``."""
    end = stream.seek(0, 2)
    stream.seek(max(end - 8, 0))
    tail = stream.read(8)
    size = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or size > end - 12:
        raise FormatError("bad-syntax", "the file has no footer")
    if size > LARGEST:
        raise FormatError("too-many-elements", f"the footer has more than {LARGEST} bytes")
    stream.seek(end - 8 - size)
    footer = stream.read(size)
    try:
        notes = _Compact(footer).notes()
    except IndexError:
        raise FormatError("bad-syntax", "the footer is damaged") from None
    hidden = bytearray(footer)
    for at in notes:
        hidden[at : at + len(_NOTE)] = b"." * len(_NOTE)
    return BytesIO(MAGIC + hidden + tail)


class _Compact:
    """A FileMetaData in Thrift's compact protocol. What is cut off is an IndexError."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def notes(self) -> list[int]:
        """Where keys of Arrow's note stand (in field 5), after a look at the depth of the schema (field 2).

        Raises FormatError, for two schemas too: the last one would be read.
        """
        notes: list[int] = []
        seen: set[int] = set()
        for number, kind in self._fields():
            if number in seen:
                raise FormatError("bad-syntax", "the footer says something twice")
            seen.add(number)
            if number == 2 and kind == _LIST:
                self._elements(self._list()[0])
            elif number == 5 and kind == _LIST:
                for _ in range(self._list()[0]):
                    notes += self._note()
            else:
                self._skip(kind)
        return notes

    def _note(self) -> list[int]:
        """Where the key of an entry of metadata (field 1 of KeyValue) stands if it is that of the note."""
        found = []
        for number, kind in self._fields():
            at = self._at
            self._skip(kind)
            if number == 1 and self._data[at + 1 : self._at] == _NOTE:
                found.append(at + 1)
        return found

    def _elements(self, count: int) -> None:
        """Elements of a schema, each before those inside it."""
        inside: list[int] = []
        for _ in range(count):
            if inside:
                inside[-1] -= 1
            children = self._children()
            if children > 0:
                inside.append(children)
            while inside and inside[-1] == 0:
                inside.pop()
            # The schema itself is the first.
            if len(inside) > DEEPEST + 1:
                raise FormatError("too-deep", f"columns are nested deeper than {DEEPEST} levels")

    def _children(self) -> int:
        """The number of elements inside of one (field 5 of SchemaElement)."""
        children = 0
        for number, kind in self._fields():
            if number == 5 and kind == _I32:
                children = self._signed()
            else:
                self._skip(kind)
        return children

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _number(self) -> int:
        number = shift = 0
        while (byte := self._byte()) > 0x7F:
            number |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63:
                raise FormatError("bad-syntax", "the footer is damaged")
        return number | byte << shift

    def _signed(self) -> int:
        number = self._number()
        return number >> 1 ^ -(number & 1)

    def _fields(self) -> Iterator[tuple[int, int]]:
        """Numbers and types of the fields of a structure; each is to be read before the next."""
        number = 0
        while kind := (byte := self._byte()) & 0x0F:
            number = number + (byte >> 4) if byte >> 4 else self._signed()
            yield number, kind

    def _list(self) -> tuple[int, int]:
        """The number of elements that follow, and their type."""
        byte = self._byte()
        return byte >> 4 if byte >> 4 < 15 else self._number(), byte & 0x0F

    def _skip(self, kind: int, depth: int = 0) -> None:
        if depth > 16:
            raise FormatError("bad-syntax", "the footer is damaged")
        if kind in (_I16, _I32, _I64):
            self._number()
        elif kind == _BYTE:
            self._byte()
        elif kind == _DOUBLE:
            self._at += 8
        elif kind == _BINARY:
            # Evaluated in this order: the number moves the place on, too.
            size = self._number()
            self._at += size
        elif kind in (_LIST, _SET):
            count, inner = self._list()
            for _ in range(count):
                # In a list a truth value is a byte.
                self._skip(_BYTE if inner in (_TRUE, _FALSE) else inner, depth + 1)
        elif kind == _STRUCT:
            for _, inner in self._fields():
                self._skip(inner, depth + 1)
        elif kind not in (_TRUE, _FALSE):
            raise FormatError("bad-syntax", "the footer is damaged")
