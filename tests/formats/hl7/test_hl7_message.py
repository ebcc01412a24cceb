"""What a message consists of, and that nothing of it is lost."""

from __future__ import annotations

import io
import random
import time
from pathlib import Path

import pytest
from hl7_help import MSH, message, replaced, scopes, texts, values
from hypothesis import example, given
from hypothesis import strategies as st
from support.scopes import rendered

from beam_phi.formats import hl7
from beam_phi.formats.document import FormatError, Source, Unfit
from beam_phi.formats.hl7 import framing
from beam_phi.formats.hl7.message import MAX_VALUES

PATIENT = message(
    "PID|1||77^^^GH&1.2.3&ISO^MR~123-45-6789^^^SSA^SS||Davidson&van&Davidson^Douglas^A||19760616|M",
    "OBX|1|TX|N^Note||He said A \\T\\ B.\\.br\\Then & left^x~second||||||F",
)

# -- what a message consists of ------------------------------------------------------------------------------


def test_each_leaf_is_located() -> None:
    assert texts(PATIENT) == {
        "PID[1]-1[1]": "1",
        "PID[1]-3[1].1": "77",
        "PID[1]-3[1].4.1": "GH",
        "PID[1]-3[1].4.2": "1.2.3",
        "PID[1]-3[1].4.3": "ISO",
        "PID[1]-3[1].5": "MR",
        "PID[1]-3[2].1": "123-45-6789",
        "PID[1]-3[2].4": "SSA",
        "PID[1]-3[2].5": "SS",
        "PID[1]-5[1].1.1": "Davidson",
        "PID[1]-5[1].1.2": "van",
        "PID[1]-5[1].1.3": "Davidson",
        "PID[1]-5[1].2": "Douglas",
        "PID[1]-5[1].3": "A",
        "PID[1]-7[1]": "19760616",
        "PID[1]-8[1].1": "M",
        "OBX[1]-1[1]": "1",
        "OBX[1]-2[1]": "TX",
        "OBX[1]-3[1].1": "N",
        "OBX[1]-3[1].2": "Note",
        "OBX[1]-5[1].1": "He said A & B.\nThen & left",
        "OBX[1]-5[1].2": "x",
        "OBX[1]-5[2]": "second",
        "OBX[1]-11[1]": "F",
    }


def test_header_fields_are_counted_from_the_separator() -> None:
    assert {place: field.text for place, field in values(message()).items()} == {
        "MSH[1]-3[1].1": "LAB",
        "MSH[1]-4[1].1": "GOOD HEALTH",
        "MSH[1]-5[1].1": "EHR",
        "MSH[1]-6[1].1": "CLINIC",
        "MSH[1]-7[1]": "20200102030405",
        "MSH[1]-9[1].1": "ORU",
        "MSH[1]-9[1].2": "R01",
        "MSH[1]-10[1]": "42",
        "MSH[1]-11[1].1": "P",
        "MSH[1]-12[1].1": "2.5.1",
    }


def test_messages_and_envelopes_are_scopes() -> None:
    data = f"FHS|^~\\&|A\rBHS|^~\\&|B\r{MSH}\rPID|1\r{MSH}\rPID|2\rBTS|2\rFTS|1\r".encode()
    found = scopes(data)
    assert [next(iter(scope.fields())).location.partition(" / ")[0] for scope in found] == [
        "envelope 1", "envelope 2", "message 1", "message 2", "envelope 3", "envelope 4",
    ]  # fmt: skip
    assert rendered(found) == data


def test_segments_of_a_name_are_counted() -> None:
    assert list(texts(message("NTE|1", "OBX|1", "NTE|2"))) == ["NTE[1]-1[1]", "OBX[1]-1[1]", "NTE[2]-1[1]"]


def test_the_null_value_and_blanks_are_no_fields() -> None:
    assert texts(message('PID|""|  ||""^Douglas^""')) == {"PID[1]-4[1].2": "Douglas"}


def test_fields_are_the_same_objects_on_each_call() -> None:
    scope = scopes(PATIENT)[0]
    assert scope.fields()[0] is scope.fields()[0]


def test_types_are_shared_by_all_messages() -> None:
    first, second = values(PATIENT), values(PATIENT)
    assert all(first[place].type is second[place].type for place in first)


def test_attributes_tell_the_place() -> None:
    assert dict(values(PATIENT)["PID[1]-3[1].4.2"].type.attributes) == {
        "segment": "PID", "occurrence": "1", "field": "3", "repetition": "1", "component": "4",
        "subcomponent": "2", "type": "CX", "leaf": "ST", "table": "",
    }  # fmt: skip
    assert values(PATIENT)["PID[1]-8[1].1"].type.attributes["table"] == "0001"


