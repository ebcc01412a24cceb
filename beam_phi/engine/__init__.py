"""Where search and replace meet: (document, library, key) -> masked document and annotations."""

from beam_phi.engine.content import Content
from beam_phi.engine.core import Engine, MaskedResult, Quarantine
from beam_phi.engine.series import Seen
from beam_phi.engine.values import POLICIES, ValuePolicy

__all__ = ["POLICIES", "Content", "Engine", "MaskedResult", "Quarantine", "Seen", "ValuePolicy"]
