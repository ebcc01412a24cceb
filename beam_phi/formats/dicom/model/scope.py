"""A data set of a model as a scope: masked as the encoded one it stands for."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from beam_phi.formats.dicom.attributes import attribute
from beam_phi.formats.dicom.elements import Container as Items
from beam_phi.formats.dicom.elements import Element, Sequence
from beam_phi.formats.dicom.fields import DicomField, ItemField
from beam_phi.formats.dicom.file_meta import file_meta
from beam_phi.formats.dicom.model.data_set import DataSet
from beam_phi.formats.dicom.model.encode import encode, is_bulk, items_of, members_of
from beam_phi.formats.dicom.opening import PREAMBLE
from beam_phi.formats.dicom.profile import Profile
from beam_phi.formats.dicom.scope import DicomScope, read
from beam_phi.formats.document import Segment, Source, SourceRange
from beam_phi.formats.json.nodes import Container

_EXPLICIT = "1.2.840.10008.1.2.1"


class ModelScope(DicomScope):
    """One data set. What is given as standing elsewhere (``BulkDataURI``, ``BulkData``) is removed: the
    address has UIDs, and nobody knows what is there."""

    def __init__(self, node: Container, profile: Profile, place: str) -> None:
        """place: what locations begin with. Raises FormatError, see `encode` and `Scanner.scan`."""
        encoded = encode(node)
        raw = b"".join((bytes(PREAMBLE), b"DICM", file_meta(b"", b"", _EXPLICIT), encoded.data))
        self._source = Source(io.BytesIO(raw), len(raw))
        super().__init__(*read(self._source), profile)
        self._data.place = place
        self._old = DataSet(raw, self._scanner, self._data)
        self._bulk = [*self._bulk_of(node, self._data), *map(self._elsewhere, encoded.bulk)]

    def fields(self) -> list[DicomField]:
        if self._fields is None:
            found = super().fields()
            gone = [_bounds(field) for field in found if isinstance(field.element, Sequence)]
            found[:] = [field for field in found if field.element not in self._bulk]
            for element in self._bulk:
                type_ = self._profile.variant(element.attribute, "X").type
                if type_ and not any(start <= element.start < end for start, end in gone):
                    found.append(DicomField(type_, 1, element, 0))
        return self._fields or []

    def _masked(self) -> DataSet | None:
        """The data set with all edits, None if there are none."""
        if not self._edits:
            return None
        masked = _bytes_of(super().render(), self._source)
        _, _, scanner, _, data = read(Source(io.BytesIO(masked), len(masked)))
        return DataSet(masked, scanner, data)

    def _bulk_of(self, node: Container, items: Items) -> Iterator[Element]:
        """The elements in a data set, and below it, whose values stand elsewhere; they are encoded empty."""
        elements = self._old.elements(items)
        for tag, member in members_of(node).items():
            element = elements.get(tag)
            if element is None:
                continue
            if is_bulk(member):
                yield element
            for value, item in zip(items_of(member), self._old.items(element), strict=False):
                if isinstance(value, Container):
                    yield from self._bulk_of(value, item)

    def _elsewhere(self, tag: int) -> Element:
        """An element that stands in no data set: for pixels, which can't be encoded empty."""
        end = self._data.end
        return Element(attribute(tag, "OW"), self._data, end, end, end, None)


def _bounds(field: DicomField) -> tuple[int, int]:
    """Where the sequence, or item of one, begins and ends that goes as a whole."""
    if isinstance(field, ItemField):
        return field.item.start, field.item.end
    return field.element.start, field.element.end


def _bytes_of(segments: Iterable[Segment], source: Source) -> bytes:
    pieces: list[bytes] = []
    for segment in segments:
        if isinstance(segment, SourceRange):
            source.stream.seek(segment.offset)
            segment = source.stream.read(segment.length)
        pieces.append(segment)
    return b"".join(pieces)
