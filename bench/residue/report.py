"""The comparison in Markdown."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pydicom
from support.plants.judge import Survivor
from support.plants.ledger import Ledger

from bench.residue.outcome import Outcome, files

_HEAD = """# Residue side by side

{files} planted files with {values:,} distinct values ({plants:,} plants), made by `tests/support/plants`
with seed {seed}; written by `python -m bench.residue --venvs DIR`. Python {python}; pydicom {pydicom} judges
the rows.

- Survivors: planted identifiers that a search of all bytes finds in what the tool wrote, counted once for
  each file; in common files: in those {common} that every tool wrote. Places: kinds of hiding places.
- Keep-values lost: of what the profile keeps. For Basic these are technique attributes, codes, pixels and
  UIDs of the standard; for `research` also descriptors, patient characteristics, devices and safe private
  elements. Like survivors they are counted in written files: a refused file neither leaks nor loses.
- Rows: of the 657 of Table E.1-1 those that stand at the top level of a written explicit VR little endian
  file (60 rows share one), and of these those whose Basic action holds.
- The set was made to find the gaps of beam-phi, and grew where it had some; more than half of the plants are
  in sequences. Each tool ran with the settings named, which others might better."""


def report(outcomes: list[Outcome], ledger: Ledger, planted: Path, seed: int) -> str:
    """What stands in bench/residue.md. seed: of the planted set."""
    common = set.intersection(*(set(one.written.values()) for one in outcomes))
    head = _HEAD.format(
        files=len(files(planted)),
        values=len({plant.value for plant in ledger.plants}),
        plants=len(ledger.plants),
        seed=seed,
        pydicom=pydicom.__version__,
        python=sys.version.split()[0],
        common=len(common),
    )
    lines = [
        *head.splitlines(),
        "",
        "| tool | settings | written | refused | crashed | survivors | in common files | places | "
        "keep-values lost | rows |",
        "| --- | --- |" + " ---: |" * 8,
    ]
    for one in outcomes:
        places = {survivor.plant.place for survivor in one.found}
        shared = sum(one.written.get(survivor.path) in common for survivor in one.found)
        kept = sum(p.place == "keep" and p.file in one.written.values() for p in ledger.staying(one.library))
        obey = f"{one.rows} / {one.rows_seen}" if one.library == "basic" else "other options"
        lines.append(
            f"| {one.name} | {one.settings} | {len(one.written)} | {one.refused} | {one.crashed} | "
            f"{len(one.found):,} | {shared:,} | {len(places)} | {len(one.lost)} / {kept} | {obey} |"
        )
    lines += ["", "## Survivors by group of places", ""]
    groups = sorted({_group(survivor) for one in outcomes for survivor in one.found})
    lines.append("| group | " + " | ".join(one.name for one in outcomes) + " |")
    lines.append("| --- |" + " ---: |" * len(outcomes))
    counts = [Counter(_group(survivor) for survivor in one.found) for one in outcomes]
    lines += [f"| {group} | " + " | ".join(f"{c[group]:,}" for c in counts) + " |" for group in groups]
    lines += ["", "## Files that were not written", ""]
    for one in outcomes:
        reasons = {k: n for k, n in one.reasons.most_common() if k != "written"}
        lines.append(f"- {one.name}: " + (", ".join(f"{k} {n}" for k, n in reasons.items()) or "none"))
    return "\n".join(lines) + "\n"


def _group(survivor: Survivor) -> str:
    head = survivor.plant.place.split("/")[0]
    if head.startswith(("text in", "name in binary", "stranger in")):
        return "text in values of other VRs"
    return "echo charset" if head.startswith("echo charset") else head
