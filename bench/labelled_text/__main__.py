"""How well PHI is found in labelled texts: beam-phi with and without named entities, and presidio-analyzer.

    python -m bench.labelled_text --venvs DIR [--corpus DIR] [--output FILE]

Writes bench/labelled_text.md and prints it. Presidio is installed with pip below the folder of venvs; the
matcher `ner` needs the extra of this name.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.labelled_text.judge import Score, judge
from bench.labelled_text.model import Text
from bench.labelled_text.report import report
from bench.labelled_text.sets import CORPUS, load
from bench.labelled_text.tools import Own, Presidio, Tool
from bench.pixels.tools import ToolMissing

_REPORT = Path(__file__).parents[1] / "labelled_text.md"
_NER = Path(__file__).parents[2] / "templates" / "library" / "ner.yaml"


def run(texts: Sequence[Text], tool: Tool) -> tuple[Score, Score]:
    """What a tool does on the texts held out, and on the others."""
    held, others = Score(tool.name), Score(tool.name)
    for score in (held, others):
        mine = [text for text in texts if text.held_out == (score is held)]
        try:
            found, score.cpu = tool.find([text.text for text in mine])
        except ToolMissing as error:
            held.missing = others.missing = str(error)
            break
        for text, findings in zip(mine, found, strict=True):
            judge(score, text, findings)
    return held, others


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.labelled_text",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--venvs", type=Path, required=True, help="folder for the environments of other tools"
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the labelled texts")
    parser.add_argument("--output", type=Path, default=_REPORT)
    options = parser.parse_args(arguments)
    texts = load(options.corpus)
    tools: list[Tool] = [Own("beam-phi", "research"), Own("beam-phi with NER", _NER), Presidio(options.venvs)]
    scores = [run(texts, tool) for tool in tools]
    for held, _ in scores:
        if held.missing:
            print(f"{held.tool}: {held.missing}", file=sys.stderr)
    page = report(texts, scores, {tool.name: tool.settings for tool in tools})
    options.output.write_text(page, "utf-8")
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
