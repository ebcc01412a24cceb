"""Text of fixed width: records whose columns stand at places that nothing in the file tells, so that the
library has to.

A record that is not as its layout says shifts values under the names of others: the file is refused. What
stands between columns is a field without a name. A value is what stands in its column without the blanks
around it, and a replacement has blanks in their place.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from beam_phi.formats.delimited.headings import heading_key
from beam_phi.formats.delimited.layout import Column
from beam_phi.formats.delimited.table import Cell, cell_type
from beam_phi.formats.document import Field, FieldType, FormatError, InPlace, Segment, Source, Unfit
from beam_phi.formats.encoding import Encoding, decode, encode, lines, sniff_encoding
from beam_phi.formats.plain import TextScope
from beam_phi.library.constraint import Constraint
from beam_phi.library.model import LayoutSpec, RecordType

#: The name of the format in the tables. Its fields are of format ``delimited``.
FORMAT = "fixed-width"

_AROUND = FieldType("delimited", {"part": "around"})
_BLANK = b" "
_BLANK_LINES = frozenset({b"\n", b"\r\n", b"\r"})


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters, or bytes, of a record from `start` up to `end`, from 0.

    type: None for the prefix, which is nobody's. label: how the piece is called in locations.
    """

    start: int
    end: int
    type: FieldType | None
    label: str


@dataclass(frozen=True, slots=True)
class _Form:
    """A type of record, cut into pieces that leave nothing out."""

    prefix: bytes
    length: int
    pieces: tuple[_Piece, ...]


class _Places:
    """How the records of one file are cut and filled."""

    def __init__(self, layout: LayoutSpec, encoding: Encoding) -> None:
        self.encoding = encoding
        self._forms = _forms(layout)
        self._bytes = layout.unit == "bytes"
        self._trimmed = layout.trimmed

    def cut(self, body: bytes, number: int) -> tuple[_Form, list[bytes]]:
        """A record, without its line end, in pieces; `number` as in locations.

        Raises FormatError ``layout-misfit``, and ``bad-encoding`` for one that can't be decoded.
        """
        form = next((form for form in self._forms if body.startswith(form.prefix)), None)
        if form is None:
            raise FormatError("layout-misfit", f"row {number} is of no type that the layout has")
        if self._bytes or body.isascii():
            self._check(len(body), form, number)
            return form, [body[piece.start : piece.end] for piece in form.pieces]
        text = self.decode(body)
        self._check(len(text), form, number)
        codec = self.encoding.codec
        return form, [encode(text[piece.start : piece.end], codec) for piece in form.pieces]

    def _check(self, size: int, form: _Form, number: int) -> None:
        if size > form.length or (size < form.length and not self._trimmed):
            unit = "bytes" if self._bytes else "characters"
            raise FormatError(
                "layout-misfit", f"row {number} has {size} {unit}, where the layout has {form.length}"
            )

    def size(self, raw: bytes) -> int:
        """How many characters, or bytes, a raw value takes."""
        return len(raw) if self._bytes or raw.isascii() else len(self.decode(raw))

    def decode(self, raw: bytes) -> str:
        """Raises FormatError ``bad-encoding``."""
        try:
            return decode(raw, self.encoding.codec)
        except UnicodeDecodeError:
            raise FormatError(
                "bad-encoding", "a record can't be decoded; the layout can say its encoding"
            ) from None


