"""Apache Parquet: a table, masked row by row, and written anew with its schema and no metadata."""

from __future__ import annotations

from beam_phi.formats.document import Source
from beam_phi.formats.parquet.file import Parquet
from beam_phi.formats.parquet.footer import MAGIC

__all__ = ["MAGIC", "open"]


def open(source: Source) -> Parquet:
    """Open a Parquet file. Raises FormatError ``bad-syntax``, ``parquet-type``, ``too-deep``,
    ``too-many-elements``."""
    return Parquet(source)
