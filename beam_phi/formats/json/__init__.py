"""JSON and lines of JSON (NDJSON), read without loss and written back so that only changed values differ."""

from beam_phi.formats.json.document import JsonDocument, open
from beam_phi.formats.json.sniff import looks_like_json

__all__ = ["JsonDocument", "looks_like_json", "open"]
