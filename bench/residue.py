"""What de-identification tools leave behind: beam-phi and others on the planted set of the residue test.

    python bench/residue.py --venvs DIR [--report bench/residue.md] [--only TOOL ...] [--seed 2026]

Each tool is installed with pip into a virtual environment of its own below DIR, and gets the files one by
one, in a process that is started again when it dies or takes too long. The judge is that of the test: it
searches every byte of what was written. Figures are of planted values, which are many in a file.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import selectors
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pydicom

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.plants import Ledger, write
from support.plants.judge import Survivor, survivors
from support.plants.ledger import Plant
from support.plants.table import Row, rows
from support.runs import rows_of

_TIMEOUT = 20.0
_SEED = 2026

#: What a worker does with a file: `mask(source, target)` of its code; "refused" for one that it leaves out.
_WORKER = """
import json, os, sys, traceback
answers = os.fdopen(os.dup(1), "w"); os.dup2(2, 1)
{code}
for line in sys.stdin:
    source, target = json.loads(line)
    try:
        answer = mask(source, target) or "written"
    except BaseException as error:
        answer = "crashed: " + type(error).__name__
    print(json.dumps(answer), file=answers, flush=True)
"""
_CODES = {
    "dicom-anonymizer==2.1.0": (
        "defaults",
        """
from dicomanonymizer import anonymize_dicom_file
def mask(source, target):
    anonymize_dicom_file(source, target)
""",
    ),
    "dcm-anonymizer==0.5.0": (
        "defaults",
        """
from pathlib import Path
from dcm_anon import UIDMapper, anonymize_file
mapper = UIDMapper("salt")
def mask(source, target):
    anonymize_file(Path(source), Path(target), mapper)
""",
    ),
    "dentdeid==0.1.0": (
        "profile `basic`",
        """
import shutil, tempfile
from pathlib import Path
from dentdeid.config import get_profile
from dentdeid.pipeline import DeIdentifier
def mask(source, target):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        DeIdentifier("basic", key=b"k" * 32).run([source], out)
        for kind in ("clean", "review"):
            for path in (out / kind).rglob("*") if (out / kind).is_dir() else ():
                if path.is_file() and path.suffix == ".dcm":
                    shutil.copy(path, target)
                    return "written"
    return "refused"
""",
    ),
    "dcmanon==0.3.1": (
        "defaults",
        """
from dcmanon import Anonymizer
tool = Anonymizer()
def mask(source, target):
    data = tool.anonymize(source)
    open(target, "wb").write(data)
""",
    ),
    "dicognito==0.19.0": (
        "defaults, a fixed seed",
        """
import pydicom
from dicognito.anonymizer import Anonymizer
tool = Anonymizer(seed="seed")
def mask(source, target):
    dataset = pydicom.dcmread(source)
    tool.anonymize(dataset)
    dataset.save_as(target)
