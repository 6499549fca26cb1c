"""Formulas are fitted to what was seen, and questions are asked of parts of a library."""

import math
from contextlib import closing

import pytest

from eval.benchmarks.library import BenchLibrary
from eval.benchmarks.models import PublicSet
from eval.relevance.asks import questions
from eval.relevance.calibration import fit_answerability, fit_mixing
from eval.relevance.library_parts import AskedOfPart, ask_parts
from rag.answerability import Signals
from rag.pipeline import Pipeline
from rag.relevance_input import Passage
from rag.rerankers import Reranking
from rag.reranking import Mixing, ModelReranker
from rag.training.judgements import JudgedPassage, JudgedQuestion
from tests.fakes import HashingEmbedder, OverlapScorer

_WORDS = ["riluzole", "slows", "als"]


def _question(number: int) -> JudgedQuestion:
    """The more words a passage shares, the more often it is relevant; retrieval says nothing."""
    passages = [
        JudgedPassage(
            Passage(" ".join(_WORDS[:shared])),
            relevant=(number * 7 + shared * 5) % 6 < 2 * shared,
            answers=None,
            sentences=(),
            similarity=0.5,
            lexical=0.5,
        )
        for shared in range(4)
    ]
    return JudgedQuestion(str(number), " ".join(_WORDS), "made", str(number), tuple(passages))


def test_the_mixing_gives_the_shares_that_were_seen() -> None:
    judged = [_question(number) for number in range(60)]
    mixing = fit_mixing(judged, OverlapScorer(), k=32)
    assert mixing.relevance + mixing.answers > 0.5
    assert abs(mixing.retrieval) < 0.1
    said = [
        mixing.probability(0.5, OverlapScorer().score(" ".join(_WORDS), [one.passage])[0])
        for question in judged
        for one in question.passages
    ]
    seen = sum(one.relevant for question in judged for one in question.passages)
    assert sum(said) == pytest.approx(seen, rel=0.05)


def test_only_passages_that_retrieval_found_count() -> None:
    judged = [_question(number) for number in range(60)]
    unfound = JudgedPassage(Passage("flour"), True, True, ())
    more = [
        JudgedQuestion(one.question_id, one.text, one.source, one.group, (*one.passages, unfound))
        for one in judged
    ]
    assert fit_mixing(more, OverlapScorer(), k=32) == fit_mixing(judged, OverlapScorer(), k=32)


def test_answerability_weighs_every_size_of_library_the_same() -> None:
    def asked(documents: int, answers: float, answerable: bool) -> AskedOfPart:
        return AskedOfPart("q", documents, answerable, Signals(answers, 0, 0, 0, 0))

    # In the large library a score of 1 is right in one of four, in the small one in three of four;
    # the large one was asked ten times as often.
    large = [asked(2_000, 1.0, number % 4 == 0) for number in range(400)]
    small = [asked(2, 1.0, number % 4 != 0) for number in range(40)]
    low = [asked(2, -5.0, False) for _ in range(40)] + [
        asked(2_000, -5.0, False) for _ in range(400)
    ]
    fitted = fit_answerability([*large, *small, *low])
    assert fitted.probability(Signals(1.0, 0, 0, 0, 0)) == pytest.approx(0.5, abs=0.05)
    assert fitted.probability(Signals(-5.0, 0, 0, 0, 0)) < 0.05
    assert math.isfinite(fitted.intercept)


def test_parts_have_a_gold_document_or_none(tiny: PublicSet, library: BenchLibrary) -> None:
    asks = [one for one in questions(tiny) if one.relevant]
    overlap = ModelReranker("o", OverlapScorer(), Mixing(0, 0, 1, 0), budget_s=60)
    with closing(
        Pipeline(library.settings, HashingEmbedder(), reranking=Reranking(overlap))
    ) as pipeline:
        found = list(ask_parts(asks, library, pipeline, sizes=(1, 2, 9)))
        again = list(ask_parts(asks, library, pipeline, sizes=(1, 2, 9)))
    assert found == again
    assert {one.documents for one in found} == {1, 2, 4}  # four documents are the whole
    by_case = {(one.ask_id, one.documents, one.answerable): one.signals for one in found}
    for ask in asks:
        for size in (1, 2, 4):
            with_gold = by_case[ask.ask_id, size, True]
            assert with_gold.answers >= by_case[ask.ask_id, size, False].answers
    speech = by_case["tiny:q4", 1, True].answers, by_case["tiny:q4", 1, False].answers
    assert speech[0] > speech[1]
