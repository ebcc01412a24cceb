"""With RE2 and without, the findings are the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching import Searcher
from beam_phi.matching import gate as gate_module
from beam_phi.matching.catalog import CATALOG
from beam_phi.matching.gate import Gate, widened

re2 = pytest.importorskip("re2")

PIECES = [
    "Douglas", "DAVIDSON", "M\u00fcller", "Zo\u00eb", "\u0130D", "Dr. ", "Mr", "MRN", "Patient", "ID",
    "Acc#", "for ", ": ", ":", "-", "/",
    ".", ",", "^", "_", " ", "\n", "\n\n", "\u00a0", "\x1f", "\u0663", "07", "13", "2013", "20130713",
    "00-123-456", "219-09-9999", "617",
    "555-0142", "(617) ", "+49 30 1234567", "1.2.840.10008.5.1.4", "1.3.6.1.4.1.5", "July", "Street",
    "MA 01101", "@", "x.org",
    "http://", "y/o", "47", "047Y", "wife ", "MD", "fax", "ssn", "4111111111111111", "1M8GDM9AXKP042788",
    "\ud800", "\u1e9e", "\u017f",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)


def searcher(use_re2: bool) -> Searcher:
    owner = DataClass("c", "r")
    specs = [MatcherSpec("pattern", name, {"builtin": name}) for name in CATALOG]
    specs.append(
        MatcherSpec(
            "pattern", "own", {"regex": r"\b(?<!x)M(?P<tail>\w+)\b(?=\W|$)|([a-z])\2+$", "ignore_case": True}
        )
    )
    specs.append(MatcherSpec("dictionary", "pairs", {"pairs": True}))
    return Searcher([(spec, owner) for spec in specs], use_re2)


WITH, WITHOUT = searcher(True), searcher(False)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_findings_are_the_same(text: str) -> None:
    assert WITH.find(text) == WITHOUT.find(text)


@settings(max_examples=50, deadline=None)
@given(st.lists(TEXTS, min_size=20, max_size=40).map("\n".join))
def test_findings_are_the_same_in_long_texts(text: str) -> None:
    assert WITH.find(text) == WITHOUT.find(text)


@pytest.mark.parametrize("name", CATALOG)
def test_each_builtin_has_a_wider_form(name: str) -> None:
    entry = CATALOG[name]
    wide = widened(re.compile(entry.regex, re.IGNORECASE if entry.ignore_case else 0))
    assert wide is not None
    re2.compile(wide)


@pytest.mark.parametrize(
    "regex", [r"(?i:a)b", r"[^\W\d_]{2,3}", r"(?<=\d)x", r"a(?!b)", r"(a)|b(?(1)c|d)", r"a{2,}?",
    r"[\W\d]", r"[^\S\n]x", "(?s).", r"\Aa$", r"([ab])x\1", r"(?:([ab])|x)+\1", r"((a)\2)\1"]
)  # fmt: skip
@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="abxABc1_ \n\u00e9\u0663-", max_size=12))
def test_the_gate_never_closes_on_a_match(regex: str, text: str) -> None:
    pattern = re.compile(regex)
    if pattern.search(text):
        assert 0 in Gate([pattern]).candidates(text)


def test_the_gate_closes() -> None:
    patterns = [re.compile(CATALOG[name].regex, re.IGNORECASE) for name in ("ssn", "email")]
    assert list(Gate(patterns).candidates("nothing here")) == []
    assert list(Gate(patterns).candidates("a@example.org")) == [1]


@pytest.mark.parametrize(
    ("regex", "text"), [(r"(?i:(a))\1", "AA"), (r"(a)(?i:\1)", "aA"), (r"((?-i:a))(?i:b\1)", "aBA"),
    (r"(?=(a))\1b", "ab"), (r"(?<=(a))\1", "aa"), (r"(b)?(?<=(a))\2", "aa")]
)  # fmt: skip
def test_back_references_where_case_or_place_is_not_that_of_the_group(regex: str, text: str) -> None:
    pattern = re.compile(regex)
    assert pattern.search(text)
    assert list(Gate([pattern]).candidates(text)) == [0]


def test_the_gate_closes_on_what_a_back_reference_can_not_be() -> None:
    gate = Gate([re.compile(r"\d([-/])\d\1\d")])
    assert list(gate.candidates("1-2-3")) == [0]
    assert list(gate.candidates("1-2 of 3")) == []


def test_a_set_out_of_memory_opens_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """RE2 reports no match at all when its automaton doesn't fit; the canary tells."""

    class Mute:
        def Match(self, text: str) -> None:  # noqa: N802 - RE2's name
            return None

    class Halting:
        def Match(self, text: str) -> list[int]:  # noqa: N802 - RE2's name
            return [1]

    gate = Gate([re.compile("a"), re.compile("b")])
    for broken in (Mute(), Halting()):
        monkeypatch.setattr(gate, "_set", broken)
        assert list(gate.candidates("xyz")) == [0, 1]


def test_without_re2_everything_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "re2", None)
    assert list(Gate([re.compile("a")]).candidates("xyz")) == [0]
