from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from fhir_help import masked, offered, scopes
from support.scopes import rendered

from beam_phi.engine.plan import CODED
from beam_phi.formats.document import Field, FieldType
from beam_phi.formats.fhir import narrative
from beam_phi.formats.fhir.part import Part
from beam_phi.formats.fhir.references import CODE, SYSTEM, is_search, names_type, spans, target_of
from beam_phi.formats.json.nodes import TEXT, Leaf, Root


def parts(text: str) -> list[str]:
    return [text[span.start : span.end] for span in spans(text) if span.kind not in (SYSTEM, CODE)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Patient/123", ["123"]),
        ("Patient/123/_history/2", ["123"]),
        ("http://server.org/fhir/Patient/a-1.b", ["a-1.b"]),
        ("https://server.org:8080/Patient/a_1/_history/3#x", ["a_1"]),
        ("#p1", ["p1"]),
        ("#", []),
        ("urn:uuid:0a1b", ["0a1b"]),
        ("urn:oid:1.2.3", ["1.2.3"]),
        ("Patient?identifier=http://x.org/mrn|123", ["123"]),
        ("http://server.org/Patient?identifier=http%3A%2F%2Fx.org%7C123&active=true", ["123", "true"]),
        ("Patient?identifier=http://x.org/mrn|", []),
        ("Patient?name=Davidson,Osmin&birthdate=ge1976-06-16&_count=5", ["Davidson", "Osmin", "1976-06-16"]),
        ("Observation?subject=Patient/5&code=http://loinc.org|1-2", ["5"]),
        ("Observation?patient=5", ["5"]),
        ("Patient/5/Observation?category=x", ["5"]),
        ("Patient/5/$everything", ["5"]),
        ("Patient/$match", []),
        ("Patient/_search", []),
        ("Patient", []),
        ("metadata", []),
        ("Alien/5", []),
        ("http://x.org/documents/5", []),
        ("", []),
    ],
)
def test_ids_and_values_in_references(text: str, found: list[str]) -> None:
    assert parts(text) == found


def test_targets_of_references() -> None:
    assert target_of("http://x.org/Patient/1") == "Patient"
    assert target_of("Patient?identifier=x|1") == "Patient"
    assert target_of("urn:uuid:1") == target_of("#1") == target_of("") == ""
    assert names_type("Patient")
    assert names_type("Patient/$match")
    assert names_type("Patient/_search")
    for text in ("documents/5", "Davidson/Patient", "Patient/_davidson", "Patient?", "Patient#davidson"):
        assert not names_type(text)


def test_systems_and_codes_in_searches_are_kept_as_such() -> None:
    text = (
        "Patient?identifier=http://x.org/mrn|12&gender=male&code=http://loinc.org|1-2&_sort=date&code=a%20b"
    )
    found = [(span.kind, text[span.start : span.end]) for span in spans(text)]
    assert found == [
        ("system", "http://x.org/mrn"), ("value", "12"), ("code", "male"), ("system", "http://loinc.org"),
        ("code", "1-2"), ("code", "date"), ("code", "a%20b"),
    ]  # fmt: skip
    data = {"resourceType": "Observation", "subject": {"reference": text}}
    searched = {field.text: field.type.searchable for field in offered(data)}
    assert searched == {
        "http://x.org/mrn": False, "12": True, "male": False, "http://loinc.org": False, "1-2": False,
        "date": False, "a b": True,
    }  # fmt: skip
    assert is_search(text)
    for text in ("Patient? Mr. Davidson = x", "Patient?", "Davidson?a=b", "Patient/5"):
        assert not is_search(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://davidson.org/fhir/Patient/5/_history/2#doe", ["davidson.org", "5", "2", "doe"]),
        ("http://x.org/Douglas%20D/Patient/5", ["x.org", "Douglas D", "5"]),
        ("Patient/5/Davidson", ["5", "Davidson"]),
        ("Patient/5 Davidson", ["Patient/5 Davidson"]),
        ("urn:uuid:0a1b Davidson", ["urn:uuid:0a1b Davidson"]),
        ("urn:oid:1.2.3|Davidson", ["urn:oid:1.2.3|Davidson"]),
        ("Patient?davidson&_id=5", ["davidson", "5"]),
        ("Patient?subject:Patient.name=D&davidson=7", ["D", "davidson", "7"]),
        ("Patient?name=D#Osmin", ["D", "Osmin"]),
    ],
)  # fmt: skip
def test_all_that_stands_around_the_ids_of_a_reference_is_offered(text: str, found: list[str]) -> None:
    data = {"resourceType": "Observation", "subject": {"reference": text}}
    fields = offered(data)
    assert [field.text for field in fields] == found
    assert all(field.type.searchable or field.type.data_class for field in fields)


