"""Bundles: cut into entries, each with the patients it refers to."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from beam_phi.formats.document import FormatError
from beam_phi.formats.fhir import references
from beam_phi.formats.fhir.scope import Hidden
from beam_phi.formats.fhir.siblings import is_subject
from beam_phi.formats.fhir.sites import SiteTree
from beam_phi.formats.fhir.subjects import element_of
from beam_phi.formats.fhir.walk import Walk
from beam_phi.formats.json import grammar
from beam_phi.formats.json.edits import JsonField
from beam_phi.formats.json.nodes import TEXT, Container, Leaf, Node, Root
from beam_phi.formats.json.pieces import Piece
from beam_phi.formats.json.scan import Scanner

ENTRY = "entry"
_PATIENT = re.compile(rb'"resourceType"[ \t\r\n]*:[ \t\r\n]*"Patient"')
_IDENTIFYING = re.compile(r"Patient\.(?:name|identifier|birthDate|telecom|address)(?:\.|\Z)")
#: Bundles whose entries belong together: all are about the one patient there is.
_ABOUT_ONE = frozenset({"document", "collection", "searchset"})

Fields = list[Hidden]


@dataclass(slots=True)
class BundlePiece(Piece):
    """A piece of a Bundle: an entry, and what stands around the entries before the first and after the last.

    patients: those of the whole Bundle.
    """

    patients: Patients


class Patients:
    """The Patient resources in the entries of a Bundle, by what refers to them.

    bundle_type: the ``type`` of the Bundle.
    """

    def __init__(self) -> None:
        self._by_reference: dict[str, Fields] = {}
        self._all: list[Fields] = []
        self._sites = SiteTree()
        self.bundle_type = ""

    def read(self, data: bytes, at: int) -> None:
        """Find the patients of the Bundle that begins at `at`. Only their entries are read."""
        marks = [found.start() for found in _PATIENT.finditer(data, at)]
        if not marks:
            return
        scanner = Scanner(data, at)
        root = Root("", bool)
        bundle = scanner.begin(root)
        assert isinstance(bundle, Container)
        for node in scanner.members(bundle, ENTRY):
            if isinstance(node, Container) and node.end < 0:
                for position, (start, end) in enumerate(_spans_of_elements(scanner, node)):
                    mark = bisect_left(marks, start)
                    if mark < len(marks) and marks[mark] < end:
                        self.add(Scanner(data, start).value(node, position=position))
        self.bundle_type = bundle.text("type")

    def add(self, entry: Node) -> None:
        """Add the patient of an entry, if it has one."""
        patient = _resource(entry)
        if patient is None or patient.text("resourceType") != "Patient":
            return
        walk = Walk(self._sites)
        walk.resource(patient)
        fields = [
            Hidden(field.type, field.text, field.location)
            for field in walk.fields
            if field.type.data_class not in (None, "date")
            and _IDENTIFYING.match(field.type.attributes.get("path", ""))
        ]
        self._all.append(fields)
        for reference in _names_of(entry, patient):
            self._by_reference.setdefault(reference, fields)

    def of(self, entry: Node, fields: Iterable[JsonField]) -> Fields:
        """What identifies the patients that an entry with these fields refers to: first the one it says it is
        about. An entry that refers to nobody is about the only patient of a Bundle whose entries belong
        together."""
        if not self._all:
            return []
        own: Fields | None = None
        patient = _resource(entry)
        if patient is not None and patient.text("resourceType") == "Patient":
            names = _names_of(entry, patient)
            own = next((self._by_reference[name] for name in names if name in self._by_reference), None)
        subjects: dict[int, Fields] = {}
        others: dict[int, Fields] = {}
        for field in fields:
            node = field.node
            if isinstance(node, Leaf) and node.name == "reference" and node.kind == TEXT:
                found = self._resolve(node.text)
                if found is not None and found is not own:
                    (subjects if is_subject(element_of(node)) else others)[id(found)] = found
        refers = subjects or others or own is not None
        if not refers and len(self._all) == 1 and self.bundle_type in _ABOUT_ONE:
            return self._all[0]
        return [field for found in {**subjects, **others}.values() for field in found]

    def _resolve(self, reference: str) -> Fields | None:
        found = self._by_reference.get(reference)
        if found is not None:
            return found
        for span in reversed(references.spans(reference)):
            if span.target == "Patient":
                value = references.decode_value(reference[span.start : span.end])
                name = f"Patient/{value}" if span.kind == references.ID else f"{span.system}|{value}"
                return self._by_reference.get(name)
        return None


def split_bundle(scanner: Scanner, root: Root) -> Iterator[BundlePiece]:
    """The Bundle that begins where the scanner is, in one piece for each entry. What stands before the
    entries belongs to the first piece, what comes after them to the last."""
    patients = Patients()
    patients.read(scanner.data, scanner.at)
    begin = scanner.at
    bundle = scanner.begin(root)
    assert isinstance(bundle, Container)
    held: BundlePiece | None = None
    frame: list[Node] = []
    for node in scanner.members(bundle, ENTRY):
        if not (isinstance(node, Container) and node.end < 0):
            frame.append(node)
            continue
        for entry in scanner.elements(node):
            if held is not None:
                yield held
            held = BundlePiece(begin, scanner.at, [*frame, entry], patients)
            begin = scanner.at
            frame = []
    if held is None:
        held = BundlePiece(begin, scanner.at, [], patients)
    held.nodes += frame
    held.end = scanner.at
    yield held


def type_of_resource(data: bytes, at: int = 0) -> str:
    """The ``resourceType`` of the object that begins at `at`, "" if none is found. Nothing else is read."""
    start = grammar.BLANK.match(data, at)
    assert start is not None
    at = start.end()
    if data[at : at + 1] != b"{":
        return ""
    at += 1
    while name := grammar.NAME.match(data, at):
        value = grammar.VALUE.match(data, name.end())
        if value is None:
            return ""
        if name[1] == b"resourceType":
            return grammar.unquote(value[1]) if value[1] is not None else ""
        at = value.end()
        if value[4] is not None and len(value[4]) == 1:
            at = grammar.end_of_brackets(data, value.start(4))
        after = grammar.AFTER_MEMBER.match(data, at) if at >= 0 else None
        if after is None or after[1] != b",":
            return ""
        at = after.end()
    return ""


def is_entry(node: Node) -> bool:
    """True for an entry of a Bundle, False for what stands around the entries."""
    return node.parent is not None and node.parent.is_array and node.parent.name == ENTRY


def _spans_of_elements(scanner: Scanner, array: Container) -> Iterator[tuple[int, int]]:
    """Where the elements of an array that was begun begin and end, most of them not read."""
    while array.end < 0:
        scanner.skip_blank()
        start = scanner.at
        if scanner.data[start : start + 1] == b"{":
            scanner.at = grammar.end_of_brackets(scanner.data, start)
            if scanner.at < 0:
                raise FormatError("bad-syntax", "an entry never ends")
        else:
            scanner.value(array)
        end = scanner.at
        scanner.separate(array)
        yield start, end


def _resource(entry: Node) -> Container | None:
    resource = entry.member("resource") if isinstance(entry, Container) else None
    return resource if isinstance(resource, Container) else None


def _names_of(entry: Node, patient: Container) -> list[str]:
    """What may refer to a patient."""
    names = [entry.text("fullUrl")] if isinstance(entry, Container) else []
    id_ = patient.text("id")
    if id_:
        names += (f"Patient/{id_}", f"urn:uuid:{id_}")
    identifiers = patient.member("identifier")
    for identifier in identifiers.children if isinstance(identifiers, Container) else ():
        if isinstance(identifier, Container) and identifier.text("value"):
            names.append(f"{identifier.text('system')}|{identifier.text('value')}")
    return [name for name in names if name]
