"""Attributes written as a Native DICOM Model has them (PS3.19 section A.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from beam_phi.formats.dicom.attributes import dictionary, is_creator
from beam_phi.formats.dicom.model.encode import NAME_PARTS
from beam_phi.formats.dicom.xml_model.tree import COMPONENTS
from beam_phi.formats.document import FormatError, Unfit
from beam_phi.formats.markup.charset import Charset
from beam_phi.formats.markup.splice import Form, written

#: A member of the DICOM JSON Model: ``vr``, and ``Value`` or ``InlineBinary``.
Member = Mapping[str, Any]


class Writer:
    """Writes members of data sets as elements.

    prefix: of the names of elements, with its colon.
    """

    def __init__(self, charset: Charset, prefix: str) -> None:
        self._charset = charset
        self._prefix = prefix

    def attribute(self, tag: int, member: Member, creator: str) -> bytes:
        """The element of an attribute. creator: of a private one, which stands in no block then."""
        names = f'tag="{tag & 0xFFFF00FF if creator else tag:08X}" vr="{member["vr"]}"'.encode()
        if creator:
            names += b' privateCreator="' + self.text(creator, Form.DOUBLE_QUOTED) + b'"'
        elif keyword := dictionary(tag)[1]:
            names += f' keyword="{keyword}"'.encode()
        return self._element("DicomAttribute", b"".join(self.values(member)), names)

    def values(self, member: Member) -> Iterator[bytes]:
        """The elements of its values."""
        if "InlineBinary" in member:
            yield self._element("InlineBinary", member["InlineBinary"].encode())
        name = {"PN": "PersonName", "SQ": "Item"}.get(member["vr"], "Value")
        for number, value in enumerate(member.get("Value", ()), 1):
            yield self._element(name, self.value(member["vr"], value), f'number="{number}"'.encode())

    def value(self, vr: str, value: Any) -> bytes:
        """What stands in the element of a value."""
        if value is None:
            return b""
        if vr == "SQ":
            return b"".join(
                self.attribute(int(name, 16), member, creator_of(int(name, 16), value))
                for name, member in value.items()
            )
        if vr == "PN":
            return b"".join(self._group(part, value[part]) for part in NAME_PARTS if value.get(part))
        return self.text(str(value))

    def text(self, text: str, form: Form = Form.TEXT) -> bytes:
        """Raises FormatError ``bad-syntax`` for what XML can't write."""
        try:
            return written(text, form, self._charset, "\n")[1]
        except Unfit:
            raise FormatError("bad-syntax", "a value has a character that XML has no way to write") from None

    def _group(self, name: str, text: str) -> bytes:
        """A group of a person's name; what is behind the last component belongs to it."""
        parts = text.split("^", len(COMPONENTS) - 1)
        inner = b"".join(
            self._element(component, self.text(part))
            for component, part in zip(COMPONENTS, parts, strict=False)
            if part
        )
        return self._element(name, inner)

    def _element(self, name: str, inner: bytes, attributes: bytes = b"") -> bytes:
        tag = f"{self._prefix}{name}".encode()
        return b"<" + tag + (b" " + attributes if attributes else b"") + b">" + inner + b"</" + tag + b">"


def creator_of(tag: int, data_set: Mapping[str, Member]) -> str:
    """The private creator of an element of a data set, "" if it has none."""
    if not tag & 0x10000 or is_creator(tag):
        return ""
    creator = data_set.get(f"{tag & 0xFFFF0000 | tag >> 8 & 0xFF:08X}", {}).get("Value") or [""]
    return str(creator[0] or "")
