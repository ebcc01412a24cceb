"""Value representations (PS3.5 section 6.2): what a value may hold, and how it is stored."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Literal

from beam_phi.formats.document import Unfit
from beam_phi.library.constraint import ANY, Constraint

# Values that are not text and longer than this many bytes stay in the source and are named, not read.
LARGE = 0x10000

# More numbers than these are told by their size only.
_NUMBERS_SHOWN = 64

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_BUT_LAYOUT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class ValueRepresentation:
    """One VR.

    code: its two letters.
    form: ``text``, ``number`` (decimal in :func:`number_text`), ``binary`` or ``sequence``.
    long: True if explicit VR syntaxes give it a 32-bit length.
    charset: True if Specific Character Set applies.
    split: True if a backslash parts values that are masked one by one.
    layout: True if a value may hold line ends, tabs and backslashes.
    searchable: False if content matchers have nothing to seek in it.
    data_class: what such a value is, where the VR says so.
    code_units: `struct` letters of one number, "" for text.
    conforming: what a text value (with all its parts) must match to be what the VR says; None to trust any.
    """

    code: str
    form: Literal["text", "number", "binary", "sequence"]
    constraint: Constraint = ANY
    long: bool = False
    charset: bool = False
    split: bool = False
    layout: bool = False
    searchable: bool = False
    data_class: str | None = None
    code_units: str = ""
    conforming: re.Pattern[bytes] | None = None

    @property
    def numeric(self) -> bool:
        """True for a number written as text."""
        return self.form == "text" and self.constraint.kind in ("number", "integer")

    @property
    def pad(self) -> bytes:
        """What makes an odd value even."""
        return b" " if self.form == "text" and self.code != "UI" else b"\0"


def _free(code: str, length: int | None, *, split: bool = True, long: bool = False) -> ValueRepresentation:
    return ValueRepresentation(
        code,
        "text",
        Constraint(max_length=length),
        long=long,
        charset=True,
        split=split,
        layout=not split,
        searchable=True,
    )


def _moment(code: str, kind: str, length: int, pattern: str, data_class: str) -> ValueRepresentation:
    constraint = Constraint(length, pattern, kind)
    return ValueRepresentation(code, "text", constraint, split=True, data_class=data_class)


def _numeric_text(code: str, kind: str, length: int, pattern: str) -> ValueRepresentation:
    conforming = re.compile(rb"[0-9+\-.eE \\\0]*")
    return ValueRepresentation(
        code, "text", Constraint(length, pattern, kind), layout=True, conforming=conforming
    )


def _number(code: str, units: str, kind: str = "integer", *, long: bool = False) -> ValueRepresentation:
    return ValueRepresentation(code, "number", Constraint(kind=kind), long=long, code_units=units)


def _binary(code: str, units: str, kind: str = "integer") -> ValueRepresentation:
    return ValueRepresentation(code, "binary", Constraint(kind=kind), long=True, code_units=units)


_DECIMAL = r" *[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)? *"

VRS: dict[str, ValueRepresentation] = {
    vr.code: vr
    for vr in (
        ValueRepresentation("AE", "text", Constraint(16), split=True, searchable=True),
        _moment("AS", "age", 4, "[0-9]{3}[DWMY]", "age"),
        _number("AT", "HH"),
        ValueRepresentation(
            "CS",
            "text",
            Constraint(16, "[A-Z0-9_ ]{0,16}", "code"),
            split=True,
            conforming=re.compile(rb"[A-Z0-9_ \\\0]*"),
        ),
        _moment("DA", "date", 8, "[0-9]{8}", "date"),
        _numeric_text("DS", "number", 16, _DECIMAL),
        _moment("DT", "datetime", 26, r"[0-9]{4,14}(\.[0-9]{1,6})?([+-][0-9]{4})?", "date"),
        _number("FD", "d", "number"),
        _number("FL", "f", "number"),
        _numeric_text("IS", "integer", 12, " *[+-]?[0-9]+ *"),
        _free("LO", 64),
        _free("LT", 10240, split=False),
        _binary("OB", "B"),
        _binary("OD", "d", "number"),
        _binary("OF", "f", "number"),
        _binary("OL", "I"),
        _binary("OV", "Q"),
        _binary("OW", "H"),
        ValueRepresentation(
            "PN",
            "text",
            Constraint(max_length=194, kind="name"),
            charset=True,
            split=True,
            searchable=True,
            data_class="person-name",
        ),
        _free("SH", 16),
        _number("SL", "i"),
        ValueRepresentation("SQ", "sequence", long=True),
        _number("SS", "h"),
        _free("ST", 1024, split=False),
        _number("SV", "q", long=True),
        _moment("TM", "time", 14, r"[0-9]{2}([0-9]{2}([0-9]{2}(\.[0-9]{1,6})?)?)?", "time"),
        _free("UC", None, long=True),
        ValueRepresentation(
            "UI",
            "text",
            Constraint(64, r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*", "uid"),
            split=True,
            data_class="uid",
        ),
        _number("UL", "I"),
        _binary("UN", "B"),
        ValueRepresentation("UR", "text", long=True, layout=True, searchable=True),
        _number("US", "H"),
        _free("UT", None, split=False, long=True),
        _number("UV", "Q", long=True),
    )
}


def effective(declared: str, known: str) -> str:
    """The VR to read a value by, where the file declares one and the dictionary may know another.

    A value is never taken for less readable than the dictionary says, so that no text hides behind a
    number's or a code's VR; UN and the other byte strings give way to what the dictionary knows.
    """
    if declared == known or not known or declared == "SQ":
        return declared
    mine, theirs = VRS[declared], VRS[known]
    if declared == "UN" or (mine.form == "binary" and theirs.form in ("text", "number")):
        return known
    if theirs.form == "text" and (mine.form != "text" or theirs.searchable > mine.searchable):
        return known
    return declared


def number_text(vr: ValueRepresentation, raw: bytes, order: str) -> str:
    """The numbers of a value, decimal, parted by backslashes; its size where they are many or don't fit."""
    size = struct.calcsize("=" + vr.code_units)
    if vr.form != "number" or len(raw) % size or len(raw) > _NUMBERS_SHOWN * size:
        return size_text(len(raw))
    return "\\".join(str(n) for group in struct.iter_unpack(order + vr.code_units, raw) for n in group)


