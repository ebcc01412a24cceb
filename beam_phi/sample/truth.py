"""The truth about a sample: every identifier planted in it and where, what must be kept, what must join.

`truth.json` starts with ``{"beam-phi-truth": 1,`` so that a library can skip just this file by its content.
Places are not written down by hand: whoever writes a value shows it to :meth:`Truth.show`, and what is found
there is noted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

FORMAT = "beam-phi-truth"
FILE_NAME = "truth.json"

Place = tuple[str, str]
"""Relative path of the file (``/`` between parts) and location in the notation of the annotation tables."""


@dataclass(slots=True)
class Identifier:
    """One planted identifier.

    value: its plainest form: ``Family^Given`` for a name, ISO 8601 for a date.
    data_class: name of the data class of the built-in libraries it belongs to.
    patient: id of the patient it belongs to, "" for staff and the hospital.
    also: the other spellings that are planted.
    """

    value: str
    data_class: str
    patient: str
    also: tuple[str, ...] = ()
    where: dict[Place, None] = field(default_factory=dict)


@dataclass(slots=True)
class Truth:
    """What :func:`beam_phi.sample.write` planted; only what stands somewhere in the export."""

    seed: int
    patients: list[dict[str, str]] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    decoys: dict[str, dict[Place, None]] = field(default_factory=dict)
    joins: list[dict[str, Any]] = field(default_factory=list)
    burned_in: list[dict[str, Any]] = field(default_factory=list)
    _of: dict[str, list[Identifier]] = field(default_factory=dict)
    _exact: dict[str, Identifier] = field(default_factory=dict)

    def declare(self, value: str, data_class: str, patient: str = "", also: Iterable[str] = ()) -> str:
        """Say that `value` identifies; returns it. Saying it again for the same patient changes nothing."""
        known = self._of.setdefault(patient, [])
        if not any(i.value == value and i.data_class == data_class for i in known):
            others = tuple(dict.fromkeys(s for s in also if s != value))
            made = Identifier(value, data_class, patient, others)
            known.append(made)
            self.identifiers.append(made)
            if data_class == "uid":
                self._exact[value] = made
        return value

    def show(self, text: str, path: str, location: str, patients: Iterable[str] = ()) -> None:
        """Note the place for each identifier of the patients and of the hospital that stands in `text`."""
        if text in self._exact:
            self._exact[text].where[path, location] = None
            return
        for patient in ("", *patients):
            for identifier in self._of.get(patient, ()):
                if occurs((identifier.value, *identifier.also), text):
                    identifier.where[path, location] = None

    def keep(self, text: str, path: str, location: str, decoys: Iterable[str]) -> None:
        """Note which `decoys` stand in `text`, at a place that every built-in library keeps."""
        for decoy in decoys:
            if occurs((decoy,), text):
                self.decoys.setdefault(decoy, {})[path, location] = None

    def write(self, path: Path) -> None:
        """Write it as JSON, UTF-8, the format's mark first."""
        document = {
            FORMAT: 1,
            "seed": self.seed,
            "patients": self.patients,
            "identifiers": [
                {
                    "value": identifier.value,
                    "class": identifier.data_class,
                    "patient": identifier.patient,
                    "where": _places(identifier.where),
                    "also": list(identifier.also),
                }
                for identifier in self.identifiers
            ],
            "decoys": [{"value": value, "where": _places(where)} for value, where in self.decoys.items()],
            "joins": self.joins,
            "burned_in": self.burned_in,
        }
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8", newline="\n")

    def forget_unplanted(self) -> None:
        """Drop what was declared but stands nowhere."""
        self.identifiers = [identifier for identifier in self.identifiers if identifier.where]


def _places(where: Iterable[Place]) -> list[dict[str, str]]:
    return [{"path": path, "location": location} for path, location in where]


@lru_cache(maxsize=65536)
def occurs(spellings: tuple[str, ...], text: str) -> bool:
    """Whether one of the spellings stands in `text` as whole words, case ignored."""
    return _whole_words(spellings).search(text) is not None


@cache
def _whole_words(spellings: tuple[str, ...]) -> re.Pattern[str]:
    """`_` parts words here (``DAVIDSON_DOUGLAS``), unlike in ``\\b``."""
    either = "|".join(map(re.escape, spellings))
    return re.compile(rf"(?<![^\W_])(?:{either})(?![^\W_])", re.IGNORECASE)
