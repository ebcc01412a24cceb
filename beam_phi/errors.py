"""What the command line reports in one line."""

from __future__ import annotations


class CallError(ValueError):
    """The call is wrong; the text is the one line the user reads."""


class RunFailed(Exception):  # noqa: N818 - what happened, as the user reads it
    """The pipeline did not end well. The text holds no value."""
