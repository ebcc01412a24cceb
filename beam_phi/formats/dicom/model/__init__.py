"""Data sets in JSON and XML (PS3.18 Annex F, PS3.19 Annex A): what both models have in common.

Either is read into the nodes that JSON has, encoded as the binary data set it stands for, masked as that, and
what differs is written back.
"""
