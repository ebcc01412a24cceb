"""ASC X12 health care transactions (837, 835, 834, 820, 27x, 999, TA1), read as a stream and written back so
that only changed elements differ."""

from beam_phi.formats.x12.document import X12Document, looks_like_x12, open
from beam_phi.formats.x12.places import place

__all__ = ["X12Document", "looks_like_x12", "open", "place"]
