"""The comparison in Markdown."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Sequence

from bench.labelled_text.judge import Score, Tally
from bench.labelled_text.model import KINDS, Text
from bench.pixels.judge import wilson

_WIDTH = 118

_HEAD = """# Labelled texts side by side

Written by `python -m bench.labelled_text --venvs DIR`: {texts:,} texts of others with {values:,} labelled
values ({sets}), in ../shared/corpus/text, see its MANIFEST. Nothing is known of any patient; each text is
searched as a paragraph of a text file.

- Held out: {held_out:,} texts. A text is held out, or not, by a digest of the template it was made of, so
  no sentence is in both halves in other words. Rules of beam-phi were made with the other half in view;
  figures of that half stand last.
- Recall: labelled values of which every letter and digit was found, as whatever kind (one that is masked as
  another kind is masked), and in brackets the share of their letters and digits. Precision: findings of
  this kind at least half of which is in a label, of whatever kind, and in brackets the share of letters and
  digits. Intervals are of 95 % (Wilson).
- The sets are general English made of templates with invented names of 40 countries, not medical text: few
  titles, no cues of forms, and a song lyric or an orchestra counts as a sentence. The Dutch notes are few.
  Beside towns `place` has countries and nationalities, most `organization` is a company's invented name,
  and most missed dates are years alone or days of the week: beam-phi does not look for these, and under 45
  CFR 164.514(b)(2) countries and years are no PHI.
- No set here says how often terms of medicine are taken for PHI."""


def report(texts: Sequence[Text], scores: Sequence[tuple[Score, Score]], settings: dict[str, str]) -> str:
    """The page: for each tool what it did on the texts held out, and on the others."""
    ran = [pair for pair in scores if not pair[0].missing]
    held = [one for one, _ in ran]
    parts = [_head(texts), _overview(held), _by_kind("Recall by kind, held out", held, _recall)]
    parts += [_by_kind("Precision by kind, held out", held, _precision)]
    parts += ["## Tools\n", *(f"- {name}: {words}" for name, words in settings.items())]
    parts += [f"- {one.tool} did not run: {one.missing}" for one, _ in scores if one.missing]
    others = [other for _, other in ran]
    parts += ["", _by_kind("Recall by kind, the half that rules were made with", others, _recall)]
    parts += [_by_kind("Precision by kind, the half that rules were made with", others, _precision)]
    return "\n".join(parts) + "\n"


def _head(texts: Sequence[Text]) -> str:
    sets = Counter(text.origin for text in texts)
    head = _HEAD.format(
        texts=len(texts),
        values=sum(bool(label.kind) for text in texts for label in text.labels),
        sets=", ".join(f"{name} {count:,}" for name, count in sets.items()),
        held_out=sum(text.held_out for text in texts),
    )
    lines = (
        textwrap.fill(" ".join(block.split()), _WIDTH, subsequent_indent="  " * block.startswith("-"))
        for block in _blocks(head)
    )
    return "\n".join(lines) + "\n"


def _blocks(text: str) -> list[str]:
    """Paragraphs and items, blank lines as empty ones."""
    blocks: list[str] = []
    for line in text.splitlines():
        if not line or line.startswith(("-", "#")) or not blocks or not blocks[-1]:
            blocks.append(line)
        else:
            blocks[-1] += "\n" + line
    return blocks


def _overview(scores: Sequence[Score]) -> str:
    rows = ["## All kinds, held out\n"]
    rows += ["| tool | recall | 95 % interval | precision | 95 % interval | CPU s |"]
    rows += ["| --- | ---: | ---: | ---: | ---: | ---: |"]
    for score in scores:
        total = score.total()
        recall = f"{_recall(total)} | {_interval(total.whole, total.values)}"
        precision = f"{_precision(total)} | {_interval(total.right, total.findings)}"
        rows.append(f"| {score.tool} | {recall} | {precision} | {score.cpu:.1f} |")
    return "\n".join(rows) + "\n"


def _by_kind(title: str, scores: Sequence[Score], cell: Callable[[Tally], str]) -> str:
    rows = [f"## {title}\n", "| kind | " + " | ".join(score.tool for score in scores) + " |"]
    rows += ["| --- |" + " ---: |" * len(scores)]
    for kind in KINDS:
        tallies = [score.kinds[kind] for score in scores]
        cells = [cell(tally) for tally in tallies]
        if set(cells) != {_NONE}:
            rows.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


_NONE = "-"


def _recall(tally: Tally) -> str:
    if not tally.values:
        return _NONE
    chars = tally.covered / max(1, tally.chars)
    return f"{tally.whole / tally.values:.1%} of {tally.values:,} ({chars:.1%})"


def _precision(tally: Tally) -> str:
    if not tally.findings:
        return _NONE
    chars = tally.right_chars / max(1, tally.found_chars)
    return f"{tally.right / tally.findings:.1%} of {tally.findings:,} ({chars:.1%})"


def _interval(hits: int, total: int) -> str:
    low, high = wilson(hits, total)
    return f"{low:.1%} - {high:.1%}"
