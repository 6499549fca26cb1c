import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval.dataset import Gold
from eval.measures.citations import Relation
from eval.measures.score import NotScored
from eval.records import CaseRecord
from eval.runner import Answering, Judge, ask_cases
from index.errors import (
    DamagedBuildError,
    LibraryError,
    ModelError,
    NoBuildError,
    SettingsError,
    UnknownDocumentError,
)
from index.ingest import ingest
from index.settings import IndexSettings, read_settings
from rag.models import Answer
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from tests.eval.gate_mutations import MutatedPipeline, quotes_shifted
from tests.eval.samples import (
    CARRIERS,
    CASE,
    CASES,
    RILUZOLE,
    Interposed,
    case,
    small_library,
)
from tests.fakes import HashingEmbedder

QUESTIONS = [one.question for one in CASES]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> RagSettings:
    return small_library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def pipeline(settings: RagSettings) -> Iterator[Pipeline]:
    pipeline = Pipeline(settings, HashingEmbedder())
    yield pipeline
    pipeline.close()


@pytest.fixture
def ended() -> Iterator[threading.Event]:
    """Is set at the end, so that what hangs does not outlive the test."""
    event = threading.Event()
    yield event
    event.set()


def records_of(
    pipeline: Answering, *, timeout_s: float = 60.0, judge: Judge | None = None
) -> list[CaseRecord]:
    return list(ask_cases(pipeline, CASES, timeout_s=timeout_s, judge=judge))


def at(question: str, action: Callable[[], object]) -> Callable[[str], object]:
    """Do that before the question is answered."""
    return lambda text: action() if text == question else None


def failing(pipeline: Pipeline, error: BaseException, *, question: str) -> Interposed:
    def fail() -> None:
        raise error

    return Interposed(pipeline, at(question, fail))


def test_every_case_is_asked_in_order_and_is_right(pipeline: Pipeline) -> None:
    asked: list[str] = []

    records = records_of(Interposed(pipeline, asked.append))

    assert asked == QUESTIONS
    assert [one.case_id for one in records] == [one.case_id for one in CASES]
    assert [(one.verdict, one.why) for one in records] == [("right", ())] * len(CASES)
    assert [one.outcome for one in records] == [
        *("answered", "answered", "insufficient_evidence", "out_of_scope", "refused", "crisis")
    ]


def test_a_record_is_given_before_the_next_case_is_asked(pipeline: Pipeline) -> None:
    asked: list[str] = []

    records = ask_cases(Interposed(pipeline, asked.append), CASES, timeout_s=60.0)
    next(records)

    assert asked == QUESTIONS[:1]


def test_no_cases_give_no_records(pipeline: Pipeline) -> None:
    assert list(ask_cases(pipeline, [], timeout_s=1.0)) == []


def test_an_answer_is_kept_with_its_ranking_and_labels(pipeline: Pipeline) -> None:
    record = records_of(pipeline)[0]

    assert record.answer is not None
    assert record.answer["sentences"][0]["text"] == "Riluzole slows ALS in most people."
    assert record.relevant == [record.ranking[0]["passage"]]
    assert (record.scores["RR"], record.scores["citation recall"]) == (1.0, 1.0)
    assert record.timings_ms["total"] > 0


def test_two_askings_differ_in_their_timings_alone(pipeline: Pipeline) -> None:
    first, second = (
        [{**one.to_dict(), "timings_ms": None} for one in records_of(pipeline)] for _ in range(2)
    )

    assert first == second


def test_a_component_that_hangs_leaves_its_case_unscored_and_the_run_goes_on(
    pipeline: Pipeline, ended: threading.Event
) -> None:
    def hang(text: str) -> None:
        if text == QUESTIONS[1]:
            ended.wait()
        elif text == QUESTIONS[-1]:
            ended.set()

    records = records_of(Interposed(pipeline, hang), timeout_s=0.5)

    assert [one.verdict for one in records] == ["right", "not_scored", *["right"] * 4]
    assert records[1].why == ("no answer within 0.5 s",)
    assert (records[1].answer, records[1].scores) == (None, {})


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ValueError("no such word"), "a component failed: ValueError('no such word')"),
        (ModelError("The weights are gone.", "Put them back."), "a component failed: The weights "),
        (UnknownDocumentError("No document."), "a component failed: No document."),
        (MemoryError(), "a component failed: MemoryError()"),
    ],
    ids=["any", "weights", "document", "memory"],
)
def test_a_component_that_fails_leaves_its_case_unscored_and_the_run_goes_on(
    pipeline: Pipeline, error: Exception, why: str
) -> None:
    records = records_of(failing(pipeline, error, question=QUESTIONS[0]))

    assert [one.verdict for one in records] == ["not_scored", *["right"] * 5]
    assert records[0].why[0].startswith(why)


