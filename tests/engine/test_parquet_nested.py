"""Lists, maps and structures of Parquet: identifiers are found in any nesting, and whom a row is about."""

from __future__ import annotations

import datetime
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st
from support.files import engine_of, mask_file, planted_in
from support.nested import packed, unpacked

from beam_phi.engine.subject import Subject
from beam_phi.formats import Source

#: What is said of a patient, and what of it must go.
SAID = ("Mr. Douglas Davidson (29282150) is well", "Davidson", "call 617-555-0134", "MRN: 29282150", None)
PLANTED = ("davidson", "douglas", "29282150", "617-555-0134")
PATIENT = {"Patient Name": "Davidson, Douglas", "MRN": "29282150"}

_Kind = tuple[pa.DataType, st.SearchStrategy[Any]]


def _around(inner: _Kind) -> st.SearchStrategy[_Kind]:
    type_, values = inner
    keys = st.sampled_from([text for text in SAID if text])
    return st.sampled_from(
        [
            (pa.list_(type_), st.lists(values, max_size=3)),
            (pa.large_list(type_), st.lists(values, max_size=3)),
            (pa.list_(type_, 2), st.lists(values, min_size=2, max_size=2)),
            (pa.struct([("note", type_), ("code", pa.int32())]), st.fixed_dictionaries({"note": values})),
            (pa.map_(pa.string(), type_), st.lists(st.tuples(keys, values), max_size=2)),
        ]
    )


STORIES = st.recursive(
    st.just((pa.string(), st.sampled_from(SAID))), lambda inner: inner.flatmap(_around), max_leaves=6
)


@settings(max_examples=60, deadline=None)
@given(STORIES, st.data(), st.sampled_from(["basic", "research", "safe-harbor"]))
def test_nothing_of_a_patient_is_left_in_any_nesting(kind: _Kind, data: st.DataObject, library: str) -> None:
    type_, values = kind
    stories = pa.array(data.draw(st.lists(values, min_size=2, max_size=3)), type_)
    people = {name: pa.array([text] * len(stories)) for name, text in PATIENT.items()}
    masked = mask_file("a.parquet", packed(pa.table({**people, "story": stories})), library)[0]
    assert not planted_in(everything(masked), *PLANTED)


def everything(data: bytes) -> bytes:
    """The file, its values as text, and its values without compression or dictionaries."""
    sink = io.BytesIO()
    pq.write_table(unpacked(data), sink, compression="none", use_dictionary=False)
    values = json.dumps(unpacked(data).to_pylist(), default=str, ensure_ascii=False)
    return data + sink.getvalue() + values.encode()


def test_parts_of_names_in_structures() -> None:
    """As in tables made of FHIR resources; nothing else of the row says who it is about."""
    name = {"family": "Quorn", "given": ["Abe", "Zed"], "text": "Abe Zed Quorn"}
    table = pa.table(
        {
            "name": pa.array([[name]]),
            "contact": pa.array([[{"name": {"family": "Vance", "given": ["Ula"]}}]]),
            "subject": pa.array([{"display": "Abe Quorn", "type": "Patient"}]),
        }
    )
    masked = mask_file("a.parquet", packed(table), "research")[0]
    assert not planted_in(everything(masked), "quorn", "abe", "zed", "vance", "ula")
    row = unpacked(masked).to_pylist()[0]
    assert row["name"][0]["text"].split() == [*row["name"][0]["given"], row["name"][0]["family"]]
    assert row["subject"]["type"] == "Patient"


def test_a_row_tells_the_first_pass_the_same_in_lists_as_without() -> None:
    born = datetime.date(1960, 1, 2)
    name, mrn = PATIENT.values()
    flat = {"Patient Name": pa.array([name]), "MRN": pa.array([mrn]), "DOB": pa.array([born])}
    nested = {
        "Patient Name": pa.array([[name, None]]),
        "MRN": pa.array([[[mrn], []]]),
        "DOB": pa.array([[born]]),
    }
    labelled = [("Patient Name", name), ("MRN", mrn), ("DOB", born.isoformat())]
    map_ = {"facts": pa.array([labelled], pa.map_(pa.string(), pa.string()))}
    told = [
        {(each.ties.ids, each.ties.several, each.identifiers) for each in told_by(pa.table(columns))}
        for columns in (flat, nested, map_)
    ]
    assert told[0] == told[1] == told[2]
    assert any(ties and len(identifiers) == 3 for ties, _, identifiers in told[0])


def told_by(table: pa.Table) -> list[Subject]:
    """Whom the first pass knows a file to be about."""
    data = packed(table)
    source = Source(io.BytesIO(data), len(data))
    return [each for each in engine_of("research").subjects("a.parquet", "parquet", source) if each.key]


def test_one_row_is_one_person_whatever_lies_in_its_lists() -> None:
    columns = {
        "MRN": pa.array([["1234567"], ["7654321"]]),
        "visits": pa.array(
            [[{"date": datetime.date(2013, 2, 14)}, {"date": datetime.date(2013, 2, 20)}]] * 2
        ),
    }
    masked = unpacked(mask_file("a.parquet", packed(pa.table(columns)), "research")[0])["visits"].to_pylist()
    first, second = ([visit["date"] for visit in row] for row in masked)
    assert [row[1] - row[0] for row in (first, second)] == [datetime.timedelta(6)] * 2
    assert first != second
