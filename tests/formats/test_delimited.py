from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.scopes import rendered

from beam_phi.formats import delimited
from beam_phi.formats.delimited.document import DelimitedDocument, Record
from beam_phi.formats.delimited.grammar import MAX_CELLS, NO_DELIMITER, Dialect, Grammar
from beam_phi.formats.delimited.header import header_evidence
from beam_phi.formats.delimited.headings import is_known_heading
from beam_phi.formats.delimited.layout import Layout
from beam_phi.formats.delimited.sniff import sniff
from beam_phi.formats.document import FormatError, Scope, Source, Unfit
from beam_phi.formats.encoding import MAX_LINE, Encoding
from beam_phi.formats.plain import TextScope

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "csv"

PATIENTS = (
    b"Patient Name,MRN,DOB,Note\r\n"
    b'"Davidson, Douglas",00123456,06/16/1976,"5\'10"" tall,\r\nsmoker"\r\n'
    b"Osmin,77,1980-01-01,\r\n"
)


def scopes(data: bytes) -> list[TextScope | Record]:
    return list(delimited.open(Source(io.BytesIO(data), len(data))).scopes())


def fields(data: bytes) -> dict[str, str]:
    return {field.location: field.text for scope in scopes(data) for field in scope.fields()}


def replaced(data: bytes, location: str, text: str) -> bytes:
    found = scopes(data)
    for scope in found:
        for field in scope.fields():
            if field.location == location:
                scope.replace(field, text)
                return rendered(found)
    raise AssertionError(location)


# -- what a file consists of ---------------------------------------------------------------------------------


def test_cells_are_located_by_record_and_heading() -> None:
    assert fields(PATIENTS) == {
        "row 1 / Patient Name": "Davidson, Douglas",
        "row 1 / MRN": "00123456",
        "row 1 / DOB": "06/16/1976",
        "row 1 / Note": "5'10\" tall,\r\nsmoker",
        "row 2 / Patient Name": "Osmin",
        "row 2 / MRN": "77",
        "row 2 / DOB": "1980-01-01",
        "row 2 / Note": "",
    }


def test_cells_of_a_column_share_their_type_in_all_files() -> None:
    first, second = scopes(PATIENTS)[2:4]
    again = scopes(PATIENTS)[2]
    assert first.fields()[0] is first.fields()[0]
    assert first.fields()[0].type is second.fields()[0].type is again.fields()[0].type
    assert first.fields()[0].type.attributes == {
        "part": "cell", "column": "Patient Name", "column_key": "patientname", "index": "1",
    }  # fmt: skip


def test_duplicate_and_empty_headings_are_named_by_number() -> None:
    found = fields(b"Name,,Date,date\nA,B,1999,2000\n")
    assert list(found) == ["row 1 / Name", "row 1 / column 2", "row 1 / column 3", "row 1 / column 4"]


def test_ragged_rows_and_blank_lines() -> None:
    data = b"id,name\n\n1\n2,b,, \n\n"
    assert fields(data) == {
        "row 1 / id": "1",
        "row 2 / id": "2", "row 2 / name": "b", "row 2 / column 3": "", "row 2 / column 4": " ",
    }  # fmt: skip
    assert rendered(scopes(data)) == data


def test_a_heading_of_two_lines_is_named_in_one() -> None:
    assert list(fields(b'"Patient\n Name",MRN\nDavidson,1\n')) == ["row 1 / Patient Name", "row 1 / MRN"]


def test_a_first_record_of_data_is_a_record() -> None:
    found = fields(b"Davidson,Douglas,1976-06-16\nOsmin,Kelvar,1980-01-01\n")
    assert found["row 1 / column 1"] == "Davidson"
    assert found["row 2 / column 3"] == "1980-01-01"


def test_headings_below_data_are_data() -> None:
    found = fields(b"Osmin,77,x\nName,MRN,Note\nDavidson,78,y\n")
    assert [found[f"row {row} / column 1"] for row in (1, 2, 3)] == ["Osmin", "Name", "Davidson"]


