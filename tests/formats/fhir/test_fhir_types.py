from __future__ import annotations

from typing import Any

import pytest
from fhir_help import classes, masked, offered, scopes
from support.scopes import rendered

from beam_phi.formats import fhir
from beam_phi.formats.document import FormatError, Unfit
from beam_phi.formats.fhir import rules, search, siblings
from beam_phi.formats.fhir.table import element_types, elements, is_resource
from beam_phi.library.load import load
from beam_phi.masking import dummy

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "meta": {"versionId": "1", "lastUpdated": "2020-01-01T10:00:00.000Z", "profile": ["http://x.org/P"]},
    "text": {"status": "generated", "div": "<div>Douglas</div>"},
    "identifier": [
        {"system": "http://hospital.org", "value": "4711"},
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-61-7399"},
        {"system": "urn:oid:2.16.840.1.113883.4.1", "value": "999617399"},
        {"system": "urn:oid:2.16.840.1.113883.4.3.25", "value": "S99959553"},
        {"type": {"coding": [{"code": "DL"}]}, "value": "D1"},
        {"type": {"coding": [{"code": "MB"}]}, "value": "M1"},
        {"type": {"coding": [{"code": "SB"}]}, "value": "B1"},
        {"value": "urn:oid:1.2.840.99.1.5"},
        {"value": "1.2.840.99.1.5"},
    ],
    "name": [
        {"use": "official", "family": "Davidson", "given": ["Douglas", "D."], "prefix": ["Mr."],
        "text": "D D"}
    ],
    "telecom": [
        {"system": "phone", "value": "555-1234"},
        {"system": "fax", "value": "555-1235"},
        {"system": "email", "value": "d@x.org"},
        {"system": "url", "value": "http://d.org"},
        {"value": "d2@x.org"},
        {"value": "555-1236"},
    ],
    "gender": "male",
    "birthDate": "1976-06-16",
    "_birthDate": {
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
                "valueDateTime": "1976-06-16T14:35:45-05:00",
            }
        ]
    },
    "deceasedDateTime": "2020-02",
    "address": [
        {
            "line": ["1 Main St"], "city": "Boston", "district": "Suffolk", "state": "MA",
            "postalCode": "02115",
            "country": "US",
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/geolocation",
                    "extension": [{"url": "latitude", "valueDecimal": 42.50}],
                }
            ],
        }
    ],
    "contact": [{"name": {"family": "Osmin"}, "telecom": [{"system": "phone", "value": "555-1237"}]}],
    "photo": [{"contentType": "image/jpeg", "data": "AAAA", "url": "http://x.org/p.jpg", "title": "face"}],
    "generalPractitioner": [{"reference": "Practitioner/77", "display": "Dr. Gupta"}],
    "managingOrganization": {"reference": "Organization/5", "display": "Acme"},
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", "valueString": "Kelvar"},
        {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
        "valueAddress": {"city": "Lynn"}},
        {
            "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
            "extension": [{"url": "text", "valueString": "White"}],
        },
        {"url": "http://x.org/patient-age", "valueInteger": 91},
        {"url": "http://x.org/unknown", "valueString": "words"},
    ],
}  # fmt: skip


def test_values_of_a_patient_have_the_classes_of_their_types() -> None:
    found = classes(PATIENT)
    classed = {place[2:]: known for place, (known, _) in found.items() if known is not None}
    assert classed == {
        "id": "resource-id",
        "meta.lastUpdated": "date",
        **{f"identifier[{at}].value": known for at, known in enumerate(
            ["patient-id", "ssn", "ssn", "license-number", "license-number", "health-plan-id", "ssn",
            "uid", "uid"]
        )},
        "name[0].family": "patient-name",
        "name[0].given[0]": "patient-name",
        "name[0].given[1]": "patient-name",
        "name[0].text": "patient-name",
        **{f"telecom[{at}].value": known for at, known in enumerate(
            ["phone", "fax", "email", "url", "email", "phone"]
        )},
        "birthDate": "birth-date",
        "_birthDate.extension[0].valueDateTime": "birth-date",
        "deceasedDateTime": "date",
        "address[0].line[0]": "address",
        "address[0].city": "geography",
        "address[0].district": "geography",
        "address[0].postalCode": "postal-code",
        "address[0].extension[0].extension[0].valueDecimal": "geography",
        "contact[0].name.family": "person-name",
        "contact[0].telecom[0].value": "phone",
        "photo[0].data": "face-image",
        "photo[0].url": "url",
        "generalPractitioner[0].reference": "resource-id",
        "generalPractitioner[0].display": "person-name",
        "managingOrganization.reference": "resource-id",
        "managingOrganization.display": "organization",
        "extension[0].valueString": "person-name",
        "extension[1].valueAddress.city": "geography",
        "extension[3].valueInteger": "age",
    }  # fmt: skip
    assert found["$.identifier[7].value"] == ("uid", "1.2.840.99.1.5")


