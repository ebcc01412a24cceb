"""The conformance of a library: every row of the table, at every place, in every transfer syntax.

``score(setup)`` is for reports; the tests ask :func:`failures` for what exactly is wrong.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydicom.dataset import Dataset

from beam_phi.audit.records import Annotation
from beam_phi.engine import Engine, Quarantine
from beam_phi.engine.opening import Opener
from beam_phi.formats import Source
from beam_phi.library.load import load
from beam_phi.library.model import Library
from beam_phi.masking.keys import parse
from conformance import values
from conformance.encoding import SYNTAXES, Element, Syntax, data_set, file
from conformance.expectation import FIXED, expected
from conformance.judge import Memory, verdict
from conformance.places import KEPT_NAME, PLACES, TOP, UNKNOWN_CLASS, Elements, Place, frame
from conformance.reading import raw, read, un_item
from conformance.table import PRIVATE, Row, known, rows, vr_of

KEY = "ab" * 32
MATCHER = "PS3.15 E.1-1"
PRIVATE_CREATOR = "BEAM ROW"
_MEDIA_INSTANCE = "00020003"

#: Dates move by patient, as in `research`; a time of day is about nobody by itself.
_SHIFT = {
    "rules": {"date-shift": {"function": "date_shift", "params": {"days_min": -365, "days_max": -1}}},
    "classes": {
        "birth-date": {"rule": "date-shift"},
        "date": {"rule": "date-shift"},
        "time": {"rule": "keep"},
    },
}
#: A class of highest priority that keeps whatever it claims, and claims everything: what changes even so,
#: changes by the table.
_KEEP_ALL = {
    "classes": {
        "anything": {
            "sensitivity": "low",
            "rule": "keep",
            "priority": 100,
            "matchers": [{"kind": "field", "name": "all", "select": {"format": "dicom", "vr": "*"}}],
        }
    }
}


@dataclass(frozen=True)
class Setup:
    """A library: `basic` with these options. table_only: nothing but the table masks anything."""

    options: frozenset[str] = frozenset()
    table_only: bool = False

    @property
    def name(self) -> str:
        return " + ".join(sorted(self.options)) or ("table only" if self.table_only else "basic")


BASIC = Setup()
TABLE_ONLY = Setup(table_only=True)


@dataclass(frozen=True)
class Failure:
    """A row whose attribute did not become what it should."""

    row: str
    place: str
    syntax: str
    problem: str


@dataclass(frozen=True)
class Masked:
    """A masked file. error: why there is none, or ""."""

    data: bytes = b""
    annotations: Sequence[Annotation] = ()
    error: str = ""


@dataclass
class Case:
    """One file: the rows' elements at a place, in a syntax, each with the action it must meet."""

    place: Place
    syntax: Syntax
    options: frozenset[str] = frozenset()
    sop_class: str = UNKNOWN_CLASS
    elements: list[Element] = field(default_factory=list)
    asked: list[tuple[Row, Element, str]] = field(default_factory=list)

    @property
    def implicit(self) -> bool:
        return self.place.un or self.syntax.implicit

    def add(self, row: Row, iod_type: str | None = None) -> None:
        """Put a row's elements in."""
        if row.printed == PRIVATE:
            creator = Element(0x00190010, "LO", PRIVATE_CREATOR.encode("ascii"))
            value = Element(0x00191001, "LO", values.mark(row).encode("ascii"))
            self.elements += (creator, value)
            self.asked += ((row, creator, "X"), (row, value, "X"))
            return
        for tag in row.tags:
            action = expected(row, self.options, vr_of(tag, row.name), iod_type)
            if action == "C" and self.implicit and not known(tag) and not row.name.endswith("Sequence"):
                # Without a VR the value is bytes to whoever does not know the attribute: nothing to search.
                action = f"C or {row.basic}"
            element = values.element(row, tag, action)
            self.asked.append((row, element, action))
            if self.place is not TOP or row.printed != _MEDIA_INSTANCE:  # else it stands before the data set
                self.elements.append(element)

    def data(self) -> bytes:
        elements: Elements = frame(self.elements, self.place, self.sop_class)
        return file(elements, self.syntax, self.sop_class, values.uid(rows()["00080018"]))


@cache
def library(setup: Setup) -> Library:
    """The library, loaded as a user's file is."""
    tree: dict[str, Any] = {
        "name": "conformance",
        "version": 1,
        "description": setup.name,
        "extends": "basic",
        "dicom": {"options": sorted(setup.options)},
    }
    if "modified-dates" in setup.options:
        tree |= _SHIFT
    if setup.table_only:
        tree |= _KEEP_ALL
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.yaml"
        path.write_text(yaml.safe_dump(tree), "utf-8")
        loaded = load(str(path))
    # One private sequence stays, so that the rows inside of it can be put to the test.
    return replace(loaded, dicom=replace(loaded.dicom, actions={**loaded.dicom.actions, KEPT_NAME: "K"}))


@cache
def _first_engine(setup: Setup) -> Engine:
    return Engine(library(setup), parse(KEY))


