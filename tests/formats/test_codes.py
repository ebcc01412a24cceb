"""What stands in the place of a code and is none."""

from __future__ import annotations

import pytest

from beam_phi.formats.codes import is_personal


@pytest.mark.parametrize(
    "text", ["d@x.org", "J%C3%BCrgen", "J%c3%bcrgen", "J&#252;rgen", "(617)", "123-45-6789", "617.555.0100"]
)
def test_what_is_somebodys(text: str) -> None:
    assert is_personal(text)


@pytest.mark.parametrize("text", ["R51", "718-7", "50%", "5%-zinc", "1.2.840", "A&B", "123-45-67890"])
def test_what_may_be_a_code(text: str) -> None:
    assert not is_personal(text)
