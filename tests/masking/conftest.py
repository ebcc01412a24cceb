"""What all tests of masking share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from beam_phi.library.model import RuleSpec
from beam_phi.masking import MaskingFunction, MasterKey, build


@pytest.fixture(scope="session")
def key() -> MasterKey:
    return MasterKey(bytes(range(32)))


@pytest.fixture(scope="session")
def make(key: MasterKey) -> Callable[..., MaskingFunction]:
    """Builds a function by name and parameters, under the test key."""

    def made(function: str, **params: Any) -> MaskingFunction:
        return build(RuleSpec("rule", function, params), key)

    return made
