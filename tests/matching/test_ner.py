"""Named entities: what of the recogniser's words becomes a finding, and how texts come to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.errors import CallError
from beam_phi.job import Job, run
from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching import MatcherSpecError, NerMatcher, RecogniserMissing, Searcher, check_recogniser, ner
from beam_phi.matching import entity_model as module
from beam_phi.matching.entity_model import PIECE, Entity, Recogniser, pieces, probabilities, words
from beam_phi.matching.terms import is_term

NAMES = {"entities": ["GIVEN_NAME", "SURNAME"]}
ADDRESS = {"entities": ["BUILDING_NUMBER", "STREET_NAME", "SECONDARY_ADDRESS"]}
OWNER = DataClass("c", "r")


class Fake:
    """A recogniser that takes certain words for certain entities."""

    def __init__(self, labels: dict[str, str], score: float = 0.9) -> None:
        self._labels, self._score = labels, score

    def entities(self, text: str) -> Iterator[Entity]:
        for match in ner._WORD.finditer(text):
            if match[0] in self._labels:
                yield Entity(*match.span(), self._labels[match[0]], self._score)


def found(monkeypatch: pytest.MonkeyPatch, text: str, labels: dict[str, str], **params: Any) -> list[str]:
    score = params.pop("score", 0.9)
    monkeypatch.setattr(ner, "recogniser", lambda: Fake(labels, score))
    matcher = NerMatcher(MatcherSpec("ner", "n", params), OWNER)
    return [text[finding.start : finding.end] for finding in matcher.find(text)]


def test_neighbours_are_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {"Xq": "GIVEN_NAME", "J": "GIVEN_NAME", "Zoryn": "SURNAME", "Wixx": "SURNAME"}
    assert found(monkeypatch, "seen by Xq J. Zoryn, and by Wixx", labels, **NAMES) == ["Xq J. Zoryn", "Wixx"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a Foley catheter was placed", "Foley"),
        ("the abdomen was soft today", "abdomen"),
        ("Angina since the last visit", "Angina"),
        ("given Zoryncillin twice a day", "Zoryncillin"),
        ("clear to zoryn and Percussion", "zoryn"),
        ("regular, RRQ and no edema", "RRQ"),
        ("seen by J today again", "J"),
    ],
)
def test_words_that_name_nobody(monkeypatch: pytest.MonkeyPatch, text: str, word: str) -> None:
    assert found(monkeypatch, text, {word: "GIVEN_NAME"}, **NAMES) == []


def test_a_common_word_is_a_part_of_a_name_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {"Zoryn": "GIVEN_NAME", "Primary": "SURNAME"}
    assert found(monkeypatch, "it was Zoryn Primary again", labels, **NAMES) == ["Zoryn Primary"]
    assert found(monkeypatch, "it was Zoryn Primary again", labels, score=0.6, **NAMES) == ["Zoryn"]


def test_a_house_number_needs_its_street(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {"534": "BUILDING_NUMBER", "Erewhon": "STREET_NAME", "16": "BUILDING_NUMBER"}
    assert found(monkeypatch, "lives at 534 Erewhon, took 16 of", labels, **ADDRESS) == ["534 Erewhon"]


def test_a_town_that_is_a_common_word_needs_its_preposition(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {"Chicago": "CITY"}
    assert found(monkeypatch, "he lives in Chicago now", labels, entities=["CITY"]) == ["Chicago"]
    assert found(monkeypatch, "a Chicago style of cake", labels, entities=["CITY"]) == []


def test_short_texts_are_no_prose(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {"Zoryn": "SURNAME"}
    assert found(monkeypatch, "seen by Zoryn", labels, **NAMES) == []
    assert found(monkeypatch, "seen by Zoryn", labels, words=3, **NAMES) == ["Zoryn"]


def test_parameters_are_checked() -> None:
    for params in ({}, {"entities": []}, {"entities": ["NAME"]}, {**NAMES, "words": 0}):
        with pytest.raises(MatcherSpecError):
            NerMatcher(MatcherSpec("ner", "n", params), OWNER)


@given(st.text(st.sampled_from("ab .\n"), max_size=3 * PIECE))
def test_pieces_are_all_of_the_text(text: str) -> None:
    spans = list(pieces(text))
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(end - start <= PIECE for start, end in spans)


def test_pieces_end_with_a_line_or_a_sentence() -> None:
    text = "a word " * 45 + "ends. " + "b word " * 45
    assert next(text[start:end] for start, end in pieces(text)).endswith("ends. ")


def test_a_word_is_found_by_its_surest_part() -> None:
    labels = ["O", "B-SURNAME", "B-CITY"]
    chances = probabilities(np.array([[9, 0, 0], [0, 9, 0], [0, 0, 3], [9, 0, 0], [9, 0, 0]], np.float32))
    assert list(words("by Zoryn q", [(0, 2), (3, 5), (5, 8), (9, 10), (0, 0)], chances, labels)) == [
        Entity(3, 8, "SURNAME", pytest.approx(1.0, abs=1e-3))
    ]


class OfCharacters:
    """A tokenizer whose tokens are characters, and a model that takes each for a surname."""

    def encode(self, text: str) -> Any:
        return SimpleNamespace(ids=[0] * len(text), offsets=[(at, at + 1) for at in range(len(text))])

    def run(self, _: None, feed: dict[str, Any]) -> Any:
        return [np.tile(np.array([0, 9], np.float32), (1, feed["input_ids"].shape[1], 1))]


@pytest.mark.parametrize("text", ["Kowalczyk " * 9, "Kowalczyk" * 10])
def test_a_piece_of_many_tokens_is_parted_between_words(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(module, "_MOST_TOKENS", 25)
    one = Recogniser.__new__(Recogniser)
    one._tokenizer = one._session = OfCharacters()
    one._labels = ["O", "B-SURNAME"]
    found = [text[entity.start : entity.end] for entity in one._look(text)]
    assert "".join(found) == text.replace(" ", "")
    assert " " not in text or set(found) == {"Kowalczyk"}


def test_a_piece_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def look(self: Recogniser, piece: str) -> Iterator[Entity]:
        looked.append(piece)
        yield Entity(0, 1, "CITY", 0.9)

    monkeypatch.setattr(Recogniser, "_look", look)
    monkeypatch.setattr(module, "REMEMBERED", 2)
    one = Recogniser.__new__(Recogniser)
    one._known = module.OrderedDict()
    for text in ("a", "b", "a", "c", "a", "b"):
        assert list(one.entities(text)) == [Entity(0, 1, "CITY", 0.9)]
    assert looked == ["a", "b", "c", "b"]
    assert len(one._known) == 2


def test_encoded_text_is_not_shown_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ner, "recogniser", lambda: Fake({"Zoryn": "SURNAME"}))
    searcher = Searcher([(MatcherSpec("ner", "n", NAMES), OWNER)])
    text = "it was Zoryn, d2VuIHRvIFpvcnluIGFuZCBtZQ=="
    assert [finding.of(text) for finding in searcher.find(text)] == ["Zoryn"]


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PACKAGE", "no_such_package_of_weights")
    with pytest.raises(RecogniserMissing, match="extra `ner`"):
        check_recogniser()


def test_a_run_without_it_does_not_begin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_PACKAGE", "no_such_package_of_weights")
    (tmp_path / "in").mkdir()
    library = str(Path(__file__).parents[2] / "templates" / "library" / "ner.yaml")
    with pytest.raises(CallError, match="extra `ner`"):
        run(Job("mask", str(tmp_path / "in"), str(tmp_path / "out"), library, ocr="never"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("word", ["AMOXICILLIN", "METOPROLOL", "PANCREATITIS", "CHOLECYSTECTOMY"])
def test_terms_by_their_ending(word: str) -> None:
    assert is_term(word)


@pytest.mark.parametrize("word", ["DAVIDSON", "LISA", "ROSA", "PRIL", "CAINE", "HILLIARD"])
def test_names_are_no_terms(word: str) -> None:
    assert not is_term(word)


def _installed() -> bool:
    try:
        check_recogniser()
    except RecogniserMissing:
        return False
    return True


@pytest.mark.skipif(not _installed(), reason="extra `ner` is not installed")
class TestModel:
    """With the weights themselves."""

    def test_names_and_addresses(self) -> None:
        text = "Samantha was seen by Mr. Kowalczyk. She lives at 534 Erewhon, Bedford. A Foley was put in."
        names = NerMatcher(MatcherSpec("ner", "n", NAMES), OWNER)
        address = NerMatcher(MatcherSpec("ner", "n", ADDRESS), OWNER)
        assert [finding.of(text) for finding in names.find(text)] == ["Samantha", "Kowalczyk"]
        assert [finding.of(text) for finding in address.find(text)] == ["534 Erewhon"]

    def test_any_text_is_taken(self) -> None:
        matcher = NerMatcher(MatcherSpec("ner", "n", NAMES), OWNER)
        for text in ("\uac01 " * 600, "\u0130" * 500 + " a b c", "x" * 5000, "\ud800 a b c d", "a\0b c d e"):
            assert all(0 <= each.start < each.end <= len(text) for each in matcher.find(text))
