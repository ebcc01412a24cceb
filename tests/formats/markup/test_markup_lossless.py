from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup_help import Event, cda, events, fields, rendered, scopes

from beam_phi.formats.document import FormatError, SourceRange, Unfit
from beam_phi.formats.markup import document
from beam_phi.formats.markup.splice import Form

NAMES = st.sampled_from(["a", "patient", "x:b", "né", "Q-1", "value"])
WORDS = st.sampled_from(
    ["Douglas", " ", "\n", "\r\n", "\t", "é", "x > y", "O'Brien", '"q"', "1945-03-20", "]]"]
)
REFERENCES = st.sampled_from(
    ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#233;", "&#x20ac;", "&#13;", "&#10;"]
)
CDATA = st.sampled_from(
    [
        "<![CDATA[]]>",
        "<![CDATA[a & <b>]]>",
        "<![CDATA[ ]] > ]]>",
        "<![CDATA[x]]]]><![CDATA[>y]]>",
        "<![CDATA[&amp;]]>",
    ]
)
NOTES = st.sampled_from(
    ["<!---->", "<!-- Mr. Smith -->", "<!--a>b-->", "<?pi?>", "<?pi some data?>", "<?p-i\n x?>"]
)
QUOTED = st.one_of(
    st.lists(st.one_of(WORDS, REFERENCES), max_size=4)
    .map(lambda parts: "".join(parts).replace('"', ""))
    .map('"{}"'.format),
    st.lists(st.one_of(WORDS, REFERENCES), max_size=4)
    .map(lambda parts: "".join(parts).replace("'", ""))
    .map("'{}'".format),
)
CODECS = [
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-be",
    "iso-8859-1",
    "windows-1252",
    "iso-8859-15",
    "us-ascii",
]


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    name = draw(NAMES)
    attributes = "".join(
        f"{draw(st.sampled_from([' ', '  ', chr(10), chr(13) + chr(10), chr(9)]))}{key}"
        f"{draw(st.sampled_from(['=', ' = ', '= ']))}{draw(QUOTED)}"
        for key in draw(
            st.lists(st.sampled_from(["id", "name", "x:value", "code", "né"]), max_size=3, unique=True)
        )
    )
    declared = ' xmlns:x="urn:x"' if draw(st.booleans()) else ""
    inner = [WORDS, REFERENCES, CDATA, NOTES]
    if depth:
        inner.append(elements(depth - 1))
    content = "".join(draw(st.lists(st.one_of(inner), max_size=5)))
    blank = draw(st.sampled_from(["", " ", "\n"]))
    if not content and draw(st.booleans()):
        return f"<{name}{declared}{attributes}{blank}/>"
    # What would end a CDATA section may stand in no text.
    content = content.replace("]]>", "\0").replace("]]", "]").replace("\0", "]]>")
    return f"<{name}{declared}{attributes}{blank}>{content}</{name}{blank}>"


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    codec = draw(st.sampled_from(CODECS))
    stated = {"utf-8-sig": "UTF-8", "utf-16-be": "UTF-16"}.get(codec, codec)
    declared = codec in CODECS[4:] or draw(st.booleans())
    head = f"<?xml version='1.0' encoding=\"{stated}\"?>\r\n" if declared else ""
    text = (
        head
        + draw(st.sampled_from(["", "<!-- first -->", "<?xml-stylesheet href='a'?>\n"]))
        + draw(elements())
    )
    if codec == "us-ascii":
        text = text.replace("é", "e")
    bom = b"\xfe\xff" if codec == "utf-16-be" else b""
    return (
        bom
        + text.encode(codec)
        + draw(st.sampled_from(["", "\n", "<!--end-->"])).encode(
            codec.replace("utf-16", "utf-16-le")
            if codec == "utf-16"
            else "utf-8"
            if codec == "utf-8-sig"
            else codec
        )
    )


def readable(data: bytes) -> bool:
    """Some drawn parts make no document together, such as `]]` before a `>`."""
    try:
        events(data)
    except Exception:
        return False
    return True


