"""The answer key: an SQLite file with a row for each instance, and the two mapping files beside it.

Table ``answer_data``: PatientID, StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, SOPClassUID, Modality
and AnswerData, a JSON object ``{"0": {...}, "1": {...}}`` (a list is taken, too) of answers with the fields
action, tag_ds (``tag`` where it is missing), tag_name, value, action_text and answer_category_v2. Texts
stand between ``<`` and ``>``. A column ``scope`` says what a row is about: ``<Instance>``, ``<Series>``,
``<Study>``, ``<Patient>``.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COLUMNS = (
    "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID", "Modality",
    "AnswerData",
)  # fmt: skip
CATEGORIES = (
    "hipaa.z", "hipaa.m", "dicom.p15", "dicom.iod", "dicom.safe", "tcia.ptkb", "tcia.p15", "tcia.rev",
)  # fmt: skip
"""What an answer may be filed under; each holds a code or nothing."""


class KeyFormatError(ValueError):
    """The file is no answer key or no mapping file. The message holds no value."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One check of the key, its texts without ``<`` and ``>``.

    path: the place, "" for pixels. value: of the source. text: what the check compares, JSON for
    pixels_hidden, None where the key has nothing. name: of the attribute. categories: codes by the names of
    CATEGORIES.
    """

    action: str
    path: str
    value: str
    text: str | None
    name: str = ""
    categories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """The answers about one source file or, by `scope`, about all files of its series or study."""

    patient: str
    study: str
    series: str
    uid: str
    sop_class: str
    modality: str
    answers: tuple[Answer, ...]
    scope: str = "Instance"


def read(path: Path) -> Iterator[Row]:
    """The rows of a key, one at a time: the real one has gigabytes. Raises KeyFormatError."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            present = {row[1] for row in base.execute("PRAGMA table_info(answer_data)")}
            if missing := [name for name in COLUMNS if name not in present]:
                raise KeyFormatError(f"no table answer_data with the columns {', '.join(missing)}")
            # The names are constants of this module.
            columns = [*COLUMNS, "scope"] if "scope" in present else list(COLUMNS)
            for number, row in enumerate(base.execute(f"SELECT {', '.join(columns)} FROM answer_data"), 1):
                *head, data = row[: len(COLUMNS)]
                patient, study, series, uid, sop_class, modality = map(bare, head)
                scope = (bare(row[-1]) if len(row) > len(COLUMNS) else "") or "Instance"
                answers = _answers(data, number)
                yield Row(patient, study, series, uid, sop_class, modality, answers, scope)
    except sqlite3.Error as error:
        raise KeyFormatError(f"no SQLite database: {type(error).__name__}") from None


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write a new key in the form of the released ones, which have no column `scope`."""
    names = ("index", "group", *COLUMNS[5:3:-1], *COLUMNS[:4], "Digest", "AnswerData")
    with closing(sqlite3.connect(path)) as base:
        quoted = ", ".join(f'"{name}"' for name in names)
        base.execute(f"CREATE TABLE answer_data ({quoted})")
        base.executemany(
            f"INSERT INTO answer_data VALUES ({', '.join('?' * len(names))})",
            (
                (
                    number, 0, row.modality, row.sop_class, row.patient, row.study, row.series, row.uid, "",
                    json.dumps({str(n): _written(answer) for n, answer in enumerate(row.answers)}),
                )
                for number, row in enumerate(rows)
            ),
        )  # fmt: skip
        base.commit()


def read_map(path: Path) -> dict[str, str]:
    """A mapping file, ``id_old,id_new``; of several lines about one id the first counts.

    Raises KeyFormatError.
    """
    pairs: dict[str, str] = {}
    with path.open(newline="", encoding="utf-8-sig") as stream:
        lines = csv.DictReader(stream)
        if not {"id_old", "id_new"} <= set(lines.fieldnames or ()):
            raise KeyFormatError("a mapping file has the columns id_old and id_new")
        for line in lines:
            pairs.setdefault(line["id_old"], line["id_new"])
    return pairs


def write_map(path: Path, pairs: Mapping[str, str]) -> None:
    """Write a mapping file."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id_old", "id_new"))
        writer.writerows(sorted(pairs.items()))


def bare(value: Any) -> str:
    """A text without the brackets the key puts around it, "" for nothing."""
    text = "" if value is None else str(value)
    return text[1:-1] if text.startswith("<") and text.endswith(">") else text


def _answers(data: Any, number: int) -> tuple[Answer, ...]:
    try:
        read = json.loads(data)
    except (TypeError, ValueError):
        raise KeyFormatError(f"AnswerData of row {number} is no JSON") from None
    answers = list(read.values()) if isinstance(read, dict) else read
    if not isinstance(answers, list) or not all(isinstance(a, dict) and a.get("action") for a in answers):
        raise KeyFormatError(f"AnswerData of row {number} holds something that is no answer")
    return tuple(
        Answer(
            bare(answer["action"]),
            # The place has brackets of its own.
            str(answer.get("tag_ds") or answer.get("tag") or ""),
            bare(answer.get("value")),
            None if answer.get("action_text") is None else bare(answer["action_text"]),
            bare(answer.get("tag_name")),
            _categories(answer.get("answer_category_v2")),
        )
        for answer in answers
    )


def _categories(value: Any) -> dict[str, str]:
    """Nested (``{"hipaa": {"z": …}}``) or with dots (``{"hipaa.z": …}``), as object or as JSON text."""
    if isinstance(value, str):
        try:
            value = json.loads(bare(value))
        except ValueError:
            return {}
    flat: dict[str, Any] = {}
    for family, codes in value.items() if isinstance(value, dict) else ():
        if isinstance(codes, dict):
            flat.update({f"{family}.{name}": code for name, code in codes.items()})
        else:
            flat[family] = codes
    return {name: str(flat[name]) for name in CATEGORIES if flat.get(name)}


def _written(answer: Answer) -> dict[str, Any]:
    categories: dict[str, Any] = {"prev_cat": None}
    for name in CATEGORIES:
        family, kind = name.split(".")
        categories.setdefault(family, {})[kind] = answer.categories.get(name)
    at_place = {
        "tag": answer.path or None,
        "tag_ds": answer.path or None,
        "tag_name": f"<{answer.name}>" if answer.path else None,
        "value": f"<{answer.value}>" if answer.path else None,
    }
    return {
        "scope": "<Instance>",
        **at_place,
        "action": f"<{answer.action}>",
        "action_text": None if answer.text is None else f"<{answer.text}>",
        "answer_category": [],
        "answer_category_v2": categories,
    }
