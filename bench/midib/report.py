"""What came out, for people (Markdown) and for a table (CSV of the failures)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from bench.midib.rules import RULES
from bench.midib.scorer import Failure, Level, Score, Tally

_WEIGHTS = {"hipaa": 70, "dicom": 20, "tcia": 10}


def markdown(score: Score) -> str:
    """The figures. The series level is the one that is published."""
    lines = [
        "# MIDI-B score",
        "",
        f"- Series level (as published): {_figure(score.series.whole)}",
        f"- Instance level: {_figure(score.instance.whole)}",
        f"- Series level, weighted {_weights()}: {_weighted(score.series)}",
        f"- Files: {score.files}, not in the UID map: {score.unmapped}; rows without a file: {score.missing}",
        f"- Files that are no DICOM objects: {score.strangers}",
        f"- Judge of burned-in text: {score.judge}",
    ]
    if score.unread:
        unread = ", ".join(f"{what} ({number})" for what, number in sorted(score.unread.items()))
        lines.append(f"- Answers that can't be read: {unread}")
    lines += ["", "| action | series passed | of | % | instance passed | of | % |", _RULE]
    for action in sorted(score.instance.actions, key=_order):
        lines.append(_line(action, score.series.actions[action], score.instance.actions[action]))
    lines += ["", "| category | series passed | of | % | instance passed | of | % |", _RULE]
    for filed in sorted(score.instance.categories):
        name = f"{filed[0]} {filed[1]}"
        lines.append(_line(name, score.series.categories[filed], score.instance.categories[filed]))
    return "\n".join(lines) + "\n"


def failures(path: Path, found: Iterable[Failure], *, values: bool = False) -> None:
    """Write the failures as CSV; values, which are PHI or what became of it, only if asked for."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        head = ["modality", "action", "category", "subcategory", "place", "name", "passed", "share", "file"]
        writer.writerow([*head, *(["asked", "source", "found", "uid", "series"] if values else [])])
        for failure in found:
            answer, verdict = failure.answer, failure.verdict
            line = [
                failure.modality, answer.action, *failure.filed, answer.path, answer.name,
                "no" if verdict.passed is False else "unknown", f"{verdict.share:.2f}", failure.file,
            ]  # fmt: skip
            if values:
                line += [answer.text or "", answer.value, verdict.found, failure.uid, failure.series]
            writer.writerow(line)


_RULE = "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"


def _line(name: str, series: Tally, instance: Tally) -> str:
    cells = [name]
    for tally in (series, instance):
        cells += [str(tally.passed), str(tally.total), _percent(tally)]
    return f"| {' | '.join(cells)} |"


def _figure(tally: Tally) -> str:
    blank = f", {tally.blank} without a verdict" if tally.blank else ""
    return f"{tally.passed} of {tally.total} ({_percent(tally)}{blank})"


def _percent(tally: Tally) -> str:
    """Never 100.00 for less than all."""
    if not tally.total:
        return "-"
    if tally.passed == tally.total:
        return "100.00"
    return f"{min(100 * tally.passed / tally.total, 99.99):.2f}"


def _weights() -> str:
    return ", ".join(f"{weight} % {family}" for family, weight in _WEIGHTS.items())


def _weighted(level: Level) -> str:
    """Shares of the three families, weighted as in the benchmark's scoring sheet by category."""
    total = 0.0
    for family, weight in _WEIGHTS.items():
        tallies = [tally for (name, _), tally in level.categories.items() if name == family]
        asked = sum(tally.total for tally in tallies)
        if not asked:
            return "- (not every family is asked for)"
        total += weight * sum(tally.passed for tally in tallies) / asked
    return f"{total:.2f} %"


def _order(action: str) -> tuple[int, str]:
    """The actions of the benchmark in its order, then what it doesn't know."""
    return (list(RULES).index(action) if action in RULES else len(RULES), action)
