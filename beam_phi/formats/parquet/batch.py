"""Rows of a Parquet table taken apart, for each leaf into its elements and which of them are of which row;
and put together again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from beam_phi.formats.delimited.grammar import MAX_CELLS
from beam_phi.formats.document import FormatError
from beam_phi.formats.parquet.columns import array_of, arrow, texts_of, values_of
from beam_phi.formats.parquet.schema import ELEMENTS, Leaf, entries

#: Elements of all leaves that are held as texts at a time, beyond those of one row.
CELLS = 1 << 17

_Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Elements:
    """What some rows hold of a leaf.

    offsets: of the lists that the leaf lies in, the outermost first, where the elements of each begin, and
        where the last ones end. bounds: the same of the rows, among the values.
    """

    leaf: Leaf
    array: pa.Array
    offsets: tuple[_Offsets, ...]
    bounds: _Offsets

    @cached_property
    def values(self) -> list[Any]:
        """The values, null as None. Raises FormatError ``bad-syntax``."""
        with arrow():
            return values_of(self.leaf.kind, self.array)

    @cached_property
    def texts(self) -> list[str]:
        """Their texts, that of a null being empty. Raises FormatError ``parquet-type``, ``date-range``."""
        return texts_of(self.leaf.kind, self.values)

    @cached_property
    def rows(self) -> list[int]:
        """Where the elements of each row begin, and where those of the last one end."""
        begins: list[int] = self.bounds.tolist()
        return begins

    def indices(self, at: int) -> list[int]:
        """The place of an element in each of the lists that it lies in, from 0, the outermost first."""
        found = []
        for offsets in reversed(self.offsets):
            list_ = int(np.searchsorted(offsets, at, "right")) - 1
            found.append(at - int(offsets[list_]))
            at = list_
        return found[::-1]

    def masked(self, new: Sequence[str], type_: pa.DataType) -> pa.Array:
        """The values with masked texts; where a text is what it was, its value is what it was.

        Null values of which none may be null lie in null structures: anything may stand there.
        """
        kind, empty = self.leaf.kind, None if self.leaf.nullable else self.leaf.kind.empty
        changed = [
            value if before == after and value is not None else kind.value(after) if after else empty
            for value, before, after in zip(self.values, self.texts, new, strict=True)
        ]
        return array_of(kind, type_, changed)


class Batch:
    """Rows of a table. Raises FormatError ``bad-syntax``."""

    def __init__(self, arrays: Sequence[pa.Array], leaves: Sequence[Leaf], rows: int) -> None:
        self._arrays = arrays
        self._leaves = leaves
        self.rows = rows
        with arrow():
            self.elements = [self._elements(leaf) for leaf in leaves]

    def _elements(self, leaf: Leaf) -> Elements:
        array = self._arrays[leaf.path[0]]
        offsets = []
        bounds = np.arange(self.rows + 1)
        for step in leaf.path[1:]:
            if step == ELEMENTS:
                array = entries(array)
                offsets.append(_offsets(array))
                bounds = offsets[-1][bounds]
            # Neither has what null lists and structures hide, nor what lies before and behind a slice.
            array = array.flatten() if step == ELEMENTS else array.flatten()[step]
        # Damaged files have numbers of words that a dictionary lacks; sound ones only where nulls hide them.
        array.validate(full=True)
        return Elements(leaf, array, tuple(offsets), bounds)

    def pieces(self) -> Iterator[Batch]:
        """The same rows, so many at a time that few elements are held as texts. Raises FormatError
        ``record-too-long``."""
        counts = sum((np.diff(each.bounds) for each in self.elements), np.zeros(self.rows, np.int64))
        if self.rows and counts.max() > MAX_CELLS:
            raise FormatError("record-too-long", f"a row has more than {MAX_CELLS} elements")
        ends = np.cumsum(counts)
        begin = 0
        while begin < self.rows:
            before = ends[begin - 1] if begin else 0
            end = max(begin + 1, int(np.searchsorted(ends, before + CELLS, "right")))
            yield Batch(
                [array.slice(begin, end - begin) for array in self._arrays], self._leaves, end - begin
            )
            begin = end

    def masked(self, rows: Sequence[Sequence[str]], schema: pa.Schema) -> pa.RecordBatch:
        """The rows with masked texts, of each all that :meth:`row` has."""
        new: list[list[str]] = [[] for _ in self.elements]
        for number, row in enumerate(rows):
            left = iter(row)
            for each, into in zip(self.elements, new, strict=True):
                into += islice(left, each.rows[number + 1] - each.rows[number])
        leaves = iter(zip(self.elements, new, strict=True))
        arrays = [
            _built(field.type, array, leaves) for field, array in zip(schema, self._arrays, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def row(self, number: int) -> list[str]:
        """The texts of all elements of a row, leaf by leaf."""
        return [
            text for each in self.elements for text in each.texts[each.rows[number] : each.rows[number + 1]]
        ]


def _offsets(array: pa.Array) -> _Offsets:
    """Where the elements of each list begin, null lists having none, and where the last ones end."""
    lengths = pc.list_value_length(array).fill_null(0).to_numpy(zero_copy_only=False)
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))


def _built(type_: pa.DataType, array: pa.Array, leaves: Iterator[tuple[Elements, list[str]]]) -> pa.Array:
    """An array as the old one was, with masked values. Nulls and lengths of lists stay."""
    if pa.types.is_struct(type_):
        fields = [type_.field(number) for number in range(type_.num_fields)]
        built = [
            _built(each.type, inner, leaves) for each, inner in zip(fields, array.flatten(), strict=True)
        ]
        return pa.StructArray.from_arrays(built, fields=fields, mask=array.is_null())
    if pa.types.is_list(type_):
        value = _built(type_.value_type, array.flatten(), leaves)
        return pa.ListArray.from_arrays(_list_offsets(array), value, type=type_)
    if pa.types.is_map(type_):
        lists = entries(array)
        keys, items = lists.flatten().flatten()
        built = [_built(type_.key_type, keys, leaves), _built(type_.item_type, items, leaves)]
        return pa.MapArray.from_arrays(_list_offsets(lists), *built, type=type_)
    elements, new = next(leaves)
    return elements.masked(new, type_)


def _list_offsets(lists: pa.Array) -> pa.Array:
    """Where the elements of each list begin, null for one that is null, and where the last ones end."""
    null = lists.is_null().to_numpy(zero_copy_only=False)
    return pa.array(_offsets(lists).astype(np.int32), mask=np.append(null, False))
