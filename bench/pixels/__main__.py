"""How well burned-in text is found: beam-phi and others on pictures with text of known place.

    python -m bench.pixels run --venvs DIR [--coverer MODULE:NAME ...] [--only TOOL ...]
    python -m bench.pixels generate DIR [--venvs DIR]
    python -m bench.pixels judge DIR MASKED
    python -m bench.pixels reread --venvs DIR

`run` writes bench/pixels.md. A coverer is of this process, see `bench.pixels.model.Coverer`; other tools, and
the packages of the fonts, are installed with pip below the folder of venvs. `generate` writes DICOM files and
a truth.json, for tools that are run by hand; `judge` compares what they wrote under the same names.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from bench.pixels import backgrounds, files, fonts, own
from bench.pixels.generate import WITH_TEXT, WITHOUT, Generator
from bench.pixels.judge import Score, judge
from bench.pixels.model import Image
from bench.pixels.report import Census, report
from bench.pixels.reread import reread
from bench.pixels.tools import RECIPES, InProcess, Outside, Tool, ToolMissing, compared, coverer, failed

_REPORT = Path(__file__).parents[1] / "pixels.md"


def run(images: Iterable[Image], tools: list[Tool], census: Census) -> list[Score]:
    """Each picture to each tool, so that none has a busier machine than another."""
    scores = [Score(tool.name, tool.settings) for tool in tools]
    for number, image in enumerate(images):
        census.add(image)
        for tool, score in zip(tools, scores, strict=True):
            if score.missing:
                continue
            try:
                score.verdicts.append(judge(image, tool.cover(image)))
            except ToolMissing as error:
                score.missing = str(error)
                print(f"{tool.name}: {error}", file=sys.stderr, flush=True)
        if number % 20 == 19:
            print(f"{number + 1} pictures", file=sys.stderr, flush=True)
    for tool in tools:
        tool.close()
    return scores


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    if options.command == "judge":
        census, score = Census("of truth.json", []), Score(str(options.masked), "files written by hand")
        for image in files.read(options.folder):
            census.add(image)
            target = options.masked / f"{image.name}.dcm"
            cover = compared(image, target) if target.is_file() else failed(image, "no file", 0.0)
            score.verdicts.append(judge(image, cover))
        print(report(census, [score]))
        return 0
    where = fonts.install(options.venvs / "fonts") if options.venvs else None
    faces = fonts.find(where)
    if len(faces) < 8:
        print(f"only {len(faces)} fonts: --venvs DIR has more installed", file=sys.stderr)
    corpus = None if options.no_corpus else backgrounds.CORPUS
    generator = Generator(options.seed, backgrounds.load(corpus), faces)
    images = generator.images(options.with_text, options.without)
    names = [face.name for face in faces]
    if options.command == "reread":
        print(reread(images, next(own.tools())))
        return 0
    if options.command == "generate":
        print(f"{files.write(images, options.folder, seed=options.seed, fonts=names)} pictures")
        return 0
    tools: list[Tool] = [tool for tool in own.tools() if _wanted(tool.name, options.only)]
    tools += [InProcess(coverer(spec), f"in process, `{spec}`") for spec in options.coverer]
    tools += [Outside(recipe, options.venvs) for recipe in RECIPES if _wanted(recipe.name, options.only)]
    census = Census(options.seed, names)
    scores = run(images, tools, census)
    text = report(census, scores)
    print(text)
    options.report.write_text(text, encoding="utf-8")
    return 0


def _wanted(name: str, only: list[str] | None) -> bool:
    return only is None or any(name.casefold().startswith(word.casefold()) for word in only)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.pixels",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="make the set, give it to the tools, report")
    running.add_argument("--report", type=Path, default=_REPORT)
    running.add_argument("--coverer", action="append", default=[], help="MODULE:NAME, may be repeated")
    running.add_argument("--only", nargs="*", help="tools by how their names begin; none: coverers only")
    making = commands.add_parser("generate", help="write the set as DICOM files with a truth.json")
    making.add_argument("folder", type=Path)
    again = commands.add_parser("reread", help="how many masked words another engine still reads")
    for command in (running, making, again):
        command.add_argument("--venvs", type=Path, required=command is not making, help="for tools and fonts")
        command.add_argument("--seed", type=int, default=2026)
        command.add_argument("--with-text", type=int, default=WITH_TEXT)
        command.add_argument("--without", type=int, default=WITHOUT)
        command.add_argument("--no-corpus", action="store_true", help="only pydicom's own files")
    judging = commands.add_parser("judge", help="judge files that a tool wrote")
    judging.add_argument("folder", type=Path, help="what `generate` wrote")
    judging.add_argument("masked", type=Path, help="what the tool wrote, under the same names")
    return parser


if __name__ == "__main__":
    sys.exit(main())
