"""Another tool in a process of its own, which may die or hang."""

from __future__ import annotations

import json
import selectors
import subprocess
from pathlib import Path

_TIMEOUT = 20.0

#: What a worker does with a file: `mask(source, target)` of its code; "refused" for one that it leaves out.
_WORKER = """
import json, os, sys, traceback
answers = os.fdopen(os.dup(1), "w"); os.dup2(2, 1)
{code}
for line in sys.stdin:
    source, target = json.loads(line)
    try:
        answer = mask(source, target) or "written"
    except BaseException as error:
        answer = "crashed: " + type(error).__name__
    print(json.dumps(answer), file=answers, flush=True)
"""


class Worker:
    """A tool in a process of its own."""

    def __init__(self, python: Path, code: str) -> None:
        self._command = [str(python), "-c", _WORKER.replace("{code}", code)]
        self._process: subprocess.Popen[str] | None = None

    def mask(self, source: Path, target: Path) -> str:
        """``written``, ``refused`` or ``crashed: why``; never raises."""
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps([str(source), str(target)]) + "\n")
            process.stdin.flush()
            with selectors.DefaultSelector() as selector:
                selector.register(process.stdout, selectors.EVENT_READ)
                if not selector.select(_TIMEOUT):
                    self.close()
                    return "crashed: timeout"
            line = process.stdout.readline()
            return json.loads(line) if line else "crashed: process died"
        except (OSError, ValueError):
            self.close()
            return "crashed: process died"

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
