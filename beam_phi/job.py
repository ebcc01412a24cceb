"""A whole run from a command line or a scheduler: check the call, build the pipeline, run it, sum it up."""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.runner import PipelineState

from beam_phi.audit.report import write_report
from beam_phi.audit.run import RUN_FILE, RunFileError, RunRecord, now, public_options, read_run, write_run
from beam_phi.audit.summary import Summary, summarize
from beam_phi.contact_sheet import SHEET_FILE, write_contact_sheet
from beam_phi.engine import Engine, ValuePolicy
from beam_phi.errors import CallError, RunFailed
from beam_phi.formats.dicom import STANDARD, digests
from beam_phi.library.form import with_pixels
from beam_phi.library.load import load
from beam_phi.library.model import Library
from beam_phi.matching import RecogniserMissing, check_recogniser
from beam_phi.pixels.engines import EngineError, check_engine
from beam_phi.transforms import (
    MaskPhi,
    ReadFiles,
    ReadLibrary,
    SearchPhi,
    WriteAnnotations,
    WriteCrosswalk,
    WriteMaskedFiles,
    WriteQuarantine,
)
from beam_phi.transforms.crosswalk import clear_pending
from beam_phi.transforms.filesystem import TEMPORARY, BeamStore, input_root, is_remote, join, list_files
from beam_phi.transforms.mask import Identity
from beam_phi.transforms.worker import engine_for

#: Below so many files a second process costs more than it saves.
FEW_FILES = 200
#: ``--ocr`` -> which images are searched, whatever the library says; ``auto`` leaves it to that.
OCR = {"always": "all", "never": "none"}
_KEPT_APART = "the crosswalk holds original values: keep it outside INPUT and the masked files"
#: Held while a run writes to a local OUTPUT.
LOCK = ".beam-phi.lock"
#: What a run writes below OUTPUT, and so what the next run into the same OUTPUT clears away.
WRITTEN = ("masked", "annotations", "files", "report.html", SHEET_FILE)


@dataclass(frozen=True)
class Job:
    """One run of `mask` or `search`.

    input: a folder, a file or a glob. output: a folder. key: a reference.
    ocr: of OCR. ocr_engine: of beam_phi.library.model.TEXT_ENGINES, the library's own if None.
    contact_sheet: ``none``; ``masked``: thumbnails of masked images; ``both``: beside the original ones, PHI.
    identity: see beam_phi.transforms.MaskPhi.
    crosswalk: a file for what paths, ids and UIDs became, PHI; None for none.
    beam_options: passed to Beam as they are.
    progress: a local file that the run lengthens by a byte for each file done.
    """

    command: str
    input: str
    output: str
    library: str = "basic"
    key: str | None = None
    values: ValuePolicy = "hash"
    ocr: str = "auto"
    ocr_engine: str | None = None
    beam_options: Sequence[str] = ()
    contact_sheet: str = "none"
    identity: Identity = "collection"
    crosswalk: str | None = None
    progress: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Result:
    """A finished run: its record (``run.json``) and figures."""

    record: RunRecord
    summary: Summary


def run(job: Job) -> Result:
    """Run to the end. Raises CallError, LibraryError, KeyRefError before anything is written, RunFailed
    after.
    """
    library = library_of(job)
    _check_engine(library)
    _check_recogniser(library)
    job = replace(job, key=_key_reference(job.key))
    engine = engine_for(library, str(job.key), job.values)
    files = count_files(job.input)
    options = PipelineOptions([*_runner(job.beam_options, files), *job.beam_options])
    _check_options(options, job.beam_options)
    _check_output(job)
    _check_crosswalk(job)
    with _locked(job.output):
        return _run(job, engine, options)


def library_of(job: Job) -> Library:
    """The job's library, with what its options say of burned-in text. Raises LibraryError."""
    library = load(job.library)
    settings: dict[str, str] = {}
    if job.ocr != "auto":
        settings["images"] = OCR[job.ocr]
    if job.ocr_engine is not None:
        settings["engine"] = job.ocr_engine
    return with_pixels(library, **settings) if settings else library


