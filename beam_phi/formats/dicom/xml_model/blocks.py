"""Blocks of private elements: the model names their creator and not where they stand (PS3.5 section 7.8.1).

Some writers leave the elements of creators out, some do not; either way an element is put into the block that
its creator has, or into a free one.
"""

from __future__ import annotations

from collections.abc import Iterable

from beam_phi.formats.document import FormatError

_FIRST, _LAST = 0x10, 0xFF


class Blocks:
    """The blocks of one data set, by group.

    made: creators that the data set does not tell of as elements, by the tags these would have.
    """

    def __init__(self, creators: dict[int, str], placed: Iterable[int]) -> None:
        """creators: the private creator elements of the data set, by tag. placed: private elements that name
        no creator, and stand in the block that they say."""
        self.made: dict[int, str] = {}
        self._creators: dict[int, dict[int, str]] = {}
        self._taken = set(placed)
        for tag, creator in creators.items():
            self._creators.setdefault(tag >> 16, {})[tag & 0xFF] = creator
        for tag in self._taken:
            self._creators.setdefault(tag >> 16, {}).setdefault(tag >> 8 & 0xFF, "")

    def place(self, tag: int, creator: str) -> int:
        """The tag of an element of a creator, with its block. Raises FormatError ``unknown-format`` if there
        is no block left."""
        group = self._creators.setdefault(tag >> 16, {})
        for block, other in group.items():
            if other == creator and self._take(tag, block):
                return _in_block(tag, block)
        for block in range(_FIRST, _LAST + 1):
            if block not in group and self._take(tag, block):
                group[block] = creator
                self.made[tag & 0xFFFF0000 | block] = creator
                return _in_block(tag, block)
        raise FormatError("unknown-format", "there are more private creators than blocks")

    def _take(self, tag: int, block: int) -> bool:
        """False if an element stands there already: a creator may have several blocks."""
        placed = _in_block(tag, block)
        if placed in self._taken:
            return False
        self._taken.add(placed)
        return True


def _in_block(tag: int, block: int) -> int:
    return tag & 0xFFFF00FF | block << 8
