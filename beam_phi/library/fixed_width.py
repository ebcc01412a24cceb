"""The meaning of layouts of fixed width: columns stand beside each other, and every type of record is met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from beam_phi.library.model import FixedColumn
from beam_phi.library.source import Path, Problem, Tree


def layouts(tree: Tree) -> Iterator[Problem]:
    """What is wrong with the layouts of a library whose form is right."""
    for name, body in tree.data.get("layouts", {}).items():
        prefixes: list[str] = []
        for at, record in enumerate(body["records"]):
            path: Path = ("layouts", name, "records", at)
            prefix = record.get("prefix", "")
            if any(map(prefix.startswith, prefixes)):
                yield Problem(tree.mark(path), "no record is of this type: all are of a type before it")
            prefixes.append(prefix)
            yield from _record(tree, path, record)


def _record(tree: Tree, path: Path, record: Mapping[str, Any]) -> Iterator[Problem]:
    columns = [FixedColumn(**column) for column in record["columns"]]
    marks = {id(column): tree.mark((*path, "columns", at)) for at, column in enumerate(columns)}
    names = set[str]()
    for column in columns:
        if column.name in names:
            yield Problem(marks[id(column)], f"there are two columns {column.name!r}")
        names.add(column.name)
        if column.start <= len(record.get("prefix", "")):
            yield Problem(marks[id(column)], f"column {column.name!r} begins inside the prefix")
        if column.end > record.get("length", column.end):
            yield Problem(
                marks[id(column)],
                f"column {column.name!r} ends at {column.end}, beyond length {record['length']}",
            )
    for before, after in pairwise(sorted(columns, key=lambda column: column.start)):
        if after.start <= before.end:
            yield Problem(marks[id(after)], f"column {after.name!r} overlaps column {before.name!r}")