def _check_engine(library: Library) -> None:
    """Fail before the run where the engine is missing that the library asks for. Raises CallError."""
    if library.pixels.images != "none" and library.pixels.policy != "boxes":
        try:
            check_engine(library.pixels.engine, library.pixels.thorough)
        except EngineError as error:
            raise CallError(f"burned-in text can't be searched for: {error}; or say --ocr never") from None


def _check_recogniser(library: Library) -> None:
    """Fail before the run where a matcher asks for a recogniser that is missing. Raises CallError."""
    if any(spec.kind == "ner" for each in library.classes.values() for spec in each.matchers):
        try:
            check_recogniser()
        except RecogniserMissing as error:
            raise CallError(str(error)) from None


def _run(job: Job, engine: Engine, options: PipelineOptions) -> Result:
    store, library = BeamStore(job.output), engine.library
    record = RunRecord(
        command=job.command,
        library=library.name,
        library_digest=library.digest,
        standard=STANDARD,
        tables=digests(),
        started=now(),
        key_id=engine.key_id,
        options=public_options(
            {
                "values": job.values,
                "identity": job.identity,
                "ocr": job.ocr,
                "ocr_engine": library.pixels.engine,
                "contact_sheet": job.contact_sheet,
                "crosswalk": job.crosswalk is not None,
                **options.get_all_options(drop_default=True),
            }
        ),
    )
    _clear(job.output)
    write_run(store, record)
    with _no_parts_left(job.crosswalk):
        _execute(job, options)
    summary = summarize(store)
    record = replace(record, finished=now(), counts=summary.as_dict())
    write_run(store, record)
    write_report(store, summary, record)
    if job.command == "mask" and job.contact_sheet != "none":
        write_contact_sheet(store, engine, job.input, originals=job.contact_sheet == "both")
    return Result(record, summary)


def rewrite_report(output: str) -> None:
    """Write ``report.html`` of a finished run again. Raises FileNotFoundError if no run is recorded there."""
    store = BeamStore(output)
    write_report(store, summarize(store), read_run(store))


def build(pipeline: beam.Pipeline, job: Job) -> None:
    """The main job as a pipeline."""
    assert job.key is not None
    refs = pipeline | "Read" >> ReadFiles(job.input)
    library = pipeline | "Read library" >> ReadLibrary(library_of(job))
    if job.command == "search":
        searched = refs | "Search" >> SearchPhi(library, job.key, job.values, job.progress, job.identity)
        annotations, outcomes = searched.annotations, searched.outcomes
    else:
        masked = refs | "Mask" >> MaskPhi(
            library, job.key, job.values, job.progress, job.identity, crosswalk=job.crosswalk is not None
        )
        written = masked.files | "Write" >> WriteMaskedFiles(job.output)
        annotations = masked.annotations
        outcomes = (*written, *masked.quarantined)
        if job.crosswalk is not None:
            _ = masked.crosswalk | "Crosswalk" >> WriteCrosswalk(job.crosswalk)
    _ = annotations | "Annotations" >> WriteAnnotations(join(job.output, "annotations"))
    _ = outcomes | "Files" >> WriteQuarantine(join(job.output, "files"))


def _execute(job: Job, options: PipelineOptions) -> None:
    try:
        pipeline = beam.Pipeline(options=options)
        build(pipeline, job)
        state = pipeline.run().wait_until_finish()
    except Exception as error:
        # The text of a foreign exception may hold a path or a value; its type and origin tell enough.
        full = os.strerror(errno.ENOSPC) in str(error)
        raise RunFailed(
            f"the pipeline failed: {'the storage is full' if full else type(error).__name__}"
        ) from None
    if state != PipelineState.DONE:
        raise RunFailed(f"the pipeline ended as {state}")


# -- checks before anything is written
# ------------------------------------------------------------------------------------


def _key_reference(reference: str | None) -> str:
    """The reference as the workers resolve it: a file by its full path. Raises CallError."""
    if not reference:
        raise CallError(
            "a master key is needed: --key FILE (make one with `beam-phi key new FILE`) or --key env:NAME"
        )
    scheme, colon, rest = reference.partition(":")
    if colon and scheme in ("env", "gcp-secret"):
        return reference
    return str(Path(rest if colon and scheme == "file" else reference).absolute())


