"""Thrift's compact protocol, as far as the footer of a Parquet file is written in it."""

from __future__ import annotations

from collections.abc import Iterator

from beam_phi.formats.document import FormatError

#: Types of fields.
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
#: Structures and lists in one another.
_DEEPEST = 16


class Compact:
    """Values, read one after the other. What is cut off is an IndexError; what is broken is a FormatError
    ``bad-syntax``, and so are maps, which Parquet has none of.

    at: where the next one begins.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def fields(self) -> Iterator[tuple[int, int]]:
        """Numbers and types of the fields of a structure; each is to be read before the next. None comes
        twice: others might take the first for the true one, or the last."""
        number = 0
        seen: set[int] = set()
        while kind := (byte := self._byte()) & 0x0F:
            number = number + (byte >> 4) if byte >> 4 else self.integer()
            if number in seen:
                raise FormatError("bad-syntax", "the footer says something twice")
            seen.add(number)
            yield number, kind

    def elements(self) -> int:
        """The number of elements of a list, which follow."""
        return self._list()[0]

    def integer(self) -> int:
        """An integer of 16 bits or more."""
        number = self._number()
        return number >> 1 ^ -(number & 1)

    def skip(self, kind: int, depth: int = 0) -> None:
        """Skip a value of a type."""
        if depth > _DEEPEST or not TRUE <= kind <= STRUCT or kind == MAP:
            raise FormatError("bad-syntax", "the footer is damaged")
        if kind in (I16, I32, I64):
            self._number()
        elif kind == BYTE:
            self._byte()
        elif kind == DOUBLE:
            self.at += 8
        elif kind == BINARY:
            size = self._number()
            self.at += size
        elif kind in (LIST, SET):
            count, inner = self._list()
            for _ in range(count):
                # In a list a truth value is a byte.
                self.skip(BYTE if inner in (TRUE, FALSE) else inner, depth + 1)
        elif kind == STRUCT:
            for _, inner in self.fields():
                self.skip(inner, depth + 1)

    def _byte(self) -> int:
        self.at += 1
        return self._data[self.at - 1]

    def _number(self) -> int:
        number = shift = 0
        while (byte := self._byte()) > 0x7F:
            number |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63:
                raise FormatError("bad-syntax", "the footer is damaged")
        return number | byte << shift

    def _list(self) -> tuple[int, int]:
        byte = self._byte()
        return byte >> 4 if byte >> 4 < 15 else self._number(), byte & 0x0F
