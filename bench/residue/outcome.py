"""What a tool did with the planted set."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from support.plants.judge import Survivor
from support.plants.ledger import Plant


@dataclass
class Outcome:
    """What a tool did. written: below its folder, target -> planted file."""

    name: str
    settings: str
    library: str = "basic"
    written: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    crashed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    found: list[Survivor] = field(default_factory=list)
    lost: list[Plant] = field(default_factory=list)
    rows: int = 0
    rows_seen: int = 0


def files(folder: Path) -> list[str]:
    """Relative paths of all files, sorted."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
