"""Tens of thousands of identifiers hidden in DICOM files: none survives a run, and nothing is lost that
research keeps.

What still survives stands in KNOWN_GAPS, place by place. A place that is not there must show nothing.
"""

from __future__ import annotations

import base64
import gzip
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from support.plants import Ledger, Plant, write
from support.plants.judge import Survivor, lost, survivors
from support.runs import Run, rows_of

from beam_phi import load_library
from beam_phi.cli import main
from beam_phi.engine import Engine
from beam_phi.masking.keys import resolve

LIBRARIES = ("basic", "research", "safe-harbor")

#: Place, or what it begins with -> why planted values survive there.
KNOWN_GAPS: dict[str, str] = {
    # What a pass over the whole collection is for.
    "echo of another file": "each object is searched for what it says of its own patient",
    "echo of the folder": "the same",
}
#: Places whose files may be quarantined, all or some: what can't be masked whole and surely.
QUARANTINED = {
    "DICOMDIR", "slide label", "bitstream", "encapsulated", "meta transfer syntax", "unknown", "wrong VR",
    "pixel excess", "header bytes", "twice", "wrong transfer syntax", "message of a broken file",
}  # fmt: skip


class Planted(NamedTuple):
    """The planted set."""

    folder: Path
    ledger: Ledger


class Masked(NamedTuple):
    """A run over it. origin: file below OUTPUT -> planted file."""

    library: str
    run: Run
    origin: dict[str, str]
    quarantined: dict[str, str]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    folder = tmp_path_factory.mktemp("planted")
    return Planted(folder, write(folder))


@pytest.fixture(scope="module")
def outcome(
    request: pytest.FixtureRequest, planted: Planted, key: Path, tmp_path_factory: pytest.TempPathFactory
) -> Masked:
    """The planted set masked under the library of the parameter."""
    library = request.param
    output = tmp_path_factory.mktemp("residue") / library
    arguments = ["mask", str(planted.folder), str(output), "--key", str(key), "--library", library]
    status = main([*arguments, "--runner=FnApiRunner", "--no-progress"])
    engine = Engine(load_library(library), resolve(str(key)))
    names = {engine.file_id(name.encode()): name for name in _files(planted.folder)}
    origin, quarantined = {}, {}
    for row in rows_of(output, "files"):
        if row["status"] == "masked":
            origin["masked/" + row["output_path"]] = names[row["file_id"]]
        else:
            quarantined[names[row["file_id"]]] = row["reason"]
    return Masked(library, Run(status, output), origin, quarantined)


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _is_gap(place: str) -> bool:
    return any(place == gap or place.startswith((f"{gap}/", f"{gap} ", f"{gap}.")) for gap in KNOWN_GAPS)


def _table(found: list[Survivor], library: str) -> str:
    """The survivors by place, for people to read."""
    counts = Counter(survivor.plant.place for survivor in found)
    shown = {survivor.plant.place: survivor for survivor in found}
    lines = [f"{len(found)} survivors under {library}:"]
    for place, count in sorted(counts.items()):
        one = shown[place]
        lines.append(
            f"{count:5} {place}: {one.plant.where} {one.plant.value!r} of {one.plant.file} ({one.view})"
        )
    return "\n".join(lines)


def test_the_set_is_large_and_every_value_is_shown_by_the_unmasked_files(planted: Planted) -> None:
    plants = planted.ledger.plants
    assert len({plant.value for plant in plants}) >= 20_000
    same = {name: name for name in _files(planted.folder)}
    assert 300 <= len(same) <= 700
    wanted = [plant for plant in plants if not plant.exact]
    found = {s.plant for s in survivors(planted.folder, wanted, same) if s.path == s.plant.file}
    assert not set(wanted) - found
    assert not lost(planted.folder, [plant for plant in plants if plant.exact], same)


def test_one_seed_makes_one_set(planted: Planted, tmp_path: Path) -> None:
    again = write(tmp_path)
    assert again.plants == planted.ledger.plants
    assert write(tmp_path / "other", seed=7).plants[0].value != again.plants[0].value


