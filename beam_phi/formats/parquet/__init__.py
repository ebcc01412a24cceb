"""Apache Parquet: a table, masked row by row, and written anew with its schema and no metadata."""

from __future__ import annotations

from beam_phi.formats.document import Source
from beam_phi.formats.parquet.file import Parquet

__all__ = ["MAGIC", "open"]

MAGIC = b"PAR1"


def open(source: Source) -> Parquet:
    """Open a Parquet file. Raises FormatError ``bad-syntax``, ``parquet-type``."""
    return Parquet(source)