def test_what_is_searched_and_what_is_kept() -> None:
    searched = {
        field.location[2:]: field.type.searchable for field in offered(PATIENT) if not field.type.data_class
    }
    assert {place for place, is_searched in searched.items() if is_searched} == {
        "text.div", "name[0].prefix[0]", "address[0].state", "address[0].country", "photo[0].title",
        "extension[2].extension[0].valueString", "extension[4].valueString",
    }  # fmt: skip
    kept = {place for place, is_searched in searched.items() if not is_searched}
    assert {"meta.profile[0]", "identifier[0].system", "gender", "extension[0].url", "name[0].use"} <= kept
    assert not any("resourceType" in place for place in searched)


def test_types_tell_the_place() -> None:
    types = {field.location: field.type for field in offered(PATIENT)}
    assert types["$.name[0].given[0]"] is types["$.name[0].given[1]"]
    assert types["$.name[0].family"].format == "fhir"
    assert types["$.name[0].family"].attributes == {
        "path": "Patient.name.family", "resource": "Patient", "element": "family", "type": "string",
        "parent": "HumanName", "column": "family", "column_key": "family",
    }  # fmt: skip
    number = types["$.identifier[0].value"].attributes
    assert (number["system"], number["issuer"]) == ("http://hospital.org", "http://hospital.org")
    assert "issuer" not in types["$.identifier[1].value"].attributes
    assert types["$.telecom[0].value"].attributes["system"] == "phone"
    assert "encoded" not in types["$.photo[0].data"].attributes
    assert types["$._birthDate.extension[0].valueDateTime"].attributes["path"] == (
        "Patient.birthDate.extension.valueDateTime"
    )
    again = {field.location: field.type for field in offered(PATIENT)}
    assert all(again[place] is type_ for place, type_ in types.items())


@pytest.mark.parametrize(
    ("place", "valid", "invalid"),
    [
        (
            "$.birthDate",
            ["1976", "1976-06", "1900-01-01"],
            ["19760616", "76", "1976-13", "1976-06-16T10:00:00Z"],
        ),
        ("$.deceasedDateTime", ["1976", "2020-02-03T10:11:12.5+01:00"], ["20200203", "2020-02-03 10:00", ""]),
        ("$.meta.lastUpdated", ["2020-02-03T10:11:12Z"], ["2020", "2020-02-03"]),
        ("$.gender", ["female"], ["", "a  b", " a"]),
        ("$.id", ["abc-1.2", "a" * 64], ["", "a b", "a/b", "a|b", "a#b", "a?b"]),
        ("$.extension[3].valueInteger", ["90"], ["90+", "9.5", "x"]),
    ],
)
def test_replacements_must_be_valid(place: str, valid: list[str], invalid: list[str]) -> None:
    scope = scopes(PATIENT)[0]
    field = next(field for field in scope.fields() if field.location == place)
    for text in valid:
        assert scope.replace(field, text) == text
    for text in invalid:
        with pytest.raises(Unfit):
            scope.replace(field, text)


