"""A workbook written from titles and cells alone; nothing else of another one passes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from beam_phi.formats.archive.zip import ZipPacker
from beam_phi.formats.xlsx.serial import serial_of
from beam_phi.formats.xlsx.sheets import Cell, letters_of
from beam_phi.formats.xlsx.styles import Kind

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: The cell styles that are written, by number, and their formats that need no definition.
_STYLES: dict[Kind, int] = {"": 0, "date": 1, "datetime": 2, "time": 3}
_FORMATS = (0, 14, 22, 21)
# What no title of a sheet may hold, and how long it may be.
_UNSAFE, _LONGEST = re.compile(r"[\[\]:*?/\\\x00-\x1f]"), 31
#: Digits that a number holds surely; with a nought before them they are a code.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?")
# Characters that XML can't hold, and what would be taken for one.
_ESCAPE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\r\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_BLOCK = 1 << 16


class WorkbookWriter:
    """Writes sheets one behind the other."""

    def __init__(self, from_1904: bool) -> None:
        self._zip = ZipPacker()
        self._from_1904 = from_1904
        self._titles: list[str] = []

    def sheet(
        self, title: str, rows: Iterable[tuple[int, dict[int, Cell], Sequence[str]]]
    ) -> Iterator[bytes]:
        """A sheet. rows: their numbers, their cells as they were, and the masked texts of these."""
        number = len(self._titles) + 1
        self._titles.append(self._safe(title, number))
        yield from self._zip.add(f"xl/worksheets/sheet{number}.xml", self._sheet(rows), 0)

    def end(self) -> Iterator[bytes]:
        """The parts that say what the sheets are."""
        for name, text in self._parts():
            yield from self._zip.add(name, [(_HEAD + text).encode()], 0)
        yield from self._zip.end()

    def _safe(self, title: str, number: int) -> str:
        """A title that a workbook takes, and that no other sheet has."""
        safe = _UNSAFE.sub("_", title).strip("'")
        taken = {each.casefold() for each in self._titles}
        return safe if 0 < len(safe) <= _LONGEST and safe.casefold() not in taken else f"Sheet {number}"

    def _sheet(self, rows: Iterable[tuple[int, dict[int, Cell], Sequence[str]]]) -> Iterator[bytes]:
        pieces = [f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>']
        size = 0
        for row, cells, texts in rows:
            inner = "".join(self._cell(row, column, cells[column], texts[column]) for column in cells)
            pieces.append(f'<row r="{row}">{inner}</row>')
            size += len(inner)
            if size > _BLOCK:
                yield "".join(pieces).encode()
                pieces, size = [], 0
        pieces.append("</sheetData></worksheet>")
        yield "".join(pieces).encode()

    def _cell(self, row: int, column: int, cell: Cell, text: str) -> str:
        """A cell: as it was where its text is what it was, else of its kind if the new text allows it."""
        place = f'<c r="{letters_of(column)}{row}"'
        if text == cell.text:
            return _stored(place, cell)
        if not text:
            return ""
        if cell.kind == "number":
            serial = serial_of(text, self._from_1904) if cell.date else None
            if serial is not None:
                return f'{place} s="{_STYLES[serial[1]]}"><v>{serial[0]!r}</v></c>'
            if _NUMBER.fullmatch(text):
                return f"{place}><v>{text}</v></c>"
        return _string(place, text)

    def _parts(self) -> Iterator[tuple[str, str]]:
        numbers = range(1, len(self._titles) + 1)
        sheets = "".join(
            f'<sheet name={quoteattr(_escaped(title))} sheetId="{number}" r:id="rId{number}"/>'
            for number, title in zip(numbers, self._titles, strict=True)
        )
        since = ' date1904="1"' if self._from_1904 else ""
        book = f"<workbookPr{since}/><sheets>{sheets}</sheets>"
        yield "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{book}</workbook>'
        targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
        yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
        yield "xl/styles.xml", _styles()
        yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
        parts = {f"/xl/worksheets/sheet{number}.xml": "worksheet" for number in numbers}
        yield (
            "[Content_Types].xml",
            _types({"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles", **parts}),
        )


def _stored(place: str, cell: Cell) -> str:
    match cell.kind:
        case "text":
            return _string(place, cell.stored)
        case "number":
            return f'{place} s="{_STYLES[cell.date]}"><v>{cell.stored}</v></c>'
        case kind:
            return f'{place} t="{kind[0]}"><v>{cell.stored}</v></c>'


def _string(place: str, text: str) -> str:
    return f'{place} t="inlineStr"><is><t xml:space="preserve">{escape(_escaped(text))}</t></is></c>'


def _escaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _types(parts: dict[str, str]) -> str:
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    inner = "".join(
        f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in parts.items()
    )
    default = f'<Default Extension="rels" ContentType="{relations}"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{default}{inner}</Types>'


def _styles() -> str:
    """The least that programs take for styles."""
    formats = "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for number in _FORMATS
    )
    return (
        f'<styleSheet xmlns="{_MAIN}">'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_FORMATS)}">{formats}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
