"""What the tests of markup share: open bytes, render them, read them with a parser of their own."""

from __future__ import annotations

import io
from collections.abc import Iterable
from xml.parsers import expat

from beam_phi.formats import markup
from beam_phi.formats.document import Source
from beam_phi.formats.markup.scope import MarkupScope, Node

Event = tuple[object, ...]


def scopes(data: bytes) -> list[MarkupScope]:
    return list(markup.open(Source(io.BytesIO(data), len(data))).scopes())


def fields(data: bytes) -> list[Node]:
    return [field for scope in scopes(data) for field in scope.fields()]


def rendered(data: bytes, found: Iterable[MarkupScope]) -> bytes:
    return b"".join(
        segment if isinstance(segment, bytes) else data[segment.offset : segment.offset + segment.length]
        for scope in found
        for segment in scope.render()
    )


def events(data: bytes) -> list[Event]:
    """The document as a plain reader reads it; neighbouring texts are one."""
    found: list[Event] = []

    def characters(text: str) -> None:
        if found and found[-1][0] == "text":
            found[-1] = ("text", str(found[-1][1]) + text)
        else:
            found.append(("text", text))

    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append(("start", name, attributes))
    parser.EndElementHandler = lambda name: found.append(("end", name))
    parser.CharacterDataHandler = characters
    parser.CommentHandler = lambda text: found.append(("comment", text))
    parser.ProcessingInstructionHandler = lambda target, text: found.append(("pi", target, text))
    parser.Parse(data, True)
    return found


def cda(body: str, root: str = "") -> bytes:
    """A CDA document around some XML."""
    return (
        f'<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"{root}>{body}</ClinicalDocument>'
    ).encode()


def classes(body: str) -> dict[str, str | None]:
    """Text to data class of the values of a CDA document."""
    return {field.text: field.type.data_class for field in fields(cda(body))}