@pytest.mark.parametrize(
    ("resource", "place", "data_class"),
    [
        ({"resourceType": "Practitioner", "name": [{"family": "x"}]}, "name[0].family", "person-name"),
        ({"resourceType": "Practitioner", "identifier": [{"value": "x"}]}, "identifier[0].value",
        "license-number"),
        ({"resourceType": "RelatedPerson", "name": [{"text": "x"}]}, "name[0].text", "person-name"),
        ({"resourceType": "Coverage", "subscriberId": "x"}, "subscriberId", "health-plan-id"),
        ({"resourceType": "Coverage", "subscriberId": [{"value": "x"}]}, "subscriberId[0].value",
        "health-plan-id"),
        (
            {"resourceType": "ImagingStudy", "identifier": [{"type": {"coding": [{"code": "ACSN"}]},
            "value": "x"}]},
            "identifier[0].value", "accession-number",
        ),
        ({"resourceType": "ImagingStudy", "accession": {"value": "x"}}, "accession.value",
        "accession-number"),
        ({"resourceType": "ImagingStudy", "uid": "urn:oid:1.2.3"}, "uid", "uid"),
        ({"resourceType": "ImagingStudy", "series": [{"uid": "1.2.3"}]}, "series[0].uid", "uid"),
        ({"resourceType": "Observation", "identifier": [{"value": "x"}]}, "identifier[0].value", "other-id"),
        ({"resourceType": "Observation", "subject": {"identifier": {"value": "x"}}},
        "subject.identifier.value", "patient-id"),
        ({"resourceType": "Observation", "note": [{"text": "x"}]}, "note[0].text", "free-text"),
        ({"resourceType": "Observation", "note": [{"authorString": "x"}]}, "note[0].authorString",
        "person-name"),
        ({"resourceType": "Observation", "subject": {"reference": "urn:uuid:1", "display": "x"}},
        "subject.display", "patient-name"),
        (
            {"resourceType": "Encounter", "serviceProvider": {"reference": "urn:uuid:1", "display": "x"}},
            "serviceProvider.display", "organization",
        ),
        ({"resourceType": "Encounter", "partOf": {"reference": "#1", "display": "x"}},
        "partOf.display", None),
        ({"resourceType": "Observation", "effectivePeriod": {"start": "2020"}}, "effectivePeriod.start",
        "date"),
        ({"resourceType": "Observation", "effectiveTiming": {"event": ["2020"]}},
        "effectiveTiming.event[0]", "date"),
        ({"resourceType": "Observation", "valueTime": "10:00:00"}, "valueTime", "time"),
        ({"resourceType": "Observation", "valueQuantity": {"value": 91, "code": "a"}},
        "valueQuantity.value", "age"),
        ({"resourceType": "Observation", "valueQuantity": {"value": 91, "code": "kg"}},
        "valueQuantity.value", None),
        ({"resourceType": "Condition", "onsetAge": {"value": 91}}, "onsetAge.value", "age"),
        ({"resourceType": "Condition", "stage": {"summary": {"text": "x"}}}, "stage.summary.text", None),
        ({"resourceType": "Device", "serialNumber": "x"}, "serialNumber", "device-id"),
        ({"resourceType": "Organization", "name": "x"}, "name", "organization"),
        ({"resourceType": "AuditEvent", "agent": [{"network": {"address": "x"}}]},
        "agent[0].network.address", "ip-address"),
        ({"resourceType": "FamilyMemberHistory", "name": "x"}, "name", "person-name"),
        ({"resourceType": "Patient", "name": ["x"]}, "name[0]", "patient-name"),
        ({"resourceType": "Patient", "birthDate": 1976}, "birthDate", "birth-date"),
        ({"resourceType": "Patient", "contained": [{"resourceType": "Practitioner",
        "name": [{"text": "x"}]}]},
         "contained[0].name[0].text", "person-name"),
        ({"resourceType": "Observation", "contained": [{"resourceType": "Patient", "name": [{"text": "x"}]}]},
         "contained[0].name[0].text", "patient-name"),
        ({"name": [{"text": "x"}], "resourceType": "Patient"}, "name[0].text", "patient-name"),
        ({"resourceType": "Parameters", "parameter": [{"valueHumanName": {"text": "x"}}]},
         "parameter[0].valueHumanName.text", "person-name"),
        ({"resourceType": "Parameters", "parameter": [{"resource": {"resourceType": "Patient",
        "birthDate": "2000"}}]},
         "parameter[0].resource.birthDate", "birth-date"),
        ({"resourceType": "Provenance", "agent": [{"whoUri": "mailto:x@y.org"}]}, "agent[0].whoUri", None),
    ],
)  # fmt: skip
def test_rules_hold_in_every_resource(resource: dict[str, Any], place: str, data_class: str | None) -> None:
    assert classes(resource)[f"$.{place}"][0] == data_class


def test_documents_in_values_are_marked() -> None:
    data = {
        "resourceType": "DocumentReference", "content": [{"attachment": {"data": "AAAA", "hash": "BBBB"}}],
        "extension": [{"url": "x", "valueBase64Binary": "CCCC"}],
    }  # fmt: skip
    found = {field.text: field.type for field in offered(data)}
    for text in ("AAAA", "CCCC"):
        assert found[text].attributes["encoded"] == "base64"
        assert (found[text].searchable, found[text].data_class) == (False, None)
    assert "encoded" not in found["BBBB"].attributes
    assert found["BBBB"].data_class == "unique-code"


