"""A workbook (ECMA-376, `.xlsx`) of cells alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from beam_phi.sample.packing import zipped

Cell = str | int | float | date | datetime
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DAY_0 = datetime(1899, 12, 30)
"""Serial number 0 of days after February 1900."""
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/>'
    "</cellXfs></styleSheet>"
)


def workbook(sheets: Sequence[tuple[str, Iterable[Sequence[Cell]]]], creator: str) -> bytes:
    """Titles and rows of sheets. creator: who is said to have written it."""
    numbers = range(1, len(sheets) + 1)
    names = [f"xl/worksheets/sheet{number}.xml" for number in numbers]
    titles = zip(numbers, (title for title, _ in sheets), strict=True)
    listed = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{number}" r:id="rId{number}"/>' for number, title in titles
    )
    relations = [
        (f"rId{number}", "worksheet", name.removeprefix("xl/")) for number, name in enumerate(names, 1)
    ]
    parts = {
        "[Content_Types].xml": _types(names),
        "_rels/.rels": _relations(
            [
                ("rId1", f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
                ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{escape(creator)}</dc:creator>'
        "</cp:coreProperties>",
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [(id_, f"{_OFFICE}/{kind}", target) for id_, kind, target in relations]
            + [("rId0", f"{_OFFICE}/styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
        **{name: _sheet(rows) for name, (_, rows) in zip(names, sheets, strict=True)},
    }
    return zipped((name, text.encode()) for name, text in parts.items())


def _types(sheets: Iterable[str]) -> str:
    kinds = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"}
    kinds |= {f"/{name}": "worksheet" for name in sheets}
    named = "".join(
        f'<Override PartName="{name}" ContentType="{_KIND}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/>{named}<Override PartName="/docProps/core.xml" ContentType='
        '"application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def _relations(relations: Iterable[tuple[str, str, str]]) -> str:
    told = "".join(
        f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"/>' for id_, kind, target in relations
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _sheet(rows: Iterable[Sequence[Cell]]) -> str:
    told = "".join(
        f'<row r="{number}">{"".join(_cells(row, number))}</row>' for number, row in enumerate(rows, start=1)
    )
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{told}</sheetData></worksheet>'


def _cells(row: Sequence[Cell], number: int) -> Iterator[str]:
    for column, cell in enumerate(row):
        place = f'<c r="{chr(ord("A") + column)}{number}"'
        if isinstance(cell, datetime):
            yield f'{place} s="2"><v>{(cell - _DAY_0) / timedelta(days=1)!r}</v></c>'
        elif isinstance(cell, date):
            yield f'{place} s="1"><v>{(cell - _DAY_0.date()).days}</v></c>'
        elif isinstance(cell, str):
            yield f'{place} t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        else:
            yield f"{place}><v>{cell}</v></c>"
