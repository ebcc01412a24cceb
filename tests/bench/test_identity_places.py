"""Readers of the places where the sample says whose something is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.identity.places import Mark, readers


def _marks(hospital: Path, format_: str) -> list[Mark]:
    glob, read = readers()[format_]
    return [mark for path in sorted(hospital.glob(glob)) if path.is_file() for mark in read(path)]


@pytest.mark.parametrize("format_", list(readers()))
def test_every_place_is_read(hospital: Path, format_: str) -> None:
    marks = _marks(hospital, format_)
    assert len({mark.owner for mark in marks}) >= (6 if format_ != "DICOM" else 4)
    assert all(mark.owner[0] and mark.date for mark in marks)


@pytest.mark.parametrize("format_", list(readers()))
def test_what_formats_say_of_a_study_agrees(hospital: Path, format_: str) -> None:
    """Or of a patient, where a format tells no study."""
    known = {mark.study: mark for mark in _marks(hospital, "FHIR")}
    people = {mark.owner for mark in known.values()}
    for mark in _marks(hospital, format_):
        assert mark.owner in people
        if mark.study in known:
            said = known[mark.study]
            assert (mark.owner, mark.order or said.order) == (said.owner, said.order)


def test_formats_that_tell_studies_tell_all_of_them(hospital: Path) -> None:
    studies = {(mark.study, mark.order) for mark in _marks(hospital, "FHIR")}
    assert all(study and order for study, order in studies)
    for format_ in ("Parquet", "DICOM JSON", "FHIR XML", "CSV"):
        assert {(mark.study, mark.order) for mark in _marks(hospital, format_)} == studies
