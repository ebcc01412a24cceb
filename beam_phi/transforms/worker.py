"""What each worker process makes once: the engine, with its key, caches and compiled patterns."""

from __future__ import annotations

import ctypes
import sys
import threading
from contextlib import suppress
from pathlib import Path

from beam_phi.engine import Engine, ValuePolicy
from beam_phi.library.model import Library
from beam_phi.masking.keys import resolve

#: Of glibc's mallopt: from this size blocks are got from the kernel and given back to it, one by one; so
#: much free memory at the end of the heap is kept. Pictures are larger than the defaults, and each of them
#: would be fetched anew, page by page: a third of the CPU time of a film.
_MMAP_THRESHOLD, _MMAP_BYTES = -3, 1 << 25
_TRIM_THRESHOLD, _TRIM_BYTES = -1, 1 << 26

_engines: dict[tuple[str, str, str], Engine] = {}
_lock = threading.Lock()


def engine_for(library: Library, key: str, values: ValuePolicy) -> Engine:
    """The process's engine for a library, a key reference and a value policy. Raises KeyRefError."""
    wanted = (library.digest, key, values)
    with _lock:
        engine = _engines.get(wanted)
        if engine is None:
            _keep_freed_memory()
            engine = _engines[wanted] = Engine(library, resolve(key), values)
        return engine


def _keep_freed_memory() -> None:
    """Let the process use again what it freed. Does nothing where the C library has no such setting."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_MMAP_THRESHOLD, _MMAP_BYTES)
            mallopt(_TRIM_THRESHOLD, _TRIM_BYTES)


def tick(progress: str | None) -> None:
    """Say that one more file is done: a byte at the end of a local file that the driver watches."""
    if progress:
        with Path(progress).open("ab", buffering=0) as file:
            file.write(b".")
