"""Tables as text, a row a line: the cells of Parquet files and of workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from xml.etree import ElementTree

from pyarrow import parquet

#: Serial numbers of days that are read as days, too: from 1902 to 2064, whatever format their cell has.
_SERIALS = range(1_000, 60_000)
#: Serial number 0 of days after February 1900, and of the date system of 1904.
_DAY_0, _DAY_0_OF_1904 = date(1899, 12, 30), date(1904, 1, 1)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRINGS = "xl/sharedStrings.xml"


def parquet_rows(data: bytes) -> Iterator[bytes]:
    """Metadata and names of columns in the first line, then a line for each row."""
    if not data[:4] == b"PAR1" == data[-4:]:
        return
    table = parquet.read_table(io.BytesIO(data))
    head = [repr(table.schema.metadata), *table.column_names]
    yield _lines([head, *([*row.values()] for row in table.to_pylist())])


def workbook_rows(data: bytes) -> Iterator[bytes]:
    """A line for each row of each sheet (ECMA-376, 18.3.1.73). What a cell says is in one piece here, however
    it is parted in the file; a number is there as the day it may stand for, too.
    """
    if data[:4] != b"PK\x03\x04" or b"xl/workbook.xml" not in data:
        return
    lines: list[list[object]] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            strings = _strings(archive.read(_STRINGS)) if _STRINGS in names else []
            start = _DAY_0_OF_1904 if b'date1904="1"' in archive.read("xl/workbook.xml") else _DAY_0
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    rows = ElementTree.fromstring(archive.read(name)).iterfind(f".//{_MAIN}row")
                    lines += ([said for cell in row for said in _said(cell, strings, start)] for row in rows)
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, IndexError, ValueError):
        return
    yield _lines(lines)


def _strings(part: bytes) -> list[str]:
    return [_text_of(item) for item in ElementTree.fromstring(part).iterfind(f"{_MAIN}si")]


def _text_of(item: ElementTree.Element) -> str:
    """The text of an item's runs, in one piece."""
    return "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))


def _said(cell: ElementTree.Element, strings: Sequence[str], start: date) -> Iterator[object]:
    inline, value = cell.find(f"{_MAIN}is"), cell.findtext(f"{_MAIN}v")
    if inline is not None:
        yield _text_of(inline)
    if value is not None:
        yield strings[int(value)] if cell.get("t") == "s" else value
    if value is not None and cell.get("t", "n") == "n" and int(float(value)) in _SERIALS:
        yield start + timedelta(days=int(float(value)))


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
