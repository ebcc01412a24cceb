"""Archives: read to the last byte or refused, and written so that nothing but members passes."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import itertools
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.files import members, tarred, zipped

from beam_phi.formats import archive, container
from beam_phi.formats.archive import looks_like_archive
from beam_phi.formats.archive import zip as zip_module
from beam_phi.formats.archive.names import Names
from beam_phi.formats.archive.zip64 import Places, extra_field, whole
from beam_phi.formats.container import Budget
from beam_phi.formats.document import FormatError, Source

NOTE = b"Seen by Dr. Osmin.\n" * 40
FILES = {"a/note.txt": NOTE, "a/empty.txt": b"", "b.csv": b"Name,MRN\nDavidson,77\n"}


class Unseekable(io.RawIOBase):
    """A stream to which zipfile writes descriptors behind the data."""

    def __init__(self) -> None:
        super().__init__()
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += bytes(data)
        return len(data)


def forced(files: dict[str, bytes], sink: Unseekable | io.BytesIO | None = None) -> bytes:
    """Local headers, and descriptors if they are streamed, of 64 bits."""
    buffer = sink or io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:  # type: ignore[arg-type]
        for name, data in files.items():
            with file.open(name, "w", force_zip64=True) as member:
                member.write(data)
    return buffer.data if isinstance(buffer, Unseekable) else buffer.getvalue()


def in_64_bits(files: dict[str, bytes]) -> bytes:
    """All that zip can tell in 64 bits, told so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile, "ZIP64_LIMIT", 3)
        patch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
        return streamed(files)


def streamed(files: dict[str, bytes]) -> bytes:
    sink = Unseekable()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:  # type: ignore[arg-type]
        for name, data in files.items():
            file.writestr(name, data)
    return sink.data


def read(data: bytes) -> dict[str | None, bytes]:
    opened = archive.open(Source(io.BytesIO(data), len(data)))
    return {
        member.name: member.source.stream.read() if member.source else b""
        for member in opened.members(Budget(len(data)))
    }


def repacked(data: bytes) -> bytes:
    opened = archive.open(Source(io.BytesIO(data), len(data)))
    packer = opened.packer()

    def parts() -> Iterator[bytes]:
        for member in opened.members(Budget(len(data))):
            if member.source is None:
                assert member.name
                yield from packer.folder(member.name)
            else:
                yield from packer.add(member.name, [member.source.stream.read()], member.source.size)
        yield from packer.end()

    return b"".join(parts())


def reason(data: bytes) -> str:
    with pytest.raises(FormatError) as refused:
        read(data)
    return refused.value.reason


PACKED: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "zip": zipped,
    "stored zip": lambda files: zipped(files, zipfile.ZIP_STORED),
    "streamed zip": streamed,
    "zip64": in_64_bits,
    "zip64 headers": forced,
    "streamed zip64": lambda files: forced(files, Unseekable()),
    "pax": tarred,
    "gnu": lambda files: tarred(files, tarfile.GNU_FORMAT),
    "ustar": lambda files: tarred(files, tarfile.USTAR_FORMAT),
}


@pytest.mark.parametrize("form", PACKED)
def test_members_are_read_and_packed_anew(form: str) -> None:
    data = PACKED[form](FILES)
    assert looks_like_archive(data)
    assert read(data) == FILES
    again = repacked(data)
    assert members(again) == FILES
    assert read(again) == FILES
    assert repacked(again) == again


@pytest.mark.parametrize("largest", [0, 40, 200, 10_000])
def test_numbers_too_large_for_a_header_are_written_in_64_bits(
    largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_module, "_LARGEST", largest)
    data = repacked(zipped({"folder/": b"", **FILES}))
    assert (b"PK\6\6" in data) == (largest < len(data) - 300)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        assert [info.file_size for info in file.infolist()] == [0, *map(len, FILES.values())]
    assert read(data) == {"folder/": b"", **FILES}
    assert repacked(data) == data


