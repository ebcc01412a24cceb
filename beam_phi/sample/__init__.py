"""A synthetic hospital export to try things on, with the truth about what was planted in it."""

from beam_phi.sample.export import write
from beam_phi.sample.truth import Truth

__all__ = ["Truth", "write"]
