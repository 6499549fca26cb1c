"""Formulas are fitted to what was seen, and questions are asked of parts of a library."""

import math
from contextlib import closing
from dataclasses import asdict

import numpy as np
import pytest

from eval.benchmarks.library import BenchLibrary
from eval.benchmarks.models import PublicSet
from eval.relevance.asks import questions
from eval.relevance.calibration import fit_answerability, fit_mixing, fit_sentences
from eval.relevance.library_parts import AskedOfPart, ask_parts
from eval.relevance.sentences import FoundSentence, find_sentences
from rag.answerability import Signals
from rag.evidence import READ
from rag.logistic import Logistic
from rag.pipeline import Pipeline
from rag.relevance_input import Passage
from rag.relevance_model import Relevance
from rag.rerankers import Reranking
from rag.reranking import ModelReranker, mixed
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
    assert mixing.weights["relevance"] + mixing.weights["answers"] > 0.5
    assert abs(mixing.weights["retrieval"]) < 0.1
    said = [
        mixing.probability(mixed(0.5, OverlapScorer().score(" ".join(_WORDS), [one.passage])[0]))
        for question in judged
        for one in question.passages
    ]
    seen = sum(one.relevant for question in judged for one in question.passages)
    assert sum(said) == pytest.approx(seen, rel=0.05)


def test_the_mixing_follows_the_order_within_questions() -> None:
    """Where the passages of one question share more words than all of another, and fewer are right."""

    def question(number: int, words: int, relevant: int) -> JudgedQuestion:
        asked = ["riluzole", "slows", "als", "decline"]
        passages = [
            JudgedPassage(
                Passage(" ".join(asked[: words + (place < relevant)])),
                place < relevant,
                None,
                (),
                similarity=0.5,
                lexical=0.5,
            )
            for place in range(6)
        ]
        return JudgedQuestion(str(number), " ".join(asked), "made", "", tuple(passages))

    judged = [question(number, *((3, 1) if number % 2 else (0, 5))) for number in range(20)]
    mixing = fit_mixing(judged, OverlapScorer(), k=32)
    few, many = (
        Relevance(float(n), n - 2.0, np.empty(0, np.float32), is_cut=False) for n in (1, 3)
    )
    assert mixing.probability(mixed(0.5, many)) > mixing.probability(mixed(0.5, few))


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
    assert fitted.probability(asdict(Signals(1.0, 0, 0, 0, 0))) == pytest.approx(0.5, abs=0.05)
    assert fitted.probability(asdict(Signals(-5.0, 0, 0, 0, 0))) < 0.05
    assert math.isfinite(fitted.intercept)


def test_parts_have_a_gold_document_or_none(tiny: PublicSet, library: BenchLibrary) -> None:
    asks = [one for one in questions(tiny) if one.relevant]
    overlap = ModelReranker("o", OverlapScorer(), Logistic(0, {"relevance": 1}), budget_s=60)
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


def test_sentences_are_told_by_what_is_right(tiny: PublicSet, library: BenchLibrary) -> None:
    asks = [one for one in questions(tiny) if one.relevant]
    overlap = ModelReranker("o", OverlapScorer(), Logistic(0, {"relevance": 1}), budget_s=60)
    with closing(
        Pipeline(library.settings, HashingEmbedder(), reranking=Reranking(overlap))
    ) as pipeline:
        found = list(find_sentences(asks, library, pipeline))
    quoting = {one.ask_id for one in asks if one.quotes}
    assert quoting
    assert {one.ask_id for one in found} == quoting
    for ask_id in quoting:
        own = [one for one in found if one.ask_id == ask_id]
        assert any(one.is_right for one in own)
        assert any(not one.is_right for one in own)


def test_the_formula_of_sentences_weighs_questions_the_same() -> None:
    def sentence(ask_id: str, logit: float, is_right: bool) -> FoundSentence:
        return FoundSentence(ask_id, dict(zip(READ, (logit, 0.0, 0.5, 0.5), strict=True)), is_right)

    # Of the first question three quarters of such sentences are quoted, of the second a quarter.
    first = [sentence("first", 1.0, number % 4 != 0) for number in range(400)]
    second = [sentence("second", 1.0, number % 4 == 0) for number in range(40)]
    low = [sentence(name, -5.0, False) for name in ("first", "second") for _ in range(200)]
    fitted = fit_sentences([*first, *second, *low])
    share = (0.75 * 400 / 600 + 0.25 * 40 / 240) / (400 / 600 + 40 / 240)
    assert fitted.probability(first[0].values) == pytest.approx(share, abs=0.05)
