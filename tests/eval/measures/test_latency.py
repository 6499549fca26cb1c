import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.latency import StageLatency, nearest_rank, stage_latencies


def test_hand_computed_latencies() -> None:
    timings = [{"retrieve": float(n), "total": 2.0 * n} for n in range(20, 0, -1)]

    assert stage_latencies(timings) == {
        "retrieve": StageLatency(median_ms=10.5, p95_ms=19.0, n=20),
        "total": StageLatency(median_ms=21.0, p95_ms=38.0, n=20),
    }


def test_stage_that_an_answer_did_not_go_through_is_no_zero() -> None:
    timings = [{"total": 1.0}, {"compose": 8.0, "total": 9.0}]

    assert stage_latencies(timings)["compose"] == StageLatency(8.0, 8.0, 1)
    assert list(stage_latencies(timings)) == ["total", "compose"]


def test_without_answers_there_are_no_stages() -> None:
    assert stage_latencies([]) == {}


@pytest.mark.parametrize(
    ("percent", "expected"), [(5, 15), (30, 20), (40, 20), (50, 35), (100, 50)]
)
def test_hand_computed_nearest_ranks(percent: int, expected: int) -> None:
    assert nearest_rank([35, 20, 15, 50, 40], percent=percent) == expected


@given(st.lists(st.integers(0, 9).map(float), min_size=1), st.integers(1, 100))
def test_nearest_rank_is_the_smallest_value_that_covers_the_percentage(
    values: list[float], percent: int
) -> None:
    covering = [
        value
        for value in values
        if 100 * sum(other <= value for other in values) >= percent * len(values)
    ]

    assert nearest_rank(values, percent=percent) == min(covering)


@pytest.mark.parametrize(("values", "percent"), [([], 95), ([1.0], 0), ([1.0], 101)])
def test_percentile_that_is_none_is_refused(values: list[float], percent: int) -> None:
    with pytest.raises(ValueError, match="no percentile"):
        nearest_rank(values, percent=percent)
