from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from markup_help import cda, classes, fields, rendered, scopes

from beam_phi.formats.document import FieldType
from beam_phi.library.load import load

PATIENT = "<recordTarget><patientRole>{}</patientRole></recordTarget>"
ENTRY = "<component><section><entry><observation>{}</observation></entry></section></component>"
TEXT = "<component><section><text>{}</text></section></component>"


def type_of(body: str, text: str) -> FieldType:
    return next(field.type for field in fields(cda(body)) if field.text == text)


def test_the_patient() -> None:
    found = classes(
        PATIENT.format(
            '<id root="1.2.3" extension="MRN7"/><id root="2.16.840.1.113883.4.1" extension="123-45-6789"/>'
            '<id root="2.16.840.1.113883.4.3.25" extension="S123"/>'
            '<id root="2.16.840.1.113883.4.927" extension="1EG4"/>'
            '<telecom value="tel:+1-617-555-0100"/><patient><name>Ana <given>Eve</given> '
            "<family>Smith</family>"
            '<prefix>Dr.</prefix><suffix>Jr.</suffix></name><birthTime value="19450320"/>'
            '<sdtc:deceasedTime value="20150101"/><guardian><id root="1.2.3" extension="G9"/><guardianPerson>'
            "<name><given>Boris</given></name></guardianPerson></guardian><birthplace>"
            "<place><name>Mercy</name><addr>"
            "<city>Boston</city></addr></place></birthplace></patient>"
            "<providerOrganization><name>Good Health</name>"
            '<id extension="1234567893" root="2.16.840.1.113883.4.6"/></providerOrganization>'
        )
    )
    assert found == {
        "1.2.3": None,
        "MRN7": "patient-id",
        "2.16.840.1.113883.4.1": None,
        "123-45-6789": "ssn",
        "2.16.840.1.113883.4.3.25": None,
        "S123": "license-number",
        "2.16.840.1.113883.4.927": None,
        "1EG4": "health-plan-id",
        "+1-617-555-0100": "phone",
        "Ana": "patient-name",
        "Eve": "patient-name",
        "Smith": "patient-name",
        "Dr.": None,
        "Jr.": None,
        "19450320": "birth-date",
        "20150101": "date",
        "G9": "other-id",
        "Boris": "person-name",
        "Mercy": "geography",
        "Boston": "geography",
        "Good Health": "organization",
        "1234567893": "license-number",
        "2.16.840.1.113883.4.6": None,
    }


