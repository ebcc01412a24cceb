"""What is packed in bytes: members of archives, compressed streams, Base64."""

from __future__ import annotations

import base64
import bz2
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import Protocol

_LARGEST = 64 << 20
_PIECE = 1024
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-](?:[A-Za-z0-9+/_-]|\r?\n(?=[A-Za-z0-9+/_-])){7,}")
_GZIP = re.compile(rb"\x1f\x8b\x08")
_BZIP2 = re.compile(rb"BZh[1-9](?=1AY&SY)")
_XZ = re.compile(rb"\xfd7zXZ\0")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_DEFLATED_DICOM = b"1.2.840.10008.1.2.1.99"
#: How files begin that are read by what is in them, not by their bytes alone.
_FILES = (
    b"PK\x03\x04", b"PAR1", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*",
    b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"BZh",
)  # fmt: skip


class _Stream(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def zip_members(data: bytes) -> Iterator[bytes]:
    """The names and comments of a zip file, a line each, then the content of each member."""
    if data[:4] != b"PK\x03\x04":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            told = [text for member in members for text in (member.filename.encode(), member.comment)]
            yield b"\n".join([archive.comment, *told])
            for member in members:
                yield archive.read(member) if member.file_size <= _LARGEST else b""
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, zlib.error):
        return


def tar_members(data: bytes) -> Iterator[bytes]:
    """The names and owners in a tar file, a line each, then the content of each member."""
    if data[257:262] != b"ustar":
        return
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            members = archive.getmembers()
            told = [
                text
                for each in members
                for text in (each.name, each.linkname, each.uname, each.gname)
                if text
            ]
            yield "\n".join(told).encode("utf-8", "surrogateescape")
            for member in members:
                file = archive.extractfile(member) if member.isfile() else None
                yield file.read(_LARGEST) if file else b""
    except (tarfile.TarError, EOFError, OSError, ValueError):
        return


def gzip_streams(data: bytes) -> Iterator[bytes]:
    """What is in gzip streams, wherever they begin."""
    for hit in _GZIP.finditer(data):
        yield _unpacked(data[hit.start() :], zlib.decompressobj(zlib.MAX_WBITS | 16))


def bzip2_streams(data: bytes) -> Iterator[bytes]:
    """What is in bzip2 streams, wherever they begin."""
    for hit in _BZIP2.finditer(data):
        yield _unpacked(data[hit.start() :], bz2.BZ2Decompressor())


def xz_streams(data: bytes) -> Iterator[bytes]:
    """What is in xz streams, wherever they begin."""
    for hit in _XZ.finditer(data):
        yield _unpacked(data[hit.start() :], lzma.LZMADecompressor(lzma.FORMAT_XZ))


def zlib_streams(data: bytes) -> Iterator[bytes]:
    """What is in zlib streams, wherever they begin: those of PNG and PDF, too."""
    for hit in _ZLIB.finditer(data):
        yield _unpacked(data[hit.start() :], zlib.decompressobj(zlib.MAX_WBITS))


def deflated_data_set(data: bytes) -> Iterator[bytes]:
    """The data set of a DICOM file in Deflated Explicit VR Little Endian (PS3.5 A.5)."""
    if data[128:132] == b"DICM" and _DEFLATED_DICOM in data[:1024]:
        meta_ends = 144 + int.from_bytes(data[140:144], "little")
        yield _unpacked(data[meta_ends:], zlib.decompressobj(-zlib.MAX_WBITS))


def _unpacked(data: bytes, stream: _Stream) -> bytes:
    """What comes out of a stream up to its end, first fault or the limit; noise gives little or nothing."""
    out = bytearray()
    try:
        for start in range(0, len(data), _PIECE):
            out += stream.decompress(data[start : start + _PIECE], _LARGEST - len(out))
            if stream.eof or len(out) >= _LARGEST:
                break
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        pass
    return bytes(out)


def base64_runs(data: bytes) -> Iterator[bytes]:
    """All short runs together, each decoded from each of its first four characters, since it may follow on
    something else; then each whole file that is in one.
    """
    together = []
    for run in _BASE64.finditer(data):
        letters = run[0].translate(bytes.maketrans(b"-_", b"+/"), b"\r\n")
        decoded = [_decoded(letters[start:]) for start in range(4)]
        if decoded[0].startswith(_FILES) or decoded[0][128:132] == b"DICM" or decoded[0][257:262] == b"ustar":
            yield decoded[0]
        else:
            together += decoded
    yield b"\n".join(together)


def _decoded(letters: bytes) -> bytes:
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))
