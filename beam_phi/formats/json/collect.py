"""From the nodes of a JSON text to its fields."""

from __future__ import annotations

from collections.abc import Callable

from beam_phi.formats.json.edits import JsonField
from beam_phi.formats.json.nodes import NUMERIC, TEXT, Container, Leaf, NameField, Node
from beam_phi.formats.json.types import Place, is_word, name_type

#: Members that name what another member of the same object holds, and those that hold it.
_LABELS = ("key", "name", "label", "field", "column", "code")
_LABELLED = frozenset({"value", "val", "answer", "text"})


class Collector:
    """Adds the leaves of nodes, and those names of members that may be somebody's, in file order.

    is_name: tells if the name of a member is surely one. takes: adds the fields of an object of a format that
    has rules of its own; False for any other object.
    """

    def __init__(
        self, fields: list[JsonField], is_name: Callable[[str], bool], takes: Callable[[Container], bool]
    ) -> None:
        self._fields = fields
        self._is_name = is_name
        self._takes = takes

    def add(self, node: Node, place: Place) -> None:
        """Add what stands at a place, and below it. Raises FormatError as `takes` does."""
        if isinstance(node, Leaf):
            if node.kind == TEXT or node.kind == NUMERIC:
                node.type = place.text if node.kind == TEXT else place.number
                self._fields.append(node)
        elif node.is_array:
            for child in node.children:
                self.add(child, place.elements())
        elif not self._takes(node):
            self._object(node, place)

    def _object(self, container: Container, place: Place) -> None:
        label = _label(container)
        for child in container.children:
            if not self._is_name(child.name) and child.name.strip():
                self._fields.append(NameField(name_type(place.path), child))
            if label is not None and child.name.lower() in _LABELLED:
                self.add(child, place.labelled(label.text))
            elif child is not label or not _is_heading(label.text):
                self.add(child, place.member(child.name))


def _is_heading(text: str) -> bool:
    """True for a label of which no word is somebody's name."""
    return all(map(is_word, text.split()))


def _label(container: Container) -> Leaf | None:
    """The member that names the column of its siblings, if it surely does."""
    children = container.children
    if len(children) < 2 or not any(child.name.lower() in _LABELLED for child in children):
        return None
    for name in _LABELS:
        for child in children:
            if child.name.lower() == name and isinstance(child, Leaf) and is_word(child.text):
                return child
    return None
