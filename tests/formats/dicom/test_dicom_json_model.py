from __future__ import annotations

import base64
import io
import json
import random
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
DATA_SET = b"""{
  "00080016" : {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.7"]},
  "00080020": { "Value" : ["20200102"], "vr": "DA" } ,
  "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Davidson^Douglas", "Ideographic": "\\u6c0f"}, null]},
  "00100020": {"vr": "LO", "Value": ["292821506"]},
  "00101010": {"vr": "AS"},
  "00181310": {"vr": "US", "Value": [0, 256, 256, 0]},
  "00200013": {"vr": "IS", "Value": [7]},
  "00280030": {"vr": "DS", "Value": [0.50, "1.20"]},
  "00321064": {"vr": "SQ", "Value": [{"00080104": {"vr": "LO", "Value": ["Head of Davidson"]}}, {}]},
  "0040A730": {"vr": "SQ"}
}
"""


def source(data: bytes) -> Source:
    return Source(io.BytesIO(data), len(data))


def scopes(data: bytes) -> list[Scope]:
    return list(open_document("dicom-json", source(data), DicomSpec()).scopes())


def fields(data: bytes) -> dict[str, Field]:
    return {field.location: field for scope in scopes(data) for field in scope.fields()}


def of(tag: str, **members: Any) -> bytes:
    return json.dumps({"00080060": {"vr": "CS", "Value": ["CT"]}, tag: members}).encode()


def masked(library: str, format_: str, data: bytes) -> bytes:
    result = Engine(load(library), KEY).mask("x", "0", format_, source(data))
    try:
        return b"".join(result.content.chunks())
    finally:
        result.close()


def test_elements_are_offered_as_those_of_the_binary_form() -> None:
    found = fields(DATA_SET)
    actions = {place: (field.type.action, field.text) for place, field in found.items() if field.type.action}
    assert actions == {
        "(0008,0020)": ("Z", "20200102"),
        "(0010,0010)#1": ("Z", "Davidson^Douglas=\u6c0f"),
        "(0010,0010)#2": ("Z", ""),
        "(0010,0020)": ("Z", "292821506"),
        "(0010,1010)": ("X", ""),
    }
    assert found["(0010,0020)"].type.attributes["keyword"] == "PatientID"
    assert found["(0032,1064)[0].(0008,0104)"].text == "Head of Davidson"


@pytest.mark.parametrize(
    "data",
    [
        DATA_SET, b"[]", b" {} ", b"[" + DATA_SET + b",\n" + DATA_SET + b"]",
        DATA_SET.replace(b"\n", b"") + b"\n" + b"{}",
        DATA_SET.decode().encode("utf-16"),
    ],
)  # fmt: skip
def test_untouched_files_keep_every_byte(data: bytes) -> None:
    found = scopes(data)
    for scope in found:
        list(scope.fields())
    assert rendered(found) == data


def test_what_is_replaced_changes_alone() -> None:
    found = scopes(DATA_SET)
    by_place = {field.location: field for field in found[0].fields()}
    found[0].replace(by_place["(0010,0020)"], "X1")
    found[0].replace(by_place["(0010,0010)#1"], "A^B")
    found[0].replace(by_place["(0032,1064)[0].(0008,0104)"], "Head")
    found[0].delete(by_place["(0008,0020)"])
    expected = DATA_SET
    for old, new in (
        (b'{"vr": "LO", "Value": ["292821506"]}', b'{"vr":"LO","Value":["X1"]}'),
        (
            b'[{"Alphabetic": "Davidson^Douglas", "Ideographic": "\\u6c0f"}, null]',
            b'[{"Alphabetic":"A^B"},null]',
        ),
        (b'{"vr": "PN", "Value": ', b'{"vr":"PN","Value":'),
        (b'{"vr": "LO", "Value": ["Head of Davidson"]}', b'{"vr":"LO","Value":["Head"]}'),
        (b'\n  "00080020": { "Value" : ["20200102"], "vr": "DA" } ,', b""),
    ):
        assert old in expected
        expected = expected.replace(old, new)
    assert rendered(found) == expected