""",
    ),
}


@dataclass
class Outcome:
    """What a tool did. written: below its folder, target -> planted file."""

    name: str
    settings: str
    library: str = "basic"
    written: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    crashed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    found: list[Survivor] = field(default_factory=list)
    lost: list[Plant] = field(default_factory=list)
    rows: int = 0
    rows_seen: int = 0


class Worker:
    """A tool in a process of its own."""

    def __init__(self, python: Path, code: str) -> None:
        self._command = [str(python), "-c", _WORKER.replace("{code}", code)]
        self._process: subprocess.Popen[str] | None = None

    def mask(self, source: Path, target: Path) -> str:
        """``written``, ``refused`` or ``crashed: why``; never raises."""
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps([str(source), str(target)]) + "\n")
            process.stdin.flush()
            with selectors.DefaultSelector() as selector:
                selector.register(process.stdout, selectors.EVENT_READ)
                if not selector.select(_TIMEOUT):
                    self.close()
                    return "crashed: timeout"
            line = process.stdout.readline()
            return json.loads(line) if line else "crashed: process died"
        except (OSError, ValueError):
            self.close()
            return "crashed: process died"

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def interpreter(folder: Path, requirement: str) -> Path:
    """The Python of the virtual environment that has the tool, made if it is not there."""
    name = re.split("==", requirement)[0]
    python = folder / name / "bin" / "python"
    if not python.exists():
        venv.create(folder / name, with_pip=True)
    subprocess.run([str(python), "-m", "pip", "install", "-q", requirement], check=True)
    return python


def run_other(requirement: str, venvs: Path, planted: Path, folder: Path) -> Outcome:
    """A tool over the whole set, file by file, under names that say nothing."""
    settings, code = _CODES[requirement]
    outcome = Outcome(requirement.replace("==", " "), settings)
    worker = Worker(interpreter(venvs, requirement), code)
    folder.mkdir(parents=True)
    for number, source in enumerate(files(planted)):
        target = folder / f"{number:04}.dcm"
        answer = worker.mask(planted / source, target)
        outcome.reasons[answer] += 1
        if target.exists() and target.stat().st_size and answer == "written":
            outcome.written[target.name] = source
            continue
        target.unlink(missing_ok=True)
        if answer.startswith("crashed"):
            outcome.crashed += 1
        else:
            outcome.refused += 1
    worker.close()
    return outcome


def run_beam_phi(library: str, planted: Path, folder: Path) -> Outcome:
    """beam-phi over the whole set, as a user runs it."""
    from beam_phi import load_library
    from beam_phi.engine import Engine
    from beam_phi.masking.keys import resolve

    key = folder.with_suffix(".key")
    key.touch(0o600)
    key.write_text("5eed" * 16)
    command = [sys.executable, "-m", "beam_phi", "mask", str(planted), str(folder), "--key", str(key)]
    command += ["--library", library, "--runner=FnApiRunner", "--no-progress"]
    status = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    if status not in (0, 3):
        raise SystemExit(f"beam-phi ended with {status}")
    engine = Engine(load_library(library), resolve(str(key)))
    names = {engine.file_id(name.encode()): name for name in files(planted)}
    outcome = Outcome(f"beam-phi `{library}`", f"library `{library}`", library)
    for row in rows_of(folder, "files"):
        if row["status"] == "masked":
            outcome.written["masked/" + row["output_path"]] = names[row["file_id"]]
        else:
            outcome.refused += 1
            outcome.reasons[row["reason"]] += 1
    return outcome


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# -- judging ---------------------------------------------------------------------------------------


def judge(outcome: Outcome, ledger: Ledger, planted: Path, folder: Path) -> None:
    outcome.found = survivors(folder, ledger.going(outcome.library), outcome.written)
    targets = {source: folder / target for target, source in outcome.written.items()}
    outcome.lost = list(_lost(ledger.staying(outcome.library), planted, targets))
    outcome.rows = sum(obeyed(row, planted, targets) for row in rows()) + _private_obeyed(targets)
    outcome.rows_seen = sum(_row_file(row, planted) in targets for row in rows())
    outcome.rows_seen += "around/private/explicit.dcm" in targets


def _read(path: Path) -> pydicom.Dataset | None:
    try:
        return pydicom.dcmread(path, force=True)
    except Exception:  # a file that can't be read obeys nothing
        return None


def _values(path: Path) -> dict[int, list[Any]]:
    """Tag -> its values at any depth, private ones without their block."""
    found: dict[int, list[Any]] = {}
    try:
        for element in pydicom.dcmread(path, force=True).iterall():
            if element.VR != "SQ":
                tag = int(element.tag)
                found.setdefault(tag & 0xFFFF00FF if tag & 0x10000 else tag, []).append(_plain(element.value))
    except Exception:  # half a file keeps half of it
        return found
    return found


def _plain(value: Any) -> str:
    """A value as text, multiple ones in one, a number however it is written."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    elif not isinstance(value, str) and hasattr(value, "__iter__"):
        return "\\".join(map(_plain, value))
    text = str(value).strip(" \0")
    try:
        return repr(float(text))
    except ValueError:
        return text


def _lost(plants: Iterable[Plant], planted: Path, targets: dict[str, Path]) -> Iterable[Plant]:
    """Values to keep that are not where they were, in files that were written."""
    before: dict[str, dict[int, list[Any]]] = {}
    after: dict[str, dict[int, list[Any]]] = {}
    for plant in plants:
        if plant.place != "keep" or plant.file not in targets:
            continue
        if plant.file not in before:
            before[plant.file], after[plant.file] = (
                _values(planted / plant.file),
                _values(targets[plant.file]),
            )
        tag = int(plant.where[1:5] + plant.where[6:10], 16)
        tag = tag & 0xFFFF00FF if tag & 0x10000 else tag
        wanted = Counter(before[plant.file].get(tag, []))
        if wanted - Counter(after[plant.file].get(tag, [])):
            yield plant


