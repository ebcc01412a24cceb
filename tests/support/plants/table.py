"""Every row of PS3.15 Table E.1-1, in every syntax and at every depth.

The table is read as data: which rows there are, and what an option keeps or cleans.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydicom.datadict import dictionary_VR

from support.plants.encode import BIG, DEFLATED, EXPLICIT, IMPLICIT, El, items
from support.plants.ledger import EVERY, NONE, RESEARCH, STRICT, Ledger
from support.plants.sheet import Sheet
from support.plants.tokens import Tokens

_DATA = Path(__file__).parents[3] / "beam_phi" / "formats" / "dicom" / "data" / "ps315_2026d.json"
#: The options of the library `research`, as its description states them.
_RESEARCH = frozenset({"clean-descriptors", "modified-dates", "patient-characteristics", "device-identity"})
#: Rows of one file: its dates must be a year apart, and other tools must not fail on all rows at once.
_CHUNK = 60
_TEXT = frozenset({"LO", "SH", "ST", "LT", "UT", "UC", "PN"})
#: Sequences outside of the table, for rows to be nested in: their items are gone through.
_CARRIERS = (0x52009229, 0x00082218, 0x00540220, 0x00189346, 0x00221612)


class Row(NamedTuple):
    """A row. tag: one that it covers; research: ``gone``, ``kept`` or ``cleaned``."""

    tag: int
    name: str
    vr: str
    basic: str
    research: str


@cache
def rows() -> tuple[Row, ...]:
    data = json.loads(_DATA.read_text("utf-8"))
    columns = data["columns"][3:]
    made = []
    for printed, name, basic, *cells in data["rows"]:
        if printed == "PRIVATE":
            continue
        options = {c: cell for c, cell in zip(columns, cells, strict=True) if cell and c in _RESEARCH}
        research = "gone"
        if options:
            research = "cleaned" if "C" in options.values() else "kept"
        tag = {"50xxxxxx": 0x50043000}.get(printed) or int(printed.replace("xx", "02", 1), 16)
        made.append(Row(tag, name, _vr(tag, name), basic, research))
    return tuple(made)


def _vr(tag: int, name: str) -> str:
    try:
        return dictionary_VR(tag)[:2]
    except KeyError:
        ends = {"Sequence": "SQ", "DateTime": "DT"}
        return next((vr for end, vr in ends.items() if name.endswith(end)), "LO")


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    """The files: chunk by chunk of the table in each place and syntax."""
    for syntax in (EXPLICIT, IMPLICIT, BIG, DEFLATED):
        for place, wrap in _PLACES.items():
            if place == "un" and syntax == IMPLICIT:
                continue  # there are no VRs
            yield from _chunks(ledger, tokens, syntax, place, wrap)


def _chunks(ledger: Ledger, tokens: Tokens, syntax: str, place: str, wrap: Wrap) -> Iterator[Sheet]:
    odd = [row for row in rows() if row.tag >> 16 < 8]
    plain = [row for row in rows() if row.tag >> 16 >= 8]
    if place == "top":
        odd = [row for row in odd if row.tag >> 16 != 2]  # in the file meta information: see around.py
    chunks = [odd, *(plain[start : start + _CHUNK] for start in range(0, len(plain), _CHUNK))]
    for number, chunk in enumerate(chunks):
        name = f"table/{syntax}/{place}/{number:02}.dcm"
        sheet = Sheet(ledger, tokens, name, f"table/{place}/{syntax}", syntax)
        if place == "top":
            chunk = [row for row in chunk if not _identifies(sheet, row)]
        made = [row_element(sheet, row, private=place == "private") for row in chunk]
        sheet.add(*wrap(made))
        yield sheet


def _identifies(sheet: Sheet, row: Row) -> bool:
    """True for a row that the patient of the sheet fills already, or does so now."""
    value = sheet.tokens.word()
    if row.tag == 0x00101001:
        sheet.alias_bytes(f"{value}^{sheet.tokens.word(4)}".encode())
    elif row.tag == 0x00101000:
        value = sheet.tokens.number(9)
        sheet.other_id(value)
    elif row.tag == 0x00102154:
        value = sheet.tokens.number(10)
        sheet.phone(value)
    else:
        return sheet.has(row.tag)
    sheet.note(value, "id", where=f"({row.tag >> 16:04X},{row.tag & 0xFFFF:04X})")
    return True


def row_element(sheet: Sheet, row: Row, *, private: bool = False) -> El:
    """An element of the row with a value planted in it.

    private: in a private sequence; without safe private elements all of it goes, with them each element is
        judged on its own.
    """
    where = f"({row.tag >> 16:04X},{row.tag & 0xFFFF:04X})"
    token = sheet.tokens
    # What a library has to take away if the row says so, and what `research` has to leave.
    goes = EVERY if row.research == "gone" else STRICT
    stays = RESEARCH if row.research == "kept" and not private else NONE
    vr = row.vr
    if vr == "SQ":
        return _sequence(sheet, row, where, goes)
    if vr in _TEXT and row.research == "cleaned":
        return El(row.tag, vr, sheet.echo("F" if vr == "SH" else "Knee F, G axial", where))
    if vr == "AS":
        return El(row.tag, vr, "045Y")  # too short to be searched for
    if vr in ("DA", "DT", "TM"):
        return _moment(sheet, row, where, goes)
    if vr == "UI":
        return El(row.tag, vr, sheet.note(token.uid(), "uid", where=where, goes=goes))
    if vr in ("US", "UL", "SS", "SL", "FL", "FD", "AT"):
        raw = token.octets()
        sheet.note(raw.hex(), "number", where=where, goes=goes, needles=[raw])
        return El(row.tag, vr, raw)
    if vr in ("DS", "IS"):
        value = token.number(9) if vr == "IS" else f"{token.number(7)}.{token.number(6)}"
        sheet.note(value, "number", where=where, goes=goes, stays=stays, local=True, bounded=True)
        return El(row.tag, vr, value)
    value = token.word()
    if vr in ("CS", "AE"):
        value = value.upper()
    elif vr == "PN":
        value = f"{value}^{token.word(4)}"
    elif vr == "UR":
        value = f"https://{value.lower()}.org/x"
    elif vr not in ("OB", "OW", "SH"):
        value = f"{value} {token.word()}"
    sheet.note(value, "text", where=where, goes=goes, stays=stays)
    return El(row.tag, vr, value)


def _moment(sheet: Sheet, row: Row, where: str, goes: frozenset[str]) -> El:
    """Dates go by every library, by removal or shift; a time of day may stay where dates are shifted."""
    if row.vr == "TM":
        value = sheet.tokens.time()
        sheet.note(value, "time", where=where, goes=goes, local=True, bounded=True)
        return El(row.tag, "TM", value)
    day = f"{sheet.dates():%Y%m%d}"
    if row.vr == "DT":
        day += sheet.tokens.time()
        sheet.note(day, "date", where=where, needles=[day[:14].encode()], local=True)
    else:
        sheet.note(day, "date", where=where, local=True, bounded=True)
    return El(row.tag, row.vr, day)


def _sequence(sheet: Sheet, row: Row, where: str, goes: frozenset[str]) -> El:
    """An item with a name and a UID, which never stay, and text that is the sequence's own matter."""
    name = sheet.note(sheet.tokens.word(), "name", where=where + ".(0040,A123)")
    inner = [El(0x0040A123, "PN", f"{name}^{sheet.tokens.word(4)}")]
    inner.append(El(0x00081155, "UI", sheet.note(sheet.tokens.uid(), "uid", where=where + ".(0008,1155)")))
    if "U" not in row.basic:
        inner.append(El(0x00080104, "LO", sheet.token(where + ".(0008,0104)", goes=goes)))
    return El(row.tag, "SQ", [inner], undefined=bool(row.tag & 1))


# -- places ----------------------------------------------------------------------------------------

Wrap = Callable[[list[El]], list[El]]


def nested(elements: list[El], depth: int) -> list[El]:
    """The elements in an item `depth` sequences down, of defined and undefined lengths in turn."""
    for level in range(depth):
        elements = [El(_CARRIERS[level], "SQ", [elements], undefined=level % 2 == 0)]
    return elements


def _private(elements: list[El]) -> list[El]:
    return [El(0x00090010, "LO", "PLANTED CREATOR"), El(0x00091001, "SQ", [elements], undefined=True)]


def _unknown(elements: list[El]) -> list[El]:
    """In a sequence of VR UN: its items are implicit little endian whatever the file is."""
    return [El(_CARRIERS[1], "UN", items([elements], IMPLICIT))]


_PLACES: dict[str, Wrap] = {
    "top": lambda elements: elements,
    "depth1": lambda elements: nested(elements, 1),
    "depth3": lambda elements: nested(elements, 3),
    "depth5": lambda elements: nested(elements, 5),
    "private": _private,
    "un": _unknown,
}
