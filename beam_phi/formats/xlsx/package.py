"""The parts of a workbook's zip file, and which of them are sheets."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from beam_phi.formats.archive.directory import Entry, read_directory
from beam_phi.formats.archive.names import Names
from beam_phi.formats.archive.zip import read_entry
from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.xlsx.events import Reader, parse

_WORKBOOK, _RELATIONS, _TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
_STRINGS, _STYLES = "sharedStrings", "styles"
_SHEET = "worksheet"
_NOTHING = b"<none/>"
#: Bytes of a part that is held as a whole.
_LARGEST = 1 << 27
_RELATION_ID = ("http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
                "http://purl.oclc.org/ooxml/officeDocument/relationships id")  # fmt: skip
_TRUE = ("1", "true")


class Package:
    """An opened package.

    sheets: title and part of each sheet, in order. from_1904: True where days are counted from 1904 on.
    """

    def __init__(self, source: Source) -> None:
        """Raises FormatError: ``xlsx-content`` for macros and sheets that are no tables, ``bad-syntax``, and
        what a zip file is refused for."""
        self._source = source
        entries = read_directory(source)
        names = Names()
        for entry in entries:
            names.check(entry.name)
        self._entries: Mapping[str, Entry] = {entry.name: entry for entry in entries}
        types = _Types()
        self._read(_TYPES, types)
        if any("macro" in each.lower() or "vba" in each.lower() for each in (*types.found, *self._entries)):
            raise FormatError("xlsx-content", "the workbook holds macros")
        book, relations = _Book(), _Relations()
        self._read(_WORKBOOK, book)
        self._read(_RELATIONS, relations)
        self.from_1904 = book.from_1904
        self.sheets = [(title, self._sheet(relations, number)) for title, number in book.sheets]
        self._relations = relations

    def part(self, name: str) -> Iterator[bytes]:
        """The bytes of a part. Raises FormatError ``bad-syntax`` if there is none."""
        entry = self._entries.get(name)
        if entry is None:
            raise FormatError("bad-syntax", "a part of the workbook is missing")
        return read_entry(self._source, entry)

    def strings(self) -> Iterator[bytes]:
        """The part of shared strings, without any if there is none."""
        return self._of_kind(_STRINGS)

    def styles(self) -> Iterator[bytes]:
        """The part of styles, without any if there is none."""
        return self._of_kind(_STYLES)

    def _of_kind(self, kind: str) -> Iterator[bytes]:
        targets = [target for each, target in self._relations.found.values() if each == kind]
        return self._held(targets[0]) if targets else iter((_NOTHING,))

    def _held(self, name: str) -> Iterator[bytes]:
        entry = self._entries.get(name)
        if entry is not None and entry.size > _LARGEST:
            raise FormatError("archive-bomb", "a part of the workbook is too large to be held")
        return self.part(name)

    def _read(self, name: str, reader: Reader) -> None:
        for _ in parse(self._held(name), reader):
            pass

    def _sheet(self, relations: _Relations, number: str) -> str:
        kind, target = relations.found.get(number, ("", ""))
        if kind != _SHEET or target not in self._entries:
            raise FormatError("xlsx-content", "the workbook holds a sheet that is no table")
        return target


class _Types(Reader):
    """The content types of all parts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def start(self, attributes: Mapping[str, str]) -> None:
        self.found.append(attributes.get("ContentType", ""))


class _Relations(Reader):
    """The relationships of the workbook: id to kind and name of the part."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, attributes: Mapping[str, str]) -> None:
        if self.path == ["Relationships", "Relationship"] and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            self.found[attributes.get("Id", "")] = kind, target.removeprefix("/")


class _Book(Reader):
    """The workbook: titles of sheets, with the ids of their relationships."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []
        self.from_1904 = False

    def start(self, attributes: Mapping[str, str]) -> None:
        if self.path == ["workbook", "workbookPr"]:
            self.from_1904 = attributes.get("date1904", "") in _TRUE
        elif self.path == ["workbook", "sheets", "sheet"]:
            number = next((attributes[key] for key in _RELATION_ID if key in attributes), "")
            self.sheets.append((attributes.get("name", ""), number))
