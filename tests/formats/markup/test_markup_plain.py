from __future__ import annotations

import re
import time

import pytest
from markup_help import cda, fields, rendered, scopes

from beam_phi.formats import markup
from beam_phi.formats.document import FormatError
from beam_phi.formats.encoding import detect_encoding, inner_head
from beam_phi.formats.markup import document as document_module
from beam_phi.formats.markup.names import is_cda
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
    (value,) = fields(f'<d><field {attribute}="Patient Name">Eve</field></d>'.encode())
    assert (value.text, value.type.attributes["column_key"]) == ("Eve", "patientname")


@pytest.mark.parametrize("name", ["Smith", "SMITH_JOHN_ID", "29282150csnid", "00100010"])
def test_a_label_that_may_be_somebodys_is_a_value(name: str) -> None:
    (found, _) = fields(f"<d><field name='{name}'>x</field></d>".encode())
    assert (found.text, found.type.attributes["column_key"]) == (name, "name")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("<r><mrn><value>29282150</value></mrn></r>", {"29282150": "mrn"}),
        ("<r><mrn><value v='29282150'/></mrn></r>", {"29282150": "mrn"}),
        ("<r><lastName><value><text>Woolfson</text></value></lastName></r>", {"Woolfson": "lastname"}),
        ("<patientName><b>Douglas</b> Davidson</patientName>",
         {"Douglas": "patientname", "Davidson": "patientname"}),
        ("<value>x</value>", {"x": "value"}),
        ("<r><field name='MRN'><value>29282150</value></field></r>", {"29282150": "mrn"}),
        ("<dict><key>mrn</key><string>29282150</string><key>lastName</key><a><string>Woolfson</string></a>"
         "<string>x</string></dict>",
         {"mrn": "key", "29282150": "mrn", "lastName": "key", "Woolfson": "lastname", "x": "dict"}),
        ("<r><name>Patient Name</name><is>Eve</is><is>x</is></r>",
         {"Patient Name": "name", "Eve": "patientname", "x": "is"}),
        ("<r><name>Eve</name><is>x</is></r>", {"Eve": "name", "x": "is"}),
        ("<r><key>mrn</key><dob>1945</dob></r>", {"mrn": "key", "1945": "dob"}),
        ("<key>mrn</key>", {"mrn": "key"}),
    ],
)  # fmt: skip
def test_what_a_value_stands_in_or_after_names_it(data: str, expected: dict[str, str]) -> None:
    found = fields(data.encode())
    assert {field.text: field.type.attributes["column_key"] for field in found} == expected


def test_an_identifier_of_hl7_is_one_in_any_document() -> None:
    data = (
        b'<a><id root="1.2.3" extension="M7"/><x root="2.16.1" extension="M8"/>'
        b'<f root="/d" extension="txt"/></a>'
    )
    found = {field.text: field.type.data_class for field in fields(data)}
    assert found == {
        "1.2.3": None, "M7": "other-id", "2.16.1": None, "M8": "other-id", "/d": None, "txt": None,
    }  # fmt: skip


PERSON = (
    '<recordTarget><patientRole><id root="1.2.3" extension="7"/><name>Eve</name></patientRole></recordTarget>'
)


@pytest.mark.parametrize(
    "document",
    [
        f'<ClinicalDocument xmlns="urn:hl7-org:v3">{PERSON}</ClinicalDocument>',
        f'<ClinicalDocument xmlns="urn&#58;hl7-org:v3">{PERSON}</ClinicalDocument>',
        f"<ClinicalDocument>{PERSON}</ClinicalDocument>",
        PERSON,
        f'<PRPA_IN201305UV02 xmlns="urn:hl7-org:v3">{PERSON}</PRPA_IN201305UV02>',
        '<h:a xmlns:h="urn:hl7-org:v3"><h:patientRole><h:id root="1.2.3" extension="7"/><h:name>Eve</h:name>'
        "</h:patientRole></h:a>",
    ],
)
def test_cda_in_another_document_goes_by_its_own_rules(document: str) -> None:
    data = (
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{document}<mrn>9</mrn>'
        f"{document}</s:Body><lastName>x</lastName></s:Envelope>"
    ).encode()
    (scope,) = scopes(data)
    known = ("cda", "patient-name"), ("cda", "patient-id"), ("cda", None)
    expected = [("1.2.3", *known[2]), ("7", *known[1]), ("Eve", *known[0])]
    found = [(field.text, field.type.format, field.type.data_class) for field in scope.fields()]
    assert found == [*expected, ("9", "xml", None), *expected, ("x", "xml", None)]
    assert [field.type.attributes["column_key"] for field in scope.fields()][3::4] == ["mrn", "lastname"]
    assert rendered(data, [scope]) == data


