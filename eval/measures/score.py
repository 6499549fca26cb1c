"""What a measure returns: a number, or the reason why there is none.

A measure that is undefined for a question (nothing judged, nothing to divide by) is not scored.
That is never 0, and it is counted beside every mean.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from statistics import fmean
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class NotScored:
    """No score could be given; `reason` is a short phrase for a report."""

    reason: str


Score: TypeAlias = float | NotScored


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean of the `n` scores that there are, None where there are none."""

    mean: float | None
    n: int
    not_scored: int
    """How many were not scored; they are no part of the mean."""


def ratio(part: float, whole: float, *, otherwise: str) -> Score:
    """`part / whole`; not scored, for the reason `otherwise`, where the whole is 0."""
    return part / whole if whole else NotScored(otherwise)


def scored(scores: Iterable[Score]) -> list[float]:
    """The scores that are numbers, in order."""
    return [one for one in scores if not isinstance(one, NotScored)]


def mean_of(scores: Iterable[Score]) -> Mean:
    """Arithmetic mean of the numbers among the scores; the same in any order."""
    every = list(scores)
    numbers = scored(every)
    return Mean(
        mean=fmean(numbers) if numbers else None,
        n=len(numbers),
        not_scored=len(every) - len(numbers),
    )


def score_to_json(score: Score) -> float | dict[str, str]:
    """The number itself, or `{"not_scored": reason}`.

    Raises:
        ValueError: the number is infinite or NaN, for which JSON has no form.
    """
    if isinstance(score, NotScored):
        return {"not_scored": score.reason}
    if not isfinite(score):
        raise ValueError(f"a score must be finite, not {score!r}")
    return score


def score_from_json(value: object) -> Score:
    """What `score_to_json` wrote.

    Raises:
        ValueError: the value is of another form.
    """
    match value:
        case bool():
            pass
        case int() | float() if isfinite(value):
            return float(value)
        case {"not_scored": str(reason), **rest} if not rest:
            return NotScored(reason)
    raise ValueError(f'a score is a finite number or {{"not_scored": reason}}, not {value!r}')
