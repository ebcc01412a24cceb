"""YAML with positions: the core schema, what is refused, and where."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.library.form import _Dumper
from beam_phi.library.model import LibraryError
from beam_phi.library.source import MAX_DEPTH, Mark, compose, construct


def read(text: str) -> Any:
    return construct(compose(text, "lib.yaml")).data


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("2013-07-13", "2013-07-13"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("007", 7),
        ("-5", -5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("'7'", "7"),
        ("99999999999999999999", "99999999999999999999"),
        (".inf", ".inf"),
    ],
)
def test_core_scalars(scalar: str, value: object) -> None:
    read_value = read(f"key: {scalar}")["key"]
    assert read_value == value
    assert type(read_value) is type(value)


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("a: 1\nb: [1, 2\n", "3:1", "expected ',' or ']'"),
        ("a: 1\n\tb: 2\n", "2:1", "cannot start any token"),
        ("a: 'open\n", "2:1", "found unexpected end of stream"),
        ("a: 1\nb: 2\na: 3\n", "3:1", "'a' stands here twice"),
        ("a:\n  1: x\n", "2:3", "a key must be a text"),
        ("a: {[1]: 2}\n", "1:5", "a key must be a text"),
        ("a: !!python/object/apply:os.system [id]\n", "1:4", "tags are not allowed"),
        ("a: !!python/name:os.system\n", "1:4", "tags are not allowed"),
        ("a: !local {b: 1}\n", "1:4", "tags are not allowed"),
        ("a: !!binary aGk=\n", "1:4", "tags are not allowed"),
        ("- a\n", "1:1", "expected a mapping"),
        ("", "1:1", "expected a mapping"),
        ("a: 1\n---\nb: 2\n", "2:1", "expected a single document"),
        ("a: *nobody\n", "1:4", "undefined alias"),
        ("a: 1\nb: \x07\n", "2:4", "a character YAML does not allow"),
        ("a: &x [*x]\n", "1:4", "aliases make the library too large or endless"),
    ],
)
def test_refused_with_place(text: str, place: str, what: str) -> None:
    with pytest.raises(LibraryError) as caught:
        read(text)
    message = str(caught.value)
    assert message.startswith(f"lib.yaml:{place}: ")
    assert what in message
    assert "\n" not in message


def test_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    with pytest.raises(LibraryError, match="aliases make the library too large"):
        read("\n".join(lines))


def test_depth_is_bounded() -> None:
    with pytest.raises(LibraryError, match=f"deeper than {MAX_DEPTH} levels"):
        read("a: " + "[" * 100_000)


def test_positions_of_keys_and_values() -> None:
    tree = construct(compose("a:\n  - b: 1\n    c: x\n", "f"))
    assert tree.key_mark(("a", 0, "c")) == Mark("f", 3, 5)
    assert tree.mark(("a", 0, "c")) == Mark("f", 3, 8)
    assert tree.mark(("a", 0, "missing", 3)) == Mark("f", 2, 5)


odd = (
    "1e5",
    "08",
    "NO",
    "y",
    "12:30",
    "=",
    "<<",
    "~",
    "- x",
    "a: b",
    "#",
    "0o7",
    "1.",
    "+1",
    ".e1",
    "?",
    "%",
)
scalars = (
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.sampled_from(odd) | st.text(max_size=20)
)
plain = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_what_is_dumped_reads_back(value: object) -> None:
    text = yaml.dump({"root": value}, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    assert read(text) == {"root": value}


@given(st.text(max_size=200))
def test_any_text_reads_or_is_refused(text: str) -> None:
    try:
        read(text)
    except LibraryError as error:
        assert str(error).startswith("lib.yaml:")  # noqa: PT017
