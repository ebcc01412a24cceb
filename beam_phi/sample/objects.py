"""What all DICOM objects of the sample are built with: attributes by keyword, codes, pixel modules."""

from __future__ import annotations

from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    CTImageStorage,
    MRImageStorage,
    SecondaryCaptureImageStorage,
    UltrasoundMultiFrameImageStorage,
)

from beam_phi.sample import images
from beam_phi.sample.plan import Series, Study

MAKER = "Nordlys Imaging"
MODELS = {
    "CR": "PortaView 3",
    "CT": "Tomaxis 64",
    "MR": "MagnaField 15",
    "US": "SonoLine 8",
    "XC": "DocuShot 2",
}
SOP_CLASSES: dict[str, UID] = {
    "CR": ComputedRadiographyImageStorage,
    "CT": CTImageStorage,
    "MR": MRImageStorage,
    "US": UltrasoundMultiFrameImageStorage,
    "XC": SecondaryCaptureImageStorage,
}


def item(**values: Any) -> Dataset:
    """A dataset of these attributes, by keyword."""
    return put(Dataset(), **values)


def put(dataset: Dataset, **values: Any) -> Dataset:
    """Set attributes by keyword."""
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """A coded entry (PS3.3 8.8)."""
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def image(dataset: Dataset, pixels: images.Pixels, photometric: str, bits: int) -> None:
    """The image pixel module (PS3.3 C.7.6.3) for uncompressed little endian pixels."""
    colour = photometric == "RGB"
    shape = pixels.shape[-3:-1] if colour else pixels.shape
    allocated = 8 if bits <= 8 else 16
    put(
        dataset,
        SamplesPerPixel=3 if colour else 1,
        PhotometricInterpretation=photometric,
        Rows=shape[0],
        Columns=shape[1],
        BitsAllocated=allocated,
        BitsStored=bits,
        HighBit=bits - 1,
        PixelRepresentation=0,
    )
    if colour:
        dataset.PlanarConfiguration = 0
    dataset.PixelData = pixels.astype(f"<u{allocated // 8}").tobytes()
    dataset["PixelData"].VR = "OB" if allocated == 8 else "OW"


def geometry(dataset: Dataset, study: Study, index: int, spacing: float) -> None:
    """Frame of reference and image plane modules."""
    put(
        dataset,
        FrameOfReferenceUID=study.frame_of_reference,
        PositionReferenceIndicator="",
        ImagePositionPatient=[-100, -100, index * 5],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        PixelSpacing=[spacing, spacing],
        SliceThickness=5,
        PatientPosition="HFS",
        AcquisitionNumber=1,
    )


def reference(series: Series, index: int) -> Dataset:
    """To another image of the series (the last one, for the first)."""
    return item(
        ReferencedSOPClassUID=SOP_CLASSES[series.modality], ReferencedSOPInstanceUID=series.instances[index]
    )
