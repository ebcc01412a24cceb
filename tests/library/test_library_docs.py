"""What docs/library.md and templates/library show works, and tells all there is."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from support.files import mask_file

from beam_phi.library.attributes import FIELD_ATTRIBUTES, FILE_ATTRIBUTES, IMAGE_ATTRIBUTES
from beam_phi.library.commands import check
from beam_phi.library.load import BUILT_IN, load
from beam_phi.library.model import DICOM_ACTIONS, DICOM_OPTIONS, ROLES, SENSITIVITIES
from beam_phi.library.schema import library_schema
from beam_phi.masking import functions
from beam_phi.matching import matcher_kinds
from beam_phi.matching.catalog import CATALOG
from beam_phi.matching.validators import VALIDATORS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "library.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
TEMPLATES = sorted((ROOT / "templates" / "library").glob("*.yaml"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split()[1])
def test_examples_load(tmp_path: Path, example: str) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(example, "utf-8")
    assert check(str(path)) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_templates_load(template: Path) -> None:
    assert check(str(template)) == []


def test_there_are_examples_and_templates() -> None:
    assert len(EXAMPLES) >= 7
    assert len(TEMPLATES) >= 3


def test_the_range_of_built_in_priorities_is_told() -> None:
    """A class of one's own that is to win has to be above them."""
    found = [each.priority for name in BUILT_IN for each in load(name).classes.values()]
    assert f"those of the built-in classes go from {min(found)} to {max(found)}." in TEXT


def test_a_column_is_hashed_whose_heading_a_built_in_class_knows(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(next(each for each in EXAMPLES if "name: hashed-column" in each), "utf-8")
    masked, _, annotations = mask_file("t.csv", b"MRN,Household Zip\n29282150,02114\n", str(path))
    (row,) = [each for each in annotations if each.location == "row 1 / column 2"]
    assert (row.data_class, row.function) == ("household", "hash")
    assert str(row.replacement).encode() in masked


def test_function_tables_are_current() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "make_library_docs.py"))
    assert tool["with_tables"](TEXT) == TEXT, "run tools/make_library_docs.py"
    assert all(f"#### `{name}`" in TEXT for name in functions())


@pytest.mark.parametrize("kind", matcher_kinds())
def test_each_parameter_of_a_matcher_is_told(kind: str) -> None:
    section = TEXT.split(f"#### `{kind}`")[1].split("\n##")[0]
    told = {
        name
        for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
        for name in re.findall("`(.*?)`", row)
    }
    assert told == set(matcher_kinds()[kind].schema["properties"])


def test_all_names_are_told() -> None:
    names = {
        *CATALOG, *VALIDATORS, *DICOM_OPTIONS, *DICOM_ACTIONS, *ROLES, *SENSITIVITIES, *FIELD_ATTRIBUTES,
        *FILE_ATTRIBUTES, *IMAGE_ATTRIBUTES, *library_schema()["properties"],
        *library_schema()["$defs"]["class"]["properties"],
    }  # fmt: skip
    assert {name for name in names if f"`{name}`" not in TEXT} == set()
