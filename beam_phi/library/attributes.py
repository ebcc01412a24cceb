"""What selectors of a library can select by, each attribute with what it means."""

from __future__ import annotations

from collections.abc import Mapping

#: What a content filter or a `field` matcher can select by.
FIELD_ATTRIBUTES: Mapping[str, str] = {
    "format": "dicom, dicom-json, dicom-xml, delimited, hl7, fhir, x12, cda, xml, json, text or path",
    "keyword": "DICOM: keyword of the attribute (PS3.6), empty for a private one",
    "tag": "DICOM: tag as (gggg,eeee)",
    "vr": "DICOM: value representation (PS3.5 6.2)",
    "creator": "DICOM: private creator, empty for a standard attribute",
    "calendar": "path: year, year-month, month or day in a tree of dates, 2013/07/13",
    "column": "CSV, TSV: column heading as it stands in the file",
    "column_key": "CSV, TSV: column heading in lower case, letters and digits only; XML, JSON: the same of "
    "the name of the element, attribute or member",
    "place": "HL7 v2, FHIR, X12, CDA and XML: a place in short, e.g. PID-5.1, Patient.name.family, NM1*QC-03 "
    "or //patientRole/id; goes with one format",
    "index": "CSV, TSV: number of the column, counted from 1",
    "part": "path: number of the part, counted from 0; CSV, TSV: header or cell; fixed width: cell, "
    "between or around; text: paragraph; XML: text, attribute, comment or instruction",
    "kind": "path: folder or file",
    "segment": "HL7 v2, X12: name of the segment",
    "occurrence": "HL7 v2: number of the segment among those of its name, from 1; none beyond 9",
    "field": "HL7 v2: number of the field, from 1",
    "repetition": "HL7 v2: number of the repetition, from 1; none beyond 9",
    "component": "HL7 v2, X12: number of the component, from 1",
    "subcomponent": "HL7 v2: number of the subcomponent, from 1",
    "type": "HL7 v2: data type of the field, e.g. XPN; FHIR: type of the value; CDA: HL7 v3 data type, e.g. "
    "PN; X12: data type, e.g. AN",
    "leaf": "HL7 v2: data type of the component or subcomponent, e.g. FN",
    "table": "HL7 v2: number of the table of its codes, empty if there is none",
    "issuer": "HL7 v2: assigning authority of a patient's id; CDA: OID it was given under; FHIR: its system",
    "path": "XML: names of the elements from the root, / between them; FHIR: names from the resource on, "
    "dots between them; JSON: JSONPath with [*] for all numbers",
    "element": "XML, FHIR: name of the element; X12: number of the element, two digits",
    "parent": "XML: name of the element around it; FHIR: type of the object around it",
    "attribute": "XML: name of the attribute",
    "root": "CDA: OID of an identifier",
    "resource": "FHIR: type of the resource",
    "system": "FHIR: system of an identifier or contact point",
    "qualifier": "X12: code in the segment that says what it is of, e.g. QC in NM1*QC",
    "transaction": "X12: number of the transaction set, e.g. 837",
    "loop": "X12: loop, where it is surely known",
}

#: What a black box rule can select by.
IMAGE_ATTRIBUTES: Mapping[str, str] = {
    "modality": "Modality (0008,0060)",
    "manufacturer": "Manufacturer (0008,0070)",
    "model": "ManufacturerModelName (0008,1090)",
    "station": "StationName (0008,1010)",
    "rows": "Rows (0028,0010)",
    "columns": "Columns (0028,0011)",
    "sop_class": "SOPClassUID (0008,0016)",
    "image_type": "ImageType (0008,0008), with \\ between its values",
    "series_description": "SeriesDescription (0008,103E)",
    "protocol": "ProtocolName (0018,1030)",
    "burned_in": "BurnedInAnnotation (0028,0301)",
    "window_width": "WindowWidth (0028,1051), with \\ between its values",
    "dose_comments": "CommentsOnRadiationDose (0040,0310)",
    "path": "relative path of the file, / between its parts",
}

#: What `skip` and `layouts` can select by.
FILE_ATTRIBUTES: Mapping[str, str] = {
    "path": "relative path of the file, / between its parts",
    "format": "the format detected, or unknown",
}
