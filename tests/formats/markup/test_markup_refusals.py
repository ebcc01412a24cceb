from __future__ import annotations

import io
import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup_help import cda, rendered, scopes

from beam_phi.formats import markup
from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.markup import document, parse

LAUGHS = b"""<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><lolz>&d;</lolz>"""


def reason(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        scopes(data)
    return caught.value.reason


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (LAUGHS, "xml-dtd"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "xml-dtd"),
        (b'<?xml version="1.0"?><!DOCTYPE a><a/>', "xml-dtd"),
        (b"", "bad-syntax"),
        (b"  ", "bad-syntax"),
        (b"<a><b></a>", "bad-syntax"),
        (b"<a>", "bad-syntax"),
        (b"<a/><b/>", "bad-syntax"),
        (b"<a>&nbsp;</a>", "bad-syntax"),
        (b"<a b='1' b='2'/>", "bad-syntax"),
        (b"<a>x < y</a>", "bad-syntax"),
        (b"<a>\x01</a>", "bad-syntax"),
        (b' <?xml version="1.0"?><a/>', "bad-syntax"),
        (b"<a>\0</a>", "bad-encoding"),
        (b"<a>M\xfcller</a>", "bad-encoding"),
        (b"<a>\xc3</a>", "bad-encoding"),
        (b'<?xml version="1.0" encoding="us-ascii"?><a>\xc3\xa9</a>', "bad-encoding"),
        (b'<?xml version="1.0" encoding="windows-1252"?><a>\x81</a>', "bad-encoding"),
        (b'<?xml version="1.0" encoding="utf-16"?><a/>', "bad-encoding"),
        (b'<?xml version="1.0" encoding="shift_jis"?><a/>', "bad-encoding"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "bad-encoding"),
        (b'<?xml version="1.0" encoding="x-none"?><a/>', "bad-encoding"),
        (b'<?xml version="1.0" encoding="rot13"?><a/>', "bad-encoding"),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding="windows-1252"?><a/>', "bad-encoding"),
        ('<?xml version="1.0" encoding="utf-8"?><a/>'.encode("utf-16"), "bad-encoding"),
        ("<a>x</a>".encode("utf-16") + b"\x00\xd8", "bad-encoding"),
        ("<a>x</a>".encode("utf-16")[:-1], "bad-encoding"),
        (b'<Patient xmlns="http&#58;//hl7.org/fhir"><birthDate value="1945"/></Patient>', "unknown-format"),
        (b'<a><f:Patient xmlns:f="http://hl7.org/fhir/"/></a>', "unknown-format"),
        (b'<a xmlns="urn:hl7-org:v2xml"/>', "unknown-format"),
        (b"<a><x:NativeDicomModel/></a>", "unknown-format"),
        (b'<a><DicomAttribute tag="00100010"/></a>', "unknown-format"),
        (b"<ADT_A01><PID><PID.5>Davidson</PID.5></PID></ADT_A01>", "unknown-format"),
        (b'<x:ClinicalDocument xmlns:x="urn:other"/>', "unknown-format"),
        (b'<a xmlns="urn:other"><recordTarget/></a>', "unknown-format"),
        (b"<a><mrn29282150/></a>", "bad-syntax"),
        (b"<a><b mrn-2928-21='x'/></a>", "bad-syntax"),
        (b'<ClinicalDocument xmlns="urn:hl7-org:v3"><p29282150/></ClinicalDocument>', "bad-syntax"),
        (b"<a>" * 201 + b"</a>" * 201, "too-deep"),
        (b"<a>" * 100_000, "too-deep"),
    ],
)
def test_what_is_refused(data: bytes, expected: str) -> None:
    assert reason(data) == expected


def test_200_elements_may_lie_in_one_another() -> None:
    data = b"<a>" * 200 + b"x" + b"</a>" * 200
    assert rendered(data, scopes(data)) == data


def test_no_error_repeats_the_document() -> None:
    for data in (b"<Smith><b></Smith>", b"<a b=Smith/>", b"<Smith", LAUGHS):
        with pytest.raises(FormatError) as caught:
            scopes(data)
        assert "Smith" not in str(caught.value)
        assert "lol" not in str(caught.value)


