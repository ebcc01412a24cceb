from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.formats.document import FormatError, Unfit
from beam_phi.formats.names import PathDocument, add_tag, join, sanitise, split, split_extension

UID = "1.2.840.113619.2.55.3.4"


def texts(path: str) -> list[str]:
    return [part.text for part in PathDocument(path).fields()]


@given(st.text())
def test_split_and_join_are_inverse(path: str) -> None:
    assert join(split(path)) == path


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_untouched_path_comes_out_as_it_went_in(path: str) -> None:
    document = PathDocument(path)
    assert document.path == path
    assert document.render() == [path.encode()]


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a/b/c.dcm", ["a", "b", "c"]),
        (".\\a\\b.dcm", ["a", "b"]),
        ("./a//b/", ["a", "b"]),
        ("/a/../b", ["a", "b"]),
        ("C:\\scans\\Douglas Davidson.nii.gz", ["scans", "Douglas Davidson"]),
        ("gs://bucket/x", ["bucket", "x"]),
        ("\\\\server\\share\\x.csv", ["server", "share", "x"]),
        (f"series/{UID}.dcm", ["series", UID]),
        (f"series/{UID}", ["series", UID]),
        ("Dr.Wong/Report.Davidson", ["Dr.Wong", "Report.Davidson"]),
        ("Davidson:/x.TXT", ["Davidson:", "x"]),
        ("Davidson.csv.gz", ["Davidson"]),
        (".csv", [".csv"]),
        ("", []),
    ],
)
def test_parts(path: str, parts: list[str]) -> None:
    assert texts(path) == parts


def test_location_and_attributes() -> None:
    folder, file = PathDocument("./one/two.dcm").fields()
    assert (folder.location, file.location) == ("path[0]", "path[1]")
    assert file.type.attributes == {"part": "1", "kind": "file"}
    assert folder.type.attributes == {"part": "0", "kind": "folder"}
    assert PathDocument("x/y").fields()[1].type is file.type


@pytest.mark.parametrize(
    ("path", "calendar"),
    [
        ("PACS/2013/07/13/x.dcm", ["", "year", "month", "day", ""]),
        ("2013\\7\\3.dcm", ["year", "month", "day"]),
        ("2013-07/13", ["year-month", "day"]),
        ("2013/13/07", ["year", "", ""]),
        ("1234/07/13", ["", "", ""]),
        ("07/13", ["", ""]),
    ],
)
def test_parts_of_a_date_tree_are_told(path: str, calendar: list[str]) -> None:
    parts = PathDocument(path).fields()
    assert [part.type.attributes.get("calendar", "") for part in parts] == calendar


def test_replacing_keeps_separators_and_extensions() -> None:
    document = PathDocument(".\\Douglas Davidson-46198\\1.dcm")
    folder, file = document.fields()
    assert document.replace(folder, "Kelvar Osmin-17") == "Kelvar Osmin-17"
    assert document.replace(file, "2.25.99") == "2.25.99"
    assert document.path == ".\\Kelvar Osmin-17\\2.25.99.dcm"
    document.rename(file, add_tag(document.name(file), "k3q"))
    assert document.path == ".\\Kelvar Osmin-17\\2.25.99~k3q.dcm"


def test_no_part_is_ever_empty() -> None:
    document = PathDocument("a/b.csv")
    folder, file = document.fields()
    document.empty(folder)
    document.delete(file)
    assert document.path == "_/_.csv"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a/b\\c", "a_b_c"),
        ("a\0b\n", "a_b_"),
        ("..", "._"),
        (".", "_"),
        ("x. ", "x._"),
        ("CON", "_CON"),
        ("nul.tar", "_nul.tar"),
        ("console", "console"),
        ("what?*", "what__"),
        ("", "_"),
    ],
)
def test_sanitise(text: str, safe: str) -> None:
    assert sanitise(text) == safe


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(["a", "a.dcm", "a.nii.gz"]),
)
def test_a_replaced_part_stays_one_part(text: str, name: str) -> None:
    document = PathDocument(f"x/{name}/y")
    part = document.fields()[1]
    try:
        document.replace(part, text)
    except Unfit:
        return
    again = document.path.split("/")
    assert len(again) == 3
    assert "\\" not in again[1]
    assert again[1] not in ("", ".", "..")
    assert again[1].endswith(split_extension(name)[1])


def test_too_long_names_are_unfit() -> None:
    document = PathDocument("a.dcm")
    (part,) = document.fields()
    document.replace(part, "x" * 251)
    for text in ("x" * 252, "ü" * 126):
        with pytest.raises(Unfit):
            document.replace(part, text)
    with pytest.raises(Unfit):
        add_tag("x" * 250, "abcdefg")


def test_a_name_that_is_no_utf8_is_read_and_written_in_its_own_bytes() -> None:
    name = b"M\xfcller.dcm".decode("utf-8", "surrogateescape")
    document = PathDocument(f"x/{name}")
    part = document.fields()[1]
    assert part.text == "Müller"
    document.replace(part, "Mühsam")
    assert document.render() == [b"x/M\xfchsam.dcm"]
    with pytest.raises(Unfit):
        document.replace(part, "Šimůnek")


def test_characters_that_stand_for_no_bytes_are_refused() -> None:
    with pytest.raises(FormatError) as caught:
        PathDocument("a/\ud800")
    assert caught.value.reason == "bad-encoding"
