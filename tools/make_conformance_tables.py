"""Write ``docs/conformance-tables.md``: what the rows of PS3.15 come to in the built-in libraries."""

from __future__ import annotations

from pathlib import Path

from beam_phi.formats.dicom.attributes import attribute, dictionary
from beam_phi.formats.dicom.content_items import concepts
from beam_phi.formats.dicom.profile import Profile
from beam_phi.formats.dicom.safe_private import lists
from beam_phi.formats.dicom.table import row_for, table
from beam_phi.library.load import BUILT_IN, load

DOCS = Path(__file__).resolve().parent.parent / "docs" / "conformance-tables.md"


def text() -> str:
    """The whole page."""
    head, rows = table()
    lines = [
        "# Tables of the conformance statement",
        "",
        "Written by `tools/make_conformance_tables.py` from the bundled tables of DICOM PS3.15 "
        f"{head['edition']} and the built-in libraries.",
        "",
        f"## Table E.1-1: {len(rows)} rows",
        "",
        "Printed are the Basic Profile's action, the option cells, the action under each built-in library. "
        "`by Type`: the attribute's Type in the object's IOD decides ([conformance.md](conformance.md)).",
        "",
        f"| tag | attribute | Basic | options | {' | '.join(BUILT_IN)} |",
        f"| --- | --- | --- | --- |{' --- |' * len(BUILT_IN)}",
    ]
    profiles = [Profile(load(name).dicom) for name in BUILT_IN]
    for printed, row in rows.items():
        cells = ", ".join(f"{option} {cell}" for option, cell in row.options.items())
        actions = [_action(profile, printed) for profile in profiles]
        lines.append(f"| `{_tag(printed)}` | {row.name} | {row.basic} | {cells} | {' | '.join(actions)} |")
    items = [item for found in concepts().values() for item in found]
    lines += [
        "",
        f"## Table E.3.4-1: {len(items)} content items",
        "",
        "Under Clean Structured Content.",
        "",
        "| concept | code | value type | Basic | options |",
        "| --- | --- | --- | --- | --- |",
    ]
    for item in items:
        cells = ", ".join(f"{option} {cell}" for option, cell in item.options.items())
        code = f"{item.scheme} {item.code}"
        lines.append(f"| {item.meaning} | {code} | {item.value_type} | {item.basic} | {cells} |")
    safe = lists()["ps3.15"]
    lines += [
        "",
        f"## Safe private elements: {len(safe)} of list `ps3.15`",
        "",
        "| creator | element | VR |",
        "| --- | --- | --- |",
    ]
    for (creator, tag), vr in safe.items():
        lines.append(f"| {creator} | `({tag >> 16:04X},xx{tag & 0xFF:02X})` | {vr} |")
    return "\n".join(lines) + "\n"


def _action(profile: Profile, printed: str) -> str:
    if printed == "PRIVATE":
        return "X, safe ones C" if "safe-private" in profile.options else "X"
    tag = int(printed.replace("xxxxxx", "001000").replace("xx", "00"), 16)
    meaning = attribute(tag, dictionary(tag)[0])
    plan = profile.plan(meaning)
    row = row_for(tag)
    assert row is not None
    return "by Type" if plan.compound and "U" not in row.basic else str(profile.actions.of(meaning))


def _tag(printed: str) -> str:
    return f"({printed[:4]},{printed[4:]})" if printed != "PRIVATE" else "(odd,any)"


if __name__ == "__main__":
    DOCS.write_text(text(), encoding="utf-8")
