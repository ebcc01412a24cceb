"""What a JSON text consists of, each value with the bytes it was read from."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from beam_phi.formats.document import FieldType, Unfit
from beam_phi.formats.json.grammar import ALIKE, NUMBER, STRING, RawOffsets, escape

#: What a leaf is: a string, a number, or one of true, false and null.
TEXT, NUMERIC, LITERAL = 0, 1, 2

#: Bytes from where to where, and what to put there.
Splice = tuple[int, int, bytes]

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_UNTYPED = FieldType("json")


class Container:
    """An object or an array.

    name: its member's name, "" in an array. position: which of its parent's values it is, from 0. start:
    where its member begins (at the name's quote); at, end: its own bytes.
    """

    __slots__ = ("at", "children", "end", "is_array", "name", "parent", "position", "start")

    def __init__(
        self, parent: Container | None, name: str, position: int, start: int, at: int, is_array: bool
    ) -> None:
        self.parent = parent
        self.name = name
        self.position = position
        self.start = start
        self.at = at
        self.end = -1
        self.is_array = is_array
        self.children: list[Container | Leaf] = []

    def member(self, name: str) -> Container | Leaf | None:
        """The member of a name."""
        for child in self.children:
            if child.name == name:
                return child
        return None

    def text(self, name: str) -> str:
        """The text of a member, "" if there is no such string."""
        child = self.member(name)
        return child.text if isinstance(child, Leaf) and child.kind == TEXT else ""


class Root(Container):
    """What holds a whole JSON text.

    prefix: what locations begin with (``line 3 ``). is_word: tells if the name of a member is a word of a
    vocabulary, and may stand in a location.
    """

    __slots__ = ("is_word", "prefix")

    def __init__(self, prefix: str, is_word: Callable[[str], bool]) -> None:
        super().__init__(None, "", 0, 0, 0, is_array=False)
        self.prefix = prefix
        self.is_word = is_word


class Leaf:
    """A string, a number or a literal; also the field of its value, once it has its type."""

    __slots__ = ("at", "end", "kind", "name", "parent", "position", "start", "text", "type")

    def __init__(
        self, parent: Container, name: str, position: int, start: int, at: int, end: int, text: str, kind: int
    ) -> None:
        self.parent = parent
        self.name = name
        self.position = position
        self.start = start
        self.at = at
        self.end = end
        self.text = text
        self.kind = kind
        self.type = _UNTYPED

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        return location(self)

    @property
    def node(self) -> Leaf:
        """What is removed when the field is."""
        return self

    def breaks(self) -> Breaks:
        """Where its characters stand."""
        return StringBreaks(self)

    def splice(self, data: bytes, text: str) -> Splice:
        """How to write a text in the place of the value. Raises Unfit in the place of a number for what is
        none."""
        if self.kind == TEXT:
            return self.at, self.end, f'"{escape(text)}"'.encode()
        new = text.encode(errors="replace")
        if NUMBER.fullmatch(new) is None:
            raise Unfit("a number can only be replaced by a number")
        return self.at, self.end, new


class Breaks(Protocol):
    """At which bytes the characters of a value begin, for its parts to be replaced."""

    def at(self, data: bytes, offset: int) -> int:
        """Where in the data the character at `offset` begins."""

    def written(self, text: str) -> bytes:
        """How a text is written within the value. Raises Unfit if it can't be."""


class StringBreaks:
    """Those of a string: found once, and only when a part of it is replaced."""

    __slots__ = ("_leaf", "_offsets")

    def __init__(self, leaf: Leaf) -> None:
        self._leaf = leaf
        self._offsets: RawOffsets | None = None

    def at(self, data: bytes, offset: int) -> int:
        begin = self._leaf.at + 1
        if self._offsets is None:
            self._offsets = RawOffsets(data[begin : self._leaf.end - 1].decode(), ALIKE)
        return begin + self._offsets.at(offset)

    def written(self, text: str) -> bytes:
        return escape(text).encode()


Node = Container | Leaf


class NameField:
    """The name of a member that is no word of a vocabulary, and might be about somebody."""

    __slots__ = ("node", "text", "type")

    def __init__(self, type_: FieldType, node: Node) -> None:
        self.type = type_
        self.node = node
        self.text = node.name

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        return f"{location(self.node)} name"

    def splice(self, data: bytes, text: str) -> Splice:
        """How to write a text in the place of the name."""
        found = STRING.match(data, self.node.start)
        assert found is not None
        return found.start(), found.end(), f'"{escape(text)}"'.encode()


def location(node: Node) -> str:
    """The JSONPath of a value. A name that is no word of a vocabulary is given by its number in the object,
    from 1: ``$.patient.{2}[0]``."""
    way: list[Node] = []
    at: Node = node
    while at.parent is not None:
        way.append(at)
        at = at.parent
    assert isinstance(at, Root)
    return f"{at.prefix}${''.join(_step(each, at) for each in reversed(way))}"


def _step(node: Node, root: Root) -> str:
    if node.parent is root:
        return ""
    if node.parent is not None and node.parent.is_array:
        return f"[{node.position}]"
    return name_step(node.name) if root.is_word(node.name) else f".{{{node.position + 1}}}"


def name_step(name: str) -> str:
    """A member's name as a step of a JSONPath."""
    if _IDENTIFIER.fullmatch(name):
        return f".{name}"
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
