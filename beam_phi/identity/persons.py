"""Take a person's name apart, whatever form it is written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from beam_phi.identity.canonical import fold
from beam_phi.library.words import is_ordinary, word_list

TITLES = frozenset(
    {
        "MR", "MRS", "MS", "MISS", "MISTER", "MADAM", "DR", "DOCTOR", "PROF", "PROFESSOR", "NURSE",
        "SISTER", "REV", "REVEREND", "SIR", "DAME", "FR", "FRAU", "HERR", "DIPL", "ING", "SR", "SRA",
        "SENOR", "SENORA", "MME", "MLLE", "MONSIEUR", "MADAME", "DOTT", "HON", "CAPT", "COL", "LT",
        "SGT",
    }
)  # fmt: skip
SUFFIXES = frozenset(
    {
        "JR", "SR", "II", "III", "IV", "ESQ", "MD", "DO", "RN", "NP", "PA", "PHD", "RT", "DDS", "DMD",
        "DPM", "DVM", "MBBS", "FRCR", "FRCP", "FRCS", "FACS", "FACR", "LPN", "CRNA", "CNM", "MPH",
        "MSN", "BSN", "PAC", "RTR", "RDMS", "OD",
    }
)  # fmt: skip
PARTICLES = frozenset(
    {
        "VAN", "VON", "DER", "DEN", "DE", "DEL", "DELLA", "DI", "DA", "DOS", "DAS", "DU", "LA", "LE",
        "LOS", "AL", "EL", "BIN", "IBN", "BEN", "ABU", "TER", "TEN", "ST", "Y", "E", "ZU",
    }
)  # fmt: skip
#: Degrees and generations (HL7 table 0360 and others) that are taken for them only where titles stand.
_DEGREES = frozenset(
    {
        "AA", "AAS", "ABA", "AE", "AS", "BA", "BBA", "BE", "BFA", "BN", "BS", "BSL", "BT", "CANP", "CER",
        "CMA", "CNP", "CPNP", "DBA", "DED", "DIP", "EMT", "EMTP", "FPNP", "HS", "JD", "MA", "MBA", "ME",
        "MFA", "MS", "MSL", "MT", "NG", "PHARMD", "PHE", "PHS", "PN", "SEC", "THD", "TS", "VET", "ANP",
        "FNP", "BSC", "MSC", "DSC", "DPT", "PT", "OT", "PSYD", "DC", "RPH", "LCSW", "2ND", "3RD", "4TH",
        "5TH", "I", "V", "VI", "VII", "VIII",
    }
)  # fmt: skip
_TITLE_BREAK = re.compile(r"[\s,;/]+")
#: What parts the names of a person: carets, underscores and blanks, a full stop after an initial or between
#: names.
#: M.D., Ph.D.
_DOTTED = re.compile(r"(?<![^\W_])(?:[A-Za-z]{1,2}\.){2,5}")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
#: Parts of the body and other words that the census knows as names, too.
_NOBODY = frozenset(
    {"BACK", "BRAIN", "CANCER", "CHEST", "FOOT", "HAND", "HEAD", "KNEE", "NECK", "SPINE", "CALL", "UNIT"}
)
_SEPARATORS = re.compile(r"[\s^_.;]+")


@dataclass(frozen=True, slots=True)
class PersonName:
    """The components of a name, each a tuple of tokens as they were written (hyphens and apostrophes
    kept)."""

    family: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    middle: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()

    @property
    def tokens(self) -> tuple[str, ...]:
        """Family, given and middle names: what names the person."""
        return self.family + self.given + self.middle


@lru_cache(maxsize=256)  # those of a record, which several ask for
def split_groups(text: str) -> tuple[PersonName, ...]:
    """The component groups of a name: one, or the alphabetic, ideographic and phonetic ones of a DICOM PN
    (PS3.5 6.2.1)."""
    return tuple(split_name(group) for group in text.split("=") if group.strip(" ^"))


def split_name(text: str) -> PersonName:
    """Take one name apart: ``Last^First^Middle^Prefix^Suffix``, ``Last, First M.``, ``Dr. First M. Last,
    MD``.

    Where neither caret nor comma tells, the usual role of the tokens in the census does: ``DAVIDSON DOUGLAS``
    has the family name first. Never raises; what can't be told apart counts as family name.
    """
    if "^" in text:
        return _by_carets(text)
    head, *rest = [part for part in text.split(",") if part.strip()] or [""]
    if rest and not all(_is_suffix(token) for token in _tokens(rest[0])):
        return _inverted(head, rest)
    prefix, names, suffix = _trim(_tokens(" ".join([head, *rest])))
    return _natural(prefix, names, suffix)


def looks_like_name(text: str) -> bool:
    """True if census and vocabulary agree that the text names a person.

    Of several tokens one must be a given name and another a surname, and one of these no ordinary word; a
    single token must be a name and no ordinary word.
    """
    tokens = [fold(token) for part in split_groups(text) for token in part.tokens]
    tokens = [token for token in tokens if len(token) > 1 and token not in PARTICLES]
    if "-".join(tokens) in word_list("eponym-pairs"):
        return False
    given = [token for token in tokens if is_given(token)]
    family = [token for token in tokens if is_surname(token)]
    telling = [token for token in {*given, *family} if not is_ordinary(token)]
    if len(tokens) < 2:
        return bool(telling)
    return bool(telling) and any(one != other for one in given for other in family)


@lru_cache(maxsize=4096)
def is_title(text: str) -> bool:
    """True for titles, degrees and generations and nothing else: they say nothing of a person without the
    name."""
    tokens = [fold(token.replace(".", "")) for token in _TITLE_BREAK.split(text.strip())]
    return all(token in TITLES or token in SUFFIXES or token in _DEGREES for token in tokens if token)


def name_span(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of a name that a cue tells of, without labels and other words at its end; None for no name.

    ``John Smith MRN`` and ``John Smith Presented`` are John Smith, ``Emergency Department`` is nobody.
    """
    words = [(match.end(), fold(match[0])) for match in _WORD.finditer(text, start, end)]
    size = len(words)
    while words and _ends_no_name(words[-1][1]):
        words.pop()
    if not words or not _names_somebody([word for _, word in words if len(word) > 1]):
        return None
    return start, end if len(words) == size else words[-1][0]


