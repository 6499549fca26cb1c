"""Time, as a fetch needs it; tests pass a clock that stands still between calls."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where a fetch takes its time from."""

    def monotonic(self) -> float:
        """Seconds that never go backwards."""

    def sleep(self, seconds: float) -> None:
        """Let so many of them pass."""

    def now(self) -> datetime:
        """The time of day, with its zone."""


class SystemClock:
    """The time of this machine."""

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def now(self) -> datetime:
        return datetime.now(UTC)
