"""The master key: where it comes from, and the subkeys drawn from it.

Only references (a file, ``env:NAME``, a Secret Manager version) travel; the bytes are read on each worker and
never leave it. Every use has its own subkey (HKDF-SHA256, RFC 5869), so that no two algorithms share one.
"""

from __future__ import annotations

import base64
import binascii
import importlib
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Any, NoReturn, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: Bytes of a master key.
KEY_SIZE = 32
#: Every purpose is derived under this prefix; another number changes every pseudonym.
VERSION = "beam-phi/1/"

_HEADER = "beam-phi-key-1"
_FORM = re.compile(rf"{_HEADER}:(?P<key>[A-Za-z0-9_-]{{43}}=):(?P<check>[0-9a-f]{{8}})")
_HEX = re.compile(rf"[0-9A-Fa-f]{{{2 * KEY_SIZE}}}")
_SECRET_NAME = re.compile(r"projects/[^/]+/secrets/[^/]+/versions/[0-9]+")
#: A key text is 68 characters; a longer file is something else.
_MAX_TEXT = 4096


class KeyRefError(ValueError):
    """A key reference can't be resolved, or what it names is no master key. Holds nothing of a key."""


class SecretClient(Protocol):
    """What of ``google.cloud.secretmanager.SecretManagerServiceClient`` is used."""

    def access_secret_version(self, *, name: str) -> Any: ...


class MasterKey:
    """A master key of 256 bits. Refuses to be pickled or copied: send the reference instead.

    id: 16 hex digits, derived; names the key in run records and annotation tables.
    check: 8 hex digits, derived; a key text carries it, so that a damaged one is noticed.
    """

    __slots__ = ("_key", "check", "id")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_SIZE:
            raise KeyRefError(f"a master key has {KEY_SIZE} bytes, not {len(key)}")
        self._key = key
        self.id = self.subkey("key-id", 8).hex()
        self.check = self.subkey("key-check", 4).hex()

    def subkey(self, purpose: str, length: int = 32) -> bytes:
        """`length` bytes for one purpose, such as ``"ff1:id"``; always the same for one key and purpose."""
        if not purpose:
            raise ValueError("a subkey needs a purpose")
        info = (VERSION + purpose).encode()
        return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=info).derive(self._key)

    def __repr__(self) -> str:
        return f"MasterKey(id={self.id!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a master key is never pickled: pass its reference and resolve it where it is used")


def resolve(ref: str, secrets_client: SecretClient | None = None) -> MasterKey:
    """The master key a reference names. Raises KeyRefError.

    ref: ``env:NAME``; ``gcp-secret:projects/P/secrets/S/versions/N`` (a numbered version, so that the key
        can't change under a running job); ``file:PATH`` or a plain path.
    secrets_client: for the tests; by default Secret Manager's own client.
    """
    scheme, colon, rest = ref.partition(":")
    if colon and scheme == "env":
        return _from_environment(rest)
    if colon and scheme == "gcp-secret":
        return _from_secret_manager(rest, secrets_client)
    if rest.startswith("//"):
        raise KeyRefError(f"no key is read from {scheme}://: use a file, env:NAME or gcp-secret:NAME")
    return _from_file(Path(rest if colon and scheme == "file" else ref))


def create(path: str | os.PathLike[str]) -> MasterKey:
    """Write a new random master key to a new file that only its owner can read.

    Raises KeyRefError if the file exists (a key is never overwritten) or can't be written.
    """
    key = secrets.token_bytes(KEY_SIZE)
    master = MasterKey(key)
    text = f"{_HEADER}:{base64.urlsafe_b64encode(key).decode()}:{master.check}\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise KeyRefError("the key file exists: a key is never overwritten") from None
    except OSError as error:
        raise KeyRefError(f"the key file can't be written: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    return master


def parse(text: str) -> MasterKey:
    """The master key written in a text: the line of a key file, or 64 hex digits. Raises KeyRefError."""
    text = text.strip()
    if _HEX.fullmatch(text):
        return MasterKey(bytes.fromhex(text))
    match = _FORM.fullmatch(text)
    if match is None:
        raise KeyRefError("this is no master key: make one with `beam-phi key new FILE`")
    try:
        master = MasterKey(base64.b64decode(match["key"], altchars=b"-_", validate=True))
    except binascii.Error:
        raise KeyRefError("the master key is garbled") from None
    if not secrets.compare_digest(master.check, match["check"]):
        raise KeyRefError("the master key is garbled: its check value differs")
    return master


def _from_environment(name: str) -> MasterKey:
    text = os.environ.get(name)
    if not text:
        raise KeyRefError(f"the environment variable {name or '(none named)'} holds no key")
    return parse(text)


def _from_file(path: Path) -> MasterKey:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        what = "is a symbolic link" if path.is_symlink() else f"can't be read: {error.strerror}"
        raise KeyRefError(f"the key file {what}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise KeyRefError("the key file is no regular file")
        if mode := status.st_mode & 0o777 & ~0o700:
            raise KeyRefError(f"others may use the key file (mode bits {mode:03o}): chmod 600 it")
        data = os.read(descriptor, _MAX_TEXT)
    finally:
        os.close(descriptor)
    return parse(data.decode("ascii", "replace"))


def _from_secret_manager(name: str, client: SecretClient | None) -> MasterKey:
    if not _SECRET_NAME.fullmatch(name):
        raise KeyRefError("a secret is named projects/P/secrets/S/versions/N, with a version number")
    try:
        reader = client or importlib.import_module("google.cloud.secretmanager").SecretManagerServiceClient()
    except ImportError:
        raise KeyRefError("gcp-secret: needs the extra `gcp`: pip install 'beam-phi[gcp]'") from None
    except Exception as error:
        raise KeyRefError(f"no access to Secret Manager: {type(error).__name__}") from None
    try:
        data: bytes = reader.access_secret_version(name=name).payload.data
    except Exception as error:
        raise KeyRefError(f"Secret Manager gave no key: {type(error).__name__}") from None
    return parse(data.decode("ascii", "replace"))
