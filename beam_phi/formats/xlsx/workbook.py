"""A workbook as a container of tables, one a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice

from beam_phi.formats.container import Budget, Member
from beam_phi.formats.delimited.given import judged, read, written
from beam_phi.formats.delimited.sniff import SAMPLE_RECORDS
from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.spool import spooled
from beam_phi.formats.xlsx.package import Package
from beam_phi.formats.xlsx.sheets import Cell, Row, read_rows, read_strings
from beam_phi.formats.xlsx.styles import Kind, date_styles
from beam_phi.formats.xlsx.writing import WorkbookWriter


class Workbook:
    """An opened workbook."""

    def __init__(self, source: Source) -> None:
        """Raises FormatError: see :class:`Package`."""
        self._package = Package(source)
        self._strings: list[str] = []
        self._styles: list[Kind] = []
        self._part = ""

    def members(self, budget: Budget) -> Iterator[Member]:
        """A table for each sheet. Raises FormatError, see :func:`read_rows`."""
        self._strings = read_strings(budget.metered(self._package.strings()))
        self._styles = date_styles(self._package.styles())
        for number, (title, part) in enumerate(self._package.sheets, 1):
            budget.member()
            self._part = part
            texts = (_texts(cells) for _, cells in self._rows(budget.metered(self._package.part(part))))
            source = spooled(budget.metered(written(texts)))
            with closing(source.stream):
                sample = list(islice((_texts(cells) for _, cells in self.rows()), SAMPLE_RECORDS))
                yield Member(title, source, judged(source, sample), f"sheet[{number}]")

    def packer(self) -> WorkbookPacker:
        return WorkbookPacker(self)

    @property
    def from_1904(self) -> bool:
        """True where days are counted from 1904 on."""
        return self._package.from_1904

    def rows(self) -> Iterator[Row]:
        """The rows that have cells, of the sheet that is the member at hand."""
        return self._rows(self._package.part(self._part))

    def _rows(self, blocks: Iterable[bytes]) -> Iterator[Row]:
        return read_rows(blocks, self._strings, self._styles, self._package.from_1904)


def _texts(cells: Mapping[int, Cell]) -> Sequence[str]:
    """The texts of a row, from its first column to the last that has a cell."""
    return [cells[column].text if column in cells else "" for column in range(max(cells) + 1)]


class WorkbookPacker:
    """Writes the masked sheets, one behind the other."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._writer = WorkbookWriter(workbook.from_1904)

    def add(self, name: str | None, content: Iterable[bytes], size: int) -> Iterator[bytes]:
        pairs = zip(self._workbook.rows(), read(content), strict=True)
        rows = ((row, cells, texts) for (row, cells), texts in pairs)
        yield from self._writer.sheet(name or "", rows)

    def folder(self, name: str) -> Iterator[bytes]:
        raise FormatError("bad-syntax", "a workbook holds no folder")

    def end(self) -> Iterator[bytes]:
        yield from self._writer.end()
