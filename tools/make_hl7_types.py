"""Make ``beam_phi/formats/hl7/data/types.json``: the data types of HL7 v2 fields and components.

For each segment its fields in order, for each composite data type its components. An entry is the data type,
then the number of its HL7 table if it is coded, then ``text`` if an older version of the standard had free
text there (``CWE 0001``, ``CWE - text``). Versions 2.1 to 2.8.2 are merged: the newest type that is not
withdrawn stands, save that a person or an identifier is never given up for a number or a code.

Source: the tables ``hl7apy/v*/segments.py`` and ``datatypes.py`` in the wheel of ``hl7apy`` 1.3.5 (PyPI, MIT
licence), made by its authors from the HL7 v2 schemas.

Usage::

    pip download --no-deps hl7apy==1.3.5
    python tools/make_hl7_types.py hl7apy-1.3.5-py2.py3-none-any.whl
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent.parent / "beam_phi/formats/hl7/data/types.json"
#: Newest first.
VERSIONS = (
    "2_8_2", "2_8_1", "2_8", "2_7", "2_6", "2_5_1", "2_5", "2_4", "2_3_1", "2_3", "2_2", "2_1",
)  # fmt: skip
WITHDRAWN = frozenset({None, "WD", "wd", "-", "varies"})
TEXT = frozenset({"ST", "TX", "FT"})
CODED = frozenset({"CE", "CF", "CNE", "CWE", "ID", "IS"})
SIMPLE = CODED | TEXT | {"DT", "DTM", "NM", "SI", "TM", "TS"}
#: Types that name a person or hold an identifier or an address.
PERSONAL = frozenset({"AD", "CK", "CN", "CNN", "CX", "DLN", "EI", "PN", "PPN", "XAD", "XCN", "XON", "XPN"})
#: What the source writes where a code is of no table, or of one that each user makes.
NO_TABLE = frozenset({"", "9999"})
#: Names of the source for what the standard calls otherwise.
RENAMED = {"SNM": "ST", "CQ_SIMPLE": "CQ", "DR_SIMPLE": "DR", "CN_SIMPLE": "CN", "TX_CHALLENGE": "TX"}

# One place: data type -> number of its table, "" for none; in the order met, newest version first.
Place = dict[str, str]


def rows(module: Any, name: str) -> Iterator[tuple[str, int, str | None, str | None]]:
    """The owner, the number, the data type and the table of each field or component."""
    for owner, entry in getattr(module, name).items():
        listed = entry[1] if name == "SEGMENTS" and len(entry) > 1 else entry
        for key, reference, *_ in listed if owner != "ANYHL7SEGMENT" else ():
            if isinstance(reference, tuple | list) and "_" in key:
                yield owner, int(key.rsplit("_", 1)[1]), reference[2], reference[4]


def collect(kind: str, name: str) -> dict[str, dict[int, Place]]:
    """All owners -> number -> place, of all versions."""
    found: dict[str, dict[int, Place]] = {}
    for version in VERSIONS:
        module = importlib.import_module(f"hl7apy.v{version}.{kind}")
        for owner, number, type_, table in rows(module, name):
            place = found.setdefault(owner, {}).setdefault(number, {})
            if type_ not in WITHDRAWN:
                type_ = RENAMED.get(str(type_), str(type_))
                place[type_] = place.get(type_, "") or (table or "").removeprefix("HL7")
    return found


def entry(place: Place) -> str:
    """The types of one place as one entry; "" if no version knows it."""
    if not place:
        return ""
    types = list(place)
    chosen = types[0]
    if chosen in SIMPLE:
        chosen = next((type_ for type_ in types if type_ in PERSONAL), chosen)
    table = (
        next((number for number in place.values() if number not in NO_TABLE), "") if chosen in CODED else ""
    )
    text = chosen in CODED and not TEXT.isdisjoint(types)
    return f"{chosen} {table or '-'} text" if text else f"{chosen} {table}".strip()


def entries(found: dict[str, dict[int, Place]]) -> dict[str, list[str]]:
    return {
        owner: [entry(places.get(number, {})) for number in range(1, max(places) + 1)]
        for owner, places in sorted(found.items())
    }


def main() -> None:
    """Read the wheel, write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheel", type=Path)
    wheel = parser.parse_args().wheel
    # The package lists its own folder when it is imported, which it can't do inside a wheel.
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(wheel).extractall(folder)
        sys.path.insert(0, folder)
        segments = entries(collect("segments", "SEGMENTS"))
        types = entries(collect("datatypes", "DATATYPES_STRUCTS"))
    used = {entry.split()[0] for listed in (*segments.values(), *types.values()) for entry in listed if entry}
    reachable = {name: listed for name, listed in types.items() if name in used or "_" not in name}
    table = {
        "standard": "HL7 version 2.1 to 2.8.2: data types of fields and components",
        "source": "hl7apy 1.3.5 (PyPI), MIT licence, copyright CRS4",
        "sha256_of_source": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "generator": "tools/make_hl7_types.py",
        "segments": segments,
        "types": {name: listed for name, listed in reachable.items() if name not in RENAMED},
    }
    lines = json.dumps(table, indent=1).replace("\n   ", " ").replace("\n  ]", "]")
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(lines + "\n", "utf-8")


if __name__ == "__main__":
    main()
