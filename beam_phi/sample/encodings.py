"""The ways a dataset gets on disk: transfer syntaxes, missing meta, misplaced elements, leftovers."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite, write_dataset
from pydicom.tag import Tag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
)

Writer = Callable[[Dataset], bytes]
_UNKNOWN_EVEN = Tag(0x0020, 0x0009)
_PADDING = Tag(0xFFFC, 0xFFFC)


def explicit(dataset: Dataset) -> bytes:
    """A plain Part 10 file in the syntax its meta names."""
    stream = BytesIO()
    dcmwrite(stream, dataset, enforce_file_format=True)
    return stream.getvalue()


def implicit(dataset: Dataset) -> bytes:
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    return explicit(dataset)


def big_endian(dataset: Dataset) -> bytes:
    """Explicit VR Big Endian (retired). pydicom leaves the words of OW values to us."""
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
    return explicit(dataset)


def deflated(dataset: Dataset) -> bytes:
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    return explicit(dataset)


def bare(dataset: Dataset) -> bytes:
    """Neither preamble nor file meta: the dataset alone, Implicit VR Little Endian."""
    del dataset.file_meta
    return _implicit(dataset, "")


def unknown_vr(dataset: Dataset) -> bytes:
    """Sequences a former system did not know, as UN (PS3.5 6.2.2); in the dataset they stay sequences."""
    sequences = [dataset[name] for name in ("RequestAttributesSequence", "OriginalAttributesSequence")]
    for sequence in sequences:
        unknown = DataElement(sequence.tag, "OB", _implicit_value(sequence, dataset))
        unknown.VR = "UN"  # pydicom would look up the known one if it were told at once
        dataset[sequence.tag] = unknown
    content = explicit(dataset)
    dataset.update({sequence.tag: sequence for sequence in sequences})
    return content


def leftovers(dataset: Dataset) -> bytes:
    """PHI in the preamble, an element no dictionary knows, a coded entry, and the trailing padding."""
    who = f"{dataset.PatientName.family_name}^{dataset.PatientName.given_name}"
    who = f"{who} {dataset.PatientID} "
    dataset.preamble = who.encode("latin-1").ljust(128, b"\0")
    dataset.AnatomicRegionSequence[0].PatientName = dataset.PatientName
    dataset.add_new(_UNKNOWN_EVEN, "LO", who.strip())
    dataset.add_new(_PADDING, "OB", (who.encode("latin-1") * 4).ljust(512, b"\0"))
    return explicit(dataset)


def run_length(dataset: Dataset) -> bytes:
    """RLE Lossless."""
    dataset.compress(RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    return explicit(dataset)


def jpeg(dataset: Dataset) -> bytes:
    """JPEG Baseline, one frame, colour."""
    size = (dataset.Columns, dataset.Rows)
    stream = BytesIO()
    Image.frombytes("RGB", size, dataset.PixelData).save(stream, "JPEG", quality=90)
    raw = len(dataset.PixelData)
    dataset.PixelData = encapsulate([stream.getvalue()])
    dataset["PixelData"].is_undefined_length = True
    dataset.PhotometricInterpretation = "YBR_FULL_422"
    dataset.LossyImageCompression = "01"
    dataset.LossyImageCompressionRatio = f"{raw / len(stream.getvalue()):.2f}"
    dataset.LossyImageCompressionMethod = "ISO_10918_1"
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    return explicit(dataset)


WRITERS: dict[str, tuple[Writer, ...]] = {
    "CR": (explicit,),
    "MR": (run_length, explicit, explicit),
    "XC": (jpeg,),
    "US": (explicit,),
}
"""Writers for the instances of the other series, by modality."""

CT_WRITERS: tuple[tuple[str, Writer], ...] = (
    (".dcm", explicit),
    ("", explicit),
    (".dcm", implicit),
    (".dcm", big_endian),
    (".dcm", deflated),
    (".dcm", bare),
    (".dcm", unknown_vr),
    (".dcm", leftovers),
)
"""Extension and writer for the slices of the CT series, in turn."""


def write(path: Path, dataset: Dataset, writer: Writer) -> None:
    """Write the dataset, making the folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(writer(dataset))


def _implicit(dataset: Dataset, character_set: str | list[str]) -> bytes:
    stream = DicomBytesIO()
    stream.is_little_endian, stream.is_implicit_VR = True, True
    write_dataset(stream, dataset, character_set)
    return stream.getvalue()


def _implicit_value(element: DataElement, dataset: Dataset) -> bytes:
    """The value of an element of `dataset`, encoded Implicit VR Little Endian, without tag and length."""
    alone = Dataset()
    alone[element.tag] = element
    return _implicit(alone, dataset.get("SpecificCharacterSet", ""))[8:]
