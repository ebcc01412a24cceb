"""Which issuers number their patients apart, by what a collection shows."""

from __future__ import annotations

from beam_phi.identity.demographics import Demographics
from beam_phi.identity.issuers import APART, HOME, Evidence, Issuers, evidence_of, foreign_issuers


def person(number: int) -> Demographics:
    return Demographics(f"birth {number}".encode(), frozenset({f"a{number}".encode(), f"b{number}".encode()}))


def evidence(*ids: list[tuple[str, int]]) -> Evidence:
    """Of ids, each with its bearers: issuer and number of the person."""
    found = Evidence.none()
    for bearers in ids:
        found.add(evidence_of((issuer, person(number)) for issuer, number in bearers))
    return found


def test_issuers_whose_ids_are_other_peoples_are_apart() -> None:
    found = evidence([("A", 1), ("B", 2)], [("A", 3), ("B", 4)], [("A", 5)])
    assert foreign_issuers(found) == {"B": "B"}


def test_issuers_that_agree_are_one_house() -> None:
    assert foreign_issuers(evidence([("A", 1), ("1.2.3", 1)], [("A", 2)], [(HOME, 1), ("A", 1)])) == {}


def test_names_of_a_foreign_house_are_one_name() -> None:
    found = evidence([("A", 1), ("B", 2), ("1.2.3", 2)], [("A", 3), ("B", 4)], [("A", 5)])
    assert foreign_issuers(found) == {"B": "1.2.3", "1.2.3": "1.2.3"}


def test_a_typing_error_makes_no_house_of_its_own() -> None:
    right = [[("A", number), (HOME, number)] for number in range(9)]
    assert foreign_issuers(evidence(*right, [("A", 20), (HOME, 21)])) == {}


def test_ids_without_issuer_are_the_houses_own() -> None:
    found = evidence([(HOME, 1), ("B", 2)], [("B", 3)], [("B", 4)])
    assert foreign_issuers(found) == {"B": "B"}


def test_without_birth_dates_names_tell() -> None:
    jane, john = Demographics(names=frozenset({b"jane"})), Demographics(names=frozenset({b"john"}))
    assert foreign_issuers(evidence_of([("A", jane), ("B", john)])) == {"B": "B"}
    assert foreign_issuers(evidence_of([("A", jane), ("B", Demographics())])) == {}


def test_what_issuers_are_called() -> None:
    told = Issuers(foreign={"B": "1.2.3"})
    assert (told.foreign(" b "), told.foreign("A"), told.foreign("")) == ("1.2.3", HOME, HOME)
    given = Issuers(["General Hospital"])
    assert (given.foreign("GENERAL HOSPITAL"), given.foreign("Clinic")) == (HOME, "CLINIC")
    assert Issuers(APART).foreign("anybody") == "ANYBODY"
    assert not Issuers()
    assert Issuers().foreign("anybody") == HOME
