from __future__ import annotations

import pytest
from fhir_help import offered
from test_fhir_types import PATIENT

from beam_phi.formats.fhir.places import place
from beam_phi.library.model import Selector
from beam_phi.matching import selects


def selected(text: str, data: object = PATIENT) -> set[str]:
    selector = Selector(tuple(place(text).items()))
    return {
        field.location[2:]
        for field in offered(data)  # type: ignore[arg-type]
        if selects(selector, {"format": "fhir", **field.type.attributes})
    }


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("Patient.name.family", {"path": "Patient.name.family"}),
        ("Patient.identifier.value", {"path": "Patient.identifier.value"}),
        ("HumanName.given", {"parent": "HumanName", "element": "given"}),
        ("HumanName", {"parent": "HumanName"}),
        ("Patient", {"resource": "Patient"}),
        ("$..birthDate", {"element": "birthDate"}),
        (" $.birthDate ", {"path": r"re:[^.]+\.birthDate"}),
        ("$.entry[*].resource.name[*].family", {"path": r"re:[^.]+\.name\.family"}),
        ("$['entry'][*].fullUrl", {"path": r"re:[^.]+\.entry\.fullUrl"}),
        ("$.entry[*].resource", {"path": r"re:[^.]+\.entry\.resource"}),
    ],
)
def test_places_as_attributes(text: str, attributes: dict[str, str]) -> None:
    assert place(text) == attributes


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Patient.name.family", {"name[0].family"}),
        ("Patient.name", {"name[0].family", "name[0].given[0]", "name[0].given[1]", "name[0].prefix[0]",
                          "name[0].text", "name[0].use"}),
        ("HumanName.family", {"name[0].family", "contact[0].name.family"}),
        ("Patient.deceased[x]", {"deceasedDateTime"}),
        ("Extension.value[x]", {"_birthDate.extension[0].valueDateTime", "extension[0].valueString",
                                "extension[2].extension[0].valueString", "extension[3].valueInteger",
                                "extension[4].valueString",
                                "address[0].extension[0].extension[0].valueDecimal"}),
        ("$..family", {"name[0].family", "contact[0].name.family"}),
        ("$..name[*].family", {"name[0].family", "contact[0].name.family"}),
        ("$.name[*].family", {"name[0].family"}),
        ("$.entry[*].resource.name[*].*", {"name[0].family", "name[0].given[0]", "name[0].given[1]",
                                           "name[0].prefix[0]", "name[0].text", "name[0].use"}),
        ("$..birthDate", {"birthDate"}),
        ("$._birthDate.extension[*].valueDateTime", {"_birthDate.extension[0].valueDateTime"}),
    ],
)  # fmt: skip
def test_places_select_fields(text: str, places: set[str]) -> None:
    assert selected(text) == places


def test_places_select_fields_in_bundles() -> None:
    data = {"resourceType": "Bundle", "entry": [{"resource": PATIENT}]}
    assert selected("Patient.name.family", data) == {"entry[0].resource.name[0].family"}
    assert selected("$.entry[*].resource.name[*].family", data) == {"entry[0].resource.name[0].family"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no place"),
        ("Patient.", "no place"),
        ("Patient.name[0]", "no place"),
        ("Patient.name.where(use='x')", "no place"),
        ("Patiënt", "no place"),
        ("Alien.name", "no resource or type"),
        ("Patient.nme", "no element 'nme'"),
        ("Patient.name.line", "no element 'line'"),
        ("HumanName.line", "no element 'line'"),
        ("Patient.birthDate[x]", "no element"),
        ("HumanName.period.start", "more than one type"),
        ("string", "no resource or type"),
        ("$", "names no element"),
        ("$..", "can't be used"),
        ("$.name[0]", "can't be used"),
        ("$.name[?(@.use)]", "can't be used"),
        ("$.name..family", "can't be used"),
        ("$name", "can't be used"),
    ],
)
def test_places_that_are_none(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        place(text)