def test_what_stands_around_an_id_is_written_as_in_an_address() -> None:
    def change(field: Field) -> str | None:
        return {"Douglas D": "A/B C", "a b": "c d", "O N": "<A>"}.get(field.text)

    data = {"resourceType": "Observation", "subject": {"reference": "http://x.org/Douglas%20D/Patient/5"}}
    assert masked(data, change)["subject"]["reference"] == "http://x.org/A%2FB%20C/Patient/5"
    data["subject"]["reference"] = "a b/Patient/5"  # type: ignore[index]
    assert masked(data, change)["subject"]["reference"] == "c d/Patient/5"
    div = '<div><a href="http://x.org/O%20N/Patient/5">x</a></div>'
    narrated = masked({"resourceType": "Patient", "text": {"div": div}}, change)
    assert narrated["text"]["div"] == div.replace("O%20N", "%3CA%3E")


def test_a_long_search_takes_no_long_time() -> None:
    assert spans("Patient?" + "a" * 500_000) == []
    assert len(spans("Patient?" + "x=1&" * 50_000)) == 50_000
    assert not is_search("Patient?" + "a" * 500_000)


def test_classes_of_the_values_of_searches() -> None:
    url = (
        "Patient?identifier=http://hospital.org|5&identifier=http://hl7.org/fhir/sid/us-ssn|6&name=O%27Neil"
        "&birthdate=1976&phone=555&x=y&_id=7"
    )
    data = {"resourceType": "Bundle", "entry": [{"request": {"method": "GET", "url": url}}]}
    found = [(field.type.data_class, field.text) for field in offered(data) if "url" in field.location]
    assert found == [
        (None, "http://hospital.org"), ("patient-id", "5"), (None, "http://hl7.org/fhir/sid/us-ssn"),
        ("ssn", "6"), ("patient-name", "O'Neil"), ("birth-date", "1976"), ("phone", "555"), (None, "x"),
        (None, "y"), ("resource-id", "7"),
    ]  # fmt: skip
    changed = masked(data, lambda field: "A B&C" if field.text == "O'Neil" else None)
    assert changed["entry"][0]["request"]["url"] == url.replace("O%27Neil", "A%20B%26C")


def change(field: Field) -> str | None:
    """One function for all ids, as the engine has."""
    if field.type.data_class != "resource-id":
        return None
    return hashlib.sha256(field.text.encode()).hexdigest()[:12]


def ids(value: Any) -> dict[str, str]:
    """Full URL or type and id -> the resource found there."""
    return {
        key: entry["resource"]["resourceType"]
        for entry in value["entry"]
        for key in (entry["fullUrl"], f"{entry['resource']['resourceType']}/{entry['resource']['id']}")
    }


def test_ids_and_references_resolve_after_one_function_replaced_them() -> None:
    data = {
        "resourceType": "Bundle",
        "type": "collection",
        "link": [{"relation": "self", "url": "http://s.org/fhir/Patient/p1"}],
        "entry": [
            {
                "fullUrl": "http://s.org/fhir/Patient/p1",
                "resource": {
                    "resourceType": "Patient",
                    "id": "p1",
                    "link": [{"other": {"reference": "Patient/p2"}}],
                },
            },
            {"fullUrl": "urn:uuid:p2", "resource": {"resourceType": "Patient", "id": "p2"}},
            {
                "fullUrl": "http://s.org/fhir/Observation/o",
                "resource": {
                    "resourceType": "Observation",
                    "id": "o",
                    "contained": [{"resourceType": "Device", "id": "d"}],
                    "subject": {"reference": "http://s.org/fhir/Patient/p1"},
                    "focus": [{"reference": "Patient/p1/_history/4"}],
                    "performer": [{"reference": "urn:uuid:p2"}],
                    "device": {"reference": "#d"},
                    "valueAttachment": {"url": "Binary/p1"},
                },
            },
        ],
    }
    result = masked(data, change)
    known = ids(result)
    observation = result["entry"][2]["resource"]
    assert known[observation["subject"]["reference"]] == "Patient"
    assert (
        observation["focus"][0]["reference"] == f"Patient/{result['entry'][0]['resource']['id']}/_history/4"
    )
    assert known[observation["performer"][0]["reference"]] == "Patient"
    assert known[result["entry"][0]["resource"]["link"][0]["other"]["reference"]] == "Patient"
    assert observation["device"]["reference"] == f"#{observation['contained'][0]['id']}"
    assert observation["valueAttachment"]["url"] == f"Binary/{result['entry'][0]['resource']['id']}"
    assert result["link"][0]["url"] == result["entry"][0]["fullUrl"]
    for old in ("p1", "p2"):
        assert f"/{old}" not in str(result)
        assert f":{old}" not in str(result)


