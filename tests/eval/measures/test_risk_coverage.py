from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.risk_coverage import RiskPoint, aurc, risk_coverage_curve
from eval.measures.score import NotScored

Answers = list[tuple[float, bool]]
ANSWERS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.booleans()), min_size=1, max_size=12
)


def test_hand_computed_curve() -> None:
    answers = [(0.9, True), (0.5, False), (0.7, True), (0.3, False)]

    assert risk_coverage_curve(answers) == (
        RiskPoint(0.9, 0.25, 0.0),
        RiskPoint(0.7, 0.5, 0.0),
        RiskPoint(0.5, 0.75, 1 / 3),
        RiskPoint(0.3, 1.0, 1 / 2),
    )
    assert aurc(answers) == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)


def test_equal_confidences_are_one_point() -> None:
    answers = [(0.9, True), (0.5, False), (0.5, True)]

    assert risk_coverage_curve(answers) == (RiskPoint(0.9, 1 / 3, 0.0), RiskPoint(0.5, 1.0, 1 / 3))
    assert aurc(answers) == pytest.approx(2 / 3 * 1 / 3)


def test_without_answers_there_is_no_curve() -> None:
    assert risk_coverage_curve([]) == ()
    assert aurc([]) == NotScored("there is no answer")


@given(ANSWERS.flatmap(lambda one: st.tuples(st.just(one), st.permutations(one))))
def test_order_plays_no_part(both: tuple[Answers, Answers]) -> None:
    assert risk_coverage_curve(both[0]) == risk_coverage_curve(both[1])


@given(ANSWERS)
def test_last_point_answers_all_and_constant_confidence_has_the_plain_error_rate(
    answers: Answers,
) -> None:
    error = fmean(not right for _, right in answers)

    assert risk_coverage_curve(answers)[-1].coverage == 1.0
    assert risk_coverage_curve(answers)[-1].risk == pytest.approx(error)
    assert aurc([(0.5, right) for _, right in answers]) == pytest.approx(error)


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_without_ties_the_area_is_the_mean_risk_over_all_coverages(rights: list[bool]) -> None:
    answers = [(-float(place), right) for place, right in enumerate(rights)]
    risks = [rights[:n].count(False) / n for n in range(1, len(rights) + 1)]

    assert aurc(answers) == pytest.approx(fmean(risks))
