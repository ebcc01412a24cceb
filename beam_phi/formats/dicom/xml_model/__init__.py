"""The Native DICOM Model in XML (PS3.19 Annex A.1): read as the data set it stands for, and masked by its
profile."""

from beam_phi.formats.dicom.xml_model.document import looks_like_dicom_xml, open

__all__ = ["looks_like_dicom_xml", "open"]
