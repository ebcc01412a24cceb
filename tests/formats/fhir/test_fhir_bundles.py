from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from fhir_help import offered, scopes
from hypothesis import example, given
from hypothesis import strategies as st
from support.scopes import damaged, deleted, read_or_refused, reason, rendered

from beam_phi.formats.document import FormatError, Unfit
from beam_phi.formats.fhir.bundle import type_of_resource


def patient(id_: str, family: str, mrn: str) -> dict[str, Any]:
    return {
        "fullUrl": f"http://s.org/Patient/{id_}",
        "resource": {
            "resourceType": "Patient",
            "id": id_,
            "identifier": [{"system": "http://h.org", "value": mrn}],
            "name": [{"family": family, "period": {"start": "2000"}}],
            "telecom": [{"system": "phone", "value": f"555-{mrn}"}],
            "birthDate": "1976-06-16",
            "address": [{"line": ["1 Main St"], "state": "MA"}],
            "contact": [{"name": {"family": "Contact"}}],
        },
    }


def observation(**members: Any) -> dict[str, Any]:
    return {"resource": {"resourceType": "Observation", "valueString": "x", **members}}


def bundle(*entries: dict[str, Any], type_: str = "collection", **members: Any) -> bytes:
    return json.dumps(
        {"resourceType": "Bundle", "type": type_, **members, "entry": list(entries), "timestamp": "2020"}
    ).encode()


def hidden(data: bytes) -> list[list[str]]:
    return [[field.text for field in scope.hidden()] for scope in scopes(data)]


ANN, BOB = patient("a", "Davidson", "11"), patient("b", "Osmin", "22")
OF_ANN = ["11", "Davidson", "555-11", "1976-06-16", "1 Main St"]
OF_BOB = ["22", "Osmin", "555-22", "1976-06-16", "1 Main St"]


def test_each_entry_is_a_scope_and_the_frame_belongs_to_the_outer_ones() -> None:
    data = (
        b'{"resourceType":"Bundle","id":"7","entry":[ {"fullUrl":"urn:uuid:1"} ,'
        b'\n{"fullUrl":"urn:uuid:2"}],"total":2}\n'
    )
    found = scopes(data)
    assert [scope.render() for scope in found] == [
        [b'{"resourceType":"Bundle","id":"7","entry":[ {"fullUrl":"urn:uuid:1"} ,'],
        [b'\n{"fullUrl":"urn:uuid:2"}],"total":2}\n'],
    ]
    assert [[field.location for field in scope.fields()] for scope in found] == [
        ["$.id", "$.entry[0].fullUrl"],
        ["$.entry[1].fullUrl", "$.total"],
    ]
    assert found[0].fields()[1].type.attributes["path"] == "Bundle.entry.fullUrl"


def test_members_around_the_entries_can_be_removed() -> None:
    data = (
        b'{"id":"7","resourceType":"Bundle","entry":[{"fullUrl":"urn:uuid:1"},{"id":"5"}],"timestamp":"2020"}'
    )
    left = deleted(scopes(data), "$.id", "$.timestamp")
    assert left == b'{"resourceType":"Bundle","entry":[{"fullUrl":"urn:uuid:1"},{"id":"5"}]}'


@pytest.mark.parametrize(
    "data",
    [
        b'{"resourceType":"Bundle"}',
        b'{"resourceType":"Bundle","entry":[]}',
        b'{"resourceType":"Bundle","entry":5}',
        b'{"resourceType":"Bundle","entry":[null,[1],"x",{}]}',
        b'{"resourceType":"Bundle","entry":{"id":"5"}}',
        b'{"entry":[{"id":"5"}],"resourceType":"Bundle"}',
        b'[{"resourceType":"Bundle","entry":[{"id":"5"}]}]',
    ],
)  # fmt: skip
def test_odd_bundles_keep_every_byte(data: bytes) -> None:
    found = scopes(data)
    assert rendered(found) == data
    assert len(found) in (1, 4)


