"""Which object identifiers are public, and whose numbers are what."""

from __future__ import annotations

import pytest

from beam_phi.library.uids import class_of_issuer, is_oid, is_public, is_registered


@pytest.mark.parametrize(
    ("oid", "registered", "public"),
    [
        ("1.2.840.10008.1.2", True, True),
        ("2.16.840.1.113883.6.1", True, True),
        ("2.16.840.1.113883.4.6", False, True),
        ("2.16.840.1.113883.4.1.123.45.6789", False, False),
        ("2.16.840.1.113883.4.123456789", False, False),
        ("1.2.840.113619.2.1", False, False),
    ],
)
def test_public_identifiers(oid: str, registered: bool, public: bool) -> None:
    assert is_oid(oid)
    assert (is_registered(oid), is_public(oid)) == (registered, public)


@pytest.mark.parametrize("text", ["1.2", "2.5.01", "3.1.2", "1.2.3.", "1.2.3 ", "1." * 80 + "1", "a.b.c"])
def test_what_is_no_object_identifier(text: str) -> None:
    assert not is_oid(text)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("1", "ssn"), ("6", "license-number"), ("3.25", "license-number"), ("330.840", "license-number"),
        ("572", "health-plan-id"), ("3", ""), ("1.5", ""), ("19", ""), ("349", ""),
    ],
)  # fmt: skip
def test_issuers(number: str, expected: str) -> None:
    assert class_of_issuer(f"2.16.840.1.113883.4.{number}") == expected


def test_another_arc_issues_nothing() -> None:
    assert class_of_issuer("2.16.840.1.113883.6.1") == ""