def test_an_archive_says_one_thing_in_32_and_64_bits() -> None:
    data = in_64_bits(FILES)
    end, locator, end64 = data.rindex(b"PK\5\6"), data.rindex(b"PK\6\7"), data.rindex(b"PK\6\6")
    for at, raw in (
        (end + 10, b"\2\0"),  # entries
        (end + 16, b"\0\0\0\0"),  # place of the directory
        (locator + 8, b"\1"),  # place of the record
        (locator + 16, b"\2"),  # disks
        (end64 + 4, b"\x2d"),  # its size
        (end64 + 16, b"\1"),  # disk
        (end64 + 32, b"\2"),  # entries
        (end64 + 48, b"\1"),  # place of the directory
    ):
        assert data[at : at + len(raw)] != raw
        assert reason(data[:at] + raw + data[at + len(raw) :]) == "archive-layout"
    assert reason(data[:end64] + b"Davidson" + data[end64:]) == "archive-layout"
    elsewhere = data[: end + 8] + b"\xff" * 12 + data[end + 20 :]
    assert read(elsewhere) == FILES
    assert reason(data[:end64] + elsewhere[end:]) == "archive-layout"
    for old in (b"\1\0\x10\0", b"\1\0\x08\0", b"\1\0\x18\0"):
        for new in (b"\2\0" + old[2:], old[:2] + b"\1\0", old[:2] + b"\xff\xff"):
            for at in [at for at in range(len(data)) if data.startswith(old, at)]:
                assert reason(data[:at] + new + data[at + 4 :]) == "archive-layout"


@pytest.mark.parametrize("form", ["streamed zip", "streamed zip64"])
def test_descriptors_hold_what_the_directory_says_and_nothing_else(form: str) -> None:
    data = PACKED[form](FILES)
    signature = data.index(b"PK\7\x08")
    behind = data.index(b"PK\3\4", signature)
    for at in range(signature, behind):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert reason(changed) == "archive-layout"


def test_extra_fields_tell_what_the_header_does_not() -> None:
    places, elsewhere = Places(7, 5, 3), 0xFFFFFFFF
    assert whole(places, b"damaged") == places
    for told in itertools.product(*((number, elsewhere) for number in places)):
        missing = [number for number, short in zip(places, told, strict=True) if short == elsewhere]
        if not missing:
            continue
        for numbers in (missing, places):
            assert whole(Places(*told), b"\2\0\1\0x" + extra_field(*numbers)) == places
        for extra in (
            b"", extra_field(), extra_field(*missing, 1, 1, 1), extra_field(*missing)[:-1],
            extra_field(*missing) * 2, extra_field(*missing) + b"\1",
        ):  # fmt: skip
            with pytest.raises(FormatError):
                whole(Places(*told), extra)
    with pytest.raises(FormatError):
        whole(Places(7, elsewhere, 4), extra_field(*places))


def test_names_in_utf_8_and_in_the_code_page_of_old() -> None:
    data = zipped({"Müller.txt": NOTE})
    unflagged = data.replace(b"\x14\0\0\x08", b"\x14\0\0\0")
    assert unflagged != data
    assert list(read(unflagged)) == ["Müller.txt"]
    raw = "Müller.txt".encode()
    old = unflagged.replace(raw, b"M\x81ller.txt.")
    assert list(read(old)) == ["Müller.txt."]
    assert reason(data.replace(raw, b"M\x81ller.txt.")) == "archive-name"


@pytest.mark.parametrize("form", ["pax", "gnu"])
def test_names_that_no_header_of_tar_has_room_for(form: str) -> None:
    name = "/".join(["ärzte" * 10] * 5) + ".txt"
    data = PACKED[form]({name: NOTE})
    assert read(data) == {name: NOTE}
    assert members(repacked(data)) == {name: NOTE}


@pytest.mark.parametrize("module", [gzip, bz2, lzma])
def test_compressed_files(module: object) -> None:
    data = module.compress(NOTE)  # type: ignore[attr-defined]
    assert looks_like_archive(data)
    assert read(data) == {None: NOTE}
    assert read(data + data) == {None: NOTE + NOTE}
    assert module.decompress(repacked(data)) == NOTE  # type: ignore[attr-defined]
    assert reason(data + b"\0") in ("bad-syntax", "truncated")
    assert reason(data[:-9]) == "truncated"
    with pytest.raises(FormatError):
        read(data + b"Davidson")


