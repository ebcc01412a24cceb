"""The ledger: what was planted where, and under which libraries it has to go or to stay."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

EVERY = frozenset({"basic", "research", "safe-harbor"})
#: The libraries without options of the profile.
STRICT = frozenset({"basic", "safe-harbor"})
RESEARCH = frozenset({"research"})
NONE: frozenset[str] = frozenset()


class Plant(NamedTuple):
    """One planted value.

    needles: bytes that show it, in lower case; any of them will do.
    kind: ``name``, ``id``, ``date``...; of a value to keep, the rule by which it is kept.
    place: what kind of hiding place, for the table of survivors. where: the attribute or spelling.
    goes, stays: the libraries under which it must be gone, or be left; under others either will do.
    local: to be looked for in the masked form of its own file only, since others may hold it by right (a
        date that was shifted onto it). bounded: a digit beside it makes it another number.
    exact: letter case counts.
    """

    value: str
    needles: tuple[bytes, ...]
    kind: str
    file: str
    place: str
    where: str = ""
    goes: frozenset[str] = EVERY
    stays: frozenset[str] = NONE
    local: bool = False
    bounded: bool = False
    exact: bool = False


@dataclass
class Ledger:
    """All plants of a set."""

    plants: list[Plant] = field(default_factory=list)

    def going(self, library: str) -> list[Plant]:
        return [plant for plant in self.plants if library in plant.goes]

    def staying(self, library: str) -> list[Plant]:
        return [plant for plant in self.plants if library in plant.stays]

    @property
    def places(self) -> dict[str, str]:
        """File -> the place it is named after."""
        return {plant.file: plant.place.split("/")[0] for plant in self.plants}