def test_high_numbers_share_their_types() -> None:
    found = values(message(*["NTE|1||x~y~z~a~b~c~d~e~f~g~h"] * 12))
    assert found["NTE[10]-3[10]"].type is found["NTE[12]-3[11]"].type
    assert "occurrence" not in found["NTE[10]-3[1]"].type.attributes
    assert "repetition" not in found["NTE[1]-3[10]"].type.attributes
    assert found["NTE[9]-3[9]"].type.attributes["repetition"] == "9"


def test_a_line_that_is_no_segment_continues_the_one_before() -> None:
    data = message("OBX|1|TX|||John", "Smith", "", "was seen||||||F", "NTE|1||x", "Dr. Jones", "LEE")
    assert texts(data)["OBX[1]-5[1]"] == "John\rSmith\r\rwas seen"
    assert texts(data)["OBX[1]-11[1]"] == "F"
    assert texts(data)["NTE[1]-3[1]"] == "x\rDr. Jones\rLEE"
    assert rendered(scopes(data)) == data


def test_a_continued_code_is_text() -> None:
    field = values(message("PV1|1|I", "John Smith"))["PV1[1]-2[1].1"]
    assert field.text == "I\rJohn Smith"
    assert field.type.searchable


@pytest.mark.parametrize("line", [" PID|1||77", "pid|1||77", "\tOBX|1"])
def test_a_line_that_is_nearly_a_segment_is_refused(line: str) -> None:
    with pytest.raises(FormatError) as error:
        scopes(message("EVN|A01", line))
    assert error.value.reason == "bad-syntax"


@pytest.mark.parametrize(
    "line",
    [
        "PID |1||29282150", "PIDX|1||29282150", "PI|1||29282150", "\tPID |1", "PID^1^^29282150^^DAVIDSON",
        "ZPD#1", "0BX|1|TX", '"PID|1', "\ufeffPID|1", "pid^1^^29282150", "\x0bPID|1",
    ],
)  # fmt: skip
def test_a_misspelt_segment_is_refused(line: str) -> None:
    for before in (["EVN|A01"], ["EVN|A01", "OBX|1|TX|||John", "Smith"], []):
        with pytest.raises(FormatError) as error:
            scopes(message(*before, line))
        assert error.value.reason == "bad-syntax"
        assert "29282150" not in str(error.value)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\n \n", "\x0b", "\x1c\r"])
@pytest.mark.parametrize(
    "header", [MSH, "FHS|^~\\&|A", "BHS|^~\\&|A", f"{MSH}\rPID|1\rBTS|1", f"{MSH}\rFTS|1"]
)
def test_text_after_a_header_is_refused(header: str, end: str) -> None:
    for text in ("DAVIDSON^DOUGLAS", " DAVIDSON", "29282150 | DAVIDSON"):
        with pytest.raises(FormatError) as error:
            scopes(f"{header}{end}{text}\r".encode())
        assert error.value.reason == "bad-syntax"


def test_blank_lines_after_a_header() -> None:
    for end in ("\r", "\r\n\r\n", "\r \r", "\x1c\r", "\r\n\x1a\r\n", "\r\n\x1c\r\n"):
        data = f"{MSH}{end}".encode()
        assert rendered(scopes(data)) == data
        assert scopes(b"FHS|^~\\&|A\r" + data + b"\rFTS|1" + end.encode())


def test_too_many_segments_that_nobody_knows() -> None:
    def names(count: int) -> list[str]:
        return [f"Q{n // 10:X}{n % 10}|x" for n in range(count)]

    assert scopes(message(*names(64), *names(64), *(f"Z{n:02}|x" for n in range(99))))
    assert len(scopes(message(*names(40)) * 3)) == 3
    for data in (message(*names(65)), message(*names(40)) + message(*names(65)[40:])):
        with pytest.raises(FormatError) as error:
            scopes(data)
        assert error.value.reason == "bad-syntax"


def test_many_repetitions_are_located_in_time() -> None:
    (scope,) = scopes(message("NTE|1||" + "~".join(["x"] * 60_000)))
    begun = time.perf_counter()
    assert scope.fields()[-1].location == "message 1 / NTE[1]-3[60000]"
    assert len({field.location for field in scope.fields()}) == len(scope.fields())
    assert time.perf_counter() - begun < 10


# -- delimiters ----------------------------------------------------------------------------------------------


def test_delimiters_are_those_of_the_message() -> None:
    data = b"MSH*:@!%*LAB*GH\rPID*1**77:::A%1.2:MR@78**Da!S!v:Do\rMSH|^~\\&|LAB\rPID|1||77^^^A\r"
    found = texts(data)
    assert found["PID[1]-3[1].4"] == "A"
    assert found["PID[1]-5[1].1"] == "Da:v"
    assert [field.text for field in scopes(data)[0].fields()][3:5] == ["77", "A"]


