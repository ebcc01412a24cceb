"""Text engines: what finds and reads text in a picture."""

from beam_phi.pixels.engines.base import EngineError, EngineMissing, Line, Picture, TextEngine
from beam_phi.pixels.engines.registry import check_engine, text_engine

__all__ = ["EngineError", "EngineMissing", "Line", "Picture", "TextEngine", "check_engine", "text_engine"]
