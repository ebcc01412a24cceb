"""The ten actions of the answer key: each says whether a masked file did what was asked at one place.

A file that is missing fails what had to be kept and passes what had to go. A check that can't be decided
(nothing to compare, pixels that can't be decoded) has no verdict: it counts in the total and not as passed,
as in the published score.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from bench.midib.key import Answer
from bench.midib.paths import find
from bench.midib.pixels import BoxJudge, TextBox
from bench.midib.words import kept_share


class Verdict(NamedTuple):
    """passed: None if it can't be told. share: of what was asked, 0 to 1. found: what the masked file has."""

    passed: bool | None
    share: float
    found: str = ""


@dataclass(frozen=True, slots=True)
class Maps:
    """Old -> new, as the benchmark asks for in two CSV files."""

    uids: Mapping[str, str]
    patients: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A masked file and all that is needed to judge it.

    source: the file it was made of, where the caller has it; only boxes of burned-in text look at it.
    """

    masked: Dataset
    maps: Maps
    boxes: BoxJudge
    source: Dataset | None = None

    def element(self, answer: Answer) -> DataElement | None:
        """What stands at the answer's place. Raises PathError."""
        return find(self.masked, answer.path)


Rule = Callable[[Answer, Case], Verdict]


def judge(answer: Answer, case: Case | None) -> Verdict:
    """The verdict on one answer; `case` is None for a file that is missing.

    Raises KeyError for an action that the benchmark doesn't have, and PathError.
    """
    rule, if_missing = RULES[answer.action]
    return _told(if_missing, "MISSING FILE") if case is None else rule(answer, case)


def rendered(element: DataElement | None) -> str:
    """A value as the benchmark's index of a file writes it; of pixels only that they are there."""
    if element is None or element.value is None:
        return ""
    if element.name in ("Pixel Data", "Overlay Data", "File Meta Information Version"):
        return "REMOVED"
    return str(element.value).strip()


def _told(passed: bool, found: str = "") -> Verdict:
    return Verdict(passed, float(passed), found)


def _tag_retained(answer: Answer, case: Case) -> Verdict:
    element = case.element(answer)
    return _told(element is not None, rendered(element))


def _text_notnull(answer: Answer, case: Case) -> Verdict:
    found = rendered(case.element(answer))
    return _told(found not in ("", "[]"), found)


def _text_retained(answer: Answer, case: Case) -> Verdict:
    element = case.element(answer)
    found = rendered(element)
    if element is None:
        return _told(False)
    share = None if answer.text is None else kept_share(found, answer.text)
    return Verdict(None, 0, found) if share is None else Verdict(share == 1, share, found)


def _text_removed(answer: Answer, case: Case) -> Verdict:
    element = case.element(answer)
    found = rendered(element)
    if element is None or found in ("", "REMOVED"):
        return _told(True)
    share = None if answer.text is None else kept_share(found, answer.text)
    return Verdict(None, 0, found) if share is None else Verdict(share == 0, 1 - share, found)


def _changed(answer: Answer, case: Case) -> Verdict:
    """Of dates and UIDs: the old value is no part of the new one."""
    element = case.element(answer)
    found = rendered(element)
    if element is None:
        return _told(True)
    return _told(answer.value.replace("\\", "") not in found.replace("\\", ""), found)


def _consistent(answer: Answer, case: Case, pairs: Mapping[str, str]) -> Verdict:
    element = case.element(answer)
    if element is None:
        return _told(True)
    found = rendered(element)
    return _told(found == pairs.get(answer.value, ""), found)


def _uid_consistent(answer: Answer, case: Case) -> Verdict:
    return _consistent(answer, case, case.maps.uids)


def _patid_consistent(answer: Answer, case: Case) -> Verdict:
    return _consistent(answer, case, case.maps.patients)


def _pixels_hidden(answer: Answer, case: Case) -> Verdict:
    try:
        box = TextBox(**{name: json.loads(answer.text or "")[name] for name in TextBox.FIELDS})
    except (ValueError, KeyError, TypeError):
        return Verdict(None, 0)
    hidden = case.boxes.hidden(case.masked, box, case.source)
    return Verdict(None, 0) if hidden is None else _told(hidden)


def _pixels_retained(answer: Answer, case: Case) -> Verdict:
    element = case.masked.get("PixelData")
    if element is None:
        return _told(False)
    # A checksum to compare by, chosen by the benchmark.
    digest = hashlib.md5(element, usedforsecurity=False).hexdigest()
    return _told(digest == (answer.text or "").strip("<>"), digest)


#: Each with what a missing file is said to do.
RULES: Mapping[str, tuple[Rule, bool]] = {
    "tag_retained": (_tag_retained, False),
    "text_notnull": (_text_notnull, False),
    "text_retained": (_text_retained, False),
    "text_removed": (_text_removed, True),
    "date_shifted": (_changed, True),
    "uid_changed": (_changed, True),
    "uid_consistent": (_uid_consistent, False),
    "patid_consistent": (_patid_consistent, False),
    "pixels_hidden": (_pixels_hidden, True),
    "pixels_retained": (_pixels_retained, False),
}

_FILED: Mapping[str, tuple[str, ...]] = {
    "tag_retained": ("dicom.iod",),
    "text_notnull": ("dicom.iod",),
    "text_removed": ("hipaa.m", "hipaa.z", "tcia.p15", "tcia.ptkb", "tcia.rev"),
    "text_retained": ("tcia.p15", "tcia.ptkb", "tcia.rev"),
}
_ALWAYS: Mapping[str, tuple[str, str]] = {
    "date_shifted": ("hipaa", "HIPAA-C"),
    "uid_changed": ("hipaa", "HIPAA-R"),
    "pixels_hidden": ("hipaa", "HIPAA-A"),
    "patid_consistent": ("dicom", "DICOM-P15-BASIC-C"),
    "uid_consistent": ("dicom", "DICOM-P15-BASIC-U"),
    "pixels_retained": ("tcia", "TCIA-P15-PIX-K"),
}


def category(answer: Answer) -> tuple[str, str]:
    """Family and code under which an answer is reported; ``unknown`` if the key files it nowhere."""
    if answer.action in _ALWAYS:
        return _ALWAYS[answer.action]
    for name in _FILED.get(answer.action, ()):
        if name in answer.categories:
            return name.split(".")[0], answer.categories[name]
    return "unknown", "unknown"
