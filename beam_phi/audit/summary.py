"""The figures of a run, streamed from its tables: memory depends on the number of groups, not of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from beam_phi.audit.parts import read_table
from beam_phi.audit.schema import ANNOTATIONS, FILES
from beam_phi.audit.store import Store

SEARCH_ONLY = "search-only"
"""Reason code of a file that is skipped because the run was only asked to search."""
SLOWEST = 10
LISTED = 200
"""Quarantined files that a summary names; all of them are in the table."""


class FindingGroup(NamedTuple):
    """What findings are counted by; "" where the table has no value."""

    format: str
    data_class: str
    matcher_kind: str
    function: str
    status: str


class SlowFile(NamedTuple):
    """One of the files that took longest."""

    seconds: float
    file_id: str
    format: str
    bytes_in: int


class QuarantinedFile(NamedTuple):
    """A file that is not in the output; named by its keyed id, never by its path."""

    file_id: str
    format: str
    reason: str
    bytes_in: int


@dataclass(frozen=True)
class Summary:
    """The figures of a run.

    files: number of files by (format, status).
    reasons: number of files that are not masked, by (status, reason code).
    findings: number of annotation rows by group.
    expected_findings: the rows that the files table says there are; differs from `total_findings` only when
        parts are missing, left over from another run or written twice.
    bytes_in, bytes_out: sizes of all files, in bytes.
    seconds: time of all workers together.
    slowest: at most SLOWEST files, the slowest first.
    quarantined: at most LISTED files, by file_id.
    """

    files: Mapping[tuple[str, str], int]
    reasons: Mapping[tuple[str, str], int]
    findings: Mapping[FindingGroup, int]
    expected_findings: int
    bytes_in: int
    bytes_out: int
    seconds: float
    slowest: tuple[SlowFile, ...]
    quarantined: tuple[QuarantinedFile, ...]

    @property
    def total_files(self) -> int:
        return sum(self.files.values())

    @property
    def total_findings(self) -> int:
        return sum(self.findings.values())

    @property
    def searched(self) -> int:
        """Number of files that were searched and not to be masked."""
        return self.reasons.get(("skipped", SEARCH_ONLY), 0)

    def files_with(self, status: str) -> int:
        """Number of files of one status."""
        return sum(count for (_, each), count in self.files.items() if each == status)

    def files_by_format(self) -> dict[str, Counter[str]]:
        """Number of files by format, and there by status; the commonest format first."""
        table: dict[str, Counter[str]] = {}
        for (form, status), count in self.files.items():
            table.setdefault(form, Counter())[status] += count
        return dict(sorted(table.items(), key=lambda item: (-item[1].total(), item[0])))

    def findings_by(self, column: str) -> dict[str, int]:
        """Number of findings by one column of FindingGroup, the largest first."""
        counts: Counter[str] = Counter()
        for group, count in self.findings.items():
            counts[getattr(group, column)] += count
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def as_dict(self) -> dict[str, Any]:
        """The counts as JSON types, for ``run.json``."""
        return {
            "files": {
                "total": self.total_files,
                "by_format": {form: dict(counts) for form, counts in self.files_by_format().items()},
                "by_reason": _nested(self.reasons),
            },
            "findings": {
                "total": self.total_findings,
                **{f"by_{column}": self.findings_by(column) for column in FindingGroup._fields},
            },
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
            "worker_seconds": round(self.seconds, 3),
        }


def summarize(store: Store) -> Summary:
    """Read both tables of a finished run once. Raises TableError."""
    findings: Counter[FindingGroup] = Counter()
    for batch in read_table(store, "annotations", ANNOTATIONS, FindingGroup._fields):
        for values, count in _counts(batch, FindingGroup._fields):
            findings[FindingGroup(*values)] += count
    files = _FileFigures()
    for batch in read_table(store, "files", FILES, _FileFigures.COLUMNS):
        files.add(batch)
    return files.summary(findings)


class _FileFigures:
    """Adds up the files table batch by batch."""

    COLUMNS = ("file_id", "format", "status", "reason", "bytes_in", "bytes_out", "findings", "seconds")

    def __init__(self) -> None:
        self._files: Counter[tuple[str, str]] = Counter()
        self._reasons: Counter[tuple[str, str]] = Counter()
        self._sums: Counter[str] = Counter()
        self._seconds = 0.0
        self._slowest: list[SlowFile] = []
        self._quarantined: list[QuarantinedFile] = []

    def add(self, batch: pa.RecordBatch) -> None:
        for (form, status, reason), count in _counts(batch, ("format", "status", "reason")):
            self._files[form, status] += count
            if status != "masked":
                self._reasons[status, reason] += count
        for column in ("bytes_in", "bytes_out", "findings"):
            self._sums[column] += pc.sum(batch.column(column)).as_py() or 0
        self._seconds += pc.sum(batch.column("seconds")).as_py() or 0.0
        # Only a batch's own extremes become Python objects.
        slow = batch.sort_by([("seconds", "descending"), ("file_id", "ascending")]).slice(0, SLOWEST)
        self._slowest += (SlowFile(**row) for row in slow.select(SlowFile._fields).to_pylist())
        self._slowest = sorted(self._slowest, key=lambda file: (-file.seconds, file.file_id))[:SLOWEST]
        held = (
            batch.filter(pc.equal(batch.column("status"), "quarantined")).sort_by("file_id").slice(0, LISTED)
        )
        for row in held.select(QuarantinedFile._fields).to_pylist():
            self._quarantined.append(QuarantinedFile(**{**row, "reason": row["reason"] or ""}))
        self._quarantined = sorted(self._quarantined)[:LISTED]

    def summary(self, findings: Mapping[FindingGroup, int]) -> Summary:
        return Summary(
            files=self._files,
            reasons=self._reasons,
            findings=findings,
            expected_findings=self._sums["findings"],
            bytes_in=self._sums["bytes_in"],
            bytes_out=self._sums["bytes_out"],
            seconds=self._seconds,
            slowest=tuple(self._slowest),
            quarantined=tuple(self._quarantined),
        )


def _counts(batch: pa.RecordBatch, columns: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Each combination of values in `columns`, and the number of its rows; null counts as ""."""
    table = pa.Table.from_batches([batch.select(columns)])
    groups = table.group_by(list(columns), use_threads=False).aggregate([([], "count_all")])
    for row in groups.to_pylist():
        yield tuple(row[column] or "" for column in columns), row["count_all"]


def _nested(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for (outer, inner), count in sorted(counts.items()):
        table.setdefault(outer, {})[inner] = count
    return table
