"""What the user sees on the terminal: a progress bar, and a summary in a few lines."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from beam_phi.audit.reasons import explain
from beam_phi.audit.report import REPORT_FILE
from beam_phi.job import Job, Result
from beam_phi.preflight import count_files
from beam_phi.transforms.filesystem import is_remote, join

#: Seconds between two looks at how far the workers are.
INTERVAL = 0.2
#: Data classes shown in the summary; the report has all.
SHOWN_CLASSES = 12


@contextmanager
def progress(job: Job, *, shown: bool) -> Iterator[Job]:
    """Show a bar on a terminal while the block runs. The job given back is the one to run."""
    if not (shown and sys.stderr.isatty()) or is_remote(job.output):
        yield job
        return
    total = count_files(job.input)
    bar = Progress(
        TextColumn(f"{job.command}ing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    done = threading.Event()
    with tempfile.TemporaryDirectory(prefix="beam-phi-") as folder, bar:
        ticks = Path(folder, "done")
        ticks.touch()
        task = bar.add_task("files", total=total)

        def watch() -> None:
            while not done.wait(INTERVAL):
                bar.update(task, completed=ticks.stat().st_size)

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield replace(job, progress=str(ticks))
        finally:
            done.set()
            watcher.join()


def print_summary(result: Result, output: str) -> None:
    """Files by format, findings by class, quarantined files by reason, and where to look next."""
    summary = result.summary
    console = Console()
    files = Table("format", "masked", "quarantined", "skipped", title="Files", title_justify="left")
    for format_, counts in summary.files_by_format().items():
        files.add_row(format_, *(str(counts[status]) for status in ("masked", "quarantined", "skipped")))
    console.print(files)
    classes = Table("data class", "findings", title="Findings", title_justify="left")
    found = summary.findings_by("data_class")
    for name, count in list(found.items())[:SHOWN_CLASSES]:
        classes.add_row(name, str(count))
    if len(found) > SHOWN_CLASSES:
        classes.add_row("others", str(sum(list(found.values())[SHOWN_CLASSES:])))
    console.print(classes)
    reasons = {
        reason: count for (status, reason), count in summary.reasons.items() if status == "quarantined"
    }
    if reasons:
        table = Table(
            "reason",
            "files",
            "meaning",
            title="Quarantined: nothing of them is written",
            title_justify="left",
        )
        for reason, count in sorted(reasons.items()):
            table.add_row(reason, str(count), explain(reason))
        console.print(table)
    print_report(output)


def print_report(output: str) -> None:
    """Where the report of a run lies."""
    Console().print(f"report: {join(output, REPORT_FILE)}", soft_wrap=True)
