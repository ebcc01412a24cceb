"""Options in pairs: a legal pair obeys the union of its cells, the exclusive one is refused."""

from __future__ import annotations

from itertools import combinations

import pytest

from beam_phi.formats.dicom.actions import ProfileError
from beam_phi.formats.dicom.profile import Profile
from beam_phi.library.model import DICOM_OPTIONS, DicomSpec, LibraryError
from conformance.encoding import EXPLICIT
from conformance.places import DEPTH_3, TOP
from conformance.score import Setup, failures, library
from conformance.verdict import Record, compare

_EXCLUSIVE = frozenset({"full-dates", "modified-dates"})
PAIRS = [pair for pair in combinations(DICOM_OPTIONS, 2) if not set(pair) >= _EXCLUSIVE]


@pytest.mark.parametrize("pair", PAIRS, ids=" + ".join)
def test_every_legal_pair_of_options_obeys_the_union_of_its_cells(
    pair: tuple[str, str], record_property: Record
) -> None:
    setup = Setup(frozenset(pair))
    found = failures(setup, places=[TOP, DEPTH_3], syntaxes=[EXPLICIT])
    compare(setup, found, record_property)


def test_the_exclusive_pair_is_refused_with_the_reason() -> None:
    """By the loader, and by the profile if a library comes another way."""
    reason = r"full-dates.*modified-dates.*exclude"
    with pytest.raises(LibraryError, match=reason):
        library(Setup(_EXCLUSIVE))
    with pytest.raises(ProfileError, match=reason):
        Profile(DicomSpec(_EXCLUSIVE))
