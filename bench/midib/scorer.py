"""Score a folder of masked files against a key."""

from __future__ import annotations

import hashlib
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset

from bench.midib.key import Answer, Row
from bench.midib.paths import PathError
from bench.midib.pixels import best_judge
from bench.midib.rules import Case, Maps, Verdict, category, judge


@dataclass(slots=True)
class Tally:
    """passed: answers that were followed. total: all of them. blank: those of the total without a verdict."""

    passed: int = 0
    total: int = 0
    blank: int = 0

    def add(self, passed: bool | None) -> None:
        self.total += 1
        self.passed += passed is True
        self.blank += passed is None


@dataclass(slots=True)
class Level:
    """Tallies at one level: every answer, or those of a series that are the same once."""

    whole: Tally = field(default_factory=Tally)
    actions: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    categories: defaultdict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))

    def add(self, action: str, filed: tuple[str, str], passed: bool | None) -> None:
        for tally in (self.whole, self.actions[action], self.categories[filed]):
            tally.add(passed)


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that was not followed, or (passed None) could not be judged, in one file.

    uid: SOP Instance UID of the source. file: the masked file, "" if it is missing.
    """

    uid: str
    series: str
    modality: str
    file: str
    answer: Answer
    verdict: Verdict
    filed: tuple[str, str]


@dataclass(slots=True)
class Score:
    """What came out.

    files: DICOM files in the masked folder. missing: rows without one. unmapped: files that the UID map
    doesn't know. strangers: files that are no DICOM objects. unread: answers that can't be read, by
    the reason.
    """

    judge: str
    instance: Level = field(default_factory=Level)
    series: Level = field(default_factory=Level)
    failures: list[Failure] = field(default_factory=list)
    files: int = 0
    missing: int = 0
    unmapped: int = 0
    strangers: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    _seen: set[bytes] = field(default_factory=set)

    def add(self, row: Row, file: str, answer: Answer, verdict: Verdict) -> None:
        """Count one verdict."""
        filed = category(answer)
        self.instance.add(answer.action, filed, verdict.passed)
        if self._first(row, answer, verdict):
            self.series.add(answer.action, filed, verdict.passed)
        if not verdict.passed:
            self.failures.append(Failure(row.uid, row.series, row.modality, file, answer, verdict, filed))

    def _first(self, row: Row, answer: Answer, verdict: Verdict) -> bool:
        """Whether no other file of the series has shown just this answer with this result.

        As in the published score, all but the file itself tells answers apart: what was asked, what was
        found and the verdict. So an answer that fails in one file of a series counts twice, once as passed,
        once as failed.
        """
        same = (
            row.patient, row.study, row.series, row.sop_class, row.modality, answer.action, answer.path,
            answer.name, answer.value, answer.text, sorted(answer.categories.items()), verdict,
        )  # fmt: skip
        digest = hashlib.blake2b(repr(same).encode("utf-8", "replace"), digest_size=16).digest()
        if digest in self._seen:
            return False
        self._seen.add(digest)
        return True


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    study: str
    series: str
    uid: str


def score(
    rows: Iterable[Row],
    masked: Path,
    maps: Maps,
    *,
    sources: Path | None = None,
) -> Score:
    """Score all rows of a key.

    masked: folder of the masked files, in any tree and by any name. sources: folder of the source files, for
    the judge of burned-in text; needed for nothing else.
    """
    boxes = best_judge()
    result = Score(boxes.name)
    files, result.strangers = _index(masked)
    originals = {} if sources is None else {file.uid: file.path for file in _index(sources)[0]}
    result.files = len(files)
    known = set(maps.uids.values())
    result.unmapped = sum(file.uid not in known for file in files)
    find = _Finder(files, maps)
    for row in rows:
        found = find(row)
        result.missing += not found
        original = originals.get(row.uid)
        source = _read(original) if original and _asks_for_boxes(row) else None
        for file in found:
            _judge_all(result, row, file, Case(_read(file.path), maps, boxes, source), masked)
        if not found:
            _judge_all(result, row, None, None, masked)
    return result


class _Finder:
    """The masked files a row is about."""

    def __init__(self, files: list[_File], maps: Maps) -> None:
        self._maps = maps
        self._by: dict[str, defaultdict[str, list[_File]]] = {
            "Instance": defaultdict(list),
            "Series": defaultdict(list),
            "Study": defaultdict(list),
        }
        for file in files:
            self._by["Instance"][file.uid].append(file)
            self._by["Series"][file.series].append(file)
            self._by["Study"][file.study].append(file)

    def __call__(self, row: Row) -> list[_File]:
        old = {"Instance": row.uid, "Series": row.series}.get(row.scope, row.study)
        by = row.scope if row.scope in self._by else "Study"
        return self._by[by].get(self._maps.uids.get(old, ""), [])


def _judge_all(result: Score, row: Row, file: _File | None, case: Case | None, masked: Path) -> None:
    name = "" if file is None else str(file.path.relative_to(masked))
    for answer in row.answers:
        try:
            verdict = judge(answer, case)
        except KeyError:
            result.unread[f"action {answer.action}"] += 1
            verdict = Verdict(None, 0)
        except PathError as error:
            result.unread[f"place: {error}"] += 1
            verdict = Verdict(None, 0)
        result.add(row, name, answer, verdict)


def _asks_for_boxes(row: Row) -> bool:
    return any(answer.action == "pixels_hidden" for answer in row.answers)


def _index(folder: Path) -> tuple[list[_File], int]:
    """The DICOM objects of a folder, and how many other files are in it."""
    found: list[_File] = []
    others = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            dataset = _read(path, ["SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"])
            study, series, uid = (
                str(dataset.get(keyword, ""))
                for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
            )
        except Exception:  # whatever a reader makes of a licence or a thumbnail
            uid = ""
        if uid:
            found.append(_File(path, study, series, uid))
        else:
            others += 1
    return found, others


def _read(path: Path, only: list[str] | None = None) -> Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(path, force=True, specific_tags=only)
