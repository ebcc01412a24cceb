"""Replacements and removals in JSON text, put in when it is rendered; every other byte stays."""

from __future__ import annotations

from typing import Protocol

from beam_phi.formats.document import Field
from beam_phi.formats.json.nodes import Container, Node, Root, Splice

_NULL = b"null"


class JsonField(Field, Protocol):
    """A field of a JSON text."""

    @property
    def node(self) -> Node:
        """What is removed when the field is."""

    def splice(self, data: bytes, text: str) -> Splice:
        """How to write a text in the place of the value. Raises Unfit if it can't stand there."""


class Edits:
    """What becomes of the fields of a text."""

    def __init__(self) -> None:
        self._splices: dict[Field, Splice] = {}
        self._removed: dict[Field, Node] = {}

    def put(self, field: Field, splice: Splice) -> None:
        """Put something in the field's place."""
        self._removed.pop(field, None)
        self._splices[field] = splice

    def remove(self, field: JsonField) -> None:
        """Remove the field's member with its comma. An element of an array, which may have its place for a
        reason, and a value that is the whole text become null."""
        node = field.node
        parent = node.parent
        assert parent is not None
        if parent.is_array or isinstance(parent, Root):
            self.put(field, (node.at, node.end, _NULL))
        else:
            self._splices.pop(field, None)
            self._removed[field] = node

    def render(self, data: bytes, begin: int, end: int) -> bytes:
        """The bytes from `begin` to `end` with all edits."""
        if not self._splices and not self._removed:
            return data[begin:end]
        splices = [*self._splices.values(), *self._removals()]
        # What is removed comes before all that stands in it.
        splices.sort(key=lambda splice: (splice[0], -splice[1]))
        pieces: list[bytes] = []
        for start, stop, new in splices:
            if start >= begin:
                pieces += (data[begin:start], new)
                begin = stop
        pieces.append(data[begin:end])
        return b"".join(pieces)

    def _removals(self) -> list[Splice]:
        by_parent: dict[int, tuple[Container, set[int]]] = {}
        for node in self._removed.values():
            assert node.parent is not None
            by_parent.setdefault(id(node.parent), (node.parent, set()))[1].add(node.position)
        return [
            (start, stop, b"")
            for container, positions in by_parent.values()
            for start, stop in _gaps(container.children, positions)
        ]


def _gaps(members: list[Node], removed: set[int]) -> list[tuple[int, int]]:
    """Where to cut so that the members that stay have one comma between each two."""
    gaps: list[tuple[int, int]] = []
    kept = [position for position in range(len(members)) if position not in removed]
    last = kept[-1] if kept else -1
    position = 0
    while position < len(members):
        if position not in removed:
            position += 1
            continue
        first = position
        while position in removed:
            position += 1
        if position < len(members):
            gaps.append((members[first].start, members[position].start))
        elif last >= 0:
            gaps.append((members[last].end, members[-1].end))
        else:
            gaps.append((members[first].start, members[-1].end))
    return gaps
