"""Every example in the README and docs/operations.md is run; tables that repeat the code agree with it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from beam_phi.audit.reasons import REASONS
from beam_phi.cli import main

ROOT = Path(__file__).parent.parent


def _blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def _commands(document: str) -> list[list[str]]:
    lines = "\n".join(_blocks(document, "sh")).splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("beam-phi ")]


def test_the_readme_works_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = _commands("README.md")
    assert [command[0] for command in commands] == ["sample", "key", "search", "mask", "library"]
    for command in commands:
        assert main(command) == 0, command
    assert Path("out/report.html").stat().st_size > 1000
    (pipeline,) = _blocks("README.md", "python")
    exec(compile(pipeline, "README.md", "exec"), {})
    by_hand = {p.relative_to("masked-by-beam") for p in Path("masked-by-beam/masked").rglob("*")}
    assert by_hand == {p.relative_to("out") for p in Path("out/masked").rglob("*")}


def test_the_operations_manual_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = _commands("docs/operations.md")
    assert commands
    for command in commands:
        assert main(command) == 0, command


def test_the_manual_explains_every_reason() -> None:
    text = (ROOT / "docs/operations.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", text, re.MULTILINE))
    assert rows == dict(REASONS)


def test_links_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
