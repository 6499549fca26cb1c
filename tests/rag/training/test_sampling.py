"""Which pairs are read."""

import dataclasses
import random
from pathlib import Path

import numpy as np
import pytest

from rag.relevance_input import EncodedPassage, PairEncoder
from rag.training.judgements import JudgedQuestion
from rag.training.sampling import Batch, Sampler, stretch
from rag.training.swapping import WordSwapper
from tests.rag.training.judged import TINY, judged_question
from tests.tiny_models import save_base_model


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> PairEncoder:
    folder: Path = save_base_model(tmp_path_factory.mktemp("base"))
    return PairEncoder(folder / "tokenizer.json", max_tokens=32)


def _questions(count: int = 6) -> list[JudgedQuestion]:
    return [judged_question(number) for number in range(count)]


def _read(batch: Batch) -> list[tuple[bytes, float]]:
    return [(one.pair.ids.tobytes(), one.answers) for one in batch.pairs]


def test_relevant_passages_come_before_the_others_of_their_question(encoder: PairEncoder) -> None:
    batch = Sampler(_questions(), encoder, TINY).batch()
    assert len(batch.pairs) == 9  # three of each question until there are eight
    assert batch.places == ((0, 1, 3), (3, 4, 6), (6, 7, 9))
    assert [one.answers for one in batch.pairs] == [1, 0, 0] * 3
    assert [one.sentences.tolist() for one in batch.pairs] == [[1], [0], [0]] * 3


def test_a_sampler_that_resumes_draws_what_the_first_would_have(encoder: PairEncoder) -> None:
    first = Sampler(_questions(), encoder, TINY)
    first.batch()
    second = Sampler(_questions(), encoder, TINY)
    second.resume(first.state())
    assert _read(second.batch()) == _read(first.batch())


def test_forbidden_passages_are_never_read(encoder: PairEncoder) -> None:
    questions = _questions(2)
    text = questions[0].passages[1].passage.text
    (forbidden,) = encoder.encode_passages([questions[0].passages[1].passage])
    sampler = Sampler(questions, encoder, TINY, forbidden=frozenset((text,)))
    for _ in range(5):
        for one in sampler.batch().pairs:
            assert forbidden.ids.tobytes() not in one.pair.ids.tobytes()


def test_a_question_without_other_passages_gets_those_of_another(encoder: PairEncoder) -> None:
    questions = [dataclasses.replace(one, passages=one.passages[:1]) for one in _questions(4)]
    places = [place for _ in range(5) for place in Sampler(questions, encoder, TINY).batch().places]
    assert any(middle < end for _, middle, end in places)


def test_a_stretch_has_the_title_and_whole_sentences_around_the_one() -> None:
    of = np.array([-1, -1, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
    passage = EncodedPassage(np.arange(len(of)), of, 4)
    found = stretch(passage, 2, 9)
    assert len(found.ids) <= 9
    assert found.sentence_of.tolist() == [-1, -1, 1, 1, 1, 2, 2, 2]
    assert found.ids.tolist() == [0, 1, 5, 6, 7, 8, 9, 10]
    assert stretch(passage, 2, 14) is passage
    assert stretch(passage, 3, 4).sentence_of.tolist() == [-1, -1, 3, 3]


def test_a_swapped_word_is_of_its_kind_and_not_in_the_passage() -> None:
    questions = [("Does SOD1 cause ALS?", "made"), ("Does FUS bind TDP43 in 1995?", "made")]
    swapper = WordSwapper(questions)
    found = {
        swapper.swap(questions[0][0], "made", "SOD1 causes it.", random.Random(seed))
        for seed in range(20)
    }
    assert found <= {"Does FUS cause ALS?", "Does TDP43 cause ALS?", "Does ALS cause ALS?", None}
    assert "Does TDP43 cause ALS?" in found
    assert swapper.swap("Does it?", "made", "SOD1 causes it.", random.Random(0)) is None
