"""What comes out beside the files: the audit tables, in Parquet.

Each bundle writes its rows to parts in a pending folder and passes on only their names; when all is done,
the parts of the bundles that counted are moved into place. So no row crosses a stage boundary, and a bundle
that ran twice counts once.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import apache_beam as beam
import pyarrow as pa
from apache_beam.io.filesystems import FileSystems
from apache_beam.pvalue import AsIter
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from beam_phi.audit.parts import EMPTY_PART, PartWriter, write_empty
from beam_phi.audit.schema import ANNOTATIONS, FILES
from beam_phi.transforms.filesystem import create_output, join


def run_name() -> str:
    """A name for the parts of one run."""
    return uuid.uuid4().hex[:12]


@dataclass(eq=False)
class _WriteTable(beam.PTransform):  # type: ignore[misc]
    """PCollections of rows (one, or several) -> PCollection[str]: the parts, once they are in place."""

    folder: str
    run: str = field(default_factory=run_name)

    schema = ANNOTATIONS

    def expand(self, rows: beam.PCollection[Any] | Iterable[beam.PCollection[Any]]) -> beam.PCollection[str]:
        branches = [rows] if isinstance(rows, beam.PCollection) else list(rows)
        pending = join(self.folder, f".pending-{self.run}")
        parts = [
            branch | f"Part {number}" >> beam.ParDo(PartFn(self.schema, pending))
            for number, branch in enumerate(branches)
        ]
        names = parts | "Parts" >> beam.Flatten()
        return (
            branches[0].pipeline
            | "All" >> beam.Create([pending], reshuffle=False)
            | "Publish" >> beam.ParDo(_PublishFn(self.schema, self.folder), AsIter(names))
        )


class WriteAnnotations(_WriteTable):
    """Annotation rows -> ``part-*.parquet`` in `folder` (the contract's ``OUTPUT/annotations``)."""

    schema = ANNOTATIONS


class WriteQuarantine(_WriteTable):
    """Outcome rows, of quarantined files or of all -> ``part-*.parquet`` in `folder` (``OUTPUT/files``)."""

    schema = FILES


class PartFn(beam.DoFn):  # type: ignore[misc]
    """One PartWriter a bundle. private: only their owner can read local parts."""

    def __init__(self, schema: pa.Schema, pending: str, *, private: bool = False) -> None:
        self._schema = schema
        self._pending = pending
        self._private = private
        self._writer: PartWriter | None = None

    def start_bundle(self) -> None:
        self._writer = PartWriter(
            self._schema, lambda name: create_output(join(self._pending, name), private=self._private)
        )

    def process(self, row: Any) -> None:
        assert self._writer is not None
        self._writer.add(row)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        assert self._writer is not None
        window = GlobalWindow()
        for part in self._writer.close():
            yield WindowedValue(part.name, window.max_timestamp(), (window,))


class _PublishFn(beam.DoFn):  # type: ignore[misc]
    """Move the parts into place; may run again after it ran half."""

    def __init__(self, schema: pa.Schema, folder: str) -> None:
        self._schema = schema
        self._folder = folder

    def process(self, pending: str, names: Iterable[str]) -> Iterator[str]:
        published = sorted(set(names))
        for name in published:
            target = join(self._folder, name)
            if FileSystems.exists(join(pending, name)):
                if FileSystems.exists(target):
                    FileSystems.delete([target])
                FileSystems.rename([join(pending, name)], [target])
            elif not FileSystems.exists(target):
                raise RuntimeError(f"a part of the table is lost: {name}")
            yield name
        if not published:
            write_empty(self._schema, lambda name: create_output(join(self._folder, name)))
            yield EMPTY_PART
        if FileSystems.exists(pending):
            FileSystems.delete([pending])
