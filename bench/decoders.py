"""Decoders of pixel data that have nothing of beam-phi: pydicom's plugins one by one, imagecodecs, DCMTK."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import imagecodecs
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels import get_decoder
from pydicom.uid import UID

Samples = NDArray[Any]

JPEG_LOSSY = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51")
JPEG = (*JPEG_LOSSY, "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70")
RLE = "1.2.840.10008.1.2.5"
_DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
_ENCAPSULATED_NATIVE = "1.2.840.10008.1.2.1.98"
_JPEG = "1.2.840.10008.1.2.4."
_MARKED = re.compile(rb"\xff\xe0..JFIF|\xff\xee\0\x0eAdobe", re.DOTALL)
_ONE_SAMPLE = ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")
# Where imagecodecs has several, not the one that masks.
_CODECS: dict[str, Callable[[bytes], Samples]] = {
    **dict.fromkeys(JPEG_LOSSY, imagecodecs.jpeg8_decode),
    **dict.fromkeys((f"{_JPEG}57", f"{_JPEG}70"), imagecodecs.jpegsof3_decode),
    **dict.fromkeys((f"{_JPEG}80", f"{_JPEG}81"), imagecodecs.jpegls_decode),
    **dict.fromkeys((f"{_JPEG}90", f"{_JPEG}91"), imagecodecs.jpeg2k_decode),
    **dict.fromkeys((f"{_JPEG}201", f"{_JPEG}202", f"{_JPEG}203"), imagecodecs.htj2k_decode),
}


# Of DCMTK: command lines that decode a file into another one.
_DCMTK: dict[str, str] = {
    **dict.fromkeys((*JPEG_LOSSY, f"{_JPEG}57", f"{_JPEG}70"), "dcmdjpeg"),
    **dict.fromkeys((f"{_JPEG}80", f"{_JPEG}81"), "dcmdjpls"),
    RLE: "dcmdrle",
}


class Frame(NamedTuple):
    """A frame as a decoder gives it: (rows, columns) or (rows, columns, samples), and what these are."""

    samples: Samples
    photometric: str


def read(path: Any) -> Dataset:
    """A file, in peace."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(path, force=True)


def syntax_of(dataset: Dataset) -> UID:
    """The transfer syntax that it is in, if it says so or not."""
    meta = getattr(dataset, "file_meta", None)
    if meta is not None and meta.get("TransferSyntaxUID"):
        return UID(str(meta.TransferSyntaxUID))
    implicit, little = dataset.original_encoding
    if not implicit:
        return pydicom.uid.ExplicitVRLittleEndian if little else pydicom.uid.ExplicitVRBigEndian
    return pydicom.uid.ImplicitVRLittleEndian


def names(dataset: Dataset) -> list[str]:
    """The decoders there are for a data set."""
    syntax = syntax_of(dataset)
    if not syntax.is_encapsulated:
        return ["pydicom", "numpy"]
    try:
        found = [f"pydicom/{name}" for name in get_decoder(syntax).available_plugins]
    except NotImplementedError:
        found = []
    if syntax in _CODECS or syntax == RLE:
        found.append("imagecodecs")
    elif syntax in (_DEFLATED_FRAME, _ENCAPSULATED_NATIVE):
        found.append("numpy")
    if shutil.which(_DCMTK.get(syntax, "")):
        found.append("dcmtk")
    return found


def frames(dataset: Dataset, name: str) -> Iterator[Frame]:
    """The frames as one decoder gives them, no colour changed. It raises whatever it raises."""
    if name in ("numpy", "imagecodecs"):
        photometric = str(dataset.PhotometricInterpretation)
        lossy = syntax_of(dataset) in JPEG_LOSSY
        if name == "imagecodecs" and photometric not in _ONE_SAMPLE and (lossy or photometric != "YBR_FULL"):
            photometric = "RGB"
        for words in _plain(dataset) if name == "numpy" else _imagecodecs(dataset):
            yield Frame(words, photometric)
        return
    if name == "dcmtk":
        yield from _dcmtk(dataset)
        return
    dataset.file_meta.TransferSyntaxUID = syntax = syntax_of(dataset)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plugin = name.partition("/")[2]
        for samples, said in get_decoder(syntax).iter_array(dataset, raw=True, decoding_plugin=plugin):
            # A copy: the iterator may use its buffer again.
            yield Frame(np.array(samples), str(said["photometric_interpretation"]))


