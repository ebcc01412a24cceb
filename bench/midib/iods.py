"""What makes a CT slice, a film, a cine loop, a report: the modality's own modules, picture and answers."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import Dataset

from bench.midib.people import Study
from bench.midib.plan import Plan

SOP_CLASSES = {
    "PT": "1.2.840.10008.5.1.4.1.1.128",
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "US": "1.2.840.10008.5.1.4.1.1.3.1",
    "DX": "1.2.840.10008.5.1.4.1.1.1.1",
    "MG": "1.2.840.10008.5.1.4.1.1.1.2",
    "CR": "1.2.840.10008.5.1.4.1.1.1",
    "SR": "1.2.840.10008.5.1.4.1.1.88.33",
}
ROWS, COLUMNS = 96, 200
#: What the library paints out: the first rows of cine loops, two corners of the films of one machine.
BANNER = (0, 0, COLUMNS, 18)
CORNERS = ((0, 0, 120, 34), (100, 78, 100, 18))

_MAKER, _SIZE = "manufacturer: Nordlys Imaging", f"rows: {ROWS}, columns: {COLUMNS}"
LIBRARY = f"""\
name: midib
version: 1
description: Research, and the places where the machines of the synthetic collection write into their images.
extends: research
black_boxes:
  sonoline:
    when: {{modality: US, {_MAKER}, model: SonoLine 9, {_SIZE}}}
    boxes: [{{x: 0, y: 0, width: {BANNER[2]}, height: {BANNER[3]}}}]
  portaview:
    when: {{modality: DX, {_MAKER}, model: PortaView DX, {_SIZE}}}
    boxes:
      - {{x: 0, y: 0, width: {CORNERS[0][2]}, height: {CORNERS[0][3]}}}
      - {{x: {CORNERS[1][0]}, y: {CORNERS[1][1]}, width: {CORNERS[1][2]}, height: {CORNERS[1][3]}}}
"""

Pixels = NDArray[Any]
Words = list[tuple[str, int, int]]


def fill(modality: str, plan: Plan, study: Study, frame: str, rng: random.Random, index: int) -> None:
    """Fill in the modality's part of image number `index` (from 0) of a series."""
    _IMAGES[modality](plan, study, frame, np.random.default_rng(rng.randrange(1 << 30)), index)


def _acquired(plan: Plan, study: Study) -> None:
    for keyword in ("AcquisitionDate", "ContentDate"):
        plan.shifted(keyword, study.stamp)
    plan.kept("ContentTime", study.time, tcia="DATE-M")
    plan.put(AcquisitionTime=study.time)


def _in_space(plan: Plan, frame: str, index: int) -> None:
    plan.mapped("FrameOfReferenceUID", frame)
    plan.present("FrameOfReferenceUID", filled=True)
    plan.kept("ImagePositionPatient", [-100, -100, index * 5])
    plan.kept("ImageOrientationPatient", [1, 0, 0, 0, 1, 0])
    plan.kept("PixelSpacing", ["0.5", "0.5"])
    plan.kept("SliceThickness", "2.5")
    plan.put(PositionReferenceIndicator="", Laterality="", AcquisitionNumber=1)
    if "PatientOrientationCodeSequence" not in plan.ds:
        plan.put(PatientPosition="HFS")