def test_a_masked_object_says_so_in_the_order_of_tags() -> None:
    result = json.loads(masked("basic", "dicom-json", DATA_SET))
    assert result["00120062"] == {"vr": "CS", "Value": ["YES"]}
    assert list(result) == sorted(result)
    assert "00020010" not in result
    assert "00080005" not in result
    assert result["00181310"]["Value"] == [0, 256, 256, 0]
    assert result["00280030"]["Value"] == [0.5, "1.20"]
    assert "Davidson" not in str(result)


def test_data_sets_of_one_file_are_told_apart() -> None:
    data = b"[" + DATA_SET + b"," + DATA_SET + b"]"
    assert [list(scope.fields())[-1].location.partition("(")[0] for scope in scopes(data)] == [
        "record 1 / ", "record 2 / ",
    ]  # fmt: skip
    line = DATA_SET.replace(b"\n", b"")
    assert next(iter(scopes(line + b"\n" + line + b"\n")[1].fields())).location.startswith("line 2 / (")


def test_what_stands_elsewhere_is_removed() -> None:
    data = json.dumps(
        {
            "00280010": {"vr": "US", "Value": [2]},
            "00281201": {"vr": "OW", "BulkDataURI": "http://x.org/studies/1.2.3/bulk/davidson"},
            "00321064": {"vr": "SQ", "Value": [{"00420011": {"vr": "OB", "BulkDataURI": "davidson"}}]},
            "7FE00010": {"vr": "OW", "BulkDataURI": "http://x.org/studies/1.2.3/frames/1"},
        }
    ).encode()
    assert rendered(scopes(data)) == data
    result = Engine(load("research"), KEY).mask("x", "0", "dicom-json", source(data))
    out = b"".join(result.content.chunks())
    assert b"BulkDataURI" not in out
    assert b'"00280010"' in out
    locations = [row.location for row in result.annotations()]
    assert {"(0028,1201)", "(7FE0,0010)"} <= set(locations)
    result.close()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (of("00100010", vr="PN", Value=["Davidson"]), "unknown-format"),
        (of("00100010", vr="PN", Value=[{"Alphabetic": "x", "davidson": "y"}]), "unknown-format"),
        (of("00100010", vr="PN", Value=[{"Alphabetic": "x=y"}]), "bad-syntax"),
        (of("00100020", vr="LO", Value="x"), "unknown-format"),
        (of("00100020", vr="LO", Value=["x"], davidson="y"), "unknown-format"),
        (of("00100020", vr="LO", Value=["x"], InlineBinary="AAAA"), "unknown-format"),
        (of("00100020", vr="ZZ", Value=["x"]), "unknown-format"),
        (of("00100020", vr="LO", Value=["x\\y"]), "bad-syntax"),
        (of("00100020", vr="LO", Value=["x "]), "bad-syntax"),
        (of("00100020", vr="LO", Value=["x\0y"]), "bad-syntax"),
        (of("00100020", vr="LO", Value=["\x1b$B"]), "bad-syntax"),
        (of("00100020", vr="LO", Value=[5]), "bad-syntax"),
        (of("00100020", vr="LO", Value=[True]), "unknown-format"),
        (of("00100020", vr="LO", Value=[["x"]]), "unknown-format"),
        (of("00104000", vr="LT", Value=["x", "y"]), "bad-syntax"),
        (of("00280010", vr="US", Value=[70000]), "bad-syntax"),
        (of("00280010", vr="US", Value=["1_0"]), "bad-syntax"),
        (of("00280010", vr="US", Value=[None]), "unknown-format"),
        (of("00189087", vr="FD", Value=["1." + "7" * 40]), "bad-syntax"),
        (of("00280009", vr="AT", Value=["Davidson"]), "bad-syntax"),
        (of("00281201", vr="OW", InlineBinary="Davidson!"), "bad-syntax"),
        (of("00281201", vr="OW", Value=[1]), "unknown-format"),
        (of("7FE00010", vr="OW", InlineBinary="AAAA"), "unknown-format"),
        (of("00020010", vr="UI", Value=["1.2"]), "unknown-format"),
        (of("FFFEE000", vr="UN"), "unknown-format"),
        (of("00080005", vr="CS", Value=["ISO_IR 100"]), "bad-encoding"),
        (of("davidson", vr="LO"), "unknown-format"),
        (b'{"00080060": {"vr": "CS"}, "00100010": 5}', "unknown-format"),
        (b'{"0008006A": {"vr": "CS"}, "0008006a": {"vr": "CS"}}', "unknown-format"),
        (b'[{"00080060": {"vr": "CS"}}, 5]', "unknown-format"),
        (b'[{"00080060": {"vr": "CS"}}, [{}]]', "unknown-format"),
        (of("00081140", vr="SQ", Value=[{"7FE00010": {"vr": "OB", "BulkDataURI": "x"}}]), "unknown-format"),
        (of("00041220", vr="SQ"), "dicomdir"),
    ],
)
def test_what_the_model_does_not_have_is_refused(data: bytes, why: str) -> None:
    assert detect("x", data) == "dicom-json"
    assert reason(scopes, data) == why
    with pytest.raises(FormatError) as caught:
        scopes(data)
    assert "avidson" not in str(caught.value)


