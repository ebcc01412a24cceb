"""``run.json``: what was run, with what, and what came of it. No path, no host, no secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from beam_phi.audit.schema import VERSION
from beam_phi.audit.store import Store

RUN_FILE = "run.json"
RUN_VERSION = 1
#: Fields that older records of this version lack.
_LATER = frozenset({"profile", "tables"})

# Options whose value can't be PHI, a path or a secret. Everything else stays out of the record.
PUBLIC_OPTIONS = frozenset(
    {
        "values",
        "ocr",
        "ocr_engine",
        "contact_sheet",
        "identity",
        "runner",
        "direct_running_mode",
        "direct_num_workers",
        "parallelism",
        "num_workers",
        "max_num_workers",
    }
)


class RunFileError(ValueError):
    """``run.json`` is damaged or of a later version; the text says which, and holds none of it."""


@dataclass(frozen=True)
class RunRecord:
    """One run.

    command: ``mask``, ``search``, …
    library, library_digest: name and SHA-256 (hex) of the resolved rule library.
    standard: edition of the confidentiality profile's table, e.g. ``PS3.15 2026d``.
    tables: SHA-256 (hex) of each table of the standard that was applied, by its file name.
    key_id: of the master key, None when the rules need none.
    profile: what the library makes of the confidentiality profile, in words; empty in older records.
    crosswalk: whether old -> new was written, and so exists somewhere.
    options: public ones only, see :func:`public_options`.
    counts: :meth:`beam_phi.audit.summary.Summary.as_dict`.
    started, finished: ISO 8601, UTC; `finished` is None while (or if) the run did not end.

    Raises ValueError for an option that is not public.
    """

    command: str
    library: str
    library_digest: str
    standard: str
    started: str
    finished: str | None = None
    key_id: str | None = None
    profile: str = ""
    crosswalk: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    version: str = VERSION

    def __post_init__(self) -> None:
        if private := self.options.keys() - PUBLIC_OPTIONS:
            raise ValueError(f"options that don't belong in a run record: {', '.join(sorted(private))}")


def public_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `options` that say nothing of paths, hosts or keys and were given a plain value."""
    return {
        name: value
        for name, value in sorted(options.items())
        if name in PUBLIC_OPTIONS and isinstance(value, str | int | float)
    }


def now() -> str:
    """The time in the form that RunRecord keeps, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_run(store: Store, run: RunRecord) -> None:
    """Write ``run.json``, whole or not at all."""
    text = json.dumps({"schema": RUN_VERSION, **asdict(run)}, indent=2, ensure_ascii=False, sort_keys=True)
    with store.create(RUN_FILE) as output:
        output.write(f"{text}\n".encode())


def read_run(store: Store) -> RunRecord:
    """The record of a run. Raises FileNotFoundError, RunFileError."""
    with store.open(RUN_FILE) as stream:
        content = stream.read()
    try:
        values = json.loads(content)
        if values["schema"] == RUN_VERSION:
            known = {each.name for each in fields(RunRecord)} - (_LATER - values.keys())
            return RunRecord(**{name: values[name] for name in known})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise RunFileError(f"{RUN_FILE}: not a run record") from None
    raise RunFileError(f"{RUN_FILE}: not written in schema {RUN_VERSION}")
