"""How long each stage of an answer takes, and how long all of it may."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Timer:
    """Milliseconds by stage; those of a stage that comes more than once are added up."""

    timings_ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            elapsed_ms = (time.perf_counter() - start) * 1_000
            self.timings_ms[name] = self.timings_ms.get(name, 0.0) + elapsed_ms


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something has to be done, on the clock that never goes back."""

    at_s: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """So many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def left_s(self) -> float:
        """Seconds until then; 0 once it is past."""
        return max(0.0, self.at_s - time.monotonic())

    def sooner(self, seconds: float) -> "Deadline":
        """This one, or so many seconds from now where that comes first."""
        return min(self, Deadline.after(seconds), key=lambda one: one.at_s)
