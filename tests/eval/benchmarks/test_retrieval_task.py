from math import log2

import pytest

from eval.benchmarks.asked import AskedSet, asked_questions
from eval.benchmarks.models import BenchQuestion, Passage
from eval.benchmarks.retrieval_task import measure_retrieval, scores_of
from tests.eval.benchmarks.tiny import FixedSystem


def passages(*names: str) -> list[Passage]:
    return [Passage(name, name, 1.0) for name in names]


def test_scores_of_a_ranking_are_those_computed_by_hand() -> None:
    """Grade 2 at place 2, grade 1 at place 4; at best they stand first and second."""
    scores = scores_of(["x", "a", "y", "b"], {"a": 2, "b": 1})

    ideal = 2 + 1 / log2(3)
    assert scores["nDCG@10"] == pytest.approx((2 / log2(3) + 1 / log2(5)) / ideal)
    assert scores["recall@10"] == scores["recall@50"] == 1.0
    assert scores["RR"] == 0.5


def test_what_stands_behind_the_first_ten_counts_for_recall_at_50_and_rr() -> None:
    ranking = [f"x{n}" for n in range(19)] + ["a"]

    scores = scores_of(ranking, {"a": 1, "b": 1})

    assert (scores["nDCG@10"], scores["recall@10"], scores["recall@50"]) == (0.0, 0.0, 0.5)
    assert scores["RR"] == pytest.approx(1 / 20)


def test_a_judged_question_without_hits_counts_as_zero() -> None:
    questions = [BenchQuestion(name, name, "", {"a.txt": 1}, 0) for name in ("one", "two")]
    asked = AskedSet(asked_questions(questions, {"a.txt": "a"}), {"a.txt": "a"}, lambda *_: None)
    ours = FixedSystem("ours", {"one": passages("a")})
    peer = FixedSystem("peer", {"one": passages("a"), "two": passages("b", "a")})

    result = measure_retrieval(asked, [ours, peer])

    assert result.n == 2
    assert result.figures["ours"]["RR"].value == 0.5
    assert result.figures["ours"]["RR"].n == 2
    assert result.figures["peer"]["RR"].value == 0.75
    assert result.figures["peer"]["RR"].p_value == 1.0
    assert "counts as not relevant" in result.notes[0]
