"""Mask bytes in this process: a library in a line, a DICOM file in, its masked form and annotations out."""

from __future__ import annotations

import io
import tempfile
from functools import lru_cache
from pathlib import Path

import pydicom
import yaml
from pydicom.dataset import Dataset

from beam_phi.audit.records import Annotation
from beam_phi.engine import Engine
from beam_phi.formats import Source
from beam_phi.library.load import load
from beam_phi.masking.keys import MasterKey

KEY = MasterKey(bytes.fromhex("5eed" * 16))


@lru_cache(maxsize=64)
def engine(dicom: str = "{}", extends: str = "basic") -> Engine:
    """An engine whose library extends another by a `dicom` section in YAML."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.yaml"
        path.write_text(yaml.safe_dump({"name": "test", "extends": extends, "dicom": yaml.safe_load(dicom)}))
        return Engine(load(str(path)), KEY)


def mask(data: bytes, dicom: str = "{}", extends: str = "basic") -> tuple[bytes, list[Annotation]]:
    """The masked file and its annotations. Raises beam_phi.engine.Quarantine."""
    result = engine(dicom, extends).mask("file.dcm", "0", "dicom", Source(io.BytesIO(data), len(data)))
    try:
        return b"".join(result.content.chunks()), list(result.annotations())
    finally:
        result.close()


def masked(dataset: Dataset, dicom: str = "{}", extends: str = "basic") -> Dataset:
    """The masked form of a dataset, read back. Its file meta information is made where it is missing."""
    buffer = io.BytesIO()
    if not hasattr(dataset, "file_meta"):
        dataset.file_meta = pydicom.dataset.FileMetaDataset()
    if "TransferSyntaxUID" not in dataset.file_meta:
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return pydicom.dcmread(io.BytesIO(mask(buffer.getvalue(), dicom, extends)[0]))
