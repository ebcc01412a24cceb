"""What tests share about a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.dataset as ds


class Run(NamedTuple):
    """A finished `mask`: its exit status and OUTPUT."""

    status: int
    output: Path


def rows_of(output: Path, table: str) -> list[dict[str, Any]]:
    """All rows of a table of OUTPUT."""
    return ds.dataset(output / table).to_table().to_pylist()