def test_a_heading_that_might_be_a_name_is_searched_and_never_named() -> None:
    data = b"Date,Douglas Davidson,Kelvar Osmin\n1999-01-01,1.5,2\n1999-01-02,2.5,3\n"
    found = fields(data)
    assert found["header / column 2"] == "Douglas Davidson"
    assert "header / column 1" not in found
    assert found["row 1 / column 2"] == "1.5"
    assert replaced(data, "header / column 2", "X, Y").startswith(b'Date,"X, Y",Kelvar Osmin\n')


def test_titles_comments_and_sep_line_come_before_the_header() -> None:
    preamble = b"sep=;\r\n# for Davidson; Douglas\r\nReport; for Dr. Osmin;\r\n\r\n"
    data = preamble + b"Name;Age;Sex\r\nDouglas;37;M\r\nKim;41;F\r\n"
    found = fields(data)
    assert found == {
        "line 1": preamble.decode().strip(),
        "row 1 / Name": "Douglas", "row 1 / Age": "37", "row 1 / Sex": "M",
        "row 2 / Name": "Kim", "row 2 / Age": "41", "row 2 / Sex": "F",
    }  # fmt: skip


def test_a_title_of_two_lines_is_a_record_like_any_other() -> None:
    data = b'"Report for\nDr. Osmin",,\nName,Age,Sex\nDouglas,37,M\n'
    found = fields(data)
    assert found["row 1 / column 1"] == "Report for\nDr. Osmin"
    assert found["row 3 / column 1"] == "Douglas"
    assert rendered(scopes(data)) == data


def test_headings_of_a_table_whose_rows_end_in_a_delimiter() -> None:
    assert list(fields(b"Name,MRN\nDavidson,1,\nOsmin,2,\n"))[:2] == ["row 1 / Name", "row 1 / MRN"]


def test_an_empty_file_and_a_lone_header() -> None:
    for data in (b"", b"\xef\xbb\xbf", b"Name,Date of Birth\n", b"\n\n"):
        assert rendered(scopes(data)) == data
        assert fields(data) == {}


# -- header or data ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "header"),
    [
        ("LAST,First,DOB|Davidson,Douglas,1976-06-16", True),
        ("PATIENTID,SERVICEDATE,DIAGNOSIS1|a,b,c", True),
        ("name|Douglas", True),
        ("Foo,Bar,Baz|1,2,3|4,5,6", True),
        ("Nachname,Vorname,Geburtsdatum|Bauer,Jan,01.02.1980", True),
        ("Davidson,Douglas,1976-06-16|Osmin,Kelvar,1980-01-01", False),
        ("Davidson,Douglas|Osmin,Kelvar", False),
        ("Davidson,Douglas,M,Boston|Osmin,Kelvar,F,Salem", False),
        ("Davidson,Douglas,unknown|Osmin,Kelvar,47", False),
        ("Davidson,Douglas,x|Osmin,Kelvar,47", False),
        ("Name,Alter|Osmin,47", True),
        ("Patient: Douglas Davidson|seen today", False),
        ("Name,White|Osmin,White", False),
        ("douglas@example.org,Note|x,y", False),
        ("DAVIDSON^DOUGLAS,Study Date|x,19990101", False),
        ("Name,Note,He was seen by Dr. Osmin for a cough on that day|a,b,c", False),
        ("Name,MRN|Osmin,1|Name,MRN|Kim,2", True),
        ("Name,,,|Osmin,1,2,3", False),
        ("|x", False),
    ],
)
def test_header_evidence(table: str, header: bool) -> None:
    first, *following = [row.split(",") for row in table.split("|")]
    assert bool(header_evidence(first, following)) is header


