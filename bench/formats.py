"""Throughput of HL7 v2, FHIR, X12 and of the patterns, beside other tools; CPU time of one core, in turn.

    python -m bench.formats --venvs DIR [--rounds 5] [--only hl7 fhir x12 patterns mask] [--report FILE]

Each tool runs in a process of its own over the same bytes: made ones (:mod:`bench.clinical`), and those real
files of the shared corpus, if it is there, that all of the tools can read. Ours opens a file, offers every
field with its text and renders the file again, to the same bytes; the others do what they are there for and
no more.
"""

from __future__ import annotations

import argparse
import platform
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from beam_phi.formats import detect
from beam_phi.sample.people import Patient, patients
from bench import clinical
from bench import format_codes as codes
from bench.contest import Contestant, compete

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
_SEED = 2026
_PATIENTS = 500
_OURS = "beam-phi"
#: The same without a look at the fields, which are made when they are asked for.
_UNASKED = "beam-phi, no field asked for"


@dataclass(frozen=True)
class Goal:
    """What the ratio of a contestant's time to that of beam-phi has to be: `least` or more."""

    contestant: str
    least: float
    words: str


@dataclass
class Contest:
    """Contestants over some files."""

    title: str
    folder: Path
    contestants: Sequence[Contestant]
    goals: Sequence[Goal] = ()
    read: list[Path] = field(default_factory=list)

    def run(self, rounds: int, venvs: Path) -> None:
        self.read = compete(self.contestants, sorted(self.folder.iterdir()), rounds, venvs)

    def ratio(self, contestant: Contestant) -> float:
        """How many times the CPU time of ours."""
        return contestant.median / self.contestants[0].median

    def table(self) -> Iterator[str]:
        size = sum(path.stat().st_size for path in self.read) / 1e6
        yield f"## {self.title}: {size:.2f} MB in {len(self.read)} files"
        yield ""
        yield "| | CPU s | +/- | MB/s | x beam-phi | met |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: |"
        for each in self.contestants:
            yield (
                f"| {each.name} | {each.median:.3f} | {each.spread:.0%} | {size / each.median:.2f} | "
                f"{self.ratio(each):.2f} | {each.met:,} {each.things} |"
            )
        yield ""


def _document(format_: str) -> tuple[Contestant, Contestant]:
    """With all fields, and without a look at them."""
    return (
        Contestant(_OURS, codes.DOCUMENT.replace("FORMAT", format_), "fields"),
        Contestant(_UNASKED, codes.UNASKED.replace("FORMAT", format_), "scopes"),
    )


def _hl7() -> list[Contestant]:
    return [
        *_document("hl7"),
        Contestant("split and join at CR and \\|", codes.SPLIT, "fields"),
        Contestant("split and join at all delimiters", codes.SPLIT_DEEP, "segments"),
        Contestant("python-hl7 0.4.5 `parse`", codes.PYTHON_HL7, "fields", "hl7==0.4.5"),
    ]


def _fhir() -> list[Contestant]:
    return [
        *_document("fhir"),
        Contestant("`json` loads and dumps", codes.JSON, "resources"),
        Contestant("fhirpathpy 2.2.4, 40 paths", codes.FHIRPATHPY, "values", "fhirpathpy==2.2.4"),
    ]


def _x12() -> list[Contestant]:
    return [
        *_document("x12"),
        Contestant("pyx12 4.0.0 `X12Reader`", codes.PYX12, "segments", "pyx12==4.0.0"),
    ]


def _patterns() -> list[Contestant]:
    return [
        Contestant("beam-phi: gate, then `re`", codes.GATED, "matches"),
        Contestant("`re`, one after the other", codes.IN_SEQUENCE, "matches"),
        Contestant("beam-phi: all of `Searcher.find`", codes.SEARCHER, "findings"),
    ]


def _mask(format_: str) -> list[Contestant]:
    code = codes.MASK.replace("FORMAT", format_)
    return [
        Contestant(f"beam-phi `{library}`", code.replace("LIBRARY", library), "findings")
        for library in ("basic", "research")
    ]


