"""Make ``beam_phi/formats/fhir/data/fhir_types.json``: which type the elements of FHIR have.

Releases R5, R4B and STU3 are merged: an element whose type differs has all of its types, with ``|`` between
them, and ``*`` at the end if it may stand several times: in R4B, or in another release if that lacks it.
Choice elements stand under their spelled names (``valueString``). Types of one release that were moved to
another place in the next are both there.

Source: the class definitions in the wheel of ``fhir.resources`` 8.3.0 (PyPI, BSD licence), made by its author
from the StructureDefinitions of HL7 FHIR. The sources are read, not run.

Usage::

    pip download --no-deps fhir.resources==8.3.0
    python tools/make_fhir_types.py fhir_resources-8.3.0-py2.py3-none-any.whl
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import re
import zipfile
from pathlib import Path

OUTPUT = Path(__file__).parent.parent / "beam_phi/formats/fhir/data/fhir_types.json"
#: R4B last: it says whether an element may stand several times, being the one that is used most.
RELEASES = ("fhir/resources/", "fhir/resources/STU3/", "fhir/resources/R4B/")
PRIMITIVES = (
    *(
        "base64Binary",
        "boolean",
        "canonical",
        "code",
        "date",
        "dateTime",
        "decimal",
        "id",
        "instant",
        "integer",
    ),
    *("integer64", "markdown", "oid", "positiveInt", "string", "time", "unsignedInt", "uri", "url", "uuid"),
    "xhtml",
)
_PRIMITIVE_CLASSES = {name[0].upper() + name[1:] + "Type": name for name in PRIMITIVES} | {"bool": "boolean"}
#: Classes of the package that are none of FHIR's.
_ROOTS = frozenset({"FHIRAbstractModel", "FHIRResourceModel", "BaseModel"})
#: Among the types of an element: it may stand several times.
LIST = "*"

Types = dict[str, dict[str, set[str]]]


def types_of(annotation: str) -> set[str]:
    """FHIR types of a Python annotation: ``typing.List[fhirtypes.StringType | None] | None``."""
    names = re.findall(r"fhirtypes\.(\w+)|\b(bool)\b", annotation)
    return {
        _PRIMITIVE_CLASSES.get(name, name.removesuffix("Type")) for pair in names for name in pair if name
    }


def read_class(definition: ast.ClassDef, types: Types, bases: dict[str, set[str]]) -> None:
    """Add the elements of a class."""
    elements = types.setdefault(definition.name, {})
    bases.setdefault(definition.name, set()).update(
        ast.unparse(base).rpartition(".")[2] for base in definition.bases
    )
    for statement in definition.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.value, ast.Call):
            continue
        aliases = [keyword.value for keyword in statement.value.keywords if keyword.arg == "alias"]
        if not aliases or not isinstance(aliases[0], ast.Constant):
            raise SystemExit(f"an element of {definition.name} has no name")
        name = str(aliases[0].value)
        if not name.startswith("_"):
            annotation = ast.unparse(statement.annotation)
            known = elements.setdefault(name, set())
            known.discard(LIST)
            known.update(types_of(annotation), {LIST} if annotation.startswith("typing.List[") else ())


def main() -> None:
    """Read the wheel, write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheel", type=Path)
    wheel = parser.parse_args().wheel
    types: Types = {}
    bases: dict[str, set[str]] = {}
    with zipfile.ZipFile(wheel) as archive:
        members = [
            (RELEASES.index(f"{folder}/"), member)
            for member in archive.namelist()
            for folder in [member.rpartition("/")[0]]
            if f"{folder}/" in RELEASES and member.endswith(".py")
        ]
        for _, member in sorted(members):
            for statement in ast.parse(archive.read(member)).body:
                if isinstance(statement, ast.ClassDef):
                    read_class(statement, types, bases)
    kept = {name: elements for name, elements in types.items() if name not in _ROOTS}
    used = {kind for elements in kept.values() for each in elements.values() for kind in each}
    missing = used - kept.keys() - {*PRIMITIVES, LIST}
    if missing:
        raise SystemExit(f"types without a definition: {sorted(missing)}")
    table = {
        "standard": "HL7 FHIR R5, R4B and STU3: the types of all elements",
        "source": "fhir.resources 8.3.0 (PyPI), BSD licence, (c) Md Nazrul Islam",
        "sha256_of_source": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "generator": "tools/make_fhir_types.py",
        "bases": {
            name: sorted(bases[name] & kept.keys()) for name in sorted(kept) if bases[name] & kept.keys()
        },
        "types": {
            name: {
                element: "|".join(sorted(kinds - {LIST})) + LIST * (LIST in kinds)
                for element, kinds in sorted(elements.items())
            }
            for name, elements in sorted(kept.items())
        },
    }
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(table, separators=(",", ":")).replace('},"', '},\n"') + "\n", "utf-8")


if __name__ == "__main__":
    main()
