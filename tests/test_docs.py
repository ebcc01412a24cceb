"""Every example in the README and docs/operations.md is run; tables that repeat the code agree with it."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import pyarrow as pa
import pytest

from beam_phi.audit.reasons import REASONS
from beam_phi.audit.schema import ANNOTATIONS, FILES
from beam_phi.cli import _parser, main

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
    text = (ROOT / "docs/operations.md").read_text("utf-8").split("## Why a file is quarantined")[1]
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", text, re.MULTILINE))
    assert rows == dict(REASONS)


def test_the_manual_has_every_option() -> None:
    manual = (ROOT / "docs/operations.md").read_text("utf-8")
    told = set(re.findall(r"`(--[a-z-]+)", manual))
    (commands,) = _parser()._subparsers._group_actions  # type: ignore[union-attr]
    for name in ("mask", "search", "sample"):
        options = {text for action in commands.choices[name]._actions for text in action.option_strings}  # type: ignore
        assert options - {"-h", "--help"} <= told, name


@pytest.mark.parametrize(("table", "schema"), [("files", FILES), ("annotations", ANNOTATIONS)])
def test_the_manual_explains_every_column(table: str, schema: pa.Schema) -> None:
    text = (ROOT / "docs/operations.md").read_text("utf-8")
    rows = text.split(f"\n`{table}`: a row for each ")[1].split("| --- | --- |\n")[1].split("\n\n")[0]
    told = [name for row in rows.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert told == schema.names


def test_links_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_conformance_tables_are_current() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "make_conformance_tables.py"))
    current = (ROOT / "docs/conformance-tables.md").read_text("utf-8")
    assert tool["text"]() == current, "run tools/make_conformance_tables.py"


def test_the_conformance_statement_names_tests_that_are_there() -> None:
    text = (ROOT / "docs/conformance.md").read_text("utf-8")
    named = {
        (file, test)
        for file, test in re.findall(r"`(?:tests/)?([\w/]+\.py)(?:::(\w+))?`", text)
        if not file.startswith("tools/")
    }
    assert len(named) > 15
    for file, test in named:
        source = (ROOT / "tests" / file).read_text("utf-8")
        assert f"def {test}(" in source if test else "def test_" in source, (file, test)