@given(documents())
def test_an_untouched_document_is_the_same_bytes(data: bytes) -> None:
    try:
        found = scopes(data)
    except FormatError:
        assert not readable(data)
        return
    for scope in found:
        for field in scope.fields():
            assert field.location.startswith("/")
            assert field.text.strip()
            assert scope.replace(field, field.text) == field.text
    assert rendered(data, found) == data


REPLACEMENTS = [
    "Kelvar",
    "a & <b> \"c\" 'd'",
    "x]]>y",
    "é€",
    "two\nlines",
    "p -- q -",
    "? ?> x",
    "tab\there\r",
    "ž",
]


@given(documents(), st.data())
def test_one_replaced_value_is_all_that_differs(data: bytes, drawn: st.DataObject) -> None:
    try:
        (scope,) = scopes(data)
    except FormatError:
        return
    if not scope.fields():
        return
    field = drawn.draw(st.sampled_from(scope.fields()))
    if field.rest:  # what a comment parts stands in several places
        return
    new = drawn.draw(st.sampled_from(REPLACEMENTS))
    try:
        stands = scope.replace(field, new)
    except Unfit:
        assert field.form in (Form.COMMENT, Form.INSTRUCTION)
        return
    after = rendered(data, [scope])
    assert one_difference(events(data), events(after)) == reader_sees(field.form, stands)
    if b"\0" not in data:
        lead = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        assert after.startswith(data[: field.span.start + lead])
        assert after.endswith(data[field.span.end + lead :])


def reader_sees(form: Form, text: str) -> str:
    if form in (Form.COMMENT, Form.INSTRUCTION):
        text = text.replace("\r", "\n")
    return " ".join(text.split()) if form is Form.INSTRUCTION else text.strip(" \n\t\r")


def one_difference(before: list[Event], after: list[Event]) -> str:
    """The one value in which two documents differ, as it is in the second."""
    assert len(before) == len(after)
    ((old, new),) = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert old[0] == new[0]
    if new[0] == "start":
        assert old[1] == new[1]
        held, holds = old[2], new[2]
        assert isinstance(held, dict)
        assert isinstance(holds, dict)
        assert list(held) == list(holds)
        (value,) = [value for name, value in holds.items() if held[name] != value]
    elif new[0] == "pi":
        value = " ".join(f"{new[1]} {new[2]}".split())
    else:
        value = new[1]
    return str(value).strip(" \n\t\r")


