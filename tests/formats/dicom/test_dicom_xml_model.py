from __future__ import annotations

import base64
import io
import json
import random
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.scopes import damaged, read_or_refused, reason, rendered

from beam_phi.engine import Engine, Quarantine
from beam_phi.formats import Scope, Source, detect, open_document
from beam_phi.formats.document import Field, FormatError
from beam_phi.library.load import load
from beam_phi.library.model import DicomSpec
from beam_phi.masking.keys import MasterKey

KEY = MasterKey(bytes(range(32)))
NATIVE = "http://dicom.nema.org/PS3.19/models/NativeDICOM"
MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<NativeDicomModel xml:space="preserve">
  <DicomAttribute keyword="SpecificCharacterSet" tag="00080005" vr="CS">
    <Value number="1">ISO_IR 100</Value>
  </DicomAttribute>
  <DicomAttribute keyword="SOPClassUID" tag="00080016" vr="UI">
    <Value number="1">1.2.840.10008.5.1.4.1.1.7</Value>
  </DicomAttribute>
  <DicomAttribute tag = '00080020' vr="DA" ><Value number="1" > 20200102 </Value></DicomAttribute>
  <DicomAttribute keyword="PatientName" tag="00100010" vr="PN">
    <PersonName number="1">
      <Alphabetic><FamilyName>Davidson</FamilyName><GivenName>Douglas</GivenName></Alphabetic>
      <Ideographic><FamilyName>\u6c0f</FamilyName></Ideographic>
    </PersonName>
    <PersonName number="3"><Alphabetic><FamilyName>Davidson</FamilyName></Alphabetic></PersonName>
  </DicomAttribute>
  <DicomAttribute keyword="PatientID" tag="00100020" vr="LO">
    <Value number="1">2928&#50;1506</Value>
  </DicomAttribute>
  <DicomAttribute tag="00101010" vr="AS"/>
  <DicomAttribute tag="00181310" vr="US">
    <Value number="1">0</Value><Value number="2">256</Value>
    <Value number="3">256</Value><Value number="4">0</Value>
  </DicomAttribute>
  <DicomAttribute keyword="FrameIncrementPointer" tag="00280009" vr="AT">
    <Value number="1">(0018,1063)</Value>
  </DicomAttribute>
  <DicomAttribute keyword="WindowWidth" tag="00281051" vr="DS"><Value number="1">1.50</Value></DicomAttribute>
  <DicomAttribute tag="00321064" vr="SQ">
    <Item number="1">
      <DicomAttribute tag="00080104" vr="LO"><Value number="1">Head of &lt;Davidson></Value></DicomAttribute>
    </Item>
    <Item number="2"/>
  </DicomAttribute>
