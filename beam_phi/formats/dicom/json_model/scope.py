"""A data set in JSON as a scope: what differs from it once masked is written back."""

from __future__ import annotations

import json
from collections.abc import Iterator

from beam_phi.formats.dicom.attributes import SPECIFIC_CHARACTER_SET
from beam_phi.formats.dicom.elements import Container as Items
from beam_phi.formats.dicom.elements import Element, Sequence
from beam_phi.formats.dicom.model.data_set import DataSet
from beam_phi.formats.dicom.model.encode import is_bulk, items_of
from beam_phi.formats.dicom.model.scope import ModelScope
from beam_phi.formats.dicom.profile import Profile
from beam_phi.formats.document import Segment
from beam_phi.formats.encoding import Encoding
from beam_phi.formats.json.nodes import Container, Node, Root
from beam_phi.formats.json.pieces import Piece


class DicomJsonScope(ModelScope):
    """One data set."""

    def __init__(
        self, data: bytes, piece: Piece, node: Container, profile: Profile, encoding: Encoding, lead: bytes
    ) -> None:
        """Raises FormatError, see `encode` and `Scanner.scan`."""
        super().__init__(node, profile, _place(node))
        self._json, self._piece, self._node = data, piece, node
        self._encoding, self._lead = encoding, lead

    def render(self) -> Iterator[Segment]:
        inner = self._json[self._piece.begin : self._piece.end]
        after = self._masked()
        if after is not None:
            before = self._json[self._piece.begin : self._node.at]
            behind = self._json[self._node.end : self._piece.end]
            inner = before + self._merged(self._node, self._data, after, after.root) + behind
        yield self._lead + self._encoding.outer(inner)

    def _merged(self, node: Container, old: Items, after: DataSet, new: Items) -> bytes:
        """The object of a data set as it is now; what is encoded as before stays as it was written."""
        ours, theirs = self._old.elements(old), after.elements(new)
        members = {int(child.name, 16): child for child in node.children}
        texts: list[tuple[int, bytes]] = []
        for tag, child in members.items():
            element = theirs.get(tag)
            if element is not None and not (isinstance(child, Container) and is_bulk(child)):
                gap_before, gap_after = self._gaps(node, child)
                written = self._member(child, ours.get(tag), after, element)
                texts.append((tag, gap_before + written + gap_after))
        for tag, element in theirs.items():
            if tag not in members and tag != SPECIFIC_CHARACTER_SET:
                texts.append((tag, f'"{tag:08X}":'.encode() + _object(after, element)))
        if members.keys() != {tag for tag, _ in texts}:
            texts.sort(key=lambda pair: pair[0])
        return b"{" + b",".join(text for _, text in texts) + b"}"

    def _member(self, child: Node, old: Element | None, after: DataSet, new: Element) -> bytes:
        """A member with its name."""
        data = self._json
        if old is not None and self._old.raw(old) == after.raw(new):
            return data[child.start : child.end]
        if old is not None and isinstance(child, Container) and isinstance(new, Sequence):
            values, ours, theirs = items_of(child), self._old.items(old), after.items(new)
            if len(ours) == len(theirs):
                return self._items(child, values, ours, after, theirs)
        return data[child.start : child.at] + _object(after, new)

    def _items(
        self, child: Node, values: list[Node], old: list[Items], after: DataSet, new: list[Items]
    ) -> bytes:
        """A sequence of as many items as before."""
        pieces: list[bytes] = []
        at = child.start
        for value, ours, theirs in zip(values, old, new, strict=True):
            assert isinstance(value, Container)
            pieces += (self._json[at : value.at], self._merged(value, ours, after, theirs))
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


def _object(data_set: DataSet, element: Element) -> bytes:
    return json.dumps(data_set.member(element), ensure_ascii=False, separators=(",", ":")).encode()


def _place(node: Container) -> str:
    """What locations of a data set begin with, where there may be several."""
    parent = node.parent
    place = ""
    if parent is not None and parent.is_array:
        place, parent = f"record {node.position + 1} / ", parent.parent
    prefix = parent.prefix.strip() if isinstance(parent, Root) else ""
    return f"{prefix} / {place}" if prefix else place
