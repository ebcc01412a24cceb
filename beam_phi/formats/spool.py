"""What waits until it is masked: in memory, or in a temporary file enciphered under a key of its own."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from beam_phi.formats.document import Source

#: Bytes that wait in memory.
MEMORY_LIMIT = 8 * 1024 * 1024
_BUFFER = 256 * 1024
_BLOCK = 16


class SealedFile(io.RawIOBase):
    """An unnamed temporary file, filled once and read at will; its key is in this process's memory alone.

    AES-256 in counter mode, which is read from any place on.
    """

    def __init__(self) -> None:
        super().__init__()
        self._file = tempfile.TemporaryFile(prefix="beam-phi-", buffering=0)  # noqa: SIM115 - closed in close()
        self._key = AES(os.urandom(32))
        self._filling = Cipher(self._key, CTR(bytes(_BLOCK))).encryptor()
        self._size = 0
        self._at = 0

    def append(self, data: bytes) -> None:
        self._size += len(data)
        left = memoryview(self._filling.update(data))
        while left:
            left = left[self._file.write(left) :]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        block, ahead = divmod(self._at, _BLOCK)
        self._file.seek(self._at)
        data = self._file.read(len(buffer))
        reading = Cipher(self._key, CTR(block.to_bytes(_BLOCK, "big"))).decryptor()
        reading.update(bytes(ahead))
        buffer[: len(data)] = reading.update(data)
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def spooled(blocks: Iterable[bytes]) -> Source:
    """All of the blocks as a file; close its stream when done."""
    held: list[bytes] = []
    size = 0
    sealed: SealedFile | None = None
    try:
        for block in blocks:
            size += len(block)
            held.append(block)
            if size > MEMORY_LIMIT:
                sealed = sealed or SealedFile()
                for each in held:
                    sealed.append(each)
                held.clear()
    except BaseException:
        if sealed is not None:
            sealed.close()
        raise
    if sealed is None:
        return Source(io.BytesIO(b"".join(held)), size)
    return Source(io.BufferedReader(sealed, _BUFFER), size)