def test_references_of_any_release_are_found() -> None:
    for reference in ({"reference": "Condition/5"}, {"reference": {"reference": "Condition/5"}}):
        data = {"resourceType": "CarePlan", "addresses": [{**reference, "display": "x"}]}
        ids = [field.text for field in offered(data) if field.type.data_class == "resource-id"]
        assert ids == ["5"]


def test_references_that_have_no_known_form_are_replaced_whole() -> None:
    data = {"resourceType": "Observation", "subject": {"reference": "Davidson"}, "focus": [{"reference": ""}]}
    found = {field.location: field for field in offered(data)}
    assert found["$.subject.reference"].type.data_class == "resource-id"
    assert found["$.subject.reference"].text == "Davidson"
    assert not isinstance(found["$.subject.reference"], Part)


def test_addresses_of_attachments_are_replaced_whole_unless_relative() -> None:
    urls = ["http://x.org/Binary/5", "Binary/5", "file.pdf", "data:text/plain;base64,AAAA", ""]
    data = {"resourceType": "DocumentReference", "content": [{"attachment": {"url": url}} for url in urls]}
    assert [(field.type.data_class, field.text) for field in offered(data)] == [
        ("url", "http://x.org/Binary/5"), ("resource-id", "5"), ("url", "file.pdf"),
        ("url", "data:text/plain;base64,AAAA"), (None, ""),
    ]  # fmt: skip


def test_addresses_of_vocabularies_are_kept() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
    data = {
        "resourceType": "Observation", "meta": {"profile": [url], "source": "http://s.org/Patient/5"},
        "instantiatesUri": url, "extension": [{"url": url, "valueUri": "urn:oid:1.2"}],
    }  # fmt: skip
    fields = offered(data)
    assert [field.text for field in fields if field.location == "$.meta.source"] == ["s.org", "5"]
    found = {field.location: field for field in fields if field.location != "$.meta.source"}
    assert all(field.type.data_class is None and not isinstance(field, Part) for field in found.values())


def test_an_escaped_part_is_replaced_without_touching_the_rest() -> None:
    data = (
        rb'{"resourceType":"Observation","subject":'
        rb'{"reference":"\u0050atient\/\ud83d\ude00\u0031/_history\/2"}}'
    )
    found = scopes(data)
    part = next(field for field in found[0].fields() if isinstance(field, Part))
    assert part.text == "\U0001f6001"
    found[0].replace(part, "\U0001f6019")
    assert rendered(found) == data.replace(rb"\ud83d\ude00\u0031", "\U0001f6019".encode())


@pytest.mark.parametrize(
    "raw", ["abc", r"\u00e4bc", r"a\ud83d\ude00c", r"\n\/\"", "\xe4\u20ac\U0001f600", r"\ud800bc"]
)
def test_every_cut_of_a_string_falls_on_a_character(raw: str) -> None:
    data = f'"{raw}"'.encode()
    text = json.loads(data).replace("\ud800", "\ufffd")
    leaf = Leaf(Root("", bool), "", 0, 0, 0, len(data), text, TEXT)
    for start in range(len(text)):
        part = Part(FieldType("fhir"), leaf, start, start + 1, text[start], str, keeps_rest=True)
        begin, end, new = part.splice(data, "XY")
        result = json.loads(data[:begin] + new + data[end:]).replace("\ud800", "\ufffd")
        assert result == text[:start] + "XY" + text[start + 1 :]


# -- narratives ----------------------------------------------------------------------------------------------

DIV = (
    '<div xmlns="http://www.w3.org/1999/xhtml"><p class="x" title="of D &amp; O">Douglas\n '
    '<b>O&#39;Neil</b>&nbsp;</p><!-- seen by Gupta --><a href="Patient/55">see</a>'
    "<img src=\"data:image/png;base64,AAAA\" alt='face'/>"
    "<br/><a name='p.7' href=\"http://x.org\">x &lt; y</a><![CDATA[Kelvar]]></div>"
)


def narrative_fields(div: str) -> list[Field]:
    return [
        field
        for field in offered({"resourceType": "Patient", "text": {"div": div}})
        if "div" in field.location
    ]


def test_each_text_of_a_narrative_is_a_field() -> None:
    assert [field.text for field in narrative_fields(DIV)] == [
        "x", "of D & O", "Douglas\n ", "O'Neil", "\xa0", " seen by Gupta ", "55", "see",
        "AAAA",
        "face", "p.7", "http://x.org", "x < y", "Kelvar",
    ]  # fmt: skip
    found = {field.text: field.type for field in narrative_fields(DIV)}
    assert found["55"].data_class == "resource-id"
    assert found["AAAA"].attributes["encoded"] == "base64"
    assert not found["AAAA"].searchable
    assert found["O'Neil"].searchable
    assert not found["x"].searchable


