"""JSON and lines of JSON (NDJSON), read without loss and written back so that only changed values differ.

Files are opened by `beam_phi.formats.fhir`: in JSON of any kind there may be FHIR.
"""

from beam_phi.formats.json.sniff import looks_like_json

__all__ = ["looks_like_json"]
