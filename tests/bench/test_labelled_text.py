"""The judge of labelled texts, and the halves of the set."""

from __future__ import annotations

from pathlib import Path

from bench.labelled_text.judge import Score, judge
from bench.labelled_text.model import Span, Text
from bench.labelled_text.report import report
from bench.labelled_text.sets import is_held_out, load


def scored(text: str, labels: list[Span], findings: list[Span]) -> Score:
    score = Score("tool")
    judge(score, Text("set", False, text, tuple(labels)), findings)
    return score


def test_a_value_counts_when_all_its_letters_are_found() -> None:
    text = "by J. Zoryn now"
    score = scored(text, [Span(3, 11, "name")], [Span(3, 4, "name"), Span(6, 11, "place")])
    name = score.kinds["name"]
    assert (name.values, name.whole, name.chars, name.covered) == (1, 1, 6, 6)
    assert (score.kinds["place"].findings, score.kinds["place"].right) == (1, 1)


def test_a_part_is_no_whole_value() -> None:
    score = scored("by J. Zoryn now", [Span(3, 11, "name")], [Span(3, 4, "name")])
    assert (score.kinds["name"].whole, score.kinds["name"].touched, score.kinds["name"].covered) == (0, 1, 1)


def test_what_is_mostly_outside_of_labels_is_wrong() -> None:
    score = scored("by J. Zoryn now", [Span(3, 4, "name")], [Span(3, 11, "name")])
    assert (score.kinds["name"].findings, score.kinds["name"].right) == (1, 0)


def test_titles_are_neither_right_nor_wrong() -> None:
    labels = [Span(0, 2, ""), Span(4, 9, "name")]
    assert scored("Mr. Zoryn", labels, [Span(0, 2, "name")]).kinds["name"].findings == 0
    assert scored("Mr. Zoryn", labels, [Span(0, 9, "name")]).kinds["name"].right == 1


def test_sentences_of_one_template_are_in_one_half() -> None:
    assert is_held_out("My name is {{name}}") == is_held_out("my NAME is {{PERSON}}.")
    halves = [is_held_out(f"template {chr(97 + number)}") for number in range(26)]
    assert 5 < sum(halves) < 21


def test_sets_are_read_and_a_missing_tool_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "microsoft+presidio-research"
    for name in ("data/synth_dataset_v2.json", "tests/data/generated_small.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(
            '[{"full_text": "I am Zoryn", "masked": "I am {{PERSON}}", "spans": [{"entity_type": "PERSON",'
            ' "start_position": 5, "end_position": 10}]}]'
        )
    (folder / "tests/data/mock_input_samples.json").write_text("[]")
    notes = tmp_path / "nedap+deidentify"
    notes.mkdir()
    (notes / "a.txt").write_text("dit is Zoryn")
    (notes / "a.ann").write_text("T1 Name 7 12 Zoryn\n")
    texts = load(tmp_path)
    assert [(text.origin, text.labels) for text in texts] == [
        ("presidio-research small", (Span(5, 10, "name"),)),
        ("nedap (Dutch)", (Span(7, 12, "name"),)),
    ]
    page = report(
        texts, [(Score("a"), Score("a")), (Score("b", missing="why"), Score("b"))], {"a": "as it is"}
    )
    assert "b did not run: why" in page
