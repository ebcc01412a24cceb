from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from xml.parsers import expat

import pytest
from fhir_help import offered, scopes, to_xml
from hypothesis import given
from hypothesis import strategies as st
from support.scopes import damaged, deleted, read_or_refused, reason, rendered

from beam_phi.formats.detect import detect
from beam_phi.formats.document import Field, FormatError, Unfit

PATIENT = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- of Douglas -->
<Patient xmlns="http://hl7.org/fhir">
  <id value="p1"/>
  <text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">Seen: <b title='D'
  >Douglas &amp; O</b>
  <a href="Patient/7">x</a><!-- Osmin --></div></text>
  <extension url="http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName">
    <valueString value="K"/></extension>
  <identifier><type><coding><code value="MR"/></coding></type>
    <system value="http://h.org"/><value value="47"/></identifier>
  <active value="true"/>
  <name id="n1"><family value="O&apos;Neil &#x41;b"/><given value='A'/><given value="B"><extension url="x">
    <valueInteger value="5"/></extension></given></name>
  <birthDate value="1976-06-16"/>
  <generalPractitioner><reference value="http://s.org/a%20b/Practitioner/9"/></generalPractitioner>
</Patient>
"""


def found(data: bytes) -> list[tuple[str, str | None, str]]:
    return [(field.location, field.type.data_class, field.text) for field in offered(data)]


Told = list[tuple[str, str, bool, str, str]]


def told(fields: Iterable[Field], is_exact: bool) -> Told:
    """is_exact: False to overlook what differs between releases: which elements may stand several times, and
    which are numbers or codes."""
    return sorted(
        (
            field.location if is_exact else field.location.replace("[0]", ""),
            field.type.data_class or "",
            field.type.searchable,
            field.type.constraint.kind if is_exact else "",
            field.text,
        )
        for field in fields
    )


def replaced(data: bytes, old: str, new: str) -> bytes:
    pieces = scopes(data)
    for scope in pieces:
        for field in scope.fields():
            if field.text == old:
                scope.replace(field, new)
    return rendered(pieces)


def test_values_stand_where_they_do_in_json() -> None:
    assert found(PATIENT) == [
        ("$ comment", None, "of Douglas"),
        ("$.id", "resource-id", "p1"),
        ("$.text.status", None, "generated"),
        ("$.text.div", None, "Seen: "),
        ("$.text.div", None, "D"),
        ("$.text.div", None, "Douglas & O"),
        ("$.text.div", "resource-id", "7"),
        ("$.text.div", None, "x"),
        ("$.text.div", None, " Osmin "),
        ("$.extension[0].url", None, "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName"),
        ("$.extension[0].valueString", "person-name", "K"),
        ("$.identifier[0].type.coding[0].code", None, "MR"),
        ("$.identifier[0].system", None, "http://h.org"),
        ("$.identifier[0].value", "patient-id", "47"),
        ("$.name[0].id", None, "n1"),
        ("$.name[0].family", "patient-name", "O'Neil Ab"),
        ("$.name[0].given[0]", "patient-name", "A"),
        ("$.name[0].given[1]", "patient-name", "B"),
        ("$.name[0]._given[1].extension[0].url", None, "x"),
        ("$.name[0]._given[1].extension[0].valueInteger", None, "5"),
        ("$.birthDate", "birth-date", "1976-06-16"),
        ("$.generalPractitioner[0].reference", None, "s.org"),
        ("$.generalPractitioner[0].reference", None, "a b"),
        ("$.generalPractitioner[0].reference", "resource-id", "9"),
    ]
    assert detect("x", PATIENT) == "fhir"
    assert rendered(scopes(PATIENT)) == PATIENT


@pytest.mark.corpus
def test_resources_of_the_corpus_have_the_same_fields_in_xml_as_in_json(corpus: Path) -> None:
    compared = 0
    for path in sorted((corpus / "fhir").rglob("*.json")):
        text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        value = json.loads(text, parse_float=str, parse_int=str)
        # The narrative of one is no XML.
        if not isinstance(value, dict) or path.parts[-2:] == ("Stu3", "ExplanationOfBenefit.json"):
            continue
        data = to_xml(value)
        pieces = scopes(data)
        compared += 1
        assert rendered(pieces) == data, path
        expected = scopes(text)
        assert len(pieces) == len(expected), path
        is_exact = "Stu3" not in path.parts
        for piece, wanted in zip(pieces, expected, strict=True):
            here, there = told(piece.fields(), is_exact), told(wanted.fields(), is_exact)
            assert here == there if is_exact else set(here) >= set(there), path
            assert told(piece.hidden(), is_exact) == told(wanted.hidden(), is_exact), path
    assert compared > 200


def test_replaced_values_are_written_as_xml_has_them() -> None:
    assert replaced(PATIENT, "O'Neil Ab", 'A "&<') == PATIENT.replace(
        b"O&apos;Neil &#x41;b", b"A &quot;&amp;&lt;"
    )
    assert replaced(PATIENT, "A", "it's") == PATIENT.replace(b"value='A'", b"value='it&apos;s'")
    assert replaced(PATIENT, "a b", "c d") == PATIENT.replace(b"a%20b", b"c%20d")
    assert replaced(PATIENT, "9", "77") == PATIENT.replace(b"Practitioner/9", b"Practitioner/77")
    assert replaced(PATIENT, "Douglas & O", "X <&>") == PATIENT.replace(
        b"Douglas &amp; O", b"X &lt;&amp;&gt;"
    )
    assert replaced(PATIENT, "D", "'") == PATIENT.replace(b"title='D'", b"title='&#x27;'")
    assert replaced(PATIENT, " Osmin ", "a--b") == PATIENT.replace(b" Osmin ", b"a- b")
    assert replaced(PATIENT, "of Douglas", "a--b") == PATIENT.replace(b"of Douglas", b"a- -b")
    for text in ("\x01", "\ufffe"):
        for old in ("O'Neil Ab", "Douglas & O", "of Douglas", "a b"):
            if old != "a b":  # what is in an address is written by percent signs
                with pytest.raises(Unfit):
                    replaced(PATIENT, old, text)
    with pytest.raises(Unfit):
        replaced(PATIENT, "5", "x")


def test_parts_are_found_behind_references_and_line_ends() -> None:
    data = (
        '<Observation xmlns="http://hl7.org/fhir"><subject><reference '
        'value="http://&#xe4;\r\n\u00e4\U0001f600&amp;x/Patient/5/_history/1"/></subject></Observation>'
    ).encode()
    assert replaced(data, "5", "66") == data.replace(b"Patient/5/", b"Patient/66/")


def test_removed_values_take_their_element_unless_there_is_more_in_it() -> None:
    gone = deleted(scopes(PATIENT), "$.birthDate", "$.name[0].given[0]", "$.name[0].given[1]", "$.name[0].id")
    assert gone == (
        PATIENT.replace(b'<birthDate value="1976-06-16"/>', b"")
        .replace(b"<given value='A'/>", b"")
        .replace(b'<given value="B">', b"<given>")
        .replace(b'<name id="n1">', b"<name>")
    )
    assert deleted(scopes(PATIENT), "$ comment") == PATIENT.replace(b"<!-- of Douglas -->", b"")
    assert deleted(scopes(PATIENT), "$.generalPractitioner[0].reference") == PATIENT.replace(
        b'<reference value="http://s.org/a%20b/Practitioner/9"/>', b""
    )
    pieces = scopes(PATIENT)
    for field in pieces[0].fields():
        pieces[0].empty(field)
    expat.ParserCreate().Parse(rendered(pieces), True)


BUNDLE = b"""<Bundle xmlns="http://hl7.org/fhir">
 <type value="collection"/><link><relation value="self"/><url value="http://x.org/Patient/a"/></link>
 <entry><fullUrl value="urn:uuid:o"/><resource><Observation>
  <contained><Patient><id value="c"/><name><family value="Inner"/></name></Patient></contained>
  <subject><reference value="Patient/a"/></subject></Observation></resource></entry>
 <entry><fullUrl value="http://x.org/Patient/a"/><resource><Patient><id value="a"/>
  <name><family value="Davidson"/></name><birthDate value="1976"/></Patient></resource></entry>
 <entry><resource><Observation><status value="final"/></Observation></resource></entry>
 <link><relation value="next"/></link><total value="3"/>
