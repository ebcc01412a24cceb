"""Mask a file of any format in this process, and look for planted values in all that comes out."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from functools import lru_cache

from beam_phi.audit.records import Annotation
from beam_phi.engine import Engine
from beam_phi.formats import HEAD_SIZE, Source
from beam_phi.library.load import load
from support.masking import KEY


@lru_cache(maxsize=8)
def engine_of(library: str) -> Engine:
    return Engine(load(library), KEY)


def mask_file(
    name: str, data: bytes, library: str = "basic", search_only: bool = False
) -> tuple[bytes, str, list[Annotation]]:
    """The masked file, its masked path and its annotations. Raises beam_phi.engine.Quarantine."""
    format_ = engine_of(library).format_of(name, data[:HEAD_SIZE])
    assert format_ is not None
    source = Source(io.BytesIO(data), len(data))
    result = engine_of(library).mask(name, "0", format_, source, search_only=search_only)
    try:
        return b"".join(result.content.chunks()), result.output_path, list(result.annotations())
    finally:
        result.close()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], format_: int = tarfile.PAX_FORMAT, **facts: object) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format_) as file:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for fact, value in facts.items():
                setattr(info, fact, value)
            file.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    """The members of a zip or tar file."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            return {info.filename: archive.read(info) for info in archive.infolist()}
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {info.name: tar.extractfile(info).read() if info.isreg() else b"" for info in tar}  # type: ignore[union-attr]


def everything(data: bytes) -> bytes:
    """The bytes of a file, and of all that is packed in it, however deep."""
    found = [data]
    if data.startswith(b"PK"):
        found += (everything(each) for each in members(data).values())
    for magic, module in ((b"\x1f\x8b", gzip), (b"BZh", bz2), (b"\xfd7zXZ", lzma)):
        if data.startswith(magic):
            found.append(everything(module.decompress(data)))
    if data[257:262] == b"ustar":
        found += (everything(each) for each in members(data).values())
    return b"\n".join(found)


def planted_in(data: bytes, *planted: str) -> list[str]:
    """Which planted texts are somewhere in a file: as UTF-8 in any case, or as UTF-16."""
    whole = everything(data).lower()
    return [
        text
        for text in planted
        if text.lower().encode() in whole
        or text.lower().encode("utf-16-le") in whole
        or text.lower().encode("utf-16-be") in whole
    ]
