"""The rule library as frozen data: what is PHI, how it is found, what becomes of it.

Loaded from YAML by :mod:`beam_phi.library.load`. Holds no PHI and does no I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

#: How far a data class alone leads to its person: names them, helps to, hardly.
SENSITIVITIES = ("direct", "quasi", "low")

#: How values of a data class take part in a subject's identity; a `path` is masked part by part, as the tree.
ROLES = (
    "patient-id", "patient-name", "person-name", "birth-date", "date", "accession", "uid", "phone", "address",
    "other", "path",
)  # fmt: skip

#: The identifiers of 45 CFR 164.514(b)(2)(i), by letter.
SAFE_HARBOR: Mapping[str, str] = {
    "A": "names",
    "B": "geographic subdivisions smaller than a state",
    "C": "dates related to an individual, and ages over 89",
    "D": "telephone numbers",
    "E": "fax numbers",
    "F": "e-mail addresses",
    "G": "social security numbers",
    "H": "medical record numbers",
    "I": "health plan beneficiary numbers",
    "J": "account numbers",
    "K": "certificate and license numbers",
    "L": "vehicle identifiers and plates",
    "M": "device identifiers and serial numbers",
    "N": "URLs",
    "O": "IP addresses",
    "P": "biometric identifiers",
    "Q": "full-face photographs and comparable images",
    "R": "any other unique identifying number, characteristic or code",
}

#: The options of PS3.15 Annex E that are columns of Table E.1-1.
DICOM_OPTIONS = (
    "safe-private", "uids", "device-identity", "institution-identity", "patient-characteristics",
    "full-dates", "modified-dates", "clean-descriptors", "clean-structured-content", "clean-graphics",
)  # fmt: skip

#: Lists of safe private elements that are bundled: PS3.15 Table E.3.10-1, and what The Cancer Imaging Archive
#: keeps.
SAFE_PRIVATE = ("ps3.15", "tcia")

#: What becomes of dates and times that describe a device, which Retain Device Identity would keep and
#: Modified Dates shift: a fixed dummy (a shifted date that is known elsewhere tells the shift), or kept as
#: they are.
DEVICE_DATES = ("dummy", "keep")

#: Kinds of DICOM objects that can be refused.
QUARANTINE = ("video", "label-images", "private-sop-classes")

#: The action codes of PS3.15 Table E.1-1a.
DICOM_ACTIONS = ("D", "Z", "X", "K", "C", "U")


@dataclass(frozen=True, slots=True)
class Selector:
    """Which fields, images or files: pairs of attribute and pattern.

    Each attribute named must match one of its patterns (``*`` and ``?`` wild, case ignored; ``re:`` before a
    regular expression that must match in full). ``format`` is an attribute too. An empty one fits everything.
    """

    patterns: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, mapping: Mapping[str, str | int | list[str | int]]) -> Selector:
        """The selector written as a mapping: attribute to one pattern or to a list of them."""
        pairs: list[tuple[str, str]] = []
        for attribute, patterns in mapping.items():
            listed = patterns if isinstance(patterns, list) else [patterns]
            pairs += [(attribute, str(pattern)) for pattern in listed]
        return cls(tuple(pairs))


@dataclass(frozen=True, slots=True)
class MatcherSpec:
    """One matcher of a data class.

    kind: ``pattern``, ``dictionary`` or ``field``.
    name: unique in its class; stands in the annotation tables.
    params: by kind, checked by the schema and again by the matcher's own constructor.
    only / never: content filters, the fields this matcher may or may not look at (any of the tuple fits).
    """

    kind: str
    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    only: tuple[Selector, ...] = ()
    never: tuple[Selector, ...] = ()


@dataclass(frozen=True, slots=True)
class DataClass:
    """A kind of PHI.

    sensitivity: one of :data:`SENSITIVITIES`.
    identifier: the letter of 45 CFR 164.514(b)(2)(i) it falls under (:data:`SAFE_HARBOR`), or "".
    role: how its values take part in a subject's identity (:data:`ROLES`), or "". Values with a role are
        searched for in the rest of the same scope, those of role ``path`` excepted.
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

    Attributes a selector can name: ``modality``, ``manufacturer``, ``model``, ``station``, ``rows``,
    ``columns``, ``sop_class``, ``path`` (the relative input path, `/` between parts).
    """

    name: str
    when: Selector
    boxes: tuple[Box, ...]


#: Images whose pixels are searched for text: all in which there can be any, those that declare burned-in
#: annotation, none.
PIXEL_IMAGES = ("all", "declared", "none")
#: What of the text found is covered: all but marks; what identifies somebody; nothing (black boxes only); all
#: but marks, and whatever lies outside of the regions of an ultrasound image.
PIXEL_POLICIES = ("all", "match", "boxes", "outside-us-regions")
#: What finds and reads text in pixels.
TEXT_ENGINES = ("onnx", "tesseract", "tesserocr")


@dataclass(frozen=True, slots=True)
class PixelSpec:
    """How burned-in text is searched for and covered.

    images: of :data:`PIXEL_IMAGES`. policy: of :data:`PIXEL_POLICIES`. engine: of :data:`TEXT_ENGINES`.
    thorough: True for a second detector, slower and surer. padding: pixels around a box at least.
    keep: words that are marks or technique, and stay under every policy.
    """

    images: str = "declared"
    policy: str = "all"
    engine: str = "onnx"
    thorough: bool = False
    padding: int = 4
    keep: tuple[str, ...] = ()


#: What places in records of fixed width are counted in.
LAYOUT_UNITS = ("characters", "bytes")


@dataclass(frozen=True, slots=True)
class FixedColumn:
    """A column at a fixed place. start: of its first character or byte, from 1."""

    name: str
    start: int
    width: int

    @property
    def end(self) -> int:
        """The place of its last character or byte, from 1."""
        return self.start + self.width - 1


@dataclass(frozen=True, slots=True)
class RecordType:
    """Records of the same columns.

    length: of the whole record without its line end. prefix: what they begin with, "" for all that are of no
        type before.
    """

    columns: tuple[FixedColumn, ...]
    length: int
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class LayoutSpec:
    """Where columns stand in the text files that the selector fits (attributes ``path`` and ``format``).

    records: a record is of the first type whose prefix it has.
    unit: of :data:`LAYOUT_UNITS`. encoding: of the files; "" where their content tells.
    header, trailer: lines before the first record and after the last, that are no records.
    trimmed: True where records may lack blanks at their end.
    """

    name: str
    when: Selector
    records: tuple[RecordType, ...]
    unit: str = "characters"
    encoding: Literal["", "utf-8", "windows-1252"] = ""
    header: int = 0
    trailer: int = 0
    trimmed: bool = False


@dataclass(frozen=True, slots=True)
class DicomSpec:
    """The DICOM confidentiality profile: options of PS3.15 Annex E, and overrides by attribute.

    options: of :data:`DICOM_OPTIONS`.
    actions: keyword or ``(gggg,"CREATOR",ee)`` -> one of :data:`DICOM_ACTIONS`, stronger than the table.
    safe_private: of :data:`SAFE_PRIVATE`, the lists that the option safe-private keeps.
    device_dates: one of :data:`DEVICE_DATES`.
    home_issuers: if there are any, ids of another issuer than these are other patients than the same ids
        without issuer.
    foreign_issuers: where no home issuers are given, the issuers that the collection shows to be others, each
        with the name it goes by. No library says them; a run learns them.
    quarantine: of :data:`QUARANTINE`.
    """

    options: frozenset[str] = frozenset()
    actions: Mapping[str, str] = field(default_factory=dict)
    safe_private: frozenset[str] = frozenset({"ps3.15"})
    device_dates: str = "dummy"
    home_issuers: tuple[str, ...] = ()
    foreign_issuers: tuple[tuple[str, str], ...] = ()
    quarantine: frozenset[str] = frozenset(QUARANTINE)


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
    pixels: PixelSpec = PixelSpec()
    never: tuple[Selector, ...] = ()
    skip: tuple[Selector, ...] = ()
    layouts: tuple[LayoutSpec, ...] = ()
    version: str = "1"


class LibraryError(ValueError):
    """A library is wrong. ``str()`` has a line ``FILE:LINE:COLUMN: what is wrong`` for each problem."""