def holds_numbers(vr: ValueRepresentation, size: int, vm: str) -> bool:
    """True if a value of so many bytes can be numbers of this VR, in the multiplicity of the dictionary."""
    count, rest = divmod(size, struct.calcsize("=" + vr.code_units))
    if rest:
        return False
    first, dash, last = vm.partition("-")
    if not vm or not count or not first.isdecimal():
        return True
    if not dash:
        return count == int(first)
    if last.isdecimal():
        return int(first) <= count <= int(last)
    step = int(last[:-1] or 1)
    return count >= int(first) and count % step == 0


def size_text(size: int) -> str:
    """What stands for a binary value in a table."""
    return f"<{size} bytes>" if size else ""


def encode_number(vr: ValueRepresentation, text: str, order: str) -> bytes:
    """Numbers parted by backslashes, as bytes. Raises Unfit if they are none, or out of the VR's range."""
    try:
        numbers = [float(n) if vr.constraint.kind == "number" else int(n) for n in text.split("\\")]
        count = len(numbers) // len(vr.code_units)
        return struct.pack(order + vr.code_units * count, *numbers)
    except (ValueError, OverflowError, struct.error):
        raise Unfit(f"no value for VR {vr.code}") from None


def check_text(vr: ValueRepresentation, text: str, original_length: int) -> None:
    """Raise Unfit if the text can't be one value of this VR.

    A replacement may be as long as the value it replaces, even if that was too long already.
    """
    if not vr.layout and "\\" in text:
        raise Unfit(f"a backslash in a value of VR {vr.code}")
    if (_CONTROL_BUT_LAYOUT if vr.layout else _CONTROL).search(text):
        raise Unfit(f"a control character in a value of VR {vr.code}")
    limit = vr.constraint.max_length
    parts = text.split("\\") if vr.conforming else [text]
    if limit is not None and max(map(len, parts)) > max(limit, original_length):
        raise Unfit(f"longer than VR {vr.code} allows")
    if (
        vr.constraint.pattern
        and text
        and not all(re.fullmatch(vr.constraint.pattern, part) for part in parts)
    ):
        raise Unfit(f"no value of VR {vr.code}")