def test_the_issuer_of_a_patient_id_is_told() -> None:
    body = PATIENT.format('<id root="1.2.3" extension="MRN7"/>')
    attributes = type_of(body, "MRN7").attributes
    assert (attributes["issuer"], attributes["root"], attributes["type"]) == ("1.2.3", "1.2.3", "II")
    assert type_of(body, "MRN7") is type_of(body, "MRN7")
    author = '<author><assignedAuthor><id root="1.2.3" extension="A7"/></assignedAuthor></author>'
    assert "issuer" not in type_of(author, "A7").attributes


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        ("<author><assignedAuthor><assignedPerson>{}</assignedPerson></assignedAuthor>"
         "</author>", "person-name"),
        ("<participant><associatedEntity><associatedPerson>{}</associatedPerson>"
         "</associatedEntity></participant>",
         "person-name"),
        ("<informationRecipient><intendedRecipient><informationRecipient>{}</informationRecipient>"
         "</intendedRecipient></informationRecipient>", "person-name"),
        ("<subject><relatedSubject><subject>{}</subject></relatedSubject></subject>", "person-name"),
        ("<subject>{}</subject>", "patient-name"),
        ('<participant><participantRole><playingEntity classCode="PSN">{}</playingEntity></participantRole>'
         "</participant>", "person-name"),
        ("<participant><participantRole><playingEntity>{}</playingEntity></participantRole></participant>",
         "person-name"),
        ('<participant><participantRole classCode="PAT"><playingEntity>{}</playingEntity></participantRole>'
         "</participant>", "patient-name"),
        ('<participant><participantRole classCode="SDLOC"><playingEntity classCode="PLC">{}</playingEntity>'
         "</participantRole></participant>", "organization"),
        ("<custodian><assignedCustodian><representedCustodianOrganization>{}"
         "</representedCustodianOrganization>"
         "</assignedCustodian></custodian>", "organization"),
        ("<participant><participantRole><scopingEntity>{}</scopingEntity></participantRole></participant>",
         "organization"),
        ("<encompassingEncounter><location><healthCareFacility><location>{}</location></healthCareFacility>"
         "</location></encompassingEncounter>", "organization"),
        ("<someExtension>{}</someExtension>", "person-name"),
        ('<participant><participantRole classCode="MANU"><playingEntity classCode="MMAT">{}</playingEntity>'
         "</participantRole></participant>", None),
        ('<participant><participantRole><playingEntity><code code="70618"/>{}'
         '</playingEntity></participantRole>'
         "</participant>", None),
        ("<consumable><manufacturedProduct><manufacturedMaterial>{}</manufacturedMaterial>"
         "</manufacturedProduct>"
         "</consumable>", None),
    ],
)  # fmt: skip
def test_names(around: str, expected: str | None) -> None:
    assert classes(around.format("<name>Penny</name>"))["Penny"] == expected
    parts = classes(around.format("<name><given>Penny</given><delimiter>,</delimiter></name>"))
    assert parts["Penny"] == (expected or "person-name")
    assert parts[","] is None


def test_an_attribute_that_no_schema_knows_is_what_the_text_would_be() -> None:
    body = PATIENT.format(
        '<id value="M7"/><addr><city value="B"/></addr><patient><name value="Eve"/></patient>'
    )
    assert classes(body) == {"M7": "patient-id", "B": "geography", "Eve": "patient-name"}


def test_names_by_their_stated_type() -> None:
    assert classes(ENTRY.format('<value xsi:type="PN">Penny</value>'))["Penny"] == "person-name"
    assert classes(ENTRY.format('<value xsi:type="ON">Mercy</value>'))["Mercy"] == "organization"
    assert classes(ENTRY.format("<given>Penny</given>"))["Penny"] == "person-name"


def test_addresses() -> None:
    found = classes(
        "<performer><assignedEntity><addr>Elm House<streetAddressLine>1 Elm St</streetAddressLine>"
        "<houseNumber>12</houseNumber><additionalLocator>Apt 3</additionalLocator><unheardOf>x1</unheardOf>"
        "<city>Boston</city><county>Essex</county><precinct>P4</precinct><state>MA</state>"
        "<postalCode>02115</postalCode><country>US</country><useablePeriod>"
        '<low value="2012"/></useablePeriod>'
        "</addr></assignedEntity></performer>"
    )
    assert found == {
        "Elm House": "address",
        "1 Elm St": "address",
        "12": "address",
        "Apt 3": "address",
        "x1": "address",
        "Boston": "geography",
        "Essex": "geography",
        "P4": "geography",
        "MA": None,
        "02115": "postal-code",
        "US": None,
        "2012": "date",
    }


@pytest.mark.parametrize(
    ("value", "field", "expected"),
    [
        ("tel:+1(555)555", "+1(555)555", "phone"),
        ("TEL: 555", "555", "phone"),
        ("(555)555", "(555)555", "phone"),
        ("fax:555", "555", "fax"),
        ("mailto:a@b.org", "a@b.org", "email"),
        ("a@b.org", "a@b.org", "email"),
        ("http://me.example/x", "me.example/x", "url"),
        ("https://me.example", "me.example", "url"),
        ("www.me.example", "www.me.example", "url"),
        ("ssb:555", "ssb:555", "phone"),
    ],
)
def test_the_scheme_of_a_telecommunication_address_stays(value: str, field: str, expected: str) -> None:
    data = cda(f'<telecom use="HP" value="{value}"/>')
    (scope,) = scopes(data)
    (found,) = scope.fields()
    assert (found.text, found.type.data_class) == (field, expected)
    scope.replace(found, "X")
    assert f'value="{value.replace(field, "X")}"'.encode() in rendered(data, [scope])
    scope.delete(found)
    assert b'<telecom use="HP"/>' in rendered(data, [scope])


