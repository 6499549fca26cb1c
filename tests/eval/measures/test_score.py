import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.score import (
    Mean,
    NotScored,
    Score,
    mean_of,
    ratio,
    score_from_json,
    score_to_json,
    scored,
)

SCORES = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, width=32), st.text().map(NotScored)
)


def test_what_is_not_scored_is_no_part_of_the_mean_and_is_counted() -> None:
    scores: list[Score] = [1.0, NotScored("nothing judged"), 0.0, 0.5]

    assert mean_of(scores) == Mean(mean=0.5, n=3, not_scored=1)
    assert scored(scores) == [1.0, 0.0, 0.5]


def test_mean_of_nothing_is_none_and_not_zero() -> None:
    assert mean_of([]) == Mean(mean=None, n=0, not_scored=0)
    assert mean_of([NotScored("a"), NotScored("b")]) == Mean(mean=None, n=0, not_scored=2)


@given(st.lists(SCORES).flatmap(lambda one: st.tuples(st.just(one), st.permutations(one))))
def test_order_plays_no_part_in_the_mean(lists: tuple[list[Score], list[Score]]) -> None:
    assert mean_of(lists[0]) == mean_of(lists[1])


def test_ratio_to_nothing_is_not_scored() -> None:
    assert ratio(1, 4, otherwise="none") == 0.25
    assert ratio(0, 0, otherwise="none") == NotScored("none")


@given(SCORES)
def test_score_survives_json(score: Score) -> None:
    assert score_from_json(json.loads(json.dumps(score_to_json(score)))) == score


def test_not_scored_is_an_object_with_its_reason_in_json() -> None:
    assert score_to_json(NotScored("nothing judged")) == {"not_scored": "nothing judged"}
    assert score_to_json(0.0) == 0.0


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_number_without_a_json_form_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        score_to_json(number)


@pytest.mark.parametrize(
    "value", [None, "0.5", True, float("nan"), {}, {"not_scored": 1}, {"not_scored": "a", "b": 1}]
)
def test_another_form_is_no_score(value: object) -> None:
    with pytest.raises(ValueError, match="a score is"):
        score_from_json(value)
