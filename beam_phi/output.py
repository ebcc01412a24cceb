"""Where a run writes: OUTPUT and the crosswalk are kept apart from INPUT, OUTPUT is locked and cleared."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apache_beam.io.filesystems import FileSystems

from beam_phi.audit.run import RUN_FILE, RunFileError, read_run
from beam_phi.contact_sheet import SHEET_FILE
from beam_phi.errors import CallError
from beam_phi.transforms.filesystem import TEMPORARY, BeamStore, input_root, is_remote, join

_KEPT_APART = "the crosswalk holds original values: keep it outside INPUT and the masked files"
#: Held while a run writes to a local OUTPUT.
LOCK = ".beam-phi.lock"
#: What a run writes below OUTPUT, and so what the next run into the same OUTPUT clears away.
WRITTEN = ("masked", "annotations", "files", "report.html", SHEET_FILE)


def check_output(output: str, source: str) -> None:
    """OUTPUT is apart from INPUT, writable, and empty or of a former run. Raises CallError."""
    if is_remote(output):
        if is_remote(source) and f"{output.rstrip('/')}/".startswith(f"{source.rstrip('/')}/"):
            raise CallError("OUTPUT is inside INPUT: choose a folder outside of it")
        return
    folder = Path(output).resolve()
    if not is_remote(source):
        root = Path(input_root(source)).resolve()
        if folder == root or root in folder.parents:
            raise CallError("OUTPUT is inside INPUT: choose a folder outside of it")
        if folder in root.parents and any(folder / name in (root, *root.parents) for name in WRITTEN):
            raise CallError("INPUT is what a former run wrote to OUTPUT: choose another OUTPUT")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CallError(f"OUTPUT can't be written: {error.strerror or type(error).__name__}") from None
    if any((folder / name).exists() for name in (*WRITTEN, RUN_FILE)):
        try:
            read_run(BeamStore(output))
        except (FileNotFoundError, RunFileError):
            raise CallError(
                "OUTPUT holds files that no run of beam-phi recorded: choose an empty folder"
            ) from None


def check_crosswalk(crosswalk: str | None, source: str, output: str) -> None:
    """The crosswalk, which is PHI, is neither put into INPUT nor among the masked files. Raises CallError."""
    if crosswalk is None:
        return
    if is_remote(crosswalk):
        inside = (f"{folder.rstrip('/')}/" for folder in (input_root(source), join(output, "masked")))
        if any(crosswalk.startswith(folder) for folder in inside):
            raise CallError(_KEPT_APART)
        return
    file = Path(crosswalk).resolve()
    root = None if is_remote(source) else Path(input_root(source)).resolve()
    masked = None if is_remote(output) else Path(output, "masked").resolve()
    if file.is_dir() or file in (root, masked):
        raise CallError("the crosswalk has to be a file: --crosswalk FILE")
    if root in file.parents or masked in file.parents:
        raise CallError(_KEPT_APART)


@contextmanager
def locked(output: str) -> Iterator[None]:
    """Keep other runs away from a local OUTPUT; a run that died holds no lock. Raises CallError."""
    if is_remote(output):
        yield
        return
    path = Path(output, LOCK)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CallError("another run is writing to OUTPUT") from None
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def clear(output: str) -> None:
    """Take away what a former run wrote, so that nothing masked under other rules stays among the new
    files.
    """
    for name in (*WRITTEN, RUN_FILE):
        path = join(output, name)
        if not is_remote(output):
            if Path(path).is_dir():
                shutil.rmtree(path)
            else:
                Path(path).unlink(missing_ok=True)
        elif FileSystems.exists(path) or FileSystems.match([path + "/**"], [1])[0].metadata_list:
            FileSystems.delete([path])
    if not is_remote(output):
        for left in Path(output).glob(TEMPORARY.format("*")):  # of a run that was killed
            left.unlink()
