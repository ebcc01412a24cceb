"""Many matchers over one text."""

from __future__ import annotations

import pytest

from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching import MatcherSpecError, Searcher, resolve
from beam_phi.matching.catalog import CATALOG
from beam_phi.matching.searcher import PART


def searcher(*builtins: str) -> Searcher:
    return Searcher(
        [(MatcherSpec("pattern", name, {"builtin": name}), DataClass(name, "r")) for name in builtins]
    )


def found(text: str, *builtins: str) -> list[tuple[str, str]]:
    findings = resolve(searcher(*builtins).find(text))
    return [(finding.data_class, text[finding.start : finding.end]) for finding in findings]


@pytest.mark.parametrize("uid", ["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.1"])
def test_the_uids_of_the_standard_are_left(uid: str) -> None:
    assert found(f"zip code {uid} address", *CATALOG) == []


def test_a_uid_is_found_as_a_whole_or_not_at_all() -> None:
    uid = "1.3.6.1.4.1.14519.5.2.1.4111111111111111.20130713.10008"
    assert found(f"zip {uid}", *CATALOG) == [("uid", uid)]
    assert found(f"zip {uid}", *(set(CATALOG) - {"uid"})) == []


def test_the_sample_of_the_demo() -> None:
    """The folder that a set of US date and year-first patterns leaves half in clear."""
    text = "07-13-2013-NA-XR CHEST AP PORTABLE for Douglas Davidson-46198"
    assert found(text, "path-date", "name-for", "path-digits") == [
        ("path-date", "07-13-2013"), ("name-for", "Douglas Davidson"), ("path-digits", "46198"),
    ]  # fmt: skip


@pytest.mark.parametrize("lines", [1, 3, 10, 50])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_long_texts_are_searched_whole(lines: int, end: str) -> None:
    """Wherever the parts of a text end, nothing that stands in one line or two is missed."""
    for shift in range(0, PART, 37):
        filler = ("x" * 70 + end) * lines
        text = f"{'y' * shift}{end}{filler}seen by Dr. Douglas\nDavidson on 07/13/2013{end}{filler}"
        assert [value for _, value in found(text, "name-title", "date-numeric")] == [
            "Douglas\nDavidson",
            "07/13/2013",
        ]


def test_findings_of_overlapping_parts_are_told_once() -> None:
    text = "\n".join(f"line {i} on 07/13/2013" for i in range(500))
    assert len(searcher("date-numeric").find(text)) == 500


def test_nothing_in_nothing() -> None:
    assert searcher(*CATALOG).find("") == []
    assert Searcher([]).find("Douglas Davidson") == []


def test_wrong_parameters_are_refused() -> None:
    with pytest.raises(MatcherSpecError):
        searcher("nope")


def test_some_of_the_matchers_find_what_they_find_alone() -> None:
    owner = DataClass("number", "r")
    specs = [
        (MatcherSpec("pattern", name, {"builtin": name}), owner)
        for name in ("ssn", "email", "mrn-cue", "uid", "phone-us")
    ]
    text = "MRN: 4711220, 123-45-6789, jane@example.org, (617) 555-0142, 1.2.826.0.1.4711"
    everything = Searcher(specs)
    for chosen in ((), (0,), (4, 1), (2, 3), range(5)):
        alone = Searcher([specs[place] for place in sorted(chosen)])
        assert everything.only(chosen).find(text) == alone.find(text)
    assert len(everything.find(text)) > 3