def obeyed(row: Row, planted: Path, targets: dict[str, Path]) -> bool:
    """Whether the Basic Profile's action on a row holds at the top level, explicit VR little endian.

    Of a compound action any part will do. D and U want another value, and U a valid UID; a file that was not
    written obeys nothing.
    """
    source = _row_file(row, planted)
    target = targets.get(source)
    old, new = (_read(planted / source), _read(target)) if target else (None, None)
    if old is None or new is None:
        return False
    try:
        if row.tag >> 16 == 2:
            old, new = old.file_meta, new.file_meta
        return _action_holds(row.basic, old.get(row.tag), new.get(row.tag))
    except Exception:
        return False


def _action_holds(action: str, old: Any, new: Any) -> bool:
    letters = set(action.replace("*", "").split("/"))
    if new is None:
        return "X" in letters
    if new.is_empty or (new.VR == "SQ" and not len(new.value)):
        return "Z" in letters
    if not letters & {"D", "Z", "U"} or old is None:
        return False
    if new.VR == "SQ":
        left = {_plain(e.value) for item in new.value for e in item.iterall() if e.VR != "SQ"}
        return not left & {_plain(e.value) for item in old.value for e in item.iterall() if e.VR != "SQ"}
    if letters == {"U"} and not pydicom.uid.UID(str(new.value)).is_valid:
        return False
    return _plain(new.value) != _plain(old.value)


_row_files: dict[int, str] = {}
_HEAD = """# Residue side by side

{files} planted files with {values:,} distinct values ({plants:,} plants), made by `tests/support/plants`
with seed {seed}; written by `python bench/residue.py --venvs DIR`. Python {python}; pydicom {pydicom} judges
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


def _row_file(row: Row, planted: Path) -> str:
    """The planted file that has the row at the top level."""
    if not _row_files:
        for path in sorted((planted / "table" / "explicit" / "top").iterdir()):
            name = path.relative_to(planted).as_posix()
            dataset = pydicom.dcmread(path)
            for tag in [*dataset.keys(), *dataset.file_meta.keys()]:
                _row_files.setdefault(int(tag), name)
    return _row_files.get(row.tag, "")


def _private_obeyed(targets: dict[str, Path]) -> bool:
    """The row of private attributes: none left."""
    target = targets.get("around/private/explicit.dcm")
    dataset = _read(target) if target else None
    return dataset is not None and not any(element.tag.is_private for element in dataset.iterall())


# -- the report ------------------------------------------------------------------------------------


def report(outcomes: list[Outcome], ledger: Ledger, planted: Path) -> str:
    common = set.intersection(*(set(one.written.values()) for one in outcomes))
    head = _HEAD.format(
        files=len(files(planted)),
        values=len({plant.value for plant in ledger.plants}),
        plants=len(ledger.plants),
        seed=_SEED,
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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--venvs", type=Path, required=True)
    parser.add_argument("--report", type=Path, default=Path(__file__).parent / "residue.md")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--work", type=Path, help="keep what was written here")
    options = parser.parse_args()
    options.venvs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="residue-") as name:
        root = options.work or Path(name)
        planted = root / "planted"
        ledger = write(planted, _SEED)
        makers: list[Callable[[], tuple[Outcome, Path]]] = []
        for requirement in _CODES:
            folder = root / requirement.replace("==", "-")
            makers.append(lambda r=requirement, f=folder: (run_other(r, options.venvs, planted, f), f))
        for library in ("basic", "research"):
            folder = root / f"beam-phi-{library}"
            makers.append(lambda b=library, f=folder: (run_beam_phi(b, planted, f), f))
        outcomes = []
        for requirement, maker in zip([*_CODES, "beam-phi", "beam-phi"], makers, strict=True):
            if options.only and requirement.split("==")[0] not in options.only:
                continue
            outcome, folder = maker()
            judge(outcome, ledger, planted, folder)
            outcomes.append(outcome)
            print(
                f"{outcome.name}: {len(outcome.written)} written, {len(outcome.found)} survivors, "
                f"{outcome.rows} rows",
                flush=True,
            )
        options.report.write_text(report(outcomes, ledger, planted), "utf-8")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