ODD = (
    "M", "Yes", "None", "Unknown", "-", "1", "2013", "2013-07-13", "LOINC 12345-6", "RID12345", "XNAT_S00123",
    "Visit 1", "x" * 70, "one two three four five six seven eight nine", "",
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("headings", ["Patient Name,MRN,Age", "Name,Age,Sex", "ptlastname,x,y"])
def test_one_odd_heading_takes_no_table_its_header(headings: str, odd: str) -> None:
    first = [*headings.split(","), odd]
    assert header_evidence(first, [["Kowalczyk, Zbigniew", "A12", "94", "1"]])


@pytest.mark.parametrize(
    "table",
    [
        "Patient Name,Status|Zbigniew,Status",
        "Patient Name,,,,|Kowalczyk,1,2,3,4",
        "Patient Name,MRN,BRCA1,TP53,EGFR,KRAS|Kowalczyk,1,wt,mut,wt,wt",
        "Dr,GP,GP Name|Kowalczyk,Nowak,Nowak",
        "PATIENT_LNAME,PATIENT_FNAME,MED_REC_NO|Kowalczyk,Zbigniew,x",
        "ptlastname,ptfirstname,ptid|Kowalczyk,Zbigniew,x",
        "pat_nm,pat_mrn,pat_age|Kowalczyk,x,y",
        "(00100010),x|Kowalczyk,y",
        "患者氏名,x|王,y",
        "Фамилия,x|Иванов,y",
        "What is the participant's full name?,x|Kowalczyk,y",
    ],
)
def test_one_telling_heading_makes_a_header(table: str) -> None:
    first, *following = [row.split(",") for row in table.split("|")]
    assert header_evidence(first, following)


@pytest.mark.parametrize("heading", ["Attending MD", "00100010", "(0010,0010)", "PAT_MRN_ID", "GP Name"])
def test_a_heading_of_abbreviations_is_no_field(heading: str) -> None:
    quoted = f'Patient Name,"{heading}",Sex\nKowalczyk,x,F\n'
    assert all(not location.startswith("header") for location in fields(quoted.encode()))


def keys(data: str) -> list[list[str]]:
    """The column keys of each record's cells."""
    return [
        [
            field.type.attributes["column_key"]
            for field in scope.fields()
            if "column_key" in field.type.attributes
        ]
        for scope in scopes(data.encode())[1:]
    ]


def test_columns_without_heading_are_known_by_their_cells() -> None:
    assert keys("Davidson,Douglas,07/04/1931,292821506,5.25\n") == [["names", "names", "", "ids", ""]]
    assert keys("Kowalczyk Z,2013-07-13\nNowak A,20130713\nfever,x\n")[0] == ["names", ""]
    assert keys("normal,71250.5\nmale,12345.5\n")[0] == ["", ""]
    assert keys("Patient Name,,\nKowalczyk,Zbigniew,778812\n")[1] == ["patientname", "names", "ids"]
    assert keys("Name,White\nOsmin,White\n")[0][0] == "name"


def test_numbers_in_groups_of_two_are_no_dates_if_no_calendar_has_them() -> None:
    def column(*numbers: str) -> str:
        rows = "".join(f"{number},x y\n" for number in numbers).encode()
        return next(iter(scopes(rows)[1].fields())).type.attributes["column_key"]

    assert column("55-10-2299", "61-40-12", "0091-2277") == "ids"
    assert column("05-10-2299", "11-04-12", "31-12-1999") == ""


def test_guessed_headings_are_not_named() -> None:
    assert "row 1 / column 1" in fields(b"Davidson,Douglas\nNowak,Anna\n")


def test_pairs_of_heading_and_value() -> None:
    data = b"Patient ID;A12\nWhat is your name?;Zbigniew Kowalczyk\nRemark;seen\n\nPatient ID;A13\n"
    assert fields(data) == {
        "row 1 / Patient ID": "A12", "row 2 / What is your name?": "Zbigniew Kowalczyk",
        "row 3 / Remark": "seen", "row 4 / Patient ID": "A13",
    }  # fmt: skip
    assert [len(scope.fields()) for scope in scopes(data)[1:]] == [3, 1]
    assert rendered(scopes(data)) == data
    assert replaced(data, "row 2 / What is your name?", "X").splitlines()[1] == b"What is your name?;X"
    assert keys("MRN,Result\n12345,neg\n")[1] == ["mrn", "result"]


LONG = (
    b"record,field_name,value,instance\n"
    b"00123456,last_name,Rose,1\n00123456,hgb,12.3,1\n00123456,Rose May,12.3,1\n"
)


def _typed(data: bytes) -> list[list[tuple[str, str]]]:
    return [
        [(field.type.attributes["column_key"], field.text) for field in scope.fields()]
        for scope in scopes(data)[2:]
    ]


def test_a_table_in_long_form_says_in_each_record_what_its_value_is() -> None:
    [told] = _typed(LONG)
    assert told[:3] == [("record", "00123456"), ("lastname", "Rose"), ("instance", "1")]
    assert told[3:7] == [("record", "00123456"), ("fieldname", "hgb"), ("value", "12.3"), ("instance", "1")]
    assert ("fieldname", "Rose May") in told, "what is no heading may be a name"
    assert rendered(scopes(LONG)) == LONG
    assert replaced(LONG, "row 1 / value", "X") == LONG.replace(b"Rose,1", b"X,1")


def test_what_a_table_in_long_form_says_of_one_is_one_scope() -> None:
    data = b"mrn,item,value\n1001,first name,Rose\n1001,city,Peoria\n1002,city,Reno\n1002,city,Elko\n"
    assert [len(row) for row in _typed(data)] == [4, 2, 2]
    assert rendered(scopes(data)) == data


def test_two_columns_that_might_name_a_value_name_none() -> None:
    rows = _typed(b"key,label,value\nmrn,last name,12.3\nmrn,city,x\n")
    assert rows[0] == [("key", "mrn"), ("label", "last name"), ("value", "12.3")]


def test_a_column_of_names_names_no_value() -> None:
    """Street and Kind are family names."""
    rows = _typed(b"mrn,name,value\n1001,Kind,7.1\n1002,Street,7.2\n")
    assert [row[1] for row in rows] == [("name", "Kind"), ("name", "Street")]


def test_an_unknown_key_is_searched() -> None:
    data = b"Patient ID;A12\nDOB;1931\nDouglas Davidson;x\n"
    assert fields(data)["row 3 / column 1"] == "Douglas Davidson"
    assert fields(data)["row 3 / column 2"] == "x"


def test_known_headings() -> None:
    known = (
        "Patient Name|PATIENTID|SERVICEDATE2|3rd Party Analysis|Number of Images|E-mail|Accession No|pt_name"
    )
    assert all(map(is_known_heading, known.split("|")))
    assert is_known_heading("patientName")
    names = (
        "Davidson|Madrid|Ingrid|David|Ward|Price|Douglas Davidson|Page|Müller|Davidson ID|Kelvar Osmin age"
    )
    numbered = ("MRN29282150", "MRN 29282150", "SSN987654329", "DOB19600102", "patient_id_0012")
    assert not any(map(is_known_heading, numbered))
    assert not any(map(is_known_heading, names.split("|")))


# -- dialects ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sample", "dialect"),
    [
        (b"a,b\n1,2\n", Dialect(b",")),
        (b"a;b\n1,5;2,5\n3,5;4,5\n", Dialect(b";")),
        (b"1,5;2,5\n3,5;4,5\n", Dialect(b";")),
        (b"a\tb, c\n1\t2\n", Dialect(b"\t")),
        (b"a|b|c\n1|2|3\n", Dialect(b"|")),
        (b'"x;y",1\n"z;w",2\n', Dialect(b",")),
        (b"sep=|\na,b|c,d\n", Dialect(b"|")),
        (b"name\nDouglas\n", Dialect(NO_DELIMITER)),
        (b"'a','b, c'\n'd','e'\n", Dialect(b",", quote=b"'")),
        (b'1, "Davidson, Douglas", 2\n3, "Osmin, K", 4\n', Dialect(b",", skip_space=True)),
        (b"\"x\",'a','b'\n'c','d',\"y\"\n", Dialect(b",")),
        (b'1,"has a, ""b"" c"\n3,"x"\n', Dialect(b",")),
        (b'"6\\"2",x\n"b",y\n', Dialect(b",", escape=True)),
        (b"", Dialect(NO_DELIMITER)),
    ],
)
def test_sniff(sample: bytes, dialect: Dialect) -> None:
    assert sniff(sample.splitlines(keepends=True)) == dialect