</Bundle>"""


def test_each_entry_of_a_bundle_is_a_scope_that_knows_its_patients() -> None:
    pieces = scopes(BUNDLE)
    assert rendered(pieces) == BUNDLE
    assert [[field.text for field in piece.hidden()] for piece in pieces] == [
        ["Davidson", "1976"], [], ["Davidson", "1976"],
    ]  # fmt: skip
    assert pieces[0].hidden()[0].location == "$.entry[1].resource.name[0].family"
    locations = [[field.location for field in piece.fields()] for piece in pieces]
    assert locations[0][:4] == ["$.type", "$.link[0].relation", "$.link[0].url", "$.link[0].url"]
    assert "$.entry[0].resource.contained[0].name[0].family" in locations[0]
    assert locations[2] == ["$.entry[2].resource.status", "$.link[1].relation", "$.total"]
    assert (
        b"".join(pieces[1].render())
        == BUNDLE[BUNDLE.index(b'<entry><fullUrl value="http') :].partition(b"<entry><resource>")[0]
    )


def test_entries_of_a_long_bundle_do_not_stay() -> None:
    entry = BUNDLE[BUNDLE.index(b'<entry><fullUrl value="http') :].partition(b"<entry><resource>")[0]
    data = b'<Bundle xmlns="http://hl7.org/fhir"><type value="batch"/>' + entry * 3000 + b"</Bundle>"
    pieces = scopes(data)
    assert len(pieces) == 3000
    assert rendered(pieces) == data
    assert pieces[-1].fields()[-1].location == "$.entry[2999].resource.birthDate"
    assert max(len(piece.fields()) for piece in pieces[1:]) == 5


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_other_encodings_are_read_and_written(encoding: str) -> None:
    declared = encoding if encoding != "utf-8-sig" else "utf-8"
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><Patient xmlns="http://hl7.org/fhir"><text><div'
        ' xmlns="http://www.w3.org/1999/xhtml">M\xfcller<b>D</b></div></text><name>'
        '<family value="M\xfcller"/></name></Patient>'
    )
    data = text.encode(encoding)
    assert [field.text for field in offered(data)] == ["M\xfcller", "D", "M\xfcller"]
    assert rendered(scopes(data)) == data
    assert replaced(data, "D", "\xe4") == text.replace("<b>D", "<b>\xe4").encode(encoding)
    euro = "&#x20AC;" if encoding == "iso-8859-1" else "\u20ac"
    assert replaced(data, "M\xfcller", "\u20ac") == text.replace("M\xfcller", euro).encode(encoding)


@pytest.mark.parametrize(
    "inner",
    [
        "<name>Davidson</name>", "<Davidson value='x'/>", "<davidson><family value='x'/></davidson>",
        "<name davidson='x'/>", "<name value='x' id='y' xml:lang='z'/>", "<d:name xmlns:d='http://x.org'/>",
        "<contained><Davidson/></contained>", "<contained><Patient/><Patient/></contained>",
        "<contained><id value='x'/></contained>", "<contained>x</contained>",
        "<text><div xmlns='http://www.w3.org/1999/xhtml'><Davidson/></div></text>",
        "<text><x:div xmlns:x='http://www.w3.org/1999/xhtml'>Davidson</x:div></text>",
    ],
)  # fmt: skip
def test_what_fhir_does_not_have_is_refused(inner: str) -> None:
    data = f'<Patient xmlns="http://hl7.org/fhir">{inner}</Patient>'.encode()
    assert reason(scopes, data) == "unknown-format"
    with pytest.raises(FormatError) as caught:
        scopes(data)
    assert "avidson" not in str(caught.value)


def test_elements_fhir_does_not_have_there_are_known_by_their_names() -> None:
    inner = '<mrn value="4711"/><mrn value="5"/><name><mrn/></name>'
    data = f'<Patient xmlns="http://hl7.org/fhir">{inner}</Patient>'.encode()
    fields = offered(data)
    assert [(field.location, field.text) for field in fields] == [("$.mrn", "4711"), ("$.mrn[1]", "5")]
    assert {(field.type.format, field.type.attributes["column_key"]) for field in fields} == {("json", "mrn")}


def test_notes_are_searched() -> None:
    data = (
        b"<?xml-stylesheet href='/home/davidson'?><Patient xmlns='http://hl7.org/fhir' xmlns:xsi="
        b"'http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='http://hl7.org/fhir /home/d/p.xsd'>"
        b"<birthDate value='1976'><!--D--></birthDate><!-- E --></Patient><!--F-->"
    )
    notes = [(field.location, field.text) for field in offered(data) if field.type.searchable]
    assert notes == [
        ("$ instruction", "xml-stylesheet href='/home/davidson'"),
        ("$ schema", "http://hl7.org/fhir /home/d/p.xsd"),
        ("$ comment", "D"), ("$ comment", "E"), ("$ comment", "F"),
    ]  # fmt: skip
    assert deleted(scopes(data), "$.birthDate", "$ comment", "$ instruction", "$ schema").endswith(
        b"XMLSchema-instance'><birthDate></birthDate></Patient>"
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'<!DOCTYPE Patient><Patient xmlns="http://hl7.org/fhir"/>', "xml-dtd"),
        (b'<Patient xmlns="http://hl7.org/fhir"><name>', "bad-syntax"),
        (b'<Patient xmlns="http://hl7.org/fhir"><id value="\xff"/></Patient>', "bad-encoding"),
        (b'<Patient xmlns="http://hl7.org/fhir">' + b"<contact>" * 300, "too-deep"),
    ],
)
def test_broken_documents_are_refused(data: bytes, why: str) -> None:
    assert reason(scopes, data) == why


@given(st.randoms(use_true_random=False))
def test_mutated_fhir_is_a_document_or_a_format_error(chance: random.Random) -> None:
    pieces = [b"", *(bytes([byte]) for byte in b"<>/&'\"x! \xff"), b"<!--", b"-->", b"&amp;", b"<div/>"]
    data = damaged(chance.choice([PATIENT, BUNDLE]), chance, pieces, first=60)
    read = read_or_refused(scopes, data, chance)
    if read is None:
        return
    found, left = read
    assert all(field.location for scope in found for field in scope.hidden())
    expat.ParserCreate().Parse(left, True)
    scopes(left)


def test_no_value_of_the_document_is_left_when_all_is_replaced() -> None:
    """Of what stands between the tags and in attributes, all is offered but for names."""
    pieces = scopes(BUNDLE)
    for scope in pieces:
        for field in scope.fields():
            if field.type.constraint.accepts("1999"):
                scope.replace(field, "1999")
    seen: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: seen.extend(attributes.values())
    parser.Parse(rendered(pieces), True)
    assert [value for value in seen if "1999" not in value] == ["http://hl7.org/fhir"]
