from __future__ import annotations

import contextlib
import io
import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.scopes import damaged, deleted, read_or_refused, reason, rendered

from beam_phi.formats import open_document
from beam_phi.formats.document import Field, FormatError, Source, Unfit
from beam_phi.formats.json import looks_like_json, pieces, scan
from beam_phi.formats.json.scope import JsonScope
from beam_phi.formats.json.types import MAX_PATH, MAX_PLACES
from beam_phi.library.model import DicomSpec


def scopes(data: bytes) -> list[JsonScope]:
    found = list(open_document("json", Source(io.BytesIO(data), len(data)), DicomSpec()).scopes())
    assert all(isinstance(scope, JsonScope) for scope in found)
    return found  # type: ignore[return-value]


def fields(data: bytes) -> dict[str, str]:
    return {field.location: field.text for scope in scopes(data) for field in scope.fields()}


def find(found: Sequence[JsonScope], location: str) -> tuple[JsonScope, Field]:
    for scope in found:
        for field in scope.fields():
            if field.location == location:
                return scope, field
    raise AssertionError([field.location for scope in found for field in scope.fields()])


def replaced(data: bytes, location: str, text: str) -> bytes:
    found = scopes(data)
    scope, field = find(found, location)
    scope.replace(field, text)
    return rendered(found)


# -- generated JSON ------------------------------------------------------------------------------------------

BLANKS = st.text(" \t\r\n", max_size=3)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["Douglas Davidson", "\u20ac\U0001f600", '"\\/\b', "\0"]
)
NUMBERS = st.sampled_from(["0", "-0", "1.20", "-0.0", "1e5", "12E-3", "12345678901234567890123", "3.14e+10"])


@st.composite
def strings(draw: st.DrawFn) -> str:
    """A JSON string of any spelling."""
    inner = []
    for character in draw(TEXTS):
        code = ord(character)
        forms = [json.dumps(character)[1:-1]]
        if character not in '"\\' and code >= 0x20:
            forms.append(character)
        if code < 0x10000:
            forms.append(f"\\u{code:04X}")
        if character == "/":
            forms.append("\\/")
        inner.append(draw(st.sampled_from(forms)))
    return f'"{"".join(inner)}"'


def _array(draw: st.DrawFn, values: list[str]) -> str:
    blank = [draw(BLANKS) for _ in range(len(values) + 1)]
    return (
        "[" + ",".join(blank[at] + value + blank[at + 1] for at, value in enumerate(values)) + blank[0] + "]"
    )