def test_numbers_of_a_class_take_a_dummy_where_a_rule_makes_none() -> None:
    scope = scopes(PATIENT)[0]
    latitude = next(field for field in scope.fields() if field.location.endswith("valueDecimal"))
    assert latitude.type.constraint.accepts("REDACTED")
    with pytest.raises(Unfit):
        scope.replace(latitude, "REDACTED")
    assert scope.replace(latitude, dummy(latitude.type.constraint)) == "0"


def test_all_classes_are_in_the_library() -> None:
    found = {
        *(rule.data_class for rule in rules.PLACES.values()), *rules.CLASS_OF_TYPE.values(), rules.ID_CLASS,
        *siblings.CLASSES, *search.CLASSES,
    }  # fmt: skip
    assert found - {None} <= load("basic").classes.keys()
    assert len(found) > 20


def test_unknown_elements_are_as_in_any_json() -> None:
    data = {
        "resourceType": "Patient", "favourite": "x", "history": {"Douglas": [{"note": "y", "n": 5}]},
        "contact": [{"resourceType": "Alien", "name": "z"}], "gender": 5,
    }  # fmt: skip
    found = {field.location: field for field in offered(data)}
    assert {place for place, field in found.items() if field.type.searchable} == {
        "$.{2} name", "$.{2}", "$.history.{1} name", "$.history.{1}[0].note", "$.history.{1}[0].{2} name",
        "$.history.{1}[0].{2}", "$.contact[0].resourceType", "$.contact[0].name",
    }  # fmt: skip
    note = found["$.history.{1}[0].note"].type
    assert (note.format, note.attributes["column_key"]) == ("json", "note")


@pytest.mark.parametrize(
    "data",
    [
        {"resourceType": "Douglas", "name": [{"family": "z"}]},
        {"resourceType": "Patient", "contained": [{"resourceType": "PatientOfTheFuture"}]},
        {"resourceType": "Patient", "unknown": [{"resourceType": "Alien"}]},
        {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Alien"}}]},
        {"x": {"resourceType": "Alien"}},
        {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Davidson"}]}},
        {"study": [{"0020000D": {"Value": ["1.2"], "vr": "UI"}}]},
    ],
)
def test_objects_with_rules_that_nobody_knows_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(FormatError) as caught:
        scopes(data)
    assert caught.value.reason == "unknown-format"


def test_resources_are_typed_wherever_they_stand() -> None:
    resource = {"resourceType": "Patient", "name": [{"family": "x"}], "contact": [{"name": {"text": "y"}}]}
    for data, place in (
        ({"payload": resource}, "$.payload"),
        ([{"a": [1, [resource]]}], "$[0].{1}[1][0]"),
        ({"resourceType": "Basic", "unknown": {"x": resource}}, "$.{2}.{1}"),
        ([5, resource], "$[1]"),
    ):
        found = classes(data)  # type: ignore[arg-type]
        assert found[f"{place}.name[0].family"] == ("patient-name", "x")
        assert found[f"{place}.contact[0].name.text"] == ("person-name", "y")


def test_lines_of_no_resource_are_as_in_any_json() -> None:
    found = scopes(b'{"resourceType":"Patient","id":"1"}\n{"mrn":"4711"}\n{"resourceType":5,"mrn":"4711"}\n')
    types = [field.type for scope in found[1:] for field in scope.fields() if field.text == "4711"]
    assert [(type_.format, type_.attributes["column_key"]) for type_ in types] == [("json", "mrn")] * 2
    without_type = offered({"resourceType": "Bundle", "entry": [{"resource": {"mrn": "4711"}}]})
    assert without_type[0].type.attributes["column_key"] == "mrn"


def test_what_is_emptied_is_removed_in_fhir_and_empty_elsewhere() -> None:
    found = scopes({"note": "a", "resource": {"resourceType": "Patient", "birthDate": "1976"}, "n": 5})
    for field in found[0].fields():
        if not field.location.endswith("name"):
            found[0].empty(field)
    assert rendered(found) == b'{"note": "", "resource": {"resourceType": "Patient"}, "n": null}'


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("male", False), ("mm[Hg]", False), ("LA6576-8", False), ("a" * 128, False), ("a" * 129, True),
        ("Douglas Davidson", True), ("Davidson,Douglas", True), ("x123456", True), ("4711-12", False),
    ],
)  # fmt: skip
def test_codes_are_kept_by_their_form(text: str, searched: bool) -> None:
    data = {"resourceType": "Observation", "status": text, "extension": [{"url": "x", "valueCode": text}]}
    found = {field.location: field.type.searchable for field in offered(data)}
    assert found["$.status"] is found["$.extension[0].valueCode"] is searched


