from collections.abc import Iterator

import pytest

from eval.benchmarks.library import make_library
from eval.benchmarks.models import PublicSet
from eval.benchmarks.ours import Ours, OursScripted
from eval.settings import EvalSettings
from tests.fakes import HashingEmbedder

QUESTION = "How is edaravone given?"


@pytest.fixture
def ours(tiny: PublicSet, settings: EvalSettings) -> Iterator[Ours]:
    library = make_library(tiny.records, settings, HashingEmbedder())
    system = Ours(library.settings, HashingEmbedder())
    yield system
    system.close()


def test_documents_are_ranked_by_what_the_pipeline_finds(ours: Ours) -> None:
    ranking = ours.rank(QUESTION, k=50)

    assert ranking[0] == "pmid:102"
    assert len(ranking) == len(set(ranking)) == 5
    assert ours.rank(QUESTION, k=2) == ranking[:2]


def test_passages_are_sentences(ours: Ours) -> None:
    assert ours.passages(QUESTION, k=1)[0].text == "Edaravone is given by infusion."


def test_an_answer_cites_what_it_quotes(ours: Ours) -> None:
    answer = ours.answer(QUESTION)

    assert answer.sentences[0].text == "Edaravone is given by infusion."
    assert answer.sentences[0].cited[0].document_id == "pmid:102"
    assert answer.rests_on == "pmid:102"


def test_what_is_abstained_from_is_less_sure_than_what_is_answered(ours: Ours) -> None:
    abstention = ours.answer("What is the capital of France?")

    assert not abstention.answered
    assert abstention.confidence < ours.answer(QUESTION).confidence


def test_a_question_that_is_refused_finds_nothing(ours: Ours) -> None:
    too_long = "How is edaravone given? " * 500

    assert ours.rank(too_long, k=5) == []
    assert ours.passages(too_long, k=5) == []
    assert not ours.answer(too_long).answered


def test_the_scripted_model_writes_from_our_best_sentences(ours: Ours) -> None:
    answer = OursScripted(ours).answer(QUESTION)

    assert len(answer.sentences) == 2
    assert answer.sentences[0].text == "Edaravone is given by infusion."
    assert [one.document_id for one in answer.sentences[0].cited] == ["pmid:102"]
