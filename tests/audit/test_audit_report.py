"""The page: right, whole, harmless, and silent about values."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import beam_phi
from beam_phi.audit.markup import tag, text
from beam_phi.audit.parts import PartWriter
from beam_phi.audit.reasons import REASONS, explain
from beam_phi.audit.records import Annotation, Outcome
from beam_phi.audit.report import doubts, render, verdict, write_report
from beam_phi.audit.run import RunRecord
from beam_phi.audit.schema import ANNOTATIONS, FILES
from beam_phi.audit.sections import MAX_LABELS
from beam_phi.audit.summary import FindingGroup, QuarantinedFile, SlowFile, Summary, summarize
from beam_phi.audit.units import duration, moment, share, size
from beam_phi.transforms.filesystem import BeamStore

RUN = RunRecord(
    "mask",
    "basic",
    "d" * 64,
    "PS3.15 2026d",
    "2026-01-02T03:04:05+00:00",
    "2026-01-02T03:05:15+00:00",
    "key-1",
)
NOTHING = Summary({}, {}, {}, 0, 0, 0, 0.0, (), ())
DATES = FindingGroup("dicom", "date", "profile", "date-year", "masked")
DONE = replace(
    NOTHING,
    files={("dicom", "masked"): 1200},
    findings={DATES: 3000},
    expected_findings=3000,
    bytes_in=5_000_000,
    slowest=(SlowFile(1.5, "f00d", "dicom", 9),),
)
PARTLY = replace(
    DONE,
    files={("dicom", "masked"): 1200, ("text", "quarantined"): 2, ("text", "skipped"): 1},
    reasons={("quarantined", "truncated"): 2, ("skipped", "skipped-by-rule"): 1},
    quarantined=(QuarantinedFile("beef", "text", "truncated", 7),),
)
VOID = {"meta", "input", "br"}


class Checker(HTMLParser):
    """Reads a page as strictly as the standard library can: elements nest, attributes are collected."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.mark.parametrize("summary", [NOTHING, DONE, PARTLY])
@pytest.mark.parametrize("run", [None, RUN])
def test_a_page_is_well_formed_and_loads_nothing(summary: Summary, run: RunRecord | None) -> None:
    page = render(summary, run)
    read = Checker(page)
    assert read.elements["h1"] == read.elements["title"] == read.elements["main"] == 1
    assert read.elements["table"] == read.elements["caption"]
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page
    assert "@import" not in page
    assert not {name for _, name, _ in read.attributes} & {"src", "href", "style", "action", "onclick"}
    assert not read.elements.keys() & {"link", "img", "iframe", "object", "form", "base"}


