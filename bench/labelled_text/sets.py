"""The labelled texts of the shared corpus, and which of them are held out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.labelled_text.model import Span, Text

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "text"

#: Names of the three sets' labels. Titles (``Mr``) and job names are not judged.
LABELS: Mapping[str, str] = {
    "PERSON": "name", "name": "name", "Name": "name",
    "STREET_ADDRESS": "address", "ADDRESS": "address", "Address": "address",
    "GPE": "place", "LOCATION": "place", "city": "place", "NRP": "place",
    "ZIP_CODE": "postal code",
    "ORGANIZATION": "organization", "Hospital": "organization", "Internal_Location": "organization",
    "DATE_TIME": "date or time", "Date": "date or time", "AGE": "age", "Age": "age",
    "PHONE_NUMBER": "phone", "Phone_fax": "phone",
    "EMAIL_ADDRESS": "e-mail", "Email": "e-mail", "DOMAIN_NAME": "web", "URL_IP": "web",
    "IP_ADDRESS": "IP address", "US_SSN": "SSN",
    "CREDIT_CARD": "account", "IBAN_CODE": "account", "US_DRIVER_LICENSE": "licence",
    "TITLE": "", "Other": "",
}  # fmt: skip

_PRESIDIO = "microsoft+presidio-research"
_JSON = (
    ("presidio-research", f"{_PRESIDIO}/data/synth_dataset_v2.json"),
    ("presidio-research small", f"{_PRESIDIO}/tests/data/generated_small.json"),
    ("presidio-research small", f"{_PRESIDIO}/tests/data/mock_input_samples.json"),
)
_BRAT = ("nedap (Dutch)", "nedap+deidentify")
_ENTITY = re.compile(r"T\d+[ \t](\S+)[ \t](\d+)[ \t](\d+)[ \t]")


def load(corpus: Path = CORPUS) -> list[Text]:
    """All texts, equal ones once."""
    texts = [*_from_json(corpus), *_from_brat(corpus)]
    return list({text.text: text for text in texts}.values())


def is_held_out(template: str) -> bool:
    """True for half of the templates, by digest: sentences made of one template are in the same half, in
    whichever set they are."""
    bare = re.sub(r"[^a-z]+", " ", re.sub(r"\{\{.*?\}\}", " ", template).lower()).strip()
    return hashlib.sha256(bare.encode()).digest()[0] % 2 == 1


def _from_json(corpus: Path) -> Iterator[Text]:
    for origin, name in _JSON:
        for entry in json.loads((corpus / name).read_text("utf-8")):
            labels = tuple(
                Span(span["start_position"], span["end_position"], LABELS[span["entity_type"]])
                for span in entry["spans"]
            )
            yield Text(origin, is_held_out(entry["masked"]), entry["full_text"], labels)


def _from_brat(corpus: Path) -> Iterator[Text]:
    origin, folder = _BRAT
    for entities in sorted((corpus / folder).rglob("*.ann")):
        note = entities.with_suffix(".txt")
        if note.is_file():
            text = note.read_bytes().decode("utf-8")
            labels = tuple(_entities(entities.read_text("utf-8"), text))
            yield Text(origin, True, text, labels)


def _entities(lines: str, text: str) -> Iterator[Span]:
    for line in lines.splitlines():
        entity = _ENTITY.match(line)
        if entity is None:
            raise ValueError("no entity of brat")
        start, end = int(entity[2]), int(entity[3])
        if text[start:end] != line[entity.end() :]:
            raise ValueError("an entity is not where its annotation says")
        yield Span(start, end, LABELS[entity[1]])