</NativeDicomModel>
""".encode()


def source(data: bytes) -> Source:
    return Source(io.BytesIO(data), len(data))


def scopes(data: bytes) -> list[Scope]:
    return list(open_document("dicom-xml", source(data), DicomSpec()).scopes())


def of(*attributes: str) -> bytes:
    return f"<NativeDicomModel>{''.join(attributes)}</NativeDicomModel>".encode()


def one(tag: str, vr: str, *values: str, more: str = "") -> str:
    inner = "".join(f'<Value number="{number}">{value}</Value>' for number, value in enumerate(values, 1))
    return f'<DicomAttribute tag="{tag}" vr="{vr}"{more}>{inner}</DicomAttribute>'


def masked(library: str, data: bytes) -> tuple[bytes, list[str]]:
    result = Engine(load(library), KEY).mask("x", "0", "dicom-xml", source(data))
    try:
        return b"".join(result.content.chunks()), [row.location for row in result.annotations()]
    finally:
        result.close()


def test_attributes_are_offered_as_those_of_the_binary_form() -> None:
    found = [field for scope in scopes(MODEL) for field in scope.fields()]
    actions = {field.location: (field.type.action, field.text) for field in found if field.type.action}
    assert actions == {
        "(0008,0020)": ("Z", "20200102"),
        "(0010,0010)#1": ("Z", "Davidson^Douglas=\u6c0f"),
        "(0010,0010)#2": ("Z", ""),
        "(0010,0010)#3": ("Z", "Davidson"),
        "(0010,0020)": ("Z", "292821506"),
        "(0010,1010)": ("X", ""),
    }
    by_place = {field.location: field for field in found}
    assert by_place["(0010,0020)"].type.attributes["keyword"] == "PatientID"
    assert by_place["(0032,1064)[0].(0008,0104)"].text == "Head of <Davidson>"


@pytest.mark.parametrize(
    "data",
    [
        MODEL,
        b"<!-- x --><NativeDicomModel/> <?x y?>",
        MODEL.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + MODEL,
        MODEL.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        MODEL.decode().replace("UTF-8", "ISO-8859-1").replace("\u6c0f", "\xe9").encode("latin-1"),
        MODEL.replace(b"<NativeDicomModel", f'<NativeDicomModel xmlns="{NATIVE}"'.encode()),
        MODEL.replace(b"</", b"</n:").replace(b"<D", b"<n:D").replace(b"<V", b"<n:V").replace(b"<I", b"<n:I")
        .replace(b"<P", b"<n:P").replace(b"<A", b"<n:A").replace(b"<F", b"<n:F").replace(b"<G", b"<n:G")
        .replace(b"<NativeDicomModel", f'<n:NativeDicomModel xmlns:n="{NATIVE}"'.encode()),
    ],
)  # fmt: skip
def test_untouched_files_keep_every_byte_and_masked_ones_are_read_again(data: bytes) -> None:
    assert detect("x.xml", data) == "dicom-xml"
    found = scopes(data)
    for scope in found:
        list(scope.fields())
    assert rendered(found) == data
    out, _ = masked("basic", data)
    (again,) = scopes(out)
    texts = {field.location: field.text for field in again.fields()}
    assert texts["(0012,0062)"] == "YES"
    assert not any("avidson" in text for text in texts.values())


def test_what_is_replaced_changes_alone() -> None:
    (scope,) = scopes(MODEL)
    by_place = {field.location: field for field in scope.fields()}
    scope.replace(by_place["(0010,0020)"], "X1 & <")
    scope.replace(by_place["(0010,0010)#3"], "A^B^^^E")
    scope.replace(by_place["(0032,1064)[0].(0008,0104)"], "Head")
    scope.delete(by_place["(0008,0020)"])
    scope.replace(by_place["(0028,1051)"], "2")
    expected = MODEL
    for old, new in (
        (b"2928&#50;1506", b"X1 &amp; &lt;"),
        (
            b'<PersonName number="3"><Alphabetic><FamilyName>Davidson</FamilyName></Alphabetic>',
            b'<PersonName number="3"><Alphabetic><FamilyName>A</FamilyName><GivenName>B</GivenName>'
            b"<NameSuffix>E</NameSuffix></Alphabetic>",
        ),
        (b"Head of &lt;Davidson>", b"Head"),
        (b"1.50", b"2"),
        (
            b'\n  <DicomAttribute tag = \'00080020\' vr="DA" ><Value number="1" > 20200102 </Value>'
            b"</DicomAttribute>",
            b"",
        ),
    ):
        assert old in expected
        expected = expected.replace(old, new)
    assert rendered([scope]) == expected


def test_values_are_put_where_there_were_none() -> None:
    data = of(one("00100010", "PN"), '<DicomAttribute tag="00100020" vr="LO" />')
    (scope,) = scopes(data)
    by_place = {field.location: field for field in scope.fields()}
    scope.replace(by_place["(0010,0020)"], "X1")
    scope.replace(by_place["(0010,0010)"], "A")
    name = '<PersonName number="1"><Alphabetic><FamilyName>A</FamilyName></Alphabetic></PersonName>'
    assert rendered([scope]) == of(
        one("00100010", "PN").replace("><", f">{name}<"), one("00100020", "LO", "X1").replace('"LO"', '"LO" ')
    )


def test_a_masked_object_says_so_in_the_order_of_tags() -> None:
    out, _ = masked("basic", MODEL)
    assert b"Davidson" not in out
    assert b"292821506" not in out
    assert b'\n  <DicomAttribute tag="00120062" vr="CS" keyword="PatientIdentityRemoved"><Value' in out
    order = [
        int(piece.split(b'tag="')[1][:8], 16)
        for piece in out.replace(b" = '", b'="').split(b"\n  <DicomAttribute")[1:]
    ]
    assert order == sorted(order)
    assert b"ISO_IR 100" in out
    assert b'<Value number="1">(0018,1063)</Value>' in out


def test_nothing_beside_the_data_set_stays() -> None:
    schema = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:davidson"'
    data = (
        "<!-- davidson --><?davidson x?>"
        f"<NativeDicomModel {schema}>"
        + one("00020016", "AE", "DAVIDSON")
        + one("00080060", "CS", "CT", more=' keyword="Davidson"')
        + "<!-- davidson --></NativeDicomModel><!-- davidson -->"
    ).encode()
    assert rendered(scopes(data)) == data
    out, _ = masked("research", data)
    assert b"davidson" not in out.lower()
    assert b'<DicomAttribute tag="00080060" vr="CS"><Value number="1">CT</Value>' in out


def test_what_stands_elsewhere_is_removed() -> None:
    bulk = '<BulkData uuid="davidson" uri="http://x.org/studies/1.2.3/bulk/davidson"/>'
    data = of(
        one("00280010", "US", "2"),
        one("00281201", "OW").replace("></", f">{bulk}</"),
        '<DicomAttribute tag="00321064" vr="SQ"><Item number="1">'
        + one("00420011", "OB").replace("></", f">{bulk}</")
        + "</Item></DicomAttribute>",
        one("7FE00010", "OW").replace("></", f">{bulk}</"),
    )
    assert rendered(scopes(data)) == data
    out, locations = masked("research", data)
    assert b"BulkData" not in out
    assert b'"00280010"' in out
    assert {"(0028,1201)", "(7FE0,0010)"} <= set(locations)


@pytest.mark.parametrize("shown", [True, False])
def test_private_attributes_stand_in_the_blocks_of_their_creators(shown: bool) -> None:
    creators = (one("00190011", "LO", "ACME"), one("00190012", "LO", "Davidson")) if shown else ()
    data = of(
        *creators,
        one("00190001", "LO", "one", more=' privateCreator="ACME"'),
        one("00190001", "LO", "two", more=' privateCreator="Davidson"'),
        one("00190001", "LO", "three", more=" privateCreator='ACME'"),
    )
    (scope,) = scopes(data)
    texts = [(field.location, field.text) for field in scope.fields() if '"' in field.location]
    assert sorted(texts, key=lambda pair: pair[1]) == [
        ('(0019,"ACME",01)', "one"), ('(0019,"ACME",01)', "three"), ('(0019,"Davidson",01)', "two"),
    ]  # fmt: skip
    assert rendered([scope]) == data
    out, _ = masked("basic", data)
    assert b"Davidson" not in out
    assert b"privateCreator" not in out


def test_attributes_name_the_creator_that_they_have_now() -> None:
    data = of(
        one("00190010", "LO", "Davidson"),
        one("00190001", "LO", "one", more=" privateCreator='Davidson'"),
        one("00190010", "LO", "two", more=' privateCreator="Davidson"'),
    )
    (scope,) = scopes(data)
    creator = next(field for field in scope.fields() if field.location == "(0019,0010)")
    scope.replace(creator, "O'Neil & C")
    out = rendered([scope])
    assert b"Davidson" not in out
    assert b"privateCreator='O&apos;Neil &amp; C'" in out
    (again,) = scopes(out)
    assert '(0019,"O\'Neil & C",10)' in [field.location for field in again.fields()]
    (scope,) = scopes(data)
    scope.delete(next(field for field in scope.fields() if field.location == "(0019,0010)"))
    assert b"Davidson" not in rendered([scope])


def name(inner: str) -> str:
    return (
        f'<DicomAttribute tag="00100010" vr="PN"><PersonName number="1">{inner}</PersonName></DicomAttribute>'
    )


@pytest.mark.parametrize(
    ("attribute", "why"),
    [
        (one("00100010", "PN", "Davidson"), "unknown-format"),
        (name("Davidson"), "unknown-format"),
        (name("<Alphabetic>Davidson</Alphabetic>"), "unknown-format"),
        (name("<Alphabetic><FamilyName>x=y</FamilyName></Alphabetic>"), "bad-syntax"),
        (name("<Alphabetic><FamilyName>x^y</FamilyName></Alphabetic>"), "bad-syntax"),
        (name("<Alphabetic/><Alphabetic/>"), "bad-syntax"),
        (name("<Alphabetic><FamilyName>x</FamilyName><FamilyName>y</FamilyName></Alphabetic>"), "bad-syntax"),
        (name("<Davidson/>"), "unknown-format"),
        (one("00100020", "LO", "Dav<!-- -->idson"), "unknown-format"),
        (one("00100020", "LO", "Dav<?x?>idson"), "unknown-format"),
        (one("00100020", "LO", "x", more=' davidson="y"'), "unknown-format"),
        (one("00100020", "ZZ", "x"), "unknown-format"),
        (one("00100020", "LO", "x\\y"), "bad-syntax"),
        (one("00104000", "LT", "x", "y"), "bad-syntax"),
        (one("00280010", "US", "70000"), "bad-syntax"),
        (one("00280010", "US", "1_0"), "bad-syntax"),
        (one("00280010", "US", ""), "bad-syntax"),
        (one("00280009", "AT", "Davidson"), "bad-syntax"),
        (one("00281201", "OW", "1"), "unknown-format"),
        (one("00321064", "SQ", "1"), "unknown-format"),
        (one("00281201", "OW").replace("></", "><InlineBinary>Davidson!</InlineBinary></"), "bad-syntax"),
        (one("7FE00010", "OW").replace("></", "><InlineBinary>AAAA</InlineBinary></"), "unknown-format"),
        (
            one("00080060", "CS", "CT").replace("</D", "<InlineBinary>AAAA</InlineBinary></D"),
            "unknown-format",
        ),
        (one("00281201", "OW").replace("></", "><BulkData/><BulkData/></"), "unknown-format"),
        (one("FFFEE000", "UN"), "unknown-format"),
        (one("00000002", "UI", "1.2"), "unknown-format"),
        (one("00080005", "CS", "DAVIDSON"), "bad-encoding"),
        (one("00080005", "LO", "ISO_IR 6"), "bad-encoding"),
        (one("davidson", "LO"), "unknown-format"),
        (one("00100020", "LO", "x", more=' privateCreator="ACME"'), "unknown-format"),
        (one("00080060", "CS") * 2, "unknown-format"),
        (one("00080060", "CS", "CT").replace('"1"', '"davidson"'), "bad-syntax"),
        (one("00080008", "CS", "A", "B").replace('"2"', '"1"'), "bad-syntax"),
        (one("00080008", "CS", "A").replace('"1"', '"99999999"'), "record-too-long"),
        ("davidson", "unknown-format"),
        ("<Davidson/>", "unknown-format"),
        ('<DicomAttribute xmlns="urn:davidson" tag="00080060" vr="CS"/>', "unknown-format"),
        ('<x:DicomAttribute tag="00080060" vr="CS"/>', "unknown-format"),
        ('<DicomAttribute tag="00080060" vr="CS" xml:space="davidson"/>', "unknown-format"),
        ('<DicomAttribute tag="00080060" vr="CS" xmlns:davidson="' + NATIVE + '"/>', "bad-syntax"),
        ('<DicomAttribute tag="00321064" vr="SQ"><Item number="2"/></DicomAttribute>', "bad-syntax"),
        (
            '<DicomAttribute tag="7FE00010" vr="OB"><DataFragment number="1"/></DicomAttribute>',
            "unknown-format",
        ),
        (one("00041220", "SQ"), "dicomdir"),
        ("<DicomAttribute", "bad-syntax"),
    ],
)
def test_what_the_model_does_not_have_is_refused(attribute: str, why: str) -> None:
    data = of(attribute)
    assert detect("x", data) == "dicom-xml"
    assert reason(scopes, data) == why
    with pytest.raises(FormatError) as caught:
        scopes(data)
    assert "avidson" not in str(caught.value)


def test_a_document_type_declaration_and_other_grammars_of_that_name_are_not_read() -> None:
    assert detect("x", b'<!DOCTYPE x [<!ENTITY a "b">]><NativeDicomModel/>') != "dicom-xml"
    assert detect("x", b'<NativeDicomModel xmlns="urn:x"/>') is None


def test_bytes_are_searched_and_written_in_base64() -> None:
    spelled = base64.encodebytes(b"seen: Davidson\0\0" * 8).decode()
    binary = one("00421011", "OB").replace("></", f"><InlineBinary>{spelled}</InlineBinary></")
    data = MODEL.replace(b"</NativeDicomModel>", binary.encode() + b"</NativeDicomModel>")
    out, _ = masked("research", data)
    (again,) = scopes(out)
    assert b"Davidson" not in base64.b64decode(out.rpartition(b"<InlineBinary>")[2].partition(b"<")[0])
    assert "(0012,0062)" in [field.location for field in again.fields()]


def test_a_model_in_a_value_is_masked_as_one() -> None:
    data = json.dumps({"payload": MODEL.decode()}).encode()
    result = Engine(load("basic"), KEY).mask("x", "0", "json", source(data))
    inner = json.loads(b"".join(result.content.chunks()))["payload"]
    result.close()
    assert "Davidson" not in inner
    assert 'keyword="PatientIdentityRemoved"' in inner


PIECES = [
    b"",
    *(bytes([byte]) for byte in b"<>/&\"'=\xff\0 5A"),
    b"<!---->",
    b"<Item/>",
    b"&#1;",
    b"<![CDATA[",
]


@given(st.randoms(use_true_random=False))
def test_mutated_models_are_a_document_or_a_format_error(chance: random.Random) -> None:
    read = read_or_refused(scopes, damaged(MODEL, chance, PIECES), chance)
    if read is not None:
        assert rendered(scopes(read[1])) == read[1]


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\\^=\ufffe\uffff"),
    min_size=1, max_size=16,
).filter(lambda text: text == text.strip())  # fmt: skip


@given(st.lists(TEXTS, min_size=1, max_size=4), TEXTS, st.integers(0, 3))
def test_one_replaced_value_changes_its_bytes_alone(texts: list[str], new: str, which: int) -> None:
    which %= len(texts)
    data = of(
        one("00081010", "SH", "x"), one("00081048", "LO", *map(escape, texts)), one("00100040", "CS", "O")
    )
    (scope,) = scopes(data)
    found = [field for field in scope.fields() if field.location.startswith("(0008,1048)")]
    assert [field.text for field in found] == texts
    scope.replace(found[which], new)
    written = [escape(text) for text in [*texts[:which], new, *texts[which + 1 :]]]
    assert rendered([scope]) == of(
        one("00081010", "SH", "x"), one("00081048", "LO", *written), one("00100040", "CS", "O")
    )


def _native(data_set: pydicom.Dataset) -> bytes:
    """A data set as a Native DICOM Model, by pydicom's reading of it."""

    def attributes(model: dict[str, dict[str, object]]) -> Iterator[str]:
        for tag, member in model.items():
            yield f'<DicomAttribute tag="{tag}" vr="{member["vr"]}">{"".join(inner(member))}</DicomAttribute>'

    def inner(member: dict[str, object]) -> Iterator[str]:
        if "InlineBinary" in member:
            yield f"<InlineBinary>{member['InlineBinary']}</InlineBinary>"
        values = member.get("Value", [])
        assert isinstance(values, list)
        for number, value in enumerate(values, 1):
            if member["vr"] == "SQ":
                yield f'<Item number="{number}">{"".join(attributes(value))}</Item>'
            elif member["vr"] == "PN":
                yield f'<PersonName number="{number}">{"".join(groups(value or {}))}</PersonName>'
            elif value is not None or member["vr"] not in ("DS", "IS"):
                yield f'<Value number="{number}">{escape(str("" if value is None else value))}</Value>'

    def groups(value: dict[str, str]) -> Iterator[str]:
        names = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")
        for group, text in value.items():
            parts = zip(names, text.split("^"), strict=False)
            components = "".join(f"<{part}>{escape(each)}</{part}>" for part, each in parts)
            yield f"<{group}>{components}</{group}>"

    return of(*attributes(data_set.to_json_dict()))