def test_texts_of_a_narrative_are_replaced_in_place() -> None:
    data = {"resourceType": "Patient", "text": {"div": DIV}}
    new = {
        "O'Neil": 'A <&> "B"',
        " seen by Gupta ": " by -->X--",
        "Kelvar": "]]>Z",
        "55": "66",
        "face": "'q'",
        "AAAA": "BBBB",
    }
    result = masked(data, lambda field: new.get(field.text) if "div" in field.location else None)
    assert result["text"]["div"] == (
        DIV.replace("O&#39;Neil", "A &lt;&amp;&gt; &quot;B&quot;")
        .replace(" seen by Gupta ", " by -  X- ")
        .replace("Kelvar", "]] Z")
        .replace("Patient/55", "Patient/66")
        .replace("alt='face'", "alt='&#x27;q&#x27;'")
        .replace("base64,AAAA", "base64,BBBB")
    )


def test_references_in_the_text_of_a_narrative_are_ids() -> None:
    found = narrative_fields(
        "<div><b>subject</b>: <a>Patient/example</a><i> \n Patient/5 </i><p>and/or</p></div>"
    )
    assert [(field.text, field.type.data_class) for field in found] == [
        ("subject", None), (": ", None), ("example", "resource-id"), ("5", "resource-id"), ("and/or", None),
    ]  # fmt: skip


def test_a_removed_text_of_a_narrative_leaves_the_rest() -> None:
    found = scopes(b'{"resourceType":"Patient","text":{"div":"<div>A<b>B<\\/b>C</div>"}}')
    found[0].delete(found[0].fields()[1])
    assert rendered(found) == b'{"resourceType":"Patient","text":{"div":"<div>A<b><\\/b>C</div>"}}'


@pytest.mark.parametrize(
    "div",
    [
        "<div>a < b</div>", "<div><p Douglas", "Douglas", "<>", "<div title='x>D</div>", "<!-- D",
        "<div><Davidson/>x</div>", "<div Davidson>x</div>", "<div title=Davidson>x</div>",
        "<div davidson='x'>y</div>", "<!DOCTYPE Davidson><div/>", "<Mark>x</Mark>", "<mark:Davidson/>",
    ],
)  # fmt: skip
def test_what_is_no_xhtml_is_searched_as_a_whole_or_as_text(div: str) -> None:
    found = narrative_fields(div)
    assert "".join(field.text for field in found) == div
    assert all(field.type.searchable for field in found)


def test_entities_are_resolved_in_what_is_no_xhtml() -> None:
    assert [field.text for field in narrative_fields("<x>D&#97;vidson")] == ["<x>Davidson"]


def test_attributes_of_the_looks_are_searched_unless_they_have_their_form() -> None:
    looks = "style='color: #fff; margin: 0 2px' width='20%' xmlns='http://www.w3.org/1999/xhtml'"
    assert narrative_fields(f"<div {looks}/>") == []
    found = narrative_fields("<div style='Douglas Davidson' align='Mr. D' height='12345678'/>")
    assert [field.text for field in found] == ["Douglas Davidson", "Mr. D", "12345678"]


def test_a_name_in_an_attribute_of_the_looks_is_compared_with_the_patient() -> None:
    literals = "align='left' lang='en-US' border='1' bgcolor='#fff' colspan='2' dir='ltr'"
    found = narrative_fields(f"<div {literals}><td axis='Davidson' lang='Douglas' align='d'/></div>")
    assert [field.text for field in found] == ["Davidson", "Douglas", "d"]
    assert all(not field.type.searchable and field.type.constraint.kind in CODED for field in found)


@pytest.mark.parametrize(
    "text", ["<div " + "title='x' " * 100_000, "<!--" * 200_000, "<div>" + "<p style='" + "a:b;" * 200_000]
)
def test_a_long_broken_narrative_takes_no_long_time(text: str) -> None:
    assert narrative.texts(text) == [narrative.Text(0, len(text), narrative.BROKEN)]


def test_many_parts_of_a_string_are_replaced_in_no_long_time() -> None:
    div = rb"<div>" + rb"<p>\u00e4x\n</p>" * 20_000 + b"</div>"
    data = b'{"resourceType":"Patient","text":{"div":"' + div + b'"}}'
    scope = scopes(data)[0]
    for field in scope.fields():
        scope.replace(field, "y")
    assert rendered([scope]) == data.replace(rb"\u00e4x\n", b"y")
