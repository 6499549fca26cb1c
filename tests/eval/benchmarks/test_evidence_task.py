import pytest

from eval.benchmarks.asked import AskedSet, TaskResult, asked_questions
from eval.benchmarks.evidence_task import has_evidence, measure_evidence
from eval.benchmarks.models import BenchDocument, BenchQuestion, GoldSnippet, Passage
from eval.benchmarks.places import Places
from eval.measures.score import NotScored
from tests.eval.benchmarks.tiny import FixedSystem

TEXT = "Aaaa bbbb. Cccc dddd. Eeee ffff."
PLACES = Places([BenchDocument("d", "", TEXT), BenchDocument("e", "", "Gggg hhhh. Iiii.")])
IDS = {"d.txt": "d", "e.txt": "e"}


def measured(question: BenchQuestion, *shown: Passage) -> TaskResult:
    asked = AskedSet(asked_questions([question], IDS), IDS, lambda *_: None)
    return measure_evidence(asked, [FixedSystem("ours", {question.text: shown})], PLACES)


def with_snippets(*texts: str) -> BenchQuestion:
    snippets = tuple(GoldSnippet(("d.txt",), text) for text in texts)
    return BenchQuestion("q", "?", "factoid", {"d.txt": 1}, 0, snippets=snippets)


def with_answer(*answers: str) -> BenchQuestion:
    return BenchQuestion("q", "?", "extractive", {"d.txt": 1}, 0, exact_answers=(answers,))


def value(result: TaskResult, measure: str) -> object:
    return result.figures["ours"][measure].value


def test_snippets_are_measured_by_characters() -> None:
    """Gold has 18 characters without blanks, 9 of them shown, among 9 others of another document."""
    result = measured(
        with_snippets("Cccc dddd. Eeee ffff."),
        Passage("e", "Gggg hhhh.", 0.9),
        Passage("d", "Eeee ffff.", 0.8),
    )

    assert value(result, "snippet precision@10") == 0.5
    assert value(result, "snippet recall@10") == 0.5
    assert value(result, "snippet F1@10") == 0.5
    assert value(result, "snippet recall in 1500 characters") == 0.5
    assert value(result, "RR") == 0.5


def test_only_the_first_ten_passages_count() -> None:
    others = [Passage("e", "Gggg hhhh.", 0.9)] * 10

    result = measured(with_snippets("Eeee ffff."), *others, Passage("d", "Eeee ffff.", 0.1))

    assert value(result, "snippet recall@10") == 0.0
    assert value(result, "snippet F1@10") == 0.0
    assert value(result, "RR") == pytest.approx(1 / 11)


def test_a_long_passage_is_cut_where_characters_are_counted() -> None:
    places = Places([BenchDocument("long", "", "x" * 1_600 + " Gold words.")])
    ids = {"long.txt": "long"}
    snippet = GoldSnippet(("long.txt",), "Gold words.")
    question = BenchQuestion("q", "?", "", {"long.txt": 1}, 0, snippets=(snippet,))
    asked = AskedSet(asked_questions([question], ids), ids, lambda *_: None)
    whole = Passage("long", "x" * 1_600 + " Gold words.", 1.0)

    result = measure_evidence(asked, [FixedSystem("ours", {"?": [whole]})], places)

    assert value(result, "snippet recall@10") == 1.0
    assert value(result, "snippet recall in 1500 characters") == 0.0


def test_questions_whose_snippets_stand_nowhere_are_left_out_and_counted() -> None:
    result = measured(with_snippets("Words of the full text."), Passage("d", TEXT, 1.0))

    assert result.n == 0
    assert "0 of 1 gold snippets stand in the corpus; 1 questions" in result.notes[0]


def test_a_passage_counts_if_it_has_the_answer_and_is_of_a_gold_document() -> None:
    result = measured(
        with_answer("nothing", "dddd"),
        Passage("e", "Not of a gold document: dddd.", 0.9),
        Passage("d", "Aaaa bbbb.", 0.8),
        Passage("d", "Cccc dddd.", 0.7),
    )

    assert value(result, "answer shown@10") == 1.0
    assert value(result, "answer shown in 1500 characters") == 1.0
    assert value(result, "RR") == pytest.approx(1 / 3)
    assert isinstance(value(result, "snippet F1@10"), NotScored)


def test_an_answer_behind_1500_characters_is_not_shown_in_them() -> None:
    filler = Passage("e", "Gggg hhhh. " * 200, 0.9)

    result = measured(with_answer("dddd"), filler, Passage("d", "Cccc dddd.", 0.7))

    assert value(result, "answer shown@10") == 1.0
    assert value(result, "answer shown in 1500 characters") == 0.0


def test_which_questions_say_what_answers_them() -> None:
    assert has_evidence(with_snippets("x"))
    assert has_evidence(with_answer("x"))
    assert not has_evidence(BenchQuestion("q", "?", "yesno", {}, 0, yes_no="yes"))
