"""A delimited file as a document: each record a scope, each cell a field typed by its column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from beam_phi.formats.delimited.grammar import Grammar, RawRecord
from beam_phi.formats.delimited.header import is_header, is_known_heading
from beam_phi.formats.delimited.sniff import leading_lines, regularity, sample_records, sniff
from beam_phi.formats.document import Field, FieldType, Segment, Source, Unfit
from beam_phi.formats.encoding import HEAD_SIZE, Encoding, encode, lines, sniff_encoding
from beam_phi.formats.plain import TextScope
from beam_phi.identity.canonical import fold

#: Records before the header that may be titles and remarks.
MAX_TITLES = 20
#: What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

_PREAMBLE = FieldType("delimited", {"part": "preamble"})


class Cell:
    """One cell of a record."""

    __slots__ = ("_record", "index", "text", "type")

    def __init__(self, type_: FieldType, text: str, index: int, record: Record) -> None:
        self.type = type_
        self.text = text
        self.index = index
        self._record = record

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        return self._record.location(self.index)


class Table:
    """What all records of a file share: encoding, grammar, columns.

    headings: the texts of the header; empty if the file has none.
    """

    def __init__(self, encoding: Encoding, grammar: Grammar, headings: Sequence[str] = ()) -> None:
        self.encoding = encoding
        self.grammar = grammar
        self.headings = headings
        self._types: list[FieldType] = []
        self._counts = Counter(fold(heading.strip()) for heading in headings)

    def texts(self, cells: list[bytes]) -> list[str]:
        """The decoded values of raw cells."""
        if not cells:
            return []
        dialect = self.grammar.dialect
        whole = dialect.delimiter.join(cells)
        if whole.isascii() and dialect.quote not in whole and not dialect.skip_space:
            return whole.decode("ascii").split(dialect.delimiter.decode("ascii"))
        value, decode = self.grammar.value, self.encoding.decode
        return [decode(value(cell))[0] for cell in cells]

    def types(self, width: int) -> list[FieldType]:
        """The types of the first `width` columns at least; those beyond the header have no name."""
        for index in range(len(self._types), width):
            self._types.append(_cell_type(self._heading(index), index))
        return self._types

    def label(self, index: int) -> str:
        """The column as it is named aloud: by its heading, if that is unique and surely no value."""
        heading = self._heading(index)
        if heading and self._counts[fold(heading)] == 1 and is_known_heading(heading):
            return heading
        return f"column {index + 1}"

    def _heading(self, index: int) -> str:
        return self.headings[index].strip() if index < len(self.headings) else ""


class Record:
    """One record; untouched, it renders the bytes it was read from.

    number: from 1, the header and blank lines not counted.
    """

    __slots__ = ("_cells", "_end", "_fields", "_number", "_table")

    def __init__(self, table: Table, raw: RawRecord, number: int) -> None:
        self._table = table
        self._cells = raw.cells
        self._end = raw.end
        self._number = number
        self._fields: list[Cell] | None = None

    def fields(self) -> list[Cell]:
        if self._fields is None:
            self._fields = self._make_fields()
        return self._fields

    def _make_fields(self) -> list[Cell]:
        types = self._table.types(len(self._cells))
        return [Cell(types[at], text, at, self) for at, text in enumerate(self._table.texts(self._cells))]

    def location(self, index: int) -> str:
        return f"row {self._number} / {self._table.label(index)}"

    def replace(self, field: Field, text: str) -> str:
        """Raises Unfit for characters the file's encoding lacks, and for what a spreadsheet would run as a
        formula where the old value was none."""
        assert isinstance(field, Cell)
        if text.startswith(FORMULA) and not field.text.startswith(FORMULA):
            raise Unfit("the replacement would be a formula")
        old = self._cells[field.index]
        new = encode(text, self._table.encoding.decode(old)[1])
        self._cells[field.index] = self._table.grammar.cell(new, old, alone=len(self._cells) == 1)
        return text

    def empty(self, field: Field) -> None:
        self.replace(field, "")

    def delete(self, field: Field) -> None:
        self.replace(field, "")

    def render(self) -> list[Segment]:
        inner = self._table.grammar.dialect.delimiter.join(self._cells) + self._end
        return [self._table.encoding.outer(inner)]


class Header(Record):
    """The record of headings. Headings that name a column are no fields; one that holds no word that headings
    are made of might be somebody's name (in a pivoted table), and is searched."""

    __slots__ = ()

    def _make_fields(self) -> list[Cell]:
        return [
            Cell(_heading_type(index), heading, index, self)
            for index, heading in enumerate(self._table.headings)
            if heading.strip() and not is_known_heading(heading)
        ]

    def location(self, index: int) -> str:
        return f"header / column {index + 1}"