def _dcmtk(dataset: Dataset) -> Iterator[Frame]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        target = Path(folder) / "decoded.dcm"
        command = [_DCMTK[syntax_of(dataset)], str(dataset.filename), str(target)]
        subprocess.run(command, check=True, capture_output=True)
        yield from frames(read(target), "pydicom")


def count(dataset: Dataset) -> int:
    """Number of Frames, 1 where it says nothing that is one."""
    try:
        return max(int(dataset.get("NumberOfFrames") or 1), 1)
    except (TypeError, ValueError):
        return 1


def bitstreams(dataset: Dataset) -> Iterator[bytes]:
    """The bit stream of each frame of encapsulated pixel data."""
    offsets = None
    if "ExtendedOffsetTable" in dataset:
        offsets = (dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from generate_frames(
            dataset.PixelData, number_of_frames=count(dataset), extended_offsets=offsets
        )


def _imagecodecs(dataset: Dataset) -> Iterator[Samples]:
    syntax = syntax_of(dataset)
    for stream in bitstreams(dataset):
        if syntax == RLE:
            yield _rle(stream, dataset)
        elif (
            syntax in JPEG_LOSSY
            and str(dataset.PhotometricInterpretation) == "RGB"
            and not _MARKED.search(stream)
        ):
            # Nothing in the stream says so, and then it is taken for Y, Cb and Cr.
            yield np.asarray(imagecodecs.jpeg8_decode(stream, colorspace="RGB", outcolorspace="RGB"))
        else:
            yield np.asarray(_CODECS[syntax](stream))


def _rle(stream: bytes, dataset: Dataset) -> Samples:
    rows, columns, samples = dataset.Rows, dataset.Columns, dataset.SamplesPerPixel
    word = f"<u{dataset.BitsAllocated // 8}"
    words = np.frombuffer(imagecodecs.dicomrle_decode(stream, dtype=word), word)
    planes: Samples = words.reshape(samples, rows, columns)
    return planes[0] if samples == 1 else planes.transpose(1, 2, 0)


def _plain(dataset: Dataset) -> Iterator[Samples]:
    """Words as they are stored, without the bits above and below: overlays may stand there, and these go."""
    rows, columns, samples = dataset.Rows, dataset.Columns, dataset.SamplesPerPixel
    syntax = syntax_of(dataset)
    word = np.dtype(
        f"{'>' if syntax == pydicom.uid.ExplicitVRBigEndian else '<'}u{dataset.BitsAllocated // 8}"
    )
    low = dataset.HighBit + 1 - dataset.BitsStored
    subsampled = str(dataset.PhotometricInterpretation).endswith("_422")
    size = rows * columns * (2 if subsampled else samples)
    data: list[bytes]
    if syntax.is_encapsulated:
        wbits = -15
        deflated = syntax == _DEFLATED_FRAME
        data = [zlib.decompress(one, wbits) if deflated else one for one in bitstreams(dataset)]
    else:
        whole = dataset.PixelData
        if word.byteorder == ">" and word.itemsize == 1 and dataset["PixelData"].VR == "OW":
            whole = np.frombuffer(whole, "<u2").byteswap().tobytes()
        step = size * word.itemsize
        data = [whole[at * step : (at + 1) * step] for at in range(count(dataset))]
    for one in data:
        words = (np.frombuffer(one, word, size) >> low) & ((1 << dataset.BitsStored) - 1)
        if subsampled:
            pairs = words.reshape(rows, columns // 2, 4)
            full = np.empty((rows, columns, 3), words.dtype)
            full[..., 0] = pairs[..., :2].reshape(rows, columns)
            full[..., 1:] = pairs[..., 2:].repeat(2, axis=1)
            yield full
        elif samples > 1 and dataset.get("PlanarConfiguration"):
            yield words.reshape(samples, rows, columns).transpose(1, 2, 0)
        elif samples > 1:
            yield words.reshape(rows, columns, samples)
        else:
            yield words.reshape(rows, columns)
