"""HL7 v2, FHIR, X12 and CDA files of the shared corpus: masked ones are as valid as they were, and their
references resolve as before."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pytest

from beam_phi.engine import Engine, Quarantine
from beam_phi.formats import Source, detect
from beam_phi.library.load import load
from beam_phi.masking.keys import MasterKey

pytestmark = pytest.mark.corpus

#: What is held back, by the end of its path. "Sample" is the patient's name in MDM messages, and in that of
#: their folder; so are "Care Team" and "EKG" in two CDA documents.
HELD_BACK = {
    "hl7": {f"MDM-T{event}-{number}.hl7": "path-residue" for event in ("01", "02", "05", "06", "09", "10")
            for number in ("01", "02")},
    "cda": {
        "Care Team Organizer Example.xml": "path-residue",
        "Planned EKG(C-CDAR2.1).xml": "path-residue",
        "broken.xml": "bad-syntax",
    },
    "x12": {"blue_cross_nc_sample.txt": "unknown-format"},
    "fhir": {},
}  # fmt: skip


class Pair:
    """A file before and after. format: as detected."""

    def __init__(self, path: Path, format_: str, before: bytes, after: bytes) -> None:
        self.path, self.format, self.before, self.after = path, format_, before, after


@pytest.fixture(scope="module", params=["basic", "research", "safe-harbor"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return Engine(load(request.param), MasterKey(bytes(range(32))))


def _masked(engine: Engine, root: Path, reasons: dict[str, str]) -> Iterator[Pair]:
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        before = path.read_bytes()
        format_ = detect(path.name, before[:65536])
        if format_ is None:
            reasons[path.name] = "unknown-format"
            continue
        source = Source(io.BytesIO(before), len(before))
        try:
            result = engine.mask(str(path.relative_to(root)), "0", format_, source)
        except Quarantine as why:
            reasons[path.name] = why.reason
            continue
        after = b"".join(result.content.chunks())
        result.close()
        yield Pair(path, format_, before, after)


@pytest.fixture(scope="module", params=["hl7", "fhir", "x12", "cda"])
def pairs(request: pytest.FixtureRequest, engine: Engine, corpus: Path) -> list[Pair]:
    reasons: dict[str, str] = {}
    found = list(_masked(engine, corpus / request.param, reasons))
    assert reasons == HELD_BACK[request.param]
    assert len(found) > 60
    return found


def test_masked_files_differ_and_are_still_of_their_format(pairs: list[Pair]) -> None:
    for pair in pairs:
        assert detect(pair.path.name, pair.after[:65536]) == pair.format, pair.path
    assert sum(pair.before != pair.after for pair in pairs) > 0.8 * len(pairs)


def test_structure_stays(pairs: list[Pair]) -> None:
    for pair in pairs:
        assert _structure(pair.format, pair.after) == _structure(pair.format, pair.before), pair.path


def _structure(format_: str, data: bytes) -> Any:
    """All that masking leaves alone: segments with their separators, names of elements and members."""
    match format_:
        case "hl7":
            lines = re.split(r"[\r\n]+", data.decode("utf-8", "replace"))
            return [(line[:3], line.count("|"), line.count("^"), line.count("~")) for line in lines]
        case "x12":
            end, mark = data[105:106], data[3:4]
            return [(part.strip()[:3], part.count(mark)) for part in data.split(end)]
        case "cda" | "xml":
            tags: list[str] = []
            parser = expat.ParserCreate()  # some are parts of documents, with prefixes that nobody declares
            parser.StartElementHandler = lambda name, _: tags.append(name)
            parser.Parse(data, True)
            return tags
        case "fhir" if data.startswith(b"<"):
            return [tag for tag, attributes in _elements(data) if "value" not in attributes]
        case _:
            texts = data.decode("utf-8-sig").splitlines() if _is_lines(data) else [data.decode("utf-8-sig")]
            return [_shape(json.loads(text)) for text in texts if text.strip()]


def _elements(data: bytes) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
    parser.Parse(data, True)
    return found


def _is_lines(data: bytes) -> bool:
    first = data.lstrip().partition(b"\n")[0].strip()
    return first.startswith(b"{") and first.endswith(b"}")


def _shape(value: Any) -> Any:
    """Members that hold no text: a text may go, and its member with it."""
    if isinstance(value, dict):
        return {key: _shape(each) for key, each in value.items() if isinstance(each, dict | list | bool)}
    if isinstance(value, list):
        return [_shape(each) for each in value]
    return type(value).__name__ if isinstance(value, bool) else ""


def test_references_that_resolved_still_resolve(pairs: list[Pair]) -> None:
    if pairs[0].format != "fhir":
        pytest.skip("only FHIR refers")
    before = sum(_resolved(pair.before) for pair in pairs)
    assert before > 50
    after = sum(_resolved(pair.after) for pair in pairs)
    assert after == before


def _resolved(data: bytes) -> int:
    """References to a resource in the same file."""
    if data.startswith(b"<"):
        values = [(tag, attributes.get("value", "")) for tag, attributes in _elements(data)]
        urls = {value for tag, value in values if tag == "fullUrl"}
        return sum(tag == "reference" and value in urls for tag, value in values)
    text = data.decode("utf-8-sig")
    values = [json.loads(line) for line in text.splitlines() if line.strip()] if _is_lines(data) else []
    found = list(_objects(values or json.loads(text)))
    there = {
        f"{each['resourceType']}/{each['id']}" for each in found if "resourceType" in each and "id" in each
    }
    there |= {each["fullUrl"] for each in found if isinstance(each.get("fullUrl"), str)}
    return sum(each["reference"] in there for each in found if isinstance(each.get("reference"), str))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(each)
