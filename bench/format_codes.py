"""What runs in the contests of :mod:`bench.formats`: code as :mod:`bench.contest` wants it."""

from __future__ import annotations

#: Reads a file of a format, offers all fields with their texts, renders it. Must give its bytes.
DOCUMENT = """
import io
from beam_phi import load_library
from beam_phi.formats import Source, open_document
spec = load_library("basic").dicom
def prepare(data):
    def run():
        fields, rendered = 0, []
        for scope in open_document("FORMAT", Source(io.BytesIO(data), len(data)), spec).scopes():
            for field in scope.fields():
                fields += bool(field.text)
            rendered += scope.render()
        assert b"".join(rendered) == data
        return fields
    return run
"""
#: Reads a file of a format into its scopes and renders it. Must give its bytes.
UNASKED = """
import io
from beam_phi import load_library
from beam_phi.formats import Source, open_document
spec = load_library("basic").dicom
def prepare(data):
    def run():
        scopes, rendered = 0, []
        for scope in open_document("FORMAT", Source(io.BytesIO(data), len(data)), spec).scopes():
            scopes += 1
            rendered += scope.render()
        assert b"".join(rendered) == data
        return scopes
    return run
"""
#: HL7 taken apart at two delimiters, and put together again.
SPLIT = """
def prepare(data):
    def run():
        parts = [segment.split(b"|") for segment in data.split(b"\\r")]
        assert b"\\r".join([b"|".join(part) for part in parts]) == data
        return sum(map(len, parts))
    return run
"""
#: HL7 taken apart at all five delimiters, and put together again.
SPLIT_DEEP = """
def prepare(data):
    def run():
        message = [
            [
                [[part.split(b"&") for part in repetition.split(b"^")] for repetition in field.split(b"~")]
                for field in segment.split(b"|")
            ]
            for segment in data.split(b"\\r")
        ]
        again = b"\\r".join([
            b"|".join([
                b"~".join([b"^".join([b"&".join(part) for part in repetition]) for repetition in field])
                for field in segment
            ])
            for segment in message
        ])
        assert again == data
        return sum(map(len, message))
    return run
"""
PYTHON_HL7 = """
import hl7, re
def prepare(data):
    text = data.decode()
    messages = [each for each in re.split("(?<=\\r)(?=MSH)", text) if each]
    def run():
        return sum(sum(len(segment) for segment in hl7.parse(each)) for each in messages)
    return run
"""
JSON = """
import json
def prepare(data):
    lines = data.decode().splitlines()
    def run():
        return sum(len(json.dumps(json.loads(line))) > 1 for line in lines)
    return run
"""
#: What identifies, as rules for FHIR name it.
_PATHS = (
    "Patient.id", "Patient.identifier.value", "Patient.name.family", "Patient.name.given",
    "Patient.name.text", "Patient.telecom.value", "Patient.birthDate", "Patient.address.line",
    "Patient.address.city", "Patient.address.postalCode", "Patient.contact.name.family",
    "Patient.contact.name.given", "Patient.contact.telecom.value", "Patient.contact.address.line",
    "Patient.deceased", "Patient.photo.data", "Patient.text.`div`", "Patient.link.other.reference",
    "Encounter.id", "Encounter.identifier.value", "Encounter.subject.reference",
    "Encounter.subject.display", "Encounter.period.start", "Encounter.period.end",
    "Encounter.participant.individual.reference", "Encounter.participant.individual.display",
    "Encounter.serviceProvider.display", "Condition.id", "Condition.subject.reference", "Condition.onset",
    "Condition.recordedDate", "Condition.note.text", "MedicationRequest.id",
    "MedicationRequest.subject.reference", "MedicationRequest.authoredOn",
    "MedicationRequest.requester.display", "Observation.id", "Observation.subject.reference",
    "Observation.effective", "Observation.issued",
)  # fmt: skip
FHIRPATHPY = f"""
import json
import fhirpathpy
paths = [fhirpathpy.compile(path) for path in {_PATHS!r}]
assert len(paths) == 40
def prepare(data):
    lines = data.decode().splitlines()
    def run():
        values = 0
        for line in lines:
            resource = json.loads(line)
            for path in paths:
                values += len(path(resource, {{}}))
            json.dumps(resource)
        return values
    return run
"""
PYX12 = """
import io
import pyx12.x12file
def prepare(data):
    text = data.decode("ascii")
    def run():
        return sum(1 for _ in pyx12.x12file.X12Reader(io.StringIO(text)))
    return run
"""
#: The first 40 patterns of the library that are meant for text.
_PATTERNS = """
import re
from beam_phi.matching.catalog import CATALOG
names = [name for name in CATALOG if not name.startswith("path-")][:40]
patterns = [re.compile(CATALOG[name].regex, re.IGNORECASE * CATALOG[name].ignore_case) for name in names]
"""
IN_SEQUENCE = (
    _PATTERNS
    + """
def prepare(data):
    text = data.decode()
    def run():
        return sum(sum(1 for _ in pattern.finditer(text)) for pattern in patterns)
    return run
"""
)
#: Cut as the searcher cuts a text.
GATED = (
    _PATTERNS
    + """
from beam_phi.matching.gate import Gate
from beam_phi.matching.searcher import _parts
gate = Gate(patterns)
def prepare(data):
    text = data.decode()
    def run():
        spans = set()
        for start, stop in _parts(text):
            part = text[start:stop]
            for number in gate.candidates(part):
                for match in patterns[number].finditer(part):
                    spans.add((number, start + match.start(), start + match.end()))
        return len(spans)
    return run
"""
)
SEARCHER = (
    _PATTERNS
    + """
from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching import Searcher
owner = DataClass("any", "any")
searcher = Searcher([(MatcherSpec("pattern", name, {"builtin": name}), owner) for name in names])
def prepare(data):
    text = data.decode()
    return lambda: len(searcher.find(text))
"""
)
#: The whole of search and masking, without Beam and tables.
MASK = """
import io
from beam_phi import load_library
from beam_phi.engine import Engine
from beam_phi.formats import Source
from beam_phi.masking.keys import MasterKey
engine = Engine(load_library("LIBRARY"), MasterKey(bytes(range(32))))
def prepare(data):
    def run():
        result = engine.mask("file", "0", "FORMAT", Source(io.BytesIO(data), len(data)))
        try:
            for _ in result.content.chunks():
                pass
            return result.findings
        finally:
            result.close()
    return run
"""
