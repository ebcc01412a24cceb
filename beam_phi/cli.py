"""The command line. It parses, calls and reports; the work is done elsewhere."""

from __future__ import annotations

import argparse
import ctypes
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from beam_phi.audit.schema import VERSION
from beam_phi.errors import CallError, RunFailed
from beam_phi.library.model import TEXT_ENGINES, LibraryError
from beam_phi.masking.keys import KeyRefError

#: Exit status: every file masked / the run failed / the call or the library is wrong / some files are
#: quarantined.
OK, FAILED, WRONG_CALL, SOME_QUARANTINED = 0, 1, 2, 3

#: Parameters of glibc's mallopt(3).
_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8
#: So much freed memory at the end of the heap goes back.
_TRIM_THRESHOLD = 1 << 20


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with a call, where argparse prints the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_CALL, f"beam-phi: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status. Whatever is wrong is told in one line, without a traceback."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and not hasattr(options, "beam"):
        # Others than options may be paths, which are PHI.
        option = rest[0].partition("=")[0] if rest[0].startswith("-") else ""
        parser.error(f"there is no option {option}" if option else "there are too many arguments")
    options.beam = rest
    _quiet()
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except (CallError, KeyRefError, LibraryError) as error:
        return _fail(str(error), WRONG_CALL)
    except RunFailed as error:
        return _fail(str(error), FAILED)
    except KeyboardInterrupt:
        return _fail("stopped", 130)
    except Exception as error:
        # The text of a foreign exception may hold a value or a path.
        return _fail(f"internal error: {type(error).__name__}", FAILED)


def _quiet() -> None:
    """Set up the process before Beam and Arrow are imported.

    Beam's own log lines may hold values of foreign exceptions; what matters is in the tables.
    """
    logging.getLogger("apache_beam").setLevel(logging.CRITICAL)
    logging.getLogger().setLevel(logging.ERROR)
    _give_memory_back()


