"""From stored values to what a screen shows, and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bench.pixels.model import Facts, Samples

Grey = NDArray[np.float32]
"""Shown brightness, 0 is black and 1 is white, (rows, columns) or (rows, columns, 3); may go beyond both."""


def span(samples: Samples) -> tuple[float, float]:
    """The stored values that a good window shows: all but one pixel in a thousand on either side."""
    step = max(1, int((samples.size / 250_000) ** 0.5))
    low, high = np.percentile(samples[::step, ::step], (0.1, 99.9))
    return float(low), float(max(high, low + 1))


def shown(samples: Samples, facts: Facts, window: tuple[float, float] | None = None) -> Grey:
    """Brightness as displayed. window: lowest and highest stored value; that of the samples if not given."""
    if facts.palette is not None:
        index = np.clip(samples, 0, len(facts.palette) - 1)
        colours: Grey = (facts.palette[index] / 65535).astype(np.float32)
        return colours
    if facts.photometric == "RGB":
        return (samples / facts.limits[1]).astype(np.float32)
    low, high = window or span(samples)
    grey = ((samples - np.float32(low)) / np.float32(high - low)).astype(np.float32)
    return 1 - grey if facts.inverted else grey


def stored(level: float | tuple[float, float, float], facts: Facts, window: tuple[float, float]) -> Samples:
    """The stored value of a brightness, or of a colour: () or (3,)."""
    if facts.palette is not None:
        wanted = np.broadcast_to(np.asarray(level, np.float64), (3,)) * 65535
        distance = np.abs(facts.palette.astype(np.float64) - wanted).sum(axis=1)
        return np.asarray(distance.argmin())
    if facts.photometric == "RGB":
        return np.broadcast_to(np.asarray(level, np.float64), (3,)) * facts.limits[1]
    grey = float(np.mean(level))
    low, high = window
    value = high - grey * (high - low) if facts.inverted else low + grey * (high - low)
    return np.asarray(float(np.clip(value, *facts.limits)))


def picture(samples: Samples, facts: Facts) -> NDArray[np.uint8]:
    """8 bits, as displayed in a good window: what an optical reader is given, and a person looks at."""
    low, high = np.percentile(samples[::2, ::2], (0.5, 99.8))
    window = (float(low), float(max(high, low + 1)))
    return (np.clip(shown(samples, facts, window), 0, 1) * 255).round().astype(np.uint8)


def with_window(facts: Facts, window: tuple[float, float]) -> Facts:
    """The facts of greyscale samples, with their window in it."""
    return facts if facts.colour else replace(facts, window=window)
