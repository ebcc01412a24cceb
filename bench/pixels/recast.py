"""The same picture in another representation, orientation or size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image as Pillow

from bench.pixels.backgrounds import Background
from bench.pixels.display import shown, span
from bench.pixels.model import Facts, Samples

#: Name -> facts of a representation; "native" is left as it is.
FORMS: dict[str, Facts | None] = {
    "native": None,
    "8 bits": Facts(8, 8, False, "MONOCHROME2"),
    "12 bits": Facts(16, 12, False, "MONOCHROME2"),
    "16 bits": Facts(16, 16, False, "MONOCHROME2"),
    "16 bits signed": Facts(16, 16, True, "MONOCHROME2"),
    "8 bits MONOCHROME1": Facts(8, 8, False, "MONOCHROME1"),
    "12 bits MONOCHROME1": Facts(16, 12, False, "MONOCHROME1"),
    "RGB": Facts(8, 8, False, "RGB"),
    "palette": Facts(8, 8, False, "PALETTE COLOR"),
}
_GREYS = 240
_COLOURS = (
    (1, 1, 0), (0, 1, 0), (1, 1, 1), (0, 0, 0), (1, 0, 0), (0, 0.4, 1), (0, 1, 1), (1, 0.5, 0), (1, 0, 1),
    (0.3, 0.3, 0.3), (0.6, 0.6, 0.6), (0.5, 0.5, 0), (0, 0.5, 0), (0.5, 0, 0), (0, 0, 0.5), (0.8, 0.8, 0.6),
)  # fmt: skip


def palette() -> np.ndarray:
    """Greys, then the colours that are used for text and Doppler: (256, 3) of 16 bits."""
    greys = np.repeat(np.linspace(0, 1, _GREYS)[:, None], 3, axis=1)
    return (np.concatenate([greys, np.array(_COLOURS, np.float64)]) * 65535).round().astype(np.uint16)


def recast(source: Background, form: str, rng: np.random.Generator) -> Background:
    """The picture in a form of :data:`FORMS`; its tissue takes up a part of the values, as in real files."""
    facts = FORMS[form]
    if facts is None or (facts.photometric == source.facts.photometric == "RGB"):
        return source
    bright = np.clip(shown(source.samples, source.facts), 0, 1)
    grey = bright if bright.ndim == 2 else bright @ np.array([0.299, 0.587, 0.114], np.float32)
    if facts.photometric == "RGB":
        colours = bright if bright.ndim == 3 else np.repeat(bright[..., None], 3, axis=2)
        return replace(source, samples=(colours * 255).round().astype(np.uint8), facts=facts)
    if facts.photometric == "PALETTE COLOR":
        index = (grey * (_GREYS - 1)).round().astype(np.uint8)
        return replace(source, samples=index, facts=replace(facts, palette=palette()))
    low, high = facts.limits
    if facts.signed:
        low, high = -1024, -1024 + int(rng.integers(2000, 6000))
    elif facts.bits_stored > 8:
        high = int(high * rng.uniform(0.35, 0.9))
    if facts.inverted:
        grey = 1 - grey
        if facts.bits_stored > 8:
            low, high = facts.limits[1] - high, facts.limits[1]
    kind = f"{'i' if facts.signed else 'u'}{facts.bits_allocated // 8}"
    return replace(source, samples=(low + grey * (high - low)).round().astype(kind), facts=facts)


def enlarge(source: Background, pixels: int, rng: np.random.Generator) -> Background:
    """Bicubic, to about as many pixels, with a little noise where values are more than indices."""
    rows, columns = source.samples.shape[:2]
    times = (pixels / (rows * columns)) ** 0.5
    size = (round(columns * times), round(rows * times))
    if source.facts.palette is not None:
        return replace(
            source,
            samples=np.asarray(Pillow.fromarray(source.samples).resize(size, Pillow.Resampling.NEAREST)),
        )
    planes = source.samples.reshape(rows, columns, -1).astype(np.float32)
    low, high = span(source.samples)
    noise = rng.standard_normal((size[1], size[0], 1), np.float32) * np.float32((high - low) * 0.004)
    resized = [
        np.asarray(
            Pillow.fromarray(np.ascontiguousarray(planes[..., n])).resize(size, Pillow.Resampling.BICUBIC)
        )
        for n in range(planes.shape[2])
    ]
    values = np.clip(np.stack(resized, axis=2) + noise, planes.min(), planes.max())
    samples = values.round().astype(source.samples.dtype)
    return replace(source, samples=samples[..., 0] if source.samples.ndim == 2 else samples)


def turned(samples: Samples, number: int) -> Samples:
    """One of eight: rotations by 90 degrees, and the same mirrored."""
    found = np.rot90(samples, number % 4)
    return np.ascontiguousarray(np.fliplr(found) if number >= 4 else found)