@pytest.mark.parametrize("outcome", LIBRARIES, indirect=True)
def test_nothing_survives_and_nothing_is_lost(planted: Planted, outcome: Masked) -> None:
    assert outcome.run.status in (0, 3)
    assert len(outcome.origin) + len(outcome.quarantined) == len(_files(planted.folder))
    found = survivors(outcome.run.output, planted.ledger.going(outcome.library), outcome.origin)
    unexpected = [survivor for survivor in found if not _is_gap(survivor.plant.place)]
    assert not unexpected, _table(unexpected, outcome.library)
    gone = lost(outcome.run.output, planted.ledger.staying(outcome.library), outcome.origin)
    assert gone == []
    places = planted.ledger.places
    kinds = Counter((places.get(file, file), reason) for file, reason in outcome.quarantined.items())
    print(f"quarantined under {outcome.library}: {dict(kinds)}")
    assert {place for place, _ in kinds} <= QUARANTINED


# -- the judge is judged -------------------------------------------------------------------------------

_ONE = Plant("Zuqobexira", (b"zuqobexira",), "name", "in.dcm", "here")
_DAY = Plant("19510203", (b"19510203",), "date", "in.dcm", "here", local=True, bounded=True)


def _hidden(name: str) -> Callable[[bytes], bytes]:

    return {
        "raw": lambda data: b"\0\1" + data.upper() + b"\2",
        "utf-16": lambda data: b"\1" + data.decode().encode("utf-16-le"),
        "utf-16-be": lambda data: b"\1" + data.decode().encode("utf-16-be"),
        "base64": lambda data: b"\0" + base64.b64encode(b"PID " + data),
        "hex": lambda data: b"x:" + data.hex().encode(),
        "zlib": lambda data: b"\0\0" + zlib.compress(data * 3),
        "gzip": lambda data: b"\0" + gzip.compress(data, mtime=0),
        "base64 > utf-16": lambda data: b"\0" + base64.b64encode(data.decode().encode("utf-16-le")),
    }[name]


@pytest.mark.parametrize(
    "view", ["raw", "utf-16", "utf-16-be", "base64", "hex", "zlib", "gzip", "base64 > utf-16"]
)
def test_each_view_of_the_judge_finds_what_the_others_do_not(tmp_path: Path, view: str) -> None:
    (tmp_path / "out.bin").write_bytes(_hidden(view)(b"Zuqobexira"))
    found = survivors(tmp_path, [_ONE], {})
    assert [survivor.path for survivor in found] == ["out.bin"]
    # Without the view that found it there is nothing to find, so each one counts.
    used = {found[0].view}
    assert not [s for s in survivors(tmp_path, [_ONE], {}, known=used) if s.view == found[0].view]
    assert found[0].view == view.replace("-be", "")


def test_names_of_files_and_folders_are_searched(tmp_path: Path) -> None:
    (tmp_path / "CT_ZUQOBEXIRA").mkdir()
    (tmp_path / "CT_ZUQOBEXIRA" / "1.bin").write_bytes(b"1")
    assert [survivor.view for survivor in survivors(tmp_path, [_ONE], {})] == ["name"]


def test_a_date_counts_in_its_own_file_and_as_a_number_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "out.dcm").write_bytes(b"\x08\x00\x20\x00DA\x08\x0019510203\x32\x00")
    assert survivors(tmp_path, [_DAY], {"out.dcm": "in.dcm"})
    assert not survivors(tmp_path, [_DAY], {"out.dcm": "other.dcm"})
    (tmp_path / "out.dcm").write_bytes(b"1.2.3.4195102037")
    assert not survivors(tmp_path, [_DAY], {"out.dcm": "in.dcm"})


def test_a_value_that_is_lost_is_told(tmp_path: Path) -> None:
    keep = Plant("KNEE", (b"LO\x04\x00KNEE",), "descriptor", "in.dcm", "keep", exact=True)
    (tmp_path / "out.dcm").write_bytes(b"LO\x04\x00KNEE")
    assert not lost(tmp_path, [keep], {"out.dcm": "in.dcm"})
    (tmp_path / "out.dcm").write_bytes(b"LO\x04\x00knee")
    assert lost(tmp_path, [keep], {"out.dcm": "in.dcm"}) == [keep]
