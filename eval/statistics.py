"""How sure a number is: scores in, intervals and significance out. The same seed, the same result.

Feed them numbers only (`eval.measures.score.scored`); with nothing to go by they return None.
"""

# ruff: noqa: A005 - imported as eval.statistics alone, which never hides the standard library's

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

_EXACT_PAIRS = 16
"""Up to so many differing pairs, all 2^n sign flips are tried instead of a sample."""
_BATCH = 1_000_000
"""Random draws held in memory at once."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval around an estimate."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Whether two systems differ on the same questions."""

    difference: float
    """Mean of a - b."""
    p_value: float
    """Two-sided: how often chance alone makes a difference at least as large."""
    exact: bool
    """Whether every permutation was tried."""


def bootstrap_ci(
    values: Sequence[float], *, seed: int = 0, resamples: int = 10_000, level: float = 0.95
) -> Interval | None:
    """Percentile bootstrap interval of the mean (Efron and Tibshirani 1993, chapter 13).

    The order of the values makes no difference. They must be independent: average the turns of one
    conversation before.
    """
    if not values:
        return None
    data = np.sort(np.asarray(values, dtype=np.float64))
    random = np.random.default_rng(seed)
    means = np.concatenate(
        [
            data[random.integers(data.size, size=(rows, data.size))].mean(axis=1)
            for rows in _batches(resamples, data.size)
        ]
    )
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(data.mean()), float(low), float(high))


def wilson_interval(successes: int, n: int, *, level: float = 0.95) -> Interval | None:
    """Wilson's score interval of a share (Wilson 1927): sound at 0 and 1, and for small `n`.

    Raises:
        ValueError: there are more successes than trials, or fewer than none.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes!r} successes of {n!r} cannot be")
    if not n:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # the limits are exact at the ends; rounding must not carry them beyond
    low = max(0.0, centre - half) if successes else 0.0
    high = min(1.0, centre + half) if successes < n else 1.0
    return Interval(share, low, high)


def paired_randomisation(
    a: Sequence[float], b: Sequence[float], *, seed: int = 0, permutations: int = 100_000
) -> PairedTest | None:
    """Fisher's randomisation test of the mean difference (Smucker, Allan and Carterette 2007).

    If the systems were alike, each pair might as well be swapped: p is the share of swaps whose
    mean differs at least as much. Up to 16 pairs that differ, all swaps are tried; else a sample,
    in which the observed one is counted too, so that p is never 0 (Phipson and Smyth 2010). The
    order of the pairs makes no difference.

    Args:
        a: scores of one system, a question each.
        b: scores of the other, for the same questions in the same order.
        seed: of the sample.
        permutations: size of the sample.

    Raises:
        ValueError: the two are not of one length.
    """
    if len(a) != len(b):
        raise ValueError(f"{len(a)} scores cannot be paired with {len(b)}")
    if not a:
        return None
    differences = np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64)
    # Swapping turns a difference's sign: equal pairs play no part, nor does which is the larger.
    sizes = np.sort(np.abs(differences[differences != 0]))
    exact = sizes.size <= _EXACT_PAIRS
    observed = abs(float(differences.sum()))
    # what is equal on paper may differ by rounding
    bar = observed - 1e-9 * float(sizes.sum())
    if exact:
        p_value = float(np.mean(np.abs(_all_sums(sizes)) >= bar))
    else:
        p_value = (_sampled_reaching(sizes, bar, seed, permutations) + 1) / (permutations + 1)
    return PairedTest(float(differences.mean()), p_value, exact)


def _all_sums(sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = np.zeros(1)
    for size in sizes:
        sums = np.concatenate([sums + size, sums - size])
    return sums


def _sampled_reaching(sizes: NDArray[np.float64], bar: float, seed: int, permutations: int) -> int:
    random = np.random.default_rng(seed)
    reaching = 0
    for rows in _batches(permutations, sizes.size):
        signs = random.integers(2, size=(rows, sizes.size), dtype=np.int8) * np.int8(2) - np.int8(1)
        reaching += int(np.count_nonzero(np.abs(signs @ sizes) >= bar))
    return reaching


def _batches(rows: int, columns: int) -> Iterator[int]:
    """Numbers of rows that add up to `rows`, each small enough for memory."""
    step = max(1, _BATCH // columns)
    for start in range(0, rows, step):
        yield min(step, rows - start)