def test_a_foreign_element_in_cda_is_known_by_its_name() -> None:
    (mrn, other) = fields(cda("<recordTarget><mrn>29282150</mrn><unheard>x</unheard></recordTarget>"))
    assert (mrn.type.format, mrn.type.attributes["column_key"]) == ("xml", "mrn")
    assert other.type.format == "cda"


def test_documents_in_a_large_one_are_scopes_and_parts_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_module, "MAX_WHOLE", 10)
    whole = f"<ClinicalDocument>{PERSON}</ClinicalDocument>"
    assert len(scopes(f"<all>{whole}{whole}</all>".encode())) == 2
    assert len(scopes(f"<component>{PERSON}<a/><a/></component>".encode())) == 1


@pytest.mark.parametrize(
    ("uri", "offered"),
    [
        ("http://www.w3.org/2001/XMLSchema", False),
        ("http://schemas.xmlsoap.org/soap/envelope/", False),
        ("urn:hl7-org:sdtc", False),
        ("urn:ihe:pharm", False),
        ("urn:other", True),
        ("Douglas Davidson", True),
        ("urn:hl7-org:v3:29282150", True),
        ("http://www.w3.org/2001/Douglas Davidson", True),
    ],
)
def test_a_namespace_that_nobody_knows_is_a_value(uri: str, offered: bool) -> None:
    for data in (f'<a xmlns:x="{uri}"/>', f'<a><b xmlns="{uri}"/></a>'):
        found = [
            (field.text, field.type.searchable, field.type.constraint.kind) for field in fields(data.encode())
        ]
        assert found == ([(uri, False, "code")] if offered else [])


def test_a_data_uri_is_opened_behind_its_head() -> None:
    head, packed = "data:text/plain;base64,", "TXIuIERhdmlkc29u"
    for data in (
        f"<a>\n {head}{packed}</a>".encode(),
        f"<a><![CDATA[{head}{packed}]]></a>".encode(),
        f"<a src='{head}{packed}'/>".encode(),
        cda(f"<text><img src='{head}{packed}'/></text>"),
        cda(f"<text>{head}{packed}</text>"),
        cda(f"<text><reference value='{head}{packed}'/></text>"),
    ):
        (scope,) = scopes(data)
        (field,) = scope.fields()
        assert (field.text, field.type.attributes["encoded"]) == (packed, "base64")
        scope.replace(field, "WA==")
        assert rendered(data, [scope]) == data.replace(packed.encode(), b"WA==")
    (whole,) = fields(f"<a>data&#58;text/plain;base64,{packed}</a>".encode())
    assert (whole.text, whole.type.attributes["encoded"]) == (head + packed, "base64")


def test_short_base64_is_told_from_a_word() -> None:
    packed = "TXIuIERhdmlkc29uIHdhcyBzZWVuIGJ5IERyLiBXb29sZnNvbiB0b2RheTsgMTIz"
    (base64, word) = fields(f"<a><b>{packed}</b><c>{'ACGT' * 20}</c></a>".encode())
    assert base64.type.attributes["encoded"] == "base64"
    assert "encoded" not in word.type.attributes


def test_an_early_look_at_much_that_is_no_template_takes_no_time() -> None:
    begin = time.perf_counter()
    assert not markup.looks_like_cda(b"<a>" + b"<templateId " * 5_400)
    assert not is_cda("a", {}, b"<templateId " * 5_400)
    assert time.perf_counter() - begin < 1


def test_parts_whose_prefixes_are_declared_nowhere_can_be_read() -> None:
    found = fields(b'<section><value xsi:type="CD" sdtc:x="1"/></section>')
    assert [(field.text, field.location) for field in found] == [("1", "/section[1]/value[1]/@*[2]")]


def test_a_prefix_of_another_namespace_is_not_that_of_types() -> None:
    found = fields(b'<a xmlns:xsi="urn:other" xsi:type="Smith"/>')
    assert [field.text for field in found] == ["urn:other", "Smith"]


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
    data = b'<export><Qwrtz Zwiq="1" name="2">3</Qwrtz><patient/><Qwrtz>4</Qwrtz></export>'
    assert [field.location for field in fields(data)] == [
        "/export[1]/*[1]/@*[1]",
        "/export[1]/*[1]/@name",
        "/export[1]/*[1]/text()[1]",
        "/export[1]/*[3]/text()[1]",
    ]


