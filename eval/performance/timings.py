"""Elapsed milliseconds of many runs in, percentiles out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from eval.measures.latency import nearest_rank


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds of one thing that was done many times."""

    p50_ms: float
    p95_ms: float
    mean_ms: float


def percentiles_of(values_ms: Sequence[float]) -> Percentiles:
    """Of at least one value; the 95th percentile is one that occurred."""
    return Percentiles(median(values_ms), nearest_rank(values_ms, percent=95), fmean(values_ms))


def elapsed_ms(ask: Callable[[str], object], question: str) -> float:
    """What one call takes."""
    start = time.perf_counter()
    ask(question)
    return (time.perf_counter() - start) * 1_000
