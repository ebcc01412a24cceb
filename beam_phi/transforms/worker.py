"""What each worker process makes once: the engine, with its key, caches and compiled patterns."""

from __future__ import annotations

import threading
from pathlib import Path

from beam_phi.engine import Engine, ValuePolicy
from beam_phi.library.model import Library
from beam_phi.masking.keys import resolve

_engines: dict[tuple[str, str, str], Engine] = {}
_lock = threading.Lock()


def engine_for(library: Library, key: str, values: ValuePolicy) -> Engine:
    """The process's engine for a library, a key reference and a value policy. Raises KeyRefError."""
    wanted = (library.digest, key, values)
    with _lock:
        engine = _engines.get(wanted)
        if engine is None:
            engine = _engines[wanted] = Engine(library, resolve(key), values)
        return engine


def tick(progress: str | None) -> None:
    """Say that one more file is done: a byte at the end of a local file that the driver watches."""
    if progress:
        with Path(progress).open("ab", buffering=0) as file:
            file.write(b".")