@pytest.mark.parametrize("name", ["Davidson", "davidson_douglas", "ReportDavidson", "x:DAVIDSON2"])
def test_elements_that_are_called_after_somebody(name: str) -> None:
    for data in (
        f"<export><{name}/></export>",
        f'<export {name}="1"/>',
        f"<ClinicalDocument><{name}/></ClinicalDocument>",
    ):
        with pytest.raises(FormatError) as error:
            fields(data.encode())
        assert error.value.reason == "bad-syntax"
    assert (
        fields(b"<export><patientName/><math/><ruby/><payor/><PhoneNumbers/><legalAuthenticator/></export>")
        == []
    )


@pytest.mark.parametrize(
    ("document", "expected", "replaced"),
    [
        ("<n>Mr <b>Dav</b>idson</n>", ["Mr", "Davidson"], "<n>Mr <b>X</b></n>"),
        ("<n>Dav<i>id<b>s</b></i>on, ill</n>", ["Davidson, ill"], "<n>X<i><b></b></i></n>"),
        ("<n>Dav<!-- c -->idson</n>", ["Davidson", "c"], "<n>X<!-- c --></n>"),
        ("<n>Dav<i> id</i></n>", ["Dav", "id"], "<n>Dav<i> X</i></n>"),
        ("<n>Dav<i>id</i> on</n>", ["David", "on"], "<n>X<i></i> on</n>"),
        ("<n><a>Dav</a><b>idson</b></n>", ["Dav", "idson"], "<n><a>Dav</a><b>X</b></n>"),
        ("<n><x>Dav</x><y>idson</y></n>", ["Dav", "idson"], "<n><x>Dav</x><y>X</y></n>"),
        ("<n>Dav<![CDATA[id]]><b>son</b></n>", ["Davidson"], "<n>X<b></b></n>"),
    ],
)
def test_a_word_that_tags_part_is_one(document: str, expected: list[str], replaced: str) -> None:
    (scope,) = scopes(document.encode())
    found = list(scope.fields())
    assert sorted(field.text for field in found) == sorted(expected)
    data = document.encode()
    assert rendered(data, [scope]) == data
    scope.replace(next(field for field in found if "id" in field.text), "X")
    assert rendered(data, [scope]) == replaced.encode()


def test_no_word_is_parted_between_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_module, "MAX_WHOLE", 1)
    data = b"<n><b>x </b>Dav<b>idson</b></n>"
    found = [[field.text for field in scope.fields()] for scope in scopes(data)]
    assert found == [["x", "Dav"], ["idson"]]


def test_a_word_in_many_parts_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_module, "MAX_PARTS", 2)
    data = f"<n>{'a<b>b</b>' * 3}</n>".encode()
    assert [field.text for field in fields(data)] == ["aba", "bab"]


@pytest.mark.parametrize(
    "uri",
    ["http://www.w3.org/Davidson", "urn:hl7-org:v3:Davidson", "urn:987-65-4329", "http://hospital.example/x"],
)
def test_namespaces_that_not_all_documents_have_are_offered(uri: str) -> None:
    (field,) = fields(f'<export xmlns:a="{uri}" xmlns:b="http://www.w3.org/2001/XMLSchema"/>'.encode())
    assert (field.text, field.type.searchable) == (uri, "987" in uri)


@pytest.mark.parametrize(
    ("head", "xml", "cda_"),
    [
        (b'<?xml version="1.0"?>\n<!-- c --><ClinicalDocument xmlns="urn:hl7-org:v3">', True, True),
        (b'\xef\xbb\xbf<ClinicalDocument xmlns="urn:hl7-org:v3" classCode="X">', True, True),
        ('<ClinicalDocument xmlns="urn:hl7-org:v3"/>'.encode("utf-16"), True, True),
        (
            '<?xml version="1.0" encoding="UTF-16"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>'.encode(
                "utf-16"
            ),
            True,
            True,
        ),
        (
            b'<?xml version="1.0" encoding="latin1"?><!--\xe9--><ClinicalDocument xmlns="urn:hl7-org:v3">',
            True,
            True,
        ),
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
    inner = inner_head(head, detect_encoding(head))
    assert (markup.looks_like_xml(inner), markup.looks_like_cda(inner)) == (xml, cda_)


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
    data = cda('<recordTarget><patientRole><id root="1.2.3" extension="7"/></patientRole></recordTarget>')
    selector = Selector.of(dict(markup.place("//patientRole/id/@extension")))
    assert [field.text for field in fields(data) if selects(selector, field.type.attributes)] == ["7"]
