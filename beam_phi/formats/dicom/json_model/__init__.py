"""The DICOM JSON Model (PS3.18 Annex F): read as the data sets it stands for, and masked by their profile."""

from beam_phi.formats.dicom.json_model.document import looks_like_dicom_json, open

__all__ = ["looks_like_dicom_json", "open"]
