"""Elements as far as their values need them: a path of names, and a position to be found by."""

from __future__ import annotations

from typing import Any

from beam_phi.formats.markup.names import shown_element

#: A longer path is told by its last name alone.
MAX_PATH = 4096


class Element:
    """One element, or what lies around the root (`parent` None).

    name: its local name. path: local names from the root on, joined by ``/``. context: what the rules know of
    it.
    """

    __slots__ = ("_counts", "_position", "context", "name", "parent", "path")

    def __init__(self, name: str, parent: Element | None) -> None:
        self.name = name
        self.parent = parent
        self.context: Any = None
        self._counts: dict[str, int] = {}
        if parent is None:
            self.path = ""
            self._position = (1, 1)
        else:
            path = f"{parent.path}/{name}" if parent.path else name
            self.path = path if len(path) <= MAX_PATH else f"*/{name}"
            self._position = (parent.count("*"), parent.count(name))

    def count(self, what: str) -> int:
        """How many there are of a kind of child, with the one that begins now."""
        number = self._counts[what] = self._counts.get(what, 0) + 1
        return number

    def close(self) -> None:
        """The element has ended: forget what only its content needs."""
        self._counts = {}
        self.context = None

    @property
    def location(self) -> str:
        """The XPath of the element, by local names; "" for what lies around the root."""
        steps: list[str] = []
        element: Element | None = self
        while element is not None and element.parent is not None:
            steps.append(element._step())
            element = element.parent
        return "".join(f"/{step}" for step in reversed(steps))

    def _step(self) -> str:
        """The last step of the location."""
        of_all, of_name = self._position
        shown = shown_element(self.name)
        return f"*[{of_all}]" if shown == "*" else f"{shown}[{of_name}]"
