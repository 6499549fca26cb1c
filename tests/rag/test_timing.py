import pytest

from rag.timing import Timer


def test_stages_are_timed_in_order_even_when_they_fail() -> None:
    timer = Timer()

    with timer.stage("first"):
        pass
    with pytest.raises(ValueError, match="no"), timer.stage("second"):
        raise ValueError("no")

    assert list(timer.timings_ms) == ["first", "second"]
    assert all(value >= 0 for value in timer.timings_ms.values())


def test_a_stage_that_comes_twice_takes_as_long_as_both() -> None:
    timer = Timer({"first": 1_000.0})

    with timer.stage("first"):
        pass

    assert timer.timings_ms["first"] > 1_000.0
