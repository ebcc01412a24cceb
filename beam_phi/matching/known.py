"""Identifiers that are known of a subject, found in any other text about it, in all usual spellings."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from beam_phi.identity.canonical import fold
from beam_phi.identity.persons import PARTICLES, is_given, is_surname
from beam_phi.identity.spellings import Spelling, initials, spellings
from beam_phi.identity.undeclared import other_readings
from beam_phi.library.words import is_ordinary, word_list
from beam_phi.matching.base import Finding
from beam_phi.matching.folding import FoldedText
from beam_phi.matching.needles import Needles
from beam_phi.matching.readings import Written, by_sizes, find_in_readings, located

#: The matcher and kind that stand in findings.
NAME = "known"
#: Shorter names, and shorter words beside them, are part of other words too easily; longer words are none.
_GLUED, _REST, _LONGEST_WORD = 6, 4, 40
#: Shorter words are too often no name even in a label.
_LEAST_IN_LABEL = 3
#: How sure a spelling is that stands for itself, and one that needed evidence.
STRONG, WEAK = 0.97, 0.8


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value that identifies a subject, its role in that, its data class and the priority of that."""

    value: str
    role: str
    data_class: str
    priority: int = 50


Owner = tuple[str, int]
"""Data class and priority of a spelling's findings."""


class _Table:
    """Spellings with their owners, by text, and the automaton that finds the texts."""

    def __init__(self, entries: list[tuple[Spelling, Owner]], automaton: bool) -> None:
        by_text: dict[str, dict[tuple[Spelling, Owner], None]] = {}
        for entry in entries:
            by_text.setdefault(entry[0].text, {})[entry] = None
        self._entries = [tuple(same) for same in by_text.values()]
        self._needles = Needles(list(by_text), automaton)

    def find(self, folded: FoldedText) -> Iterator[tuple[int, int, Spelling, Owner]]:
        """Where the spellings stand in the original text, whether they stand alone there or not."""
        for number, first, last in self._needles.find(folded.text):
            span = folded.span(first, last)
            if span:
                yield from ((*span, spelling, owner) for spelling, owner in self._entries[number])


