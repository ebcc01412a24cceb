"""Conformance to DICOM PS3.15 Table E.1-1, judged from outside.

Nothing here shares code with the engine: the table is read as data, files are written by an encoder of their
own and read back with pydicom, and what must come out is worked out anew from the standard's words.
"""
