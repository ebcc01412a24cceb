"""One ONNX network on one thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beam_phi.pixels.engines.base import EngineError, EngineMissing

Floats = NDArray[np.float32]


class Network:
    """A network with one input and one output. Workers are processes, so each network has one thread."""

    def __init__(self, path: Path) -> None:
        """Raises EngineMissing, EngineError."""
        try:
            import onnxruntime
        except ImportError:
            raise EngineMissing("onnxruntime is not installed: pip install onnxruntime") from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise EngineError(f"a text network can't be loaded: {type(error).__name__}") from None
        self._input = self._session.get_inputs()[0].name

    def run(self, batch: Floats) -> Floats:
        """The network's answer to a batch. Raises EngineError."""
        try:
            (answer,) = self._session.run(None, {self._input: batch})
        except Exception as error:
            raise EngineError(f"a text network failed: {type(error).__name__}") from None
        return np.asarray(answer, np.float32)
