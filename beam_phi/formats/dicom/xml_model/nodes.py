"""From the elements of a Native DICOM Model to the nodes that the same data set has in JSON.

A data set is an object, an attribute a member named by its tag. Values whose numbers are left out are null.
"""

from __future__ import annotations

import re

from pydicom.charset import python_encoding

from beam_phi.formats.dicom.attributes import SPECIFIC_CHARACTER_SET, dictionary, is_creator
from beam_phi.formats.dicom.model.encode import NAME_PARTS, UTF_8
from beam_phi.formats.dicom.xml_model.blocks import Blocks
from beam_phi.formats.dicom.xml_model.tree import COMPONENTS, XmlElement
from beam_phi.formats.document import FormatError
from beam_phi.formats.json.nodes import LITERAL, TEXT, Container, Leaf
from beam_phi.formats.markup.document import MAX_FIELDS

_TAG = re.compile(r"[0-9A-Fa-f]{8}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_FILE_META = 0x0002
# A tag as a value, as some write it.
_TAG_IN_BRACKETS = re.compile(r"\(([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})\)")


class DataSetNode(Container):
    """The object of a data set, or of an item.

    xml: the element it was read from.
    """

    __slots__ = ("xml",)

    def __init__(self, parent: Container | None, position: int, xml: XmlElement) -> None:
        super().__init__(parent, "", position, xml.start, xml.start, is_array=False)
        self.xml = xml


class AttributeNode(Container):
    """The member of an attribute, named by its tag with the block it has in the binary form.

    values: the elements of its values, by their position. items: its items.
    """

    __slots__ = ("items", "values", "xml")

    def __init__(self, parent: Container, name: str, position: int, xml: XmlElement) -> None:
        super().__init__(parent, name, position, xml.start, xml.start, is_array=False)
        self.xml = xml
        self.values: dict[int, XmlElement] = {}
        self.items: list[DataSetNode] = []


class Reader:
    """Reads data sets.

    asides: the bytes of what is no part of a data set: file meta information, keywords that are not those of
    their tags.
    """

    def __init__(self) -> None:
        self.asides: list[tuple[int, int]] = []
        self._count = 0

    def data_set(self, xml: XmlElement, parent: Container | None = None, position: int = 0) -> DataSetNode:
        """The data set in a root or an item.

        Raises FormatError ``unknown-format`` for what the model does not have, ``bad-syntax`` for values that
        are given twice or in another order than that of their numbers, ``bad-encoding`` for a character set
        there is not, ``record-too-long``.
        """
        node = DataSetNode(parent, position, xml)
        found = [(self._tag(child), child) for child in xml.children]
        bare = {tag: child for tag, child in found if tag & 0x10000 and not _creator(child)}
        creators = {tag: _first_value(child) for tag, child in bare.items() if is_creator(tag)}
        blocks = Blocks(creators, bare.keys() - creators.keys())
        for tag, child in found:
            if tag >> 16 == _FILE_META and parent is None:
                self.asides.append((child.start, child.end))
                continue
            if creator := _creator(child):
                tag = blocks.place(tag, creator)
            node.children.append(self._attribute(node, tag, child))
        for tag, creator in blocks.made.items():
            node.children.append(_made(node, tag, creator))
        return node

    def _tag(self, xml: XmlElement) -> int:
        text = xml.attribute("tag")
        if not _TAG.fullmatch(text):
            raise FormatError("unknown-format", "an attribute has no tag")
        tag = int(text, 16)
        if _creator(xml) and not tag & 0x10000:
            raise FormatError("unknown-format", "an attribute of the standard has a private creator")
        keyword = xml.attributes.get("keyword")
        if keyword is not None and (_creator(xml) or keyword.value != dictionary(tag)[1]):
            self.asides.append((keyword.span.outer_start, keyword.span.outer_end))
        return tag

    def _attribute(self, node: DataSetNode, tag: int, xml: XmlElement) -> AttributeNode:
        found = AttributeNode(node, f"{tag:08X}", len(node.children), xml)
        vr = xml.attribute("vr")
        _text(found, "vr", vr)
        kinds = {child.name for child in xml.children}
        if len(kinds) > 1:
            raise FormatError("unknown-format", "an attribute has values of several kinds")
        for kind in kinds:
            if kind == "BulkData":
                _text(found, "BulkDataURI", xml.children[0].attribute("uri"))
            elif kind == "InlineBinary":
                _text(found, "InlineBinary", "".join(xml.children[0].text.split()))
            else:
                self._values(found, vr)
            if kind in ("BulkData", "InlineBinary") and len(xml.children) > 1:
                raise FormatError("unknown-format", "an attribute has several values that are but one")
        if tag == SPECIFIC_CHARACTER_SET:
            _read_as_utf_8(found)
        return found

    def _values(self, attribute: AttributeNode, vr: str) -> None:
        array = _array(attribute)
        for child in attribute.xml.children:
            expected = {"PN": "PersonName", "SQ": "Item"}.get(vr, "Value")
            if child.name != expected:
                raise FormatError("unknown-format", "a value is of another kind than its VR")
            position = self._position(child, array)
            attribute.values[position] = child
            if vr == "SQ":
                item = self.data_set(child, array, position)
                attribute.items.append(item)
                array.children.append(item)
            elif vr == "PN":
                array.children.append(_name(array, position, child))
            else:
                text = _TAG_IN_BRACKETS.sub(r"\1\2", child.text) if vr == "AT" else child.text
                _text(array, "", text)

    def _position(self, xml: XmlElement, array: Container) -> int:
        """Which value it is, from 0; the ones before it are there when this returns."""
        number = xml.attribute("number")
        position = int(number) - 1 if _NUMBER.fullmatch(number) else -1
        missing = position - len(array.children)
        if missing < 0 or (missing and xml.name == "Item"):
            raise FormatError("bad-syntax", "the numbers of values are not those of their order")
        self._count += missing
        if self._count > MAX_FIELDS:
            raise FormatError("record-too-long", f"a data set has more than {MAX_FIELDS} values")
        for _ in range(missing):
            array.children.append(Leaf(array, "", len(array.children), 0, 0, 0, "null", LITERAL))
        return position


def _creator(xml: XmlElement) -> str:
    return xml.attribute("privateCreator")


def _first_value(xml: XmlElement) -> str:
    return xml.children[0].text if xml.children else ""


def _made(parent: DataSetNode, tag: int, creator: str) -> Container:
    """A private creator element that stands nowhere in the document."""
    node = Container(parent, f"{tag:08X}", len(parent.children), 0, 0, is_array=False)
    _text(node, "vr", "LO")
    _text(_array(node), "", creator)
    return node


def _array(attribute: Container) -> Container:
    """The member of its values."""
    array = Container(attribute, "Value", len(attribute.children), 0, 0, is_array=True)
    attribute.children.append(array)
    return array


def _text(parent: Container, name: str, text: str) -> None:
    parent.children.append(Leaf(parent, name, len(parent.children), 0, 0, 0, text, TEXT))


def _name(array: Container, position: int, xml: XmlElement) -> Container:
    """A person's name: its groups, each of the components it has."""
    node = Container(array, "", position, 0, 0, is_array=False)
    for group in _by_name(xml, NAME_PARTS):
        components = _by_name(group, COMPONENTS)
        texts = {component.name: component.text for component in components}
        if any("^" in text for text in texts.values()):
            raise FormatError("bad-syntax", "a component of a name has the sign between components")
        _text(node, group.name, "^".join(texts.get(name, "") for name in COMPONENTS).rstrip("^"))
    return node


def _by_name(xml: XmlElement, names: tuple[str, ...]) -> list[XmlElement]:
    """The children of an element, each of another name."""
    if len({child.name for child in xml.children}) < len(xml.children):
        raise FormatError("bad-syntax", "a part of a name stands twice")
    return sorted(xml.children, key=lambda child: names.index(child.name))


def _read_as_utf_8(attribute: AttributeNode) -> None:
    """Specific Character Set is not that of the document, which has its own, but that of a binary form."""
    array = attribute.member("Value")
    for child in array.children if isinstance(array, Container) else []:
        if not isinstance(child, Leaf) or (child.kind == TEXT and child.text not in python_encoding):
            raise FormatError("bad-encoding", "a data set is of a character set there is not")
    attribute.children = [child for child in attribute.children if child is not array]
    _text(_array(attribute), "", UTF_8)
