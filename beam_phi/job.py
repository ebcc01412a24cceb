"""A whole run from a command line or a scheduler: check the call, build the pipeline, run it, sum it up."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineState

from beam_phi.audit.parts import TableError
from beam_phi.audit.report import write_report
from beam_phi.audit.run import RunFileError, RunRecord, now, public_options, read_run, write_run
from beam_phi.audit.summary import Summary, summarize
from beam_phi.contact_sheet import write_contact_sheet
from beam_phi.engine import Engine, ValuePolicy
from beam_phi.errors import CallError, RunFailed
from beam_phi.formats.dicom import STANDARD, digests
from beam_phi.library.form import with_pixels
from beam_phi.library.load import complete, load
from beam_phi.library.model import DicomSpec, Library
from beam_phi.output import check_crosswalk, check_output, clear, locked
from beam_phi.preflight import (
    check_entity_recogniser,
    check_file_systems,
    check_options,
    check_runner,
    check_text_engine,
    count_files,
    key_reference,
)
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
from beam_phi.transforms.filesystem import BeamStore, join
from beam_phi.transforms.mask import Identity
from beam_phi.transforms.worker import engine_for

#: Below so many files a second process costs more than it saves.
FEW_FILES = 200
#: ``--ocr`` -> which images are searched, whatever the library says; ``auto`` leaves it to that.
OCR = {"always": "all", "never": "none"}


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
    check_text_engine(library)
    check_entity_recogniser(library)
    check_file_systems({"INPUT": job.input, "OUTPUT": job.output, "the crosswalk": job.crosswalk})
    job = replace(job, key=key_reference(job.key))
    engine = engine_for(library, str(job.key), job.values)
    check_options(job.beam_options)
    files = count_files(job.input)
    options = PipelineOptions([*_runner(job.beam_options, files), *job.beam_options])
    check_runner(options)
    check_output(job.output, job.input)
    check_crosswalk(job.crosswalk, job.input, job.output)
    with locked(job.output):
        return _run(job, engine, options)


def library_of(job: Job) -> Library:
    """The job's library, with what its options say of burned-in text. Raises LibraryError."""
    library = complete(load(job.library), job.library)
    settings: dict[str, str] = {}
    if job.ocr != "auto":
        settings["images"] = OCR[job.ocr]
    if job.ocr_engine is not None:
        settings["engine"] = job.ocr_engine
    return with_pixels(library, **settings) if settings else library


def _profile(dicom: DicomSpec) -> str:
    """The confidentiality profile as the report names it, with what a library does beside its table."""
    options = f" with {', '.join(sorted(dicom.options))}" if dicom.options else ", no option"
    own = f"; {len(dicom.actions)} attributes by the library's own `actions`" if dicom.actions else ""
    return f"Basic Profile{options}{own}"


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
        profile=_profile(library.dicom),
        crosswalk=job.crosswalk is not None,
        options=public_options(
            {
                "values": job.values,
                "identity": job.identity,
                "ocr": job.ocr,
                "ocr_engine": library.pixels.engine,
                "contact_sheet": job.contact_sheet,
                **options.get_all_options(drop_default=True),
            }
        ),
    )
    clear(job.output)
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
    """Write ``report.html`` of a run again. Raises CallError if no run is recorded there, or not whole."""
    check_file_systems({"OUTPUT": output})
    store = BeamStore(output)
    try:
        record = read_run(store)
        summary = summarize(store)
    except FileNotFoundError:
        raise CallError("OUTPUT: no run of beam-phi is recorded there") from None
    except (RunFileError, TableError) as error:
        raise CallError(f"OUTPUT: {error}") from None
    write_report(store, summary, record)


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