def test_blanks_before_a_quote_do_not_split_a_name() -> None:
    data = b'id, name, age\n1, "Davidson, Douglas", 37\n2, "Osmin, K", 41\n'
    assert fields(data)["row 1 / name"] == "Davidson, Douglas"
    assert fields(data.replace(b'"Osmin, K"', b"Osmin"))["row 2 / name"] == "Osmin"
    assert replaced(data, "row 1 / name", "A, B") == data.replace(b"Davidson, Douglas", b"A, B")


def test_backslash_escapes() -> None:
    data = b'id,note\n1,"6\\"2\\\\, tall"\n2,"b\\"c"\n'
    assert fields(data)["row 1 / note"] == '6"2\\, tall'
    assert fields(replaced(data, "row 1 / note", 'a\\b"'))["row 1 / note"] == 'a\\b"'


# -- untouched and changed bytes -----------------------------------------------------------------------------

# No two of these letters are a character of UTF-8 when they are written in windows-1252.
CELL = st.text(st.sampled_from(",;|\t\"\r\n \\'#=-aZ09äöüñ"), max_size=6)
ROWS = st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=5)
CODECS = {
    "utf-8": Encoding(),
    "utf-8-sig": Encoding(b"\xef\xbb\xbf"),
    "utf-16-le": Encoding(b"", "utf-16-le"),
    "cp1252": Encoding(codec="windows-1252"),
}


