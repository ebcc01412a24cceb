"""All that can be read in a file: its bytes, and what comes out when they are unpacked, however often."""

from __future__ import annotations

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

import pyarrow.parquet as parquet

_DEEPEST = 3
_LARGEST = 64 << 20
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-](?:[A-Za-z0-9+/_-]|\r?\n(?=[A-Za-z0-9+/_-])){7,}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_DEFLATED_DICOM = b"1.2.840.10008.1.2.1.99"


def views(data: bytes, depth: int = 0, name: str = "raw") -> Iterator[tuple[str, bytes]]:
    """Pairs of (how it was got, bytes), the data itself first."""
    yield name, data
    if depth == _DEEPEST:
        return
    for how, inner in _unpacked(data):
        if inner:
            yield from views(inner, depth + 1, how if name == "raw" else f"{name} > {how}")


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield "utf-16", data.decode("utf-16", "replace").encode("utf-8", "replace")
    if data[:4] == b"PAR1" == data[-4:]:
        yield "parquet", _cells(data)
    if data[:4] == b"PK\x03\x04":
        yield from _members(data)
    if data[128:132] == b"DICM" and _DEFLATED_DICOM in data[:1024]:
        meta_ends = 144 + int.from_bytes(data[140:144], "little")
        yield "deflated", _inflate(data[meta_ends:], -zlib.MAX_WBITS)
    for hit in re.finditer(rb"\x1f\x8b\x08", data):
        yield "gzip", _inflate(data[hit.start() :], zlib.MAX_WBITS | 16)
    for hit in _ZLIB.finditer(data):
        yield "zlib", _inflate(data[hit.start() :], zlib.MAX_WBITS)
    if decoded := b"\n".join(_base64(data)):
        yield "base64", decoded


def _inflate(data: bytes, window: int) -> bytes:
    """What comes out of a stream up to its end, first fault or the limit; noise gives little or nothing."""
    stream = zlib.decompressobj(window)
    out = bytearray()
    try:
        for start in range(0, len(data), 1024):
            out += stream.decompress(data[start : start + 1024], _LARGEST - len(out))
            if stream.eof or len(out) >= _LARGEST:
                break
    except zlib.error:
        pass
    return bytes(out)


def _base64(data: bytes) -> Iterator[bytes]:
    """Each run decoded from each of its first four characters, since it may follow on something else."""
    for run in _BASE64.finditer(data):
        letters = run[0].translate(bytes.maketrans(b"-_", b"+/"), b"\r\n")
        for start in range(4):
            rest = letters[start:]
            if len(rest) % 4 == 1:
                rest = rest[:-1]
            yield base64.b64decode(rest + b"=" * (-len(rest) % 4))


def _cells(data: bytes) -> bytes:
    """Every cell of a Parquet table, and its metadata."""
    table = parquet.read_table(io.BytesIO(data))
    cells = [repr(table.schema.metadata), *table.column_names]
    for column in table.columns:
        cells.extend({_text(value) for value in column.to_pylist() if value is not None})
    return "\n".join(cells).encode("utf-8", "replace")


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                yield "zip", member.filename.encode()
                if member.file_size <= _LARGEST:
                    yield "zip", archive.read(member)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, gzip.BadGzipFile):
        return
