"""What de-identification tools leave behind: beam-phi and others on the planted set of the residue test.

    python -m bench.residue --venvs DIR [--report bench/residue.md] [--only TOOL ...]

Each tool is installed with pip into a virtual environment of its own below DIR, and gets the files one by
one, in a process that is started again when it dies or takes too long. The judge is that of the test: it
searches every byte of what was written. Figures are of planted values, which are many in a file.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from support.plants import write

from bench.residue.judging import judge
from bench.residue.outcome import Outcome
from bench.residue.report import report
from bench.residue.tools import CODES, run_beam_phi, run_other

_SEED = 2026


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--venvs", type=Path, required=True)
    parser.add_argument("--report", type=Path, default=Path(__file__).parents[1] / "residue.md")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--work", type=Path, help="keep what was written here")
    options = parser.parse_args()
    options.venvs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="residue-") as name:
        root = options.work or Path(name)
        planted = root / "planted"
        ledger = write(planted, _SEED)
        makers: list[Callable[[], tuple[Outcome, Path]]] = []
        for requirement in CODES:
            folder = root / requirement.replace("==", "-")
            makers.append(lambda r=requirement, f=folder: (run_other(r, options.venvs, planted, f), f))
        for library in ("basic", "research"):
            folder = root / f"beam-phi-{library}"
            makers.append(lambda b=library, f=folder: (run_beam_phi(b, planted, f), f))
        outcomes = []
        for requirement, maker in zip([*CODES, "beam-phi", "beam-phi"], makers, strict=True):
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
        options.report.write_text(report(outcomes, ledger, planted, _SEED), "utf-8")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
