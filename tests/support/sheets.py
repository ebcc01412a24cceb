"""Tables as text, a row a line: the cells of Parquet files and of workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import openpyxl
from openpyxl.utils.datetime import from_excel
from pyarrow import parquet

#: Serial numbers of days that are read as days, too: from 1927 to 2064, whatever format their cell has.
_SERIALS = range(10_000, 60_000)


def parquet_rows(data: bytes) -> Iterator[bytes]:
    """Metadata and names of columns in the first line, then a line for each row."""
    if not data[:4] == b"PAR1" == data[-4:]:
        return
    table = parquet.read_table(io.BytesIO(data))
    head = [repr(table.schema.metadata), *table.column_names]
    yield _lines([head, *([*row.values()] for row in table.to_pylist())])


def workbook_rows(data: bytes) -> Iterator[bytes]:
    """A line for each sheet's title and each row. What a cell says is in one piece here, however it is parted
    in the file; a number is there as the day it may stand for, too.
    """
    if data[:4] != b"PK\x03\x04" or b"xl/workbook.xml" not in data:
        return
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError):
        return
    lines: list[list[object]] = []
    for sheet in book.worksheets:
        lines.append([sheet.title])
        for row in sheet.iter_rows():
            lines.append([value for cell in row for value in _said(cell, book.epoch)])
    yield _lines(lines)


def _said(cell: Any, epoch: datetime) -> Iterator[object]:
    yield cell.value
    if (
        isinstance(cell.value, int | float)
        and not isinstance(cell.value, bool)
        and int(cell.value) in _SERIALS
    ):
        yield from_excel(cell.value, epoch)
    if cell.comment:
        yield cell.comment.text


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    texts = ("\t".join(text for value in row for text in _texts(value)) for row in rows)
    return "\n".join(" ".join(text.splitlines()) for text in texts).encode("utf-8", "replace")


def _texts(value: object) -> Iterator[str]:
    """What a cell says, and what is nested in it."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, float) and value.is_integer():
        yield f"{value:.0f}"
    elif value is not None:
        yield str(value)
