"""The comparison in Markdown."""

from __future__ import annotations

import statistics
import textwrap
from collections import Counter
from collections.abc import Iterable

import PIL
from PIL import features

from bench.pixels.compose import READABLE
from bench.pixels.ink import SEEN
from bench.pixels.judge import WHOLE, Score, wilson
from bench.pixels.model import Image

_WIDTH = 110
CATEGORIES = ("style", "size", "place", "orientation", "kind", "font")

_HEAD = """# Burned-in text side by side

Written by `python -m bench.pixels run --venvs DIR`, seed {seed}: {with_text} pictures with burned-in text
({phi:,} words of PHI, {technical:,} labels and technical words) and {without} without any, made of {files}
real pictures without text ({names}) in {forms} representations, from {small} to {large} pixels.
Fonts: {fonts}.
Pillow {pillow} drew them, with FreeType {freetype}; other versions draw a little differently.

- Covered: at least {whole:.0%} of the word's ink is (pixels of which the word takes {seen:.0%} or more), by
  boxes, or in the written file: pixels that changed, and ink that has the colour of the fill around it.
- Words that differ from what is around them by less than {readable:.0%} of the displayed range are not
  judged: {faint} of PHI.
- Leaking: pictures on which a word of PHI is not wholly covered. Over-redaction: technical words covered;
  area covered that is no word (further than 4 pixels or a quarter of the font's size from one), of the
  pictures with text. Touched: text-free pictures of which anything is covered, and the mean share of all of
  their area.
- Failed: pictures that the tool gave nothing for; they are in none of its other figures.
- CPU: mean of all pictures, of the tool and the programs it starts, those of others held to one thread.
  Presidio's includes reading and writing its file, the readers' reading a PNG, those in process nothing.
- Text is drawn by a program: no handwriting, no scanned film, and backgrounds are few. The header holds all
  PHI that is burned in, which helps tools that look there."""


class Census:
    """What the set holds, counted while it passes."""

    def __init__(self, seed: int | str, fonts: Iterable[str]) -> None:
        self.seed, self.fonts = seed, list(fonts)
        self.with_text = self.without = self.phi = self.technical = self.faint = 0
        self.backgrounds: Counter[str] = Counter()
        self.forms: Counter[str] = Counter()
        self.shapes: list[tuple[int, int]] = []

    def add(self, image: Image) -> None:
        """Count a picture."""
        name, form = image.background.split(", ")[:2]
        self.backgrounds[name] += 1
        self.forms[form] += 1
        self.shapes.append(image.shape)
        self.with_text += bool(image.words)
        self.without += not image.words
        self.phi += sum(word.is_phi for word in image.words)
        self.technical += sum(not word.is_phi for word in image.words)
        self.faint += sum(word.is_phi for word in image.faint)

    def head(self) -> str:
        """What stands above the tables."""
        shapes = sorted(self.shapes, key=lambda shape: shape[0] * shape[1])
        small, large = (f"{columns} x {rows}" for rows, columns in (shapes[0], shapes[-1]))
        head = _HEAD.format(
            seed=self.seed, with_text=self.with_text, without=self.without, phi=self.phi,
            technical=self.technical, faint=self.faint, files=len(self.backgrounds),
            names=", ".join(sorted(self.backgrounds)), forms=len(self.forms), small=small, large=large,
            fonts=", ".join(self.fonts), pillow=PIL.__version__,
            freetype=features.version("freetype2"), whole=WHOLE, seen=SEEN, readable=READABLE,
        )  # fmt: skip
        return "\n".join(textwrap.fill(line, _WIDTH) for line in head.splitlines())


def report(census: Census, scores: list[Score]) -> str:
    """What stands in bench/pixels.md."""
    lines = [
        *census.head().splitlines(), "",
        "| tool | PHI words covered | 95 % interval | leaking | technical words covered | "
        "area beyond words | text-free touched | area of text-free | failed | CPU ms |",
        "| --- |" + " ---: |" * 9,
    ]  # fmt: skip
    lines += [_row(score) for score in scores]
    lines += ["", "## Tools", ""]
    for score in scores:
        lines.append(
            f"- {score.name}: {score.settings}" + (f"; not run: {score.missing}" if score.missing else "")
        )
        lines += [f"  - failed on {count}: {why}" for why, count in score.errors.most_common()]
    ran = [score for score in scores if score.judged]
    for category in CATEGORIES if ran else ():
        lines += ["", f"## PHI words covered by {category}", ""]
        lines.append(f"| {category} | words | " + " | ".join(score.name for score in ran) + " |")
        lines.append("| --- | ---: |" + " ---: |" * len(ran))
        shares = [score.by(category) for score in ran]
        for value in sorted({value for share in shares for value in share}, key=_natural):
            most = max(share.get(value, (0, 0))[1] for share in shares)
            cells = " | ".join(_share(*share.get(value, (0, 0))) for share in shares)
            lines.append(f"| {value} | {most} | {cells} |")
    return "\n".join(lines) + "\n"


def _row(score: Score) -> str:
    if score.missing:
        return f"| {score.name} | not run |" + " |" * 8
    phi, technical = score.words(phi=True), score.words(phi=False)
    hits = sum(covered for _, covered in phi)
    low, high = wilson(hits, len(phi))
    with_text, without = score.with_text, score.without
    cells = [
        score.name,
        f"{_share(hits, len(phi))} of {len(phi):,}",
        f"{low:.1%} - {high:.1%}" if phi else "-",
        f"{score.leaking} / {len(with_text)}",
        _share(sum(covered for _, covered in technical), len(technical)),
        _mean(verdict.beyond for verdict in with_text),
        f"{sum(verdict.area > 0 for verdict in without)} / {len(without)}",
        _mean(verdict.area for verdict in without),
        f"{sum(score.errors.values())} / {len(score.verdicts)}",
        f"{statistics.fmean(v.cpu_ms for v in score.judged):.0f}" if score.judged else "-",
    ]
    return "| " + " | ".join(cells) + " |"


def _share(hits: int, total: int) -> str:
    return f"{hits / total:.1%}" if total else "-"


def _mean(values: Iterable[float]) -> str:
    found = list(values)
    return f"{statistics.fmean(found):.2%}" if found else "-"


def _natural(value: str) -> tuple[int, str]:
    head = value.split("-")[0]
    return (int(head) if head.isdigit() else 0, value)
