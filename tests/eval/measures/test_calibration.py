import pytest

from eval.measures.calibration import expected_calibration_error
from eval.measures.score import NotScored


def test_each_bin_counts_by_how_many_lie_in_it() -> None:
    given = [(0.1, False), (0.15, False), (0.12, True), (0.95, True)]
    # The second bin: .37 / 3 was said, 1 / 3 came true; the last: .95 and 1.
    expected = (abs(0.37 - 1) + abs(0.95 - 1)) / 4
    assert expected_calibration_error(given) == pytest.approx(expected)


def test_a_probability_of_one_lies_in_the_last_bin() -> None:
    assert expected_calibration_error([(1.0, True), (0.0, False)]) == 0.0


def test_of_nothing_it_is_not_scored() -> None:
    assert isinstance(expected_calibration_error([]), NotScored)
