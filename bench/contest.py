"""Contestants side by side: each in a process of its own, in turn, CPU time of a run over the same files."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: What a contestant's process does. `prepare(data)` of its code returns what is called for a file in each
#: run, which returns how many things it met. First it tells which files it can read, which warms it up too.
#: The time is that of all threads.
_PROCESS = """
import gc, json, os, sys, time
answers = os.fdopen(os.dup(1), "w"); os.dup2(2, 1)
def tell(answer):
    print(json.dumps(answer), file=answers, flush=True)
{code}
runs, readable = [], []
for number, path in enumerate(json.loads(sys.stdin.readline())):
    try:
        runs.append(prepare(open(path, "rb").read()))
        runs[-1]()
        readable.append(number)
    except Exception:
        runs[number:] = [None]
tell(readable)
for line in sys.stdin:
    chosen = [runs[number] for number in json.loads(line)]
    gc.collect()
    before = time.process_time()
    met = sum([run() for run in chosen])
    tell([time.process_time() - before, met])
"""
_ROOT = Path(__file__).parents[1]


@dataclass
class Contestant:
    """A tool, and what its runs took.

    things: what it counts. requirement: what pip installs for it into a virtual environment of its own; none
    for code of this project. seconds: CPU of each run. met: how many things in the last one.
    """

    name: str
    code: str
    things: str
    requirement: str = ""
    seconds: list[float] = field(default_factory=list)
    met: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """Half of the range of its runs, as a share of the median."""
        return (max(self.seconds) - min(self.seconds)) / 2 / self.median


def compete(contestants: Sequence[Contestant], files: Sequence[Path], rounds: int, venvs: Path) -> list[Path]:
    """Run all of them, one after the other, `rounds` times; over which files, those that all can read.

    Raises RuntimeError if one dies.
    """
    processes = [_start(each, venvs) for each in contestants]
    try:
        answers = [
            _ask(each, process, [str(file) for file in files])
            for each, process in zip(contestants, processes, strict=True)
        ]
        chosen = sorted(set.intersection(*map(set, answers)))
        for _ in range(rounds):
            for each, process in zip(contestants, processes, strict=True):
                seconds, each.met = _ask(each, process, chosen)
                each.seconds.append(seconds)
    finally:
        for process in processes:
            process.kill()
            process.wait()
    return [files[number] for number in chosen]


def _start(contestant: Contestant, venvs: Path) -> subprocess.Popen[str]:
    python = _interpreter(contestant.requirement, venvs) if contestant.requirement else sys.executable
    paths = {} if contestant.requirement else {"PYTHONPATH": str(_ROOT)}
    return subprocess.Popen(
        [str(python), "-c", _PROCESS.replace("{code}", contestant.code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "0", **paths},
    )


def _ask(
    contestant: Contestant, process: subprocess.Popen[str], question: list[str] | list[int]
) -> list[Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{contestant.name}: the process died")
    answer: list[Any] = json.loads(line)
    return answer


def _interpreter(requirement: str, venvs: Path) -> Path:
    """The Python of the virtual environment that has the tool, made if it is not there."""
    folder = venvs / requirement.partition("==")[0]
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", requirement]
    subprocess.run(command, check=True)
    return python
