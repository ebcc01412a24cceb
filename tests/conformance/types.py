"""Types of attributes with a compound action in a handful of IODs, read off PS3.3 by hand.

Where an IOD has an attribute from several modules the strictest Type counts. ``""``: the IOD lacks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_GENERAL = {
    "InstanceCreationDate": "3",
    "InstanceCreationTime": "3",
    "SeriesDate": "3",
    "SeriesTime": "3",
    "InstitutionName": "3",
    "InstitutionCodeSequence": "3",
    "StationName": "3",
    "BarcodeValue": "3",
    "PatientID": "2",
    "ReferencedStudySequence": "3",
}
_SERIES = {
    "OperatorsName": "3",
    "OperatorIdentificationSequence": "3",
    "ProtocolName": "3",
    "DeviceSerialNumber": "3",
    "ReferencedPerformedProcedureStepSequence": "3",
}
_IMAGE = {
    **_GENERAL,
    **_SERIES,
    "AcquisitionDate": "3",
    "AcquisitionTime": "3",
    "AcquisitionDateTime": "3",
    "ContentDate": "2C",
    "ContentTime": "2C",
    "ReferencedImageSequence": "3",
    "SourceImageSequence": "3",
    "RTPlanDate": "",
    "ContentCreatorName": "",
}
_ENHANCED = {
    **_GENERAL,
    **_SERIES,
    "ContentDate": "1",
    "ContentTime": "1",
    "DeviceSerialNumber": "1",
    "AcquisitionContextSequence": "2",
    "ReferencedPerformedProcedureStepSequence": "1C",
}


@dataclass(frozen=True)
class Iod:
    """An IOD: attribute (keyword) to Type, and those inside sequences by the tags that lead there."""

    sop_class: str
    types: Mapping[str, str]
    nested: Mapping[tuple[int, ...], Mapping[str, str]]


_GROUP_OF_PATIENTS = 0x00100027
_SHARED, _DERIVATION = 0x52009229, 0x00089124
_BEAMS = 0x300A00B0

IODS = {
    "CT": Iod(
        "1.2.840.10008.5.1.4.1.1.2",
        {**_IMAGE, "ContrastBolusAgent": "2"},
        {(_GROUP_OF_PATIENTS,): {"PatientID": "1"}},
    ),
    "MR": Iod("1.2.840.10008.5.1.4.1.1.4", {**_IMAGE, "ContrastBolusAgent": "2"}, {}),
    "Secondary Capture": Iod("1.2.840.10008.5.1.4.1.1.7", _IMAGE, {}),
    "Enhanced CT": Iod("1.2.840.10008.5.1.4.1.1.2.1", {**_ENHANCED, "AcquisitionDateTime": "1C"}, {}),
    "Enhanced MR": Iod(
        "1.2.840.10008.5.1.4.1.1.4.1",
        {**_ENHANCED, "AcquisitionDateTime": "1C"},
        {
            (_SHARED,): {"ReferencedImageSequence": "2"},
            (_SHARED, _DERIVATION): {"SourceImageSequence": "2"},
        },
    ),
    "X-Ray 3D Angiographic": Iod("1.2.840.10008.5.1.4.1.1.13.1.1", _ENHANCED, {}),
    "RT Plan": Iod(
        "1.2.840.10008.5.1.4.1.1.481.5",
        {
            **_GENERAL,
            "OperatorsName": "2",
            "OperatorIdentificationSequence": "3",
            "DeviceSerialNumber": "3",
            "RTPlanDate": "2",
            "RTPlanTime": "2",
            "ReviewerName": "2C",
            "TreatmentSite": "3",
        },
        {(_BEAMS,): {"InstitutionName": "3", "DeviceSerialNumber": "3", "TreatmentMachineName": "2"}},
    ),
    "Presentation State": Iod(
        "1.2.840.10008.5.1.4.1.1.11.1", {**_GENERAL, **_SERIES, "ContentCreatorName": "3"}, {}
    ),
    "Basic Text SR": Iod(
        "1.2.840.10008.5.1.4.1.1.88.11",
        {
            **_GENERAL,
            "ContentDate": "1",
            "ContentTime": "1",
            "ObservationDateTime": "1C",
            "ReferencedPerformedProcedureStepSequence": "2",
        },
        {},
    ),
    "Encapsulated PDF": Iod(
        "1.2.840.10008.5.1.4.1.1.104.1",
        {**_GENERAL, "ContentDate": "2", "ContentTime": "2", "AcquisitionDateTime": "2"},
        {},
    ),
}
