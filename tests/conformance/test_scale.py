"""Depth, size and fidelity: any nesting, linear time, and not a byte changed that no rule speaks of."""

from __future__ import annotations

import gc
import struct
import time
from collections.abc import Callable, Sequence

import pytest

from conformance.encoding import (
    BIG,
    EXPLICIT,
    IMPLICIT,
    SYNTAXES,
    UNDEFINED,
    Element,
    Syntax,
    data_set,
    encode,
    file,
    file_meta,
    header,
)
from conformance.places import NEUTRAL
from conformance.score import BASIC, engine, mask
from conformance.values import PATIENT_ID, PATIENT_NAME, SOP_CLASS, uid_of

_INSTANCE = uid_of(0x00080018)
_NAME = Element(0x00100010, "PN", PATIENT_NAME.encode("ascii"))
_ID = Element(0x00100020, "LO", PATIENT_ID.encode("ascii"))
_HEAD = (
    Element(0x00080016, "UI", SOP_CLASS.encode("ascii")),
    Element(0x00080018, "UI", _INSTANCE.encode("ascii")),
)
#: 128 rows of 300 pixels, 16 bits, one sample.
_IMAGE = {
    0x00280002: 1,
    0x00280010: 128,
    0x00280011: 300,
    0x00280100: 16,
    0x00280101: 16,
    0x00280102: 15,
    0x00280103: 0,
}
#: Twice the work takes twice the time; what is not linear takes four times as much.
_LINEAR = 3.0


def masked(elements: Sequence[Element], syntax: Syntax = EXPLICIT) -> bytes:
    result = mask(engine(BASIC), file(elements, syntax, SOP_CLASS, _INSTANCE))
    assert result.error == ""
    return result.data


def nested(depth: int, syntax: Syntax, *, undefined: bool) -> bytes:
    """A file with a patient's name that many sequences deep, built from the inside out."""
    data = encode([_NAME], syntax)
    order = syntax.order
    for _ in range(depth):
        length = UNDEFINED if undefined else len(data)
        data = struct.pack(order + "HHI", 0xFFFE, 0xE000, length) + data
        if undefined:
            data += struct.pack(order + "HHIHHI", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
        data = header(NEUTRAL[0], "SQ", UNDEFINED if undefined else len(data), syntax) + data
    whole = encode([*_HEAD, _ID], syntax) + data
    return file([], syntax, SOP_CLASS, _INSTANCE) + whole


@pytest.mark.parametrize("depth", [1_000, 1_999])
@pytest.mark.parametrize("undefined", [False, True], ids=["defined length", "undefined length"])
@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG], ids=lambda syntax: syntax.name)
def test_a_name_at_the_bottom_of_many_sequences_is_masked(
    depth: int, undefined: bool, syntax: Syntax
) -> None:
    data = nested(depth, syntax, undefined=undefined)
    result = mask(engine(BASIC), data)
    assert result.error == ""
    out = data_set(result.data, syntax)
    opening = header(NEUTRAL[0], "SQ", 0, syntax)[:-4]
    assert out.count(opening) == depth
    assert b"windermere" not in out.lower()
    assert value_of(out, _NAME, syntax), "the pseudonym is there"
    assert in_step(out, syntax)


def value_of(data: bytes, element: Element, syntax: Syntax) -> bytes:
    """The value of the last such element."""
    head = header(element.tag, element.vr, 0, syntax)
    start = data.rfind(head[: -4 if syntax.implicit else -2])
    size = 4 if syntax.implicit else 2
    at = start + len(head)
    return data[at : at + int.from_bytes(data[at - size : at], "big" if syntax.big else "little")]


def in_step(data: bytes, syntax: Syntax) -> bool:
    """True if the lengths of the nested sequences and items fit: each ends where what it stands in does."""
    head = header(NEUTRAL[0], "SQ", 0, syntax)
    at = data.find(head[:-4])
    number = struct.Struct(syntax.order + "I")
    ends: list[int] = []
    while data[at : at + len(head) - 4] == head[:-4]:
        for start in (at + len(head), at + len(head) + 8):
            length = number.unpack_from(data, start - 4)[0]
            if length != UNDEFINED:
                ends.append(start + length)
        at += len(head) + 8
    return len(set(ends)) <= 1


@pytest.mark.parametrize("undefined", [False, True], ids=["defined length", "undefined length"])
def test_one_level_too_many_is_refused_and_no_crash(undefined: bool) -> None:
    assert mask(engine(BASIC), nested(2_001, EXPLICIT, undefined=undefined)).error == "quarantined: too-deep"


Make = Callable[[int, int], list[Element]]