def test_a_scheme_written_by_references_goes_with_the_rest() -> None:
    (found,) = fields(cda('<telecom value="tel&#58;555"/>'))
    assert (found.text, found.type.data_class) == ("tel:555", "phone")


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ('<id root="db734647-fc99-424c-a864-7e3cda82e703"/>',
         {"db734647-fc99-424c-a864-7e3cda82e703": "other-id"}),
        ('<id root="1.2.840.113619.2.62.9"/>', {"1.2.840.113619.2.62.9": "uid"}),
        ('<id root="1.2.840.113619.2" extension=""/>', {"1.2.840.113619.2": "uid"}),
        ('<id root="LOCAL-12"/>', {"LOCAL-12": "other-id"}),
        ('<id root="GoodHealth" extension="T1"/>', {"GoodHealth": "organization", "T1": "other-id"}),
        ('<id root="2.16.840.1.113883.4.1.123.45.6789"/>', {"2.16.840.1.113883.4.1.123.45.6789": "uid"}),
        ('<id root="2.16.840.1.113883.4.123456789" extension="T1"/>',
         {"2.16.840.1.113883.4.123456789": "uid", "T1": "other-id"}),
        ('<id root="2.16.840.1.113883.4.6"/>', {"2.16.840.1.113883.4.6": None}),
        ('<id root="2.16.840.1.113883.19" nullFlavor="UNK"/>', {"2.16.840.1.113883.19": "uid"}),
        ('<id root="2.16.840.1.113883.5.1"/>', {}),
        ('<id root="2.16.840.1.113883.19" extension="T1"/>',
         {"2.16.840.1.113883.19": None, "T1": "other-id"}),
        ('<id root="db734647-fc99-424c-a864-7e3cda82e703" extension="T1"/>',
         {"db734647-fc99-424c-a864-7e3cda82e703": "other-id", "T1": "other-id"}),
        ('<setId root="1.2.3" extension="S1"/>', {"1.2.3": None, "S1": "other-id"}),
        ('<order><id root="1.2.3" extension="A1"/></order>', {"1.2.3": None, "A1": "accession-number"}),
        ('<id root="1.2.840.10008.7" extension="A1"/>', {"A1": "accession-number"}),
        ('<id extension="A1" assigningAuthorityName="Accession Number"/>',
         {"A1": "accession-number", "Accession Number": "organization"}),
        ('<participant typeCode="COV"><participantRole classCode="PAT"><id root="1.2.3" extension="M1"/>'
         "</participantRole></participant>", {"1.2.3": None, "M1": "health-plan-id"}),
        ('<participantRole classCode="MANU"><id root="1.2.3" extension="D1"/></participantRole>',
         {"1.2.3": None, "D1": "device-id"}),
        ('<templateId root="2.16.840.1.113883.10.20.22.1.1" extension="2015-08-01"/>', {}),
        ('<typeId root="1.2.3" extension="POCD"/>', {"1.2.3": None, "POCD": None}),
        ("<id>778899</id>", {"778899": "other-id"}),
    ],
)  # fmt: skip
def test_identifiers(element: str, expected: dict[str, str | None]) -> None:
    assert classes(element) == expected


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("2012", "date"),
        ("201208", "date"),
        ("20120806", "date"),
        ("201208061035-0500", "datetime"),
        ("20120806103500.1234+0000", "datetime"),
    ],
)
def test_points_in_time(value: str, kind: str) -> None:
    for body in (
        f'<effectiveTime value="{value}"/>',
        f'<time><low value="{value}"/></time>',
        f'<effectiveTime xsi:type="PIVL_TS"><phase><high value="{value}"/></phase></effectiveTime>',
        f'<value xsi:type="TS" value="{value}"/>',
        f'<value value="{value}" xsi:type="IVL_TS"/>',
        f'<value xsi:type="IVL_TS"><center value="{value}"/></value>',
        f"<effectiveTime>{value}</effectiveTime>",
    ):
        type_ = type_of(body, value)
        assert (type_.data_class, type_.searchable, type_.constraint.kind) == ("date", False, kind), body
        assert type_.constraint.accepts(value)
        assert type_.constraint.accepts("19000101")
        assert not type_.constraint.accepts("REDACTED")


