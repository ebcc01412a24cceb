"""Folded texts, and the way back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from beam_phi.identity.canonical import fold
from beam_phi.matching.folding import FoldedText


@given(st.text(alphabet="aB1 -\u00e9\u0301\u00df\ufb01\ud64d\ud800\u2167"), st.booleans())
def test_spans_lead_back(text: str, squeeze: bool) -> None:
    folded = FoldedText(text, squeeze)
    assert folded.text == ("".join(filter(str.isalnum, fold(text))) if squeeze else fold(text))
    for start in range(len(folded.text)):
        span = folded.span(start, start + 1)
        assert span is None or folded.text[start] in fold(text[slice(*span)])


def test_a_span_never_cuts_a_character() -> None:
    assert FoldedText("\ufb01").span(0, 1) is None
    assert FoldedText("\ufb01").span(1, 2) is None
    assert FoldedText("a\ufb01b").span(1, 3) == (1, 2)


def test_combining_marks_belong_to_their_letter() -> None:
    assert FoldedText("xe\u0301y").span(1, 2) == (1, 3)