@st.composite
def arrays(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    return _array(draw, draw(st.lists(values, max_size=4)))


@st.composite
def objects(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    names = draw(st.lists(strings(), max_size=4, unique_by=json.loads))
    members = [f"{name}{draw(BLANKS)}:{draw(BLANKS)}{draw(values)}" for name in names]
    return "{" + _array(draw, members)[1:-1] + "}"


LEAVES = strings() | NUMBERS | st.sampled_from(["true", "false", "null"])
VALUES = st.recursive(LEAVES, lambda inner: arrays(inner) | objects(inner), max_leaves=12)
#: A JSON text with blanks around it, in one of the encodings that are read.
FILES = st.tuples(BLANKS, VALUES, BLANKS).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
LINES = st.lists(objects(VALUES).map(lambda text: text.replace("\n", " ").replace("\r", " ")), min_size=2)


@given(FILES, ENCODINGS)
@example("[]", "utf-8")
@example(' {"a" : 1.20}\n', "utf-16")
def test_untouched_json_keeps_every_byte(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert rendered(scopes(data)) == data


@given(LINES, st.sampled_from(["\n", "\r\n", "\n\n", "\n \t\n"]), st.booleans())
def test_untouched_lines_keep_every_byte(lines: list[str], end: str, last: bool) -> None:
    data = (end.join(lines) + (end if last else "")).encode()
    found = scopes(data)
    assert rendered(found) == data
    assert len(found) == len(lines)


@given(FILES)
def test_all_strings_and_numbers_are_offered_as_they_read(text: str) -> None:
    wanted: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, dict):
            for each in value.values():
                collect(each)
        elif isinstance(value, list):
            for each in value:
                collect(each)
        elif isinstance(value, str) and not isinstance(value, bool):
            wanted.append(value)

    collect(json.loads(text, parse_int=str, parse_float=str))
    offered = [
        field.text
        for scope in scopes(text.encode())
        for field in scope.fields()
        if field.type.attributes["part"] == "value"
    ]
    assert offered == wanted


@given(FILES, st.data(), TEXTS)
def test_one_replaced_string_changes_only_its_bytes(text: str, data: st.DataObject, new: str) -> None:
    raw = text.encode()
    found = scopes(raw)
    choices = [
        (scope, field)
        for scope in found
        for field in scope.fields()
        if field.type.attributes["part"] == "value" and field.type.constraint.kind == "text"
    ]
    if not choices:
        return
    scope, field = data.draw(st.sampled_from(choices))
    assert scope.replace(field, new) == new
    result = rendered(found)
    begin, end = field.at, field.end  # type: ignore[attr-defined]
    assert result.startswith(raw[:begin])
    assert result.endswith(raw[end:])
    written = result[begin : len(result) - len(raw) + end]
    assert json.loads(written) == new
    json.loads(result)


@given(FILES, st.data())
def test_what_stays_after_removals_is_valid_and_unchanged(text: str, data: st.DataObject) -> None:
    found = scopes(text.encode())
    everything = [(scope, field) for scope in found for field in scope.fields()]
    chosen = data.draw(st.lists(st.sampled_from(everything), unique_by=id)) if everything else []
    for scope, field in chosen:
        scope.delete(field)
    result = rendered(found)
    json.loads(result)
    gone = {id(field.node) for _, field in chosen}  # type: ignore[attr-defined]
    if not chosen:
        assert result == text.encode()
    elif len(chosen) == len(everything) and gone:
        assert not [
            field
            for scope in scopes(result)
            for field in scope.fields()
            if field.type.attributes["part"] == "value"
        ]


def test_removed_members_take_their_comma_with_them() -> None:
    data = b'{ "a": 1, "b": "x" , "c": [ "y", 2 ], "d": {"e": "z"} }'
    assert deleted(scopes(data), "$.{1}") == b'{ "b": "x" , "c": [ "y", 2 ], "d": {"e": "z"} }'
    assert deleted(scopes(data), "$.{2}") == b'{ "a": 1, "c": [ "y", 2 ], "d": {"e": "z"} }'
    assert deleted(scopes(data), "$.{1}", "$.{2}") == b'{ "c": [ "y", 2 ], "d": {"e": "z"} }'
    assert deleted(scopes(data), "$.{3}[0]") == b'{ "a": 1, "b": "x" , "c": [ null, 2 ], "d": {"e": "z"} }'
    assert deleted(scopes(data), "$.{4}.{1}") == b'{ "a": 1, "b": "x" , "c": [ "y", 2 ], "d": {} }'
    assert deleted(scopes(data), "$.{4} name", "$.{4}.{1}") == b'{ "a": 1, "b": "x" , "c": [ "y", 2 ] }'
    assert deleted(scopes(data), *(f"$.{{{number}}} name" for number in range(1, 5))) == b"{  }"
    assert deleted(scopes(b' "Davidson" '), "$") == b" null "


def test_a_removed_member_goes_with_all_that_was_replaced_in_it() -> None:
    found = scopes(b'{"Ann": {"Bob": "x"}, "Cy": "y"}')
    by_text = {field.text: field for field in found[0].fields()}
    for text in ("Ann", "Bob", "Cy"):
        found[0].replace(by_text[text], "Z")
    found[0].delete(by_text["x"])
    found[0].delete(by_text["y"])
    assert rendered(found) == b'{"Z": {}}'


def test_empty_leaves_an_empty_string_and_of_a_number_null() -> None:
    data = b'{"name": "Davidson", "age": 91}'
    found = scopes(data)
    for field in found[0].fields():
        found[0].empty(field)
    assert rendered(found) == b'{"name": "", "age": null}'


# -- what is offered -----------------------------------------------------------------------------------------


def test_values_are_located_by_jsonpath() -> None:
    data = b'{"patient": {"name": [{"family": "Davidson"}], "home address": "x", "isDead": true}, "id": 7}'
    assert fields(data) == {
        "$.patient.name[0].family": "Davidson",
        "$.patient['home address']": "x",
        "$.id": "7",
    }


def test_names_that_may_be_values_are_fields_and_never_named() -> None:
    data = b'{"patients": {"Douglas Davidson": {"age": 5}, "4711": {"age": 6}}}'
    assert fields(data) == {
        "$.patients.{1} name": "Douglas Davidson",
        "$.patients.{1}.age": "5",
        "$.patients.{2} name": "4711",
        "$.patients.{2}.age": "6",
    }
    assert replaced(data, "$.patients.{1} name", 'a"b') == data.replace(b"Douglas Davidson", b'a\\"b')
    for field in scopes(data)[0].fields():
        assert "Davidson" not in repr(field.type.attributes)
        assert "4711" not in repr(field.type.attributes)


def test_a_name_that_is_there_already_gets_a_number() -> None:
    found = scopes(b'{"Ann": 1, "Bob": 2, "Cy": 3}')
    names = [field for field in found[0].fields() if field.type.attributes["part"] == "name"]
    assert [found[0].replace(name, "REDACTED") for name in names] == ["REDACTED", "REDACTED 2", "REDACTED 3"]
    assert rendered(found) == b'{"REDACTED": 1, "REDACTED 2": 2, "REDACTED 3": 3}'


def columns(data: bytes) -> dict[str, str]:
    """Location -> what the value is known by."""
    return {
        field.location: field.type.attributes["column_key"]
        for scope in scopes(data)
        for field in scope.fields()
        if field.type.attributes["part"] == "value"
    }


def test_a_name_that_tells_nothing_leaves_it_to_the_one_above() -> None:
    data = b'{"mrn": {"value": "1", "text": {"v": 2}, "city": "x"}, "email": [{"val": "y"}], "value": "z"}'
    assert columns(data) == {
        "$.mrn.value": "mrn", "$.mrn.text.{1}": "mrn", "$.mrn.city": "city", "$.email[0].{1}": "email",
        "$.value": "value",
    }  # fmt: skip


def test_a_member_may_name_the_column_of_its_sibling() -> None:
    data = (
        b'[{"key": "Patient Name", "value": "x"}, {"value": 5, "code": "mrn"}, {"name": "z", "value": "x"},'
        b'{"label": "Davidson Home Address", "text": ["x"]}, {"name": "city"}]'
    )
    assert columns(data) == {
        "$[0].value": "patientname", "$[1].value": "mrn", "$[2].name": "name", "$[2].value": "value",
        "$[3].label": "label", "$[3].text[0]": "davidsonhomeaddress", "$[4].name": "name",
    }  # fmt: skip
    assert replaced(data, "$[0].value", "y") == data.replace(b'"x"', b'"y"', 1)


def test_names_with_long_numbers_are_offered_and_never_shown() -> None:
    data = b'{"471112 patient id": {"name": "x"}, "mrn_4711": 5, "00100010": "y", "visit2": "z"}'
    assert fields(data) == {
        "$.{1} name": "471112 patient id", "$.{1}.name": "x", "$.{2} name": "mrn_4711", "$.{2}": "5",
        "$['00100010']": "y", "$.visit2": "z",
    }  # fmt: skip
    assert columns(data)["$['00100010']"] == "00100010"


def test_many_names_are_replaced_by_one_in_no_long_time() -> None:
    data = json.dumps({f"Douglas {number}": number for number in range(20_000)}).encode()
    scope = scopes(data)[0]
    names = [field for field in scope.fields() if field.type.attributes["part"] == "name"]
    assert [scope.replace(name, "X") for name in names[:3]] == ["X", "X 2", "X 3"]
    for name in names[3:]:
        scope.replace(name, "X")
    assert len(json.loads(rendered([scope]))) == 20_000


def test_no_long_text_of_a_file_is_kept_with_types() -> None:
    name = "abcdefgh" * 7
    data = f'{{"{name}":'.encode() * 150 + b"1" + b"}" * 150
    assert max(len(field.type.attributes.get("path", "")) for field in scopes(data)[0].fields()) <= MAX_PATH
    long = b'{"' + b"x" * 100_000 + b'": 5}'
    assert all(len(repr(field.type.attributes)) < 500 for field in scopes(long)[0].fields())


def test_types_tell_the_column_and_are_shared() -> None:
    data = b'[{"Patient Name": "A", "ids": ["1", 2]}, {"Patient Name": "B", "ids": [3]}]'
    first, second = scopes(data)
    again = scopes(data)[0]
    name, text_id, number_id = first.fields()
    assert name.type.attributes == {
        "part": "value", "path": "$[*]['Patient Name']",
        "column": "Patient Name", "column_key": "patientname",
    }  # fmt: skip
    assert text_id.type.attributes["path"] == number_id.type.attributes["path"] == "$[*].ids[*]"
    assert text_id.type.attributes["column_key"] == "ids"
    assert (text_id.type.constraint.kind, number_id.type.constraint.kind) == ("text", "number")
    assert name.type is second.fields()[0].type is again.fields()[0].type
    assert number_id.type is second.fields()[1].type
    assert first.fields() is first.fields()


def test_types_are_bounded_but_names_are_not_lost() -> None:
    members = ",".join(
        f'"x{"abcdefghij"[at % 10]}{chr(97 + at // 10 % 26)}{"q" * (at // 260)}": 1' for at in range(9000)
    )
    found = scopes(f'{{"k": {{{members}}}, "mrn": "12"}}'.encode())[0]
    paths = [field.type.attributes["path"] for field in found.fields() if field.text == "1"]
    assert paths[0].startswith("$.k.x")
    assert paths[-1] == ""
    assert len(set(paths)) <= MAX_PLACES
    last = found.fields()[-1].type.attributes
    assert (last["path"], last["column_key"]) == ("", "mrn")


def test_numbers_keep_their_form_and_take_only_numbers() -> None:
    data = b'{"value": 1.20, "id": 12345678901234567890123}'
    assert fields(data) == {"$.value": "1.20", "$.id": "12345678901234567890123"}
    assert replaced(data, "$.value", "-0.50") == b'{"value": -0.50, "id": 12345678901234567890123}'
    for wrong in ("", "x", "01", "1.", "NaN", "1 ", "\u0661", "REMOVED"):
        with pytest.raises(Unfit):
            replaced(data, "$.value", wrong)


def test_escapes_and_surrogates_are_decoded_and_written_only_where_needed() -> None:
    data = rb'{"note": "D\u00e4v\ud83d\ude00 \"\/\n\u0000", "text": "\ud800x"}'
    assert fields(data) == {"$.note": 'D\xe4v\U0001f600 "/\n\0', "$.text": "\ufffdx"}
    assert replaced(data, "$.text", 'M\xfcller\t"\U0001f600') == data.replace(
        rb"\ud800x", 'M\xfcller\\t\\"\U0001f600'.encode()
    )


# -- texts and lines -----------------------------------------------------------------------------------------


def test_each_line_is_a_scope() -> None:
    data = b'\xef\xbb\xbf\n{"name": "A"}\r\n\n{"name": "B"}\n{"name": "C"} {"name": "D"}'
    assert fields(data) == {
        "line 2 $.name": "A", "line 4 $.name": "B", "line 5 $.name": "C", "line 5 text 2 $.name": "D",
    }  # fmt: skip
    found = scopes(data)
    assert len(found) == 4
    assert found[0].render() == [b'\xef\xbb\xbf\n{"name": "A"}\r\n\n']


def test_objects_one_after_the_other_are_scopes() -> None:
    data = b'{\n"name": "A"\n}\n{"name":\n"B"}{"name": "C"}'
    assert fields(data) == {"$.name": "A", "text 2 $.name": "B", "text 3 $.name": "C"}
    assert [len(scope.fields()) for scope in scopes(data)] == [1, 1, 1]


def test_lines_may_go_on_as_texts_of_several_lines() -> None:
    data = b'{"name": "A"}\n{"name":\n "B"}\n{"name": "C"}\n'
    assert list(fields(data).values()) == ["A", "B", "C"]
    assert rendered(scopes(data)) == data


def test_each_element_of_an_array_of_objects_is_a_scope() -> None:
    data = b' [ {"name": "A"} ,\n {"name": "B"}, null\n ] \n'
    found = scopes(data)
    assert [scope.render() for scope in found] == [
        [b' [ {"name": "A"} ,'],
        [b'\n {"name": "B"},'],
        [b" null\n ] \n"],
    ]
    assert fields(data) == {"$[0].name": "A", "$[1].name": "B"}
    assert replaced(data, "$[1].name", "X") == data.replace(b"B", b"X")
    assert len(scopes(b'["A", {"name": "B"}]')) == len(scopes(b"[]")) == len(scopes(b'{"a": [{}, {}]}')) == 1


def test_utf16_is_read_and_written() -> None:
    data = '[{"name": "D\xe4v"}, {"name": "\u6c0f"}]'.encode("utf-16")
    assert fields(data) == {"$[0].name": "D\xe4v", "$[1].name": "\u6c0f"}
    assert (
        replaced(data, "$[1].name", "\U0001f600").decode("utf-16")
        == '[{"name": "D\xe4v"}, {"name": "\U0001f600"}]'
    )


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_a_file_without_values_is_given_back(data: bytes) -> None:
    assert rendered(scopes(data)) == data
    assert fields(data) == {}


# -- what is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"{", b"[", b'{"a"', b'{"a":', b'{"a": 1', b'{"a": 1,}', b"[1,]", b"[1 2]", b"{1: 2}", b"{'a': 1}",
        b"[01]", b"[1.]", b"[.5]", b"[+1]", b"[NaN]", b"[Infinity]", b"[tru]", b'["a]', b'["\\x"]',
        b'["\\u12"]', b'["\t"]', b'["\n"]', b"{]", b"[}", b'{"a": 1]', b'[{"a": 1}', b'[{"a": 1}}',
        b"// x\n{}", b"{} x",
        b'{"a": 1} "b"', b'{"a": 1}\n{"a": \n', b"1 2", b'{"a" 1}', b'{"a":: 1}', b"[,1]", b"{,}",
        b"\xc2\xa0{}", b"[1]\x0c",
    ],
)  # fmt: skip
def test_bad_syntax_is_refused(data: bytes) -> None:
    assert reason(scopes, data) == "bad-syntax"


