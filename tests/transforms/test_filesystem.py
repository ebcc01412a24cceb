from __future__ import annotations

import os
from pathlib import Path

import pytest

from beam_phi.transforms.filesystem import create_output, input_root, join, list_files, open_input


def _names(pattern: Path | str) -> list[bytes]:
    return [ref.relative for ref in list_files(str(pattern))]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.txt", ".hidden", "x[1]*?.dcm", "sub/b.txt", "sub/deep/c.csv.gz"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "in"


def test_a_folder_is_listed_whole_and_in_order(tree: Path) -> None:
    assert _names(tree) == [b".hidden", b"a.txt", b"x[1]*?.dcm", b"sub/b.txt", b"sub/deep/c.csv.gz"]
    assert [ref.size for ref in list_files(str(tree))] == [7, 5, 10, 9, 17]


def test_one_file_and_globs(tree: Path) -> None:
    assert _names(tree / "x[1]*?.dcm") == [b"x[1]*?.dcm"], "an exact name is no pattern"
    assert _names(tree / "sub" / "*.txt") == [b"b.txt"]
    assert sorted(_names(f"{tree}/**")) == sorted(_names(tree))
    assert Path(input_root(f"{tree}/sub/*.txt")) == tree / "sub"
    with pytest.raises(FileNotFoundError):
        _names(tree / "none")
    with pytest.raises(FileNotFoundError):
        _names(tree / "*.none")


def test_what_is_no_file_is_listed_with_size_minus_one(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    (tree / "loop").symlink_to(tree)
    (tree / "gone").symlink_to(tree / "nowhere")
    (tree / "link.txt").symlink_to(tree / "a.txt")
    sizes = {ref.relative: ref.size for ref in list_files(str(tree))}
    assert sizes[b"pipe"] == sizes[b"loop"] == sizes[b"gone"] == -1
    assert sizes[b"link.txt"] == 5
    assert len(sizes) == 9


def test_bytes_are_read_as_they_are(tree: Path) -> None:
    (ref,) = list_files(str(tree / "sub" / "deep"))
    with open_input(ref) as stream:
        assert stream.read() == b"sub/deep/c.csv.gz", "the suffix says nothing of compression"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out" / "a"
    with create_output(str(path)) as stream:
        stream.write(b"one")
    with pytest.raises(TypeError), create_output(str(path)) as stream:
        stream.writelines([b"tw", None])  # type: ignore[list-item]
    assert path.read_bytes() == b"one"
    assert [p.name for p in path.parent.iterdir()] == ["a"]


def test_paths_are_joined_on_their_own_file_system() -> None:
    assert join("gs://bucket/out/", "masked", "a/b") == "gs://bucket/out/masked/a/b"
    assert join("out", "masked", "a/b") == "out/masked/a/b"