def test_an_entry_knows_the_patients_it_refers_to() -> None:
    data = bundle(
        observation(subject={"reference": "Patient/a"}),
        ANN,
        BOB,
        observation(subject={"reference": "http://s.org/Patient/b"}),
        observation(subject={"reference": "urn:uuid:b"}),
        observation(subject={"reference": "Patient?identifier=http://h.org|22"}),
        observation(subject={"reference": "Patient/b/_history/3"}, performer=[{"reference": "Patient/a"}]),
        observation(performer=[{"reference": "Patient/a"}], subject={"reference": "Patient/b"}),
        observation(subject={"reference": "Patient/c"}),
        observation(),
    )
    assert hidden(data) == [
        OF_ANN, [], [], OF_BOB, OF_BOB, OF_BOB, OF_BOB + OF_ANN, OF_BOB + OF_ANN, [], [],
    ]  # fmt: skip


def test_a_patient_knows_those_it_is_linked_to_but_not_itself() -> None:
    linked = patient("c", "Kelvar", "33")
    linked["resource"]["link"] = [
        {"other": {"reference": "Patient/a"}},
        {"other": {"reference": "Patient/c"}},
    ]
    assert hidden(bundle(ANN, linked)) == [[], OF_ANN]


@pytest.mark.parametrize(
    ("type_", "knows"),
    [
        ("collection", True),
        ("document", True),
        ("searchset", True),
        ("transaction", False),
        ("history", False),
    ],
)
def test_an_entry_that_refers_to_nobody_is_about_the_only_patient(type_: str, knows: bool) -> None:
    wanted = OF_ANN if knows else []
    assert hidden(bundle(observation(), ANN, observation(), type_=type_)) == [wanted, [], wanted]


def test_hidden_values_have_types_and_can_not_be_replaced() -> None:
    scope = scopes(bundle(BOB, ANN, observation(subject={"reference": "Patient/a"})))[2]
    fields = scope.hidden()
    assert [field.type.data_class for field in fields] == [
        "patient-id", "patient-name", "phone", "birth-date", "address",
    ]  # fmt: skip
    assert fields[1].location == "$.entry[1].resource.name[0].family"
    assert fields[0].type.attributes["issuer"] == "http://h.org"
    assert not set(map(id, fields)) & set(map(id, scope.fields()))
    for field in fields:
        with pytest.raises(Unfit):
            scope.replace(field, "X")
        with pytest.raises(Unfit):
            scope.delete(field)


def test_a_resource_with_a_contained_patient_has_its_fields() -> None:
    data = observation(contained=[ANN["resource"]], subject={"reference": "#a"})["resource"]
    found = scopes(data)
    assert found[0].hidden() == []
    assert "Davidson" in [field.text for field in found[0].fields()]


def test_lines_are_scopes_whatever_they_hold() -> None:
    lines = bundle(ANN, observation(subject={"reference": "Patient/a"})), json.dumps(ANN["resource"]).encode()
    found = scopes(b"\n".join(lines))
    assert len(found) == 2
    assert found[0].hidden() == []
    assert {field.location.partition("$")[0] for field in found[1].fields()} == {"line 2 "}


@pytest.mark.parametrize(
    "data",
    [
        b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}]}',
        b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}},',
        b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"',
        b'{"resourceType":"Bundle","entry":[{}],"entry":[{"resource":{"resourceType":"Patient"}}]}',
        b'{"resourceType":"Bundle","entry":[{} {}]}',
    ],
)
def test_broken_bundles_are_refused(data: bytes) -> None:
    assert reason(scopes, data) == "bad-syntax"


def test_deep_objects_are_read_without_trouble() -> None:
    extension = '{"extension":[' * 98 + '{"valueString":"x"}' + "]}" * 98
    data = f'{{"resourceType":"Patient","x":{extension}}}'.encode()
    objects = b'{"extension":' * 199 + b'{"valueString":"x"}' + b"}" * 199
    contained = b'{"resourceType":"Patient","contained":[' * 100 + b"]}" * 100
    for each in (data, objects, contained):
        found = scopes(each)
        assert rendered(found) == each
        assert [field.text for field in found[0].fields()][-1:] == ["x"] * (each is not contained)
    with pytest.raises(FormatError):
        scopes(b'{"extension":' + objects + b"}")


def test_the_type_of_a_resource_is_found_wherever_it_stands() -> None:
    assert type_of_resource(b' {"a": {"resourceType": "X"}, "b": "}", "resourceType": "Y"}') == "Y"
    assert type_of_resource(b'{"a": [1, 2], "c": null}') == ""
    assert type_of_resource(b"[1]") == type_of_resource(b'{"a": tru') == type_of_resource(b'{"a": [') == ""


