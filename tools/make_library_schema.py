"""Write ``beam_phi/library/library.schema.json``, the schema of rule libraries, from the registries."""

from __future__ import annotations

import json
from pathlib import Path

import beam_phi.library
from beam_phi.library.schema import library_schema

PUBLISHED = Path(beam_phi.library.__file__).with_name("library.schema.json")


def published_text() -> str:
    """What the file must hold."""
    return json.dumps(library_schema(), indent=2) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(published_text(), "utf-8")
