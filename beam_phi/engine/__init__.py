"""Where search and replace meet: (document, library, key) -> masked document and annotations."""

from beam_phi.engine.content import Content
from beam_phi.engine.core import Engine
from beam_phi.engine.people import NO_PEOPLE, People, Sighting
from beam_phi.engine.result import MaskedResult, Quarantine
from beam_phi.engine.series import Seen
from beam_phi.engine.subject import Subject
from beam_phi.engine.values import POLICIES, ValuePolicy

__all__ = [
    "NO_PEOPLE",
    "POLICIES",
    "Content",
    "Engine",
    "MaskedResult",
    "People",
    "Quarantine",
    "Seen",
    "Sighting",
    "Subject",
    "ValuePolicy",
]