def test_bytes_are_searched_and_written_in_base64() -> None:
    spelled = base64.b64encode(b"seen: Davidson\0\0").decode()
    data = json.loads(DATA_SET) | {"00421011": {"vr": "OB", "InlineBinary": spelled}}
    out = json.loads(masked("research", "dicom-json", json.dumps(data).encode()))
    assert b"Davidson" not in base64.b64decode(out.get("00421011", {}).get("InlineBinary", ""))


@given(st.randoms(use_true_random=False))
def test_mutated_data_sets_are_a_document_or_a_format_error(chance: random.Random) -> None:
    pieces = [b"", *(bytes([byte]) for byte in b'"\\{}[],:\xff\0 5A'), b"null", b"{}"]
    read = read_or_refused(scopes, damaged(DATA_SET, chance, pieces), chance)
    if read is not None:
        assert rendered(scopes(read[1])) == read[1]


def _pairs(corpus: Path) -> Iterator[tuple[bytes, bytes]]:
    """The same objects in JSON and in binary form, without pixels."""
    for path in sorted(path for path in (corpus / "dicom").rglob("*") if path.is_file())[::4]:
        if detect(path.name, path.read_bytes()[:8192]) != "dicom":
            continue
        data_set = pydicom.dcmread(path, stop_before_pixels=True, force=True)
        data_set.SpecificCharacterSet = "ISO_IR 192"
        data_set.file_meta = pydicom.dataset.FileMetaDataset()
        data_set.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
        data_set.file_meta.MediaStorageSOPClassUID = data_set.get("SOPClassUID", "1.2.3")
        data_set.file_meta.MediaStorageSOPInstanceUID = data_set.get("SOPInstanceUID", "1.2.3")
        file = io.BytesIO()
        try:
            text = data_set.to_json()
            data_set.save_as(file, enforce_file_format=True, little_endian=True, implicit_vr=False)
        except ValueError:
            continue  # a value is none of its VR
        yield text.encode(), file.getvalue()


@pytest.mark.corpus
@pytest.mark.parametrize("library", ["basic", "research"])
def test_objects_of_the_corpus_are_masked_as_in_binary_form(corpus: Path, library: str) -> None:
    compared = refused = 0
    engine = Engine(load(library), KEY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for text, binary in _pairs(corpus):
            try:
                one = engine.mask("x", "0", "dicom-json", source(text))
            except Quarantine:
                refused += 1  # icons, and values that are none of their VR
                continue
            two = engine.mask("x", "0", "dicom", source(binary))
            here = pydicom.Dataset.from_json(b"".join(one.content.chunks()).decode())
            there = pydicom.dcmread(io.BytesIO(b"".join(two.content.chunks())))
            assert json.loads(here.to_json()) == json.loads(there.to_json())
            places = [{row.location for row in each.annotations()} for each in (one, two)]
            assert places[0] == {place for place in places[1] if not place.startswith("(0002")}
            compared += 1
            one.close()
            two.close()
    assert compared > 50
    assert refused < 5
