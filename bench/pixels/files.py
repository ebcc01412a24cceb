"""The set as DICOM files with a `truth.json` beside them, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

from beam_phi.library.model import Box
from bench.pixels.model import Facts, Image, Word

TRUTH = "truth.json"


def dataset(image: Image) -> Dataset:
    """The picture as an uncompressed secondary capture that names its patient."""
    facts, (rows, columns) = image.facts, image.shape
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = SecondaryCaptureImageStorage
    ds.file_meta.MediaStorageSOPInstanceUID = _uid(image, "instance")
    ds.SOPInstanceUID = _uid(image, "instance")
    ds.StudyInstanceUID, ds.SeriesInstanceUID = _uid(image, "study"), _uid(image, "series")
    ds.SpecificCharacterSet = "ISO_IR 192"
    for keyword, text in image.header.items():
        setattr(ds, keyword, text)
    ds.Rows, ds.Columns = rows, columns
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = (
        facts.bits_allocated,
        facts.bits_stored,
        facts.bits_stored - 1,
    )
    ds.PixelRepresentation = int(facts.signed)
    ds.PhotometricInterpretation = facts.photometric
    ds.SamplesPerPixel = 3 if facts.photometric == "RGB" else 1
    if facts.photometric == "RGB":
        ds.PlanarConfiguration = 0
    if facts.palette is not None:
        for number, colour in enumerate(("Red", "Green", "Blue")):
            setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [len(facts.palette), 0, 16])
            table = facts.palette[:, number].astype("<u2").tobytes()
            setattr(ds, f"{colour}PaletteColorLookupTableData", table)
    if facts.window is not None:
        low, high = facts.window
        ds.WindowCenter, ds.WindowWidth = f"{(low + high) / 2:.2f}", f"{max(1.0, high - low):.2f}"
        ds.RescaleIntercept, ds.RescaleSlope = "0", "1"
    pixels = image.samples.astype(image.samples.dtype.newbyteorder("<")).tobytes()
    ds.add_new("PixelData", "OB" if facts.bits_allocated == 8 else "OW", pixels + b"\0" * (len(pixels) % 2))
    return ds


def write_one(image: Image, folder: Path) -> Path:
    """The picture as a file under its name."""
    path = folder / f"{image.name}.dcm"
    dataset(image).save_as(path, enforce_file_format=True)
    return path


def write(images: Iterable[Image], folder: Path, **about: Any) -> int:
    """All pictures and their truth, which tells `about`, too. Returns how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    told = []
    for image in images:
        write_one(image, folder)
        told.append(_tell(image))
    text = json.dumps({**about, "images": told}, ensure_ascii=False, indent=None, separators=(",", ":"))
    (folder / TRUTH).write_text(text + "\n", encoding="utf-8")
    return len(told)


def read(folder: Path) -> Iterator[Image]:
    """What :func:`write` wrote."""
    for told in json.loads((folder / TRUTH).read_text(encoding="utf-8"))["images"]:
        ds = pydicom.dcmread(folder / told["file"])
        palette = None
        if ds.PhotometricInterpretation == "PALETTE COLOR":
            tables = [ds[f"{c}PaletteColorLookupTableData"].value for c in ("Red", "Green", "Blue")]
            palette = np.stack([np.frombuffer(table, "<u2") for table in tables], axis=1)
        window = None
        if "WindowCenter" in ds:
            half = float(ds.WindowWidth) / 2
            window = (float(ds.WindowCenter) - half, float(ds.WindowCenter) + half)
        facts = Facts(
            int(ds.BitsAllocated), int(ds.BitsStored), bool(ds.PixelRepresentation),
            str(ds.PhotometricInterpretation), palette, window,
        )  # fmt: skip
        columns = int(ds.Columns)
        words, faint = ([_word(word, columns) for word in told[key]] for key in ("words", "faint"))
        yield Image(
            told["name"],
            told["background"],
            ds.pixel_array,
            facts,
            tuple(words),
            tuple(faint),
            told["header"],
        )


def _tell(image: Image) -> dict[str, Any]:
    rows, columns = image.shape
    return {
        "name": image.name, "file": f"{image.name}.dcm", "background": image.background, "rows": rows,
        "columns": columns, "header": image.header,
        "words": [_tell_word(word, columns) for word in image.words],
        "faint": [_tell_word(word, columns) for word in image.faint],
    }  # fmt: skip


def _tell_word(word: Word, columns: int) -> dict[str, Any]:
    """A word; its ink as runs, [first pixel, pixels], counted row by row from the upper left."""
    flat = np.sort(word.ink[:, 0].astype(np.int64) * columns + word.ink[:, 1])
    starts = np.flatnonzero(np.diff(flat, prepend=-2) != 1)
    lengths = np.diff(starts, append=len(flat))
    return {
        "text": word.text, "kind": word.kind, "phi": word.is_phi, "font": word.font, "size": word.size,
        "style": word.style, "place": word.place, "turn": word.turn,
        "box": [word.box.x, word.box.y, word.box.width, word.box.height],
        "ink": [[int(flat[start]), int(length)] for start, length in zip(starts, lengths, strict=True)],
    }  # fmt: skip


def _word(told: dict[str, Any], columns: int) -> Word:
    flat = np.concatenate([np.arange(start, start + length) for start, length in told["ink"]])
    ink: NDArray[np.int32] = np.stack(np.divmod(flat, columns), axis=1).astype(np.int32)
    return Word(
        told["text"], told["kind"], told["phi"], told["font"], told["size"], told["style"], told["place"],
        told["turn"], Box(*told["box"]), ink,
    )  # fmt: skip


def _uid(image: Image, what: str) -> UID:
    return generate_uid(entropy_srcs=[image.name, image.background, what])
