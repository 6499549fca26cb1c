from collections.abc import Sequence
from math import log2

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.measures.ranking import ndcg_at, recall_at, reciprocal_rank
from eval.measures.score import NotScored

IDS = [f"pmid:{number}" for number in range(12)]
GRADES = st.dictionaries(st.sampled_from(IDS), st.integers(0, 3)).filter(
    lambda one: any(one.values())
)
RANKINGS = st.lists(st.sampled_from(IDS), max_size=12, unique=True)


def test_hand_computed_ranking() -> None:
    ranking = ["c", "b", "a", "x"]
    relevant = {"a": 2, "b": 1, "c": 0}

    assert recall_at(ranking, relevant, k=2) == 0.5
    assert recall_at(ranking, relevant, k=10) == 1.0
    ideal = 2 / log2(2) + 1 / log2(3)
    assert ndcg_at(ranking, relevant, k=10) == pytest.approx(
        (1 / log2(3) + 2 / log2(4)) / ideal, abs=1e-12
    )
    assert ndcg_at(ranking, relevant, k=2) == pytest.approx((1 / log2(3)) / ideal, abs=1e-12)
    assert reciprocal_rank(ranking, relevant) == 0.5


def test_ideal_is_cut_at_k() -> None:
    assert ndcg_at(["a"], {"a": 1, "b": 1}, k=1) == 1.0


@pytest.mark.parametrize("relevant", [{}, {"a": 0}, {"a": -1}])
def test_query_with_nothing_relevant_is_not_scored(relevant: dict[str, int]) -> None:
    reason = NotScored("nothing is judged relevant")

    assert recall_at(["a"], relevant, k=1) == reason
    assert ndcg_at(["a"], relevant, k=1) == reason
    assert reciprocal_rank(["a"], relevant) == reason


@pytest.mark.parametrize("ranking", [[], ["x", "y"]])
def test_judged_query_without_hits_counts_as_zero(ranking: list[str]) -> None:
    relevant = {"a": 1}

    assert recall_at(ranking, relevant, k=5) == 0.0
    assert ndcg_at(ranking, relevant, k=5) == 0.0
    assert reciprocal_rank(ranking, relevant) == 0.0


def test_passage_that_comes_twice_counts_once() -> None:
    assert recall_at(["a", "a", "b"], {"a": 1, "b": 1}, k=3) == 1.0
    assert ndcg_at(["a", "a"], {"a": 1}, k=2) == 1.0
    assert ndcg_at(["a", "a", "b"], {"a": 1, "b": 1}, k=2) == 1.0
    assert reciprocal_rank(["x", "x", "a"], {"a": 1}) == 0.5


@pytest.mark.parametrize("k", [0, -1])
def test_no_places_to_look_at_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="k must be 1 or more"):
        recall_at(["a"], {"a": 1}, k=k)
    with pytest.raises(ValueError, match="k must be 1 or more"):
        ndcg_at(["a"], {"a": 1}, k=k)


@settings(deadline=None)  # the first call loads trec_eval
@given(RANKINGS, GRADES, st.integers(1, 12))
def test_measures_are_those_of_ir_measures(
    ranking: Sequence[str], relevant: dict[str, int], k: int
) -> None:
    # trec_eval drops a query without results; one that nobody judged changes no measure
    run = [*ranking, "unjudged"]
    ndcg, recall, rank = ir_measures.nDCG @ k, ir_measures.R @ k, ir_measures.RR
    expected = ir_measures.calc_aggregate(
        [ndcg, recall, rank],
        [ir_measures.Qrel("q", one, grade) for one, grade in relevant.items()],
        [ir_measures.ScoredDoc("q", one, -place) for place, one in enumerate(run)],
    )

    assert ndcg_at(run, relevant, k=k) == pytest.approx(expected[ndcg], abs=1e-9)
    assert recall_at(run, relevant, k=k) == pytest.approx(expected[recall], abs=1e-9)
    assert reciprocal_rank(run, relevant) == pytest.approx(expected[rank], abs=1e-9)
