"""Score a folder of masked files against a key."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset

from bench.midib.key import Instance
from bench.midib.paths import PathError
from bench.midib.rules import Answer, Maps, passes


@dataclass
class Score:
    """Verdicts, counted by action and by category, for each instance and once for each series.

    failures: SOP Instance UID of the source, and answer.
    unreadable: answers whose place or action can't be read.
    """

    passed: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    series: dict[tuple[str, str, str, str], bool] = field(default_factory=dict)
    failures: list[tuple[str, Answer]] = field(default_factory=list)
    unreadable: int = 0

    def add(self, instance: Instance, answer: Answer, verdict: bool) -> None:
        for name in (answer.action, *answer.categories):
            self.total[name] += 1
            self.passed[name] += verdict
        # One answer that holds for a whole series counts once there, and fails if it fails anywhere.
        key = (instance.series, answer.action, answer.path, answer.text or answer.value)
        self.series[key] = self.series.get(key, True) and verdict
        if not verdict:
            self.failures.append((instance.uid, answer))

    def instance_level(self, actions: Iterable[str]) -> tuple[int, int]:
        """Passed and all."""
        names = list(actions)
        return sum(self.passed[name] for name in names), sum(self.total[name] for name in names)

    def series_level(self) -> tuple[int, int]:
        """Passed and all, each answer once a series: the published figure."""
        return sum(self.series.values()), len(self.series)


def score(instances: Iterable[Instance], masked: Path, maps: Maps) -> Score:
    """Score all instances of a key. masked: folder of the masked files, in any tree."""
    files = {uid: path for path, uid in _instances(masked)}
    result = Score()
    for instance in instances:
        path = files.get(maps.uids.get(instance.uid, ""))
        dataset = _read(path) if path else None
        for answer in instance.answers:
            try:
                verdict = passes(answer, dataset, maps)
            except (PathError, KeyError):
                result.unreadable += 1
                continue
            result.add(instance, answer, verdict)
    return result


def _instances(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            dataset = _read(path, ["SOPInstanceUID"])
            yield path, str(dataset.get("SOPInstanceUID", ""))


def _read(path: Path, only: list[str] | None = None) -> Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(path, force=True, specific_tags=only)


def report(result: Score) -> str:
    """The figures as a Markdown table."""
    from bench.midib.rules import RULES

    passed, total = result.instance_level(RULES)
    series_passed, series_total = result.series_level()
    lines = [
        f"Instance level: {passed} of {total} ({_percent(passed, total)}); "
        f"series level: {series_passed} of {series_total} ({_percent(series_passed, series_total)}); "
        f"not readable: {result.unreadable}",
        "",
        "| action or category | passed | of | |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name in sorted(result.total, key=lambda name: (name not in RULES, name)):
        lines.append(
            f"| {name} | {result.passed[name]} | {result.total[name]} "
            f"| {_percent(result.passed[name], result.total[name])} |"
        )
    return "\n".join(lines) + "\n"


def _percent(passed: int, total: int) -> str:
    return f"{100 * passed / total:.2f} %" if total else "-"
