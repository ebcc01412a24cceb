"""A part of a string as a field of its own: the id in a reference, a text in a narrative."""

from __future__ import annotations

from collections.abc import Callable

from beam_phi.formats.document import FieldType
from beam_phi.formats.json.nodes import Breaks, Leaf, Splice


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
        self._breaks = breaks or leaf.breaks()

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        """That of the whole string."""
        return self.node.location

    def splice(self, data: bytes, text: str) -> Splice:
        """How to write a text in the place of the part; no other byte of the string changes. Raises Unfit if
        it can't stand there."""
        new = self._breaks.written(self._encode(text))
        return self._breaks.at(data, self._start), self._breaks.at(data, self._end), new
