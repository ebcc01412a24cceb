"""What crosses stages comes back as it was, and is made of plain bytes alone."""

from __future__ import annotations

from typing import Any

from apache_beam.coders import FastPrimitivesCoder
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.engine.people import Sighting
from beam_phi.identity.demographics import Demographics
from beam_phi.identity.links import Record

_digests = st.binary(max_size=16)
_demographics = st.builds(Demographics, _digests, st.frozensets(_digests, max_size=4))
_records = st.builds(Record, _digests, _demographics)
_several = st.lists(_digests, max_size=3).map(tuple)
_sightings = st.builds(Sighting, _several, st.booleans(), _several, _demographics, _digests)

#: What Beam adds to each tuple and each text of bytes, at the most.
_FRAME = 3


def _crossed(flat: Any) -> Any:
    return FastPrimitivesCoder().decode(FastPrimitivesCoder().encode(flat))


@given(_demographics, _records, _sightings)
def test_it_comes_back(demographics: Demographics, record: Record, sighting: Sighting) -> None:
    assert Demographics.of(_crossed(demographics.flat())) == demographics
    assert Record.of(_crossed(record.flat())) == record
    assert Sighting.of(_crossed(sighting.flat())) == sighting


@given(_demographics, _records)
def test_equals_have_one_form(demographics: Demographics, record: Record) -> None:
    names = frozenset(sorted(demographics.names, reverse=True))
    assert Demographics(demographics.birth, names).flat() == demographics.flat()
    assert record._replace(demographics=demographics).flat() == (record.node, *demographics.flat())


@given(_records, _sightings)
def test_nothing_of_it_is_pickled(record: Record, sighting: Sighting) -> None:
    """Beam pickles what it doesn't know, named tuples and sets too."""
    for flat in (record.flat(), sighting.flat()):
        assert len(FastPrimitivesCoder().encode(flat)) <= _bound(flat)


def _bound(flat: Any) -> int:
    if isinstance(flat, tuple):
        return _FRAME + sum(map(_bound, flat))
    return _FRAME + (len(flat) if isinstance(flat, bytes) else 0)
