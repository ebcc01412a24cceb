"""What ``beam-phi library show NAME`` and ``beam-phi library check FILE`` do."""

from __future__ import annotations

from beam_phi.library.form import dump
from beam_phi.library.load import complete, load
from beam_phi.library.model import LibraryError


def show(name: str) -> str:
    """A library, built-in or a file, as YAML with nothing left to ``extends``. Raises LibraryError."""
    return dump(load(name))


def check(path: str) -> list[str]:
    """What is wrong with a library, a line ``FILE:LINE:COLUMN: what`` each; empty when nothing is."""
    try:
        complete(load(path), path)
    except LibraryError as error:
        return str(error).splitlines()
    return []
