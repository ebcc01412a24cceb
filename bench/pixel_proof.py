"""The verdict on a masked copy: pixels outside of boxes, black inside, fragments and offset tables."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from beam_phi.library.model import Box
from bench import decoders
from bench.decoders import Frame

Boxes = Mapping[int, Sequence[Box]]
"""By frame, from 0."""
Mask = NDArray[np.bool_]

_ITEM, _DELIMITER = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
_BLOCK = 8
_SOS = 0xDA
_SEQUENTIAL = (0xC0, 0xC1)


def judge(before: Dataset, after: Dataset, boxes: Boxes) -> tuple[list[str], list[str]]:
    """The decoders that read all of the original, and what is wrong with the copy."""
    problems: list[str] = []
    if decoders.syntax_of(before) != decoders.syntax_of(after):
        problems.append(f"transfer syntax is {decoders.syntax_of(after).name}")
    if decoders.count(before) != decoders.count(after):
        problems.append("another number of frames")
    if "PixelData" in before and "PixelData" in after and decoders.syntax_of(before).is_encapsulated:
        problems += encapsulation(before, after, boxes)
    used: list[str] = []
    for name in decoders.names(before):
        found, read = _compare(before, after, name, boxes)
        problems += (f"{name}: {text}" for text in found)
        if read:
            used.append(name)
    return used, problems


def _compare(before: Dataset, after: Dataset, name: str, boxes: Boxes) -> tuple[list[str], bool]:
    """What is wrong by one decoder, and whether it reads the original."""
    old, new = decoders.frames(before, name), decoders.frames(after, name)
    problems: list[str] = []
    darks: list[tuple[int, Frame, Mask]] = []
    read = 0
    while True:
        try:
            one = next(old, None)
        except Exception:
            return ([] if not read else problems), False
        try:
            other = next(new, None)
        except Exception as error:
            return [*problems, f"frame {read} can't be decoded ({type(error).__name__}: {error})"], True
        if one is None or other is None:
            if one is not other:
                problems.append("another number of frames")
            break
        covered = boxes.get(read, ())
        problems += _compare_frame(before, one, other, covered, read)
        if covered:
            inside = np.zeros(other.samples.shape[:2], np.bool_)
            for box in covered:
                inside[box.y : box.y + box.height, box.x : box.x + box.width] = True
            darks.append((read, other, inside))
        read += 1
    signed = "PixelRepresentation" in after and after.PixelRepresentation == 1
    if name != "numpy" and not (name == "imagecodecs" and signed):  # these give words, not stored values
        problems += (
            f"frame {frame}: {text}"
            for frame, other, inside in darks
            for text in _black(after, other, inside)
        )
    return problems, read > 0


def _compare_frame(
    before: Dataset, one: Frame, other: Frame, boxes: Sequence[Box], frame: int
) -> Iterator[str]:
    if one.samples.shape != other.samples.shape or one.samples.dtype != other.samples.dtype:
        old, new = (f"{each.samples.dtype}{each.samples.shape}" for each in (one, other))
        yield f"frame {frame}: {old} became {new}"
        return
    differs = one.samples != other.samples
    if differs.ndim == 3:
        differs = differs.any(axis=2)
    outside = differs & ~allowed(before, boxes, differs.shape, frame)
    if outside.any():
        rows, columns = np.nonzero(outside)
        most = np.abs(one.samples.astype(np.float64) - other.samples.astype(np.float64))[outside].max()
        yield (
            f"frame {frame}: {len(rows)} pixels differ outside, by {most:g}, rows {rows.min()}-{rows.max()}, "
            f"columns {columns.min()}-{columns.max()}"
        )


def allowed(dataset: Dataset, boxes: Sequence[Box], shape: Sequence[int], frame: int) -> Mask:
    """The pixels that may be others: those of the boxes; of lossy JPEG, of the units that these touch, with a
    ring as wide as chrominance is blended."""
    mask = np.zeros(shape[:2], np.bool_)
    high, wide = _sampling(dataset, frame) if boxes else (0, 0)
    subsampled_pairs = str(dataset.get("PhotometricInterpretation", "")).endswith("_422")
    for box in boxes:
        left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
        if high:
            ring_y, ring_x = high - 1, wide - 1
            top, bottom = _aligned(top - ring_y, bottom + ring_y, _BLOCK * high)
            left, right = _aligned(left - ring_x, right + ring_x, _BLOCK * wide)
            left, right, top, bottom = left - ring_x, right + ring_x, top - ring_y, bottom + ring_y
        elif subsampled_pairs and not decoders.syntax_of(dataset).is_encapsulated:
            left, right = _aligned(left, right, 2)
        mask[max(top, 0) : bottom, max(left, 0) : right] = True
    return mask


def _aligned(first: int, behind: int, unit: int) -> tuple[int, int]:
    return max(first, 0) // unit * unit, -(-behind // unit) * unit


def _sampling(dataset: Dataset, frame: int) -> tuple[int, int]:
    """How far chrominance in a lossy JPEG frame is stretched, down and across; 0, 0 if it is no such frame.

    The stream tells: files of another transfer syntax have such frames, too.
    """
    if decoders.syntax_of(dataset) not in decoders.JPEG:
        return 0, 0
    stream = next(one for number, one in enumerate(decoders.bitstreams(dataset)) if number == frame)
    at = 2
    while stream[at + 1] not in _SEQUENTIAL:
        if stream[at + 1] == _SOS:
            return 0, 0
        at += 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
    count = stream[at + 9]
    if count == 1:
        return 1, 1
    factors = [stream[at + 11 + 3 * number] for number in range(count)]
    down, across = [one & 15 for one in factors], [one >> 4 for one in factors]
    return max(down) // min(down), max(across) // min(across)


def _black(dataset: Dataset, frame: Frame, inside: Mask) -> Iterator[str]:
    """What is not as dark as can be inside."""
    samples, photometric = frame
    values = samples[inside]
    if samples.ndim == 3:
        full = 1 << (
            8 * samples.dtype.itemsize if dataset.BitsAllocated == dataset.BitsStored else dataset.BitsStored
        )
        dark = (0, full // 2, full // 2) if photometric.startswith("YBR_FULL") else (0, 0, 0)
        if not (values == np.array(dark)).all():
            yield f"{photometric} inside is not black but {np.unique(values, axis=0)[:3].tolist()}"
        return
    shades = np.unique(values)
    if len(shades) != 1:
        yield f"{len(shades)} shades inside"
        return
    shade = int(shades[0])
    if photometric == "PALETTE COLOR":
        yield from _darkest_entry(dataset, shade)
        return
    slope = float(dataset.get("RescaleSlope") or 1)
    inverted = (photometric == "MONOCHROME1") != (slope < 0)
    outside = samples[~inside]
    if outside.size and (shade < outside.max() if inverted else shade > outside.min()):
        yield f"inside {shade} is brighter than outside"
    yield from _window(dataset, shade, slope, photometric, inverted=inverted)


def _window(dataset: Dataset, shade: int, slope: float, photometric: str, *, inverted: bool) -> Iterator[str]:
    """The first window, as PS3.3 section C.11.2.1.2 draws it."""
    if "WindowCenter" not in dataset or "WindowWidth" not in dataset:
        return
    try:
        center, width = (
            float(value[0] if isinstance(value, Sequence) and not isinstance(value, str) else value)
            for value in (dataset.WindowCenter, dataset.WindowWidth)
        )
    except (TypeError, ValueError, IndexError):
        return
    value = shade * slope + float(dataset.get("RescaleIntercept") or 0)
    low, high = center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2
    stored = dataset.BitsStored - (1 if dataset.get("PixelRepresentation") else 0)
    lowest, highest = (-(1 << stored) if dataset.get("PixelRepresentation") else 0), (1 << stored) - 1
    if shade == (highest if inverted else lowest):
        return
    if value > low if photometric != "MONOCHROME1" else value < high:
        yield f"the window shows {shade} as not black"


def _darkest_entry(dataset: Dataset, shade: int) -> Iterator[str]:
    channels = []
    for color in ("Red", "Green", "Blue"):
        count, first, _bits = dataset[f"{color}PaletteColorLookupTableDescriptor"].value
        raw = dataset[f"{color}PaletteColorLookupTableData"].value
        count = count or 65536
        order = "<" if dataset.original_encoding[1] else ">"
        wide = len(raw) >= 2 * count
        channels.append(np.frombuffer(raw, f"{order}u2" if wide else "u1", count).astype(np.float64))
    light = np.array([0.299, 0.587, 0.114]) @ np.stack(channels)
    entry = min(max(shade - int(first), 0), count - 1)
    if light[entry] > light.min() + 1e-9:
        yield f"palette entry {shade} has light {light[entry]:g}, the darkest {light.min():g}"


@dataclass(frozen=True)
class Items:
    """Encapsulated pixel data: the offset table, and each fragment with the offset of its item behind it."""

    table: bytes
    fragments: list[tuple[int, bytes]]


def items(data: bytes) -> Items:
    """PS3.5 section A.4. Raises ValueError for anything else."""
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data):
        tag, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if tag == _DELIMITER:
            break
        if tag != _ITEM or at + 8 + length > len(data):
            raise ValueError("items are damaged")
        found.append((at, data[at + 8 : at + 8 + length]))
        at += 8 + length
    first = len(found[0][1]) + 8
    return Items(found[0][1], [(at - first, content) for at, content in found[1:]])


def encapsulation(before: Dataset, after: Dataset, boxes: Boxes) -> Iterator[str]:
    """What is wrong with items and tables."""
    try:
        old, new = items(before.PixelData), items(after.PixelData)
    except (ValueError, IndexError) as error:
        yield f"items: {error}"
        return
    if any(len(content) % 2 for _, content in new.fragments):
        yield "a fragment of odd length"
    count = decoders.count(before)
    starts = [at for at, _ in new.fragments]
    if new.table:
        offsets = list(struct.unpack(f"<{len(new.table) // 4}I", new.table))
        if len(offsets) != count or offsets != sorted(set(offsets)) or not set(offsets) <= set(starts):
            if any(offsets):
                yield f"the offset table {offsets[:4]} points to no frames"
        elif len(starts) == count and offsets != starts:
            yield "the offset table is wrong"
    elif old.table:
        yield "the offset table is gone"
    if "ExtendedOffsetTable" in before:
        yield from _extended(after, starts, new, count)
    yield from _untouched(old, new, before, boxes)


def _extended(after: Dataset, starts: list[int], new: Items, count: int) -> Iterator[str]:
    if "ExtendedOffsetTable" not in after:
        yield "the extended offset table is gone"
        return
    offsets = list(struct.unpack(f"<{count}Q", after.ExtendedOffsetTable))
    lengths = list(struct.unpack(f"<{count}Q", after.ExtendedOffsetTableLengths))
    if offsets != starts or [-(-length // 2) * 2 for length in lengths] != [
        len(one) for _, one in new.fragments
    ]:
        yield "the extended offset table is wrong"


def _untouched(old: Items, new: Items, before: Dataset, boxes: Boxes) -> Iterator[str]:
    """Frames without boxes keep their fragments, but for metadata that became zeros."""
    count = decoders.count(before)
    if boxes and len(old.fragments) == len(new.fragments) == count:
        untouched = [frame for frame in range(count) if frame not in boxes]
    elif boxes:
        # Fragments of frames can't be paired by number; the frames themselves are compared when decoded.
        touched = len(boxes) == count
        kept = {content for _, content in old.fragments} & {content for _, content in new.fragments}
        if not touched and not kept:
            yield "no fragment of frames without boxes is left"
        return
    elif len(old.fragments) != len(new.fragments):
        yield "another number of fragments, though nothing is covered"
        return
    else:
        untouched = list(range(len(old.fragments)))
    for number in untouched:
        one, other = old.fragments[number][1], new.fragments[number][1]
        if len(one) != len(other) or any(a != b and b for a, b in _unequal(one, other)):
            yield f"fragment {number} of a frame without boxes is another"


def _unequal(one: bytes, other: bytes) -> Iterator[tuple[int, int]]:
    if one != other:
        old, new = np.frombuffer(one, np.uint8), np.frombuffer(other, np.uint8)
        for place in np.flatnonzero(old != new):
            yield int(old[place]), int(new[place])