@dataclass(frozen=True, slots=True)
class Layout:
    """What was found out about a file from its head.

    preamble: lines before the table; titles, remarks, ``sep=``.
    has_header: True if the table's first record holds headings.
    """

    encoding: Encoding
    grammar: Grammar
    preamble: int
    has_header: bool


class DelimitedDocument:
    """A delimited file, read record by record."""

    def __init__(self, source: Source, layout: Layout) -> None:
        self._source = source
        self._layout = layout

    def scopes(self) -> Iterator[TextScope | Record]:
        """Raises FormatError ``bad-encoding``, ``bad-syntax`` or ``record-too-long``."""
        encoding, grammar = self._layout.encoding, self._layout.grammar
        rows = lines(encoding.blocks(self._source.stream))
        preamble = [line for _, line in zip(range(self._layout.preamble), rows, strict=False)]
        yield TextScope(preamble, 1, encoding, _PREAMBLE, encoding.bom)
        records = grammar.records(rows)
        table = Table(encoding, grammar)
        if self._layout.has_header:
            raw = next(records)
            table = Table(encoding, grammar, table.texts(raw.cells))
            yield Header(table, raw, 0)
        number = 0
        for raw in records:
            number += bool(raw.cells)
            yield Record(table, raw, number)


def open(source: Source) -> DelimitedDocument:
    """Open a delimited file. Raises FormatError ``bad-encoding`` if it is no text."""
    encoding, inner = sniff_encoding(source.stream)
    return DelimitedDocument(source, find_layout(encoding, inner, whole=source.size <= HEAD_SIZE))


def find_layout(encoding: Encoding, inner: bytes, whole: bool) -> Layout:
    """The layout of a file that begins with `inner`; `whole` if that is all of it."""
    head = list(lines([inner] if inner else []))
    if not whole and len(head) > 1:
        head.pop()
    grammar = Grammar(sniff(head))
    start = leading_lines(head)
    records = sample_records(head[start:], grammar.dialect)
    table = Table(encoding, grammar)
    rows = [table.texts(record.cells) for record in records]
    width, _ = regularity(records)
    titles = _titles(rows, width)
    # Titles are counted in lines, so none of them may have a line break in it.
    single_lines = all(head[start + at] == _line(grammar, records[at]) for at in range(titles))
    if titles < len(rows) and single_lines and is_header(rows[titles], rows[titles + 1 :]):
        return Layout(encoding, grammar, start + titles, True)
    return Layout(encoding, grammar, start, False)


def _titles(rows: Sequence[Sequence[str]], width: int) -> int:
    """How many records come before the first one that is as wide as the table and mostly filled."""
    for at, row in enumerate(rows[:MAX_TITLES]):
        filled = sum(1 for cell in row if cell.strip())
        if len(row) >= width and 2 * filled >= max(width, 1):
            return at
    return 0


def _line(grammar: Grammar, record: RawRecord) -> bytes:
    return grammar.dialect.delimiter.join(record.cells) + record.end


@lru_cache(maxsize=16384)
def _cell_type(heading: str, index: int) -> FieldType:
    """column: the heading as it stands; column_key: its letters and digits alone, folded, in lower case;
    index: the column's number from 1."""
    key = "".join(c for c in fold(heading) if c.isalnum()).lower()
    return FieldType(
        "delimited", {"part": "cell", "column": heading, "column_key": key, "index": str(index + 1)}
    )


@lru_cache(maxsize=1024)
def _heading_type(index: int) -> FieldType:
    return FieldType("delimited", {"part": "header", "index": str(index + 1)})
