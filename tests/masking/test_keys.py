"""Master keys: references, files and their modes, subkeys, and that no key ever travels."""

from __future__ import annotations

import copy
import pickle
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from beam_phi.masking import keys
from beam_phi.masking.keys import KeyRefError, MasterKey

KEY = MasterKey(bytes(range(32)))
SECRET = "projects/p/secrets/s/versions/3"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    keys.create(path)
    return path


def test_a_new_key_is_readable_by_its_owner_only(key_file: Path) -> None:
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_a_new_key_is_what_resolves(tmp_path: Path) -> None:
    made = keys.create(tmp_path / "key")
    for ref in (str(tmp_path / "key"), f"file:{tmp_path / 'key'}"):
        found = keys.resolve(ref)
        assert (found.id, found.check) == (made.id, made.check)
        assert found.subkey("x") == made.subkey("x")


def test_two_new_keys_differ(tmp_path: Path) -> None:
    assert keys.create(tmp_path / "a").id != keys.create(tmp_path / "b").id


def test_a_key_is_never_overwritten(key_file: Path) -> None:
    before = key_file.read_bytes()
    with pytest.raises(KeyRefError, match="never overwritten"):
        keys.create(key_file)
    assert key_file.read_bytes() == before


def test_create_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(KeyRefError, match="can't be written"):
        keys.create(tmp_path / "none" / "key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602, 0o610])
def test_a_key_open_to_others_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    with pytest.raises(KeyRefError, match="chmod 600"):
        keys.resolve(str(key_file))


def test_a_read_only_key_is_fine(key_file: Path) -> None:
    key_file.chmod(0o400)
    assert keys.resolve(str(key_file)).id


def test_a_symbolic_link_is_refused(key_file: Path) -> None:
    link = key_file.with_name("link")
    link.symlink_to(key_file)
    with pytest.raises(KeyRefError, match="symbolic link"):
        keys.resolve(str(link))


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyRefError, match="no regular file"):
        keys.resolve(str(tmp_path))
    with pytest.raises(KeyRefError, match="can't be read"):
        keys.resolve(str(tmp_path / "none"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "ab" * 31,
        "ab" * 33,
        "beam-phi-key-1:c2hvcnQ=:00000000",
        "beam-phi-key-2:" + "A" * 43 + "=:00000000",
        "\udcff",
        "\0" * 80,
        "A" * 10_000,
    ],
)
def test_short_and_garbled_keys_are_refused(text: str, key_file: Path) -> None:
    key_file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(KeyRefError, match="no master key"):
        keys.resolve(str(key_file))


def test_one_changed_letter_is_noticed(key_file: Path) -> None:
    text = key_file.read_text()
    at = text.index(":") + 5
    key_file.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])
    with pytest.raises(KeyRefError, match="check value"):
        keys.resolve(str(key_file))


def test_from_the_environment(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHI_KEY", key_file.read_text())
    assert keys.resolve("env:PHI_KEY").id == keys.resolve(str(key_file)).id
    monkeypatch.setenv("PHI_KEY", bytes(range(32)).hex())
    assert keys.resolve("env:PHI_KEY").id == KEY.id
    monkeypatch.delenv("PHI_KEY")
    with pytest.raises(KeyRefError, match="PHI_KEY holds no key"):
        keys.resolve("env:PHI_KEY")


@pytest.mark.parametrize("ref", ["gs://bucket/key", "s3://bucket/key", "https://host/key"])
def test_remote_files_are_no_keys(ref: str) -> None:
    with pytest.raises(KeyRefError, match="no key is read from"):
        keys.resolve(ref)


@dataclass
class FakeSecrets:
    data: bytes = bytes(range(32)).hex().encode()
    asked: str = ""

    def access_secret_version(self, *, name: str) -> Any:
        if self.data == b"denied":
            raise PermissionError("secret text that must not be repeated")
        self.asked = name

        class Response:
            payload = self

        return Response


def test_from_secret_manager() -> None:
    client = FakeSecrets()
    assert keys.resolve(f"gcp-secret:{SECRET}", client).id == KEY.id
    assert client.asked == SECRET


@pytest.mark.parametrize("name", ["s", "projects/p/secrets/s", "projects/p/secrets/s/versions/latest"])
def test_a_secret_needs_a_numbered_version(name: str) -> None:
    with pytest.raises(KeyRefError, match="version number"):
        keys.resolve(f"gcp-secret:{name}", FakeSecrets())


def test_secret_manager_failures_say_no_more_than_their_type() -> None:
    with pytest.raises(KeyRefError, match=r"gave no key: PermissionError$"):
        keys.resolve(f"gcp-secret:{SECRET}", FakeSecrets(b"denied"))
    with pytest.raises(KeyRefError, match="no master key"):
        keys.resolve(f"gcp-secret:{SECRET}", FakeSecrets(b"\xff\xfe"))


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(keys.importlib, "import_module", absent)
    with pytest.raises(KeyRefError, match=r"beam-phi\[gcp\]"):
        keys.resolve(f"gcp-secret:{SECRET}")


def test_subkeys_are_those_of_hkdf_sha256() -> None:
    # Computed once with HMAC alone (RFC 5869): they may never change, or every pseudonym changes.
    assert KEY.subkey("ff1:id").hex() == "5d4e4a815185b15f8817523e71158eceab7fbee50bb892614432666f961d681c"
    assert KEY.subkey("name", 16).hex() == "7c6ec3a6c6452b9d9875d1d322bb0984"


def test_subkeys_differ_by_purpose() -> None:
    purposes = ["a", "b", "ab", "key-id", "key-check", "ff1:id"]
    assert len({KEY.subkey(purpose) for purpose in purposes}) == len(purposes)
    assert len(KEY.subkey("siv", 64)) == 64
    with pytest.raises(ValueError, match="purpose"):
        KEY.subkey("")


def test_a_key_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(KeyRefError, match="32 bytes"):
        MasterKey(b"short")


def test_a_key_never_travels_or_shows() -> None:
    for spread in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never pickled"):
            spread(KEY)
    assert repr(KEY) == f"MasterKey(id={KEY.id!r})"
    secret = bytes(range(32))
    for shown in (KEY.id, KEY.check, repr(KEY)):
        assert secret.hex()[:8] not in shown