def test_a_failure_is_logged_by_case_and_kind_without_its_words(
    pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        records_of(failing(pipeline, ValueError("tofersen"), question=QUESTIONS[1]))

    assert caplog.messages == ["case tofersen-carriers: ValueError"]


@pytest.mark.parametrize(
    "error",
    [
        NoBuildError("Nothing is indexed."),
        DamagedBuildError("It is damaged."),
        LibraryError("It is of another version."),
        KeyboardInterrupt(),
        SystemExit(1),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_concerns_every_case_ends_the_run(pipeline: Pipeline, error: BaseException) -> None:
    records = ask_cases(failing(pipeline, error, question=QUESTIONS[1]), CASES, timeout_s=60.0)

    assert next(records).verdict == "right"
    with pytest.raises(type(error)):
        next(records)


def test_without_an_index_nothing_is_asked(tmp_path: Path) -> None:
    pipeline = Pipeline(read_settings(RagSettings, data_dir=tmp_path), HashingEmbedder())
    asked: list[str] = []

    with pytest.raises(NoBuildError, match="alsqa index"):
        records_of(Interposed(pipeline, asked.append))

    assert asked == []


def test_a_library_that_changes_meanwhile_ends_the_run(tmp_path: Path) -> None:
    settings = small_library(tmp_path)
    pipeline = Pipeline(settings, HashingEmbedder())

    def add_paper() -> None:
        (settings.documents_dir / "c.txt").write_text("# Another\n\nIt is new.\n", encoding="utf-8")
        ingest(IndexSettings.model_validate(settings.model_dump()), HashingEmbedder())

    changing = Interposed(pipeline, at(QUESTIONS[1], add_paper))
    records = ask_cases(changing, CASES, timeout_s=60.0)

    assert next(records).verdict == "right"
    with pytest.raises(LibraryError, match="changed while the questions were asked"):
        next(records)
    pipeline.close()


def test_a_crisis_is_helped_in_without_a_search_whatever_its_characters(pipeline: Pipeline) -> None:
    crisis = replace(CASES[-1], question="I want to kill myself\x07")

    (record,) = ask_cases(pipeline, [crisis], timeout_s=60.0)

    assert (record.verdict, record.outcome) == ("right", "crisis")
    assert (record.confidence, record.ranking) == (None, [])


def test_a_stale_label_is_told_and_the_case_is_asked_all_the_same(pipeline: Pipeline) -> None:
    stale = case(gold=(Gold(RILUZOLE, CARRIERS),))

    (record,) = ask_cases(pipeline, [stale], timeout_s=60.0)

    assert (record.verdict, record.outcome) == ("stale", "answered")
    assert record.why == (f"{RILUZOLE} does not say {CARRIERS!r} any more",)


def test_broken_invariants_are_found_behind_the_pipelines_own_checks(pipeline: Pipeline) -> None:
    shifting = MutatedPipeline(pipeline, kept={}, change=quotes_shifted)

    sound, broken = (next(ask_cases(one, [CASE], timeout_s=60.0)) for one in (pipeline, shifting))

    assert (sound.verdict, sound.broken) == ("right", {})
    assert broken.verdict == "wrong"
    assert list(broken.broken) == ["quotes"]
    assert broken.why == tuple(broken.broken["quotes"])


def test_a_wrong_answer_is_wrong(pipeline: Pipeline) -> None:
    (record,) = ask_cases(pipeline, [case(required=("cures",))], timeout_s=60.0)

    assert (record.verdict, record.why) == ("wrong", ("it does not show 'cures'",))


def judged(word: Relation | None) -> Judge:
    def judge(answer: Answer) -> Sequence[tuple[Relation | None, ...]]:
        return [(word,) * len(one.citations) for one in answer.sentences if one.kind == "claim"]

    return judge


def test_what_a_judge_says_is_scored(pipeline: Pipeline) -> None:
    records = records_of(pipeline, judge=judged("supports"))

    assert records[0].scores["support rate"] == 1.0
    assert records[2].scores["support rate"] == NotScored("the answer has no sentence")
    assert {one.verdict for one in records} == {"right"}


@pytest.mark.parametrize("word", ["contradicts", None])
def test_no_judgement_makes_a_right_answer_wrong(pipeline: Pipeline, word: Relation | None) -> None:
    assert {one.verdict for one in records_of(pipeline, judge=judged(word))} == {"right"}


def test_a_judge_that_fails_leaves_citations_unjudged(
    pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_answer: Answer) -> Sequence[tuple[Relation | None, ...]]:
        raise SettingsError("It is not set.")

    with caplog.at_level(logging.WARNING):
        records = records_of(pipeline, judge=fail)

    assert {one.verdict for one in records} == {"right"}
    assert records[0].scores["support rate"] == NotScored("a citation is not judged")
    assert caplog.messages[0] == "case riluzole-slows is not judged: SettingsError"


def test_a_judge_that_hangs_leaves_citations_unjudged(
    pipeline: Pipeline, ended: threading.Event
) -> None:
    def hang(_answer: Answer) -> Sequence[tuple[Relation | None, ...]]:
        ended.wait()
        return []

    (record,) = ask_cases(pipeline, [CASE], timeout_s=0.5, judge=hang)

    assert record.verdict == "right"
    assert record.scores["support rate"] == NotScored("a citation is not judged")


def test_a_refused_question_is_not_judged(pipeline: Pipeline) -> None:
    judged_answers: list[Answer] = []

    def judge(answer: Answer) -> Sequence[tuple[Relation | None, ...]]:
        judged_answers.append(answer)
        return judged("supports")(answer)

    records_of(pipeline, judge=judge)

    assert len(judged_answers) == len(CASES) - 1
