"""Memory for pictures, which come and go by the thousand."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

#: Of glibc's mallopt: from this size on blocks are got from the kernel and given back to it one by one; so
#: much free memory at the end of the heap is kept. A picture is larger than the defaults, and each of them
#: would be fetched anew, page by page: a third of the CPU time of a film.
_MMAP_THRESHOLD, _MMAP_BYTES = -3, 1 << 25
_TRIM_THRESHOLD, _TRIM_BYTES = -1, 1 << 26


def keep_freed() -> None:
    """Let the process use again what it freed. Does nothing where the C library has no such setting."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_MMAP_THRESHOLD, _MMAP_BYTES)
            mallopt(_TRIM_THRESHOLD, _TRIM_BYTES)