@pytest.mark.parametrize(
    ("raw", "text", "new", "expected"),
    [
        (b"<a>x</a>", "x", "<&>\"'", b"<a>&lt;&amp;&gt;\"'</a>"),
        (b'<a b="x"/>', "x", "<&>\"'\n", b'<a b="&lt;&amp;>&quot;\'&#10;"/>'),
        (b"<a b='x'/>", "x", "\"'", b"<a b='\"&apos;'/>"),
        (b"<a> \n x&amp;y \n</a>", "x&y", "z", b"<a> \n z \n</a>"),
        (b"<a><![CDATA[ x&y ]]></a>", "x&y", "<z>]]>", b"<a><![CDATA[ <z>]]]]><![CDATA[> ]]></a>"),
        (b"<a>x<![CDATA[y]]></a>", "xy", "z<", b"<a>z&lt;</a>"),
        (b"<a>x\r\ny</a>", "x\ny", "p\nq", b"<a>p\r\nq</a>"),
        (b"<a>\r\nx</a>", "x", "p\nq", b"<a>\r\np\r\nq</a>"),
        (b"<a>x</a>", "x", "p\rq", b"<a>p&#13;q</a>"),
        (b"<a>x<!-- y --></a>", "y", "p--q-", b"<a>x<!-- p- -q-  --></a>"),
        (b"<a><?q x?></a>", "q x", "q y?>z", b"<a><?q y? >z?></a>"),
        (b"<a><!-- p > q -->x</a>", "x", "z", b"<a><!-- p > q -->z</a>"),
        (b"<a><!-- p > q -->x</a>", "p > q", "z", b"<a><!-- z -->x</a>"),
        (b"<a><?p q>r?>x</a>", "p q>r", "p z", b"<a><?p z?>x</a>"),
        (b"<a b='1>2'>x</a>", "x", "z", b"<a b='1>2'>z</a>"),
        (b"<a b='1>2'>x</a>", "1>2", "z", b"<a b='z'>x</a>"),
        (b"<a><b c='/'>y</b >-x</a>", "-x", "z", b"<a><b c='/'>y</b >z</a>"),
        (b"<a><b/>x<b\n/></a>", "x", "z", b"<a><b/>z<b\n/></a>"),
        (b"<a b='x' c='x'/>", "x", "z", b"<a b='z' c='x'/>"),
        (b"<?xml version='1.0' encoding='latin1'?><a>x</a>", "x", "\u20ac\u00e9", b"<a>&#x20AC;\xe9</a>"),
        (b"<?xml version='1.0' encoding='cp1252'?><a>x</a>", "x", "\u20ac", b"<a>\x80</a>"),
        (
            b"<?xml version='1.0' encoding='ascii'?><a><![CDATA[x]]></a>",
            "x",
            "p\u00e9q",
            b"<a><![CDATA[p]]>&#xE9;<![CDATA[q]]></a>",
        ),
    ],
)
def test_a_replacement_is_written_as_its_place_needs(
    raw: bytes, text: str, new: str, expected: bytes
) -> None:
    (scope,) = scopes(raw)
    field = next(field for field in scope.fields() if field.text == text)
    scope.replace(field, new)
    assert rendered(raw, [scope]).endswith(expected)


def test_windows_characters_of_a_document_that_says_latin_1_are_read_as_they_were_meant() -> None:
    data = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>O\x92Brien</a>"
    assert [field.text for field in fields(data)] == ["O\u2019Brien"]
    assert rendered(data, scopes(data)) == data


def test_line_ends_are_looked_for_once() -> None:
    data = b"<a>" + b"<b>x</b>" * 20_000 + b" " * 4_000_000 + b"\r\n</a>"
    (scope,) = scopes(data)
    begin = time.perf_counter()
    for field in scope.fields():
        scope.replace(field, "p\nq")
    assert time.perf_counter() - begin < 3
    assert rendered(data, [scope]) == data.replace(b"x", b"p\r\nq")


def test_utf16_is_written_back_as_utf16() -> None:
    data = '<a b="Müller">x</a>'.encode("utf-16")
    (scope,) = scopes(data)
    scope.replace(scope.fields()[0], "Ærø")
    assert rendered(data, [scope]) == '<a b="Ærø">x</a>'.encode("utf-16")


@pytest.mark.parametrize("character", ["\0", "\x0b", "\ud800", "\uffff"])
def test_what_xml_has_no_way_to_write_is_unfit(character: str) -> None:
    (scope,) = scopes(b'<a b="x">y<!--z--></a>')
    for field in scope.fields():
        with pytest.raises(Unfit):
            scope.replace(field, f"a{character}")


def test_an_instruction_can_be_replaced_by_an_instruction_only() -> None:
    (scope,) = scopes(b"<a><?Smith John?></a>")
    (field,) = scope.fields()
    for text in ("", "1 x", "xml x", " x", "<x"):
        with pytest.raises(Unfit):
            scope.replace(field, text)


def test_emptied_and_deleted_values() -> None:
    data = b"<a b = 'x' c=\"y\"> t <!-- n --><?p q?></a>"
    (scope,) = scopes(data)
    for field in scope.fields():
        scope.empty(field)
    assert rendered(data, [scope]) == b"<a b = '' c=\"\">  <!--  --></a>"
    for field in scope.fields():
        scope.delete(field)
    assert rendered(data, [scope]) == b"<a>  </a>"