def test_a_file_may_have_256_mib() -> None:
    with pytest.raises(FormatError) as caught:
        markup.open(Source(io.BytesIO(b"<a/>"), document.MAX_SIZE + 1))
    assert caught.value.reason == "record-too-long"


def test_a_tag_may_have_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "MAX_TOKEN", 300_000)
    long = b"x" * 700_000
    for data in (b"<a b='" + long + b"'/>", b"<a><!--" + long + b"--></a>", b"<a><?p " + long + b"?></a>"):
        assert reason(data) == "record-too-long"
    data = b"<a>" + long + b"<![CDATA[" + long + b"]]></a>"
    assert rendered(data, scopes(data)) == data


def test_a_name_may_have_so_many_characters() -> None:
    assert reason(b"<" + b"a" * 257 + b"/>") == "record-too-long"
    assert reason(b"<a " + b"b" * 257 + b"='1'/>") == "record-too-long"
    names = [b"n" * 250 + b"%d" % number for number in range(40)]
    data = b"".join(b"<%s>" % name for name in names) + b"x"
    data += b"".join(b"</%s>" % name for name in reversed(names))
    (scope,) = scopes(data)
    assert len(scope.fields()[0].type.attributes["path"]) < 4200
    assert scope.fields()[0].type.attributes["element"] == names[-1].decode()


def test_a_scope_may_have_so_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_FIELDS", 100)
    assert reason(b"<a>" + b"<b>x</b>" * 101 + b"</a>") == "record-too-long"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_blocks_may_end_anywhere(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = "<?xml version='1.0'?><a b='é'> x<![CDATA[y ]]>é<c d='1'/><!-- n --> z\r\n</a>".encode()
    whole = [(field.text, field.span, field.location) for scope in scopes(data) for field in scope.fields()]
    monkeypatch.setattr("beam_phi.formats.encoding.BLOCK_SIZE", size)
    found = scopes(data)
    assert [(field.text, field.span, field.location) for scope in found for field in scope.fields()] == whole
    assert rendered(data, found) == data


SEED = cda(
    '<id root="1.2" extension="7"/><recordTarget><patientRole><addr>x</addr><telecom value="tel:1"/><patient>'
    '<name>a<given>b</given></name><birthTime value="1945"/></patient></patientRole>'
    "</recordTarget><component>"
    "<section><text><table><tr><th>Name</th><td>x</td></tr></table><![CDATA[ y ]]>&amp;</text></section>"
    "</component><!-- c --><?p q?>"
)


@given(st.integers(0, 2**32))
def test_damaged_documents_are_refused_or_read(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(SEED if seed % 3 else SEED.decode().encode("utf-16"))
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4 if at < len(data) else 3):
            case 0:
                del data[at : at + chance.randrange(20)]
            case 1:
                data[at:at] = bytes(chance.choices(b"<>&;/'\"=![]-?# \0\xff", k=3))
            case 2:
                data = data[:at]
            case _:
                data[at] = chance.randrange(256)
    check(bytes(data))


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    check(data)
    check(b"<a>" + data + b"</a>")
    check(b"<?xml version='1.0' encoding='" + data[:12] + b"'?><a>" + data[12:] + b"</a>")


def check(data: bytes) -> None:
    markup.looks_like_xml(data)
    markup.looks_like_cda(data)
    try:
        found = scopes(data)
    except FormatError:
        return
    assert rendered(data, found) == data


def test_memory_is_bounded_by_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_WHOLE", 10)
    monkeypatch.setattr("beam_phi.formats.encoding.BLOCK_SIZE", 16 * 1024)
    record = b'<patient id="%07d"><name>John Smith</name><note>seen &amp; well</note></patient>\n'
    data = b"<export>%s</export>" % b"".join(record % number for number in range(10_000))
    tracemalloc.start()
    try:
        count = sum(1 for _ in markup.open(Source(io.BytesIO(data), len(data))).scopes())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 10_000
    assert peak < 2 * 1024 * 1024
