"""The grammar of a delimited file: where records and cells begin and end, how a value is written as a cell.

The rules are those of RFC 4180, read as leniently as Python's :mod:`csv` does: a quote in the middle of a
cell is an ordinary character, and what follows a closing quote belongs to the cell. Where that leniency would
be a guess on which row a value belongs to, the file is refused. Everything works on inner bytes
(:mod:`beam_phi.formats.encoding`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from beam_phi.formats.document import FormatError
from beam_phi.formats.encoding import MAX_LINE

#: Cells one record may have.
MAX_CELLS = 64 * 1024
#: The delimiters that are looked for.
DELIMITERS = (b"\t", b";", b"|", b",")
#: The delimiter of files that have only one column: a byte no text holds.
NO_DELIMITER = b"\0"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited file is written.

    delimiter, quote: one byte each; a quote in a quoted cell is doubled.
    escape: a backslash in a quoted cell makes the next character an ordinary one.
    skip_space: blanks after a delimiter are no part of the value, so that a quote after them opens a quoted
        cell.
    """

    delimiter: bytes = b","
    quote: bytes = b'"'
    escape: bool = False
    skip_space: bool = False


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as it stands in the file: raw cells, none for a blank line, and the line end."""

    cells: list[bytes]
    end: bytes


class Grammar:
    """Splits lines into records and cells, and reads and writes cells, by one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
        blanks = b" *" if dialect.skip_space else b""
        # No two parts of `inner` can match the same character, so matching is linear.
        plain = b"[^" + quote + (rb"\\" if dialect.escape else b"") + b"]*"
        special = b"(?:" + quote * 2 + (rb"|\\[\s\S]" if dialect.escape else b"") + b")"
        inner = plain + b"(?:" + special + plain + b")*"
        closing = quote + b"(?!" + quote + b")"
        opening = blanks + quote
        quoted = opening + inner + closing + b"[^" + delimiter + b"]*"
        bare = b"(?!" + opening + b")[^" + delimiter + b"]*"
        # The last alternative takes all that follows a quote that is never closed; its group is empty.
        self._cell = re.compile(b"(" + quoted + b"|" + bare + b")" + delimiter + b"|" + opening + rb"[\s\S]*")
        self._closes = re.compile(inner + closing)
        self._quoted = re.compile(opening + b"(" + inner + b")" + closing + rb"([\s\S]*)")
        self._escaped = re.compile(rb"\\([\s\S])|" + quote + b"(" + quote + b")")
        breaking = b"".join(DELIMITERS) if dialect.delimiter == NO_DELIMITER else dialect.delimiter
        self._breaking = re.compile(b"[\r\n" + re.escape(dialect.quote + breaking) + b"]")

    def records(self, lines: Iterator[bytes]) -> Iterator[RawRecord]:
        """The records of the lines of a file.

        Raises FormatError ``record-too-long``, or ``bad-syntax`` where a quoted cell is never closed or text
        follows the closing quote of a cell of several lines: rows and columns can't be told surely there.
        """
        delimiter, quote = self.dialect.delimiter, self.dialect.quote
        for line in lines:
            body = line.rstrip(b"\r\n")
            if not body:
                record = RawRecord([], line)
            elif quote not in body:
                record = RawRecord(body.split(delimiter), line[len(body) :])
            else:
                record = self._quoted_record(body, line[len(body) :], lines)
            if len(record.cells) > MAX_CELLS:
                raise FormatError("record-too-long", f"a record has more than {MAX_CELLS} cells")
            yield record

    def _quoted_record(self, body: bytes, end: bytes, lines: Iterator[bytes]) -> RawRecord:
        cells, open_cell = self._split(body)
        size = len(body)
        while open_cell is not None:
            pieces = [open_cell, end]
            for line in lines:
                size += len(line)
                if size > MAX_LINE:
                    raise FormatError("record-too-long", f"a record is longer than {MAX_LINE} bytes")
                pieces.append(line)
                if self._closes.match(line):
                    break
            else:
                raise FormatError("bad-syntax", "a quoted cell is never closed")
            body = pieces[-1].rstrip(b"\r\n")
            end = pieces[-1][len(body) :]
            pieces[-1] = body
            more, open_cell = self._split(b"".join(pieces))
            if more and self._tail(more[0]).strip(b" "):
                raise FormatError("bad-syntax", "text follows the closing quote of a cell of several lines")
            cells += more
        return RawRecord(cells, end)

    def _split(self, body: bytes) -> tuple[list[bytes], bytes | None]:
        """The cells, and the last cell apart if it is a quoted one that isn't closed."""
        delimiter = self.dialect.delimiter
        cells: list[bytes] = self._cell.findall(body + delimiter)
        if delimiter.join(cells) == body:
            return cells, None
        cells.pop()
        return cells, body[sum(map(len, cells)) + len(cells) :]

    def _tail(self, cell: bytes) -> bytes:
        """What follows the closing quote."""
        found = self._quoted.match(cell)
        return found[2] if found else b""

    def value(self, cell: bytes) -> bytes:
        """The value a raw cell stands for."""
        found = self._quoted.match(cell)
        if found is None:
            return cell.lstrip(b" ") if self.dialect.skip_space else cell
        inner, tail = found.groups()
        if self.dialect.escape:
            return self._escaped.sub(rb"\1\2", inner) + tail
        return inner.replace(self.dialect.quote * 2, self.dialect.quote) + tail

    def cell(self, value: bytes, old: bytes, alone: bool) -> bytes:
        """A raw cell for a value in the place of the raw cell `old`: quoted if that was, or if it has to be.

        alone: the record has no other cell; if empty, it would be a blank line without quotes.
        """
        lead = old[: len(old) - len(old.lstrip(b" "))] if self.dialect.skip_space else b""
        blank = alone and not value
        ambiguous = self.dialect.skip_space and value.startswith(b" ")
        if not (blank or ambiguous or self._quoted.match(old) or self._breaking.search(value)):
            return lead + value
        quote = self.dialect.quote
        if self.dialect.escape:
            value = value.replace(b"\\", rb"\\")
        return lead + quote + value.replace(quote, quote * 2) + quote
