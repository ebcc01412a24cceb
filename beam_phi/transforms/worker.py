"""What each worker process makes once: the engine, with its key, caches and compiled patterns."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Hashable, Mapping
from dataclasses import replace
from pathlib import Path

from beam_phi.engine import Engine, ValuePolicy
from beam_phi.identity.issuers import APART
from beam_phi.library.model import DicomSpec, Library
from beam_phi.masking.keys import resolve

_engines: dict[tuple[Hashable, ...], Engine] = {}
_lock = threading.Lock()


def engine_for(library: Library, key: str, values: ValuePolicy) -> Engine:
    """The process's engine for a library, a key reference and a value policy. Raises KeyRefError."""
    wanted = (library.digest, key, values)
    with _lock:
        engine = _engines.get(wanted)
        if engine is None:
            engine = _engines[wanted] = Engine(library, resolve(key), values)
        return engine


def learning_engine(library: Library, key: str, values: ValuePolicy) -> Engine:
    """The process's engine for the pass over the collection, in which each issuer is another."""
    engine = engine_for(library, key, values)
    if library.dicom.home_issuers:
        return engine
    spec = replace(library.dicom, home_issuers=APART)
    return _with_issuers(engine, (library.digest, key, values, APART), spec)


def masking_engine(library: Library, key: str, values: ValuePolicy, foreign: Mapping[str, str]) -> Engine:
    """The process's engine for a collection in which these issuers number their patients apart."""
    engine = engine_for(library, key, values)
    if not foreign:
        return engine
    issuers = tuple(sorted(foreign.items()))
    spec = replace(library.dicom, foreign_issuers=issuers)
    return _with_issuers(engine, (library.digest, key, values, issuers), spec)


def _with_issuers(engine: Engine, wanted: tuple[Hashable, ...], spec: DicomSpec) -> Engine:
    with _lock:
        other = _engines.get(wanted)
        if other is None:
            other = _engines[wanted] = engine.with_issuers(spec)
        return other


def fault_of(error: Exception) -> str:
    """What is told of an exception from elsewhere: its own text may hold values."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {where.name}, line {where.lineno}"


def tick(progress: str | None) -> None:
    """Say that one more file is done: a byte at the end of a local file that the driver watches."""
    if progress:
        with Path(progress).open("ab", buffering=0) as file:
            file.write(b".")
