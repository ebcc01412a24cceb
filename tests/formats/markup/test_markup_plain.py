from __future__ import annotations

import re

import pytest
from markup_help import cda, fields

from beam_phi.formats import markup
from beam_phi.library.model import Selector
from beam_phi.matching.field import selects


def test_all_values_of_plain_xml_are_searched() -> None:
    data = (
        b'<patients><patient id="7"><birthDate value="1945"/><note lang="en">n</note>m</patient></patients>'
    )
    found = fields(data)
    assert all(field.type.searchable and field.type.format == "xml" for field in found)
    assert {field.text: field.type.attributes["column_key"] for field in found} == {
        "7": "id",
        "1945": "birthdate",
        "en": "lang",
        "n": "note",
        "m": "patient",
    }


@pytest.mark.parametrize("attribute", ["name", "key", "label"])
def test_an_attribute_may_name_what_its_element_holds(attribute: str) -> None:
    (name, value) = fields(f'<d><field {attribute}="Patient Name">Eve</field></d>'.encode())
    assert name.type.attributes["column_key"] == attribute
    assert value.type.attributes["column_key"] == "patientname"


def test_parts_whose_prefixes_are_declared_nowhere_can_be_read() -> None:
    found = fields(b'<section><value xsi:type="CD" sdtc:x="1"/></section>')
    assert [(field.text, field.location) for field in found] == [("1", "/section[1]/value[1]/@*[2]")]


def test_a_prefix_of_another_namespace_is_not_that_of_types() -> None:
    found = fields(b'<a xmlns:xsi="urn:other" xsi:type="Smith"/>')
    assert [field.text for field in found] == ["Smith"]


def test_locations_count_what_is_alike() -> None:
    data = cda(
        "<author/><author>a<!-- c --> b<time/>c<?p q?><?p r?></author><section><text>t<br/>u</text></section>"
        '<author><id extension="7"/></author>'
    )
    root = "/ClinicalDocument[1]"
    assert {field.text: field.location for field in fields(b"<!--first-->" + data + b"<!--last-->")} == {
        "first": "/comment()[1]",
        "a": f"{root}/author[2]/text()[1]",
        "c": f"{root}/author[2]/text()[3]",
        "b": f"{root}/author[2]/text()[2]",
        "p q": f"{root}/author[2]/processing-instruction()[1]",
        "p r": f"{root}/author[2]/processing-instruction()[2]",
        "t": f"{root}/section[1]/text[1]/text()[1]",
        "u": f"{root}/section[1]/text[1]/text()[2]",
        "7": f"{root}/author[3]/id[1]/@extension",
        "last": "/comment()[2]",
    } | {"c": f"{root}/author[2]/text()[3]"}


def test_names_that_may_be_somebodys_are_not_shown() -> None:
    data = b'<export><Davidson Douglas="1" name="2">3</Davidson><patient/><Davidson>4</Davidson></export>'
    assert [field.location for field in fields(data)] == [
        "/export[1]/*[1]/@*[1]",
        "/export[1]/*[1]/@name",
        "/export[1]/*[1]/text()[1]",
        "/export[1]/*[3]/text()[1]",
    ]