def test_a_point_in_time_in_another_form_is_one_too() -> None:
    type_ = type_of('<effectiveTime value="March 3, 2012"/>', "March 3, 2012")
    assert (type_.data_class, type_.searchable, type_.constraint.pattern) == ("date", True, None)


@pytest.mark.parametrize("code", ["424144002", "30525-0", "445518008"])
def test_ages(code: str) -> None:
    age = type_of(ENTRY.format(f'<code code="{code}"/><value xsi:type="PQ" value="91" unit="a"/>'), "91")
    assert (age.data_class, age.constraint.accepts("90"), age.constraint.accepts("90+")) == (
        "age",
        True,
        False,
    )
    low = ENTRY.format(f'<code code="{code}"/><value xsi:type="IVL_PQ"><low value="91"/></value>')
    assert type_of(low, "91").data_class == "age"
    assert (
        classes(ENTRY.format(f'<code code="{code}"/><value xsi:type="ST">91 years</value>'))["91 years"]
        == "age"
    )
    other = ENTRY.format('<code code="8302-2"/><value xsi:type="PQ" value="91" unit="cm"/>')
    assert (type_of(other, "91").data_class, type_of(other, "91").searchable) == (None, False)


def test_codes_are_not_searched_unless_they_are_none() -> None:
    body = (
        '<code code="34133-9" codeSystem="1.2.3" codeSystemName="My codes" displayName="Note of Dr. Smith"/>'
        '<value xsi:type="CD" code="Douglas Davidson"/>'
        '<value xsi:type="PQ" value="about 7" unit="mm of Davidson"/>'
    )
    found = {field.text: (field.type.searchable, field.type.constraint.kind) for field in fields(cda(body))}
    assert found == {
        "34133-9": (False, "code"),
        "1.2.3": (False, "code"),
        "My codes": (False, "code"),
        "Note of Dr. Smith": (True, "text"),
        "Douglas Davidson": (True, "text"),
        "about 7": (True, "text"),
        "mm of Davidson": (True, "text"),
    }


@pytest.mark.parametrize("name", ["codeSystemName", "styleCode", "use", "headers", "qualifier"])
def test_prose_is_no_code(name: str) -> None:
    for value, searchable in (
        ("HL7 RoleCode (Personal Relationship value set)", False),
        ("SNOMED CT", False),
        ("Mr. Davidson was seen on Monday by Dr. Woolfson", True),
        (f"Davidson {'x' * 60}", True),
        ("MRN 29282150", True),
        ("a " * 40_000, True),
    ):
        (found,) = fields(cda(f'<a {name}="{value}"/>'))
        assert found.type.searchable is searchable, value


def test_a_code_is_a_long_number_only_where_codes_are_numbers() -> None:
    found = fields(cda(f'<code code="424144002" unit="mm29282150" codeSystem="{"1." * 40}"/>'))
    assert [field.type.searchable for field in found] == [False, True, True]


