"""The parts of ``report.html`` below its verdict: figures, charts, tables; nothing where there are none."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from beam_phi.audit.charts import files_table, findings_table, table
from beam_phi.audit.markup import Html, join, tag, text
from beam_phi.audit.reasons import explain
from beam_phi.audit.run import RunRecord
from beam_phi.audit.summary import SEARCH_ONLY, Summary
from beam_phi.audit.units import duration, elapsed, moment, number, ratio, size

MAX_LABELS = 100
"""Rows of a chart; what is rarer is added up in one more."""

_NOTHING = text("")
_STATUS_NAMES = {"masked": "Masked", "quarantined": "Quarantined", "skipped": "Skipped"}

_DEFINITIONS = {
    "Finding": "A place in a file, or in its path, that holds protected health information (PHI): the rule "
    "library or the standard names the place, or a matcher recognised its content.",
    "Masked": "Every finding of the file was replaced, emptied or deleted, and the file was written whole.",
    "Quarantined": "The file could not be masked whole and surely. Nothing of it is in the output.",
    "Skipped": "A rule of the library leaves the file out. Nothing of it is in the output.",
    "Share": "Of all findings on this page.",
    "File id": "A keyed digest of the file's path, the same in all tables; it tells nothing of the path.",
    "Tables": "Each finding and each file has a row in annotations/ and files/ beside this page (Parquet). "
    "The manual of beam-phi, docs/operations.md, explains their columns.",
    "What this page can't tell": "Whether anything was missed. No automatic search finds everything: "
    "let a person look at a sample of the output before it is given away.",
}


def tiles(summary: Summary, run: RunRecord | None) -> Html:
    """The figures to see first."""
    total = summary.total_files
    formats = len(summary.files_by_format().keys() - {"unknown"})
    shown = [
        ("Files", f"{total:,}", f"in {number(formats, 'format')}"),
        ("Findings", f"{summary.total_findings:,}", f"{ratio(summary.total_findings, total)} per file"),
        ("Quarantined", f"{summary.files_with('quarantined'):,}", "not in the output"),
        ("Read", size(summary.bytes_in), f"{size(summary.bytes_out)} written"),
    ]
    if skipped := summary.files_with("skipped") - summary.searched:
        shown.insert(3, ("Skipped", f"{skipped:,}", "by a rule of the library"))
    if run and (seconds := elapsed(run.started, run.finished)) is not None:
        pace = f"{ratio(total, seconds)} files a second" if seconds else "less than a second"
        shown.append(("Time", duration(seconds), pace))
    boxes = [
        tag("div", tag("dt", name), tag("dd", value), tag("dd", note, class_="small"))
        for name, value, note in shown
    ]
    return tag("dl", *boxes, class_="tiles")


def run_facts(run: RunRecord | None) -> Html:
    """What was run."""
    if run is None:
        return _NOTHING
    options = ", ".join(f"{name.replace('_', '-')} {value}" for name, value in run.options.items())
    facts: dict[str, object] = {
        "Command": run.command,
        "Rule library": join(run.library, " ", tag("code", run.library_digest)),
        "Standard": f"{run.standard}: {run.profile}" if run.profile else run.standard,
        "Master key": join("id ", tag("code", run.key_id)) if run.key_id else "none needed",
        "Crosswalk": "written: whoever holds it can undo the pseudonyms" if run.crosswalk else "not written",
        "Options": options or "defaults",
        "Started": moment(run.started),
        "Ended": moment(run.finished) if run.finished else "not yet",
        "Program": f"beam-phi {run.version}",
    }
    return tag("section", tag("h2", "What was run"), _pairs(facts, "facts"))


def files(summary: Summary) -> Html:
    """Files by format and status."""
    formats = summary.files_by_format()
    if not formats:
        return _NOTHING
    names = dict(_STATUS_NAMES)
    if summary.searched:
        names["skipped"] = "Not masked"
    statuses = {status: name for status, name in names.items() if summary.files_with(status)}
    chart = files_table("Files by format and what became of them", formats, statuses)
    return tag("section", tag("h2", "Files"), chart)


def not_written(summary: Summary) -> Html:
    """Why files are not in the output."""
    reasons = sorted(
        (
            (count, status, reason)
            for (status, reason), count in summary.reasons.items()
            if reason != SEARCH_ONLY
        ),
        key=lambda row: (-row[0], row),
    )
    if not reasons:
        return _NOTHING
    rows = [
        (tag("code", reason or "none given"), explain(reason), _STATUS_NAMES.get(status, status), count)
        for count, status, reason in reasons
    ]
    header = ("Reason", "Meaning", "Status", "Files")
    return tag(
        "section",
        tag("h2", "Files that are not in the output"),
        table("By reason", header, rows, numbers=frozenset({"Files"})),
    )


def quarantined(summary: Summary) -> Html:
    """Which files are quarantined, by their ids."""
    listed, total = len(summary.quarantined), summary.files_with("quarantined")
    if not listed:
        return _NOTHING
    caption = "All of them, by file id"
    if listed < total:
        caption = f"The first {listed:,} of {total:,}, by file id; the files table has all"
    rows = [
        (tag("code", file.file_id), file.format, tag("code", file.reason), size(file.bytes_in))
        for file in summary.quarantined
    ]
    header = ("File id", "Format", "Reason", "Size")
    listing = table(caption, header, rows, numbers=frozenset({"Size"}), filterable=True)
    return tag("section", tag("h2", "Quarantined files"), listing)


def findings(summary: Summary) -> Html:
    """Findings by data class, masking function and kind of matcher."""
    if not summary.findings:
        return _NOTHING
    functions = {"Masking functions": _companions(summary, "data_class", "function")}
    counts = _capped(summary.findings_by("data_class"))
    by_class = findings_table("Findings by data class", "Data class", counts, functions)
    return join(
        tag("section", tag("h2", "Findings"), by_class),
        tag(
            "div",
            _small_chart(summary, "By masking function", "Function", "function"),
            _small_chart(summary, "By kind of matcher", "Matcher", "matcher_kind"),
            class_="columns",
        ),
    )


def _small_chart(summary: Summary, title: str, heading: str, column: str) -> Html:
    chart = findings_table(f"Findings {title.lower()}", heading, _capped(summary.findings_by(column)), {})
    return tag("section", tag("h2", title), chart)


def slowest(summary: Summary) -> Html:
    """The files that took longest."""
    if not summary.slowest:
        return _NOTHING
    rows = [
        (tag("code", file.file_id), file.format, size(file.bytes_in), f"{file.seconds:,.2f} s")
        for file in summary.slowest
    ]
    caption = f"The {number(len(rows), 'file')} that took longest"
    header = ("File id", "Format", "Size", "Time")
    listing = table(caption, header, rows, numbers=frozenset({"Size", "Time"}))
    return tag("section", tag("h2", "Slowest files"), listing)


def definitions() -> Html:
    """What the words on the page mean."""
    return tag("footer", tag("h2", "What the words mean"), _pairs(_DEFINITIONS, None))


def _pairs(facts: Mapping[str, object], style: str | None) -> Html:
    return tag(
        "dl", *(join(tag("dt", name), tag("dd", value)) for name, value in facts.items()), class_=style
    )


def _companions(summary: Summary, column: str, other: str) -> dict[str, str]:
    """For each value of `column`, the values of `other` that occur with it."""
    met: dict[str, set[str]] = {}
    for group in summary.findings:
        met.setdefault(getattr(group, column), set()).add(getattr(group, other) or "none")
    return {value: ", ".join(sorted(others)) for value, others in met.items()}


def _capped(counts: Mapping[str, int]) -> dict[str, int]:
    shown = dict(islice(counts.items(), MAX_LABELS))
    if rest := sum(islice(counts.values(), MAX_LABELS, None)):
        shown[f"{len(counts) - MAX_LABELS:,} others"] = rest
    return shown