def test_missing_delimiters_are_no_delimiters() -> None:
    data = b"MSH|^~|LAB\rPID|1||||Da\\T\\v&x^Do\r"
    assert texts(data)["PID[1]-5[1].1"] == "Da\\T\\v&x"
    with pytest.raises(Unfit):
        replaced(data, "PID[1]-5[1].1", "a^b")
    assert texts(b"MSH|^|LAB\rPID|1||||Da~v^Do\r")["PID[1]-5[1].1"] == "Da~v"


def test_a_doubled_escape_character_is_one() -> None:
    assert texts(b"MSH|^~\\\\&|LAB\rPID|1||7^^^A&B\r")["PID[1]-3[1].4.2"] == "B"


def test_the_truncation_character() -> None:
    data = b"MSH|^~\\&#|LAB\rNTE|1||a\\P\\b#\r"
    assert texts(data)["NTE[1]-3[1]"] == "a#b#"
    assert replaced(data, "NTE[1]-3[1]", "x#").endswith(b"x\\P\\\r")


@pytest.mark.parametrize("header", ["MSH||LAB", "MSH|^^a&|", "MSH|^~^&|", "MSH|^~\\&#!|", "MSH|^ ~|"])
def test_delimiters_that_make_no_sense(header: str) -> None:
    with pytest.raises(FormatError) as error:
        scopes(header.encode() + b"\rPID|1\r")
    assert error.value.reason == "bad-syntax"


# -- files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [b"", b"\r\n", b"hello", b"PID|1\r", b"BTS|1\r", b"hello\rMSH|^~\\&|A\r", MSH.lower().encode()],
)
def test_a_file_that_begins_otherwise(data: bytes) -> None:
    with pytest.raises(FormatError) as error:
        scopes(data)
    assert error.value.reason == "bad-syntax"


def test_a_trailer_of_other_delimiters() -> None:
    with pytest.raises(FormatError):
        scopes(message("PID|1") + b"BTS*Davidson\r")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"MSH|^~\\&|", True),
        (b"\x0bMSH|^~\\&|", True),
        (b"\xef\xbb\xbf\r\n\nFHS|^~\\&|", True),
        (b"BHS*:@|", True),
        (b"MSH||", False),
        (b"MSH,NAME", False),
        (b"PID|1", False),
        (b"Name|MSH|^~\\&", False),
        (b"", False),
    ],
)
def test_looks_like_hl7(head: bytes, expected: bool) -> None:
    assert hl7.looks_like_hl7(head) is expected


def test_a_message_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "MAX_MESSAGE", 1000)
    for long in (message("NTE|1||" + "x" * 1000), message(*["NTE|1||x"] * 200)):
        with pytest.raises(FormatError) as error:
            scopes(long)
        assert error.value.reason == "record-too-long"
    assert len(scopes(message("NTE|1||" + "x" * 500) * 20)) == 20


def test_too_many_values() -> None:
    with pytest.raises(FormatError) as error:
        scopes(message("NTE|" + "|" * MAX_VALUES))
    assert error.value.reason == "record-too-long"


# -- untouched and changed bytes -----------------------------------------------------------------------------