def _pairs(corpus: Path) -> Iterator[tuple[bytes, bytes]]:
    """The same objects in XML and in JSON, without pixels."""
    for path in sorted(path for path in (corpus / "dicom").rglob("*") if path.is_file())[::6]:
        if detect(path.name, path.read_bytes()[:8192]) != "dicom":
            continue
        data_set = pydicom.dcmread(path, stop_before_pixels=True, force=True)
        data_set.SpecificCharacterSet = "ISO_IR 192"
        try:
            text = re.sub(r'\^+(?=")', "", data_set.to_json())  # a model in XML has no empty components
            yield _native(data_set), text.encode()
        except ValueError:
            continue  # a value is none of its VR


@pytest.mark.corpus
@pytest.mark.parametrize("library", ["basic", "research"])
def test_objects_of_the_corpus_are_masked_as_in_json(corpus: Path, library: str) -> None:
    compared = refused = 0
    engine = Engine(load(library), KEY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for xml, text in _pairs(corpus):
            try:
                here = engine.mask("x", "0", "dicom-xml", source(xml))
                there = engine.mask("x", "0", "dicom-json", source(text))
            except Quarantine:
                refused += 1
                continue
            out = b"".join(here.content.chunks())
            model = json.loads(b"".join(there.content.chunks()))
            expected = _native(pydicom.Dataset.from_json(json.dumps(model)))
            assert _fields(out) == _fields(expected)
            rows = [{row.location for row in each.annotations()} for each in (here, there)]
            assert rows[0] == rows[1]
            compared += 1
            here.close()
            there.close()
    assert compared > 30
    assert refused < 5


def _fields(data: bytes) -> list[tuple[str, str]]:
    return [(field.location, field.text) for scope in scopes(data) for field in scope.fields()]


def test_fields_are_told_by_place() -> None:
    found: list[Field] = [field for scope in scopes(MODEL) for field in scope.fields()]
    assert len({field.location for field in found}) == len(found)