@pytest.mark.parametrize(
    "data", [b'{"a": 1, "a": 2}', b'{"a": 1, "\\u0061": 2}', b'[{"x": {"a": 1, "b": [], "a": {}}}]']
)
def test_a_name_that_stands_twice_is_refused(data: bytes) -> None:
    assert reason(scopes, data) == "bad-syntax"


@pytest.mark.parametrize(
    "data", [b'["\xff"]', b'{"\xe4": 1}', b'["\xed\xa0\x80"]', b'{"a": "\0"}', "[1]".encode("utf-32")]
)
def test_what_is_no_unicode_is_refused(data: bytes) -> None:
    assert reason(scopes, data) in ("bad-encoding", "bad-syntax")


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_deep_nesting_is_refused(opening: bytes) -> None:
    assert reason(scopes, opening * 100_000) == "too-deep"
    closing = b"]" if opening == b"[" else b"}"
    deepest = opening * scan.MAX_DEPTH + b"1" + closing * scan.MAX_DEPTH
    assert rendered(scopes(deepest)) == deepest
    assert reason(scopes, opening + deepest + closing) == "too-deep"


def test_long_texts_lines_and_records_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MAX_TEXT", 1000)
    assert reason(scopes, b'{"a":\n"' + b"x" * 300_000 + b'"}') == "record-too-long"
    monkeypatch.setattr(scan, "MAX_VALUES", 100)
    assert reason(scopes, b'{"a": [' + b"1," * 200 + b"1]}") == "record-too-long"
    assert reason(scopes, b'{"a": [' + b"[1,1,1]," * 50 + b"1]}") == "record-too-long"
    assert reason(scopes, b'{"a": [' + b"[]," * 200 + b"1]}") == "record-too-long"
    assert reason(scopes, b'{"a": ' + b'{"a": [{},' * 60 + b"1" + b"]}" * 60 + b"}") == "record-too-long"
    members = b",".join(b'"%d":{"a":1}' % number for number in range(60))
    assert reason(scopes, b'{"resourceType":"Bundle",' + members + b',"entry":[]}') == "record-too-long"


