"""Small DICOM objects for tests."""

from __future__ import annotations

import io
from typing import Any

import pydicom
from pydicom.data import get_testdata_file


def ct(**attributes: Any) -> bytes:
    """pydicom's small CT slice with other attributes, by keyword."""
    image = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    for keyword, value in attributes.items():
        setattr(image, keyword, value)
    buffer = io.BytesIO()
    image.save_as(buffer)
    return buffer.getvalue()