_GOALS = {
    "hl7": (
        Goal("split and join at CR and \\|", 1 / 5, "HL7 v2 within 5 x split and join of the bytes"),
        Goal("python-hl7 0.4.5 `parse`", 20, "HL7 v2 at least 20 x python-hl7"),
    ),
    "fhir": (Goal("fhirpathpy 2.2.4, 40 paths", 20, "FHIR at least 20 x fhirpathpy with 40 paths"),),
    "x12": (Goal("pyx12 4.0.0 `X12Reader`", 10, "X12 at least 10 x the reader of pyx12"),),
    "patterns": (Goal("`re`, one after the other", 20, "40 patterns at least 20 x `re` in sequence"),),
}  # fmt: skip
_READERS = {"hl7": _hl7, "fhir": _fhir, "x12": _x12}
_MAKERS: dict[str, Callable[[random.Random, list[Patient]], Iterator[str]]] = {
    "hl7": lambda rng, people: (clinical.hl7(rng, people[n % _PATIENTS], n) for n in range(1200)),
    "fhir": lambda rng, people: (f"{line}\n" for each in people[:200] for line in clinical.fhir(rng, each)),
    "x12": lambda rng, people: iter([clinical.x12(rng, people, 2000)]),
    "text": lambda rng, people: (
        f"{clinical.note(rng, people[n % _PATIENTS], 60, 60)}\n" for n in range(3600)
    ),
}


def contests(root: Path, only: Sequence[str]) -> Iterator[Contest]:
    """What there is to run, and its files below `root`."""
    rng = random.Random(_SEED)
    people = patients(rng, _PATIENTS)
    for name, make in _MAKERS.items():
        folder = root / name
        folder.mkdir(parents=True)
        (folder / "made").write_text("".join(make(rng, people)), "utf-8", newline="")
    for name, contestants in _READERS.items():
        if name in only:
            yield Contest(f"{name}, made", root / name, contestants(), _GOALS[name])
            if CORPUS.is_dir():
                yield Contest(f"{name}, real files", _real(name, root), contestants())
    if "patterns" in only:
        yield Contest("patterns, made notes", root / "text", _patterns(), _GOALS["patterns"])
    if "mask" in only:
        for name in _MAKERS:
            yield Contest(f"search and mask, {name}", root / name, _mask(name))


def _real(format_: str, root: Path) -> Path:
    """Links to the corpus files of a format. FHIR is put on one line, as in NDJSON."""
    folder = root / f"real-{format_}"
    folder.mkdir()
    for number, path in enumerate(sorted(CORPUS.glob(f"{format_}/**/*"))):
        if path.is_file() and detect(path.name, (data := path.read_bytes())[: 64 * 1024]) == format_:
            if format_ == "fhir":
                data = b" ".join(data.split())
            (folder / f"{number:05}").write_bytes(data)
    return folder


_HEAD = """# Throughput of formats and patterns

Written by `python -m bench.formats --venvs DIR`, seed {seed}, Python {python}. CPU seconds of one core,
median of {rounds} runs in turn, each tool in a process of its own; +/-: half of the range. All read the
same bytes. beam-phi reads them, offers every field with its text and renders the same bytes; the tools of
others only parse, and fhirpathpy has `json` load and dump. No field asked for: the file is taken apart into
scopes and rendered, and what is in them is told only where somebody asks. Search and mask is the engine
without Beam and tables, which remembers what it decided for the same values in the run before.

| goal | of | measured | met |
| --- | --- | ---: | --- |
"""


def report(done: Sequence[Contest], rounds: int) -> str:
    """What stands in bench/formats.md."""
    head = _HEAD.format(seed=_SEED, python=platform.python_version(), rounds=rounds)
    lines = head.splitlines()
    for contest in done:
        by_name = {each.name: each for each in contest.contestants}
        for goal in contest.goals:
            for ours in (contest.contestants[0].name, *([_UNASKED] if _UNASKED in by_name else [])):
                ratio = by_name[goal.contestant].median / by_name[ours].median
                shown = f"{ratio:.1f} x" if goal.least >= 1 else f"{1 / ratio:.1f} x as long"
                lines.append(
                    f"| {goal.words} | {ours} | {shown} | {'yes' if ratio >= goal.least else 'no'} |"
                )
    lines.append("")
    for contest in done:
        lines += contest.table()
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--venvs", type=Path, required=True, help="folder of the tools' virtual environments")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[*_GOALS, "mask"], choices=[*_GOALS, "mask"])
    parser.add_argument("--report", type=Path, help="write the tables here too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="formats-") as name:
        done = []
        for contest in contests(Path(name), options.only):
            contest.run(options.rounds, options.venvs)
            print("\n".join(contest.table()), flush=True)
            done.append(contest)
        text = report(done, options.rounds)
    print(text.partition("## ")[0])
    if options.report:
        options.report.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
