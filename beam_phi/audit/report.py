"""``report.html``: one self-contained page for the people who answer for a run.

It holds counts, codes and keyed ids only: no value, no path.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from beam_phi.audit import sections
from beam_phi.audit.markup import Html, join, tag, text
from beam_phi.audit.run import RunRecord
from beam_phi.audit.store import Store
from beam_phi.audit.summary import Summary
from beam_phi.audit.template import page
from beam_phi.audit.units import moment, number

REPORT_FILE = "report.html"

Level = Literal["good", "care", "note"]

_ICONS = {
    "good": "M12 2 4 5v6c0 5 3.4 9 8 11 4.6-2 8-6 8-11V5zM8.5 12l2.5 2.5 4.5-5",
    "care": "M12 3 2 20.5h20zM12 10v4.5M12 17.6v.1",
    "note": "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM12 11v6M12 7.4v.1",
}


class Verdict(NamedTuple):
    """The one line that matters, and what follows from it."""

    level: Level
    headline: str
    detail: str


def write_report(store: Store, summary: Summary, run: RunRecord | None) -> None:
    """Write ``report.html``, whole or not at all; `run` is None when its record is lost."""
    with store.create(REPORT_FILE) as output:
        output.write(render(summary, run).encode())


def render(summary: Summary, run: RunRecord | None) -> str:
    """The page."""
    body = join(
        _header(run),
        tag(
            "main",
            _verdict_banner(verdict(summary, run)),
            _alerts(doubts(summary, run)),
            sections.tiles(summary, run),
            sections.run_facts(run),
            sections.files(summary),
            sections.not_written(summary),
            sections.findings(summary),
            sections.quarantined(summary),
            sections.slowest(summary),
        ),
        sections.definitions(),
    )
    return page(text("De-identification report"), body)


def verdict(summary: Summary, run: RunRecord | None) -> Verdict:
    """What became of the files, in one line. Never "good" where the figures are in doubt."""
    total = summary.total_files
    quarantined = summary.files_with("quarantined")
    masked = summary.files_with("masked")
    by_rule = summary.files_with("skipped") - summary.searched
    left_out = f" {number(by_rule, 'file')} skipped by a rule of the library." if by_rule else ""
    if not total:
        return Verdict("note", "No files were found", "The input held no files; nothing was written.")
    if summary.searched or (run and run.command == "search"):
        found = f"{number(summary.total_findings, 'finding')} in {number(summary.searched, 'file')}."
        unread = f" {number(quarantined, 'file')} could not be searched." if quarantined else ""
        detail = f"{found} No file was masked or written.{unread}{left_out}"
        return Verdict("care" if quarantined else "note", "Search only", detail)
    if run and run.finished is None:
        return Verdict("care", "The run did not end", f"{number(masked, 'file')} masked until it stopped.")
    if quarantined:
        headline = f"{quarantined:,} of {number(total, 'file')} quarantined"
        detail = "Nothing of what is quarantined is in the output; the reasons are below."
        return Verdict("care", headline, f"{detail} {number(masked, 'file')} masked.{left_out}")
    if not masked:
        return Verdict("note", "Every file was skipped", f"Nothing was written.{left_out}")
    headline = f"{masked:,} of {number(total, 'file')} masked"
    if masked == total:
        headline = "The file was masked" if total == 1 else f"All {total:,} files were masked"
    level: Level = "care" if doubts(summary, run) else "good"
    return Verdict(level, headline, f"No file is quarantined.{left_out}")


def doubts(summary: Summary, run: RunRecord | None) -> list[str]:
    """What makes the figures themselves, or the files they are about, doubtful; a sentence each."""
    found = []
    if run is None:
        found.append("The record of the run (run.json) is missing: its library and key are not known.")
    elif run.finished is None:
        found.append("The run did not end: the figures cover what was done until it stopped.")
    if summary.expected_findings != summary.total_findings:
        found.append(
            f"The tables disagree: {summary.expected_findings:,} findings by the files table, "
            f"{summary.total_findings:,} in the annotation table. "
            "Parts are missing, or left over from another run."
        )
    if unknown := summary.total_files - sum(map(summary.files_with, ("masked", "quarantined", "skipped"))):
        found.append(f"{number(unknown, 'file')} of unknown status in the files table.")
    if failed := summary.findings_by("status").get("failed"):
        found.append(f"{number(failed, 'finding')} could not be masked.")
    return found


def _header(run: RunRecord | None) -> Html:
    when = f" · {moment(run.finished or run.started)}" if run else ""
    return tag("header", tag("p", "beam-phi", when), tag("h1", "De-identification report"))


def _verdict_banner(found: Verdict) -> Html:
    icon = tag(
        "svg", tag("path", d=_ICONS[found.level]), viewBox="0 0 24 24", aria_hidden="true", focusable="false"
    )
    words = tag("div", tag("h2", found.headline), tag("p", found.detail))
    return tag("section", icon, words, class_=f"verdict {found.level}", aria_label="Result")


def _alerts(lines: list[str]) -> Html:
    return tag("ul", *(tag("li", line) for line in lines), class_="alerts") if lines else text("")