def test_a_long_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MAX_LINE", 100)
    monkeypatch.setattr("beam_phi.formats.json.document.MAX_LINE", 100)
    line = b'{"name": "A"}\n'
    assert len(scopes(line * 50)) == 50
    long = b'{"name": "' + b"x" * 600_000 + b'"}\n'
    assert len(scopes(long)) == 1
    assert reason(scopes, line + long + line) == "record-too-long"


def test_no_value_stands_in_an_error() -> None:
    with pytest.raises(FormatError) as caught:
        scopes(b'{"name": "Davidson", "name": "Davidson"}')
    assert "Davidson" not in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_a_format_error(data: bytes) -> None:
    with contextlib.suppress(FormatError):
        assert rendered(scopes(data)) == data


@given(FILES, st.randoms(use_true_random=False))
def test_mutated_json_is_a_document_or_a_format_error(text: str, chance: random.Random) -> None:
    pieces = [b"", b'"', b"\\", b"{", b"}", b"]", b",", b"\xff", b"\0", b"\n"]
    read = read_or_refused(scopes, damaged(text.encode(), chance, pieces), chance, share=1)
    if read is not None:
        assert rendered(scopes(read[1])) == read[1]


# -- real files ----------------------------------------------------------------------------------------------


@pytest.mark.corpus
def test_corpus_files_keep_every_byte(corpus: Path) -> None:
    files = [path for path in (corpus / "fhir").rglob("*") if path.suffix in (".json", ".ndjson")]
    assert len(files) > 200
    for path in files:
        data = path.read_bytes()
        assert looks_like_json(data[:8192]), path
        assert rendered(scopes(data)) == data, path


@pytest.mark.parametrize(
    "head",
    [
        b"{}", b"[]", b'{"a": 1}', b' \n{ "a b" :', b'[{"a": 1},', b"[[1, 2], [3]]", b'["a", "b"]',
        b"[1, 2, 3",
        b'{"a": 1}\n{"a": 2}\n', b'{"a', b'{"' + b"x" * 8000, b"[ -1.5e3 ]", b"[\n  {\n",
        b"{", b"[ null, 1 ]",
    ],
)  # fmt: skip
def test_json_is_recognised(head: bytes) -> None:
    assert looks_like_json(head)


@pytest.mark.parametrize(
    "head",
    [
        b"", b"  ", b"Dear Dr. Osmin,", b"[1] Smith et al.", b"[Note] patient seen", b"{patient}", b"{\\rtf1",
        b"<a/>",
        b"name,mrn\n", b"12345", b'"Davidson","Douglas"', b"[] unchecked\n", b"[x] done", b"{1}",
        b"[12] Davidson\n",
    ],
)  # fmt: skip
def test_other_texts_are_none(head: bytes) -> None:
    assert not looks_like_json(head)
