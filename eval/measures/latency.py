"""How long the stages take: the timings of many answers in, median and 95th percentile out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class StageLatency:
    """One stage, over the `n` answers that went through it."""

    median_ms: float
    p95_ms: float
    n: int


def stage_latencies(timings: Iterable[Mapping[str, float]]) -> dict[str, StageLatency]:
    """Each stage's latency, in the order in which the stages first occur.

    Args:
        timings: for each answer, milliseconds by stage (`Receipt.timings_ms`). A stage that an
            answer did not go through is absent, not 0.
    """
    stages: defaultdict[str, list[float]] = defaultdict(list)
    for one in timings:
        for stage, elapsed_ms in one.items():
            stages[stage].append(elapsed_ms)
    return {
        stage: StageLatency(median(values), nearest_rank(values, percent=95), len(values))
        for stage, values in stages.items()
    }


def nearest_rank(values: Sequence[float], *, percent: int) -> float:
    """The smallest value that at least `percent` % of the values do not exceed: one that occurred.

    Raises:
        ValueError: there is no value, or the percentage is not in 1–100.
    """
    if not values or not 1 <= percent <= 100:
        raise ValueError(f"no percentile {percent!r} of {len(values)} values")
    rank = -(-percent * len(values) // 100)  # rounded up, in whole numbers
    return sorted(values)[rank - 1]
