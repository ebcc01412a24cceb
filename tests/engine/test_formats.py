"""Every format through the engine: what identifies the patient goes, what doesn't stays, one id is one id."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
from collections.abc import Iterator

import pytest

from beam_phi.engine import Engine, Quarantine
from beam_phi.formats import Source
from beam_phi.library.load import load
from beam_phi.masking.keys import MasterKey

NAMES = ("DAVIDSON", "DOUGLAS", "WOOLFSON")
MRN, SSN, STREET, PHONE = "29282150", "987-65-4329", "12 Elm Street", "617-555-0134"

HL7 = (
    "MSH|^~\\&|LAB|ST MARY|EHR|X|20130214103000||ORU^R01|MSG1|P|2.5\r"
    f"PID|1||{MRN}^^^HOSP^MR||DAVIDSON^DOUGLAS||19600102|M|||{STREET}^^Boston^MA^02116||{PHONE}|||||{SSN}\r"
    "OBX|1|TX|18748-4^Report^LN||Mr. Davidson was seen by Dr. Woolfson; foley catheter in place.\r"
    "OBX|2|NM|718-7^Hemoglobin^LN||13.4|g/dL\r"
)
X12 = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *130214*1030*^*00501"
    "*000000905*1*T*:~GS*HC*SENDER*RECEIVER*20130214*1030*1*X*005010X222A1~ST*837*0021~BHT*0019*00*0123*20130214*1030*CH~"
    "HL*1**20*1~NM1*85*1*WOOLFSON*KATE****XX*1234567893~HL*2*1*22*0~SBR*P*18*******MB~"
    f"NM1*IL*1*DAVIDSON*DOUGLAS****MI*{MRN}~N3*{STREET}~N4*BOSTON*MA*02116~DMG*D8*19600102*M~REF*SY*{SSN}~"
    f"PER*IC*DOUGLAS DAVIDSON*TE*{PHONE}~CLM*{MRN}*100***11:B:1*Y*A*Y*Y~HI*ABK:J0300~"
    "NTE*ADD*MR DAVIDSON HAS A FOLEY CATHETER~SE*14*0021~GE*1*1~IEA*1*000000905~"
)
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [
        {"system": "urn:hosp", "value": MRN},
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": SSN},
    ],
    "name": [{"family": "Davidson", "given": ["Douglas"]}],
    "birthDate": "1960-01-02",
    "address": [{"line": [STREET], "city": "Boston", "postalCode": "02116"}],
    "telecom": [{"system": "phone", "value": PHONE}],
}
NOTE = "Mr. Davidson was seen by Dr. Woolfson; foley catheter in place."
ENCODED = base64.b64encode(NOTE.encode()).decode()
FHIR = json.dumps(
    {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"resource": PATIENT},
            {
                "resource": {
                    "resourceType": "DocumentReference",
                    "subject": {"reference": "Patient/p1"},
                    "description": NOTE,
                    "content": [
                        {
                            "attachment": {
                                "contentType": "text/plain",
                                "data": base64.b64encode(NOTE.encode()).decode(),
                            }
                        }
                    ],
                }
            },
            {
                "resource": {
                    "resourceType": "Observation",
                    "subject": {"reference": "Patient/p1"},
                    "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
                    "valueQuantity": {"value": 13.40, "unit": "g/dL"},
                    # Without a cue: known from the Patient alone.
                    "note": [{"text": f"davidson walks, see {MRN}"}],
                }
            },
        ],
    },
    indent=1,
)
CDA = f"""<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole>
<id root="1.2.3.4" extension="{MRN}"/><id root="2.16.840.1.113883.4.1" extension="{SSN}"/>
<addr><streetAddressLine>{STREET}</streetAddressLine><city>Boston</city><postalCode>02116</postalCode></addr>
<telecom value="tel:{PHONE}"/>
<patient><name><given>Douglas</given><family>Davidson</family></name><birthTime value="19600102"/></patient>
</patientRole></recordTarget>
<component><structuredBody><component><section><text>{NOTE}</text>
<entry><observation classCode="OBS" moodCode="EVN"><code code="718-7"/>
<value unit="g/dL" value="13.4"/></observation></entry>
</section></component></structuredBody></component></ClinicalDocument>
"""
XML = f"""<patients><patient><patientName>Douglas Davidson</patientName><mrn>{MRN}</mrn><ssn>{SSN}</ssn>
<dob>1960-01-02</dob><address>{STREET}</address><phone>{PHONE}</phone><note>{NOTE}</note>
<hemoglobin>13.4</hemoglobin></patient></patients>
"""
JSON = json.dumps(
    {
        "patient_name": "Douglas Davidson",
        "mrn": MRN,
        "ssn": SSN,
        "dob": "1960-01-02",
        "address": STREET,
        "phone": PHONE,
        "note": NOTE,
        "hemoglobin": 13.4,
    }
)
FILES = {"hl7": HL7, "x12": X12, "fhir": FHIR, "cda": CDA, "xml": XML, "json": JSON}
BASE64 = re.compile(r"[A-Za-z0-9+/]{40,}=*")


@pytest.fixture(scope="module", params=["basic", "research", "safe-harbor"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return Engine(load(request.param), MasterKey(bytes(range(32))))


def masked(engine: Engine, format_: str, text: str) -> str:
    data = text.encode()
    result = engine.mask("a/b", "0", format_, Source(io.BytesIO(data), len(data)))
    try:
        return b"".join(result.content.chunks()).decode()
    finally:
        result.close()


def unpacked(text: str) -> Iterator[str]:
    """The text, and what stands in it in base64."""
    yield text
    for found in BASE64.findall(text):
        yield base64.b64decode(found).decode("utf-8", "replace")


@pytest.mark.parametrize("format_", FILES)
def test_the_patient_goes_and_findings_stay(engine: Engine, format_: str) -> None:
    output = masked(engine, format_, FILES[format_])
    for text in unpacked(output):
        for planted in (*NAMES, MRN, SSN, SSN.replace("-", ""), STREET, PHONE, "1960-01-02", "19600102"):
            assert planted.upper() not in text.upper(), planted
    assert "foley catheter" in output.lower()
    if format_ != "x12":
        assert "13.4" in output


def test_a_document_in_hex_is_taken_out(engine: Engine) -> None:
    note = f"OBX|3|ED|X^Y^L||^TEXT^^Hex^{NAMES[0].encode().hex().upper()}\r"
    assert masked(engine, "hl7", HL7 + note).endswith("OBX|3|ED|X^Y^L||^TEXT^^Hex^\r")


def test_a_name_that_reads_like_base64_is_taken_out(engine: Engine) -> None:
    for name in ("Davidson", "DAVIDSON"):
        media = f'<observationMedia><value mediaType="image/png" representation="B64">{name}</value>'
        entry = f"<entry>{media}</observationMedia></entry><entry>"
        output = masked(engine, "cda", CDA.replace("<entry>", entry))
        assert '<value mediaType="image/png" representation="B64"></value>' in output


def test_a_word_that_tags_part_is_one(engine: Engine) -> None:
    output = masked(engine, "cda", CDA.replace("Mr. Davidson", "Mr. <content>Dav</content>idson"))
    assert "idson" not in output


def test_a_batch_names_nobody(engine: Engine) -> None:
    output = masked(engine, "hl7", f"{HL7}BTS|1|{NAMES[0]}\rFTS|1|batch of {NAMES[0].lower()}\r")
    assert NAMES[0] not in output.upper()
    assert "BTS|1|" in output


def test_one_id_is_one_id_in_every_format() -> None:
    engine = Engine(load("basic"), MasterKey(bytes(range(32))))
    found = {
        "hl7": re.search(r"PID\|1\|\|(\d+)", masked(engine, "hl7", HL7)),
        "x12": re.search(r"\*MI\*(\d+)", masked(engine, "x12", X12)),
        "fhir": re.search(r'"urn:hosp",\s*"value": "(\d+)"', masked(engine, "fhir", FHIR)),
        "cda": re.search(r'root="1.2.3.4" extension="(\d+)"', masked(engine, "cda", CDA)),
        "xml": re.search(r"<mrn>(\d+)", masked(engine, "xml", XML)),
        "json": re.search(r'"mrn": "(\d+)"', masked(engine, "json", JSON)),
    }
    assert len({match and match[1] for match in found.values()}) == 1, found


def test_dates_of_a_patient_move_by_the_same_days_in_every_format() -> None:
    engine = Engine(load("research"), MasterKey(bytes(range(32))))
    born = {
        format_: re.sub(r"\D", "", match[1])
        for format_, pattern in {
            "hl7": r"\|(\d{8})\|M\|",
            "x12": r"DMG\*D8\*(\d+)",
            "fhir": r'"birthDate": "([\d-]+)"',
            "cda": r'birthTime value="(\d+)"',
            "xml": r"<dob>([\d-]+)",
            "json": r'"dob": "([\d-]+)"',
        }.items()
        if (match := re.search(pattern, masked(engine, format_, FILES[format_])))
    }
    assert born.keys() == FILES.keys()
    assert len(set(born.values())) == 1, born


def test_references_and_documents_inside_stay_whole() -> None:
    bundle = json.loads(masked(Engine(load("basic"), MasterKey(bytes(range(32)))), "fhir", FHIR))
    patient, document, observation = (entry["resource"] for entry in bundle["entry"])
    assert document["subject"]["reference"] == f"Patient/{patient['id']}" != "Patient/p1"
    inner = base64.b64decode(document["content"][0]["attachment"]["data"]).decode()
    assert inner == document["description"]
    assert observation["code"]["coding"][0]["code"] == "718-7"


def test_resources_of_a_bundle_refer_to_each_other_as_before(engine: Engine) -> None:
    urls = [f"urn:uuid:{number}1ebe359-bfdc-4613-8bf2-c5e300945f0a" for number in range(4)]
    resources = [{"resourceType": "Patient", "id": url[9:]} for url in urls[:2]]
    resources.append({"resourceType": "Parameters", "parameter": [{"name": "x", "valueUuid": urls[1]}]})
    resources.append({"resourceType": "Observation", "id": "o1", "subject": {"reference": urls[1]}})
    entries = [{"fullUrl": url, "resource": each} for url, each in zip(urls, resources, strict=True)]
    bundle = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    output = json.loads(masked(engine, "fhir", bundle))["entry"]
    found = [each["fullUrl"] for each in output]
    assert len({*found, *urls}) == 8
    assert all(re.fullmatch("urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", url) for url in found)
    assert [each["resource"]["id"] for each in output[:2]] == [url[9:] for url in found[:2]]
    assert output[2]["resource"]["parameter"][0]["valueUuid"] == found[1]
    assert output[3]["resource"]["subject"]["reference"] == found[1]


def test_a_document_inside_that_can_t_be_masked_gives_way() -> None:
    engine = Engine(load("basic"), MasterKey(bytes(range(32))))
    for content, left in ((b"%PDF-1.7 Davidson", "JVBERi"), (b"\x89PNG\r\n\x1a\n" + bytes(40), "")):
        data = base64.b64encode(content).decode()
        message = f"MSH|^~\\&|A|B|C|D|2013||ORU|1|P|2.5\rOBX|1|ED|1^x||^TEXT^^Base64^{data}\r"
        output = masked(engine, "hl7", message)
        assert data not in output
        assert output.rstrip("\r").rpartition("^")[2][:6] == left


def test_documents_in_documents_have_an_end() -> None:
    engine = Engine(load("basic"), MasterKey(bytes(range(32))))
    text = 3 * NOTE
    for _ in range(6):
        text = f'<a note="{base64.b64encode(text.encode()).decode()}"/>'
    with pytest.raises(Quarantine) as caught:
        masked(engine, "xml", text)
    assert caught.value.reason == "too-deep"


HIDDEN = {
    "json in json": ("json", json.dumps({"payload": JSON})),
    "xml in json": ("json", json.dumps({"payload": XML})),
    "hl7 in json": ("json", json.dumps({"payload": HL7})),
    "xml in cdata": ("xml", f"<p><payload><![CDATA[{XML}]]></payload></p>"),
    "cda in xml": ("xml", f"<p><payload>{CDA.replace('&', '&amp;').replace('<', '&lt;')}</payload></p>"),
    "json in a cell": ("delimited", "Code,Payload\n1," + '"' + JSON.replace('"', '""') + '"\n'),
    "base64 in json": ("json", json.dumps({"content": base64.b64encode(XML.encode()).decode()})),
    "data in json": (
        "json", json.dumps({"content": "data:text/xml;base64," + base64.b64encode(XML.encode()).decode()})
    ),
    "gzip in json": ("json", json.dumps({"content": base64.b64encode(gzip.compress(XML.encode())).decode()})),
}  # fmt: skip


@pytest.mark.parametrize("name", HIDDEN)
def test_a_document_in_a_text_is_opened_though_nobody_says_so(name: str) -> None:
    format_, text = HIDDEN[name]
    output = masked(Engine(load("basic"), MasterKey(bytes(range(32)))), format_, text)
    for each in unpacked(output):
        for planted in (*NAMES, MRN, SSN, STREET, PHONE):
            assert planted.upper() not in each.upper(), planted
    assert not re.search(r"H4sI", output)


def test_a_text_that_only_begins_like_a_document_is_searched() -> None:
    engine = Engine(load("basic"), MasterKey(bytes(range(32))))
    text = "<b>Mr. Davidson was seen</i> {foley catheter}"
    output = json.loads(masked(engine, "json", json.dumps({"note": text})))["note"]
    assert "Davidson" not in output
    assert output.startswith("<b>Mr. ")
    assert output.endswith("was seen</i> {foley catheter}")


def test_a_data_set_in_json_in_a_value_is_masked_by_the_profile() -> None:
    engine = Engine(load("basic"), MasterKey(bytes(range(32))))
    data_set = json.dumps({"00100030": {"vr": "DA", "Value": ["19760616"]}})
    data = json.dumps({"payload": data_set}).encode()
    result = engine.mask("a/b", "0", "json", Source(io.BytesIO(data), len(data)))
    inner = json.loads(json.loads(b"".join(result.content.chunks()))["payload"])
    assert "19760616" not in str(inner)
    assert inner["00120062"]["Value"] == ["YES"]
    result.close()


def test_rows_say_where_in_which_document() -> None:
    engine = Engine(load("basic"), MasterKey(bytes(range(32))))
    data = json.dumps({"payload": json.dumps({"mrn": MRN})}).encode()
    result = engine.mask("a/b", "0", "json", Source(io.BytesIO(data), len(data)))
    assert [row.location for row in result.annotations()] == ["$.payload > $.mrn"]
    result.close()
