"""What makes a CT slice, a film, a cine loop: the modality's own modules, and its picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydicom.dataset import Dataset

from beam_phi.identity.canonical import fold
from beam_phi.sample import images, planted
from beam_phi.sample.objects import code, geometry, image, item, put, reference
from beam_phi.sample.plan import Series, Study


def _ct(
    rng: np.random.Generator, dataset: Dataset, study: Study, series: Series, index: int
) -> list[images.Burned]:
    patient = study.patient
    geometry(dataset, study, index, 1.25)
    put(
        dataset,
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        BodyPartExamined="HEAD",
        KVP=120,
        ConvolutionKernel="H30s",
        RescaleIntercept=-1024,
        RescaleSlope=1,
        RescaleType="HU",
        WindowCenter=40,
        WindowWidth=80,
        WindowCenterWidthExplanation=f"BRAIN {patient.name.spoken}",
        AnatomicRegionSequence=[code("69536005", "SCT", "Head")],
        ReferencedImageSequence=[reference(series, index - 1)],
        RequestAttributesSequence=[planted.request(study)],
        OriginalAttributesSequence=[planted.original(study)],
    )
    planted.private(dataset, study, series)
    image(dataset, images.ct_slice(rng, index / 4), "MONOCHROME2", 12)
    return []


def _mr(
    rng: np.random.Generator, dataset: Dataset, study: Study, series: Series, index: int
) -> list[images.Burned]:
    geometry(dataset, study, index, 1.5)
    put(
        dataset,
        ImageType=["ORIGINAL", "PRIMARY", "OTHER"],
        BodyPartExamined="KNEE",
        Laterality="L",
        ScanningSequence="SE",
        SequenceVariant="NONE",
        ScanOptions="",
        MRAcquisitionType="2D",
        RepetitionTime=500,
        EchoTime=14,
        EchoTrainLength=1,
        MagneticFieldStrength=1.5,
        ReferencedStudySequence=[
            item(ReferencedSOPClassUID="1.2.840.10008.3.1.2.3.1", ReferencedSOPInstanceUID=study.uid)
        ],
        SourceImageSequence=[reference(series, index - 1)],
    )
    image(dataset, images.mr_slice(rng, index / 3), "MONOCHROME2", 12)
    return []


def _cr(
    rng: np.random.Generator, dataset: Dataset, study: Study, series: Series, index: int
) -> list[images.Burned]:
    patient = study.patient
    surname, given = fold(patient.name.family), fold(patient.name.given)
    words = [
        images.Words(f"{surname} {given} [{patient.sex}]", 6, 3),
        images.Words(f"DOB: {patient.born:%m.%d.%Y}  ID {patient.id}", 6, 20),
        images.Words(f"{study.day:%m/%d/%Y}  {study.accession}", 6, 478, 16),
        images.Words("L", 440, 60, 28),
    ]
    inverted = patient.sex == "M"  # so that both photometric interpretations occur
    pixels, burned = images.chest(rng, words, inverted)
    put(
        dataset,
        ImageType=["ORIGINAL", "PRIMARY"],
        BodyPartExamined="CHEST",
        ViewPosition="AP",
        PatientOrientation=["L", "F"],
        KVP=90,
        BurnedInAnnotation="YES",
        AcquisitionDeviceProcessingDescription="CHEST PORTABLE",
    )
    planted.overlay(dataset, patient)
    planted.icon(dataset, pixels)
    image(dataset, pixels, "MONOCHROME1" if inverted else "MONOCHROME2", 12)
    return burned[:-1]


def _us(
    rng: np.random.Generator, dataset: Dataset, study: Study, series: Series, index: int
) -> list[images.Burned]:
    patient = study.patient
    words = [images.Words(f"{fold(patient.name.listed)}  {study.day:%m/%d/%Y}", 4, 5, 12)]
    loop, burned = images.ultrasound(rng, words, frames=5)
    x0, y0, x1, y1 = images.US_REGION
    put(
        dataset,
        ImageType=["ORIGINAL", "PRIMARY", "ABDOMINAL", "0001"],
        BodyPartExamined="ABDOMEN",
        NumberOfFrames=len(loop),
        FrameTime=40,
        FrameIncrementPointer=0x00181063,
        LossyImageCompression="00",
        BurnedInAnnotation="YES",
        PatientOrientation="",
        SequenceOfUltrasoundRegions=[
            item(
                RegionSpatialFormat=1,
                RegionDataType=1,
                RegionFlags=0,
                RegionLocationMinX0=x0,
                RegionLocationMinY0=y0,
                RegionLocationMaxX1=x1,
                RegionLocationMaxY1=y1,
                PhysicalUnitsXDirection=3,
                PhysicalUnitsYDirection=3,
                PhysicalDeltaX=0.05,
                PhysicalDeltaY=0.05,
            )
        ],
    )
    image(dataset, loop, "RGB", 8)
    return burned


def _xc(
    rng: np.random.Generator, dataset: Dataset, study: Study, series: Series, index: int
) -> list[images.Burned]:
    put(
        dataset,
        ImageType=["DERIVED", "SECONDARY"],
        ConversionType="DI",
        PatientOrientation="",
        BurnedInAnnotation="NO",
    )
    put(dataset, DateOfSecondaryCapture=f"{study.day:%Y%m%d}", Laterality="L")
    image(dataset, images.wound_photo(rng), "RGB", 8)
    return []


IMAGES: dict[str, Callable[[np.random.Generator, Dataset, Study, Series, int], list[images.Burned]]] = {
    "CR": _cr,
    "CT": _ct,
    "MR": _mr,
    "XC": _xc,
    "US": _us,
}
"""Fills in the modality's part of a dataset and returns what it burned in: dataset, study, series, index."""