@given(st.binary())
def test_untouched_bytes_of_any_kind_are_the_same(data: bytes) -> None:
    _assert_untouched(data)


@given(
    st.lists(
        st.sampled_from([b'"', b",", b";", b"\n", b"\r", b"a", b" ", b"'", b"\\", b"\xfc", b"#", b"1", b"\t"])
    )
)
def test_untouched_bytes_of_broken_tables_are_the_same(parts: list[bytes]) -> None:
    _assert_untouched(b"".join(parts))


def _assert_untouched(data: bytes) -> None:
    try:
        found = scopes(data)
    except FormatError:
        return
    for scope in found:
        list(scope.fields())
    assert rendered(found) == data


@given(st.text(st.sampled_from('"",a\n \rb'), max_size=30))
def test_cells_are_those_that_the_csv_module_reads(text: str) -> None:
    grammar = Grammar(Dialect())
    try:
        records = list(grammar.records(iter(text.encode().splitlines(keepends=True))))
    except FormatError:
        return
    rows = [[grammar.value(cell).decode() for cell in record.cells] for record in records]
    assert rows == list(csv.reader(io.StringIO(text, newline="")))


@given(
    ROWS,
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(sorted(CODECS)),
    st.data(),
)
def test_one_replaced_cell_is_the_only_change(
    rows: list[list[str]], delimiter: str, end: str, codec: str, data: st.DataObject
) -> None:
    raw = io.StringIO()
    breaks = any(set(cell) & {"\r", "\n"} for row in rows for cell in row)
    csv.writer(
        raw, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL if breaks else csv.QUOTE_MINIMAL
    ).writerows(rows)
    source = raw.getvalue().encode(codec)
    grammar = Grammar(Dialect(delimiter.encode()))
    stream = Source(io.BytesIO(source), len(source))
    found = list(DelimitedDocument(stream, Layout(CODECS[codec], grammar)).scopes())
    assert [[field.text for field in scope.fields()] for scope in found[1:]] == rows
    assert rendered(found) == source

    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[row]) - 1))
    text = data.draw(CELL)
    scope = found[1 + row]
    try:
        scope.replace(scope.fields()[column], text)
    except Unfit:
        assert text.startswith(("=", "+", "-", "@", "\t", "\r"))
        return
    rows[row][column] = text
    output = rendered(found).decode(codec)
    assert list(csv.reader(io.StringIO(output, newline=""), delimiter=delimiter)) == rows
    others = [scope for at, scope in enumerate(found) if at != 1 + row]
    assert rendered(others) == rendered(
        [s for at, s in enumerate(_again(source, grammar, codec)) if at != 1 + row]
    )


def _again(source: bytes, grammar: Grammar, codec: str) -> Iterator[Scope]:
    return DelimitedDocument(Source(io.BytesIO(source), len(source)), Layout(CODECS[codec], grammar)).scopes()


