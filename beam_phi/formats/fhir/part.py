"""A part of a string as a field of its own: the id in a reference, a text in a narrative."""

from __future__ import annotations

from collections.abc import Callable

from beam_phi.formats.document import FieldType
from beam_phi.formats.json.grammar import RawOffsets, escape
from beam_phi.formats.json.nodes import Leaf, Splice


class Breaks:
    """At which bytes the characters of a string begin: made once, and only when a part of it is replaced."""

    __slots__ = ("_leaf", "_offsets")

    def __init__(self, leaf: Leaf) -> None:
        self._leaf = leaf
        self._offsets: RawOffsets | None = None

    def at(self, data: bytes, offset: int) -> int:
        """Where in the data the character at `offset` begins."""
        begin = self._leaf.at + 1
        if self._offsets is None:
            self._offsets = RawOffsets(data[begin : self._leaf.end - 1])
        return begin + self._offsets.at(offset)


class Part:
    """Characters `start` to `end` of a string.

    text: what they mean. encode: how a text is written in their place. keeps_rest: True if the rest of the
    string stays when the part is removed; else the whole member goes. breaks: those of the string, shared by
    its parts.
    """

    __slots__ = ("_breaks", "_encode", "_end", "_start", "keeps_rest", "node", "text", "type")

    def __init__(
        self,
        type_: FieldType,
        leaf: Leaf,
        start: int,
        end: int,
        text: str,
        encode: Callable[[str], str],
        keeps_rest: bool,
        breaks: Breaks | None = None,
    ) -> None:
        self.type = type_
        self.node = leaf
        self.text = text
        self.keeps_rest = keeps_rest
        self._start = start
        self._end = end
        self._encode = encode
        self._breaks = breaks or Breaks(leaf)

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        """That of the whole string."""
        return self.node.location

    def splice(self, data: bytes, text: str) -> Splice:
        """How to write a text in the place of the part; no other byte of the string changes."""
        new = escape(self._encode(text)).encode()
        return self._breaks.at(data, self._start), self._breaks.at(data, self._end), new
