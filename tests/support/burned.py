"""Pictures and DICOM objects with text burned in."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage


class Text(NamedTuple):
    """A line of text: its upper left corner, size in pixels and brightness (0-255)."""

    words: str
    x: int
    y: int
    size: int = 16
    bright: int = 255


def ink(rows: int, columns: int, texts: Iterable[Text]) -> NDArray[np.uint8]:
    """How bright text makes each pixel, 0-255."""
    image = Image.new("L", (columns, rows))
    draw = ImageDraw.Draw(image)
    for text in texts:
        draw.text((text.x, text.y), text.words, fill=text.bright, font=ImageFont.load_default(text.size))
    return np.asarray(image)


def tissue(rows: int, columns: int, seed: int = 1) -> NDArray[np.uint8]:
    """A round, softly noisy body on black, without any text."""
    y, x = np.mgrid[0:rows, 0:columns]
    inside = ((y - rows / 2) / (rows * 0.36)) ** 2 + ((x - columns / 2) / (columns * 0.36)) ** 2 < 1
    noise = np.random.default_rng(seed).normal(90, 12, (rows, columns))
    smooth = (noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1)) / 3
    return np.where(inside, smooth, 4).clip(0, 255).astype(np.uint8)


def burned(picture: NDArray[np.uint8], texts: Iterable[Text]) -> NDArray[np.uint8]:
    """The picture with text over it."""
    return np.maximum(picture, ink(*picture.shape[:2], texts))


def dataset(frames: NDArray[np.uint8], patient: str = "DAVIDSON^DOUGLAS", **attributes: object) -> Dataset:
    """A secondary capture of 8-bit grey frames: (rows, columns) or (frames, rows, columns)."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = SecondaryCaptureImageStorage
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = "1.2.3.4.5"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.3.4", "1.2.3.4.1"
    ds.PatientName, ds.PatientID, ds.PatientBirthDate, ds.Modality = patient, "46198", "19430722", "OT"
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PixelRepresentation = 1, "MONOCHROME2", 0
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit = 7
    ds.Rows, ds.Columns = frames.shape[-2:]
    if frames.ndim == 3:
        ds.NumberOfFrames = len(frames)
    ds.PixelData = frames.tobytes() + b"\0" * (frames.size % 2)
    ds["PixelData"].VR = "OB"
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def file_of(ds: Dataset) -> bytes:
    """The object as a file."""
    stream = io.BytesIO()
    ds.save_as(stream, enforce_file_format=True)
    return stream.getvalue()
