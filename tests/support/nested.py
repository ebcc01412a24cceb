"""Parquet files of any nesting: tables for hypothesis, and what differs between two of them."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

_DAYS = st.dates(datetime.date(1800, 1, 1), datetime.date(2200, 1, 1))
_MOMENTS = st.datetimes(datetime.datetime(1800, 1, 1), datetime.datetime(2200, 1, 1))
_CENTS = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)

#: Types, and values of them.
SCALARS: list[tuple[pa.DataType, st.SearchStrategy[Any]]] = [
    (pa.string(), _TEXT),
    (pa.large_string(), _TEXT),
    (pa.binary(), st.text("ab 1\u00e9", max_size=4).map(str.encode)),
    (pa.int8(), st.integers(-(1 << 7), (1 << 7) - 1)),
    (pa.int64(), st.integers(-(1 << 63), (1 << 63) - 1)),
    (pa.uint32(), st.integers(0, (1 << 32) - 1)),
    (pa.uint64(), st.integers(0, (1 << 64) - 1)),
    (pa.bool_(), st.booleans()),
    (pa.float64(), st.floats(allow_nan=False)),
    (pa.decimal128(12, 2), _CENTS),
    (pa.date32(), _DAYS),
    (pa.timestamp("us"), _MOMENTS),
    (pa.time64("us"), st.times()),
]

_TypeOf = tuple[pa.DataType, st.SearchStrategy[Any]]


def _nullable(kind: _TypeOf) -> st.SearchStrategy[tuple[bool, _TypeOf]]:
    """Whether values may be null, and they themselves."""
    type_, values = kind
    return st.booleans().map(lambda null: (null, (type_, st.none() | values if null else values)))


def _lists(inner: tuple[bool, _TypeOf]) -> st.SearchStrategy[_TypeOf]:
    null, (type_, values) = inner
    field = pa.field("element", type_, nullable=null)
    return st.sampled_from(
        [
            (pa.list_(field), st.lists(values, max_size=3)),
            (pa.large_list(field), st.lists(values, max_size=3)),
            (pa.list_(field, 2), st.lists(values, min_size=2, max_size=2)),
        ]
    )


def _maps(inner: tuple[bool, _TypeOf]) -> st.SearchStrategy[_TypeOf]:
    null, (type_, values) = inner
    value = pa.field("value", type_, nullable=null)
    return st.sampled_from(
        [
            (pa.map_(pa.string(), value), st.lists(st.tuples(_TEXT, values), max_size=3)),
            (pa.map_(pa.int32(), value), st.lists(st.tuples(st.integers(0, 99), values), max_size=3)),
        ]
    )


def _structs(inner: list[tuple[bool, _TypeOf]]) -> _TypeOf:
    fields = [pa.field(f"f{number}", type_, null) for number, (null, (type_, _)) in enumerate(inner)]
    values = st.fixed_dictionaries(
        {field.name: values for field, (_, (_, values)) in zip(fields, inner, strict=True)}
    )
    return pa.struct(fields), values


#: Types of any nesting, and values of them.
KINDS: st.SearchStrategy[_TypeOf] = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: st.one_of(
        inner.flatmap(_nullable).flatmap(_lists),
        inner.flatmap(_nullable).flatmap(_maps),
        st.lists(inner.flatmap(_nullable), min_size=1, max_size=3).map(_structs),
    ),
    max_leaves=5,
)


@st.composite
def tables(draw: st.DrawFn, kinds: st.SearchStrategy[_TypeOf] = KINDS) -> pa.Table:
    """A few rows of a few columns, the first of them nested in any way."""
    rows = draw(st.integers(0, 6))
    columns, fields = [], []
    for number in range(draw(st.integers(1, 3))):
        null, (type_, values) = draw(kinds.flatmap(_nullable))
        columns.append(pa.array(draw(st.lists(values, min_size=rows, max_size=rows)), type_))
        fields.append(pa.field(f"c{number}", type_, null))
    return pa.table(columns, pa.schema(fields))


def packed(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def unpacked(data: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(data))


def bare(table: pa.Table) -> pa.Table:
    """The table as Parquet has it, whose types are fewer than those of Arrow."""
    return unpacked(packed(table, store_schema=False))


def same(left: pa.Table, right: pa.Table) -> bool:
    """True if all values and types are the same; metadata of the schema aside."""
    return bool(left.schema.equals(right.schema)) and bool(left.equals(right))


def differences(old: object, new: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """The paths of values that differ: names of fields, numbers of elements; 0 is the key of an entry of a
    map, 1 its value."""
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        for name, inner in old.items():
            yield from differences(inner, new[name], (*path, name))
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from differences(before, after, (*path, number))
    elif old != new:
        yield path


def at_paths(value: object, path: tuple[object, ...] = ()) -> Iterator[tuple[tuple[object, ...], object]]:
    """All values that are no lists, maps or structures, and their paths."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from at_paths(inner, (*path, name))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from at_paths(inner, (*path, number))
    else:
        yield path, value
