"""What a masked sample is checked for beside survivors: decoys, joins, date offsets, people apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench.identity.places import Mark, readers

Owner = tuple[str, str]


@dataclass(slots=True)
class Offsets:
    """Days between original and masked dates: patient -> format -> days. unread: places where a masked date
    can't be read."""

    by_patient: dict[Owner, dict[str, set[int]]] = field(default_factory=dict)
    places: int = 0
    unread: int = 0

    @property
    def equal(self) -> int:
        """Patients whose dates are all moved by the same days, and not by none."""
        return sum(
            len(days := set[int]().union(*formats.values())) == 1 and 0 not in days
            for formats in self.by_patient.values()
        )


@dataclass(slots=True)
class Joins:
    """Keys (patient id, study UID, order number) that were equal in two formats, and still are; and keys that
    differed, and are equal now."""

    asked: int = 0
    held: int = 0
    met: int = 0


def lost(
    decoys: Sequence[Mapping[str, Any]],
    before: Mapping[str, Counter[str]],
    after: Mapping[str, Counter[str]],
    moved: Mapping[str, str],
) -> dict[tuple[str, str], int]:
    """Decoy and file it was planted in -> how many of them are not in what the file became.

    decoys: as in `truth.json`. before, after: file -> how often it has each. moved: original path -> masked
    path.
    """
    missing = {}
    for decoy in decoys:
        value = decoy["value"]
        for path, times in Counter(place["path"] for place in decoy["where"]).items():
            # The truth does not tell capitals from other letters.
            planted = min(times, before[path][value])
            found = after[moved[path]][value] if path in moved else 0
            if found < planted:
                missing[value, path] = planted - found
    return missing


def paths(crosswalk: Path) -> dict[str, str]:
    """Original path -> masked path."""
    table = pq.read_table(crosswalk).to_pylist()
    return {row["source"]: row["output"] for row in table if row["kind"] == "path"}


def marks(sample: Path, masked: Path, moved: Mapping[str, str]) -> Iterator[tuple[str, Mark, Mark]]:
    """Format, and what the same place says before and after."""
    for format_, (glob, read) in readers().items():
        for path in sorted(sample.glob(glob)):
            relative = path.relative_to(sample).as_posix()
            if path.is_file() and relative in moved:
                before, after = list(read(path)), list(read(masked / moved[relative]))
                if len(before) != len(after):
                    raise AssertionError(f"{format_}: {len(before)} places became {len(after)}")
                yield from ((format_, *pair) for pair in zip(before, after, strict=True))


def offsets(pairs: Sequence[tuple[str, Mark, Mark]]) -> Offsets:
    """How far each patient's dates are moved in each format."""
    found = Offsets()
    for format_, before, after in pairs:
        found.places += 1
        days = _read(after.date)
        if days is None:
            found.unread += 1
            continue
        moved = (days - (_read(before.date) or date.min)).days
        found.by_patient.setdefault(before.owner, {}).setdefault(format_, set()).add(moved)
    return found


def joins(pairs: Sequence[tuple[str, Mark, Mark]]) -> Joins:
    """Whether equal keys stay equal, and different ones different, from format to format."""
    found = Joins()
    for key in ("owner", "study", "order"):
        became: dict[Any, Counter[Any]] = {}
        for _, before, after in pairs:
            if any(getattr(before, key)) and any(getattr(after, key)):
                value = getattr(after, key)
                became.setdefault(getattr(before, key), Counter())[value[0] if key == "owner" else value] += 1
        for counts in became.values():
            found.asked += counts.total()
            found.held += counts.most_common(1)[0][1]
        results = Counter(value for counts in became.values() for value in counts)
        found.met += sum(count - 1 for count in results.values())
    return found


_FORMS = (
    (re.compile(r"(\d{4})-?(\d\d)-?(\d\d)"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"), (3, 1, 2)),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), (3, 2, 1)),
)


def _read(text: str) -> date | None:
    for form, order in _FORMS:
        found = form.fullmatch(text)
        if found:
            return date(*(int(found[group]) for group in order))
    return None
