"""What pydicom finds in a file: raw values, items, and whether a value is valid."""

from __future__ import annotations

import io

from pydicom import config
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset, read_sequence
from pydicom.valuerep import validate_value

from conformance.encoding import UNDEFINED, Syntax, data_set, file_meta, header
from conformance.table import multiplicity

_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
_SIZES = {"US": 2, "UL": 4, "FD": 8}
_ONE_VALUE = frozenset({"LT", "ST", "UT", "UR"})


def read(data: bytes, syntax: Syntax) -> Dataset:
    """The data set, the elements of the file meta information among the others.

    Not by dcmread, which takes what begins with group 0000 for a command in implicit VR.
    """
    main = data_set(data, syntax)
    ds = read_dataset(io.BytesIO(main), syntax.implicit, not syntax.big)
    ds.update(read_dataset(io.BytesIO(file_meta(data)), is_implicit_VR=False, is_little_endian=True))
    return ds


def un_item(data: bytes, syntax: Syntax, tag: int) -> Dataset | None:
    """The first item of the top-level sequence that is written as UN, None if it is absent.

    Inside UN all is little endian (PS3.5 section 6.2.2), also in a big endian data set, which pydicom does
    not know.
    """
    main = data_set(data, syntax)
    head = header(tag, "UN", UNDEFINED, syntax)
    start = main.find(head[:8])
    if start < 0:
        return None
    length = int.from_bytes(main[start + 8 : start + 12], "big" if syntax.big else "little")
    stream = io.BytesIO(main[start + 12 :] if length == UNDEFINED else main[start + 12 : start + 12 + length])
    items_ = read_sequence(stream, True, True, length, "ascii")
    return items_[0]


def raw(ds: Dataset, tag: int) -> bytes | None:
    """The bytes of an element's value as they stand in the file, None if it is absent."""
    if tag not in ds:
        return None
    element = ds.get_item(tag)
    if isinstance(element, RawDataElement):
        return element.value or b""
    value = element.value
    return value if isinstance(value, bytes) else str(value).encode("ascii")


def items(ds: Dataset, tag: int) -> list[Dataset] | None:
    """The items of a sequence, None if it is absent."""
    return list(ds[tag].value or ()) if tag in ds else None


def parts(value: bytes, vr: str) -> list[str]:
    """The values, without padding."""
    texts = value.decode("latin-1")
    split = [texts] if vr in _ONE_VALUE else texts.split("\\")
    return [each.strip(" \0") for each in split]


def fault(tag: int, vr: str, value: bytes) -> str:
    """What is wrong with a value by VR and VM, "" if nothing is."""
    if vr in _BINARY:
        return "" if len(value) % 2 == 0 else "odd length"
    if vr in _SIZES:
        return "" if len(value) % _SIZES[vr] == 0 else "odd size"
    if len(value) % 2:
        return "odd length"
    found = parts(value, vr)
    for part in found:
        try:
            validate_value(vr, part, config.RAISE)
        except ValueError as error:
            return str(error)
    low, high, step = multiplicity(tag)
    if len(found) < low or (high is not None and len(found) > high) or (len(found) - low) % step:
        return f"{len(found)} values, {low} to {high or 'n'} allowed"
    return ""


def leaves(ds: Dataset) -> list[bytes]:
    """All values of a data set, at any depth."""
    found: list[bytes] = []
    for tag in list(ds.keys()):
        value = ds[tag].value if ds[tag].VR == "SQ" else None
        if value is None:
            found.append(raw(ds, int(tag)) or b"")
        else:
            for item in value:
                found += leaves(item)
    return found
