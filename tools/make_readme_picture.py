"""Draw docs/images/before-after.png: a film of the synthetic export and where it stands, before and after
`beam-phi mask`.

python tools/make_readme_picture.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image, ImageDraw, ImageFont

from beam_phi.cli import main as beam_phi
from beam_phi.library.model import RuleSpec
from beam_phi.masking import Context, build
from beam_phi.masking.keys import resolve

TARGET = Path(__file__).parent.parent / "docs" / "images" / "before-after.png"
SIZE = (1180, 580)
SHOWN = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "StudyDate",
    "AccessionNumber",
    "ReferringPhysicianName",
)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for command in (
            ["sample", f"{folder}/in"],
            ["key", "new", f"{folder}/key"],
            [
                "mask",
                f"{folder}/in",
                f"{folder}/out",
                "--key",
                f"{folder}/key",
                "--library",
                "research",
                "--no-progress",
            ],
        ):
            if beam_phi(command):
                raise SystemExit(f"beam-phi {command[0]} failed")
        before = next(path for path in sorted((folder / "in").rglob("1-1.dcm")) if "CHEST" in str(path))
        uid = build(RuleSpec("uid", "uid", {}), resolve(f"{folder}/key"))
        new = uid.mask(pydicom.dcmread(before).SOPInstanceUID, Context("uid"))
        images = sorted((folder / "out" / "masked").rglob("1-1.dcm"))
        after = next(path for path in images if pydicom.dcmread(path, force=True).SOPInstanceUID == new)
        picture = Image.new("RGB", SIZE, "white")
        _column(picture, 20, "before", before, folder / "in")
        _column(picture, 600, "after", after, folder / "out" / "masked")
    TARGET.parent.mkdir(exist_ok=True)
    picture.save(TARGET, optimize=True)


def _column(picture: Image.Image, left: int, title: str, path: Path, root: Path) -> None:
    draw = ImageDraw.Draw(picture)
    image = pydicom.dcmread(path)
    pixels = image.pixel_array.astype(float)
    if image.PhotometricInterpretation == "MONOCHROME1":
        pixels = pixels.max() - pixels
    grey = Image.fromarray(np.uint8(255 * pixels / pixels.max())).resize((300, 320))
    draw.text((left, 12), title, fill="black", font=ImageFont.load_default(20))
    picture.paste(grey, (left, 44))
    small = ImageFont.load_default(13)
    y = 376
    for part in path.relative_to(root).parts:
        draw.text((left, y), part if len(part) < 72 else part[:69] + "...", fill="#444444", font=small)
        y += 16
        left += 10
    left -= 10 * len(path.relative_to(root).parts)
    y += 8
    for keyword in SHOWN:
        draw.text((left, y), f"{keyword}: {image.get(keyword, '(removed)')}", fill="black", font=small)
        y += 16


if __name__ == "__main__":
    main()
