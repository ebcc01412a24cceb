"""The ten actions of the answer key: each says whether a masked file did what was asked at one place.

A file that is missing fails what had to be kept and passes what had to go.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from bench.midib.paths import find

#: Words that say nothing of what a text tells; fewer than natural language toolkits drop, so stricter.
STOP_WORDS = frozenset("a an and are as at be by for from in is it of on or the to was with".split())  # noqa: SIM905

_WORD = re.compile(r"[^\W_]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Answer:
    """One check of the key, its texts without ``<`` and ``>``.

    path: the place, "" for pixels. value: of the source. text: what the check compares, JSON for pixels.
    categories: names of the answer-key categories, e.g. ``hipaa.z``.
    """

    action: str
    path: str
    value: str
    text: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Maps:
    """Old -> new, as the benchmark asks for in two CSV files."""

    uids: Mapping[str, str]
    patients: Mapping[str, str]


Rule = Callable[[Answer, Dataset, Maps], bool]


def passes(answer: Answer, masked: Dataset | None, maps: Maps) -> bool:
    """Whether a masked file (None if it is missing) does what an answer asks. Raises KeyError for no action
    of the key, and PathError."""
    rule, if_missing = RULES[answer.action]
    return if_missing if masked is None else rule(answer, masked, maps)


def words(text: str) -> list[str]:
    """The telling words and numbers of a text, in small letters."""
    return [word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]


def _text(element: DataElement | None) -> str:
    if element is None or element.value is None:
        return ""
    value = element.value
    if isinstance(value, bytes):
        return value.decode("latin-1").strip(" \0")
    if hasattr(value, "__iter__") and not isinstance(value, str) and element.VR != "PN":
        return "\\".join(map(str, value))
    return str(value)


def _tag_retained(answer: Answer, masked: Dataset, maps: Maps) -> bool:
    return find(masked, answer.path) is not None


def _text_notnull(answer: Answer, masked: Dataset, maps: Maps) -> bool:
    element = find(masked, answer.path)
    return element is not None and (bool(_text(element)) or (element.VR == "SQ" and len(element.value) > 0))


def _text_retained(answer: Answer, masked: Dataset, maps: Maps) -> bool:
    left = _text(find(masked, answer.path)).lower()
    if answer.text.lower() in left:
        return True
    here = words(left)
    return all(word in here or _number(word) in map(_number, here) for word in words(answer.text))


def _number(word: str) -> object:
    try:
        return float(word)
    except ValueError:
        return word


def _text_removed(answer: Answer, masked: Dataset, maps: Maps) -> bool:
    left = _text(find(masked, answer.path)).lower()
    return not any(word in left for word in words(answer.text))


def _changed(answer: Answer, masked: Dataset, maps: Maps) -> bool:
    return answer.value not in _text(find(masked, answer.path))


def _uid_consistent(answer: Answer, masked: Dataset, maps: Maps) -> bool:
    element = find(masked, answer.path)
    return element is None or _text(element) == maps.uids.get(answer.value)


def _patient_consistent(answer: Answer, masked: Dataset, maps: Maps) -> bool:
    element = find(masked, answer.path)
    return element is None or _text(element) == maps.patients.get(answer.value)


def _pixels_hidden(answer: Answer, masked: Dataset, maps: Maps) -> bool:
    """No optical reader is needed: what was painted over has one value in the whole box."""
    if "PixelData" not in masked:
        return True
    box: dict[str, Any] = json.loads(answer.text)
    (left, top), (right, bottom) = box["top_left"], box["bottom_right"]
    pixels = masked.pixel_array
    frames = pixels if int(masked.get("NumberOfFrames") or 1) > 1 else pixels[np.newaxis]
    part = frames[:, top:bottom, left:right]
    return bool((part == part[:, :1, :1]).all())


def _pixels_retained(answer: Answer, masked: Dataset, maps: Maps) -> bool:
    element = masked.get("PixelData")
    return element is not None and hashlib.md5(element).hexdigest() == answer.text


#: Each with the verdict on a file that is missing.
RULES: Mapping[str, tuple[Rule, bool]] = {
    "tag_retained": (_tag_retained, False),
    "text_notnull": (_text_notnull, False),
    "text_retained": (_text_retained, False),
    "text_removed": (_text_removed, True),
    "date_shifted": (_changed, True),
    "uid_changed": (_changed, True),
    "uid_consistent": (_uid_consistent, False),
    "patid_consistent": (_patient_consistent, False),
    "pixels_hidden": (_pixels_hidden, True),
    "pixels_retained": (_pixels_retained, False),
}
