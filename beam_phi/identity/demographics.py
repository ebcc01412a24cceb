"""What tells whether two records of a number may be of one person: names and birth dates, as digests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

#: So many names in common are a name alike: family and given.
_NAMES = 2


class Demographics(NamedTuple):
    """Digests of what is said of a person.

    birth: of the birth date; empty if it is not known. names: of each of the folded names.
    """

    birth: bytes = b""
    names: frozenset[bytes] = frozenset()

    def flat(self) -> tuple[bytes, ...]:
        """The form in which they cross stages: the birth date, then the names in order.

        Beam pickles named tuples and sets, with their types' names each time; plain tuples of bytes it
        doesn't, and they take a third of the room.
        """
        return self.birth, *sorted(self.names)

    @classmethod
    def of(cls, flat: Sequence[bytes]) -> Self:
        """Those of a flat form."""
        return cls(flat[0], frozenset(flat[1:]))

    def contradicts(self, other: Demographics) -> bool:
        """True if the records can't be of one person: another birth date; or, where one has none, no name in
        common."""
        if self.birth and other.birth:
            return self.birth != other.birth
        return self.is_named_otherwise(other)

    def is_named_otherwise(self, other: Demographics) -> bool:
        """True if both have names, and none in common."""
        return bool(self.names and other.names) and self.names.isdisjoint(other.names)

    def is_of_another(self, other: Demographics) -> bool:
        """True if the records contradict, and not by the birth date alone: that may be a slip of the pen."""
        return self.contradicts(other) and len(self.names & other.names) < _NAMES

    def agrees_with(self, other: Demographics) -> bool:
        """True if birth date, or where one has none family and given name, are the same."""
        if self.birth and other.birth:
            return self.birth == other.birth
        return len(self.names & other.names) >= _NAMES

    def is_named_like(self, other: Demographics) -> bool:
        """True if birth date and names are the same: together they may name a person."""
        return bool(self.birth) and self.birth == other.birth and len(self.names & other.names) >= _NAMES
