"""The packaged lists of invented names (``tools/make_surrogates.py`` makes them)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal


@cache
def surrogates(kind: Literal["given", "family", "organizations"]) -> tuple[str, ...]:
    """Names that nobody bears, capitalised, in a fixed order."""
    lines = (files("beam_phi.library") / "surrogates" / f"{kind}.txt").read_text("ascii").splitlines()
    return tuple(line for line in lines if not line.startswith("#"))