@pytest.mark.parametrize(
    ("type_", "known"),
    [
        ("CD", True),
        ("h:IVL_TS", True),
        ("RTO_PQ_PQ", True),
        ("SXPR_TS", True),
        ("EIVL_PPD_TS", True),
        ("StrucDoc.Text", True),
        ("xs:dateTime", True),
        ("Davidson", False),
        ("x:MRN29282150", False),
        ("CD_DAVIDSON", False),
    ],
)
def test_only_a_known_type_is_structure(type_: str, known: bool) -> None:
    found = [
        (field.text, field.type.constraint.kind) for field in fields(cda(f'<value xsi:type="{type_}"/>'))
    ]
    assert found == ([] if known else [(type_, "code")])


@pytest.mark.parametrize(
    ("type_", "value", "searchable"),
    [
        ("PQ", "7", False),
        ("PQ", "-0.123456789e5", False),
        ("INT", "123456", False),
        ("INT", "1234567", True),
        ("BL", "true", False),
        ("PQ", "20120806", True),
        ("REAL", "", None),
        ("ST", "7", True),
    ],
)
def test_quantities_are_not_searched_unless_they_are_as_long_as_an_id(
    type_: str, value: str, searchable: bool | None
) -> None:
    found = [field.type.searchable for field in fields(cda(f'<value xsi:type="{type_}" value="{value}"/>'))]
    assert found == ([] if searchable is None else [searchable])


def test_messages_of_version_3_go_by_the_same_rules() -> None:
    data = (
        b'<PRPA_IN201305UV02 xmlns="urn:hl7-org:v3"><creationTime value="20120806"/><livingSubjectId>'
        b'<value root="1.2.3" extension="M7"/></livingSubjectId><livingSubjectBirthTime><value value="1945"/>'
        b"</livingSubjectBirthTime><livingSubjectName><value><given>Eve</given></value></livingSubjectName>"
        b"<patientPerson><name>Ana</name></patientPerson></PRPA_IN201305UV02>"
    )
    found = {field.text: field.type.data_class for field in fields(data)}
    assert found == {
        "20120806": "date",
        "1.2.3": None,
        "M7": "patient-id",
        "1945": "birth-date",
        "Eve": "patient-name",
        "Ana": "patient-name",
    }


def test_structure_is_no_field() -> None:
    body = (
        '<observation classCode="OBS" moodCode="EVN" negationInd="false">'
        '<templateId root="2.16.840.1.113883.10.20.1"/>'
        '<value xsi:type="CD" nullFlavor="UNK" codeSystem="2.16.840.1.113883.6.1"/></observation>'
    )
    assert fields(cda(body)) == []
    (schema,) = fields(cda("", ' xsi:schemaLocation="urn:hl7-org:v3 CDA.xsd"'))
    assert (schema.type.data_class, schema.type.searchable, schema.type.constraint.kind) == (
        None,
        False,
        "code",
    )
    (path,) = fields(cda("", r' xsi:schemaLocation="urn:hl7-org:v3 C:\Users\jsmith\CDA.xsd"'))
    assert path.type.data_class == "file-path"
    assert [field.text for field in fields(cda('<value type="Smith" xsi:type="Mr. Smith"/>'))] == [
        "Smith",
        "Mr. Smith",
    ]


def test_free_text() -> None:
    body = TEXT.format(
        "<paragraph>A</paragraph><list><item>B</item></list><footnote>C</footnote>D"
    ) + ENTRY.format(
        '<code><originalText>E</originalText></code><text>F</text><value xsi:type="ST">G'
        "</value><title>H</title>"
    )
    found = {field.text: (field.type.data_class, field.type.searchable) for field in fields(cda(body))}
    assert found == dict.fromkeys("ABCDEFGH", ("free-text", True))