def _pt(plan: Plan, study: Study, frame: str, rng: np.random.Generator, index: int) -> None:
    plan.put(PatientOrientationCodeSequence=[], PatientGantryRelationshipCodeSequence=[])
    _acquired(plan, study)
    _in_space(plan, frame, index)
    plan.put(
        ImageType=["ORIGINAL", "PRIMARY"], CorrectedImage=["DECY", "ATTN"], CollimatorType="NONE",
        SeriesType=["STATIC", "IMAGE"], NumberOfSlices=8, ImageIndex=index + 1, FrameReferenceTime="900000",
        ActualFrameDuration=180000, RescaleIntercept=0, DecayFactor=1,
    )  # fmt: skip
    for keyword, value in (("Units", "BQML"), ("CountsSource", "EMISSION"), ("DecayCorrection", "START")):
        plan.kept(keyword, value)
    plan.kept("RescaleSlope", "0.38")
    dose = plan.item("RadiopharmaceuticalInformationSequence")
    dose.kept("Radiopharmaceutical", "Fluorodeoxyglucose")
    dose.kept("RadionuclideTotalDose", "370000000")
    dose.kept("RadionuclideHalfLife", "6586.2")
    dose.put(RadionuclideCodeSequence=[])
    dose.shifted("RadiopharmaceuticalStartDateTime", f"{study.stamp}084500")
    dose.present("RadiopharmaceuticalStartDateTime", filled=True)
    _picture(plan, rng.integers(0, 3000, (48, 48)), 16)


def _ct(plan: Plan, study: Study, frame: str, rng: np.random.Generator, index: int) -> None:
    _acquired(plan, study)
    _in_space(plan, frame, index)
    plan.shifted("AcquisitionDateTime", f"{study.stamp}{study.time}")
    plan.mapped("IrradiationEventUID", f"{frame}.9")
    plan.put(
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"], RescaleIntercept=-1024, RescaleSlope=1, RescaleType="HU"
    )
    for keyword, value in (
        ("KVP", "120"),
        ("ConvolutionKernel", "STANDARD"),
        ("ContrastBolusAgent", "Iohexol 350"),
    ):
        plan.kept(keyword, value)
    plan.shifted("DateOfLastCalibration", study.stamp)
    _picture(plan, rng.integers(0, 2000, (48, 48)), 12)


def _mr(plan: Plan, study: Study, frame: str, rng: np.random.Generator, index: int) -> None:
    _acquired(plan, study)
    _in_space(plan, frame, index)
    plan.put(
        ImageType=["ORIGINAL", "PRIMARY", "OTHER"], ScanningSequence="SE", SequenceVariant="NONE",
        ScanOptions="", MRAcquisitionType="2D", EchoTrainLength=1,
    )  # fmt: skip
    plan.kept("RepetitionTime", "500")
    plan.kept("EchoTime", "14")
    plan.kept("MagneticFieldStrength", "1.5")
    plan.kept("SequenceName", "*se2d1")
    _picture(plan, rng.integers(0, 1500, (48, 48)), 12)


def _us(plan: Plan, study: Study, frame: str, rng: np.random.Generator, index: int) -> None:
    _acquired(plan, study)
    plan.put(
        ImageType=["ORIGINAL", "PRIMARY", "ABDOMINAL", "0001"], NumberOfFrames=3, FrameTime="40",
        FrameIncrementPointer=0x00181063, LossyImageCompression="00", BurnedInAnnotation="YES",
        PatientOrientation="", Laterality="",
    )  # fmt: skip
    loop = rng.integers(10, 180, (3, ROWS, COLUMNS, 3))
    words: Words = [(f"{study.patient.family} {study.patient.id}", 3, 3)]
    _write(plan, loop, words, 255, 8)
    _picture(plan, loop, 8)


def _dx(plan: Plan, study: Study, frame: str, rng: np.random.Generator, index: int) -> None:
    _acquired(plan, study)
    _film(plan)
    plan.put(BurnedInAnnotation="YES", BodyPartExamined="CHEST", ViewPosition="PA")
    picture = rng.integers(300, 3000, (ROWS, COLUMNS))
    person = study.patient
    words: Words = [
        (person.spoken, 3, 3), (f"DOB: {person.born:%m/%d/%Y}", 3, 18), (f"{study.day:%m/%d/%Y}", 112, 80),
    ]  # fmt: skip
    _write(plan, picture, words, 4095, 12)
    _picture(plan, picture, 12)


