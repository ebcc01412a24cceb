"""The fonts: those that packages carry, and Pillow's own, which are always there."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

#: What pip is asked for; of each only the files of its fonts are used.
REQUIREMENTS = (
    "matplotlib==3.10.7", "font-roboto==0.0.1", "font-source-sans-pro==0.0.1",
    "font-source-serif-pro==0.0.1", "font-fredoka-one==0.0.4", "font-caladea==0.0.2", "font-lato==0.1.0",
)  # fmt: skip

#: Name of a font -> package and path in it.
FACES = {
    "DejaVu Sans": ("matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf"),
    "DejaVu Sans Bold": ("matplotlib", "mpl-data/fonts/ttf/DejaVuSans-Bold.ttf"),
    "DejaVu Sans Oblique": ("matplotlib", "mpl-data/fonts/ttf/DejaVuSans-Oblique.ttf"),
    "DejaVu Sans Mono": ("matplotlib", "mpl-data/fonts/ttf/DejaVuSansMono.ttf"),
    "DejaVu Serif": ("matplotlib", "mpl-data/fonts/ttf/DejaVuSerif.ttf"),
    "STIX": ("matplotlib", "mpl-data/fonts/ttf/STIXGeneral.ttf"),
    "Roboto": ("font_roboto", "files/Roboto-Regular.ttf"),
    "Source Sans Semibold": ("font_source_sans_pro", "files/SourceSansPro-Semibold.ttf"),
    "Source Serif": ("font_source_serif_pro", "files/SourceSerifPro-Regular.ttf"),
    "Fredoka One": ("font_fredoka_one", "files/FredokaOne-Regular.ttf"),
    "Caladea Italic": ("font_caladea", "files/Caladea-Italic.ttf"),
    "Lato Bold": ("font_lato", "files/Lato-Bold.ttf"),
}
BITMAP_HEIGHT = 11
"""Of Pillow's bitmap font, in pixels; it is drawn in multiples of it, as old consoles do."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font. path: of its file; "" for Pillow's outline font. bitmap: Pillow's font of bits."""

    name: str
    path: str = ""
    bitmap: bool = False

    def spelled(self, text: str) -> str:
        """The text in letters that the font has."""
        if self.path or self.bitmap:
            return text
        return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode("ascii")

    @property
    def sturdy(self) -> bool:
        """Whether it can be read when small and not antialiased."""
        return self.bitmap or self.name in ("DejaVu Sans", "DejaVu Sans Mono", "DejaVu Sans Bold", "Roboto")

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The outline font in a size, in pixels."""
        return _outline(self.path, size)


@lru_cache(maxsize=256)
def _outline(path: str, size: int) -> ImageFont.FreeTypeFont:
    if path:
        return ImageFont.truetype(path, size)
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def find(folder: Path | None = None) -> tuple[Face, ...]:
    """All fonts that are there, in a fixed order. folder: where :func:`install` put the packages."""
    found = []
    for name, (package, inside) in FACES.items():
        for root in _roots(package, folder):
            if (root / inside).is_file():
                found.append(Face(name, str(root / inside)))
                break
    found.append(Face("Aileron (Pillow)"))
    if hasattr(ImageFont, "load_default_imagefont"):
        found.append(Face("bitmap (Pillow)", bitmap=True))
    return tuple(found)


def _roots(package: str, folder: Path | None) -> list[Path]:
    roots = [] if folder is None else [folder / package]
    spec = importlib.util.find_spec(package)
    return roots + [Path(place) for place in (spec.submodule_search_locations if spec else None) or ()]


def install(folder: Path) -> Path:
    """The packages of the fonts below a folder, without what they depend on; returns the folder."""
    if not folder.is_dir():
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder)]
        subprocess.run([*command, *REQUIREMENTS], check=True)
    return folder
