"""Whether a file is about one person: then it must not be named after them."""

from __future__ import annotations

import pytest

from beam_phi.engine.subject import NOBODY, OnePerson, Subject
from beam_phi.matching import Identifier


def _subject(key: str, *names: str) -> Subject:
    return Subject(key, frozenset(Identifier(name, "patient-name", "patient-name", 78) for name in names))


@pytest.mark.parametrize(
    ("subjects", "key", "names"),
    [
        ([_subject("1", "Davidson")], "1", {"Davidson"}),
        ([NOBODY, _subject("1", "Davidson"), NOBODY], "1", {"Davidson"}),
        ([_subject("", "Woolfson"), _subject("1", "Davidson")], "1", {"Davidson"}),
        ([_subject("1", "Davidson"), _subject("1", "Douglas"), NOBODY], "1", {"Davidson", "Douglas"}),
        ([_subject("", "Davidson")], "", {"Davidson"}),
        ([_subject("", "Davidson"), _subject("", "Woolfson")], None, set()),
        ([_subject("1", "Davidson"), _subject("2", "Woolfson")], None, set()),
        ([NOBODY, _subject("1"), _subject("2"), _subject("3"), _subject("1")], None, set()),
        ([], None, set()),
    ],
)
def test_one_person(subjects: list[Subject], key: str | None, names: set[str]) -> None:
    people = OnePerson()
    for subject in subjects:
        people.add(subject)
    person = people.person
    assert (person and person.key) == key
    assert {each.value for each in person.identifiers} == names if person else not names
