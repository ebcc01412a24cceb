"""All that can be read in a file: its bytes, and what comes out when they are unpacked, however often."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial, reduce
from typing import Literal, NamedTuple

from support.reading import pdf_text, seen_text
from support.sheets import parquet_rows, workbook_rows
from support.unpacking import (
    base64_runs,
    bzip2_streams,
    deflated_data_set,
    gzip_streams,
    tar_members,
    xz_streams,
    zip_members,
    zlib_streams,
)

_DEEPEST = 5


class Reading(NamedTuple):
    """A way to read bytes.

    parts: gives what is read, part by part; nothing for bytes that are no such thing.
    numbered: the number of a part says where it is. counts: how what the parts say is counted: it comes to
    what the bytes say (``more``), is some of it told anew (``again``), or all of it (``instead``).
    """

    parts: Callable[[bytes], Iterator[bytes]]
    numbered: bool = False
    counts: Literal["more", "again", "instead"] = "more"


def _utf_16(data: bytes) -> Iterator[bytes]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield data.decode("utf-16", "replace").encode("utf-8", "replace")


def _inner_pdf(data: bytes) -> Iterator[bytes]:
    """From where a PDF begins behind something else, as in a DICOM object."""
    if (start := data.find(b"%PDF-", 1)) > 0:
        yield data[start:]


#: Readings of what pictures say, and the engines they are by.
OCR: Mapping[str, str] = {"ocr": "onnx", "ocr by tesseract": "tesseract"}

READINGS: Mapping[str, Reading] = {
    "utf-16": Reading(_utf_16, counts="instead"),
    "parquet": Reading(parquet_rows, counts="instead"),
    "xlsx": Reading(workbook_rows, counts="instead"),
    "zip": Reading(zip_members, numbered=True, counts="instead"),
    "tar": Reading(tar_members, numbered=True, counts="instead"),
    "inner pdf": Reading(_inner_pdf, counts="again"),
    "pdf": Reading(pdf_text, numbered=True, counts="again"),
    **{
        name: Reading(partial(seen_text, engine), numbered=True, counts="again")
        for name, engine in OCR.items()
    },
    "deflated": Reading(deflated_data_set),
    "gzip": Reading(gzip_streams),
    "bzip2": Reading(bzip2_streams),
    "xz": Reading(xz_streams),
    "zlib": Reading(zlib_streams),
    "base64": Reading(base64_runs),
}


def views(
    data: bytes, without: Collection[str] = (), depth: int = 0, name: str = "raw"
) -> Iterator[tuple[str, bytes]]:
    """Pairs of (how it was got, bytes), the data itself first. without: names of readings to leave out."""
    yield name, data
    if depth == _DEEPEST:
        return
    for how, reading in READINGS.items():
        if how not in without:
            for number, part in enumerate(reading.parts(data)):
                if part:
                    step = f"{how}[{number}]" if reading.numbered else how
                    yield from views(part, without, depth + 1, step if name == "raw" else f"{name} > {step}")


def tally(data: bytes, count: Callable[[bytes], Counter[int]], depth: int = 0) -> Counter[int]:
    """How often each thing is told that `count` counts in bytes: what is told once and can be read in two
    ways counts once.
    """
    counts: dict[str, list[Counter[int]]] = {"more": [count(data)], "again": [], "instead": []}
    for reading in READINGS.values() if depth < _DEEPEST else ():
        parts = [tally(part, count, depth + 1) for part in reading.parts(data) if part]
        if parts:
            counts[reading.counts].append(sum(parts, Counter()))
    told = counts["again"] + (counts["instead"] or [sum(counts["more"], Counter())])
    return reduce(operator.or_, told)
