"""Structured reports, key objects, presentation states, waveforms: identifiers in content items."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from support.plants.encode import EXPLICIT, IMPLICIT, El
from support.plants.ledger import EVERY, RESEARCH, STRICT, Ledger
from support.plants.sheet import Sheet
from support.plants.tokens import Tokens

SR, KO, GSPS = (
    "1.2.840.10008.5.1.4.1.1.88.33",
    "1.2.840.10008.5.1.4.1.1.88.59",
    "1.2.840.10008.5.1.4.1.1.11.1",
)
ECG = "1.2.840.10008.5.1.4.1.1.9.1.1"
_DATA = Path(__file__).parents[3] / "beam_phi" / "formats" / "dicom" / "data" / "content_items_2026d.json"
_RESEARCH = frozenset({"clean-descriptors", "modified-dates", "patient-characteristics", "device-identity"})
_CHUNK = 45


class Item(NamedTuple):
    """A row of Table E.3.4-1. research: ``gone``, ``kept`` or ``cleaned``."""

    code: str
    scheme: str
    meaning: str
    value_type: str
    research: str


@cache
def content_items() -> tuple[Item, ...]:
    data = json.loads(_DATA.read_text("utf-8"))
    columns = data["columns"][5:]
    made = []
    for code, scheme, meaning, value_type, _, *cells in data["rows"]:
        chosen = {cell for c, cell in zip(columns, cells, strict=True) if cell and c in _RESEARCH}
        research = "gone" if not chosen else "cleaned" if "C" in chosen else "kept"
        made.append(Item(code, scheme, meaning, value_type, research))
    return tuple(made)


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    rows = content_items()
    for syntax in (EXPLICIT, IMPLICIT):
        for number, start in enumerate(range(0, len(rows), _CHUNK)):
            sheet = Sheet(ledger, tokens, f"sr/{syntax}-{number}.dcm", "SR item", syntax, SR, "SR")
            _report(sheet, [_row(sheet, row) for row in rows[start : start + _CHUNK]])
            yield sheet
        for number in range(6):
            sheet = Sheet(ledger, tokens, f"sr/echo-{syntax}-{number}.dcm", "SR echo", syntax, SR, "SR")
            _report(sheet, _echoes(sheet, number))
            yield sheet
    yield _key_object(ledger, tokens)
    yield _presentation(ledger, tokens)
    yield _waveform(ledger, tokens)


def concept(code: str, scheme: str, meaning: str, tag: int = 0x0040A043) -> El:
    """A code sequence of one item."""
    tags = (0x00080100, 0x00080102, 0x00080104)
    item = [El(t, "LO" if t & 4 else "SH", v) for t, v in zip(tags, (code, scheme, meaning), strict=True)]
    return El(tag, "SQ", [item])


def _report(sheet: Sheet, content: list[list[El]]) -> None:
    sheet.put(0x0040A040, "CS", "CONTAINER")
    sheet.add(concept("126000", "DCM", "Imaging Measurement Report"))
    sheet.put(0x0040A050, "CS", "SEPARATE")
    half = len(content) // 2
    group = [
        El(0x0040A010, "CS", "CONTAINS"),
        El(0x0040A040, "CS", "CONTAINER"),
        concept("126010", "DCM", "Imaging Measurements"),
        El(0x0040A050, "CS", "SEPARATE"),
        El(0x0040A730, "SQ", content[half:], undefined=True),
    ]
    sheet.put(0x0040A730, "SQ", [*content[:half], group])
    observer = [
        El(0x0040A123, "PN", sheet.token("verifying observer")),
        El(0x0040A027, "LO", sheet.token("organisation")),
    ]
    sheet.put(0x0040A073, "SQ", [observer])


def _item(value_type: str, name: El, *values: El) -> list[El]:
    return [El(0x0040A010, "CS", "CONTAINS"), El(0x0040A040, "CS", value_type), name, *values]


def _row(sheet: Sheet, row: Item) -> list[El]:
    """A content item of the table, with a value of its type."""
    where = f"{row.code} {row.scheme} {row.value_type}"
    goes = EVERY if row.research == "gone" else STRICT
    kind = row.value_type
    name = concept(row.code, row.scheme, row.meaning[:64])
    tokens, note = sheet.tokens, sheet.note
    place = f"SR item/{kind}"
    if kind == "TEXT":
        if row.research == "cleaned":
            value = El(0x0040A160, "UT", sheet.echo("Seen by F, G today", where, place))
        else:
            value = El(0x0040A160, "UT", sheet.token(where, place, goes))
    elif kind == "PNAME":
        value = El(0x0040A123, "PN", sheet.token(where, place))
    elif kind == "UIDREF":
        value = El(0x0040A124, "UI", note(tokens.uid(), "uid", place, where))
    elif kind == "DATE":
        day = f"{sheet.dates():%Y%m%d}"
        value = El(0x0040A121, "DA", note(day, "date", place, where, local=True, bounded=True))
    elif kind == "TIME":
        value = El(
            0x0040A122, "TM", note(tokens.time(), "time", place, where, goes=goes, local=True, bounded=True)
        )
    elif kind == "DATETIME":
        moment = f"{sheet.dates():%Y%m%d}{tokens.time()}"
        note(moment, "date", place, where, needles=[moment[:14].encode()], local=True)
        value = El(0x0040A120, "DT", moment)
    elif kind == "CODE":
        value = concept(
            sheet.token(where, place, goes), "99PLANT", sheet.token(where, place, goes), 0x0040A168
        )
    elif kind == "NUM":
        number = note(tokens.number(8), "number", place, where, goes=goes, local=True, bounded=True)
        unit = concept("mm", "UCUM", "mm", 0x004008EA)
        value = El(0x0040A300, "SQ", [[unit, El(0x0040A30A, "DS", number)]])
    elif kind == "CONTAINER":
        inner = _item(
            "TEXT", concept("121106", "DCM", "Comment"), El(0x0040A160, "UT", sheet.token(where, place, goes))
        )
        value = El(0x0040A730, "SQ", [inner])
    else:
        uid = note(tokens.uid(), "uid", place, where)
        value = El(
            0x00081199, "SQ", [[El(0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.2"), El(0x00081155, "UI", uid)]]
        )
    return _item(kind, name, value)


def _echoes(sheet: Sheet, number: int) -> list[list[El]]:
    """Items that no row of the table names: text, codes and qualifiers that speak of the patient."""
    forms = ("F, G", "G F", "lower F", "upper F", "g. F", "FG")
    finding = concept("121071", "DCM", "Finding")
    made = []
    for turn in range(6):
        form = forms[(turn + number) % len(forms)]
        family, given = sheet.alias()
        sheet.note(
            family, "name", f"SR echo/{('TEXT', 'CODE', 'NUM', 'PNAME', 'CONTAINER', 'local code')[turn]}"
        )
        style, _, rest = form.rpartition(" ") if form[:5] in ("lower", "upper") else ("", "", form)
        text = rest.replace("F", "\1").replace("G", given).replace("g", given[0]).replace("\1", family)
        text = getattr(text, style)() if style else text
        if turn == 0:
            made.append(_item("TEXT", finding, El(0x0040A160, "UT", f"Nodule in {text}, 4 mm")))
        elif turn == 1:
            made.append(_item("CODE", finding, concept("X1", "99LOCAL", f"Knee of {text}", 0x0040A168)))
        elif turn == 2:
            unit = concept("mm", "UCUM", "mm", 0x004008EA)
            measured = El(0x0040A300, "SQ", [[unit, El(0x0040A30A, "DS", "4.25")]])
            qualifier = concept("X2", "99LOCAL", text, 0x0040A301)
            made.append(_item("NUM", concept("410668003", "SCT", "Length"), measured, qualifier))
        elif turn == 3:
            made.append(
                _item("PNAME", concept("121008", "DCM", "Person Observer Name"), El(0x0040A123, "PN", text))
            )
        elif turn == 4:
            inner = _item("TEXT", concept("X3", "99LOCAL", f"By {text}"), El(0x0040A160, "UT", "none"))
            made.append(_item("CONTAINER", finding, El(0x0040A730, "SQ", [inner])))
        else:
            made.append(_item("TEXT", concept("X4", "99LOCAL", text), El(0x0040A160, "UT", "none")))
    made.append(_item("NUM", concept("410668003", "SCT", "Length"), _measure(sheet, number)))
    return made


def _measure(sheet: Sheet, number: int) -> El:
    """A measurement, which no library of research may lose."""
    value = El(0x0040A30A, "DS", f"{12 + number}.{sheet.tokens.number(4)}")
    sheet.keep(value, "SR measurement", RESEARCH, top=False)
    return El(0x0040A300, "SQ", [[concept("mm", "UCUM", "mm", 0x004008EA), value]])


def _key_object(ledger: Ledger, tokens: Tokens) -> Sheet:
    sheet = Sheet(ledger, tokens, "sr/key-object.dcm", "KO", EXPLICIT, KO, "KO")
    sheet.put(0x0040A040, "CS", "CONTAINER")
    sheet.add(concept("113000", "DCM", "Of Interest"))
    text = _item(
        "TEXT",
        concept("113012", "DCM", "Key Object Description"),
        El(0x0040A160, "UT", sheet.echo("For F, G", "113012")),
    )
    uid = sheet.note(tokens.uid(), "uid", where="IMAGE")
    image = _item(
        "IMAGE", concept("121324", "DCM", "Source Image"), El(0x00081199, "SQ", [[El(0x00081155, "UI", uid)]])
    )
    sheet.put(0x0040A730, "SQ", [text, image])
    evidence = [El(0x0020000D, "UI", sheet.note(tokens.uid(), "uid", where="evidence"))]
    sheet.put(0x0040A375, "SQ", [evidence])
    return sheet


def _presentation(ledger: Ledger, tokens: Tokens) -> Sheet:
    """Softcopy presentation state: text and graphic objects, labels, its creator."""
    sheet = Sheet(ledger, tokens, "sr/presentation.dcm", "GSPS", EXPLICIT, GSPS, "PR")
    text = [
        El(0x00700006, "ST", sheet.echo("F, G 4.5 cm", "(0070,0006)")),
        El(0x00700010, "FL", (1.0, 2.0)),
    ]
    other = [El(0x00700006, "ST", sheet.echo("lower F", "(0070,0006)").lower())]
    layer = [
        El(0x00700002, "CS", sheet.echo("F", "(0070,0002)").upper()),
        El(0x00700068, "LO", sheet.echo("F", "(0070,0068)")),
    ]
    compound = [El(0x00700295, "LO", sheet.token("(0070,0295)")), El(0x00700294, "CS", "TEXT")]
    annotation = [El(0x00700008, "SQ", [text, other]), El(0x00700209, "SQ", [compound])]
    sheet.put(0x00700001, "SQ", [annotation])
    sheet.put(0x00700060, "SQ", [layer])
    sheet.put(0x00700080, "CS", sheet.echo("F", "(0070,0080)").upper())
    sheet.put(0x00700081, "LO", sheet.echo("G F", "(0070,0081)"))
    sheet.put(0x00700084, "PN", sheet.token("(0070,0084)"))
    return sheet


def _waveform(ledger: Ledger, tokens: Tokens) -> Sheet:
    """An electrocardiogram: annotations, channel labels, and text in its samples' padding."""
    sheet = Sheet(ledger, tokens, "sr/waveform.dcm", "waveform", EXPLICIT, ECG, "ECG")
    channel = [
        El(0x003A0203, "SH", sheet.echo("F", "(003A,0203)")),
        El(0x003A020C, "LO", sheet.echo("F", "derivation")),
    ]
    group = [El(0x003A0020, "SH", sheet.echo("F", "(003A,0020)")), El(0x003A0200, "SQ", [channel])]
    sheet.put(0x54000100, "SQ", [group])
    annotations = [
        [El(0x00700006, "ST", sheet.echo("F, G", "(0040,B020).(0070,0006)"))],
        [
            concept("X", "99LOCAL", sheet.echo("F", "(0040,B020) code")),
            El(0x0040A160, "UT", sheet.token("text", goes=EVERY)),
        ],
    ]
    sheet.put(0x0040B020, "SQ", annotations)
    return sheet
