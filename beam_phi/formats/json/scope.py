"""A piece of JSON text as a scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from beam_phi.formats.document import Field, Segment, Unfit
from beam_phi.formats.encoding import Encoding
from beam_phi.formats.json.edits import Edits, JsonField
from beam_phi.formats.json.nodes import NameField
from beam_phi.formats.json.pieces import Piece


class JsonScope:
    """What stands in one piece of a text; untouched, it renders the bytes it was read from.

    lead: bytes of the file that come first and are no text (a byte order mark).
    """

    edits_type = Edits

    def __init__(
        self, data: bytes, piece: Piece, fields: Sequence[JsonField], encoding: Encoding, lead: bytes
    ) -> None:
        self._data = data
        self._begin, self._end = piece.begin, piece.end
        self._fields = fields
        self._encoding = encoding
        self._lead = lead
        self._edits = self.edits_type()
        self._names: dict[int, _Names] = {}

    def fields(self) -> Sequence[JsonField]:
        return self._fields

    def replace(self, field: Field, text: str) -> str:
        """A name that the object has already gets a number. Raises Unfit if a number would be none, and
        where only certain texts can stand."""
        if isinstance(field, NameField):
            text = self._free_name(field, text)
        self._edits.put(field, cast(JsonField, field).splice(self._data, text))
        return text

    def empty(self, field: Field) -> None:
        """Leave an empty string; a number becomes null, and the member of a name is removed."""
        if isinstance(field, NameField):
            self.delete(field)
            return
        try:
            self.replace(field, "")
        except Unfit:
            node = cast(JsonField, field).node
            self._edits.put(field, (node.at, node.end, b"null"))

    def delete(self, field: Field) -> None:
        """Remove the member; an element of an array becomes null."""
        self._edits.remove(cast(JsonField, field))

    def render(self) -> list[Segment]:
        inner = self._edits.render(self._data, self._begin, self._end)
        return [self._lead + self._encoding.outer(inner)]

    def _free_name(self, field: NameField, text: str) -> str:
        parent = field.node.parent
        assert parent is not None
        names = self._names.get(id(parent))
        if names is None:
            names = self._names[id(parent)] = _Names({child.name for child in parent.children})
        return names.free(text, field.text)


class _Names:
    """The names of an object's members, and from which number on those that stand there are free."""

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self._next: dict[str, int] = {}

    def free(self, text: str, own: str) -> str:
        """The text, with a number if another member than the one called `own` has that name."""
        free = text
        number = self._next.get(text, 2)
        while free in self._names and free != own:
            free, number = f"{text} {number}", number + 1
        self._next[text] = number
        self._names.add(free)
        return free
