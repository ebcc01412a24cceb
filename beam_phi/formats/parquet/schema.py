"""The schema of a Parquet file: which columns of values lie in its lists, maps and structures, how they are
called, and the same schema with other names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.types as kinds

from beam_phi.formats.document import FormatError
from beam_phi.formats.parquet.columns import Kind, kind_of

#: Where in a path the elements of a list follow, or the entries of a map.
ELEMENTS = -1
#: What holds the keys of a map is called after the map and this, and so for its values.
KEY, VALUE = "key", "value"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column of values.

    name: of the column of the table, and of the fields of structures inside, with dots; lists add nothing to
        it, maps `key` or `value`. path: numbers of the column and of the fields inside, and :data:`ELEMENTS`.
    type: of a value. nullable: whether it may be null. heading: which leaf holds what a value is called, as
        the key of a map's entry does.
    """

    name: str
    path: tuple[int, ...]
    type: pa.DataType
    kind: Kind
    nullable: bool
    heading: int | None = None


def leaves(schema: pa.Schema) -> list[Leaf]:
    """All columns that hold values. Raises FormatError ``parquet-type``."""
    found: list[Leaf] = []
    for number, field in enumerate(schema):
        _add(found, field, field.name, (number,), None)
    return found


def _add(found: list[Leaf], field: pa.Field, name: str, path: tuple[int, ...], heading: int | None) -> None:
    fields = _fields(field.type)
    if fields is not None:
        if kinds.is_map(field.type):
            path = (*path, ELEMENTS)
        key = None
        for number, inner in enumerate(fields):
            _add(found, inner, f"{name}.{inner.name}", (*path, number), key if inner.name == VALUE else None)
            if inner.name == KEY and _fields(inner.type) is None and not kinds.is_list(inner.type):
                key = len(found) - 1
    elif kinds.is_list(field.type):
        _add(found, field.type.value_field, name, (*path, ELEMENTS), None)
    else:
        type_ = _plain(field.type)
        found.append(Leaf(name, path, type_, kind_of(type_), field.nullable, heading))


def _fields(type_: pa.DataType) -> list[pa.Field] | None:
    """Those of a structure, and of an entry of a map; None for other types."""
    if kinds.is_struct(type_):
        return [type_.field(number) for number in range(type_.num_fields)]
    if kinds.is_map(type_):
        return [type_.key_field.with_name(KEY), type_.item_field.with_name(VALUE)]
    return None


def entries(array: pa.Array) -> pa.Array:
    """The entries of maps as lists of structures; any other array as it is."""
    if not kinds.is_map(array.type):
        return array
    return array.cast(pa.list_(pa.struct(_fields(array.type))))


def _plain(type_: pa.DataType) -> pa.DataType:
    """The type without what only says how it is stored."""
    return _plain(type_.value_type) if kinds.is_dictionary(type_) else type_


def renamed(schema: pa.Schema, names: Sequence[str]) -> pa.Schema:
    """The schema without metadata, its leaves called by other names.

    Raises FormatError ``unfit`` for another name of a structure, ``path-collision`` where two fields get one.
    """
    named = iter(names)
    return pa.schema(_apart([_renamed(field, named, "") for field in schema], schema))


def _renamed(field: pa.Field, names: Iterator[str], before: str) -> pa.Field:
    name, type_ = _typed(field.name, field.type, names, before)
    return pa.field(name, type_, field.nullable)


def _typed(name: str, type_: pa.DataType, names: Iterator[str], before: str) -> tuple[str, pa.DataType]:
    """The new name of a field, which those around it have before theirs, and its type."""
    fields = _fields(type_)
    if fields is not None:
        inner = _apart([_renamed(field, names, f"{before}{name}.") for field in fields], fields)
        if kinds.is_struct(type_):
            return name, pa.struct(inner)
        if [field.name for field in inner] != [KEY, VALUE]:
            raise FormatError("unfit", "the name of a map can't be masked")
        return name, pa.map_(*inner)
    if kinds.is_list(type_):
        name, value = _typed(name, type_.value_type, names, before)
        return name, pa.list_(pa.field("element", value, type_.value_field.nullable))
    name = next(names)
    if not name.startswith(before):
        raise FormatError("unfit", "the name of a structure can't be masked")
    return name[len(before) :], _plain(type_)


def _apart(fields: list[pa.Field], old: Sequence[pa.Field]) -> list[pa.Field]:
    if len({field.name for field in fields}) < len({field.name for field in old}):
        raise FormatError("path-collision", "two columns have the same masked name")
    return fields
