"""What abstaining buys: confidences and whether answers were right in, risk and coverage out.

El-Yaniv and Wiener 2010 (the curve); Geifman and El-Yaniv 2017, arXiv:1705.08500 (selective risk).
At a threshold, coverage is the share of questions answered, risk the share of those that are wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from eval.measures.score import NotScored, Score


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What answering at `threshold` and above gives; coverage and risk are 0 to 1."""

    threshold: float
    coverage: float
    risk: float


def risk_coverage_curve(answers: Sequence[tuple[float, bool]]) -> tuple[RiskPoint, ...]:
    """One point for each confidence that occurs, from the surest down; the last covers all.

    Args:
        answers: (confidence, right) of every question. Equal confidences are one point: no
            threshold can part them, so their order plays no part.
    """
    points: list[RiskPoint] = []
    covered = wrong = 0
    surest_first = sorted(answers, key=_confidence, reverse=True)
    for threshold, group in groupby(surest_first, key=_confidence):
        rights = [right for _, right in group]
        covered += len(rights)
        wrong += rights.count(False)
        points.append(RiskPoint(threshold, covered / len(answers), wrong / covered))
    return tuple(points)


def aurc(answers: Sequence[tuple[float, bool]]) -> Score:
    """Area under the risk–coverage curve, 0 to 1; lower is better.

    The mean over questions of the risk at each one's own confidence (Geifman et al. 2019,
    arXiv:1805.08206); equal confidences share the risk of their point. Where all are equal it is
    the plain error rate.
    """
    if not answers:
        return NotScored("there is no answer")
    area = covered = 0.0
    for point in risk_coverage_curve(answers):
        area += point.risk * (point.coverage - covered)
        covered = point.coverage
    return area


def _confidence(answer: tuple[float, bool]) -> float:
    return answer[0]
