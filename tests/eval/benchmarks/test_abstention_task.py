from collections.abc import Sequence

import pytest

from eval.benchmarks.abstention_task import (
    Halves,
    answer_always,
    measure_abstention,
    split_questions,
)
from eval.benchmarks.asked import AskedQuestion, AskedSet, TaskResult
from eval.benchmarks.models import BenchQuestion, GivenAnswer, GivenSentence, Passage
from tests.eval.benchmarks.tiny import FixedSystem


def asked(name: str, *gold: str, answerable: bool = True) -> AskedQuestion:
    question = BenchQuestion(name, name, "", {}, 0, answerable=answerable)
    return AskedQuestion(question, dict.fromkeys(gold, 1))


def measured(halves: Halves, answers: dict[str, GivenAnswer]) -> TaskResult:
    peer = FixedSystem("peer", {name: [Passage("x", "x", 1.0)] for name in answers})
    return measure_abstention(
        AskedSet(halves.every, {}, lambda *_: None),
        {"ours": answers.__getitem__, "peer": answer_always(peer)},
        halves,
        still_answered="not read",
    )


def given(confidence: float, document: str, *, answered: bool = True) -> GivenAnswer:
    sentence = GivenSentence("One.", (Passage(document, "One.", 1.0),))
    return GivenAnswer((sentence,) if answered else (), confidence, document)


def names(questions: Sequence[AskedQuestion]) -> set[str]:
    return {one.question.question_id for one in questions}


def test_half_of_the_questions_lose_their_gold_documents() -> None:
    questions = [asked(f"q{n}", f"d{n}") for n in range(10)]

    halves = split_questions(questions)

    assert len(halves.unanswerable) == len(halves.answerable) == 5
    assert halves.removed == {f"d{name[1:]}" for name in names(halves.unanswerable)}
    assert names(halves.unanswerable) | names(halves.answerable) == names(questions)
    assert halves.dropped == 0


def test_the_draw_does_not_depend_on_the_order_of_the_set() -> None:
    questions = [asked(f"q{n}", f"d{n}") for n in range(10)]

    assert split_questions(questions) == split_questions(questions[::-1])


def test_a_question_of_the_other_half_that_lost_a_document_is_dropped() -> None:
    questions = [asked(f"q{n}", f"d{n}", "shared") for n in range(4)]

    halves = split_questions(questions)

    assert (len(halves.unanswerable), halves.answerable, halves.dropped) == (2, (), 2)


def test_questions_without_gold_are_not_asked() -> None:
    assert names(split_questions([asked("q1", "d"), asked("q2"), asked("q3", "e")]).every) == {
        "q1",
        "q3",
    }


def test_a_set_with_unanswerable_questions_of_its_own_loses_nothing() -> None:
    questions = [asked("yes", "d"), asked("no", answerable=False), asked("lost")]

    halves = split_questions(questions)

    assert (names(halves.unanswerable), names(halves.answerable)) == ({"no"}, {"yes"})
    assert halves.removed == frozenset()
    answers = {"no": given(0.0, "x", answered=False), "yes": given(1.0, "d")}
    assert "the set's own label" in measured(halves, answers).notes[0]


def test_measures_are_those_counted_by_hand() -> None:
    """Pairs (answerable, unanswerable) by confidence: 3>2, 3>1, 1.5<2, 1.5>1: AUC 3/4.

    From the surest down: right; wrong (unanswerable); wrong (another document); wrong. The risks at
    each are 0, 1/2, 2/3 and 3/4.
    """
    halves = Halves(
        (asked("n1", "g1"), asked("n2", "g2")),
        (asked("y1", "d1"), asked("y2", "d2")),
        frozenset({"g1", "g2"}),
        1,
    )
    answers = {
        "y1": given(3.0, "d1"),
        "n1": given(2.0, "x"),
        "y2": given(1.5, "x", answered=False),
        "n2": given(1.0, "x", answered=False),
    }

    result = measured(halves, answers)

    ours = {measure: figure.value for measure, figure in result.figures["ours"].items()}
    assert ours == pytest.approx(
        {
            "AUC": 3 / 4,
            "accuracy": 2 / 4,
            "false answers": 1 / 2,
            "false abstentions": 1 / 2,
            "AURC": (0 + 1 / 2 + 2 / 3 + 3 / 4) / 4,
        }
    )
    assert result.figures["ours"]["false answers"].n == 2
    assert result.extra["answered_without_gold"] == ["n1"]
    assert (result.extra["unanswerable"], result.extra["answerable"]) == (2, 2)
    assert (result.extra["dropped"], result.extra["documents_removed"]) == (1, 2)


def test_a_peer_that_answers_whatever_it_finds_abstains_from_nothing() -> None:
    halves = Halves((asked("n", "g"),), (asked("y", "x"),), frozenset({"g"}), 0)

    result = measured(halves, {"n": given(0.0, "x"), "y": given(1.0, "x")})

    peer = {measure: figure.value for measure, figure in result.figures["peer"].items()}
    assert (peer["false answers"], peer["false abstentions"], peer["AUC"]) == (1.0, 0.0, 0.5)


def test_a_peer_that_finds_nothing_abstains() -> None:
    answer = answer_always(FixedSystem("peer", {}))("?")

    assert not answer.answered
    assert answer.confidence == float("-inf")
