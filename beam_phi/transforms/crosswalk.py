"""What comes out for those who have to find their way back: the crosswalk, one file of PHI."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.parquet as pq
from apache_beam.io.filesystems import FileSystems
from apache_beam.pvalue import AsIter

from beam_phi.audit.schema import CROSSWALK, PENDING_CROSSWALK
from beam_phi.transforms.filesystem import create_output, is_remote, join, open_file
from beam_phi.transforms.tables import PartFn, run_name

#: Between the name of the file and that of the run, for the folder in which its parts wait.
_PENDING = ".pending-"


@dataclass(eq=False)
class WriteCrosswalk(beam.PTransform):  # type: ignore[misc]
    """PCollections of (file_id, kind, source, output) -> PCollection[str]: the file, once it is written.

    file: a Parquet file; a local one has mode 0600, as have the parts that wait beside it until all is done.
        Each row stands in it once. It holds original values.
    """

    file: str
    run: str = field(default_factory=run_name)

    def expand(self, rows: Iterable[beam.PCollection[Any]]) -> beam.PCollection[str]:
        branches = list(rows)
        pending = f"{self.file}{_PENDING}{self.run}"
        parts = [
            branch | f"Part {number}" >> beam.ParDo(PartFn(PENDING_CROSSWALK, pending, private=True))
            for number, branch in enumerate(branches)
        ]
        names = parts | "Parts" >> beam.Flatten()
        return (
            branches[0].pipeline
            | "All" >> beam.Create([pending], reshuffle=False)
            | "Publish" >> beam.ParDo(_PublishFn(self.file), AsIter(names))
        )


class _PublishFn(beam.DoFn):  # type: ignore[misc]
    """Put the rows of all parts into one file; may run again after it ran half."""

    def __init__(self, file: str) -> None:
        self._file = file

    def process(self, pending: str, names: Iterable[str]) -> Iterator[str]:
        with create_output(self._file, private=True) as stream, pq.ParquetWriter(stream, CROSSWALK) as writer:
            for table in distinct(_read(join(pending, name)) for name in sorted(set(names))):
                writer.write_table(table)
        if FileSystems.exists(pending):
            FileSystems.delete([pending])
        yield self._file


def clear_pending(file: str) -> None:
    """Take away what a run that failed or was killed left beside a crosswalk: parts with original values."""
    if is_remote(file):
        found = FileSystems.match([f"{file}{_PENDING}**"])[0].metadata_list
        if found:
            FileSystems.delete([metadata.path for metadata in found])
        return
    path = Path(file)
    for left in path.parent.iterdir() if path.parent.is_dir() else ():
        if left.name.startswith(f"{path.name}{_PENDING}"):
            shutil.rmtree(left)


def _read(path: str) -> pa.Table:
    with open_file(path) as stream:
        return pq.read_table(stream, columns=CROSSWALK.names)


def distinct(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The tables without rows that came before; rows are remembered by a digest of 16 bytes."""
    seen: set[bytes] = set()
    for table in tables:
        kept = []
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
            digest = blake2b("\0".join(row).encode(), digest_size=16).digest()
            kept.append(digest not in seen)
            seen.add(digest)
        yield table.filter(pa.array(kept, pa.bool_())).cast(CROSSWALK)