class FixedRecord(InPlace):
    """One record; untouched, it renders the bytes it was read from.

    number: from 1, blank lines and those around the records not counted.
    """

    __slots__ = ("_cells", "_end", "_fields", "_number", "_pieces", "_places")

    def __init__(self, places: _Places, line: bytes, number: int) -> None:
        """Raises FormatError as :meth:`_Places.cut`."""
        body = line.rstrip(b"\r\n")
        self._places = places
        self._end = line[len(body) :]
        self._number = number
        self._pieces: tuple[_Piece, ...] = ()
        self._cells: list[bytes] = []
        if body:
            form, self._cells = places.cut(body, number)
            self._pieces = form.pieces
        self._fields: list[Cell] | None = None

    def fields(self) -> list[Cell]:
        if self._fields is None:
            self._fields = list(self._make_fields())
        return self._fields

    def _make_fields(self) -> Iterator[Cell]:
        for index, (piece, raw) in enumerate(zip(self._pieces, self._cells, strict=True)):
            if piece.type is not None and (value := raw.strip(_BLANK)):
                yield Cell(piece.type, self._places.decode(value), index, self)

    def location(self, index: int) -> str:
        return f"row {self._number} / {self._pieces[index].label}"

    def replace(self, field: Field, text: str) -> str:
        """Raises Unfit for what is longer than the column, for line ends, and for characters the file's
        encoding lacks."""
        assert isinstance(field, Cell)
        if "\r" in text or "\n" in text:
            raise Unfit("the replacement would end the record")
        old, piece = self._cells[field.index], self._pieces[field.index]
        new = encode(text, self._places.encoding.codec)
        size = self._places.size(new)
        if size > piece.end - piece.start:
            raise Unfit("the replacement is longer than its column")
        blanks = _BLANK * (self._places.size(old) - size)
        to_the_right = old.startswith(_BLANK) and not old.endswith(_BLANK)
        self._cells[field.index] = blanks + new if to_the_right else new + blanks
        return text

    def render(self) -> list[Segment]:
        return [self._places.encoding.outer(b"".join(self._cells) + self._end)]


class FixedWidthDocument:
    """A text file of fixed width, read record by record."""

    def __init__(self, source: Source, layout: LayoutSpec, encoding: Encoding) -> None:
        self._source = source
        self._layout = layout
        self._encoding = encoding

    def scopes(self) -> Iterator[TextScope | FixedRecord]:
        """Raises FormatError ``bad-encoding``, ``record-too-long`` or ``layout-misfit``."""
        encoding = self._encoding
        places = _Places(self._layout, encoding)
        rows = lines(encoding.blocks(self._source.stream))
        header = list(islice(rows, self._layout.header))
        yield TextScope(header, 1, encoding, _AROUND, encoding.bom)
        trailer: deque[bytes] = deque()
        read, number = len(header), 0
        for line in _but_last(rows, trailer, self._layout.trailer):
            read += 1
            number += line not in _BLANK_LINES
            yield FixedRecord(places, line, number)
        yield TextScope(trailer, read + 1, encoding, _AROUND, b"")


def open(source: Source, layout: LayoutSpec) -> FixedWidthDocument:
    """Open a text file. Raises FormatError ``bad-encoding`` if it is no text, or UTF-16 where the layout has
    another encoding."""
    encoding, _ = sniff_encoding(source.stream)
    if encoding.transform and (layout.encoding or layout.unit == "bytes"):
        raise FormatError("bad-encoding", "the file is UTF-16, and its layout says otherwise")
    if layout.encoding:
        encoding = replace(encoding, codec=layout.encoding)
    return FixedWidthDocument(source, layout, encoding)


def _but_last(rows: Iterable[bytes], held: deque[bytes], count: int) -> Iterator[bytes]:
    """All rows but the last so many, which are in `held` in the end."""
    for row in rows:
        held.append(row)
        if len(held) > count:
            yield held.popleft()


@lru_cache(maxsize=64)
def _forms(layout: LayoutSpec) -> tuple[_Form, ...]:
    return tuple(
        _Form(record.prefix.encode("ascii"), record.length, tuple(_pieces(record)))
        for record in layout.records
    )


def _pieces(record: RecordType) -> Iterator[_Piece]:
    """The prefix, the columns by their places, and what lies between and behind them."""
    at = len(record.prefix)
    if at:
        yield _Piece(0, at, None, "")
    for index, column in sorted(enumerate(record.columns), key=lambda pair: pair[1].start):
        if column.start - 1 > at:
            yield _gap(at, column.start - 1)
        heading = " ".join(column.name.split())
        type_ = cell_type(heading, heading_key(heading), index, Column(_fitting(column.width)))
        yield _Piece(column.start - 1, column.end, type_, heading)
        at = column.end
    if record.length > at:
        yield _gap(at, record.length)


def _gap(start: int, end: int) -> _Piece:
    return _Piece(start, end, _gap_type(end - start), f"place {start + 1}")


@lru_cache(maxsize=1024)
def _gap_type(width: int) -> FieldType:
    return FieldType("delimited", {"part": "between"}, constraint=_fitting(width))


def _fitting(width: int) -> Constraint:
    return Constraint(max_length=width, kind="column")
