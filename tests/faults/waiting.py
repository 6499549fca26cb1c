"""Waiting for what comes about in another thread or process."""

import time
from collections.abc import Callable


def until(condition: Callable[[], bool], *, limit_s: float = 20) -> None:
    """Return when the condition holds; fails where it does not within the limit."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)