def _give_memory_back() -> None:
    """Keep this process and the workers that it starts from holding on to what they have freed, which would
    make them grow with the run.

    Arrow's own allocator keeps it; glibc's keeps it in an arena a thread, unless told otherwise in time.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    os.environ.setdefault("MALLOC_ARENA_MAX", "1")
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", str(_TRIM_THRESHOLD))
    with suppress(AttributeError, OSError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_TRIM_THRESHOLD, _TRIM_THRESHOLD)


def _fail(text: str, status: int) -> int:
    for line in text.splitlines():
        print(f"beam-phi: {line}", file=sys.stderr)  # noqa: T201
    return status


def _warn(text: str) -> None:
    print(f"beam-phi: warning: {text}", file=sys.stderr)  # noqa: T201


def _parser() -> _Parser:
    parser = _Parser(
        prog="beam-phi",
        description="Find and mask protected health information in collections of medical files.",
        epilog="Exit status: 0 every file masked; 3 finished, some files quarantined; 2 the call or the"
        " library is wrong; 1 the run failed. Options that beam-phi does not know are passed to Apache Beam.",
    )
    parser.add_argument("--version", action="version", version=f"beam-phi {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    mask = _add_run(commands, "mask", "search and mask every file under INPUT, write OUTPUT")
    mask.add_argument(
        "--contact-sheet", choices=["none", "masked", "both"], default="none",
        help="write OUTPUT/contact-sheet.html, thumbnails for a review of what is covered in DICOM images:"
        " the masked ones, or beside them the originals, which are PHI (default %(default)s)",
    )  # fmt: skip
    mask.add_argument(
        "--crosswalk", metavar="FILE",
        help="also write what paths, patient ids, accession numbers and UIDs became: Parquet, mode 0600, PHI",
    )  # fmt: skip
    _add_run(commands, "search", "the same findings, no masked file written")
    report = commands.add_parser("report", help="write OUTPUT/report.html again", allow_abbrev=False)
    report.add_argument("output", metavar="OUTPUT")
    report.set_defaults(run=_report)
    _add_library(commands)
    _add_key(commands)
    sample = commands.add_parser(
        "sample", help="write a synthetic hospital export to try things on", allow_abbrev=False
    )
    sample.add_argument("folder", metavar="DIR", type=Path)
    sample.add_argument("--patients", type=int, default=6, help="how many patients (default %(default)s)")
    sample.add_argument("--seed", type=int, default=2026, help="the same seed gives the same bytes")
    sample.set_defaults(run=_sample)
    return parser


def _add_run(commands: argparse._SubParsersAction[_Parser], name: str, help_: str) -> _Parser:
    command = commands.add_parser(name, help=help_, allow_abbrev=False)
    command.add_argument("input", metavar="INPUT", help="a folder, a file or a glob; local, gs:// or s3://")
    command.add_argument(
        "output", metavar="OUTPUT", help="a folder outside INPUT; a former run's results are replaced"
    )
    command.add_argument(
        "--library",
        default="basic",
        help="basic, research, safe-harbor, or a YAML file (default %(default)s)",
    )
    command.add_argument(
        "--key",
        metavar="REF",
        help="master key: a file, env:NAME, or gcp-secret:projects/P/secrets/S/versions/N",
    )
    command.add_argument(
        "--values", choices=["none", "hash", "encrypted", "clear"], default="hash",
        help="how original values appear in the annotations (default: keyed hash)",
    )  # fmt: skip
    command.add_argument(
        "--ocr", choices=["auto", "always", "never"], default="auto",
        help="search pixels for burned-in text: where the library says so, in all images, in none"
        " (default %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--ocr-engine", choices=TEXT_ENGINES, metavar="NAME",
        help=f"what reads it: {', '.join(TEXT_ENGINES)} (default: what the library says)",
    )  # fmt: skip
    command.add_argument(
        "--identity", choices=["collection", "file"], default="collection",
        help="search each file for what all files tell of the people it is about, or for what it tells"
        " itself; the first reads each file twice (default %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--progress", action=argparse.BooleanOptionalAction, default=True, help="a progress bar on a terminal"
    )
    command.set_defaults(run=_run, command=name, beam=[], contact_sheet="none", crosswalk=None)
    return command


def _add_library(commands: argparse._SubParsersAction[_Parser]) -> None:
    library = commands.add_parser(
        "library", help="show a built-in rule library, or check one", allow_abbrev=False
    )
    actions = library.add_subparsers(metavar="show|check", required=True)
    show = actions.add_parser("show", help="print a library with all it extends", allow_abbrev=False)
    show.add_argument("name", metavar="NAME")
    show.set_defaults(run=_library_show)
    check = actions.add_parser("check", help="validate a library file, with line numbers", allow_abbrev=False)
    check.add_argument("file", metavar="FILE")
    check.set_defaults(run=_library_check)


def _add_key(commands: argparse._SubParsersAction[_Parser]) -> None:
    key = commands.add_parser("key", help="make a master key, or show its id", allow_abbrev=False)
    actions = key.add_subparsers(metavar="new|show", required=True)
    new = actions.add_parser("new", help="write a new key to FILE (mode 0600)", allow_abbrev=False)
    new.add_argument("file", metavar="FILE", type=Path)
    new.set_defaults(run=_key_new)
    show = actions.add_parser(
        "show", help="print the key's id and check value, never the key", allow_abbrev=False
    )
    show.add_argument("file", metavar="FILE")
    show.set_defaults(run=_key_show)


def _run(options: argparse.Namespace) -> int:
    from beam_phi import console
    from beam_phi.job import Job, run

    job = Job(
        options.command,
        options.input,
        options.output,
        options.library,
        options.key,
        options.values,
        options.ocr,
        options.ocr_engine,
        options.beam,
        options.contact_sheet,
        options.identity,
        options.crosswalk,
    )
    with console.progress(job, shown=options.progress) as job:
        result = run(job)
    console.print_summary(result, options.output)
    if not result.summary.total_files:
        _warn("INPUT holds no files")
    if options.values == "clear":
        _warn("the annotations hold original values: they are PHI, no part of what may be given away")
    if options.contact_sheet == "both":
        _warn("contact-sheet.html shows original images: it is PHI, no part of what may be given away")
    if options.crosswalk is not None:
        _warn("the crosswalk holds original values: it is PHI, no part of what may be given away")
    return SOME_QUARANTINED if result.summary.files_with("quarantined") else OK


def _report(options: argparse.Namespace) -> int:
    from beam_phi.console import print_report
    from beam_phi.job import rewrite_report

    rewrite_report(options.output)
    print_report(options.output)
    return OK


def _library_show(options: argparse.Namespace) -> int:
    from beam_phi.library.commands import show

    print(show(options.name), end="")  # noqa: T201
    return OK


def _library_check(options: argparse.Namespace) -> int:
    from beam_phi.library.commands import check

    problems = check(options.file)
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201
    if not problems:
        print(f"{options.file}: valid")  # noqa: T201
    return WRONG_CALL if problems else OK


def _key_new(options: argparse.Namespace) -> int:
    from beam_phi.masking.keys import create

    key = create(options.file)
    print(f"key {key.id}, check {key.check}: keep {options.file} safe and apart from the masked files")  # noqa: T201
    return OK


def _key_show(options: argparse.Namespace) -> int:
    from beam_phi.masking.keys import resolve

    key = resolve(options.file)
    print(f"key {key.id}, check {key.check}")  # noqa: T201
    return OK


def _sample(options: argparse.Namespace) -> int:
    from beam_phi.sample import write

    try:
        truth = write(options.folder, seed=options.seed, patients=options.patients)
    except OSError as error:
        raise CallError(f"DIR can't be written: {error.strerror}") from None
    except ValueError as error:
        raise CallError(str(error)) from None
    print(  # noqa: T201
        f"{len(truth.patients)} patients, {len(truth.identifiers)} planted identifiers:"
        f" {options.folder / 'truth.json'} says where each one stands"
    )
    return OK


if __name__ == "__main__":
    sys.exit(main())
