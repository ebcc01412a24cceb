"""Values of the types of Parquet as text, and texts as such values."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds

from beam_phi.formats.delimited.given import number_text
from beam_phi.formats.delimited.layout import UNTYPED, Column
from beam_phi.formats.document import FormatError
from beam_phi.library.constraint import Constraint

_EPOCH = datetime.date(1970, 1, 1)
_DAY = 86400
_PER_SECOND = {"ms": 10**3, "us": 10**6, "ns": 10**9}
_DATE_TEXT = r"\d{4}-\d{2}-\d{2}"
_CLOCK_TEXT = r"\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?"
_DATE = Column(Constraint(pattern=_DATE_TEXT, kind="date"), "date")
_TIMESTAMP = Column(Constraint(pattern=f"{_DATE_TEXT}(?:[ T]{_CLOCK_TEXT})?", kind="datetime"), "date")
_TIME = Column(Constraint(pattern=_CLOCK_TEXT, kind="time"))
_FLOAT = Column(Constraint(pattern=r"-?\d{1,300}(?:\.\d+)?(?:[eE][-+]?\d{1,2})?", kind="number"))
_BOOL = Column(Constraint(pattern="true|false|0", kind="integer"))


@contextmanager
def arrow() -> Iterator[None]:
    """Whatever Arrow raises for damaged files is one error without any value."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError, MemoryError):
        raise FormatError("bad-syntax", "the file can't be read as Parquet") from None


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of a type are read and written.

    column: what is known of a column of it. text, value: between a stored value that is not null and its
        text. empty: what takes the place of a value that is deleted where none may be null. stored: the
        integers that dates and times are, None for all others.
    """

    column: Column
    text: Callable[[Any], str]
    value: Callable[[str], Any]
    empty: Any
    stored: pa.DataType | None = None


def kind_of(type_: pa.DataType) -> Kind:
    """Raises FormatError ``parquet-type`` for a type whose values can't be masked."""
    if kinds.is_null(type_):
        return Kind(UNTYPED, str, str, None)
    if kinds.is_string(type_):
        return Kind(UNTYPED, str, str, "")
    if kinds.is_binary(type_):
        return Kind(UNTYPED, _decoded, str.encode, b"")
    if kinds.is_boolean(type_):
        return Kind(_BOOL, lambda value: "true" if value else "false", lambda text: text == "true", False)
    if kinds.is_integer(type_):
        return Kind(_integer(type_), str, int, 0)
    if kinds.is_float32(type_) or kinds.is_float64(type_):
        return Kind(_FLOAT, lambda value: number_text(value, repr(value)), float, 0.0)
    if kinds.is_decimal(type_) and type_.scale >= 0:
        return Kind(_decimal(type_), _decimal_text, Decimal, Decimal(0))
    if kinds.is_date32(type_):
        return Kind(_DATE, _date_text, _days, 0, pa.int32())
    if kinds.is_timestamp(type_):
        per = _PER_SECOND[type_.unit]
        return Kind(
            _TIMESTAMP,
            lambda count: _timestamp_text(count, per),
            lambda text: _ticks(text, per),
            0,
            pa.int64(),
        )
    if kinds.is_time(type_):
        per, clock = _PER_SECOND[type_.unit], pa.int32() if kinds.is_time32(type_) else pa.int64()
        return Kind(_TIME, lambda count: _clock_text(count, per), lambda text: _clock(text, per), 0, clock)
    raise FormatError("parquet-type", "a column is of a type that can't be masked")


def _decoded(data: bytes) -> str:
    """Text that is stored as bytes. Raises FormatError ``parquet-type`` for bytes that are none."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise FormatError("parquet-type", "a column holds bytes that are no text")
    return text


def _integer(type_: pa.DataType) -> Column:
    if not kinds.is_signed_integer(type_):
        return Column(Constraint(pattern=_at_most((1 << type_.bit_width) - 1), kind="integer"))
    return Column(Constraint(pattern=f"-?(?:{_at_most((1 << type_.bit_width - 1) - 1)})", kind="integer"))


def _at_most(limit: int) -> str:
    """A pattern of the decimal numbers up to a limit: those with fewer digits, those with as many of which a
    digit is smaller and all before it are the same, the limit."""
    digits = str(limit)
    smaller = [
        rf"{digits[:at]}[0-{int(digit) - 1}]\d{{{len(digits) - at - 1}}}"
        for at, digit in enumerate(digits)
        if digit != "0"
    ]
    return "|".join([rf"\d{{1,{len(digits) - 1}}}", *smaller, digits])


def _decimal(type_: pa.DataType) -> Column:
    whole, part = max(type_.precision - type_.scale, 1), type_.scale
    fraction = rf"(?:\.\d{{1,{part}}})?" if part else ""
    return Column(Constraint(pattern=rf"-?\d{{1,{whole}}}{fraction}", kind="number"))


def _decimal_text(value: Decimal) -> str:
    """Without a fraction where it has none, as an id is written elsewhere."""
    text = f"{value:f}"
    whole, _, fraction = text.partition(".")
    return text if fraction.strip("0") else whole


def _date_text(days: int) -> str:
    try:
        return (_EPOCH + datetime.timedelta(days)).isoformat()
    except OverflowError:
        raise FormatError("date-range", "a date lies outside of the calendar") from None


def _days(text: str) -> int:
    return (datetime.date.fromisoformat(text) - _EPOCH).days


def _clock_text(count: int, per: int) -> str:
    seconds, part = divmod(count, per)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{clock}.{part:0{len(str(per)) - 1}}" if part else clock


def _clock(text: str, per: int) -> int:
    clock, _, part = text.partition(".")
    hours, minutes, seconds = map(int, clock.split(":"))
    return (hours * 3600 + minutes * 60 + seconds) * per + int((part + "0" * 9)[:9]) * per // 10**9


def _timestamp_text(count: int, per: int) -> str:
    days, rest = divmod(count, _DAY * per)
    return f"{_date_text(days)} {_clock_text(rest, per)}"


def _ticks(text: str, per: int) -> int:
    return _days(text[:10]) * _DAY * per + (_clock(text[11:], per) if text[10:] else 0)


def values_of(kind: Kind, array: pa.Array) -> list[Any]:
    """The stored values, null as None. A word of a dictionary is one object, however often it comes."""
    if kinds.is_dictionary(array.type):
        words = values_of(kind, array.dictionary)
        return [None if at is None else words[at] for at in array.indices.to_pylist()]
    stored: list[Any] = (array.cast(kind.stored) if kind.stored else array).to_pylist()
    return stored


def texts_of(kind: Kind, values: Iterable[Any]) -> list[str]:
    """The texts of stored values, that of a null being empty."""
    return ["" if value is None else kind.text(value) for value in values]


def array_of(kind: Kind, type_: pa.DataType, values: Sequence[Any]) -> pa.Array:
    """An array of stored values."""
    return pa.array(values, kind.stored).cast(type_) if kind.stored else pa.array(values, type_)
