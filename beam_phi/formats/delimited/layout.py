"""The layout of a delimited file, judged from its first records: preamble, header, width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from beam_phi.formats.delimited.grammar import Grammar, RawRecord
from beam_phi.formats.delimited.guess import guessed_headings, is_pairs
from beam_phi.formats.delimited.header import header_evidence
from beam_phi.formats.delimited.sniff import leading_lines, regularity, sample_records, sniff
from beam_phi.formats.encoding import HEAD_SIZE, Encoding, detect_encoding, inner_head, lines
from beam_phi.library.constraint import ANY, Constraint

#: Records before the header that may be titles and remarks.
MAX_TITLES = 20


@dataclass(frozen=True, slots=True)
class Column:
    """What is known of a typed column. data_class: that it holds where no heading says more."""

    constraint: Constraint = ANY
    data_class: str | None = None


UNTYPED = Column()


@dataclass(frozen=True, slots=True)
class Layout:
    """What was found out about a file from its head.

    preamble: lines before the table: ``sep=``, comments, titles and remarks.
    has_header: True if the first record after them holds headings.
    pairs: True if each record is a heading and its value.
    guessed: headings for columns without one, as far as their cells tell.
    columns: their types, where the file is of a format that has any.
    """

    encoding: Encoding
    grammar: Grammar
    preamble: int = 0
    has_header: bool = False
    pairs: bool = False
    guessed: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()

    def column(self, index: int) -> Column:
        """The type of a column, from 0."""
        return self.columns[index] if index < len(self.columns) else UNTYPED

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


def find_layout(encoding: Encoding, inner: bytes, whole: bool) -> Layout:
    """The layout of a file that begins with `inner`; `whole` if that is all of it."""
    head = _head_lines(inner, whole)
    grammar = Grammar(sniff(head))
    start = leading_lines(head)
    records = sample_records(head[start:], grammar.dialect)
    layout = Layout(encoding, grammar, start)
    rows = [layout.texts(record.cells) for record in records]
    if is_pairs(rows):
        return replace(layout, pairs=True)
    at = header_at(rows)
    # The preamble is counted in lines, so no record of it may have a line break in it.
    if at is None or any(head[start + i] != _line(grammar, records[i]) for i in range(at)):
        return replace(layout, guessed=guessed_headings((), rows))
    guessed = guessed_headings(rows[at], rows[at + 1 :])
    return Layout(encoding, grammar, start + at, has_header=True, guessed=guessed)


def looks_delimited(head: bytes) -> bool:
    """True if a text file that begins with `head` is surely a table: a header, and two or more records that
    all have as many cells; three cells or more where the delimiter also stands in prose."""
    encoding = detect_encoding(head)
    inner = inner_head(head, encoding)
    layout = find_layout(encoding, inner, whole=len(head) < HEAD_SIZE)
    if not layout.has_header:
        return False
    table = _head_lines(inner, len(head) < HEAD_SIZE)[layout.preamble :]
    records = sample_records(table, layout.grammar.dialect)
    width, share = regularity(records)
    return len(records) > 2 and share == 1 and width > (1 if layout.grammar.dialect.delimiter == b"\t" else 2)


def _head_lines(inner: bytes, whole: bool) -> list[bytes]:
    head = list(lines([inner] if inner else []))
    if not whole and len(head) > 1:
        head.pop()
    return head


def header_at(rows: Sequence[Sequence[str]]) -> int | None:
    """Which record holds the headings: the one with most evidence, of those up to the first full one.

    It is as wide as most records are filled, or one cell narrower; or narrower still if all its cells are
    evident (then the records below have more cells than headings, and are refused).
    """
    filled = [[column for column, cell in enumerate(row) if cell.strip()] for row in rows]
    widths = Counter(columns[-1] + 1 for columns in filled if columns)
    width = max(widths, key=lambda size: (widths[size], size), default=0)
    best, best_evidence = None, 0
    for at, row in enumerate(rows[:MAX_TITLES]):
        evidence = header_evidence(row, rows[at + 1 :])
        wide = len(row) >= width - 1
        if evidence > best_evidence and (wide or 1 < evidence == len(filled[at])):
            best, best_evidence = at, evidence
        if len(filled[at]) >= max(width, 1):
            break
    return best


def _line(grammar: Grammar, record: RawRecord) -> bytes:
    return grammar.dialect.delimiter.join(record.cells) + record.end
