"""HL7 table 0203: one answer for messages and for FHIR."""

from __future__ import annotations

import io
import json
from types import ModuleType

import pytest

from beam_phi.formats import fhir, hl7
from beam_phi.formats.document import Source
from beam_phi.library.identifier_types import class_of_type

MSH = r"MSH|^~\&|LAB|GH|EHR|CLINIC|20200102030405||ADT^A01|42|P|2.5.1"


def class_of(opener: ModuleType, data: bytes, text: str) -> str | None:
    """The data class of the one field that has a text."""
    document = opener.open(Source(io.BytesIO(data), len(data)))
    (found,) = (
        field.type.data_class for scope in document.scopes() for field in scope.fields() if field.text == text
    )
    return found


def in_message(segment: str) -> str | None:
    return class_of(hl7, f"{MSH}\r{segment}\r".encode(), "A4711")


def in_patient(code: str) -> str | None:
    identifier = {"type": {"coding": [{"code": code}]}, "value": "A4711"}
    patient = {"resourceType": "Patient", "identifier": [identifier]}
    return class_of(fhir, json.dumps(patient).encode(), "A4711")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("MR", "patient-id"), ("ANON", "patient-id"), (" mr ", "patient-id"), ("SS", "ssn"),
        ("BCT", "license-number"), ("EN", "other-id"), ("VN", "other-id"), ("DI", "account-number"),
        ("U", ""), ("NI", ""), ("", ""), ("R51", ""),
    ],
)  # fmt: skip
def test_kinds_of_numbers(code: str, expected: str) -> None:
    assert class_of_type(code) == expected


@pytest.mark.parametrize("code", ["SS", "PPN", "PRN", "MCD", "TAX", "HC", "AN", "ACSN", "EI", "VN"])
def test_messages_and_fhir_say_the_same(code: str) -> None:
    expected = class_of_type(code)
    assert (in_message(f"PID|1||A4711^^^GH^{code}"), in_patient(code)) == (expected, expected)


@pytest.mark.parametrize("code", ["MR", "ANON", "U", "NI"])
def test_whose_record_number_it_is_the_place_says(code: str) -> None:
    assert in_message(f"PID|1||A4711^^^GH^{code}") == in_patient(code) == "patient-id"
    assert in_message("NK1|1" + "|" * 31 + f"|A4711^^^GH^{code}") == "other-id"
