"""The rule library as frozen data: what is PHI, how it is found, what becomes of it.

Loaded from YAML by :mod:`beam_phi.library.load`. Holds no PHI and does no I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Selector:
    """Which fields: each attribute named must match its pattern (``*`` and ``?`` wild, case ignored; ``re:`` before a
    regular expression). ``format`` is an attribute too. An empty selector fits every field."""

    patterns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MatcherSpec:
    """One matcher of a data class.

    kind: ``pattern``, ``dictionary``, ``field`` or ``known``.
    name: unique in its class; stands in the annotation tables.
    params: by kind, checked by the schema and again by the matcher's own constructor.
    only / never: content filters, the fields this matcher may or may not look at (any selector of the tuple fits).
    """

    kind: str
    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    only: tuple[Selector, ...] = ()
    never: tuple[Selector, ...] = ()


@dataclass(frozen=True, slots=True)
class DataClass:
    """A kind of PHI.

    sensitivity: ``direct`` (names its person), ``quasi`` (helps to), ``low``.
    identifier: the letter of 45 CFR 164.514(b)(2)(i) it falls under, or "".
    role: how its values take part in a subject's identity, "" for none: ``patient-id``, ``patient-name``,
        ``person-name`` (staff, relatives), ``birth-date``, ``date``, ``accession``, ``uid``, ``phone``, ``address``, ``other``.
        Values with a role are searched for in the rest of the same scope by `known` matchers.
    rule: name of the rule that masks it.
    priority: 0-100, the higher wins where findings overlap.
    """

    name: str
    rule: str
    matchers: tuple[MatcherSpec, ...] = ()
    sensitivity: str = "direct"
    identifier: str = ""
    role: str = ""
    priority: int = 50


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """What becomes of a value: the name of a masking function, and its parameters."""

    name: str
    function: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of pixels; x and y from the top left corner, 0-based."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class BlackBoxRule:
    """Boxes that are painted out in the images the selector fits.

    Attributes a selector can name: ``modality``, ``manufacturer``, ``model``, ``station``, ``rows``, ``columns``,
    ``sop_class``, ``path`` (the relative input path, `/` between parts).
    """

    name: str
    when: Selector
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class DicomSpec:
    """The DICOM confidentiality profile: options of PS3.15 Annex E, and overrides by attribute.

    options: names of the ten columns: ``safe-private``, ``uids``, ``device-identity``, ``institution-identity``,
        ``patient-characteristics``, ``full-dates``, ``modified-dates``, ``clean-descriptors``,
        ``clean-structured-content``, ``clean-graphics``.
    actions: keyword or ``(gggg,eeee)`` -> one of ``D Z X K C U``, stronger than the table.
    """

    options: frozenset[str] = frozenset()
    actions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Library:
    """A whole rule library. ``digest`` is the SHA-256 (hex) of its canonical, fully resolved form."""

    name: str
    digest: str
    description: str
    classes: Mapping[str, DataClass]
    rules: Mapping[str, RuleSpec]
    dicom: DicomSpec = DicomSpec()
    black_boxes: tuple[BlackBoxRule, ...] = ()
    never: tuple[Selector, ...] = ()
    skip: tuple[Selector, ...] = ()


class LibraryError(ValueError):
    """A library is wrong. ``str()`` reads ``FILE:LINE:COLUMN: what is wrong``."""
