"""What a DICOMweb server answers about a patient's studies: the DICOM JSON Model (PS3.18 F.2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from pydicom.dataset import Dataset

from beam_phi.sample.file import File, text_file
from beam_phi.sample.people import Patient

DECOYS = ("Nordlys Imaging", "1.2.840.10008.5.1.4.1.1.2")
"""Values that must be kept."""


def metadata(dataset: Dataset) -> dict[str, Any]:
    """An instance's attributes; pixel data, those of thumbnails too, are left out."""
    told = deepcopy(dataset)
    for name in ("PixelData", "IconImageSequence"):
        if name in told:
            delattr(told, name)
    answer: dict[str, Any] = told.to_json_dict(bulk_data_threshold=1 << 20)
    answer.pop("00080005", None)  # it is UTF-8
    return answer


def response(patient: Patient, number: int, instances: Sequence[dict[str, Any]]) -> File:
    """number: of the patient, from 1."""
    text = json.dumps(instances, ensure_ascii=False, indent=1) + "\n"
    return text_file(f"dicomweb/{number}.json", text, patient.owner, DECOYS)