# -- real and broken files -----------------------------------------------------------------------------------


@pytest.mark.corpus
def test_corpus_files_keep_every_byte_and_fit_their_constraints(corpus: Path) -> None:
    files = [path for path in (corpus / "fhir").rglob("*") if path.suffix in (".json", ".ndjson")]
    assert len(files) > 200
    seen = set()
    for path in files:
        data = path.read_bytes()
        found = scopes(data)
        assert rendered(found) == data, path
        for scope in found:
            for field in scope.fields():
                seen.add(field.type.data_class)
                assert field.type.constraint.accepts(field.text), (path, field.location)
    assert {
        "patient-name",
        "patient-id",
        "person-name",
        "birth-date",
        "date",
        "ssn",
        "address",
        "uid",
    } <= seen


@pytest.mark.corpus
def test_names_of_corpus_patients_are_classed_or_searched(corpus: Path) -> None:
    """A patient's name stands in no field of its file that is neither masked nor searched."""
    for path in (corpus / "fhir").rglob("*.json"):
        found = scopes(path.read_bytes())
        fields = [field for scope in found for field in scope.fields()]
        names = {
            field.text
            for field in fields
            if field.type.data_class == "patient-name" and len(field.text) > 4 and " " not in field.text
        }
        for field in fields:
            if (
                field.type.data_class is None
                and not field.type.searchable
                and "encoded" not in field.type.attributes
            ):
                assert not [name for name in names if name in field.text], (path, field.location)


@pytest.mark.corpus
def test_removing_all_classed_fields_of_corpus_files_leaves_valid_json(corpus: Path) -> None:
    for path in sorted((corpus / "fhir").rglob("*.json"))[::5]:
        found = scopes(path.read_bytes())
        for scope in found:
            for field in scope.fields():
                if field.type.data_class is not None:
                    scope.delete(field)
        result = rendered(found)
        json.loads(result.removeprefix(b"\xef\xbb\xbf"))
        left = [field for field in offered(result) if field.type.data_class not in (None, "free-text")]
        assert not left, path


SEED = bundle(
    ANN,
    observation(
        subject={"reference": "Patient/a", "display": "D"},
        text={"div": "<div>a <b title='x'>D&amp;</b></div>"},
    ),
    id="x",
    link=[{"url": "Patient?name=x"}],
)


@given(st.randoms(use_true_random=False))
def test_mutated_fhir_is_a_document_or_a_format_error(chance: random.Random) -> None:
    pieces = [b"", *(bytes([byte]) for byte in b'"\\{}[],\xff\0\n<&|5'), b"null"]
    read = read_or_refused(scopes, damaged(SEED, chance, pieces), chance)
    if read is None:
        return
    found, left = read
    for scope in found:
        for field in [*scope.fields(), *scope.hidden()]:
            assert field.location
            assert field.key == field.text
    assert rendered(scopes(left)) == left


NAMES = (
    "resourceType entry resource name identifier value system extension url text div subject reference"
    " display telecom contained _birthDate birthDate Ann link fullUrl request ifNoneExist valueString"
    " valueQuantity code type coding photo data meta profile x"
)
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=5)
    ),
    max_leaves=25,
)


@example({"text": [""]}, "Patient")
@given(SHAPES, st.sampled_from(["Bundle", "Patient", "Observation", "Parameters", "alien"]))
def test_json_of_any_shape_is_taken_for_fhir(shape: Any, type_: str) -> None:
    value = {**shape, "resourceType": type_} if isinstance(shape, dict) else shape
    data = json.dumps(value).encode()
    try:
        found = scopes(data)
    except FormatError:
        # A type that FHIR does not have.
        if re.search(rb'"resourceType": "[A-Z][a-z]', data):
            return
        raise
    assert rendered(found) == data
    strings: list[str] = []

    def collect(each: object) -> None:
        if isinstance(each, dict):
            for key, inner in each.items():
                if key not in ("resourceType", "div", "reference", "fullUrl", "url", "value", "ifNoneExist"):
                    collect(inner)
        elif isinstance(each, list):
            for inner in each:
                collect(inner)
        elif isinstance(each, str):
            strings.append(each)

    collect(value)
    texts = [field.text for scope in found for field in scope.fields()]
    for string in strings:
        assert string in texts
