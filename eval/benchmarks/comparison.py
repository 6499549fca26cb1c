"""From the scores of each question to figures: means with intervals, and tests against ours."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from eval.measures.score import NotScored, Score, mean_of, scored
from eval.statistics import bootstrap_ci, paired_randomisation, wilson_interval

OURS = "ours"
NOT_RERANKED = "ours, not reranked"
ALWAYS = "ours, always answering"
PLAIN = "plain choice"
BEST = "best choice"
SEED = 0
_RESAMPLES = 1_000
_LEVEL = 0.95
_ROUNDING = 1e-12

T = TypeVar("T")
QuestionScores = Mapping[str, Score]
"""The scores of one question, by measure."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one system."""

    value: Score
    n: int
    """How many questions it is over; those that cannot be scored are left out."""
    interval: tuple[float, float] | None
    """95 %: bootstrap over questions, or Wilson's where all of them have 0 or all have 1."""
    p_value: float | None = None
    """Of the paired randomisation test against ours, over questions that both have a score for."""


Figures = dict[str, dict[str, Figure]]
"""By system, ours first, and measure."""


def compare(scores: Mapping[str, Sequence[QuestionScores]], *, against: str = OURS) -> Figures:
    """Figures of every system.

    Args:
        scores: by system; of each the same questions in the same order.
        against: the system that the others are tested against.
    """
    return {
        system: {
            measure: _figure(
                _column(rows, measure),
                None if system == against else _column(scores[against], measure),
            )
            for measure in (rows[0] if rows else {})
        }
        for system, rows in scores.items()
    }


def figure_of_all(
    measure: Callable[[Sequence[T]], Score],
    items: Sequence[T],
    *,
    ours: Sequence[T] | None = None,
) -> Figure:
    """The figure of a measure that is one number for all questions, such as an AUC.

    Args:
        measure: gives the number.
        items: what the system did, a question each.
        ours: what ours did with the same questions, on a scale where the two may be exchanged.
    """
    value = measure(items)
    chance = random.Random(SEED)  # noqa: S311 - resampling
    resampled = (
        measure(chance.choices(items, k=len(items))) for _ in range(_RESAMPLES if items else 0)
    )
    values = [] if isinstance(value, NotScored) else scored(resampled)
    low_high = np.quantile(values, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2]) if values else None
    interval = None if low_high is None else (float(low_high[0]), float(low_high[1]))
    p_value = None if ours is None or not values else _p_value_of_all(measure, ours, items)
    return Figure(value, len(items), interval, p_value)


def _p_value_of_all(
    measure: Callable[[Sequence[T]], Score], ours: Sequence[T], theirs: Sequence[T]
) -> float:
    """Share of random exchanges, question by question, that set the two as far apart.

    For areas under ROC curves this is the permutation test of Bandos, Rockette and Gur 2005
    (Statistics in Medicine 24:2873).
    """
    chance = random.Random(SEED)  # noqa: S311 - exchanging
    observed, reaching = _distance(measure, ours, theirs), 0
    for _ in range(_RESAMPLES):
        pairs = [
            (one, other) if chance.random() < 0.5 else (other, one)
            for one, other in zip(ours, theirs, strict=True)
        ]
        apart = _distance(measure, [one for one, _ in pairs], [other for _, other in pairs])
        reaching += apart >= observed - _ROUNDING
    return (reaching + 1) / (_RESAMPLES + 1)


def _distance(
    measure: Callable[[Sequence[T]], Score], one: Sequence[T], other: Sequence[T]
) -> float:
    first, second = measure(one), measure(other)
    if isinstance(first, NotScored) or isinstance(second, NotScored):
        return 0.0
    return abs(first - second)


def _column(rows: Iterable[QuestionScores], measure: str) -> list[Score]:
    return [row[measure] for row in rows]


def _figure(own: Sequence[Score], ours: Sequence[Score] | None) -> Figure:
    mean = mean_of(own)
    if mean.mean is None:
        reasons = [one.reason for one in own if isinstance(one, NotScored)]
        return Figure(NotScored(reasons[0] if reasons else "no question"), 0, None)
    values = scored(own)
    # A bootstrap of shares that are all 0 or all 1 has no width, however few there are.
    is_unanimous = len(set(values)) == 1 and values[0] in (0.0, 1.0)
    found = (
        wilson_interval(int(sum(values)), len(values), level=_LEVEL)
        if is_unanimous
        else bootstrap_ci(values, seed=SEED, level=_LEVEL)
    )
    interval = (found.low, found.high) if found else None
    return Figure(mean.mean, mean.n, interval, None if ours is None else _p_value(ours, own))


def _p_value(ours: Sequence[Score], theirs: Sequence[Score]) -> float | None:
    pairs = [
        (one, other)
        for one, other in zip(ours, theirs, strict=True)
        if not isinstance(one, NotScored) and not isinstance(other, NotScored)
    ]
    test = paired_randomisation([one for one, _ in pairs], [other for _, other in pairs], seed=SEED)
    return test.p_value if test else None
