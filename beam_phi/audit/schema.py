"""Parquet schemas of the audit tables, and how their columns are encoded."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pyarrow as pa

SCHEMA_VERSION = 1
"""Raised when a column is renamed, retyped or removed; a new column at the end keeps it."""


def _version() -> str:
    """The installed version; a bare source tree has none."""
    try:
        return version("beam-phi")
    except PackageNotFoundError:
        return "0+source"


VERSION = _version()


def _schema(table: str, *fields: pa.Field) -> pa.Schema:
    metadata = {"beam_phi.table": table, "beam_phi.schema": str(SCHEMA_VERSION), "beam_phi.version": VERSION}
    return pa.schema(fields, metadata=metadata)


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


ANNOTATIONS = _schema(
    "annotations",
    _required("file_id", pa.string()),
    pa.field("output_path", pa.string()),
    _required("format", pa.string()),
    _required("location", pa.string()),
    pa.field("start", pa.int64()),
    pa.field("end", pa.int64()),
    pa.field("frame", pa.int32()),
    pa.field("x", pa.int32()),
    pa.field("y", pa.int32()),
    pa.field("width", pa.int32()),
    pa.field("height", pa.int32()),
    _required("data_class", pa.string()),
    _required("matcher", pa.string()),
    _required("matcher_kind", pa.string()),
    _required("score", pa.float64()),
    pa.field("rule", pa.string()),
    pa.field("function", pa.string()),
    _required("status", pa.string()),
    pa.field("reason", pa.string()),
    pa.field("original", pa.string()),
    pa.field("replacement", pa.string()),
    pa.field("key_id", pa.string()),
    _required("library_digest", pa.string()),
)

FILES = _schema(
    "files",
    _required("file_id", pa.string()),
    pa.field("output_path", pa.string()),
    _required("format", pa.string()),
    _required("status", pa.string()),
    pa.field("reason", pa.string()),
    pa.field("message", pa.string()),
    _required("bytes_in", pa.int64()),
    pa.field("bytes_out", pa.int64()),
    pa.field("sha256_out", pa.string()),
    _required("findings", pa.int64()),
    _required("seconds", pa.float64()),
)

CROSSWALK = _schema(
    "crosswalk",
    _required("kind", pa.string()),
    _required("source", pa.string()),
    _required("output", pa.string()),
)

#: Its rows as the workers write them; the parts are named by the file.
PENDING_CROSSWALK = CROSSWALK.insert(0, _required("file_id", pa.string()))