@example(" a", "a", False, True, False)
@given(
    CELL,
    st.sampled_from(['"a"', "a", '"a"b', ' "a"', "  a", ""]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_a_written_cell_reads_as_its_value(
    value: str, old: str, escape: bool, skip: bool, alone: bool
) -> None:
    for delimiter, quote in itertools.product((b",", b"\t", NO_DELIMITER), (b'"', b"'")):
        grammar = Grammar(Dialect(delimiter, quote, escape, skip))
        cell = grammar.cell(value.encode(), old.encode(), alone)
        assert grammar.value(cell) == value.encode()
        if not (alone and not value and not cell):
            row = delimiter.join([cell] if alone else [b"x", cell, b"y"])
            lines = iter((row + b"\n").splitlines(keepends=True))
            (record,) = grammar.records(lines)
            assert record.cells == ([cell] if alone else [b"x", cell, b"y"])


def test_quotes_stay_and_come_only_where_needed() -> None:
    assert b'\n"A B",0' in replaced(PATIENTS, "row 1 / Patient Name", "A B")
    assert b'"Davidson, Douglas",9,06' in replaced(PATIENTS, "row 1 / MRN", "9")
    assert b'"Davidson, Douglas","9,5",06' in replaced(PATIENTS, "row 1 / MRN", "9,5")
    assert replaced(b"name\nDouglas\nKim\n", "row 1 / name", "") == b'name\n""\nKim\n'
    assert replaced(b"name\nDouglas\nKim\n", "row 1 / name", "A, B") == b'name\n"A, B"\nKim\n'


def test_replaced_cells_keep_the_encoding() -> None:
    latin = "Name;City\nMüller;Köln\nOsmin;Ulm\n".encode("latin-1")
    assert replaced(latin, "row 2 / Name", "Bär") == latin.replace(b"Osmin", b"B\xe4r")
    with pytest.raises(Unfit):
        replaced(latin, "row 2 / Name", "Šimůnek")
    utf16 = "Name\tSex\nMüller\tM\n".encode("utf-16")
    assert replaced(utf16, "row 1 / Name", "Bär") == "Name\tSex\nBär\tM\n".encode("utf-16")


def test_empty_and_delete_leave_an_empty_cell() -> None:
    found = scopes(PATIENTS)
    name, mrn, *_ = found[2].fields()
    found[2].empty(name)
    found[2].delete(mrn)
    assert rendered([found[2]]).startswith(b'"",,06/16/1976,')


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5", "@x", "\t=1"])
def test_no_formula_is_introduced(text: str) -> None:
    with pytest.raises(Unfit):
        replaced(PATIENTS, "row 1 / MRN", text)
    assert b"\n-5,a" in replaced(b"temp,name\n-7,a\n1,b\n", "row 1 / temp", "-5")


# -- bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'name,note\na,"never closed\nb,c\n', "bad-syntax"),
        (b"Name,MRN\nDavidson, Douglas,123456\n", "bad-syntax"),
        (b"Name,MRN\nDavidson, Douglas, M, PhD,123456\nOsmin, K, M, MD,77\n", "bad-syntax"),
        (b'name,note\na,"two\nlines" and more\nb,c\n', "bad-syntax"),
        (b"name,note\n" + b"a,b\n" * 20_000 + b"a,\0\n", "bad-encoding"),
        (b"name,note\n" + b"," * (MAX_CELLS + 1), "record-too-long"),
        (b"name,note\n" + b"x" * (MAX_LINE + 300_000), "record-too-long"),
        (b'name,note\na,"' + b"x\n" * MAX_LINE, "record-too-long"),
        (b"\x00\x01\x02", "bad-encoding"),
        (b"\xff\xfea\x00,\x00b", "bad-encoding"),
    ],
)
def test_what_cannot_be_split_surely_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        fields(data)
    assert caught.value.reason == reason
    assert "never closed\nb" not in str(caught.value)


def test_a_record_of_many_quoted_lines_takes_linear_time() -> None:
    data = b"name,note\n" + b'"a\n",' * 100_000 + b"x\n"
    with pytest.raises(FormatError):
        scopes(data)
    data = b'name,note\nx,"' + b'""\n' * 300_000 + b'"\n'
    assert rendered(scopes(data)) == data


def test_a_long_file_is_read_record_by_record() -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return b"name,date\n" * 1000

    records = delimited.open(Source(Endless(), 1 << 40)).scopes()
    assert sum(1 for _ in itertools.islice(records, 5000)) == 5000


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus")
def test_corpus_tables_come_out_as_they_went_in() -> None:
    files = sorted(CORPUS.rglob("*.csv"))
    assert files
    for path in files:
        data = path.read_bytes()
        found = scopes(data)
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert [[field.text for field in scope.fields()] for scope in found[2:]] == rows[1:], path.name
        assert rendered(found) == data, path.name