def test_the_policy_names_the_digests_of_what_the_page_holds() -> None:
    import base64
    import hashlib

    page = render(DONE, RUN)
    for element in ("style", "script"):
        (content,) = re.findall(f"<{element}>(.*?)</{element}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{element}-src &#x27;sha256-{digest}" in page or f"{element}-src 'sha256-{digest}'" in page


def test_the_page_says_what_was_run_and_what_came_of_it() -> None:
    words = Checker(render(PARTLY, RUN)).text
    for expected in (
        "2 of 1,203 files quarantined",
        "d" * 64,
        "PS3.15 2026d",
        "key-1",
        "2 January 2026, 03:05 UTC",
        "1 min 10 s",
        explain("truncated"),
        "beef",
        "date-year",
        "3,000",
        "100.0 %",
    ):
        assert expected in words, expected


@pytest.mark.parametrize(
    ("summary", "run", "level", "headline"),
    [
        (NOTHING, RUN, "note", "No files were found"),
        (DONE, RUN, "good", "All 1,200 files were masked"),
        (replace(DONE, files={("dicom", "masked"): 1}), RUN, "good", "The file was masked"),
        (PARTLY, RUN, "care", "2 of 1,203 files quarantined"),
        (replace(DONE, expected_findings=2999), RUN, "care", "All 1,200 files were masked"),
        (DONE, None, "care", "All 1,200 files were masked"),
        (DONE, replace(RUN, finished=None), "care", "The run did not end"),
        (
            replace(DONE, files={("dicom", "masked"): 2, ("text", "skipped"): 1}),
            RUN,
            "good",
            "2 of 3 files masked",
        ),
        (
            replace(DONE, files={("dicom", "masked"): 2, ("text", "odd"): 1}),
            RUN,
            "care",
            "2 of 3 files masked",
        ),
        (replace(DONE, files={("text", "skipped"): 3}), RUN, "note", "Every file was skipped"),
        (
            replace(DONE, files={("text", "skipped"): 3}, reasons={("skipped", "search-only"): 3}),
            replace(RUN, command="search"),
            "note",
            "Search only",
        ),
    ],
)
def test_verdict(summary: Summary, run: RunRecord | None, level: str, headline: str) -> None:
    found = verdict(summary, run)
    assert found.level == level
    assert found.headline.startswith(headline)


def test_a_failed_finding_is_a_doubt() -> None:
    failed = replace(DONE, findings={DATES._replace(status="failed"): 2}, expected_findings=2)
    assert doubts(failed, RUN) == ["2 findings could not be masked."]
    assert doubts(DONE, RUN) == []


HOSTILE = """"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;\x00\u202e\ud800]]>-->"""


def test_hostile_names_stay_text() -> None:
    group = FindingGroup(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    summary = replace(
        PARTLY,
        files={(HOSTILE, "masked"): 1, (HOSTILE, HOSTILE): 1},
        reasons={("quarantined", HOSTILE): 1},
        findings={group: 1},
        slowest=(SlowFile(1.0, HOSTILE, HOSTILE, 1),),
        quarantined=(QuarantinedFile(HOSTILE, HOSTILE, HOSTILE, 1),),
    )
    run = replace(
        RUN, library=HOSTILE, standard=HOSTILE, started=HOSTILE, key_id=HOSTILE, options={"ocr": HOSTILE}
    )
    page = render(summary, run)
    read = Checker(page)
    assert page.encode()
    assert read.elements["script"] == 1
    assert "img" not in read.elements
    assert "onerror" not in {name for _, name, _ in read.attributes}
    assert "\x00" not in page


@given(st.text(st.characters(), max_size=30))
def test_text_and_attributes_escape_anything(value: str) -> None:
    read = Checker(tag("p", value, title=value))
    assert read.elements == {"p": 1}
    ((_, name, _),) = read.attributes
    assert name == "title"
    text(value).encode()


def test_no_original_value_and_no_path_reach_the_page(tmp_path: Path) -> None:
    store = BeamStore(str(tmp_path))
    secret = "DAVIDSON^DOUGLAS"
    planted: dict[str, Any] = dict.fromkeys(("location", "original", "replacement", "output_path"), secret)
    row = Annotation(
        "id1", None, "dicom", "", *(None,) * 7, "patient-name", "m", "field", 1.0, "r", "f",
        "masked", None, None, None, "k", "d" * 64,
    )._replace(**planted)  # fmt: skip
    outcome = Outcome("id1", secret, "dicom", "quarantined", "truncated", secret, 1, None, None, 1, 0.1)
    for folder, schema, each in (("annotations", ANNOTATIONS, row), ("files", FILES, outcome)):
        writer = PartWriter(schema, lambda name, folder=folder: store.create(f"{folder}/{name}"))
        writer.add(each)
        writer.close()
    write_report(store, summarize(store), RUN)
    page = (tmp_path / "report.html").read_text()
    assert "id1" in page
    assert "DAVIDSON" not in page


def test_a_huge_run_gives_a_small_page() -> None:
    groups = {FindingGroup("dicom", f"class-{i}", "k", "f", "masked"): 10_000_000 + i for i in range(5000)}
    total = sum(groups.values())
    many = tuple(QuarantinedFile(f"{i:032x}", "text", "empty", 0) for i in range(200))
    summary = replace(
        DONE,
        files={("dicom", "masked"): 10**9, ("text", "quarantined"): 10**6},
        reasons={("quarantined", "empty"): 10**6},
        findings=groups,
        expected_findings=total,
        quarantined=many,
    )
    page = render(summary, RUN)
    assert len(page) < 200_000
    words = Checker(page).text
    rest = sum(sorted(groups.values())[: 5000 - MAX_LABELS])
    assert f"{5000 - MAX_LABELS:,} others {rest:,} {100 * rest / total:.1f} %" in words
    assert "The first 200 of 1,000,000" in words
    assert "1,000,000 of 1,001,000,000 files quarantined" in words


def test_figures_in_words() -> None:
    assert [size(n) for n in (0, 1, 999, 1000, 999_960, 5.3e9, 2e18)] == [
        "0 bytes", "1 byte", "999 bytes", "1.0 kB", "1.0 MB", "5.3 GB", "2,000.0 PB",
    ]  # fmt: skip
    assert [duration(s) for s in (0.2, 59.6, 200, 8040)] == ["0 s", "1 min 0 s", "3 min 20 s", "2 h 14 min"]
    assert [share(*pair) for pair in ((0, 0), (1, 10_000), (9_999, 10_000), (10, 10), (1, 3))] == [
        "0.0 %", "< 0.1 %", "> 99.9 %", "100.0 %", "33.3 %",
    ]  # fmt: skip
    assert moment("2026-01-02T03:04:05+02:00") == "2 January 2026, 01:04 UTC"
    assert moment("yesterday") == "yesterday"


RAISED = {"FormatError", "MaskingError", "Quarantine"}


def test_every_reason_code_the_program_raises_is_explained() -> None:
    codes = set()
    for path in Path(*beam_phi.__path__).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    codes.add(first.value)
    assert codes
    assert codes <= REASONS.keys(), sorted(codes - REASONS.keys())


def test_reasons_are_sentences() -> None:
    for code, sentence in REASONS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    assert explain("no-such-code") == explain(None)


def test_what_may_be_undone_and_what_the_library_asks_of_dicom_are_said() -> None:
    page = render(DONE, replace(RUN, crosswalk=True, profile="Basic Profile with full-dates"))
    assert "PS3.15 2026d: Basic Profile with full-dates" in page
    assert "whoever holds it can undo the pseudonyms" in page
    assert "whoever holds it" not in render(DONE, RUN)
