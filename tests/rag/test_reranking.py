"""Candidates in the order of a relevance model."""

from collections.abc import Sequence

import numpy as np
import pytest

from rag.logistic import Logistic
from rag.relevance_input import Passage
from rag.relevance_model import Relevance
from rag.reranking import BLOCK, SETTLED, Candidate, ModelReranker

_EVEN = Logistic(0.0, {"retrieval": 1.0, "relevance": 1.0})


class _ByLength:
    """The longer a text, the more relevant; counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def score(self, question: str, passages: Sequence[Passage]) -> list[Relevance]:
        del question
        self.asked.append(len(passages))
        empty = np.empty(0, dtype=np.float32)
        return [
            Relevance(float(len(one.text)), 0.0, empty, is_cut=len(one.text) > 9)
            for one in passages
        ]


def _candidates(*lengths: int) -> list[Candidate]:
    """As they were retrieved, best first."""
    return [
        Candidate(f"c{place}", Passage("x" * length), 1 - place / 100)
        for place, length in enumerate(lengths)
    ]


def _reranker(
    scorer: _ByLength, *, budget_s: float = 60, mixing: Logistic = _EVEN
) -> ModelReranker:
    return ModelReranker("by length", scorer, mixing, budget_s=budget_s)


def test_the_order_follows_the_mixed_probability() -> None:
    found = _reranker(_ByLength()).rerank("q", _candidates(1, 3, 2))
    assert found.order == ("c1", "c2", "c0")
    assert found.probabilities["c1"] == pytest.approx(1 / (1 + np.exp(-(0.99 + 3))))
    assert found.out_of_time == 0


def test_what_retrieval_gave_counts() -> None:
    mixing = Logistic(0.0, {"retrieval": 100.0, "relevance": 0.1})
    found = _reranker(_ByLength(), mixing=mixing).rerank("q", _candidates(1, 3, 2))
    assert found.order == ("c0", "c1", "c2")


def test_out_of_time_the_rest_stays_behind_in_its_order() -> None:
    scorer = _ByLength()
    lengths = [1] * (BLOCK - 1) + [2] + [50] * 3
    found = _reranker(scorer, budget_s=0).rerank("q", _candidates(*lengths))
    assert scorer.asked == [BLOCK]
    assert found.order[0] == f"c{BLOCK - 1}"
    assert found.order[BLOCK:] == tuple(f"c{BLOCK + place}" for place in range(3))
    assert found.out_of_time == 3
    assert len(found.relevances) == BLOCK


def test_reading_ends_when_a_block_brings_nothing_among_the_first() -> None:
    scorer = _ByLength()
    lengths = [9] * SETTLED + [1] * (3 * BLOCK - SETTLED) + [50] * BLOCK
    found = _reranker(scorer).rerank("q", _candidates(*lengths))
    assert scorer.asked == [BLOCK] * 3
    assert found.settled == BLOCK
    assert found.out_of_time == 0
    assert found.order[-BLOCK:] == tuple(f"c{3 * BLOCK + place}" for place in range(BLOCK))


def test_a_block_with_one_of_the_first_is_followed_by_another() -> None:
    scorer = _ByLength()
    lengths = [9] * (2 * BLOCK - 1) + [10] + [1] * BLOCK
    assert _reranker(scorer).rerank("q", _candidates(*lengths)).settled == 0
    assert scorer.asked == [BLOCK] * 3


def test_passages_that_were_cut_are_counted() -> None:
    assert _reranker(_ByLength()).rerank("q", _candidates(10, 2, 11)).cut == 2


def test_without_candidates_nothing_is_asked() -> None:
    scorer = _ByLength()
    assert _reranker(scorer).rerank("q", []).order == ()
    assert scorer.asked == []