def test_values_may_be_replaced_in_any_order() -> None:
    data = b"<a b='1' c='2'>3<d>4</d></a>"
    (scope,) = scopes(data)
    for field in reversed(scope.fields()):
        scope.replace(field, f"{field.text}0")
        scope.replace(field, f"{field.text}00")
    assert rendered(data, [scope]) == b"<a b='100' c='200'>300<d>400</d></a>"


def test_long_untouched_parts_are_named_and_not_read() -> None:
    data = b"<a><b>x</b>" + b"<c/>" * 50_000 + b"</a>"
    (scope,) = scopes(data)
    scope.replace(scope.fields()[0], "yy")
    assert [type(segment) for segment in scope.render()] == [bytes, bytes, SourceRange]
    assert rendered(data, [scope]) == data.replace(b"x", b"yy")


def test_a_large_document_is_cut_into_its_records(monkeypatch: pytest.MonkeyPatch) -> None:
    data = (
        b"\xef\xbb\xbf<e><head>h</head><r id='1'>a</r> \n<r id='2'>b</r><other>o</other>"
        b"<r>c</r><!--end--></e>\n"
    )
    assert len(scopes(data)) == 1
    monkeypatch.setattr(document, "MAX_WHOLE", 10)
    found = scopes(data)
    assert [[field.text for field in scope.fields()] for scope in found] == [
        ["h", "1", "a"],
        ["2", "b", "o"],
        ["c", "end"],
    ]
    (second,) = found[1].render()
    assert second == b"<r id='2'>b</r><other>o</other>"
    assert found[1].fields()[0].location == "/*[1]/*[3]/@id"
    assert rendered(data, found) == data
    for scope in found:
        scope.replace(scope.fields()[-1], "Z")
    expected = data.replace(b">a<", b">Z<").replace(b">o<", b">Z<").replace(b"end", b"Z")
    assert rendered(data, found) == expected
    clinical = cda("<component>a</component><component>b</component>")
    assert len(scopes(clinical)) == 1


def test_what_the_parser_keeps_back_until_the_end_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newer versions of Expat put off what they are fed while they wait for the end of a long token."""
    monkeypatch.setattr(document, "MAX_WHOLE", 10)
    kept: list[bytes] = []
    feed = document.Parser.feed

    def late(self: document.Parser, block: bytes, final: bool = False) -> None:
        kept.append(block)
        if final:
            feed(self, b"".join(kept), final)

    monkeypatch.setattr(document.Parser, "feed", late)
    found = scopes(b"<e><r>a</r><r>b</r></e>")
    assert [[field.text for field in scope.fields()] for scope in found] == [["a"], ["b"]]


def test_records_of_utf16_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_WHOLE", 10)
    data = "<e><r>ä</r><r>ö</r>\n</e>".encode("utf-16")
    found = scopes(data)
    assert len(found) == 2
    assert rendered(data, found) == data


@pytest.mark.corpus
def test_corpus_documents_come_out_as_they_went_in(corpus: Path) -> None:
    files = sorted((corpus / "cda").rglob("*.xml"))
    assert files
    refused = []
    for path in files:
        data = path.read_bytes()
        try:
            found = scopes(data)
        except FormatError:
            refused.append(path.name)
            continue
        assert rendered(data, found) == data, path.name
        for scope in found:
            for field in scope.fields()[::7]:
                scope.replace(field, f"{field.text}zq")
        changed = fields(rendered(data, found))
        assert [f"{field.text}zq" for scope in found for field in scope.fields()[::7]] == [
            field.text for field in changed[::7]
        ], path.name
    assert refused == ["broken.xml"]


@pytest.mark.corpus
def test_a_replaced_value_of_a_corpus_document_is_all_that_differs(corpus: Path) -> None:
    for path in sorted((corpus / "cda").rglob("*.xml"))[::20]:
        data = path.read_bytes()
        (scope,) = scopes(data)
        for field in scope.fields()[:: max(len(scope.fields()) // 10, 1)]:
            stands = scope.replace(field, "K & <l>")
            after = rendered(data, [scope])
            assert reader_sees(field.form, stands) in one_difference(events(data), events(after))
            scope.replace(field, field.text)
