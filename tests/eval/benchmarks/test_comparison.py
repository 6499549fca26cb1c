from collections.abc import Sequence

import pytest

from eval.benchmarks.comparison import compare, figure_of_all
from eval.measures.score import NotScored, Score

UNKNOWN = NotScored("nobody judged it")


def rows(*values: Score) -> list[dict[str, Score]]:
    return [{"m": value} for value in values]


def test_a_figure_is_the_mean_over_what_could_be_scored() -> None:
    figure = compare({"ours": rows(1.0, 0.0, UNKNOWN, 0.5)})["ours"]["m"]

    assert (figure.value, figure.n) == (0.5, 3)
    assert figure.interval is not None
    assert 0.0 <= figure.interval[0] <= 0.5 <= figure.interval[1] <= 1.0
    assert figure.p_value is None


def test_what_could_never_be_scored_says_why() -> None:
    figure = compare({"ours": rows(UNKNOWN, UNKNOWN)})["ours"]["m"]

    assert (figure.value, figure.n, figure.interval) == (UNKNOWN, 0, None)


def test_a_peer_is_tested_against_ours_on_the_same_questions() -> None:
    """Five pairs that all differ by one: 2 of 32 ways to swap them are as far apart."""
    figures = compare({"ours": rows(*[1.0] * 5), "peer": rows(*[0.0] * 5)})

    assert figures["peer"]["m"].p_value == pytest.approx(2 / 32)


def test_questions_that_one_of_both_has_no_score_for_are_no_pairs() -> None:
    ours = rows(1.0, 1.0, UNKNOWN, *[1.0] * 3)
    peer = rows(0.0, UNKNOWN, 0.0, *[0.0] * 3)

    figures = compare({"ours": ours, "peer": peer})

    assert figures["peer"]["m"].p_value == pytest.approx(2 / 16)
    assert figures["peer"]["m"].n == 5


def test_a_measure_of_all_questions_gets_its_interval_by_drawing_them_anew() -> None:
    figure = figure_of_all(lambda some: sum(some) / len(some), [0.0] * 50 + [1.0] * 50)

    assert (figure.value, figure.n) == (0.5, 100)
    assert figure.interval is not None
    assert figure.interval == pytest.approx((0.4, 0.6), abs=0.03)


def test_shares_that_are_all_one_get_an_interval_that_says_how_few_there_are() -> None:
    """Wilson's for 5 of 5: 1 / (1 + 1.96² / 5) = 0.566."""
    figure = compare({"ours": rows(*[1.0] * 5)})["ours"]["m"]

    assert figure.interval == pytest.approx((0.5655, 1.0), abs=1e-4)


def test_values_that_are_all_the_same_but_no_share_keep_the_bootstrap() -> None:
    assert compare({"ours": rows(0.5, 0.5)})["ours"]["m"].interval == (0.5, 0.5)


def test_a_measure_of_all_questions_is_tested_by_exchanging_them() -> None:
    """Six questions, all 1 against all 0: 2 of 64 exchanges are as far apart."""

    def mean(some: Sequence[float]) -> float:
        return sum(some) / len(some)

    apart = figure_of_all(mean, [0.0] * 6, ours=[1.0] * 6)
    alike = figure_of_all(mean, [0.5] * 6, ours=[0.5] * 6)

    assert apart.p_value == pytest.approx(2 / 64, abs=0.02)
    assert alike.p_value == 1.0


def test_a_measure_that_cannot_be_scored_has_no_interval() -> None:
    assert figure_of_all(lambda _some: UNKNOWN, [1, 2]).interval is None
