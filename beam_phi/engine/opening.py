"""Of what format a file is under a library, and how it is opened: by its content, or by a layout it has."""

from __future__ import annotations

from beam_phi.formats import HEAD_SIZE, Document, FormatError, Source, detect, fixed_width, open_document
from beam_phi.library.model import LayoutSpec, Library
from beam_phi.matching import selects

#: What a layout takes where it names no format.
_UNSURE = frozenset({"text", "delimited", "unknown"})


class Opener:
    """Opens files under one library."""

    def __init__(self, library: Library) -> None:
        self._layouts = library.layouts
        self._dicom = library.dicom

    def format_of(self, name: str, head: bytes) -> str | None:
        """As :func:`beam_phi.formats.detect`; ``fixed-width`` for a file that a layout takes.

        Raises FormatError ``empty`` as that, and ``layout-misfit`` where several layouts take the file.
        """
        detected = detect(name, head)
        return fixed_width.FORMAT if self._layout(name, detected) else detected

    def open(self, name: str, format_: str, source: Source) -> Document:
        """Open a file of a known format that is no container. Raises FormatError."""
        if format_ != fixed_width.FORMAT:
            return open_document(format_, source, self._dicom)
        source.stream.seek(0)
        layout = self._layout(name, detect(name, source.stream.read(HEAD_SIZE)))
        assert layout is not None
        return fixed_width.open(source, layout)

    def _layout(self, name: str, detected: str | None) -> LayoutSpec | None:
        attributes = {"path": name, "format": detected or "unknown"}
        found = [
            layout
            for layout in self._layouts
            if selects(layout.when, attributes)
            and (attributes["format"] in _UNSURE or any(key == "format" for key, _ in layout.when.patterns))
        ]
        if len(found) > 1:
            names = ", ".join(layout.name for layout in found)
            raise FormatError("layout-misfit", f"more than one layout of the library fits the file: {names}")
        return found[0] if found else None
