"""Writes the whole export, and shows everything it writes to the truth."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from beam_phi.identity.canonical import fold
from beam_phi.sample import (
    archives,
    bulk,
    dicomweb,
    documents,
    encodings,
    extracts,
    glossary,
    messages,
    notes,
    scans,
    tables,
)
from beam_phi.sample.dicom import build
from beam_phi.sample.file import File
from beam_phi.sample.people import CHOSEN, Hospital, doubles, patients
from beam_phi.sample.plan import Series, Study, declare_people, has_plain_surname, studies
from beam_phi.sample.truth import FILE_NAME, Truth

_KEPT_KEYWORDS = frozenset(
    (
        "BodyPartExamined",
        "Manufacturer",
        "MediaStorageSOPClassUID",
        "SOPClassUID",
        "SoftwareVersions",
        "TransferSyntaxUID",
    )
)
"""Attributes that the Basic Profile keeps (PS3.15 Table E.1-1 does not name them)."""
_KEPT_FOLDER_WORDS = (
    "XR CHEST AP PORTABLE",
    "CT HEAD",
    "MR KNEE LEFT",
    "US ABDOMEN COMPLETE",
    "WOUND PHOTO LEFT FOOT",
)


def write(folder: Path, seed: int = 2026, patients: int = 6) -> Truth:
    """Write a synthetic hospital export and its ``truth.json`` into `folder`; one seed, the same bytes.

    patients: how many, at least 1. The first six are chosen for their hard names and ids.

    Raises ValueError if the folder holds anything or there would be no patient, OSError where it can't be
    written.
    """
    if patients < 1:
        raise ValueError("a sample needs at least one patient")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError("DIR is not empty: choose another folder for the sample")
    return _Export(folder, seed, patients).write()


class _Export:
    """One run of the writer."""

    def __init__(self, folder: Path, seed: int, count: int) -> None:
        self.folder = folder
        self.hospital = Hospital()
        self.truth = Truth(seed)
        rng = random.Random(seed)  # noqa: S311 - nothing secret is drawn
        self.noise = np.random.default_rng(seed)
        self.patients = patients(rng, count)
        # Those who are easily taken for others have no rows in tables, which don't say who gave an id.
        self.doubles = doubles(rng, self.patients[0], count) if count > CHOSEN else []
        declare_people(self.truth, self.hospital, [*self.patients, *self.doubles])
        self.studies = studies(rng, self.truth, self.patients)
        self.studies_of_doubles = studies(rng, self.truth, self.doubles)
        self.joins: dict[str, dict[str, list[object]]] = {
            s.uid: {"files": [], "rows": []} for s in self.studies
        }
        self.instances: dict[str, dict[str, Any]] = {}

    def write(self) -> Truth:
        self._images()
        self._tables()
        for file in self._files():
            self._put(file)
        self._joins()
        self.truth.forget_unplanted()
        self.truth.write(self.folder / FILE_NAME)
        return self.truth

    def _images(self) -> None:
        slices = 0
        for study in self.studies:
            for series in study.series:
                for index in range(len(series.instances)):
                    if series.modality == "CT":
                        suffix, writer = encodings.CT_WRITERS[slices % len(encodings.CT_WRITERS)]
                        slices += 1
                    else:
                        suffix, writer = ".dcm", encodings.WRITERS[series.modality][index]
                    self._image(study, series, index, suffix, writer)

    def _image(self, study: Study, series: Series, index: int, suffix: str, writer: encodings.Writer) -> None:
        path = f"{study.folder}/{series.folder}/{_file_name(study, series, index)}{suffix}"
        made = build(self.noise, self.hospital, study, series, index)
        if index == 0:
            self.instances[study.uid] = dicomweb.metadata(made.dataset)
        encodings.write(self.folder / path, made.dataset, writer)
        owner = study.patient.id
        self._show_path(path, owner)
        for keyword, text, location in _values(made.dataset):
            self.truth.show(text, path, location, (owner,))
            if keyword in _KEPT_KEYWORDS:
                self.truth.keep(text, path, location, (text,))
        for burned in made.burned:
            for frame in range(made.frames):
                self.truth.burned_in.append(
                    {"path": path, "frame": frame, "text": burned.text, "box": list(burned.box)}
                )
        self.joins[study.uid]["files"].append(path)

    def _tables(self) -> None:
        for table in (
            tables.metadata(self.studies, self._size),
            tables.register(self.patients),
            tables.visits(self.studies),
            tables.laboratory(self.hospital, self.patients),
        ):
            self._put(table.file())
            for number, row in enumerate(table.rows, start=1):
                if row.study:
                    self.joins[row.study.uid]["rows"].append({"path": table.path, "row": number})

    def _files(self) -> Iterator[File]:
        """All that is neither an image nor a table that lists images."""
        hospital, everyone = self.hospital, [*self.patients, *self.doubles]
        planned = [*self.studies, *self.studies_of_doubles]
        yield messages.results(hospital, self.studies)
        if self.studies_of_doubles:
            yield messages.results(hospital, self.studies_of_doubles, "interfaces/doubles.hl7")
        yield messages.claims(hospital, self.patients)
        for number, patient in enumerate(everyone, start=1):
            own = [study for study in planned if study.patient is patient]
            if number <= len(self.patients):
                yield notes.discharge_summary(hospital, own)
                yield notes.radiology_report(hospital, own)
                yield dicomweb.response(patient, number, [self.instances[study.uid] for study in own])
            yield from documents.bundles(hospital, own, number)
            yield documents.summary(hospital, own)
        yield from bulk.bulk(everyone)
        yield from bulk.addenda(hospital, self.studies)
        yield from extracts.extracts(hospital, self.patients, self.studies)
        yield archives.archive(hospital, self.patients)
        yield from scans.scans(hospital, self.patients)
        yield glossary.glossary()

    def _joins(self) -> None:
        for study in self.studies:
            self.truth.joins.append(
                {
                    "patient": study.patient.id,
                    "study": study.uid,
                    "accession": study.accession,
                    **self.joins[study.uid],
                }
            )

    def _show_path(self, path: str, owner: str) -> None:
        for position, part in enumerate(PurePosixPath(path).parts):
            self.truth.show(part.removesuffix(".dcm"), path, f"path[{position}]", (owner,))
            self.truth.keep(part, path, f"path[{position}]", _KEPT_FOLDER_WORDS)

    def _put(self, file: File) -> None:
        target = self.folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        self._show_path(file.path, file.owner)
        for text, location, patient in file.parts:
            self.truth.show(text, file.path, location, (patient,))
            self.truth.keep(text, file.path, location, file.decoys)

    def _size(self, folder: str) -> int:
        return sum(file.stat().st_size for file in (self.folder / folder).iterdir())


def _file_name(study: Study, series: Series, index: int) -> str:
    """Numbered; by SOP Instance UID for MR; the first CT slice bears a surname that can be told for one."""
    name = study.patient.name
    if series.modality == "CT" and index == 0 and has_plain_surname(name):
        return f"{fold(name.family)}_{fold(name.given)}_CT"
    if series.modality == "MR":
        return series.instances[index]
    return f"1-{index + 1}"


def _values(dataset: Dataset) -> Iterator[tuple[str, str, str]]:
    """Keyword, text and location of every value, file meta and nested items included."""
    if preamble := getattr(dataset, "preamble", None):
        yield "", preamble.decode("latin-1"), "preamble"
    if meta := getattr(dataset, "file_meta", None):
        yield from _nested(meta, "")
    yield from _nested(dataset, "")


def _nested(dataset: Dataset, prefix: str) -> Iterator[tuple[str, str, str]]:
    for element in dataset:
        location = prefix + _tag(element)
        if element.VR == "SQ":
            for number, item in enumerate(element.value):
                yield from _nested(item, f"{location}[{number}].")
        elif isinstance(element.value, bytes):
            if element.keyword != "PixelData":
                yield element.keyword, element.value.decode("latin-1"), location
        elif isinstance(element.value, MultiValue):
            for number, value in enumerate(element.value, start=1):
                yield element.keyword, str(value), f"{location}#{number}"
        elif element.value is not None:
            yield element.keyword, str(element.value), location


def _tag(element: DataElement) -> str:
    if element.private_creator:
        return f'({element.tag.group:04X},"{element.private_creator}",{element.tag.element & 0xFF:02X})'
    return f"({element.tag.group:04X},{element.tag.element:04X})"
