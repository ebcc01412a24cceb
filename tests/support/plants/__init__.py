"""The planted set: DICOM files full of identifiers in every place where one can hide, and their ledger.

It shares nothing with the engine: files are written byte by byte (``encode``), the confidentiality table is
read as data, and :mod:`support.plants.judge` searches bytes.
"""

from __future__ import annotations

from pathlib import Path

from support.plants import (
    around,
    bitstreams,
    charsets,
    echoes,
    keeps,
    names,
    objects,
    reports,
    seams,
    shapes,
    sources,
    table,
)
from support.plants.ledger import Ledger, Plant
from support.plants.tokens import Tokens

__all__ = ["Ledger", "Plant", "write"]

_MAKERS = (
    table,
    echoes,
    charsets,
    around,
    seams,
    reports,
    objects,
    bitstreams,
    keeps,
    names,
    sources,
    shapes,
)


def write(folder: Path, seed: int = 2026) -> Ledger:
    """Write the planted set into a folder; the same seed writes the same values."""
    ledger, tokens = Ledger(), Tokens(seed)
    for maker in _MAKERS:
        for sheet in maker.plant(ledger, tokens):
            sheet.write(folder)
    objects.directory(ledger, tokens, folder)
    return ledger
