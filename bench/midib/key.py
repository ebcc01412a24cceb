"""The answer key: an SQLite file with a row for each instance, and the two mapping files beside it."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.midib.rules import Answer

COLUMNS = (
    "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID", "Modality",
    "AnswerData",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Instance:
    """The checks of one source file."""

    patient: str
    study: str
    series: str
    uid: str
    sop_class: str
    modality: str
    answers: tuple[Answer, ...]


def read(path: Path) -> Iterator[Instance]:
    """The instances of a key."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
        # Column names are constants of this module.
        for row in base.execute(f"SELECT {', '.join(COLUMNS)} FROM answer_data"):
            *head, data = row
            yield Instance(*(_bare(value) for value in head), _answers(json.loads(data)))


def write(path: Path, instances: Iterable[Instance]) -> None:
    """Write a key in the same form."""
    with closing(sqlite3.connect(path)) as base:
        base.execute(f"CREATE TABLE answer_data ({', '.join(f'{name} TEXT' for name in COLUMNS)})")
        base.executemany(
            f"INSERT INTO answer_data VALUES ({', '.join('?' * len(COLUMNS))})",
            (
                (i.patient, i.study, i.series, i.uid, i.sop_class, i.modality, json.dumps(_data(i.answers)))
                for i in instances
            ),
        )
        base.commit()


def read_map(path: Path) -> dict[str, str]:
    """A mapping file: ``id_old,id_new``."""
    with path.open(newline="", encoding="utf-8") as stream:
        return {row["id_old"]: row["id_new"] for row in csv.DictReader(stream)}


def write_map(path: Path, pairs: Mapping[str, str]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id_old", "id_new"))
        writer.writerows(sorted(pairs.items()))


def _bare(value: Any) -> str:
    """A text without the brackets the key puts around it."""
    text = "" if value is None else str(value)
    return text[1:-1] if text.startswith("<") and text.endswith(">") else text


def _answers(data: Mapping[str, Mapping[str, Any]]) -> tuple[Answer, ...]:
    return tuple(
        Answer(
            _bare(check["action"]),
            # The place has brackets of its own.
            str(check.get("tag_ds") or check.get("tag") or ""),
            _bare(check.get("value")),
            _bare(check.get("action_text")),
            _categories(check.get("answer_category_v2")),
        )
        for check in data.values()
    )


def _categories(nested: Any) -> tuple[str, ...]:
    """``{"hipaa": {"z": …}}`` as ``hipaa.z``; empty ones left out."""
    if not isinstance(nested, Mapping):
        return ()
    return tuple(
        f"{family}.{name}"
        for family, names in nested.items()
        if isinstance(names, Mapping)
        for name, code in names.items()
        if code
    )


def _data(answers: Iterable[Answer]) -> dict[str, dict[str, Any]]:
    data: dict[str, dict[str, Any]] = {}
    for number, answer in enumerate(answers):
        nested: dict[str, dict[str, str]] = {}
        for category in answer.categories:
            family, name = category.split(".")
            nested.setdefault(family, {})[name] = "1"
        data[str(number)] = {
            "scope": "<Instance>",
            "tag": answer.path or None,
            "tag_ds": answer.path or None,
            "value": f"<{answer.value}>",
            "action": f"<{answer.action}>",
            "action_text": f"<{answer.text}>",
            "answer_category_v2": nested,
        }
    return data
