"""Columns of a Parquet file as text, and texts as values of its types."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
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
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_DATE_TEXT = r"\d{4}-\d{2}-\d{2}"
_CLOCK_TEXT = r"\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?"
_DATE = Column(Constraint(pattern=_DATE_TEXT, kind="date"), "date")
_TIMESTAMP = Column(Constraint(pattern=f"{_DATE_TEXT}(?:[ T]{_CLOCK_TEXT})?", kind="datetime"), "date")
_TIME = Column(Constraint(pattern=_CLOCK_TEXT, kind="time"))
_FLOAT = Column(Constraint(pattern=r"-?\d{1,300}(?:\.\d+)?(?:[eE][-+]?\d{1,2})?", kind="number"))
_BOOL = Column(Constraint(pattern="true|false|0", kind="integer"))
#: Decimal digits that integers of so many bits surely hold.
_DIGITS = {8: 2, 16: 4, 32: 9, 64: 18}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column, or one inside of a column of structures.

    name: of the column, and those inside, with dots. path: numbers of the column and of fields inside.
    text, value: between a stored value that is not null and its text. empty: what takes the place of a value
        that is deleted.
    """

    name: str
    path: tuple[int, ...]
    type: pa.DataType
    column: Column
    text: Callable[[Any], str]
    value: Callable[[str], Any]
    empty: Any


def leaves(schema: pa.Schema) -> list[Leaf]:
    """All columns that hold values. Raises FormatError ``parquet-type`` for lists, maps and other types."""
    return [leaf for number, field in enumerate(schema) for leaf in _leaves(field, field.name, (number,))]


def _leaves(field: pa.Field, name: str, path: tuple[int, ...]) -> Iterator[Leaf]:
    type_ = field.type
    if kinds.is_struct(type_):
        for number in range(type_.num_fields):
            inner = type_.field(number)
            yield from _leaves(inner, f"{name}.{inner.name}", (*path, number))
        return
    column, text, value, empty = _kind(type_)
    yield Leaf(name, path, type_, column, text, value, None if field.nullable else empty)


def plain_type(type_: pa.DataType) -> pa.DataType:
    """The type without what only says how it is stored in memory: dictionaries, metadata of fields."""
    if kinds.is_dictionary(type_):
        return plain_type(type_.value_type)
    if kinds.is_struct(type_):
        fields = [type_.field(number) for number in range(type_.num_fields)]
        return pa.struct([pa.field(each.name, plain_type(each.type), each.nullable) for each in fields])
    return type_


def _kind(type_: pa.DataType) -> tuple[Column, Callable[[Any], str], Callable[[str], Any], Any]:
    if kinds.is_null(type_):
        return UNTYPED, str, str, None
    if kinds.is_string(type_) or kinds.is_large_string(type_):
        return UNTYPED, str, str, ""
    if kinds.is_binary(type_) or kinds.is_large_binary(type_):
        return UNTYPED, _decoded, str.encode, b""
    if kinds.is_boolean(type_):
        return _BOOL, lambda value: "true" if value else "false", lambda text: text == "true", False
    if kinds.is_integer(type_):
        return _integer(type_), str, int, 0
    if kinds.is_float32(type_) or kinds.is_float64(type_):
        return _FLOAT, lambda value: number_text(value, repr(value)), float, 0.0
    if kinds.is_decimal(type_) and type_.scale >= 0:
        return _decimal(type_), "{:f}".format, Decimal, Decimal(0)
    if kinds.is_date32(type_) or kinds.is_date64(type_):
        unit = 1 if kinds.is_date32(type_) else _DAY * 1000
        return _DATE, lambda days: _date_text(days // unit), lambda text: _days(text) * unit, 0
    if kinds.is_timestamp(type_):
        per = _PER_SECOND[type_.unit]
        return _TIMESTAMP, lambda count: _timestamp_text(count, per), lambda text: _ticks(text, per), 0
    if kinds.is_time(type_):
        per = _PER_SECOND[type_.unit]
        return _TIME, lambda count: _clock_text(count, per), lambda text: _clock(text, per), 0
    raise FormatError("parquet-type", "a column is of a type that can't be masked")


def integers(type_: pa.DataType) -> pa.DataType | None:
    """What a type of dates or times is stored as, None for all others."""
    if kinds.is_date32(type_) or kinds.is_time32(type_):
        return pa.int32()
    if kinds.is_date64(type_) or kinds.is_timestamp(type_) or kinds.is_time64(type_):
        return pa.int64()
    return None


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
    sign = "-?" if kinds.is_signed_integer(type_) else ""
    return Column(Constraint(pattern=rf"{sign}\d{{1,{_DIGITS[type_.bit_width]}}}", kind="integer"))


def _decimal(type_: pa.DataType) -> Column:
    whole, part = max(type_.precision - type_.scale, 1), type_.scale
    fraction = rf"(?:\.\d{{1,{part}}})?" if part else ""
    return Column(Constraint(pattern=rf"-?\d{{1,{whole}}}{fraction}", kind="number"))


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


def texts(leaf: Leaf, array: pa.Array) -> tuple[Sequence[Any], list[str]]:
    """The values of a column, null as None, and their texts, that of a null being empty."""
    stored = integers(leaf.type)
    values = (array.cast(stored) if stored else array).to_pylist()
    return values, ["" if value is None else leaf.text(value) for value in values]
