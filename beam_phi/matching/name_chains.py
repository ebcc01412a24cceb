"""Names of one person beside each other in a text, and what shows that an ordinary word is a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from beam_phi.identity.canonical import fold
from beam_phi.identity.persons import PARTICLES, TITLES
from beam_phi.library.words import is_ordinary, word_list
from beam_phi.matching.terms import is_term

#: Shorter words are too often no name even in a label.
_LEAST_IN_LABEL = 3

_NAME_GAP = re.compile(r"[\s,^_='\u2019-]{0,4}|\.")
_INITIAL_GAP = re.compile(r"[\s,.^_-]{0,3}([^\W\d_])[\s,.^_-]{1,3}|[\s,.^_-]{1,3}([^\W\d_])[\s,.^_-]{0,3}")
# Not the letters of s/p and c/o.
INITIAL_BEFORE = re.compile(r"(?<![^\W_])(?<![^\W\d_]/)([^\W\d_])[\s.,^_-]{1,2}\Z")
INITIAL_AFTER = re.compile(r"[\s,^_-]{1,2}([^\W\d_])(?![^\W_]|/[^\W\d_])")
# How "Family, Given" begins, goes on and ends where it is all of a value or a line, or a column of one.
_ENTRY_BEGINS = re.compile(r"(?:\A|[\r\n\t|;\"(\[]|[:#][^\S\n]|[^\S\n]{2})[^\S\n]*\Z")
_ENTRY_ENDS = re.compile(
    r",[ ]?([^\W\d_]{2,30}(?:['\u2019-][^\W\d_]{1,30})?)(?=[^\S\n]*(?:\Z|[\r\n\t|;\")\]])|[^\S\n]{2})"
)
_POSSESSIVE = re.compile(r"['\u2019]s")
_EPONYM_OF = re.compile(
    r"(?:['\u2019]?s)?[-\s]{1,2}(?:and\s\w{1,30}\s)?(?:catheter|disease|syndrome|sign|rule|fracture"
    r"|ligament|procedure|operation|method|test|stain|score"
    r"|scale|tumou?r|bod(?:y|ies)|cells?|contracture|cyst|duct|gland|hernia|line|lines|lymphoma|sarcoma"
    r"|palsy|phenomenon|pouch|point"
    r"|position|reflex|repair|retractor|classification|grade|grading|criteria|index|effect|node|nodule"
    r"|nodes|plaque|splint|tube"
    r"|balloon|filter|clamp|forceps|needle|drain|unit|units|loop|capsule|canal|triangle|thyroiditis"
    r"|esophagus|hands?|goniometer|angle|attack"
    r"|equation|formula|stent|graft|pump|monitor|tremor|stage|type|cuff|dressing|bag|incision|approach"
    r"|maneuver|manoeuvre|view|law|brace|collar|variant|curve|purpura|tear|an(?:a)?emia|carcinoma|technique"
    r"|reconstruction|anastomosis|bypass|flap|valve|shunt|prosthesis|aneurysm|respiration|coma\sscale)s?\b",
    re.IGNORECASE,
)
_PERSON_BEFORE = re.compile(
    r"(?<![^\W_])(?:M(?:r|rs|s|iss)\b\.?|M(?:R|S|RS)\.|MRS|MISS|(?:Dr|Prof)\b\.?|(?:DR|PROF)\.|Doctor|DOCTOR"
    r"|(?i:(?:patient(?:'?s)?|pt|last|first|family|given)?[ _]?name|patient|pt)\s?[:=])\s{0,3}\Z"
)
_PERSON_AFTER = re.compile(
    r"(?:['\u2019]s (?:wife|husband|mother|father|son|daughter|family|spouse)|,? (?:is an? \d|is (?:a|an"
    r"|doing)|reports?|reported|denies|denied|complains|complained"
    r"|states|stated|presents|presented|underwent|tolerated|returned|returns|lives|lived|works|worked"
    r"|smokes|agrees|agreed|consented|says|said|feels|felt"
    r"|was (?:seen|admitted|discharged|examined|referred|born|transferred|brought|advised|told)|has been"
    r"|takes|took))\b",
    re.IGNORECASE,
)


#: A small word, or an enumeration, before and behind a word of prose.
_PROSE_BEFORE = re.compile(r"(?:(?<![^\W_])[^\W\d_A-Z]{1,20}|,)[^\S\n]\Z")
_PROSE_AFTER = re.compile(r"(?:['\u2019]s)?,?[^\S\n][a-z]{2}")


@dataclass(frozen=True, slots=True)
class Hit:
    start: int
    end: int
    text: str
    weak: bool


def with_forename(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a known family name with a given name that nobody knows of, behind its comma, where they
    are an entry by themselves (``Okonkwo, Thornwald``)."""
    behind = _ENTRY_ENDS.match(text, end)
    if behind and _is_forename(behind[1]) and _ENTRY_BEGINS.search(text, max(0, start - 8), start):
        return start, behind.end(1)
    return start, end


def _is_forename(word: str) -> bool:
    """True for a capitalised word that is no word, term or title."""
    folded = fold(word)
    no_name = is_ordinary(folded) or is_term(folded) or folded in TITLES or folded in PARTICLES
    return not no_name and folded not in word_list("path-words") and word[0].isupper()


def names_in_label(folded: str) -> bool:
    return len(folded) >= _LEAST_IN_LABEL and folded not in PARTICLES | word_list("path-words")


def is_eponym(text: str, folded: str, end: int) -> bool:
    """True for the Foley of ``Foley catheter``."""
    return folded in word_list("eponyms") and _EPONYM_OF.match(text, end) is not None


def is_owner(text: str, start: int, end: int) -> bool:
    """True for whoever a thing or a finding is called after: any name right before it (``Thomas splint``),
    but with a possessive only an eponym (``Samantha's test`` is hers)."""
    if _POSSESSIVE.match(text, end):
        return is_eponym(text, fold(text[start:end]), end)
    return _EPONYM_OF.match(text, end) is not None


def beside_small_word(text: str, start: int, end: int) -> bool:
    """True for words of a sentence, rather than of a heading or a label."""
    before = _PROSE_BEFORE.search(text, max(0, start - 23), start)
    return before is not None or _PROSE_AFTER.match(text, end) is not None


def chains(text: str, hits: set[Hit], letters: frozenset[str]) -> Iterator[list[Hit]]:
    """Hits without those inside of others, in groups with nothing but separators and known initials
    between."""
    chain: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.weak, hit.text)):
        if chain and hit.end <= chain[-1].end:
            continue
        if chain and not _joins(text, chain[-1].end, hit.start, letters):
            yield chain
            chain = []
        chain.append(hit)
    if chain:
        yield chain


def _joins(text: str, start: int, end: int, letters: frozenset[str]) -> bool:
    if end <= start or _NAME_GAP.fullmatch(text, start, end):
        return True
    initial = _INITIAL_GAP.fullmatch(text, start, end)
    return initial is not None and (initial[1] or initial[2]).upper() in letters


def means_a_person(text: str, start: int, end: int) -> bool:
    """True if what stands around an ordinary word shows that it is a name here."""
    if _PERSON_BEFORE.search(text, max(0, start - 24), start) or _PERSON_AFTER.match(text, end):
        return True
    word = text[start:end]
    if not word.istitle() or word.upper() not in word_list("mostly-given"):
        return False
    return bool(re.search(r"[a-z,]\s\Z", text[max(0, start - 3) : start]))
