from eval.benchmarks.asked import AskedSet, ask_all, asked_questions, sampled
from eval.benchmarks.models import BenchQuestion, GoldSnippet


def test_records_that_became_one_document_are_one_gold_document() -> None:
    question = BenchQuestion("q", "?", "factoid", {"a.txt": 1, "b.txt": 2, "c.txt": 1}, 0)

    asked = asked_questions([question], {"a.txt": "d1", "b.txt": "d1", "c.txt": "d2"})

    assert asked[0].relevant == {"d1": 2, "d2": 1}


def test_a_sample_is_the_same_every_time_and_in_the_order_of_the_set() -> None:
    some = sampled(list(range(100)), 10)

    assert some == sampled(list(range(100)), 10) == sorted(some)
    assert len(some) == 10
    assert sampled([1, 2], 5) == sampled([1, 2], None) == [1, 2]


def test_holders_of_a_snippet_are_documents_that_are_there() -> None:
    asked = AskedSet([], {"a.txt": "d1", "b.txt": "d1"}, lambda *_: None)

    assert asked.holders(GoldSnippet(("a.txt", "b.txt", "gone.txt"), "x")) == ["d1"]


def test_progress_is_told_under_the_name_of_the_system() -> None:
    told: list[tuple[str, int, int]] = []
    questions = [BenchQuestion(name, name, "", {}, 0) for name in ("a", "b")]
    asked = AskedSet(asked_questions(questions, {}), {}, lambda *one: told.append(one))

    assert ask_all(asked, "ours", lambda one: one.text) == ["a", "b"]
    assert told == [("asking ours", 1, 2), ("asking ours", 2, 2)]