def _mg(plan: Plan, study: Study, frame: str, rng: np.random.Generator, index: int) -> None:
    _acquired(plan, study)
    _film(plan)
    plan.put(
        BurnedInAnnotation="NO",
        PositionerType="MAMMOGRAPHIC",
        OrganExposed="BREAST",
        BodyPartExamined="BREAST",
    )
    plan.put(ImageLaterality="L", PartialView="NO")
    view = plan.item("ViewCodeSequence")
    view.put(CodeValue="399162004", CodingSchemeDesignator="SCT", ViewModifierCodeSequence=[])
    view.kept("CodeMeaning", "cranio-caudal")
    region = plan.ds.AnatomicRegionSequence[0]
    region.CodeValue, region.CodeMeaning = "76752008", "Breast"
    plan.kept("BreastImplantPresent", "NO")
    plan.kept("CompressionForce", "96")
    _picture(plan, rng.integers(300, 3000, (ROWS, 48)), 12)


def _cr(plan: Plan, study: Study, frame: str, rng: np.random.Generator, index: int) -> None:
    _acquired(plan, study)
    plan.put(ImageType=["ORIGINAL", "PRIMARY"], BurnedInAnnotation="NO", PatientOrientation=["L", "F"])
    plan.kept("ViewPosition", "AP")
    plan.kept("KVP", "85")
    plan.kept("PlateID", "PL0071", tcia="DEV-K")
    plan.put(BodyPartExamined="CHEST")
    _picture(plan, rng.integers(300, 3000, (48, 48)), 12, "MONOCHROME1")


def _film(plan: Plan) -> None:
    """DX series, image and detector modules."""
    plan.put(
        ImageType=["ORIGINAL", "PRIMARY", ""], PatientOrientation=["L", "F"],
        PixelIntensityRelationship="LIN",
        PixelIntensityRelationshipSign=1, RescaleIntercept=0, RescaleSlope=1, RescaleType="US",
        LossyImageCompression="00", PresentationLUTShape="IDENTITY",
        DetectorType="DIRECT", AcquisitionNumber=1,
        WindowCenter=2048, WindowWidth=4096, ImageLaterality="U", PositionerType="",
    )  # fmt: skip
    plan.kept("PresentationIntentType", "FOR PRESENTATION")
    plan.kept("DetectorID", "DET552", tcia="DEV-K")
    plan.kept("ImagerPixelSpacing", ["0.1", "0.1"])
    region = plan.item("AnatomicRegionSequence")
    region.put(CodeValue="51185008", CodingSchemeDesignator="SCT", CodeMeaning="Chest")
    plan.put(AcquisitionContextSequence=[])


def _write(plan: Plan, picture: Pixels, words: Words, bright: int, bits: int) -> None:
    """Burn words in, with the answers that ask for their boxes."""
    stencil = np.zeros((ROWS, COLUMNS), bool)
    for text, x, y in words:
        sheet = Image.new("L", (COLUMNS, ROWS))
        ImageDraw.Draw(sheet).text((x, y), text, fill=255, font=ImageFont.load_default(11))
        box = sheet.getbbox() or (0, 0, 1, 1)
        stencil |= np.asarray(sheet) > 127
        truth = {"text": text, "top_left": list(box[:2]), "bottom_right": list(box[2:])}
        plan.pixels("pixels_hidden", json.dumps(truth))
    if picture.ndim == 4:
        picture[:, stencil] = bright
    else:
        picture[stencil] = bright


def _picture(plan: Plan, pixels: Pixels, stored: int, photometric: str = "MONOCHROME2") -> None:
    """Image pixel module. What nothing was burned into has to stay as it is."""
    colour = pixels.ndim == 4
    rows, columns = pixels.shape[1:3] if colour else pixels.shape
    allocated = 8 if stored <= 8 else 16
    plan.put(
        SamplesPerPixel=3 if colour else 1, PhotometricInterpretation="RGB" if colour else photometric,
        BitsAllocated=allocated, BitsStored=stored, HighBit=stored - 1, PixelRepresentation=0,
    )  # fmt: skip
    if colour:
        plan.put(PlanarConfiguration=0)
    plan.kept("Rows", rows)
    plan.kept("Columns", columns)
    plan.ds.PixelData = pixels.astype(f"<u{allocated // 8}").tobytes()
    plan.ds["PixelData"].VR = "OB" if allocated == 8 else "OW"


