"""What a built-in pattern is, and the regular expressions that several of them are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Builtin:
    """A pattern with what is known of it.

    score: how sure a bare hit is (0-1). A validator that accepts it halves the doubt, one that refuses it
    halves the score. validator: a name of :data:`beam_phi.matching.validators.VALIDATORS`, or "". context:
    words that halve the doubt when they stand near. context_required: no finding without one of them.
    min_score: findings that end up below are dropped.
    """

    regex: str
    score: float
    validator: str = ""
    context: tuple[str, ...] = ()
    context_required: bool = False
    ignore_case: bool = True
    min_score: float = 0.4


NO_DIGIT = r"(?!\d)"
#: What may stand between a cue and its number: "MRN: 1", "Acc# 1", "Patient ID is 1", "account number 1".
IS = (
    r"(?:(?:[^\S\n]{0,2}|_)(?:numbers?|nos?\.?|nr\.?|num\.?|ids?|is|was|of|#))?"
    r"[^\S\n]{0,2}[:=#._]{0,2}\s{0,3}[#(]?"
)