def test_names_of_narrative_elements_stay_unless_they_hold_a_number() -> None:
    body = TEXT.format('<content ID="obs1">x</content><td ID="mrn123456">y</td>') + ENTRY.format(
        '<text><reference value="#obs1"/></text><value xsi:type="ED"><reference value="#mrn123456"/></value>'
        '<text><reference value="http://x.example/1"/></text>'
    )
    data = cda(body)
    (scope,) = scopes(data)
    found = [(field.text, field.type.data_class, field.type.searchable) for field in scope.fields()]
    assert found == [
        ("obs1", None, False),
        ("x", "free-text", True),
        ("mrn123456", "other-id", True),
        ("y", "free-text", True),
        ("obs1", None, False),
        ("mrn123456", "other-id", True),
        ("x.example/1", "url", True),
    ]
    label, reference = (field for field in scope.fields() if field.text == "mrn123456")
    assert label.key == reference.key
    assert label.type.constraint is reference.type.constraint
    for field in (label, reference):
        assert scope.replace(field, "7x") == "_7x"
    assert rendered(data, [scope]) == data.replace(b"mrn123456", b"_7x")


def test_base64_is_not_searched_but_told() -> None:
    packed = "JVBERi0xLjQKJeLjz9MKMyAwIG9iago8PC9" * 5
    for body in (
        f"<component><nonXMLBody>"
        f'<text mediaType="application/pdf" representation="B64">{packed}</text></nonXMLBody>'
        "</component>",
        f'<observationMedia><value xsi:type="ED" representation="B64">{packed}</value></observationMedia>',
    ):
        type_ = type_of(body, packed)
        assert (type_.attributes["encoded"], type_.searchable) == ("base64", False)
    unstated = type_of(f'<nonXMLBody><text mediaType="application/pdf">{packed}</text></nonXMLBody>', packed)
    assert (unstated.attributes["encoded"], unstated.searchable) == ("base64", True)
    assert "encoded" not in type_of("<text>JVBERi0x</text>", "JVBERi0x").attributes
    inner = "<![CDATA[<note>Smith</note>]]>"
    assert type_of(f"<text>{inner}</text>", "<note>Smith</note>").attributes["encoded"] == "xml"


def test_comments_and_instructions_are_searched() -> None:
    data = cda("<!-- Mr. Smith --><?Smith John?><?xml-stylesheet href='x'?>")
    found = [(field.text, field.type.searchable, field.type.attributes["part"]) for field in fields(data)]
    assert found == [
        ("Mr. Smith", True, "comment"),
        ("Smith John", True, "instruction"),
        ("xml-stylesheet href='x'", True, "instruction"),
    ]


def test_prefixes_do_not_matter() -> None:
    data = (
        b'<h:ClinicalDocument xmlns:h="urn:hl7-org:v3" xmlns:s="http://www.w3.org/2001/XMLSchema-instance">'
        b'<h:value s:type="h:TS" value="2012"/><h:patient><h:name>Ana</h:name></h:patient>'
        b"</h:ClinicalDocument>"
    )
    assert [(f.text, f.type.data_class, f.type.format) for f in fields(data)] == [
        ("2012", "date", "cda"),
        ("Ana", "patient-name", "cda"),
    ]


def test_a_type_tells_its_place() -> None:
    body = PATIENT.format("<patient><name><given>Eve</given></name></patient>")
    type_ = type_of(body, "Eve")
    assert type_.attributes == {
        "part": "text",
        "path": "ClinicalDocument/recordTarget/patientRole/patient/name/given",
        "element": "given",
        "parent": "name",
        "attribute": "",
        "column_key": "given",
        "type": "ST",
    }
    assert type_ is type_of(body, "Eve")


@pytest.mark.corpus
def test_classes_of_the_corpus_are_those_of_the_library(corpus: Path) -> None:
    known = set(load("basic").classes)
    found: Counter[str | None] = Counter()
    for path in sorted((corpus / "cda").rglob("*.xml")):
        if path.name != "broken.xml":
            found.update(field.type.data_class for field in fields(path.read_bytes()))
    assert {name for name in found if name} <= known
    for name in (
        "patient-name",
        "person-name",
        "patient-id",
        "ssn",
        "birth-date",
        "date",
        "address",
        "phone",
        "uid",
    ):
        assert found[name] >= 10, name