class _Compiled(NamedTuple):
    written: _Table | None
    squeezed: _Table | None
    initials: dict[Owner, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    text: str
    weak: bool


class Known:
    """Finds the identifiers of one subject. Cheap to make (there is one for each record) and without state
    between calls.

    Names are found whole and in part, in any order, case and punctuation, with or without accents; ids with
    or without punctuation and leading zeros; dates, phone numbers and addresses however written; all of it in
    base64, hex digits, escapes and other character sets, too. A name that is also an ordinary word or the
    name of a disease or device counts only where its neighbours show that a person is meant.
    """

    def __init__(self, identifiers: Collection[Identifier], automaton: bool = True) -> None:
        """Without `automaton` the findings are the same, by plain searches."""
        self._written, self._squeezed, self._initials = _compiled(frozenset(identifiers), automaton)

    def find(self, text: str, label: bool = False) -> list[Finding]:
        """Findings sorted by their place; those of different data classes may overlap.

        label: True for a text of a few words and no sentence. There is nothing in it that could show what an
        ordinary word means, so it counts as a name, unless it is one of imaging (HEAD, HAND).
        """
        found = self._find(text, label)
        written = Written(frozenset(found))
        found.update(find_in_readings(text, self._find, written))
        for reading, sizes in other_readings(text):
            found.update(located(by_sizes(reading, sizes), self._find(reading), written))
        return sorted(found, key=lambda f: (f.start, f.end, f.data_class, f.value)) if found else []

    def _find(self, text: str, label: bool = False) -> set[Finding]:
        """What a text shows as it is written."""
        found: set[Finding] = set()
        if self._written:
            found.update(self._find_written(text, self._written, label))
            if "\n" in text or "\r" in text:
                found.update(self._find_wrapped(text, self._written))
        if self._squeezed:
            found.update(_find_squeezed(text, self._squeezed))
        return found

    def _find_written(self, text: str, table: _Table, label: bool) -> Iterator[Finding]:
        names: dict[Owner, set[_Hit]] = {}
        for start, end, spelling, owner in table.find(FoldedText(text)):
            if not _stands_alone(text, start, end, spelling) and not _glued(text, start, end, spelling):
                continue
            if spelling.form == "name":
                weak = spelling.weak and not (label and _names_in_label(spelling.text))
                weak = weak or _is_eponym(text, spelling.text, end)
                names.setdefault(owner, set()).add(_Hit(start, end, spelling.text, weak))
            else:
                yield _finding(start, end, owner, STRONG)
        for owner, hits in names.items():
            yield from self._names(text, owner, hits)

    def _find_wrapped(self, text: str, table: _Table) -> Iterator[Finding]:
        """Names that a line end parts, with a hyphen or without."""
        pieces = _LINE_END.split(text)
        if len(pieces) == 1:
            return
        joined = "".join(pieces)
        # Where the pieces begin, in the joined text and in the whole one.
        seams, begins = [0], [0]
        for match, piece in zip(_LINE_END.finditer(text), pieces, strict=False):
            seams.append(seams[-1] + len(piece))
            begins.append(match.end())
        for start, end, spelling, owner in table.find(FoldedText(joined)):
            first, last = bisect_right(seams, start) - 1, bisect_left(seams, end) - 1
            strong = spelling.form == "name" and not spelling.weak
            if first < last and strong and _stands_alone(joined, start, end, spelling):
                yield _finding(
                    begins[first] + start - seams[first], begins[last] + end - seams[last], owner, STRONG
                )

    def _names(self, text: str, owner: Owner, hits: set[_Hit]) -> Iterator[Finding]:
        """Neighbouring names as one finding, initials between and beside them included."""
        letters = self._initials.get(owner, frozenset())
        for chain in _chains(text, hits, letters):
            start, end = chain[0].start, chain[-1].end
            before = _INITIAL_BEFORE.search(text, max(0, start - 6), start)
            if before and before[1].upper() in letters:
                start = before.start(1)
            after = _INITIAL_AFTER.match(text, end)
            if after and after[1].upper() in letters:
                end = after.end(1)
            if not all(hit.weak for hit in chain):
                yield _finding(start, end, owner, STRONG)
            elif (
                len({hit.text for hit in chain}) > 1
                or (start, end) != (chain[0].start, chain[-1].end)
                or _means_a_person(text, start, end)
            ):
                yield _finding(start, end, owner, WEAK)


def _find_squeezed(text: str, table: _Table) -> Iterator[Finding]:
    for start, end, spelling, owner in table.find(FoldedText(text, squeeze=True)):
        span = _number_span(text, start, end, spelling)
        if span:
            yield _finding(*span, owner, WEAK if spelling.weak else STRONG)


@lru_cache(maxsize=64)
def _compiled(identifiers: frozenset[Identifier], automaton: bool) -> _Compiled:
    written: list[tuple[Spelling, Owner]] = []
    squeezed: list[tuple[Spelling, Owner]] = []
    letters: dict[Owner, frozenset[str]] = {}
    for identifier in identifiers:
        owner = (identifier.data_class, identifier.priority)
        for spelling in spellings(identifier.value, identifier.role):
            table = squeezed if spelling.form in ("number", "loose") else written
            table.append((spelling, owner))
        if identifier.role in ("patient-name", "person-name"):
            letters[owner] = letters.get(owner, frozenset()) | initials(identifier.value)
    return _Compiled(
        _Table(written, automaton) if written else None,
        _Table(squeezed, automaton) if squeezed else None,
        letters,
    )


def _finding(start: int, end: int, owner: Owner, score: float) -> Finding:
    return Finding(start, end, owner[0], NAME, NAME, score, owner[1])


# -- the limits of words ---------------------------------------------------------------------------


def _stands_alone(text: str, start: int, end: int, spelling: Spelling) -> bool:
    """True unless the spelling is only a part of a longer word or number.

    Letters limit digits and digits letters; a capital after a small letter begins a word; scripts without
    case have no limits.
    """
    if spelling.form == "exact" and text[start].isdigit() and _digits_go_on(text, start, end):
        return False
    return _limit(text, start, -1) and _limit(text, end - 1, 1)


def _glued(text: str, start: int, end: int, spelling: Spelling) -> bool:
    """True for a long name that runs on into common words (``DavidsonKnee`` in small letters), in what is no
    word or name itself (``Richards`` in ``Richardson``)."""
    if spelling.form != "name" or spelling.weak or len(spelling.text) < _GLUED:
        return False
    left, right = start, end
    while left > 0 and text[left - 1].isalpha() and right - left <= _LONGEST_WORD:
        left -= 1
    while right < len(text) and text[right].isalpha() and right - left <= _LONGEST_WORD:
        right += 1
    whole = fold(text[left:right])
    if right - left > _LONGEST_WORD or is_ordinary(whole) or is_surname(whole) or is_given(whole):
        return False
    rests = [rest for rest in (fold(text[left:start]), fold(text[end:right])) if rest]
    return all(len(rest) >= _REST and is_ordinary(rest) for rest in rests)


def _limit(text: str, index: int, step: int) -> bool:
    """True if a word may end, going by `step`, at the character `index`."""
    beyond = index + step
    if not 0 <= beyond < len(text):
        return True
    inner, outer = text[index], text[beyond]
    if inner.isdigit():
        return not outer.isdigit()
    if not inner.isalpha() or not outer.isalpha() or (not inner.isupper() and not inner.islower()):
        return True
    left, right = (outer, inner) if step < 0 else (inner, outer)
    return left.islower() and right.isupper()


def _digits_go_on(text: str, start: int, end: int) -> bool:
    """True if the digits of a date, UID or short number are part of a longer row of numbers."""
    return bool(_NUMBER_BEFORE.search(text, max(0, start - 2), start) or _NUMBER_AFTER.match(text, end))


_LINE_END = re.compile(r"(?<=[^\W\d_])-?[ \t]{0,8}\r?\n?(?<=[\r\n])[ \t]{0,8}(?=[^\W\d_])")
_NUMBER_BEFORE = re.compile(r"\d[-./:,]?\Z")
_NUMBER_AFTER = re.compile(r"[-./:,]?\d")

# -- numbers ---------------------------------------------------------------------------------------

_NUMBER_GAP = re.compile(r"[-\u2010-\u2013./ _\\']")
_ZEROS_BEFORE = re.compile(r"(?<!\d)0[-0./ _]{0,12}\Z")
_LOOSE_GAP = re.compile(r"[\W_]{1,3}")
_NUMBER_CUE = re.compile(
    r"(?<![^\W_])(?:(?:patient|pt|subject|case|chart|account|acct|accession|acc|order|visit"
    r"|record)[ _.-]?)?(?:id|mrn|no|nr|number|#"
    r"|patient|pt|accession|acc|chart|case|account|acct)[\W_]{0,4}\Z",
    re.IGNORECASE,
)
#: Public code systems: what follows is a code, though it may read like the id.
_CODE_CUE = re.compile(
    r"(?<![^\W_])(?:cpt|hcpcs|icd(?:-?(?:9|10))?|snomed(?:[ -]?ct)?|loinc|rxnorm|rxcui|ndc|pmid)[\W_]{0,3}"
    r"(?:code)?[\W_]{0,3}\Z",
    re.IGNORECASE,
)
_DECIMAL_CHARS = frozenset("0123456789.")
_DECIMAL = re.compile(r"\d+\.\d+")
#: Shorter numbers are part of dates, doses and versions too easily.
_SHORT = 6


def _number_span(text: str, start: int, end: int, spelling: Spelling) -> tuple[int, int] | None:
    """The span of a number with the zeros before it; None if it isn't that number."""
    gap = _NUMBER_GAP if spelling.form == "number" else _LOOSE_GAP
    if any(not gap.fullmatch(between) for between in re.findall(r"[\W_]+", text[start:end])):
        return None
    if spelling.text.isdecimal():
        zeros = _ZEROS_BEFORE.search(text, max(0, start - 16), start)
        start = zeros.start() if zeros else start
    if not _limit(text, start, -1) or not _limit(text, end - 1, 1):
        return None
    if _is_decimal(text, start, end) or _CODE_CUE.search(text, max(0, start - 24), start):
        return None
    if len(spelling.text) < _SHORT:
        beside = text[start - 1 : start] + text[end : end + 1]
        if any(map(str.isalnum, beside)) or _digits_go_on(text, start, end):
            return None
    if spelling.form == "loose" and text[start].isdigit() and text[start - 1 : start] in ("(", "+"):
        start -= 1
    written = sum(map(str.isalnum, text[start:end]))
    if spelling.weak and written < 4 and not _NUMBER_CUE.search(text, max(0, start - 24), start):
        return None
    return start, end


def _is_decimal(text: str, start: int, end: int) -> bool:
    """True if the digits are a part of a number with a decimal point, and no cue says that they are an id."""
    while start > 0 and text[start - 1] in _DECIMAL_CHARS and end - start < 64:
        start -= 1
    while end < len(text) and text[end] in _DECIMAL_CHARS and end - start < 64:
        end += 1
    if text[end - 1] == ".":
        end -= 1
    if not _DECIMAL.fullmatch(text, start, end):
        return False
    after = end + text.startswith(".", end)
    beyond = text[max(0, start - 1) : start] + text[after : after + 1]
    return not any(c.isalnum() or c in "_/\\" for c in beyond) and not _NUMBER_CUE.search(
        text, max(0, start - 24), start
    )


# -- names -----------------------------------------------------------------------------------------

_NAME_GAP = re.compile(r"[\s,^_='\u2019-]{0,4}|\.")
_INITIAL_GAP = re.compile(r"[\s,.^_-]{0,3}([^\W\d_])[\s,.^_-]{1,3}|[\s,.^_-]{1,3}([^\W\d_])[\s,.^_-]{0,3}")
_INITIAL_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_])[\s.,^_-]{1,2}\Z")
_INITIAL_AFTER = re.compile(r"[\s,^_-]{1,2}([^\W\d_])(?![^\W_])")
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
    r"|maneuver|manoeuvre|view|law)\b",
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


def _names_in_label(folded: str) -> bool:
    return len(folded) >= _LEAST_IN_LABEL and folded not in PARTICLES | word_list("path-words")


def _is_eponym(text: str, folded: str, end: int) -> bool:
    """True for the Foley of ``Foley catheter``."""
    return folded in word_list("eponyms") and _EPONYM_OF.match(text, end) is not None


def _chains(text: str, hits: set[_Hit], letters: frozenset[str]) -> Iterator[list[_Hit]]:
    """Hits without those inside of others, in groups with nothing but separators and known initials
    between."""
    chain: list[_Hit] = []
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


def _means_a_person(text: str, start: int, end: int) -> bool:
    """True if what stands around an ordinary word shows that it is a name here."""
    if _PERSON_BEFORE.search(text, max(0, start - 24), start) or _PERSON_AFTER.match(text, end):
        return True
    word = text[start:end]
    if not word.istitle() or word.upper() not in word_list("mostly-given"):
        return False
    return bool(re.search(r"[a-z,]\s\Z", text[max(0, start - 3) : start]))
