"""A data set in JSON as a scope: masked as the encoded one it stands for; what differs is written back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from beam_phi.formats.dicom.attributes import SPECIFIC_CHARACTER_SET, attribute
from beam_phi.formats.dicom.elements import Container as Items
from beam_phi.formats.dicom.elements import Element, Sequence
from beam_phi.formats.dicom.fields import DicomField, ItemField
from beam_phi.formats.dicom.file_meta import file_meta
from beam_phi.formats.dicom.json_model.data_set import DataSet
from beam_phi.formats.dicom.json_model.encode import encode, is_bulk, items_of, members_of
from beam_phi.formats.dicom.opening import PREAMBLE
from beam_phi.formats.dicom.profile import Profile
from beam_phi.formats.dicom.scope import DicomScope, read
from beam_phi.formats.document import Segment, Source, SourceRange
from beam_phi.formats.encoding import Encoding
from beam_phi.formats.json.nodes import Container, Node, Root
from beam_phi.formats.json.pieces import Piece

_EXPLICIT = "1.2.840.10008.1.2.1"


class DicomJsonScope(DicomScope):
    """One data set. What is given as standing elsewhere (``BulkDataURI``) is removed: the address has UIDs,
    and nobody knows what is there."""

    def __init__(
        self, data: bytes, piece: Piece, node: Container, profile: Profile, encoding: Encoding, lead: bytes
    ) -> None:
        """Raises FormatError, see `encode` and `Scanner.scan`."""
        encoded = encode(node)
        raw = b"".join((bytes(PREAMBLE), b"DICM", file_meta(b"", b"", _EXPLICIT), encoded.data))
        source = Source(io.BytesIO(raw), len(raw))
        super().__init__(*read(source), profile)
        self._json, self._piece, self._node = data, piece, node
        self._encoding, self._lead = encoding, lead
        self._source = source
        self._data.place = _place(node)
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

    def render(self) -> Iterator[Segment]:
        inner = self._json[self._piece.begin : self._piece.end]
        if self._edits:
            masked = _bytes_of(super().render(), self._source)
            _, _, scanner, _, data = read(Source(io.BytesIO(masked), len(masked)))
            self._new = DataSet(masked, scanner, data)
            before = self._json[self._piece.begin : self._node.at]
            after = self._json[self._node.end : self._piece.end]
            inner = before + self._merged(self._node, self._data, data) + after
        yield self._lead + self._encoding.outer(inner)

    # -- what stands elsewhere ---------------------------------------------------------------------

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

    # -- back to JSON ------------------------------------------------------------------------------

    def _merged(self, node: Container, old: Items, new: Items) -> bytes:
        """The object of a data set as it is now; what is encoded as before stays as it was written."""
        before, after = self._old.elements(old), self._new.elements(new)
        members = {int(child.name, 16): child for child in node.children}
        texts: list[tuple[int, bytes]] = []
        for tag, child in members.items():
            element = after.get(tag)
            if element is not None and not (isinstance(child, Container) and is_bulk(child)):
                gap_before, gap_after = self._gaps(node, child)
                texts.append((tag, gap_before + self._member(child, before.get(tag), element) + gap_after))
        for tag, element in after.items():
            if tag not in members and tag != SPECIFIC_CHARACTER_SET:
                texts.append((tag, f'"{tag:08X}":'.encode() + self._new.member(element)))
        if members.keys() != {tag for tag, _ in texts}:
            texts.sort(key=lambda pair: pair[0])
        return b"{" + b",".join(text for _, text in texts) + b"}"

    def _member(self, child: Node, old: Element | None, new: Element) -> bytes:
        """A member with its name."""
        data = self._json
        if old is not None and self._old.raw(old) == self._new.raw(new):
            return data[child.start : child.end]
        if old is not None and isinstance(child, Container) and isinstance(new, Sequence):
            values, ours, theirs = items_of(child), self._old.items(old), self._new.items(new)
            if len(ours) == len(theirs):
                return self._items(child, values, ours, theirs)
        return data[child.start : child.at] + self._new.member(new)

    def _items(self, child: Node, values: list[Node], old: list[Items], new: list[Items]) -> bytes:
        """A sequence of as many items as before."""
        pieces: list[bytes] = []
        at = child.start
        for value, ours, theirs in zip(values, old, new, strict=True):
            assert isinstance(value, Container)
            pieces += (self._json[at : value.at], self._merged(value, ours, theirs))
            at = value.end
        return b"".join((*pieces, self._json[at : child.end]))

    def _gaps(self, node: Container, child: Node) -> tuple[bytes, bytes]:
        """The blanks before and behind a member."""
        number, data = child.position, self._json
        begin = node.children[number - 1].end if number else node.at + 1
        last = number + 1 == len(node.children)
        end = node.end - 1 if last else node.children[number + 1].start
        before, after = data[begin : child.start], data[child.end : end]
        return (before.rpartition(b",")[2] if number else before), after.partition(b",")[0]


def _place(node: Container) -> str:
    """What locations of a data set begin with, where there may be several."""
    parent = node.parent
    place = ""
    if parent is not None and parent.is_array:
        place, parent = f"record {node.position + 1} / ", parent.parent
    prefix = parent.prefix.strip() if isinstance(parent, Root) else ""
    return f"{prefix} / {place}" if prefix else place


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