def seal(plan: Plan) -> None:
    """Ask for the pixels as they are now, after any compression, where nothing was burned in."""
    if "PixelData" in plan.ds and not any(answer.action == "pixels_hidden" for answer in plan.answers):
        plan.pixels("pixels_retained", hashlib.md5(plan.ds.PixelData).hexdigest())


def report(plan: Plan, study: Study, seen: str) -> None:
    """A comprehensive report, template 2000 in short. Without Clean Structured Content its values become
    dummies: who and when goes, the tree, its concepts and its references stay."""
    person = study.patient
    plan.shifted("ContentDate", study.stamp)
    plan.put(
        ContentTime=study.time, ValueType="CONTAINER", ContinuityOfContent="SEPARATE",
        CompletionFlag="COMPLETE",
        VerificationFlag="VERIFIED", PerformedProcedureCodeSequence=[],
    )  # fmt: skip
    observer = plan.item("VerifyingObserverSequence")
    observer.gone("VerifyingObserverName", person.doctor, hipaa="A")
    observer.gone("VerifyingOrganization", person.house, hipaa="B")
    observer.put(
        VerificationDateTime=f"{study.stamp}{study.time}", VerifyingObserverIdentificationCodeSequence=[]
    )
    _code(plan.item("ConceptNameCodeSequence"), "18748-4", "LN", "Diagnostic Imaging Report")
    evidence = plan.item("CurrentRequestedProcedureEvidenceSequence")
    evidence.mapped("StudyInstanceUID", study.uid)
    series = evidence.item("ReferencedSeriesSequence")
    series.mapped("SeriesInstanceUID", f"{seen}.1")
    image = series.item("ReferencedSOPSequence")
    image.put(ReferencedSOPClassUID=SOP_CLASSES["CT"])
    image.mapped("ReferencedSOPInstanceUID", seen)
    author = _content(plan, "HAS OBS CONTEXT", "PNAME", "121008", "Person Observer Name")
    author.gone("PersonName", person.doctor, hipaa="A")
    finding = _content(plan, "CONTAINS", "TEXT", "121071", "Finding")
    finding.gone(
        "TextValue", f"{person.spoken} has a nodule, seen {study.day:%m/%d/%Y}", person.spoken, hipaa="A"
    )
    finding.present("TextValue", filled=True)
    when = _content(plan, "CONTAINS", "DATE", "111526", "DateTime Started")
    when.shifted("Date", study.stamp)
    pointed = _content(plan, "CONTAINS", "IMAGE", "121112", "Source of Measurement")
    target = pointed.item("ReferencedSOPSequence")
    target.kept("ReferencedSOPClassUID", SOP_CLASSES["CT"])
    target.mapped("ReferencedSOPInstanceUID", seen)
    coded = _content(plan, "CONTAINS", "UIDREF", "112040", "Tracking Unique Identifier")
    coded.mapped("UID", f"{seen}.2")


def _content(plan: Plan, relation: str, kind: str, value: str, meaning: str) -> Plan:
    content = plan.item("ContentSequence")
    content.kept("RelationshipType", relation)
    content.kept("ValueType", kind)
    _code(content.item("ConceptNameCodeSequence"), value, "DCM", meaning)
    return content


def _code(plan: Plan, value: str, scheme: str, meaning: str) -> Dataset:
    plan.kept("CodeValue", value)
    plan.kept("CodingSchemeDesignator", scheme)
    plan.kept("CodeMeaning", meaning)
    return plan.ds


_IMAGES: dict[str, Callable[[Plan, Study, str, np.random.Generator, int], None]] = {
    "PT": _pt, "CT": _ct, "MR": _mr, "US": _us, "DX": _dx, "MG": _mg, "CR": _cr,
}  # fmt: skip
