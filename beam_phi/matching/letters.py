"""Letters and the limits of words, as regular expressions."""

from __future__ import annotations

#: The capitals that names begin with, inside of brackets.
UPPER = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u024f\u0386-\u03ab\u0400-\u042f\u1e00-\u1eff"
LETTER = r"[^\W\d_]"
#: Where a word begins and ends; an underscore parts words.
LEFT, RIGHT = r"(?<![^\W_])", r"(?![^\W_])"
