"""What neighbouring files tell of one person is told once."""

from __future__ import annotations

from support.masking import engine

from beam_phi.engine.sightings import MOST_GATHERED, Gathering
from beam_phi.engine.subject import Subject, Ties
from beam_phi.matching import Identifier


def subject(id_: str, name: str, born: str = "", links: tuple[str, ...] = ()) -> Subject:
    identifiers = {
        Identifier(id_, "patient-id", "patient-id"),
        Identifier(name, "patient-name", "patient-name"),
    }
    if born:
        identifiers.add(Identifier(born, "birth-date", "birth-date"))
    return Subject(f"|{id_}", frozenset(identifiers), "", Ties((("", id_),), links))


def gathering() -> Gathering:
    return Gathering(engine().registry)


def test_one_id_is_one_sighting_with_all_that_is_told() -> None:
    first = subject("4711", "ROE^JANE", "19510203", ("accession|A1",))
    second = subject("4711", "ROE^JANE^ANN", "", ("accession|A2",))
    all_ = gathering()
    assert not [*all_.add(first), *all_.add(second), *all_.add(first)]
    (told,) = all_.end()
    assert len(told.links) == 2
    assert len(told.demographics.names) == 3
    assert told.demographics.birth
    assert not list(all_.end())


def test_one_id_of_two_people_is_two_sightings() -> None:
    all_ = gathering()
    for each in (subject("4711", "ROE^JANE", "19510203"), subject("4711", "DOE^JOHN", "19880101")):
        assert not list(all_.add(each))
    assert len(list(all_.end())) == 2


def test_no_more_are_held_than_fit() -> None:
    all_ = gathering()
    told = [
        sighting
        for number in range(2 * MOST_GATHERED + 1)
        for sighting in all_.add(subject(f"A{number}", "ROE^JANE"))
    ]
    assert len(told) == 2 * MOST_GATHERED
    assert len(list(all_.end())) == 1


def test_the_same_of_many_without_an_id_is_told_once() -> None:
    """Resources that refer to one patient have ids of their own, which are of no use to other files."""
    all_ = gathering()
    for number in range(3):
        own = Identifier(f"resource-{number}", "other", "other-id")
        assert not list(all_.add(Subject("", frozenset({own}), "", Ties(links=("called|in|P1",)))))
    assert not list(all_.add(Subject("", frozenset(), "", Ties(links=("called|in|P2",)))))
    first, second = all_.end()
    assert first.links != second.links
    assert not first.told
    assert not second.told
