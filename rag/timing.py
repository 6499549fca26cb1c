"""How long each stage of an answer takes."""

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
