import time
from collections.abc import Iterator

import pytest

from eval.benchmarks.library import make_library
from eval.benchmarks.models import PublicSet
from eval.performance.retrieval_speed import (
    Questions,
    ThreadSpeed,
    draw_questions,
    time_retrieval,
    time_threads,
)
from eval.settings import EvalSettings
from index.errors import SettingsError
from rag.pipeline import Pipeline
from tests.fakes import HashingEmbedder

TEXTS = [f"Question {n}?" for n in range(100)]


@pytest.fixture
def pipeline(twenty: PublicSet, bench_settings: EvalSettings) -> Iterator[Pipeline]:
    embedder = HashingEmbedder()
    pipeline = Pipeline(make_library(twenty.records, bench_settings, embedder).settings, embedder)
    yield pipeline
    pipeline.close()


def test_no_question_that_warms_up_is_timed() -> None:
    drawn = draw_questions(TEXTS, n=50, max_chars=100)

    assert (len(drawn.warm_up), len(drawn.timed)) == (20, 50)
    assert not set(drawn.warm_up) & set(drawn.timed)
    assert drawn == draw_questions(TEXTS, n=50, max_chars=100)


def test_a_question_that_is_refused_or_said_twice_is_not_drawn_so() -> None:
    drawn = draw_questions(["one?", "one?", "two?", " ", "far too long"], n=9, max_chars=5)

    assert sorted((*drawn.warm_up, *drawn.timed)) == ["one?", "two?"]


def test_one_question_is_too_few() -> None:
    with pytest.raises(SettingsError, match="too few questions"):
        draw_questions(["one?"], n=9, max_chars=5)


def test_each_question_is_timed_step_by_step(pipeline: Pipeline) -> None:
    questions = Questions(("How long was trial 1?",), ("Trial 2?", "Trial 3?", "Trial 4?"))

    speed, others = time_retrieval(pipeline, questions)

    assert speed.n == 3
    assert list(speed.steps) == ["expand", "embed_question", "lexical", "dense", "fuse", "read"]
    assert all(one.p50_ms > 0 for one in speed.steps.values())
    assert sum(one.mean_ms for one in speed.steps.values()) <= speed.total.mean_ms
    assert others == []


def test_peers_get_the_same_questions_and_their_own_time(pipeline: Pipeline) -> None:
    asked: list[str] = []

    def slow(question: str) -> None:
        asked.append(question)
        time.sleep(0.02)

    _, (quick, slowly) = time_retrieval(
        pipeline, Questions(("one?",), ("two?", "three?")), others=(str.split, slow)
    )

    assert asked == ["one?", "two?", "three?"]
    assert slowly.p50_ms >= 20 > quick.p50_ms


def test_one_and_several_threads_take_turns(pipeline: Pipeline) -> None:
    speed = time_threads(pipeline, ["Trial 2?", "Trial 3?"], threads=2, rounds=3)

    assert (speed.threads, speed.rounds, len(speed.ratios)) == (2, 3, 3)
    assert min(speed.one_per_second, speed.many_per_second) > 0


def test_the_ratio_is_the_median_of_the_rounds() -> None:
    assert ThreadSpeed(8, 3, 10.0, 14.0, (1.2, 1.9, 1.4)).ratio == 1.4