@pytest.mark.parametrize(
    ("system", "code", "searched"),
    [
        ("http://snomed.info/sct", "73761001234107", False),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "1049221", False),
        ("http://hospital.org", "1049221", True),
        ("http://snomed.info/sct", "Davidson, Douglas 1049221", True),
        ("http://snomed.info/sct/davidson", "1049221", True),
    ],
)
def test_long_numbers_are_codes_in_terminologies_alone(system: str, code: str, searched: bool) -> None:
    data = {"resourceType": "Observation", "code": {"coding": [{"system": system, "code": code}]}}
    found = {field.location: field.type.searchable for field in offered(data)}
    assert found["$.code.coding[0].code"] is searched


@pytest.mark.parametrize(
    ("number", "kind"), [(5, "integer"), (999999, "integer"), (1234567, "code"), (-12345678, "code")]
)
def test_long_numbers_are_compared_as_codes_are(number: int, kind: str) -> None:
    data = {"resourceType": "Observation", "valueInteger": number}
    assert offered(data)[0].type.constraint.kind == kind


def test_tokens_of_subscriptions_are_ids_and_their_criteria_searches() -> None:
    data = {
        "resourceType": "Subscription", "criteria": "Observation?patient=Patient/5&code=x",
        "channel": {"type": "rest-hook", "header": ["Authorization: Bearer abc"]},
    }  # fmt: skip
    found = [(field.location, field.type.data_class, field.text) for field in offered(data)]
    assert found == [
        ("$.criteria", "resource-id", "5"), ("$.criteria", None, "x"), ("$.channel.type", None, "rest-hook"),
        ("$.channel.header[0]", "other-id", "Authorization: Bearer abc"),
    ]  # fmt: skip


def test_object_identifiers_in_open_values_are_looked_at() -> None:
    values = ["urn:oid:1.2.840.99.1.5", "1.2.840.99.1.5", "Davidson", "urn:oid:1.2.840.10008.1.1"]
    data = {"resourceType": "Basic", "extension": [{"url": "x", "valueOid": value} for value in values]}
    found = [(field.text, field.type.data_class) for field in offered(data) if field.text != "x"]
    assert found == [
        ("1.2.840.99.1.5", "uid"), ("1.2.840.99.1.5", "uid"), ("Davidson", None),
        ("urn:oid:1.2.840.10008.1.1", None),
    ]  # fmt: skip
    assert next(field for field in offered(data) if field.text == "Davidson").type.searchable


def test_long_systems_are_told_apart_and_not_kept() -> None:
    systems = ["http://x.org/" + letter * 10_000 for letter in "ab"]
    data = {"resourceType": "Patient", "identifier": [{"system": each, "value": "1"} for each in systems]}
    issuers = {
        field.type.attributes["issuer"] for field in offered(data) if field.type.data_class == "patient-id"
    }
    assert len(issuers) == 2
    assert max(map(len, issuers)) < 100


def test_identifiers_of_urns_are_parts() -> None:
    def change(field: Any) -> str | None:
        return "1.2.3" if field.type.data_class == "uid" else "9-9" if field.text == "0a-1" else None

    data = {
        "resourceType": "Patient",
        "identifier": [{"value": "urn:oid:1.2.840.5"}, {"value": "urn:uuid:0a-1"}],
    }
    values = [identifier["value"] for identifier in masked(data, change)["identifier"]]
    assert values == ["urn:oid:1.2.3", "urn:uuid:9-9"]


def test_removed_fields_leave_valid_resources() -> None:
    found = scopes(
        b'{"resourceType":"Patient","id":"1","name":[{"given":["A","B"],"family":"C"}],"birthDate":"1976"}'
    )
    for field in found[0].fields():
        if field.location != "$.name[0].given[1]":
            found[0].empty(field)
    assert rendered(found) == b'{"resourceType":"Patient","name":[{"given":[null,"B"]}]}'


