"""Make ``beam_phi/library/dicom_dictionary.json``: attributes of PS3.6 that pydicom 3.0.1 does not know.

Source: ``src/tags.rs`` of the crate ``dicom-dictionary-std`` 0.10.1 (crates.io, MIT or Apache-2.0), made by
its authors from DCMTK's ``dicom.dic``, (c) 1994-2026 OFFIS e.V. Without these an attribute of a later edition
than pydicom's would be unknown, and with implicit VR its sequences could not be parsed.

Check: where both know a tag, they must agree on its VR; every attribute that Table E.1-1 names must be known
to one of them.

Usage::

    cargo fetch (of any crate that depends on dicom-dictionary-std 0.10.1)
    python tools/make_dictionary.py dicom-dictionary-std-0.10.1.crate
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tarfile
from pathlib import Path

from pydicom._dicom_dict import DicomDictionary

PACKAGE = Path(__file__).parent.parent / "beam_phi"
OUTPUT = PACKAGE / "library/dicom_dictionary.json"
PROFILE = PACKAGE / "formats/dicom/data/ps315_2026d.json"
MEMBER = "dicom-dictionary-std-0.10.1/src/tags.rs"

_TAG = re.compile(r"pub const (\w+): Tag = Tag\(0x([0-9A-F]{4}), 0x([0-9A-F]{4})\)")
_ENTRY = re.compile(r'E \{ tag: Single\((\w+)\), alias: "(\w+)", vr: Exact\((\w\w)\) \}')


def entries(source: str) -> dict[int, tuple[str, str]]:
    """Tag -> VR and keyword, of the attributes with one tag and one VR."""
    tags = {name: int(group + element, 16) for name, group, element in _TAG.findall(source)}
    return {tags[name]: (vr, keyword) for name, keyword, vr in _ENTRY.findall(source)}


def main() -> None:
    """Read the crate, compare with pydicom, write what pydicom lacks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("crate", type=Path)
    with tarfile.open(parser.parse_args().crate) as archive:
        member = archive.extractfile(MEMBER)
        assert member is not None
        raw = member.read()
    found = entries(raw.decode("utf-8"))
    differing = [f"{tag:08X}" for tag, (vr, _) in found.items() if DicomDictionary.get(tag, (vr,))[0] != vr]
    if differing:
        raise SystemExit(f"pydicom has another VR for {differing}")
    rows = json.loads(PROFILE.read_text("utf-8"))["rows"]
    unknown = [
        tag
        for tag, *_ in rows
        if re.fullmatch("[0-9A-F]{8}", tag) and int(tag, 16) not in found.keys() | DicomDictionary.keys()
    ]
    if unknown:
        raise SystemExit(f"attributes of Table E.1-1 that nobody knows: {unknown}")
    head = {
        "standard": "DICOM PS3.6, attributes that pydicom 3.0.1 does not know",
        "source": f"{MEMBER} (crates.io), MIT or Apache-2.0 licence",
        "sha256_of_source": hashlib.sha256(raw).hexdigest(),
        "generator": "tools/make_dictionary.py",
        "columns": ["tag", "vr", "keyword"],
    }
    added = [[f"{tag:08X}", *found[tag]] for tag in sorted(found.keys() - DicomDictionary.keys())]
    lines = ",\n  ".join(json.dumps(row) for row in added)
    body = json.dumps(head, indent=1).rstrip("\n}")
    OUTPUT.write_text(f'{body},\n "rows": [\n  {lines}\n ]\n}}\n', "utf-8")


if __name__ == "__main__":
    main()