def _check_options(options: PipelineOptions, given: Sequence[str]) -> None:
    """Refuse options that nobody knows: a mistyped one must not pass in silence. Raises CallError.

    Runners behind a job server take options of their own, which only the server can check.
    """
    if options.view_as(StandardOptions).runner in ("PortableRunner", "FlinkRunner", "SparkRunner"):
        return
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for group in PipelineOptions.__subclasses__():
        group._add_argparse_args(parser)
    _, unknown = parser.parse_known_args(list(given))
    if unknown:
        raise CallError(f"neither beam-phi nor Beam knows the option {unknown[0].partition('=')[0]}")


def count_files(pattern: str) -> int:
    """How many files INPUT has. Raises CallError if none can be there."""
    try:
        return sum(1 for _ in list_files(pattern))
    except FileNotFoundError:
        raise CallError("INPUT: there is no such file or folder") from None
    except OSError as error:
        raise CallError(f"INPUT can't be listed: {error.strerror or type(error).__name__}") from None


def _check_output(job: Job) -> None:
    """OUTPUT is apart from INPUT, writable, and empty or of a former run. Raises CallError."""
    if is_remote(job.output):
        if is_remote(job.input) and f"{job.output.rstrip('/')}/".startswith(f"{job.input.rstrip('/')}/"):
            raise CallError("OUTPUT is inside INPUT: choose a folder outside of it")
        return
    output = Path(job.output).resolve()
    if not is_remote(job.input):
        source = Path(input_root(job.input)).resolve()
        if output == source or source in output.parents:
            raise CallError("OUTPUT is inside INPUT: choose a folder outside of it")
        if output in source.parents and any(output / name in (source, *source.parents) for name in WRITTEN):
            raise CallError("INPUT is what a former run wrote to OUTPUT: choose another OUTPUT")
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output):
            pass
    except OSError as error:
        raise CallError(f"OUTPUT can't be written: {error.strerror or type(error).__name__}") from None
    if any((output / name).exists() for name in (*WRITTEN, RUN_FILE)):
        try:
            read_run(BeamStore(job.output))
        except (FileNotFoundError, RunFileError):
            raise CallError(
                "OUTPUT holds files that no run of beam-phi recorded: choose an empty folder"
            ) from None


def _check_crosswalk(job: Job) -> None:
    """The crosswalk, which is PHI, is neither put into INPUT nor among the masked files. Raises CallError."""
    if job.crosswalk is None:
        return
    if is_remote(job.crosswalk):
        inside = (f"{folder.rstrip('/')}/" for folder in (input_root(job.input), join(job.output, "masked")))
        if any(job.crosswalk.startswith(folder) for folder in inside):
            raise CallError(_KEPT_APART)
        return
    file = Path(job.crosswalk).resolve()
    source = None if is_remote(job.input) else Path(input_root(job.input)).resolve()
    masked = None if is_remote(job.output) else Path(job.output, "masked").resolve()
    if file.is_dir() or file in (source, masked):
        raise CallError("the crosswalk has to be a file: --crosswalk FILE")
    if source in file.parents or masked in file.parents:
        raise CallError(_KEPT_APART)


@contextmanager
def _no_parts_left(crosswalk: str | None) -> Iterator[None]:
    """Whatever becomes of the run, no part of a crosswalk stays beside it; nor of a run before."""
    if crosswalk is None:
        yield
        return
    clear_pending(crosswalk)
    try:
        yield
    finally:
        clear_pending(crosswalk)


@contextmanager
def _locked(output: str) -> Iterator[None]:
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


def _clear(output: str) -> None:
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


def _runner(options: Sequence[str], files: int) -> list[str]:
    """Beam options for a local run, unless the user named a runner.

    The runner is pinned, because Beam's default tries to download one. Few files run in this process; for
    many there is a worker process for each core.
    """
    if any(option.partition("=")[0] == "--runner" for option in options):
        return []
    cores = os.cpu_count() or 1
    if files < FEW_FILES or cores == 1:
        return ["--runner=FnApiRunner"]
    return [
        "--runner=DirectRunner", "--prism_location=none", "--direct_running_mode=multi_processing",
        f"--direct_num_workers={cores}", "--default_sdk_harness_log_level=ERROR",
    ]  # fmt: skip