def test_the_table_has_all_releases_and_bases() -> None:
    assert element_types(("Patient",), "name") == ("HumanName",)
    assert element_types(("Patient",), "animal") == ("PatientAnimal",)  # STU3
    assert element_types(("ImagingStudy",), "accession") == ("Identifier",)  # STU3
    assert element_types(("MedicationUsage",), "x") == ()
    assert element_types(("Patient",), "_birthDate") == ("Element",)
    assert set(element_types(("Encounter",), "class")) == {"CodeableConcept", "Coding"}
    assert {"id", "meta", "contained", "text", "extension"} <= elements("Patient").keys()
    assert is_resource("Patient")
    assert is_resource("DeviceUseStatement")
    assert not is_resource("HumanName")
    assert not is_resource("Douglas")


@pytest.mark.parametrize(
    ("head", "is_fhir"),
    [
        (b'{"resourceType": "Patient", "id', True),
        (b' {\n"id": "1", "meta": {"x": [1, "}"]}, "resourceType" : "Bundle"', True),
        (b'[{"resourceType":"Patient"}]', True),
        (b'{"resourceType":"Patient"}\n{"resourceType":"Patient"}', True),
        (b'{"x": {"resourceType": "Patient"}}', False),
        (b'{"resourceType": 5}', False),
        (b'{"resourceType": "\xff', False),
        (b'{"a": "\xff", "resourceType": "Patient"}', True),
        (b'{"id": "' + b"x" * 8000, False),
        (b"<Patient/>", False),
        (b"", False),
    ],
)
def test_fhir_is_recognised(head: bytes, is_fhir: bool) -> None:
    assert fhir.looks_like_fhir(head) is is_fhir


@pytest.mark.parametrize(
    "code", ["123-45-6789", "617-555-0134", "617.555.0134", "d@x.org", "Doug%20Davidson"]
)
@pytest.mark.parametrize("system", ["http://x.org/codes", "http://hl7.org/fhir/sid/ndc"])
def test_codes_of_the_form_of_personal_numbers_are_searched(system: str, code: str) -> None:
    data = {"resourceType": "Basic", "code": {"coding": [{"system": system, "code": code}]}}
    assert [field.type.searchable for field in offered(data) if field.text == code] == [True]
    codes = ["K35.80", "1234-5678-90", "12345-678-90", "8302-2", "10*3/uL", "en-US"]
    data = {"resourceType": "Basic", "code": {"coding": [{"system": system, "code": each} for each in codes]}}
    assert [field.type.searchable for field in offered(data) if field.text in codes] == [False] * len(codes)


@pytest.mark.parametrize(
    ("scheme", "data_class"),
    [
        ("4.1", "ssn"), ("4.6", "license-number"), ("4.8", "license-number"), ("4.3.25", "license-number"),
        ("4.330.840", "license-number"), ("4.572", "health-plan-id"), ("4.927", "health-plan-id"),
        ("4.1.5", "patient-id"), ("4.19", "patient-id"), ("6.1", "patient-id"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("written", ["urn:oid:{}", "{}", "http://x.org/oid/{}"])
def test_public_schemes_say_what_their_numbers_are(written: str, scheme: str, data_class: str) -> None:
    system = written.format(f"2.16.840.1.113883.{scheme}")
    data = {"resourceType": "Patient", "identifier": [{"system": system, "value": "S-99"}]}
    assert [field.type.data_class for field in offered(data) if field.text == "S-99"] == [data_class]


def test_public_object_identifiers_are_nobodys() -> None:
    schemes = ["4.1", "4.1.123.45.6789", "4.642.3.155", "6.96"]
    oids = [f"{before}2.16.840.1.113883.{scheme}" for scheme in schemes for before in ("", "urn:oid:")]
    data = {"resourceType": "Basic", "extension": [{"url": "x", "valueUri": oid} for oid in oids]}
    found = {field.text for field in offered(data) if field.type.data_class == "uid"}
    assert found == {"2.16.840.1.113883.4.1.123.45.6789"}


def test_what_signs_a_resource_goes_with_what_it_signed() -> None:
    provenance = {
        "resourceType": "Provenance",
        "target": [{"reference": "Patient/p1"}],
        "signature": [{"when": "2020-01-01T10:00:00Z", "data": "c2lnbmVkIGJ5IERvdWdsYXM="}],
    }
    types = {field.location: field.type for scope in scopes(provenance) for field in scope.fields()}
    assert types["$.signature[0].data"].data_class == "biometric"
    assert "encoded" not in types["$.signature[0].data"].attributes
