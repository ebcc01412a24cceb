"""What is checked of a call before anything is written: engines, key, options, INPUT."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.options.pipeline_options_validator import PipelineOptionsValidator
from apache_beam.runners.runner import create_runner

from beam_phi.errors import CallError
from beam_phi.library.model import Library
from beam_phi.matching import RecogniserMissing, check_recogniser
from beam_phi.pixels.engines import EngineError, check_engine
from beam_phi.transforms.filesystem import is_remote, list_files

_BRACKETS = re.compile(r" \(.*\),?", re.DOTALL)
#: The extra that a file system needs, and the package by which it is told to be there.
_EXTRAS = {"gs": ("gcp", "google.cloud.storage"), "s3": ("aws", "boto3")}


def check_text_engine(library: Library) -> None:
    """Fail before the run where the engine is missing that the library asks for. Raises CallError."""
    if library.pixels.images != "none" and library.pixels.policy != "boxes":
        try:
            check_engine(library.pixels.engine, library.pixels.thorough)
        except EngineError as error:
            raise CallError(f"burned-in text can't be searched for: {error}; or say --ocr never") from None


def check_entity_recogniser(library: Library) -> None:
    """Fail before the run where a matcher asks for a recogniser that is missing. Raises CallError."""
    if any(spec.kind == "ner" for each in library.classes.values() for spec in each.matchers):
        try:
            check_recogniser()
        except RecogniserMissing as error:
            raise CallError(str(error)) from None


def key_reference(reference: str | None) -> str:
    """The reference as the workers resolve it: a file by its full path. Raises CallError."""
    if not reference:
        raise CallError(
            "a master key is needed: --key FILE (make one with `beam-phi key new FILE`) or --key env:NAME"
        )
    scheme, colon, rest = reference.partition(":")
    if colon and scheme in ("env", "gcp-secret"):
        return reference
    return str(Path(rest if colon and scheme == "file" else reference).absolute())


class _BeamParser(argparse.ArgumentParser):
    """Beam's options; argparse would print the usage of all of them for one that is wrong."""

    def error(self, message: str) -> NoReturn:
        raise CallError(f"Beam can't read its options: {message}")


def check_options(given: Sequence[str]) -> None:
    """Refuse options that nobody knows, or without a value that they can have: a mistyped one must not pass
    in silence. Raises CallError.

    Runners behind a job server take options of their own, which only the server can check.
    """
    parser = _BeamParser(add_help=False, allow_abbrev=False)
    for group in PipelineOptions.__subclasses__():
        group._add_argparse_args(parser)
    known, unknown = parser.parse_known_args(list(given))
    if not unknown or known.runner in ("PortableRunner", "FlinkRunner", "SparkRunner"):
        return
    if not unknown[0].startswith("-"):
        raise CallError("there is more than one INPUT and one OUTPUT: put a glob in quotes")
    raise CallError(f"neither beam-phi nor Beam knows the option {unknown[0].partition('=')[0]}")


def check_runner(options: PipelineOptions) -> None:
    """Refuse a runner that is not there, and options that it can't run with. Raises CallError."""
    try:
        runner = create_runner(options.view_as(StandardOptions).runner)
        faults = PipelineOptionsValidator(options, runner).validate()
    except ValueError:
        known = ", ".join(StandardOptions.KNOWN_RUNNER_NAMES)
        raise CallError(f"Beam has no such runner: --runner is one of {known}") from None
    except (ImportError, AttributeError):
        raise CallError("this runner's package is not installed: Dataflow needs the extra `gcp`") from None
    if faults:
        # What stands in brackets is the value of the option.
        raise CallError(f"Beam can't run with these options: {_BRACKETS.sub('', faults[0])}")


def check_file_systems(paths: Mapping[str, str | None]) -> None:
    """Fail before the run where nothing can open a path; `paths` by what they are. Raises CallError."""
    for what, path in paths.items():
        if path == "":
            raise CallError(f"{what} is empty: name a path")
        if path is None or not is_remote(path):
            continue
        scheme = path.partition("://")[0]
        extra, package = _EXTRAS.get(scheme, ("", ""))
        if extra and not _installed(package):
            raise CallError(
                f"{what} is on {scheme}://, which needs the extra `{extra}`: pip install 'beam-phi[{extra}]'"
            )
        try:
            FileSystems.get_filesystem(path)
        except ValueError:
            raise CallError(f"{what}: Beam has no file system for {scheme}://") from None


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def count_files(pattern: str) -> int:
    """How many files INPUT has. Raises CallError if none can be there."""
    try:
        return sum(1 for _ in list_files(pattern))
    except FileNotFoundError:
        raise CallError("INPUT: there is no such file or folder") from None
    except OSError as error:
        raise CallError(f"INPUT can't be listed: {error.strerror or type(error).__name__}") from None
