"""Score a de-identified collection against a MIDI-B answer key, or make a synthetic one and do the whole
round.

    python -m bench.midib generate DIR
    python -m bench.midib score KEY.db MASKED --uid-map uids.csv --patid-map patients.csv [--out report.md]
    python -m bench.midib run DIR [--people 8] [--studies 2] [--instances 5]

Exit status 3 means that some answer was not followed.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from beam_phi.cli import main as beam_phi
from beam_phi.masking.keys import resolve
from bench.midib import generate, key, maps
from bench.midib.report import failures, markdown
from bench.midib.rules import Maps
from bench.midib.scorer import Score, score


def run(folder: Path, *, people: int = 8, studies: int = 2, instances: int = 5, seed: int = 7) -> Score:
    """Generate below `folder`, mask, write the maps a team hands in, score."""
    generate.write(folder, people=people, studies=studies, instances=instances, seed=seed)
    images, secret, out = folder / generate.IMAGES, folder / "master.key", folder / "out"
    _write_key(secret, seed)
    status = beam_phi(
        [
            "mask", str(images), str(out), "--key", str(secret), "--library", str(folder / generate.LIBRARY),
            "--runner=FnApiRunner", "--no-progress",
        ]
    )  # fmt: skip
    if status not in (0, 3):
        raise SystemExit(f"beam-phi mask ended with status {status}")
    found = maps.work_out(images, out / "masked", resolve(str(secret)))
    key.write_map(folder / "uids.csv", found.uids)
    key.write_map(folder / "patients.csv", found.patients)
    return score(key.read(folder / generate.KEY), out / "masked", found, sources=images)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    if options.command == "generate":
        count = generate.write(options.folder, **_size(options))
        print(f"{count} answers")
        return 0
    if options.command == "run":
        result, out = run(options.folder, **_size(options)), options.folder / "report.md"
    else:
        given = Maps(key.read_map(options.uid_map), key.read_map(options.patid_map))
        result = score(key.read(options.key), options.masked, given, sources=options.sources)
        out = options.out
    text = markdown(result)
    print(text)
    if out is not None:
        out.write_text(text, encoding="utf-8")
        failures(out.with_suffix(".failures.csv"), result.failures, values=options.values)
    return 3 if result.failures else 0


def _write_key(path: Path, seed: int) -> None:
    """The seed gives the key, too, so that a score can be had again. It guards nothing but inventions."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(hashlib.sha256(f"midib {seed}".encode()).hexdigest(), encoding="ascii")


def _size(options: argparse.Namespace) -> dict[str, int]:
    return {name: getattr(options, name) for name in ("people", "studies", "instances", "seed")}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.midib",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (
        ("generate", "make a collection with its key"),
        ("run", "make one, mask it with beam-phi, score it"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("folder", type=Path)
        command.add_argument("--people", type=int, default=8)
        command.add_argument("--studies", type=int, default=2, help="of each patient, two series each")
        command.add_argument("--instances", type=int, default=5, help="of each series")
        command.add_argument("--seed", type=int, default=7)
    scoring = commands.add_parser("score", help="score a masked folder against a key")
    scoring.add_argument("key", type=Path)
    scoring.add_argument("masked", type=Path)
    scoring.add_argument("--uid-map", type=Path, required=True, help="CSV, id_old,id_new")
    scoring.add_argument("--patid-map", type=Path, required=True, help="CSV, id_old,id_new")
    scoring.add_argument("--sources", type=Path, help="source files, for the judge of burned-in text")
    scoring.add_argument("--out", type=Path, help="report in Markdown; failures as CSV beside it")
    for command in (commands.choices["run"], scoring):
        command.add_argument(
            "--values", action="store_true", help="write values (PHI) into the list of failures"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
