"""What each worker process makes once: the engine, with its key, caches and compiled patterns."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Hashable, Mapping
from dataclasses import replace
from pathlib import Path

from beam_phi.engine import Engine, ValuePolicy
from beam_phi.identity.issuers import APART
from beam_phi.library.model import Library
from beam_phi.masking.keys import resolve

_engines: dict[tuple[Hashable, ...], Engine] = {}
_lock = threading.Lock()


def engine_for(library: Library, key: str, values: ValuePolicy) -> Engine:
    """The process's engine for a library, a key reference and a value policy. Raises KeyRefError."""
    wanted = (library.digest, library.dicom.home_issuers, library.dicom.foreign_issuers, key, values)
    with _lock:
        engine = _engines.get(wanted)
        if engine is None:
            engine = _engines[wanted] = Engine(library, resolve(key), values)
        return engine


def learning_engine(library: Library, key: str) -> Engine:
    """The process's engine for the pass over the collection, in which each issuer is another."""
    if not library.dicom.home_issuers:
        library = replace(library, dicom=replace(library.dicom, home_issuers=APART))
    return engine_for(library, key, "none")


def masking_engine(library: Library, key: str, values: ValuePolicy, foreign: Mapping[str, str]) -> Engine:
    """The process's engine for a collection in which these issuers number their patients apart."""
    if foreign:
        issuers = tuple(sorted(foreign.items()))
        library = replace(library, dicom=replace(library.dicom, foreign_issuers=issuers))
    return engine_for(library, key, values)


def fault_of(error: Exception) -> str:
    """What is told of an exception from elsewhere: its own text may hold values."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {where.name}, line {where.lineno}"


def tick(progress: str | None) -> None:
    """Say that one more file is done: a byte at the end of a local file that the driver watches."""
    if progress:
        with Path(progress).open("ab", buffering=0) as file:
            file.write(b".")
