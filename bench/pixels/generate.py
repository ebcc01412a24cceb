"""The set: pictures with burned-in text, and pictures without any, the same for the same seed.

Each picture is made of its own stream of random numbers, so any one can be made alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from bench.pixels import layout, texts
from bench.pixels.backgrounds import Background
from bench.pixels.compose import LEVELS, Look, Sheet
from bench.pixels.display import span, with_window
from bench.pixels.fonts import Face
from bench.pixels.model import Image
from bench.pixels.recast import FORMS, enlarge, recast, turned

WITH_TEXT = 162
WITHOUT = 160
_LARGE = (1_500_000, 2_500_000, 4_000_000, 8_100_000)
_STYLE_FORMS = {
    "yellow": ("RGB", "palette"),
    "green": ("palette", "RGB"),
    "max": ("12 bits", "16 bits signed", "8 bits", "16 bits", "12 bits MONOCHROME1"),
    "hidden 8%": ("16 bits signed", "16 bits"),
}


class Generator:
    """Makes the pictures of a seed out of backgrounds and fonts."""

    def __init__(self, seed: int, backgrounds: Sequence[Background], faces: Sequence[Face]) -> None:
        self._seed, self._backgrounds, self._faces = seed, list(backgrounds), list(faces)

    def images(self, with_text: int = WITH_TEXT, without: int = WITHOUT) -> Iterator[Image]:
        """All of them, one after the other."""
        for number in range(with_text):
            yield self.with_text(number)
        for number in range(without):
            yield self.without(number)

    def with_text(self, number: int) -> Image:
        """The picture of a number, with at least one word of PHI that can be read."""
        for attempt in range(30):  # every third time on another background
            rng = np.random.default_rng([self._seed, 1, number, attempt])
            image = self._written(number, self._background(number + 7 * (attempt // 3), 1), rng)
            if any(word.is_phi for word in image.words):
                return image
        raise RuntimeError(f"no readable text on picture {number}")

    def without(self, number: int) -> Image:
        """The text-free picture of a number: another turn, part or representation of a background."""
        rng = np.random.default_rng([self._seed, 2, number])
        source = self._background(number, 2)
        way = number // len(self._backgrounds) + 1
        form = tuple(FORMS)[(number * 4 + way) % len(FORMS)]
        if number % 40 == 17:
            source = enlarge(source, _LARGE[number // 40 % 4], rng)
        samples = turned(source.samples, way % 8)
        if number % 3 == 2:
            rows, columns = (max(64, int(side * rng.uniform(0.5, 0.9))) for side in samples.shape[:2])
            top, left = (
                int(rng.integers(0, max(1, n - m + 1)))
                for n, m in zip(samples.shape[:2], (rows, columns), strict=True)
            )
            samples = samples[top : top + rows, left : left + columns]
        source = recast(replace(source, samples=np.ascontiguousarray(samples)), form, rng)
        facts = with_window(source.facts, span(source.samples))
        header = {**texts.person(rng).header, "Modality": source.modality}
        told = f"{source.name}, {form}, turn {way % 8}"
        return Image(f"without-{number:03}", told, source.samples, facts, header=header)

    def _background(self, number: int, stream: int) -> Background:
        """All of them once, in any order, then once more in another."""
        turn, position = divmod(number, len(self._backgrounds))
        order = np.random.default_rng([self._seed, 3, stream, turn]).permutation(len(self._backgrounds))
        return self._backgrounds[int(order[position])]

    def _written(self, number: int, source: Background, rng: np.random.Generator) -> Image:
        style = tuple(LEVELS)[number % len(LEVELS)]
        turn = number // len(LEVELS)
        forms = _STYLE_FORMS.get(style, tuple(FORMS))
        form = forms[(turn + number) % len(forms)]
        if number % 13 == 5:
            source = enlarge(source, _LARGE[number // 13 % 4], rng)
        if rng.random() < 0.3:
            source = replace(source, samples=turned(source.samples, 4))
        source = recast(source, form, rng)
        sheet = Sheet.of(source.samples, source.facts)
        who = texts.person(rng)
        self._lay_out(sheet, who, style, number, rng)
        low, high = sheet.window
        if style.startswith("hidden"):  # shown no brighter than black
            low, high = (
                (low, high - 0.15 * (high - low))
                if source.facts.inverted
                else (low + 0.15 * (high - low), high)
            )
        facts = with_window(source.facts, (low, high))
        header = {**who.header, "Modality": source.modality}
        words, faint = tuple(sheet.words), tuple(sheet.faint)
        told = f"{source.name}, {form}"
        return Image(f"with-{number:03}", told, sheet.samples, facts, words, faint, header)

    def _lay_out(
        self, sheet: Sheet, who: texts.Person, style: str, number: int, rng: np.random.Generator
    ) -> None:
        rows, columns = sheet.taken.shape
        size, smooth = _size(rows, columns, rng), bool(rng.random() < 0.6)
        faces = self._faces
        if size < 13:  # small letters with hard edges can be read in few fonts
            sturdy = [face for face in faces if face.sturdy]
            faces = sturdy if sturdy and sheet.facts.palette is not None else faces
        face = faces[(number * 5 + number // len(LEVELS)) % len(faces)]
        other = faces[int(rng.integers(len(faces)))] if rng.random() < 0.3 else face
        look, second = (Look(f, size, style, smooth or (size < 13 and not f.sturdy)) for f in (face, other))
        patient, study = texts.patient_lines(rng, who), texts.study_lines(rng, who)
        technical = texts.technical_lines(rng, 9)
        place = (
            "corner" if style.startswith("hidden") else str(rng.choice(layout.PLACES, p=(0.4, 0.2, 0.2, 0.2)))
        )
        margin = int(rng.integers(2, 4 + look.size // 2))
        if place == "edge":
            layout.edge(sheet, [patient[0], study[0], patient[1], technical[0]], look, rng)
        elif place == "tissue":
            chosen = [patient[0], patient[2], study[int(rng.integers(4))], technical[0]]
            layout.tissue(sheet, chosen, look, rng)
        elif place == "side":
            turn = 90 if rng.random() < 0.6 else 270
            layout.side(sheet, patient[:3], replace(look, turn=turn), margin, right=False)
            layout.side(sheet, [study[0], technical[0]], replace(look, turn=360 - turn), margin, right=True)
        if place == "corner":
            layout.corner(sheet, patient, look, margin, right=False, bottom=False)
            layout.corner(sheet, study, second, margin, right=True, bottom=False)
        layout.corner(sheet, technical[1:4], second, margin, right=False, bottom=True)
        layout.corner(sheet, technical[4:9], look, margin, right=True, bottom=True, share=0.35)


def _size(rows: int, columns: int, rng: np.random.Generator) -> int:
    """Of the font: small on small pictures, and not always large on large ones."""
    side = min(rows, columns)
    high = int(np.clip(side / 11, 10, 60))
    low = 8 if side < 700 else int(np.clip(side / 75, 10, 26))
    return round(float(np.exp(rng.uniform(np.log(low), np.log(high + 1)))))
