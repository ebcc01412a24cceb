"""What goes in: the files of a collection, and the rule library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import apache_beam as beam

from beam_phi.library.load import complete, load
from beam_phi.library.model import Library
from beam_phi.transforms.filesystem import list_files
from beam_phi.transforms.records import FileRef, Listed

#: So many files are spread over the workers together.
LISTED = 64


@dataclass(eq=False)
class ReadFiles(beam.PTransform):  # type: ignore[misc]
    """PBegin -> PCollection[FileRef]: every file of a folder, a glob or a single path, spread over the
    workers.

    Nothing is opened yet. Fails if nothing is there.
    """

    pattern: str

    def expand(self, pbegin: beam.pvalue.PBegin) -> beam.PCollection[FileRef]:
        return (
            pbegin
            | "Input" >> beam.Create([self.pattern], reshuffle=False)
            | "List" >> beam.ParDo(_ListFn())
            | "Spread" >> beam.Reshuffle()
            | "One by one" >> beam.FlatMap(iter).with_output_types(FileRef)
        )


class _ListFn(beam.DoFn):  # type: ignore[misc]
    """List LISTED files at a time: the local runner keeps what it spreads, and much more of it a piece."""

    def process(self, pattern: str) -> Iterator[Listed]:
        files = list_files(pattern)
        while listed := Listed(islice(files, LISTED)):
            yield listed


@dataclass(eq=False)
class ReadLibrary(beam.PTransform):  # type: ignore[misc]
    """PBegin -> PCollection[Library] of one element: a built-in library by name, one read from a YAML file,
    or one made already.

    Read where the job is built, so that a wrong library fails before anything runs. Raises LibraryError.
    """

    library: str | Library

    def expand(self, pbegin: beam.pvalue.PBegin) -> beam.PCollection[Library]:
        library = load(self.library) if isinstance(self.library, str) else self.library
        complete(library, self.library if isinstance(self.library, str) else library.name)
        return pbegin | "Library" >> beam.Create([library], reshuffle=False)
