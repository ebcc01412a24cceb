"""Scopes of any format: written, refused, and damaged."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import pytest

from beam_phi.formats import FormatError, Scope

S = TypeVar("S", bound=Scope)


def rendered(found: Iterable[Scope]) -> bytes:
    """The file that scopes write, none of which leaves ranges of the source."""
    pieces: list[bytes] = []
    for scope in found:
        for segment in scope.render():
            assert isinstance(segment, bytes)
            pieces.append(segment)
    return b"".join(pieces)


def reason(read: Callable[[bytes], object], data: bytes) -> str:
    """Why a file is refused."""
    with pytest.raises(FormatError) as caught:
        read(data)
    return caught.value.reason


def deleted(found: Iterable[Scope], *locations: str) -> bytes:
    """The file without the fields at these places, each of which there is."""
    found, left = list(found), set(locations)
    for scope in found:
        for field in scope.fields():
            if field.location in locations:
                left.discard(field.location)
                scope.delete(field)
    assert not left
    return rendered(found)


def damaged(seed: bytes, chance: random.Random, pieces: Sequence[bytes], first: int = 0) -> bytes:
    """A file with a few bytes, from `first` on, gone, or pieces in their place."""
    data = bytearray(seed)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(first, len(data) + 1)
        data[at : at + chance.randrange(4)] = chance.choice(pieces)
    return bytes(data)


def read_or_refused(
    scopes: Callable[[bytes], list[S]], data: bytes, chance: random.Random, share: float = 0.3
) -> tuple[list[S], bytes] | None:
    """The scopes of a file that may be damaged, and the file without a share of its fields.

    None if it is refused; if it isn't, it keeps every byte while it is not touched, and all its fields have
    places.
    """
    try:
        found = scopes(data)
    except FormatError:
        return None
    assert rendered(found) == data
    for scope in found:
        for field in scope.fields():
            assert field.location
            if chance.random() < share:
                scope.delete(field)
    return found, rendered(found)
