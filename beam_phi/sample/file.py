"""A file of the export, and what the truth is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Part(NamedTuple):
    """A segment, or another part of a file: its text, where it stands, and whom it is about ("" nobody)."""

    text: str
    location: str
    patient: str


class File(NamedTuple):
    """A file, or a member of an archive.

    path: relative, ``/`` between parts. decoys: what has to be kept where it stands in a part.
    owner: whose ids stand in the path, "" for nobody's.
    """

    path: str
    content: bytes
    parts: Sequence[Part]
    decoys: Sequence[str] = ()
    owner: str = ""


def text_file(path: str, text: str, owner: str, decoys: Sequence[str] = ()) -> File:
    """A text in UTF-8 about one patient; its lines are the parts."""
    lines = enumerate(text.splitlines(), start=1)
    return File(
        path, text.encode(), [Part(line, f"line {number}", owner) for number, line in lines], decoys, owner
    )