def test_nothing_but_members_passes() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        info = zipfile.ZipInfo("note.txt", (2013, 2, 14, 10, 30, 0))
        info.comment, info.extra = b"of Davidson", b"\xfe\xca\x08\0Davidson"
        info.external_attr = 0o100600 << 16
        file.writestr(info, NOTE)
        file.comment = b"export of Davidson"
    again = repacked(buffer.getvalue())
    assert b"Davidson" not in again
    (entry,) = zipfile.ZipFile(io.BytesIO(again)).infolist()
    assert (entry.date_time, entry.comment, entry.extra) == ((1980, 1, 1, 0, 0, 0), b"", b"")

    facts = {"uname": "davidson", "gname": "davidson", "uid": 4711, "mtime": 1360837800, "mode": 0o4711}
    data = tarred(
        {"note.txt": NOTE}, pax_headers={"comment": "of davidson", "mtime": "1360837800.5"}, **facts
    )
    again = repacked(data)
    assert b"davidson" not in again
    with tarfile.open(fileobj=io.BytesIO(again)) as tar:
        (member,) = tar.getmembers()
    assert (member.uid, member.mtime, member.mode, member.pax_headers) == (0, 0, 0o644, {})

    named = io.BytesIO()
    with gzip.GzipFile("davidson.txt", "wb", fileobj=named, mtime=1360837800) as compressed:
        compressed.write(NOTE)
    again = repacked(named.getvalue())
    assert b"davidson" not in again
    assert again[4:8] == bytes(4)


def test_bytes_that_belong_to_no_member_are_no_archive() -> None:
    data = zipped(FILES)
    assert reason(b"PK\3\4 stub of Davidson" + data) == "archive-layout"
    assert reason(data + b"Davidson") == "archive-layout"
    begins = data.index(b"PK\1\2")
    hidden = data[:begins] + b"Davidson" + data[begins:-6] + struct.pack("<L", begins + 8) + b"\0\0"
    assert zipfile.ZipFile(io.BytesIO(hidden)).testzip() is None
    assert reason(hidden) == "archive-layout"
    tar = tarred(FILES)
    assert reason(tar + b"Davidson".ljust(512, b"\0")) == "archive-layout"
    assert reason(tar.replace(NOTE + b"\0", NOTE + b"D")) == "archive-layout"
    # Without the blocks that end it nobody knows whether members are missing.
    assert reason(tarred({"note.txt": NOTE})[:1536]) == "truncated"


def test_a_member_that_only_the_local_headers_know_is_found_out() -> None:
    data = zipped({"a.txt": NOTE, "b.txt": NOTE})
    first, second = data.index(b"PK\1\2"), data.rindex(b"PK\1\2")
    end = data.rindex(b"PK\5\6")
    without = data[:first] + data[second:end]
    without += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, end - second, first, 0)
    assert zipfile.ZipFile(io.BytesIO(without)).namelist() == ["b.txt"]
    assert reason(without) == "archive-layout"


def test_directories_and_headers_have_to_agree() -> None:
    data = zipped(FILES)
    assert reason(data.replace(b"a/note.txt", b"a/DAVI.txt", 1)) == "archive-layout"
    assert reason(data + data) == "archive-layout"
    stored = zipped({"a.txt": NOTE}, zipfile.ZIP_STORED)
    assert reason(stored.replace(b"Seen", b"seen", 1)) == "bad-length"
    for wrong in (len(NOTE) - 1, len(NOTE) + 1, 0):
        lying = zipped({"a.txt": NOTE}).replace(struct.pack("<L", len(NOTE)), struct.pack("<L", wrong))
        assert reason(lying) == "bad-length"


def test_behind_the_deflated_bytes_of_a_member_nothing_hides() -> None:
    deflate = zlib.compressobj(wbits=-15)
    packed = deflate.compress(NOTE) + deflate.flush()
    longer = packed + b"Davidson"
    data = zipped({"a.txt": NOTE})
    at = data.index(packed)
    size = struct.pack("<L", len(packed))
    grown = data[:at].replace(size, struct.pack("<L", len(longer))) + longer
    rest = data[at + len(packed) :].replace(size, struct.pack("<L", len(longer)))
    begins = struct.pack("<L", len(grown))
    grown += rest[:-6] + begins + rest[-2:]
    assert zipfile.ZipFile(io.BytesIO(grown)).read("a.txt") == NOTE
    assert reason(grown) == "archive-layout"


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "\\a", "C:\\a.txt", "../a.txt", "a/../../b", "a//b", "a/./b", "a\x01b", "a\\..\\b", ""],
)
def test_names_that_lead_elsewhere(name: str) -> None:
    with pytest.raises(FormatError) as refused:
        Names().check(name)
    assert refused.value.reason == "archive-name"