ENDS = st.sampled_from(["\r", "\n", "\r\n", "\r\r", "\n\n", "\r\n \r\n"])
MARKS = st.permutations("|^~\\&#*:@!%$").map(lambda marks: "".join(marks[:6]))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Messages of any delimiters, line ends and frames, their values filled with those very delimiters."""
    framed, batch = draw(st.booleans()), draw(st.booleans())
    pieces = [draw(st.sampled_from(["", "\r\n", "\n \n"]))]
    for _ in range(draw(st.integers(1, 3))):
        marks = draw(MARKS)[: draw(st.integers(2, 6))]
        field = marks[0]
        text = st.text(st.sampled_from(marks + "abZ01 .-'\"äß\u200b王"), max_size=12)
        if batch:
            pieces += ("BHS", marks, field, draw(text), draw(ENDS))
        pieces += ("\x0b" if framed else "", "MSH", marks, field, draw(text), draw(ENDS))
        for name in draw(st.lists(st.sampled_from(["PID", "OBX", "NTE", "ZPD", "PV1"]), max_size=4)):
            cells = draw(st.lists(text, max_size=8))
            pieces += (name, field, field.join(cells), draw(ENDS))
        if framed:
            pieces.append("\x1c\r")
        if batch:
            pieces += ("BTS", field, "1", draw(ENDS))
    whole = "".join(pieces)
    return (whole if draw(st.booleans()) else whole.rstrip("\r\n")).encode()


@given(files())
def test_untouched_bytes_are_the_same(data: bytes) -> None:
    found = scopes(data)
    for scope in found:
        for field in scope.fields():
            assert field.text
            assert field.location
    assert rendered(found) == data


@given(files(), st.data())
def test_one_replaced_field_changes_only_its_own_bytes(data: bytes, draw: st.DataObject) -> None:
    found = scopes(data)
    fields = [(scope, field) for scope in found for field in scope.fields()]
    if not fields:
        return
    scope, field = draw.draw(st.sampled_from(fields))
    text = draw.draw(st.sampled_from(["x", "", "REPLACED ONE", "0"]))
    place = field.location
    others = [each.text for _, each in fields if each is not field]
    places = [each.location for _, each in fields if each is not field]
    assert scope.replace(field, text) == text
    changed = rendered(found)
    again = [each for scope in scopes(changed) for each in scope.fields()]
    if text:
        assert [each.text for each in again if each.location == place] == [text]
    assert [each.text for each in again if each.location != place] == others
    assert [each.location for each in again if each.location != place] == places


@example(b"MSH^~\\|:^\rPID^^^^^0\rMSH|^|", "|Z:|")
@given(files(), st.text("|^~\\&#*:@!%$ab\n\r\t\x0b\x1cHN.ZXE", min_size=1, max_size=12))
def test_a_replacement_reads_back_as_it_was_said(data: bytes, text: str) -> None:
    found = scopes(data)
    places = {}
    for scope in found:
        for field in scope.fields():
            try:
                places[field.location] = scope.replace(field, text)
            except Unfit:
                places[field.location] = field.text
            else:
                assert places[field.location] == text.replace("\r\n", "\n").replace("\r", "\n")
    again = {field.location: field.text for scope in scopes(rendered(found)) for field in scope.fields()}
    assert again == {place: text for place, text in places.items() if text.strip("\t ")}


def test_deleted_and_emptied_fields_leave_their_places() -> None:
    scope = scopes(PATIENT)[0]
    for field in scope.fields():
        (scope.delete if field.text == "Douglas" else scope.empty)(field)
    lines = rendered([scope]).split(b"\r")
    assert lines[1] == b"PID|||^^^&&^~^^^^||&&^^||||"[: len(lines[1])]
    assert texts(rendered([scope])) == {}


@pytest.mark.corpus
def test_all_real_files(corpus: Path) -> None:
    paths = [path for path in sorted((corpus / "hl7").rglob("*")) if path.is_file()]
    assert paths
    for path in paths:
        data = path.read_bytes()
        assert hl7.looks_like_hl7(data[:8192])
        found = scopes(data)
        count = sum(bool(field.text and field.location) for scope in found for field in scope.fields())
        assert count > 10
        assert rendered(found) == data


@pytest.mark.corpus
def test_all_values_of_real_files_can_be_replaced(corpus: Path) -> None:
    for path in sorted((corpus / "hl7").rglob("*.hl7"))[::4]:
        found = scopes(path.read_bytes())
        before = [field.location for scope in found for field in scope.fields()]
        for scope in found:
            for field in scope.fields():
                scope.replace(field, "X|Y")
        again = [field for scope in scopes(rendered(found)) for field in scope.fields()]
        assert {field.text for field in again} == {"X|Y"}
        assert len(again) == len(before)


# -- bad inputs ----------------------------------------------------------------------------------------------


def attempt(data: bytes) -> None:
    """A FormatError, or a document that gives its bytes back."""
    source = Source(io.BytesIO(data), len(data))
    hl7.looks_like_hl7(data)
    try:
        found = list(hl7.open(source).scopes())
    except FormatError as error:
        reason = error.reason
        if reason not in ("bad-encoding", "bad-syntax", "record-too-long"):
            raise AssertionError(reason) from error
        return
    for scope in found:
        for field in scope.fields():
            assert isinstance(field.text, str)
            assert isinstance(field.location, str)
    assert rendered(found) == data


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    attempt(data)
    attempt(MSH.encode() + data)


def test_mutated_messages() -> None:
    dice = random.Random(7)
    base = PATIENT + message("ZPD|SMITH^JOHN|20200101", "OBX|1|ED|||^AP^^Base64^QUJD") + b"\x1c\r"
    bits = [
        b"\0",
        b"\r",
        b"\n",
        b"|",
        b"^",
        b"~",
        b"\\",
        b"&",
        b"\x0b",
        b"\x1c",
        b"\xff",
        b"MSH|",
        b"\xc3",
        b"\x1b",
    ]
    for _ in range(3000):
        data = bytearray(base)
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(data))
            match dice.randrange(4):
                case 0:
                    data[at] = dice.randrange(256)
                case 1:
                    data[at:at] = dice.choice(bits)
                case 2:
                    del data[at : at + dice.randrange(1, 20)]
                case _:
                    data[at:at] = data[at - 30 : at]
        attempt(bytes(data[: dice.randrange(len(data))] if dice.random() < 0.2 else data))
