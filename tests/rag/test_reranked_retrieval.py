"""Answers and searches with a reranker."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answerability import signals_of
from rag.logistic import Logistic
from rag.pipeline import Pipeline
from rag.reranked_retrieval import rerank_found
from rag.rerankers import Reranking
from rag.reranking import Candidate, ModelReranker, Reranked
from rag.settings import RagSettings
from rag.timing import Timer
from tests.fakes import HashingEmbedder, OverlapScorer
from tests.rag.examples import index_files

_QUESTION = "Does riluzole slow the decline of ALS?"
_FILES = {
    "a.txt": "# Riluzole\n\nRiluzole riluzole riluzole slow.\n",
    "b.txt": "# Notes\n\nRiluzole does slow the decline of ALS.\n",
    "c.txt": "# Bread\n\nBread is baked from flour.\n",
}
_OVERLAP = ModelReranker("overlap", OverlapScorer(), Logistic(0.0, {"relevance": 1.0}), budget_s=60)
_BY_ANSWERS = Logistic(0.0, {"answers": 1.0})


class _Backwards:
    """The order of retrieval, turned round."""

    name = "backwards"

    def rerank(self, question: str, candidates: Sequence[Candidate]) -> Reranked:
        found = _OVERLAP.rerank(question, candidates)
        return replace(found, order=tuple(one.chunk_id for one in reversed(candidates)))


@pytest.fixture
def settings(tmp_path: Path) -> RagSettings:
    return index_files(tmp_path, _FILES)


@pytest.fixture
def pipeline(settings: RagSettings) -> Iterator[Pipeline]:
    made = Pipeline(settings, HashingEmbedder(), reranking=Reranking(_OVERLAP, _BY_ANSWERS))
    yield made
    made.close()


def test_chunks_and_their_documents_come_in_the_new_order(settings: RagSettings) -> None:
    plain = Pipeline(settings, HashingEmbedder())
    found = plain.retrieve(_QUESTION, timer=Timer())
    turned = rerank_found(found, _QUESTION, _Backwards(), k=2)
    names = [one.chunk.chunk_id for one in found.stored]
    assert [one.chunk.chunk_id for one in turned.stored] == [names[1], names[0], *names[2:]]
    assert [one.entry_id for one in turned.ranking] == [one.chunk.chunk_id for one in turned.stored]
    first, second, *rest = found.document_ids
    assert turned.document_ids == (second, first, *rest)
    assert turned.reranked is not None
    assert len(turned.reranked.relevances) == 2  # no more than k are read
    plain.close()


def test_a_paper_that_is_named_stays_first(settings: RagSettings) -> None:
    plain = Pipeline(settings, HashingEmbedder())
    found = plain.retrieve(_QUESTION, timer=Timer())
    first = replace(found.ranking[0], is_asked_for=True)
    named = replace(found, ranking=[first, *found.ranking[1:]])
    turned = rerank_found(named, _QUESTION, _Backwards(), k=3)
    assert turned.ranking[0] == first
    assert turned.stored[0] == found.stored[0]
    plain.close()


def test_an_answer_says_how_likely_it_is_and_what_ranked(pipeline: Pipeline) -> None:
    sure = pipeline.answer(_QUESTION)
    unsure = pipeline.answer("Which bank lends money to students?")
    assert sure.receipt.reranker == "overlap"
    assert sure.answerability is not None
    assert unsure.answerability is not None
    assert sure.answerability > 0.9 > 0.1 > unsure.answerability
    assert "rerank" in sure.receipt.timings_ms


def test_what_is_unlikely_to_answer_is_held_back(settings: RagSettings) -> None:
    unlikely = Logistic(-9.0, {})
    strict = settings.model_copy(update={"min_answerability": 0.5})
    made = Pipeline(strict, HashingEmbedder(), reranking=Reranking(_OVERLAP, unlikely))
    lenient = Pipeline(settings, HashingEmbedder(), reranking=Reranking(_OVERLAP, unlikely))

    answer = made.answer(_QUESTION)

    assert (answer.status, answer.sentences) == ("insufficient_evidence", ())
    assert answer.notices[0].kind == "unlikely"
    assert "0%; from 50%" in answer.notices[0].text
    assert lenient.answer(_QUESTION).status == "answered"
    made.close()
    lenient.close()


def test_without_a_reranker_nothing_is_said_of_it(settings: RagSettings) -> None:
    plain = Pipeline(settings, HashingEmbedder())
    answer = plain.answer(_QUESTION)
    assert answer.receipt.reranker is None
    assert answer.answerability is None
    assert not [one for one in answer.notices if one.kind == "not_reranked"]
    plain.close()


def test_a_reranker_that_cannot_be_used_is_told_with_the_answer(settings: RagSettings) -> None:
    made = Pipeline(
        settings, HashingEmbedder(), reranking=Reranking(problem="Its weights are gone.")
    )
    answer = made.answer(_QUESTION)
    (notice,) = [one for one in answer.notices if one.kind == "not_reranked"]
    assert "Its weights are gone." in notice.text
    made.close()


def test_retrieval_within_documents_finds_nothing_else(pipeline: Pipeline) -> None:
    found = pipeline.retrieve(_QUESTION, timer=Timer())
    own = found.document_ids[1]
    part = pipeline.retrieve(_QUESTION, timer=Timer(), documents=frozenset((own,)))
    assert {one.chunk.document_id for one in part.stored} == {own}
    signals = signals_of(part)
    assert signals is not None
    assert signals.answers == signals.answers_of_three
    assert signals_of(pipeline.retrieve(_QUESTION, timer=Timer(), documents=frozenset())) is None