def seconds(make: Make, size: int) -> float:
    """CPU time for one file, the best of four, none of which has UIDs that were met before."""
    best = float("inf")
    for start in (size * 1_000, size * 2_000, size * 3_000, size * 4_000):
        data = file([*_HEAD, _NAME, _ID, *make(size, start)], EXPLICIT, SOP_CLASS, _INSTANCE)
        shared = engine(BASIC)
        gc.collect()
        gc.disable()  # its passes come when they like
        begin = time.process_time()
        result = mask(shared, data)
        best = min(best, time.process_time() - begin)
        gc.enable()
        assert result.error == ""
        assert b"windermere" not in result.data.lower()
    return best


def flat(count: int, _start: int) -> list[Element]:
    """So many elements, no two of one tag; none of them is known to a dictionary."""
    return [
        Element((0x0F00 + number // 1_000 * 2) << 16 | number % 1_000 + 1, "LO", b"Windermere")
        for number in range(count)
    ]


def items(count: int, start: int) -> list[Element]:
    """So many elements, five in an item of one sequence."""
    each = [
        (
            Element(0x00080100, "SH", b"T-04000"),
            Element(0x00080104, "LO", b"Breast of Windermere"),
            Element(0x00081155, "UI", f"1.2.3.{start + number}".encode("ascii")),
            Element(0x00100010, "PN", b"Windermere^Ottoline"),
            Element(0x00181030, "LO", b"Protocol"),
        )
        for number in range(count // 5)
    ]
    return [Element(NEUTRAL[0], "SQ", each)]


def frames(count: int, start: int) -> list[Element]:
    """The functional groups of an enhanced multi-frame image of so many frames."""
    return [
        Element(0x00280008, "IS", str(count).encode("ascii")),
        Element(0x52009230, "SQ", [_frame(start + number) for number in range(count)], undefined=True),
    ]


def _frame(number: int) -> tuple[Element, ...]:
    reference = (
        Element(0x00081150, "UI", SOP_CLASS.encode("ascii")),
        Element(0x00081155, "UI", f"1.2.826.0.1.3680043.8.498.7.{number}".encode("ascii")),
    )
    content = (
        Element(0x00189074, "DT", f"20210304{number // 60 % 24:02}{number % 60:02}00".encode("ascii")),
        Element(0x00209157, "UL", (1, number + 1)),
        Element(0x00209158, "LT", b"Frame of Windermere"),
    )
    position = (Element(0x00200032, "DS", f"0\\0\\{number}".encode("ascii")),)
    return (
        Element(0x00081140, "SQ", (reference,)),
        Element(0x00209111, "SQ", (content,)),
        Element(0x00209113, "SQ", (position,), undefined=True),
    )


@pytest.mark.parametrize(
    ("make", "size"),
    [(flat, 2_000), (items, 50_000), (frames, 1_000)],
    ids=["4,000 tags", "100,000 elements", "2,000 frames"],
)
def test_time_is_linear(make: Make, size: int) -> None:
    mask(engine(BASIC), file([*_HEAD, _NAME, _ID, *make(10, 0)], EXPLICIT, SOP_CLASS, _INSTANCE))
    assert seconds(make, 2 * size) < _LINEAR * seconds(make, size)


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_the_transfer_syntax_and_every_untouched_byte_stay(syntax: Syntax) -> None:
    inner = (
        Element(0x00280010, "US", (512,)),
        Element(0x00200032, "DS", b" 1.50\\-0.000\\+3e1"),
    )
    untouched = [
        Element(0x00080008, "CS", b"DERIVED\\SECONDARY\\\\AXIAL"),
        Element(0x00080060, "CS", b""),
        Element(0x00080064, "CS", b"WSD"),
        Element(0x00180050, "DS", b"  2.500 "),
        Element(0x00189313, "FD", (1.5, -2.25, 3.0)),
        Element(0x00189087, "FD", ()),
        *(Element(tag, "US", (number,)) for tag, number in _IMAGE.items()),
        Element(0x00280004, "CS", b"MONOCHROME2"),
        Element(NEUTRAL[1], "SQ", (inner, inner), undefined=True),
        Element(NEUTRAL[2], "SQ", (inner,)),
        Element(NEUTRAL[3], "SQ", ()),
        Element(NEUTRAL[4], "SQ", (inner,), un=not syntax.implicit),
        Element(NEUTRAL[0], "SQ", (inner,), un=not syntax.implicit, undefined=True),
        Element(0x7FE00010, "OW", bytes(range(256)) * 300),  # one frame, and nothing behind it
    ]
    out = masked([*_HEAD, _NAME, _ID, *untouched], syntax)
    transfer_syntax = encode([Element(0x00020010, "UI", syntax.uid.encode("ascii"))], EXPLICIT)
    assert transfer_syntax in file_meta(out)
    data = data_set(out, syntax)
    at = 0
    for element in sorted(untouched, key=lambda each: each.tag):
        found = data.find(encode([element], syntax), at)
        assert found >= at, f"{element.tag:08X} is not as it was"
        at = found + 1
    assert b"windermere" not in data.lower()
