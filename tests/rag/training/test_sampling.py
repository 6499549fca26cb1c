"""Which pairs are read."""

import dataclasses
import random
import re
from pathlib import Path

import numpy as np
import pytest

from rag.relevance_input import EncodedPassage, PairEncoder, Passage
from rag.training.judgements import JudgedPassage, JudgedQuestion
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


def test_a_word_may_be_swapped_for_another_of_the_passage() -> None:
    question, passage = "Does SOD1 cause ALS?", "SOD1 causes ALS and FUS binds TDP43."
    swapper = WordSwapper([(question, "made"), ("Does C9orf72 expand?", "made")])
    found = {
        swapper.swap(question, "made", passage, random.Random(seed), within=1) for seed in range(20)
    }
    assert found <= {f"Does {one} cause ALS?" for one in ("FUS", "TDP43")} | {
        f"Does SOD1 cause {one}?" for one in ("FUS", "TDP43")
    }
    assert len(found) > 1


def test_of_a_question_without_an_answer_few_passages_are_read(encoder: PairEncoder) -> None:
    question = judged_question(1)
    others = tuple(
        dataclasses.replace(judged_question(number).passages[0], relevant=False, answers=False)
        for number in range(2, 12)
    )
    unanswered = dataclasses.replace(question, passages=others)
    batch = Sampler([unanswered], encoder, dataclasses.replace(TINY, unanswered=2)).batch()
    assert {end - start for start, _, end in batch.places} == {2}
    assert all(start == middle for start, middle, _ in batch.places)


def test_no_word_is_swapped_for_the_first_of_a_sentence() -> None:
    question, passage = "Does Riluzole slow ALS?", "However slow. Methods vary: Edaravone is given."
    swapper = WordSwapper([(question, "made")])
    found = {
        swapper.swap(question, "made", "Riluzole. " + passage, random.Random(seed), within=1)
        for seed in range(20)
    }
    assert found <= {"Does ALS slow ALS?", None}


def test_all_pairs_of_a_question_are_read_up_to_the_same_length(encoder: PairEncoder) -> None:
    question = judged_question(1)
    text = " ".join(f"{word} slows." for word in ["riluzole", "gene", "neuron"] * 5)
    spans = tuple((one.start(), one.end()) for one in re.finditer(r"\w+ \w+\.", text))
    unsaid = JudgedPassage(Passage(text, "", spans), True, True, (None,) * len(spans))
    other = JudgedPassage(Passage(text[::-1], "", spans), False, False, (False,) * len(spans))
    asked = dataclasses.replace(question, passages=(unsaid, other))
    recipe = dataclasses.replace(TINY, whole=0.0, short_tokens=(12,), batch_pairs=2)
    sampler = Sampler([asked], encoder, recipe)
    assert all(len(one.pair.ids) > 12 for one in sampler.batch().pairs)
    said = dataclasses.replace(unsaid, sentences=(True, *(False,) * (len(spans) - 1)))
    asked = dataclasses.replace(question, passages=(said, other))
    sampler = Sampler([asked], encoder, recipe)
    assert all(len(one.pair.ids) <= 12 for one in sampler.batch().pairs)
