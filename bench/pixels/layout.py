"""Where lines go: blocks in the corners, along an edge, over tissue, up the sides."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bench.pixels.compose import Look, Sheet, inked
from bench.pixels.texts import Line

PLACES = ("corner", "edge", "tissue", "side")
_TRIES = 12


def corner(
    sheet: Sheet,
    lines: list[Line],
    look: Look,
    margin: int,
    *,
    right: bool,
    bottom: bool,
    share: float = 0.55,
) -> None:
    """A block of lines in a corner; a line that is wider than a share of the picture is cut or left out."""
    rows, columns = sheet.taken.shape
    y = margin
    for tokens in reversed(lines) if bottom else lines:
        fitted = _cut(tokens, look, columns * share)
        if fitted is None:
            continue
        line = inked(fitted, look)
        top = rows - y - line.height if bottom else y
        left = columns - margin - line.width if right else margin
        if (y > margin and y + line.height > rows * 0.45) or not sheet.fits(line, look, top, left):
            return
        sheet.write(fitted, line, look, "corner", top, left)
        y += line.height + look.gap


def edge(sheet: Sheet, lines: list[Line], look: Look, rng: np.random.Generator) -> None:
    """One line at each edge, whose outermost pixels of ink are the outermost of the picture."""
    rows, columns = sheet.taken.shape
    for number, tokens in enumerate(lines[:4]):
        fitted = _cut(tokens, look, columns * 0.9)
        if fitted is None:
            continue
        line = inked(fitted, look)
        for _ in range(_TRIES):
            top = int(rng.integers(0, max(1, rows - line.height)))
            left = int(rng.integers(0, max(1, columns - line.width)))
            top = (0, top, rows - line.height, top)[number]
            left = (left, 0, left, columns - line.width)[number]
            if sheet.fits(line, look, top, left):
                sheet.write(fitted, line, look, "edge", top, left)
                break


def tissue(sheet: Sheet, lines: list[Line], look: Look, rng: np.random.Generator) -> None:
    """Lines anywhere in the middle of the picture."""
    rows, columns = sheet.taken.shape
    for tokens in lines:
        fitted = _cut(tokens, look, columns * 0.7)
        if fitted is None:
            continue
        line = inked(fitted, look)
        for _ in range(_TRIES):
            top = int(rng.uniform(0.2, 0.8) * rows) - line.height // 2
            left = int(rng.uniform(0.35, 0.65) * columns) - line.width // 2
            if sheet.fits(line, look, top, left):
                sheet.write(fitted, line, look, "tissue", top, left)
                break


def side(sheet: Sheet, lines: list[Line], look: Look, margin: int, *, right: bool) -> None:
    """Turned lines (the look says which way) up a side, outermost first."""
    rows, columns = sheet.taken.shape
    x = margin
    for tokens in lines:
        fitted = _cut(tokens, look, rows * 0.8)
        if fitted is None:
            continue
        line = inked(fitted, look)
        top = (rows - line.height) // 2
        left = columns - x - line.width if right else x
        if x + line.width > columns * 0.4 or not sheet.fits(line, look, top, left):
            return
        sheet.write(fitted, line, look, "side", top, left)
        x += line.width + look.gap


def _cut(tokens: Line, look: Look, room: float) -> Line | None:
    """As many of the words as there is room for, in pixels along the line."""
    for fitted in _shorter(tokens):
        line = inked(fitted, look)
        if (line.height if look.turn else line.width) <= room:
            return fitted
    return None


def _shorter(tokens: Line) -> Iterator[Line]:
    """All of it, then without labels, then less and less of its words.

    Never only the first word of a hospital, or of a date: they tell of nobody.
    """
    yield tokens
    kinds = [kind for _, kind in tokens if kind != "label"]
    tokens = tuple(token for token in tokens if token[1] != "label")
    for count in range(len(tokens), 0, -1):
        last = kinds[count - 1]
        if last in ("hospital", "date") and kinds.count(last) > 1 and kinds[:count].count(last) == 1:
            continue
        yield tokens[:count]
