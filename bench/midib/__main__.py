"""Score a de-identified collection against a MIDI-B answer key, or make a synthetic one and do the whole
round.

    python -m bench.midib generate DIR
    python -m bench.midib score answers.db MASKED --uid-map uids.csv --patid-map patients.csv [--out
    report.md] python -m bench.midib run DIR [--series 3] [--instances 10]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pydicom
from pydicom.dataset import Dataset

from beam_phi.cli import main as beam_phi
from beam_phi.engine import Engine
from beam_phi.library.load import load
from beam_phi.masking.keys import resolve
from bench.midib import generate, key
from bench.midib.rules import Maps
from bench.midib.score import Score, report, score


def run(folder: Path, *, series: int = 3, instances: int = 10) -> Score:
    """Generate below `folder`, mask, map, score."""
    generate.write(folder, series=series, instances=instances)
    secret, library = folder / "key", folder / "library.yaml"
    beam_phi(["key", "new", str(secret)])
    arguments = ["--key", str(secret), "--library", str(library), "--runner=FnApiRunner", "--no-progress"]
    beam_phi(["mask", str(folder / "images"), str(folder / "out"), *arguments])
    maps = mapping(folder / "images", folder / "out", Engine(load(str(library)), resolve(str(secret))))
    key.write_map(folder / "uids.csv", maps.uids)
    key.write_map(folder / "patients.csv", maps.patients)
    return score(key.read(folder / "answers.db"), folder / "out/masked", maps)


def mapping(source: Path, output: Path, engine: Engine) -> Maps:
    """Old -> new of every UID and patient id, from pairs of files: the element at the same place is the
    same."""
    places = {
        row["file_id"]: row["output_path"]
        for part in (output / "files").glob("*.parquet")
        for row in pq.read_table(part, columns=["file_id", "output_path"]).to_pylist()
    }
    uids: dict[str, str] = {}
    patients: dict[str, str] = {}
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        masked = places[engine.file_id(str(path.relative_to(source)).encode())]
        if masked is None:
            continue
        before, after = pydicom.dcmread(path), pydicom.dcmread(output / "masked" / masked)
        patients[str(before.PatientID)] = str(after.PatientID)
        _pair(before, after, uids)
    return Maps(uids, patients)


def _pair(before: Dataset, after: Dataset, uids: dict[str, str]) -> None:
    for element in before:
        other = after.get(element.tag)
        if other is None:
            continue
        if element.VR == "SQ":
            for one, two in zip(element.value, other.value, strict=False):
                _pair(one, two, uids)
        elif element.VR == "UI" and element.value != other.value:
            uids[str(element.value)] = str(other.value)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.midib",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("generate", "run"):
        command = commands.add_parser(name)
        command.add_argument("folder", type=Path)
        command.add_argument("--series", type=int, default=3)
        command.add_argument("--instances", type=int, default=10)
    scoring = commands.add_parser("score")
    scoring.add_argument("key", type=Path)
    scoring.add_argument("masked", type=Path)
    scoring.add_argument("--uid-map", type=Path, required=True)
    scoring.add_argument("--patid-map", type=Path, required=True)
    scoring.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    if options.command == "generate":
        count = generate.write(options.folder, series=options.series, instances=options.instances)
        print(f"{count} answers")
        return 0
    if options.command == "run":
        result = run(options.folder, series=options.series, instances=options.instances)
        out = options.folder / "report.md"
    else:
        maps = Maps(key.read_map(options.uid_map), key.read_map(options.patid_map))
        result = score(key.read(options.key), options.masked, maps)
        out = options.out
    text = report(result)
    print(text)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    return 0 if not result.failures else 3


if __name__ == "__main__":
    sys.exit(main())