@pytest.mark.parametrize(
    ("head", "xml", "cda_"),
    [
        (b'<?xml version="1.0"?>\n<!-- c --><ClinicalDocument xmlns="urn:hl7-org:v3">', True, True),
        (b'\xef\xbb\xbf<ClinicalDocument xmlns="urn:hl7-org:v3" classCode="X">', True, True),
        ('<ClinicalDocument xmlns="urn:hl7-org:v3"/>'.encode("utf-16"), True, True),
        (b'<c:ClinicalDocument xmlns:c="urn:hl7-org:v3">', True, True),
        (b"<ClinicalDocument>", True, True),
        (b'<PRPA_IN201306UV02 xmlns="urn:hl7-org:v3">', True, True),
        (b'<ClinicalDocument xmlns="urn:other">', True, False),
        (b'<Bundle xmlns="http://hl7.org/fhir">', True, False),
        (b"<!-- a comment --><a/>", True, False),
        (b"<!DOCTYPE note SYSTEM 'x'><note/>", True, False),
        (b"<note>", True, False),
        (b'<?xml version="1.0" encoding="x-none"?><ClinicalDocument xmlns="urn:hl7-org:v3">', True, False),
        (b"<html><body>", False, False),
        (b"<!DOCTYPE html><p>", False, False),
        (b"<!-- x -->\n<!doctype HTML>", False, False),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', False, False),
        (b"a,b\n1,2\n", False, False),
        (b"< 5 mg daily", False, False),
        (b"<", False, False),
        (b"", False, False),
        (b"\xff\xfe\x00\xd8<", False, False),
        (b"\x89PNG\r\n", False, False),
    ],
)
def test_what_looks_like_xml_and_cda(head: bytes, xml: bool, cda_: bool) -> None:
    assert (markup.looks_like_xml(head), markup.looks_like_cda(head)) == (xml, cda_)


NAME = {"part": "text", "path": "ClinicalDocument/recordTarget/patient/name/given", "attribute": ""}
ID = {"part": "attribute", "path": "ClinicalDocument/patientRole/id", "attribute": "extension"}


@pytest.mark.parametrize(
    ("place", "fits", "fails"),
    [
        ("/ClinicalDocument/recordTarget/patient/name/given", [NAME], [ID]),
        ("/ClinicalDocument/recordTarget//name/given", [NAME], [ID]),
        ("/ClinicalDocument//recordTarget/patient/name/given", [NAME], []),
        ("//given", [NAME], [ID, {**NAME, "path": "a/forgiven"}, {**NAME, "path": "given/a"}]),
        ("//name/*", [NAME], [{**NAME, "path": "name/given/a"}]),
        ("/*/*/*/name/given/text()", [NAME], [{**NAME, "path": "a/b/name/given"}]),
        ("//hl7:name/cda:given", [NAME], []),
        (
            "//patientRole/id/@extension",
            [ID],
            [NAME, {**ID, "attribute": "root"}, {**ID, "path": "axpatientRole/id"}],
        ),
        ("/ClinicalDocument/patientRole/id/@*", [ID], [{**ID, "part": "text", "attribute": ""}]),
        ("//a.b", [{**NAME, "path": "a.b"}], [{**NAME, "path": "axb"}]),
    ],
)
def test_places(place: str, fits: list[dict[str, str]], fails: list[dict[str, str]]) -> None:
    selector = Selector.of(dict(markup.place(place)))
    assert all(selects(selector, attributes) for attributes in fits)
    assert not any(selects(selector, attributes) for attributes in fails)


def test_a_plain_path_is_its_own_pattern() -> None:
    assert markup.place("/a/b-c.d") == {"part": "text", "path": "a/b-c.d", "attribute": ""}


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("", "begins with /"),
        ("name", "begins with /"),
        ("/", "can't go on like this: '/'"),
        ("///a", "can't go on"),
        ("/a/", "can't go on"),
        ("/a[1]/b", "positions and conditions"),
        ("/a[@x='1']", "positions and conditions"),
        ("/a/@b/c", "nothing can come after"),
        ("/a/text()/b", "nothing can come after"),
        ("/@a", "needs an element"),
        ("//text()", "needs an element"),
        ("//a//@b", "needs an element"),
        ("//a/comment()", "can't select comment()"),
        ("//a b", "can't go on like this: ' b'"),
        ("/a/..", "can't go on"),
        ("/1a", "can't go on"),
    ],
)
def test_what_is_no_place(place: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        markup.place(place)


def test_places_select_what_a_document_has() -> None:
    data = cda('<recordTarget><patientRole><id root="1.2" extension="7"/></patientRole></recordTarget>')
    selector = Selector.of(dict(markup.place("//patientRole/id/@extension")))
    assert [field.text for field in fields(data) if selects(selector, field.type.attributes)] == ["7"]
