"""What tells whether two records of a number may be of one person: names and birth dates, as digests."""

from __future__ import annotations

from typing import NamedTuple

#: So many names in common are a name alike: family and given.
_NAMES = 2


class Demographics(NamedTuple):
    """Digests of what is said of a person.

    birth: of the birth date; empty if it is not known. names: of each of the folded names.
    """

    birth: bytes = b""
    names: frozenset[bytes] = frozenset()

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
