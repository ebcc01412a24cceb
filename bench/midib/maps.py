"""The two maps a team hands in, made of the source files and the masked ones."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset

from beam_phi.masking.base import NOWHERE
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.uid import Uid
from bench.midib.rules import Maps


def work_out(sources: Path, masked: Path, key: MasterKey) -> Maps:
    """Old -> new.

    UIDs: every one of every source file, at any depth, through the masking function under the same key, so
    that a UID that the run mapped otherwise is found out. Patient ids: by pairs of files, the first pair of
    an id counts, so that a second pseudonym is found out.
    """
    mask = Uid({}, key)
    uids: dict[str, str] = {}
    ids: dict[str, str] = {}
    for dataset in _headers(sources):
        for uid in _uids(dataset):
            uids[uid] = mask.mask(uid, NOWHERE)
        ids[str(dataset.get("SOPInstanceUID", ""))] = str(dataset.get("PatientID", ""))
    new_ids = {str(ds.get("SOPInstanceUID", "")): str(ds.get("PatientID", "")) for ds in _headers(masked)}
    patients: dict[str, str] = {}
    for uid, old in ids.items():
        new = new_ids.get(uids.get(uid, ""))
        if new is not None:
            patients.setdefault(old, new)
    return Maps(uids, patients)


def _headers(folder: Path) -> Iterator[Dataset]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield pydicom.dcmread(path, stop_before_pixels=True, force=True)


def _uids(dataset: Dataset) -> Iterator[str]:
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from _uids(item)
        elif element.VR == "UI" and element.value:
            values = [element.value] if isinstance(element.value, str) else element.value
            yield from map(str, values)
