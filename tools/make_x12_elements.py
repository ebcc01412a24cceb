"""Make ``beam_phi/formats/x12/data/elements.json``: what the elements of X12 health care segments are.

For each segment the data element that stands at each of its places, for each data element its type and
lengths, and the codes that are listed for the first element of a segment.

Source: ``pyx12/map/*.xml`` in the wheel of ``pyx12`` 4.0.0 (PyPI, BSD licence, (c) John Holland): its maps of
the HIPAA transactions (004010 and 005010) and ``dataele.xml``.

Usage::

    pip download --no-deps pyx12==4.0.0
    python tools/make_x12_elements.py pyx12-4.0.0-py3-none-any.whl
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

OUTPUT = Path(__file__).parent.parent / "beam_phi/formats/x12/data/elements.json"
FOLDER = "pyx12/map/"
ELEMENTS = FOLDER + "dataele.xml"
#: No maps of transactions: lists, and made-up segments for pyx12's own tests.
OTHERS = ("codes.xml", "dataele.xml", "maps.xml", "comp_test.xml")
#: The element by which segments of one id are told apart, where it isn't the first.
QUALIFIERS = {"ENT": "02", "HL": "03"}
TYPES = re.compile(r"AN|ID|DT|TM|R|N[0-9]")


def part(node: Element, name: str) -> str:
    """A property of a map's node, which is an attribute in the newer maps and a child in the older ones."""
    return (node.get(name) or node.findtext(name) or "").strip()


def places(segment: Element) -> Iterator[tuple[str, Element]]:
    """The places of a segment (``03``, ``05.2``), with the nodes that describe them."""
    for node in segment:
        number = part(node, "seq").zfill(2)
        if node.tag == "element":
            yield number, node
        elif node.tag == "composite":
            for component in node.findall("element"):
                yield f"{number}.{int(part(component, 'seq'))}", component


def main() -> None:
    """Read the wheel, write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pyx12", type=Path)
    with zipfile.ZipFile(parser.parse_args().pyx12) as wheel:
        raw = {
            name: wheel.read(name)
            for name in sorted(wheel.namelist())
            if name.startswith(FOLDER) and name.endswith(".xml")
        }
    maps = {name: data for name, data in raw.items() if not name.endswith(OTHERS)}
    segments: dict[str, dict[str, str]] = {}
    codes: dict[str, set[str]] = {}
    for data in maps.values():
        for segment in ElementTree.fromstring(data).iter("segment"):
            found = segments.setdefault(segment.get("xid", ""), {})
            for place, node in places(segment):
                number = part(node, "data_ele")
                # The editions agree, save for elements that got a new number for the same thing.
                found[place] = number
                if place == QUALIFIERS.get(segment.get("xid", ""), "01"):
                    listed = node.findall("valid_codes/code")
                    codes.setdefault(number, set()).update(code.text.strip() for code in listed if code.text)
    used = {number for found in segments.values() for number in found.values()}
    elements = {
        node.get("ele_num", ""): [
            node.get("data_type", ""),
            int(node.get("min_len", "")),
            int(node.get("max_len", "")),
            node.get("name", ""),
        ]
        for node in ElementTree.fromstring(raw[ELEMENTS]).iter("data_ele")
        if node.get("ele_num") in used
    }
    if any(TYPES.fullmatch(str(element[0])) is None for element in elements.values()):
        raise SystemExit("a data element has a type that X12 doesn't know")
    table = {
        "standard": "ASC X12 health care transactions, releases 004010 and 005010",
        "source": "pyx12 4.0.0 (PyPI), BSD licence, (c) John Holland",
        "sha256_of_sources": {
            name.removeprefix(FOLDER): hashlib.sha256(data).hexdigest()
            for name, data in {**maps, ELEMENTS: raw[ELEMENTS]}.items()
        },
        "generator": "tools/make_x12_elements.py",
        "elements": dict(sorted(elements.items())),
        "segments": {name: dict(sorted(found.items())) for name, found in sorted(segments.items())},
        "codes": {number: sorted(listed) for number, listed in sorted(codes.items()) if listed},
    }
    # One line for each segment, data element and list.
    text = json.dumps(table, indent=1)
    text = re.sub(r"(?<=[\[{,\w\"])\n {3,}", " ", text)
    text = re.sub(r"\n {2}(?=[\]}])", "", text)
    OUTPUT.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