def engine(setup: Setup) -> Engine:
    """An engine whose profile was compiled by nobody before: no cache knows its DicomSpec.

    Only what finds and masks, which knows nothing of the table, is shared with the engines before it.
    """
    found = copy(_first_engine(setup))
    found.library = replace(found.library, dicom=replace(found.library.dicom))
    found._scopes = copy(found._scopes)
    found._scopes._library = found.library
    found._scopes._opener = Opener(found.library)
    return found


def mask(engine_: Engine, data: bytes) -> Masked:
    """One file through the engine, as a run does it."""
    try:
        result = engine_.mask("object.dcm", "0" * 32, "dicom", Source(io.BytesIO(data), len(data)))
    except Quarantine as error:
        return Masked(error=f"quarantined: {error.reason}")
    try:
        return Masked(b"".join(result.content.chunks()), list(result.annotations()))
    finally:
        result.close()


def failures(
    setup: Setup,
    *,
    places: Iterable[Place] = PLACES,
    syntaxes: Iterable[Syntax] = SYNTAXES,
    only: Iterable[Row] | None = None,
) -> list[Failure]:
    """All that is wrong, under one engine: for each place and syntax one file with all rows."""
    chosen = list(rows().values() if only is None else only)
    shared, memory = engine(setup), Memory()
    found: list[Failure] = []
    for place in places:
        for syntax in syntaxes:
            case = Case(place, syntax, setup.options)
            for row in chosen:
                case.add(row)
            found += judge(case, shared, memory, letters=setup.table_only)
    return found


def score(setup: Setup) -> dict[str, bool]:
    """Row by row, true if all is well at every place in every syntax."""
    return tally(failures(setup))


def tally(found: Iterable[Failure]) -> dict[str, bool]:
    """The same from failures found before."""
    wrong = {failure.row for failure in found}
    return {printed: printed not in wrong for printed in rows()}


def judge(case: Case, engine_: Engine, memory: Memory, *, letters: bool = False) -> list[Failure]:
    """Mask a file and look at each of its rows. letters: annotations must tell the action, whatever it is."""
    data = case.data()
    masked = mask(engine_, data)
    problems: list[tuple[Row, str]] = []
    if masked.error:
        problems = [(row, masked.error) for row, _, _ in case.asked]
    elif case.place.removed:
        gone = case.place.path[0] not in read(masked.data, case.syntax)
        if not gone and "safe-private" in case.options:
            problems = _elements(case, data, masked, memory)  # judged by what is in it (PS3.15 E.3.10)
        elif not gone:
            problems = [(row, "the private sequence is still there") for row, _, _ in case.asked]
    else:
        problems = _elements(case, data, masked, memory)
        problems += _unsaid(case, masked.annotations, letters=letters)
    if not masked.error:
        problems += _left(case, masked)
    return [Failure(row.printed, case.place.name, case.syntax.name, text) for row, text in problems if text]


def _elements(case: Case, data: bytes, masked: Masked, memory: Memory) -> list[tuple[Row, str]]:
    before, after = (_where(case, each) for each in (data, masked.data))
    assert before is not None, "the test's own file lacks the place"
    if after is None:
        return [(row, "the place is gone") for row, _, _ in case.asked]
    found = [(row, verdict(action, each, before, after, memory)) for row, each, action in case.asked]
    if case.place is TOP and raw(after, 0x00020003) != raw(after, 0x00080018):
        found.append((rows()[_MEDIA_INSTANCE], "differs from SOP Instance UID"))
    return found


def _where(case: Case, data: bytes) -> Dataset | None:
    """The data set that holds the elements asked for, None if it is gone."""
    if case.place.un and case.syntax.big:
        return un_item(data, case.syntax, case.place.path[0])
    return case.place.data_set(read(data, case.syntax))


def _unsaid(case: Case, annotations: Sequence[Annotation], *, letters: bool) -> list[tuple[Row, str]]:
    """Rows whose action stands in no annotation."""
    told = {(each.location.partition("#")[0], each.rule) for each in annotations if each.matcher == MATCHER}
    found = []
    for row, element, action in case.asked:
        if action not in ("X", "Z", "D") or not (letters or action == "X"):
            continue
        if element.vr == "SQ" and action == "D":
            continue  # told leaf by leaf
        location = case.place.notation + _notation(element.tag)
        if (location, action) not in told:
            found.append((row, f"no annotation says {action}"))
    return found


def _notation(tag: int) -> str:
    if tag == 0x00191001:
        return f'(0019,"{PRIVATE_CREATOR}",01)'
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _left(case: Case, masked: Masked) -> list[tuple[Row, str]]:
    """Rows whose word is still somewhere in the file, though none of their elements may keep it."""
    text = data_set(masked.data, case.syntax).lower()
    keeping = {row.printed for row, _, action in case.asked if action[0] in "KCU" or action == FIXED}
    if case.place.removed and "safe-private" not in case.options:
        keeping = set()
    return [
        (row, "its word is still in the file")
        for row in {row.printed: row for row, _, _ in case.asked}.values()
        if row.printed not in keeping and values.mark(row).lower().encode("ascii") in text
    ]


def by_row(found: Iterable[Failure]) -> Mapping[str, list[Failure]]:
    """Failures of each row."""
    grouped: dict[str, list[Failure]] = {}
    for failure in found:
        grouped.setdefault(failure.row, []).append(failure)
    return grouped
