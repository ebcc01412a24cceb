"""The sample hospital, masked under each library: what is left, what is lost, what still fits together.

    python -m bench.identity [--patients 50] [--seed 2026] [--keys 3] [--output FILE]

Writes bench/identity.md and prints it. Exit status 1 if anything is not as it has to be.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from support.reading import READER
from support.residue import decoy_counts
from support.runs import rows_of

from beam_phi.cli import main as beam_phi
from beam_phi.sample import write
from bench.identity.checks import joins, lost, marks, offsets, paths
from bench.identity.survival import Run, judge

LIBRARIES = ("basic", "research", "safe-harbor")
#: What `research` keeps by its option Retain Device Identity.
_KEPT = {"research": {"device-id"}}
_MOST = 20
"""Survivors, and lost decoys, that are told one by one."""
_REPORT = Path(__file__).parents[1] / "identity.md"


def _run(sample: Path, folder: Path, library: str, key: int) -> Run:
    """Mask the sample under key number `key`."""
    secret = folder / f"key{key}"
    if not secret.exists():
        secret.touch(0o600)
        secret.write_text(f"{key:064x}")
    output, crosswalk = folder / f"{library}{key}", folder / f"{library}{key}.parquet"
    arguments = ["mask", str(sample), str(output), "--key", str(secret), "--library", library]
    with redirect_stdout(sys.stderr):
        status = beam_phi(
            [*arguments, "--crosswalk", str(crosswalk), "--no-progress", "--runner=FnApiRunner"]
        )
    if status not in (0, 3):
        raise SystemExit(f"beam-phi mask ended with status {status}")
    return Run(output, paths(crosswalk))


def _report(sample: Path, folder: Path, truth: dict[str, Any], keys: int) -> Iterator[tuple[str, bool]]:
    """Lines of the report, each with whether it is as it has to be."""
    before = decoy_counts(sample, truth["decoys"])
    for library in LIBRARIES:
        runs = [_run(sample, folder, library, number) for number in range(1, keys + 1)]
        output, moved = runs[0]
        yield f"\n## {library}\n", True
        statuses = Counter(row["status"] for row in rows_of(output, "files"))
        yield f"- files: {dict(sorted(statuses.items()))}", statuses["quarantined"] == 0
        planted = [each for each in truth["identifiers"] if each["class"] not in _KEPT.get(library, ())]
        yield from _survival(sample, runs, planted)
        kept = sum(len(each["where"]) for each in truth["decoys"])
        missing = lost(truth["decoys"], before, decoy_counts(output / "masked", truth["decoys"]), moved)
        yield (
            f"- decoys: {len(truth['decoys']):,} at {kept:,} places; lost from what their file became: "
            f"{sum(missing.values())}",
            not missing,
        )
        for (value, source), times in list(missing.items())[:_MOST]:
            yield f"    - {value!r} of {source}: {times}", False
        pairs = list(marks(sample, output / "masked", moved))
        keyed = joins(pairs)
        if library != "safe-harbor":  # which takes ids away
            yield (
                f"- joins by patient id, study UID and order number, over formats: {keyed.held:,} of "
                f"{keyed.asked:,} hold; different keys that became one: {keyed.met}",
                keyed.held == keyed.asked > 0 and keyed.met == 0,
            )
        if library == "research":
            yield from _shifts(pairs)


def _survival(sample: Path, runs: list[Run], planted: list[dict[str, Any]]) -> Iterator[tuple[str, bool]]:
    found = judge(sample, runs, planted)
    survivors = [*found.planted, *found.elsewhere]
    yield (
        f"- planted identifiers: {len(planted):,}, in all spellings; survivors, at one place under every one "
        f"of {len(runs)} keys: {len(found.planted)} where planted, {len(found.elsewhere)} elsewhere",
        not survivors,
    )
    for each in survivors[:_MOST]:
        yield f"    - {each.data_class} {each.value!r} of {each.source} by {each.where}", False
    yield (
        f"- digits that stood in the pixels before, too: {len(found.pixels)}; met by another masked value "
        f"under some keys only: {dict(sorted(found.chance.items()))}, under every key in one file, but never "
        f"in one line: {dict(sorted(found.parted.items()))}",
        True,
    )


def _shifts(pairs: list[Any]) -> Iterator[tuple[str, bool]]:
    found = offsets(pairs)
    people = len(found.by_patient)
    formats = sorted({format_ for format_, _, _ in pairs})
    yield (
        f"- dates: {found.places:,} places in {len(formats)} formats ({', '.join(formats)}), {found.unread} "
        f"not read; {found.equal} of {people} patients have one offset, and not 0, in all of them",
        found.equal == people and not found.unread,
    )
    apart = [
        (owner, other)
        for owner in found.by_patient
        for other in found.by_patient
        if owner[0] == other[0] and owner[1] < other[1]
    ]
    same = [
        pair for pair in apart if _all_days(found.by_patient[pair[0]]) == _all_days(found.by_patient[pair[1]])
    ]
    yield (
        f"- pairs of patients with one id of two issuers: {len(apart)}; with one offset: {len(same)}",
        not same,
    )


def _all_days(formats: dict[str, set[int]]) -> set[int]:
    return set[int]().union(*formats.values())


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.identity",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--patients", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--keys", type=int, default=3, help="keys under which each library is run")
    parser.add_argument("--output", type=Path, default=_REPORT)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sample = folder / "sample"
        write(sample, seed=options.seed, patients=options.patients)
        truth = json.loads((sample / "truth.json").read_text("utf-8"))
        files = sum(1 for path in sample.rglob("*") if path.is_file())
        lines = [
            (
                f"# One hospital\n\nWritten by `python -m bench.identity --patients {options.patients} "
                f"--seed {options.seed} --keys {options.keys}`: {files:,} files about "
                f"{len(truth['patients'])} patients, one of them of another's name, one with the id that "
                "another issuer gave somebody else.",
                True,
            )
        ]
        lines += _report(sample, folder, truth, options.keys)
    lines.append(
        (f"\nPictures read by OCR: {READER.read:,}; not read for want of an engine: {READER.unread:,}.", True)
    )
    page = "\n".join(line for line, _ in lines) + "\n"
    options.output.write_text(page, "utf-8")
    print(page)
    return 0 if all(fine for _, fine in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