@pytest.mark.parametrize(
    "pair",
    [("a.txt", "a.txt"), ("a.txt", "A.TXT"), ("a/b", "a\\b"), ("a", "a/b"), ("a/b", "a"), ("./a", "a")],
)
def test_two_members_of_one_name(pair: tuple[str, str]) -> None:
    names = Names()
    names.check(pair[0])
    with pytest.raises(FormatError) as refused:
        names.check(pair[1])
    assert refused.value.reason == "archive-name"


def test_a_folder_may_come_before_and_behind_what_is_in_it() -> None:
    names = Names()
    for name in ("a/", "a/b", "a/", "c/d", "c/"):
        names.check(name)


def test_links_devices_and_sparse_files() -> None:
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE):
        assert reason(tarred({"a": b""}, type=kind, linkname="davidson")) == "archive-member"
    info = zipfile.ZipInfo("a.txt")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(info, "/etc/passwd")
    assert reason(buffer.getvalue()) == "archive-member"


def test_what_can_not_be_unpacked() -> None:
    data = zipped(FILES)
    for flag in (0x01, 0x2000):
        encrypted = data.replace(b"PK\3\4\x14\0\0", b"PK\3\4\x14\0" + bytes([flag & 0xFF]), 1)
        begins = data.index(b"PK\1\2")
        encrypted = encrypted[: begins + 8] + struct.pack("<H", flag) + encrypted[begins + 10 :]
        assert reason(encrypted) == "archive-encrypted"
    assert reason(zipped(FILES, zipfile.ZIP_LZMA)) == "archive-member"
    assert (
        reason(zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"})) == "unknown-format"
    )


def test_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "FREE_BYTES", 1 << 20)
    bomb = b"\0" * (2 << 20)
    for data in (zipped({"a": bomb}), gzip.compress(bomb), bz2.compress(bomb), lzma.compress(bomb)):
        assert reason(data) == "archive-bomb"
    # What is free is free of them all together.
    assert reason(zipped({str(number): b"\0" * (1 << 19) for number in range(3)})) == "archive-bomb"
    monkeypatch.setattr(container, "MOST_MEMBERS", 3)
    assert reason(tarred({str(number): b"" for number in range(4)})) == "archive-bomb"


def test_members_in_each_other_are_no_members() -> None:
    """Two entries for one run of compressed bytes: the way small files become petabytes."""
    data = zipped({"a.txt": NOTE})
    begins, end = data.index(b"PK\1\2"), data.rindex(b"PK\5\6")
    entry = data[begins:end]
    twice = data[:begins] + entry + entry.replace(b"a.txt", b"b.txt")
    twice += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, 2 * len(entry), begins, 0)
    assert reason(twice) == "archive-layout"


SEEDS = [form(FILES) for form in PACKED.values()] + [
    gzip.compress(NOTE, mtime=0), bz2.compress(NOTE), lzma.compress(NOTE)
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.binary(min_size=1, max_size=8)), max_size=4),
    st.integers(0, 1 << 16),
)
def test_damaged_archives_are_refused_or_read(
    seed: bytes, damages: list[tuple[int, bytes]], cut: int
) -> None:
    data = bytearray(seed)
    for place, damage in damages:
        at = place % len(data)
        data[at : at + len(damage)] = damage
    with contextlib.suppress(FormatError):
        read(bytes(data[: 1 + cut % len(data)] if cut % 3 == 0 else data))


@given(
    st.sampled_from([b"PK\3\4", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0", b""]), st.binary(max_size=600)
)
def test_anything_is_refused_or_read(magic: bytes, rest: bytes) -> None:
    with contextlib.suppress(FormatError):
        read(magic + rest)
