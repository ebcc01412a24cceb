"""A tool in a process and a virtual environment of its own, which may die or hang."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
from pathlib import Path
from typing import Any

_TIMEOUT = 120.0

#: What it does with a file: `cover(source, picture, target)` of its code returns boxes, [x, y, width, height]
#: each, or None if it wrote `target`. CPU time is that of the process and of the programs it started.
_WORKER = """
import json, os, sys
answers = os.fdopen(os.dup(1), "w"); os.dup2(2, 1)
try:
{code}
except BaseException as error:
    print(json.dumps({"broken": type(error).__name__ + ": " + str(error)[:200]}), file=answers, flush=True)
    sys.exit(1)
print(json.dumps({}), file=answers, flush=True)
for line in sys.stdin:
    before = os.times()
    try:
        answer = {"boxes": cover(*json.loads(line))}
    except BaseException as error:
        answer = {"error": type(error).__name__ + ": " + str(error)[:100]}
    answer["cpu_ms"] = 1000 * (sum(os.times()[:4]) - sum(before[:4]))
    print(json.dumps(answer), file=answers, flush=True)
"""


class Broken(Exception):  # noqa: N818 - what is the matter with it
    """The tool can't be started; the text says why."""


class Worker:
    """A tool in a process of its own, started again if it dies."""

    def __init__(self, python: Path, code: str) -> None:
        indented = "\n".join("    " + line for line in code.splitlines())
        self._command = [str(python), "-c", _WORKER.replace("{code}", indented)]
        self._process: subprocess.Popen[str] | None = None

    def cover(self, source: Path, picture: Path, target: Path) -> dict[str, Any]:
        """``boxes`` and ``cpu_ms``, or ``error``. Raises Broken if the tool does not start."""
        if self._process is None or self._process.poll() is not None:
            self._start()
        return self._ask([str(source), str(picture), str(target)])

    def _start(self) -> None:
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        answer = self._ask(None)
        if answer:
            self.close()
            raise Broken(str(answer.get("broken") or answer.get("error")))

    def _ask(self, question: list[str] | None) -> dict[str, Any]:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if question is not None:
                process.stdin.write(json.dumps(question) + "\n")
                process.stdin.flush()
            with selectors.DefaultSelector() as selector:
                selector.register(process.stdout, selectors.EVENT_READ)
                if not selector.select(_TIMEOUT):
                    self.close()
                    return {"error": f"no answer within {_TIMEOUT:.0f} s", "cpu_ms": 0.0}
            line = process.stdout.readline()
            if line:
                answer: dict[str, Any] = json.loads(line)
                return answer
        except (OSError, ValueError):
            pass
        self.close()
        return {"error": "the process died", "cpu_ms": 0.0}

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