def _ends_no_name(folded: str) -> bool:
    if folded in word_list("labels"):
        return True
    named = is_given(folded) or is_surname(folded) or _is_suffix(folded)
    return len(folded) > 1 and is_ordinary(folded) and not named


def _names_somebody(folded: list[str]) -> bool:
    """True if a word is not of the common vocabulary, or they are a given name and a surname, or one of
    these alone."""
    folded = [word for word in folded if word not in _NOBODY and word not in word_list("labels")]
    if any(not is_ordinary(word) and word not in PARTICLES for word in folded):
        return True
    given = [word for word in folded if is_given(word)]
    family = [word for word in folded if is_surname(word)]
    if len(folded) == 1:
        return bool(given or family)
    return any(one != other for one in given for other in family)


def is_given(folded: str) -> bool:
    return folded in word_list("given-names")


def is_surname(folded: str) -> bool:
    """True for a census surname, or a hyphenated one with a part that is."""
    names = word_list("surnames")
    return folded in names or ("-" in folded and any(part in names for part in folded.split("-")))


def _tokens(text: str) -> list[str]:
    text = _DOTTED.sub(lambda match: match[0].replace(".", "") if _is_suffix(match[0]) else match[0], text)
    tokens = (token.strip("'\u2019-\"()[]{}*/\\<>:#") for token in _SEPARATORS.split(text))
    return [token for token in tokens if token]


def _bare(token: str) -> str:
    return fold(token).replace(".", "").replace("'", "")


def _is_suffix(token: str) -> bool:
    return _bare(token) in SUFFIXES


def _by_carets(text: str) -> PersonName:
    parts = [tuple(_tokens(part.replace(",", " "))) for part in text.split("=")[0].split("^")]
    parts += [()] * (5 - len(parts))
    family, given, middle, prefix = parts[:4]
    suffix = tuple(token for part in parts[4:] for token in part)
    return PersonName(family, given[:1], given[1:] + middle, prefix, suffix)


def _inverted(head: str, rest: list[str]) -> PersonName:
    """``Last, First Middle, MD``."""
    prefix, family, suffix = _trim(_tokens(head))
    more_prefix, names, more_suffix = _trim(_tokens(" ".join(rest)))
    return PersonName(
        tuple(family),
        tuple(names[:1]),
        tuple(names[1:]),
        tuple(prefix + more_prefix),
        tuple(suffix + more_suffix),
    )


def _trim(tokens: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Titles before, names, suffixes after; one name at least is left."""
    start, end = 0, len(tokens)
    while start < end - 1 and _bare(tokens[start]) in TITLES:
        start += 1
    while end > start + 1 and _is_suffix(tokens[end - 1]):
        end -= 1
    return tokens[:start], tokens[start:end], tokens[end:]


def _natural(prefix: list[str], names: list[str], suffix: list[str]) -> PersonName:
    """``First Middle Last``, or ``LAST FIRST`` where the census says so."""
    if len(names) < 2:
        return PersonName(family=tuple(names), prefix=tuple(prefix), suffix=tuple(suffix))
    if _family_first(names):
        return PersonName(tuple(names[:1]), (names[1],), tuple(names[2:]), tuple(prefix), tuple(suffix))
    first_of_family = len(names) - 1
    while first_of_family > 1 and fold(names[first_of_family - 1]) in PARTICLES:
        first_of_family -= 1
    return PersonName(
        tuple(names[first_of_family:]),
        (names[0],),
        tuple(names[1:first_of_family]),
        tuple(prefix),
        tuple(suffix),
    )


def _family_first(names: list[str]) -> bool:
    """True for ``DAVIDSON DOUGLAS`` and ``DAVIDSON DOUGLAS A``."""
    if len(names) > 2 and len(names[-1]) > 1:
        return False
    first, second = fold(names[0]), fold(names[1])
    mostly_given = word_list("mostly-given")
    return is_surname(first) and first not in mostly_given and second in mostly_given
