"""Who may know whom: the table of docs/architecture.md, held against the imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "beam_phi"
MAY_KNOW = {
    "library": set(),
    "identity": {"library"},
    "formats": {"library", "identity", "pixels"},
    "matching": {"library", "identity"},
    "masking": {"library", "identity"},
    "pixels": {"library"},
    "audit": set(),
    "engine": {"library", "identity", "formats", "matching", "masking", "pixels", "audit"},
    "transforms": {"library", "identity", "formats", "masking", "engine", "audit"},
    "sample": {"library", "identity"},
}
#: The library checks the names in a rule file against the registries; it looks at no data.
REGISTRIES = {("library", "matching"), ("library", "masking"), ("library", "formats")}


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


@pytest.mark.parametrize("room", sorted(MAY_KNOW))
def test_a_room_knows_only_those_it_may(room: str) -> None:
    for path in (PACKAGE / room).rglob("*.py"):
        for module in _imports(path):
            parts = module.split(".")
            if parts[0] == "apache_beam":
                assert room == "transforms", f"{path.name} knows Beam"
            if parts[0] != "beam_phi" or len(parts) < 2 or parts[1] == room:
                continue
            assert parts[1] in MAY_KNOW[room] or (room, parts[1]) in REGISTRIES, (
                f"{path.name} imports {module}"
            )


def test_every_room_is_in_the_table() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms == set(MAY_KNOW)
