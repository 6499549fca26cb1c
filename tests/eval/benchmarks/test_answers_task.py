from dataclasses import replace
from typing import Any

import pytest

from eval.benchmarks.answers_task import measure_answers
from eval.benchmarks.asked import AskedSet, TaskResult, asked_questions
from eval.benchmarks.models import BenchQuestion, GoldSnippet, Passage
from eval.measures.score import NotScored
from tests.eval.benchmarks.tiny import FixedSystem

IDS = {"a.txt": "a", "b.txt": "b", "c.txt": "c"}


def measured(question: BenchQuestion, *cited: Passage) -> TaskResult:
    asked = AskedSet(asked_questions([question], IDS), IDS, lambda *_: None)
    return measure_answers(asked, [FixedSystem("ours", {question.text: cited})])


def question(**fields: Any) -> BenchQuestion:
    return BenchQuestion("q", "?", "claim", {"a.txt": 1, "b.txt": 1}, 0, **fields)


def value(result: TaskResult, measure: str) -> object:
    return result.figures["ours"][measure].value


def test_citations_are_judged_by_gold_documents() -> None:
    """Three documents cited, one of two gold ones among them."""
    cited = (Passage("a", "One.", 1.0), Passage("c", "Two.", 0.9), Passage("d", "Three.", 0.8))

    result = measured(question(), *cited)

    assert value(result, "answered") == 1.0
    assert value(result, "citation precision") == pytest.approx(1 / 3)
    assert value(result, "citation recall") == 0.5
    assert value(result, "first citation gold") == 1.0
    assert value(result, "sentences") == 3.0


@pytest.mark.parametrize("kind", ["factoid", "list"])
def test_exact_answers_are_told_by_kind_of_question(kind: str) -> None:
    asked = replace(question(exact_answers=(("two",), ("five",))), kind=kind)

    result = measured(asked, Passage("a", "One two.", 1.0))

    found = {name: value(result, name) for name in ("factoid found", "list items found")}
    own = found.pop("factoid found" if kind == "factoid" else "list items found")
    assert own == 0.5
    assert all(isinstance(one, NotScored) for one in found.values())


def test_an_abstention_is_zero_in_all_that_answering_could_have_earned() -> None:
    result = measured(question(ideal_answers=("One two.",), exact_answers=(("one",),)))

    assert value(result, "answered") == 0.0
    for measure in ("citation precision", "citation recall", "ROUGE-2 F1", "exact-answer recall"):
        assert value(result, measure) == 0.0
    assert isinstance(value(result, "support rate"), NotScored)


def test_labels_of_cited_papers_give_support_and_contradict_rates() -> None:
    """Of three judged citations one contradicts; the unjudged paper plays no part."""
    snippets = (
        GoldSnippet(("a.txt",), "One.", "supports"),
        GoldSnippet(("b.txt",), "Two.", "contradicts"),
    )
    cited = [Passage(name, f"{name}.", 1.0) for name in ("a", "a", "b", "c")]

    result = measured(question(snippets=snippets), *cited)

    assert value(result, "support rate") == pytest.approx(2 / 3)
    assert value(result, "contradict rate") == pytest.approx(1 / 3)


def test_the_labelled_effect_is_held_against_what_cited_sentences_say() -> None:
    asked = question(effect="significantly decreased", outcome="pain")
    cited = [
        Passage("a", "The drug reduced pain.", 1.0),
        Passage("b", "The drug increased pain.", 0.9),
        Passage("c", "Elsewhere it increased pain.", 0.8),
    ]

    result = measured(asked, *cited)

    assert (value(result, "support rate"), value(result, "contradict rate")) == (0.5, 0.5)
    assert "word lists" in result.notes[-1]


def test_overlap_with_ideal_and_exact_answers() -> None:
    """Ideal: three pairs of words, two of them in the answer, which has two."""
    asked = question(
        ideal_answers=("One two three four.",), exact_answers=(("two", "deux"), ("five",))
    )

    result = measured(asked, Passage("a", "One two three.", 1.0))

    assert value(result, "ROUGE-2 recall") == pytest.approx(2 / 3)
    assert value(result, "ROUGE-2 F1") == pytest.approx(4 / 5)
    assert value(result, "exact-answer recall") == 0.5


def test_what_the_set_or_the_answer_does_not_give_is_not_scored() -> None:
    result = measured(question(yes_no="yes"), Passage("a", "One.", 1.0))

    for measure in (
        "support rate",
        "contradict rate",
        "ROUGE-2 recall",
        "exact-answer recall",
        "list F1",
        "yes/no accuracy",
    ):
        assert isinstance(value(result, measure), NotScored)
