from collections.abc import Sequence
from typing import Any

from eval.benchmarks.asked import asked_questions
from eval.benchmarks.models import BenchQuestion
from eval.benchmarks.sentence_choices import BestChoice, PlainChoice
from rag.evidence import EvidenceSentence

IDS = {"a.txt": "a", "b.txt": "b", "c.txt": "c"}


def candidate(
    text: str, document_id: str = "a", *, similarity: float = 0.5, coverage: float = 0.5
) -> EvidenceSentence:
    return EvidenceSentence(
        chunk_id=f"{document_id}#0000",
        document_id=document_id,
        section="",
        start=0,
        end=len(text),
        text=text,
        similarity=similarity,
        coverage=coverage,
        missing=(),
        fits_answer_type=True,
        defines=False,
        leans_on=None,
    )


def best(candidates: Sequence[EvidenceSentence], **fields: Any) -> list[str]:
    question = BenchQuestion("q", "?", "factoid", {"a.txt": 1, "b.txt": 1}, 0, **fields)
    choice = BestChoice(lambda _question: candidates, asked_questions([question], IDS))
    return [one.text for one in choice.answer("?").sentences]


def test_the_plain_choice_takes_three_by_cosine_and_coverage() -> None:
    found = [candidate(f"S{n}.", similarity=n / 10, coverage=0.5 * (n == 1)) for n in range(5)]

    answer = PlainChoice(lambda _question: found).answer("?")

    assert [one.text for one in answer.sentences] == ["S1.", "S4.", "S3."]
    assert answer.sentences[0].cited[0].text == "S1."


def test_the_best_choice_takes_what_adds_to_the_ideal_answer_and_no_more() -> None:
    found = [
        candidate("It rains."),
        candidate("Two three.", "b"),
        candidate("One two three."),
        candidate("Four five six."),
    ]

    assert best(found, ideal_answers=("One two three. Four five six.",)) == [
        "One two three.",
        "Four five six.",
    ]


def test_an_exact_answer_comes_before_shared_words() -> None:
    found = [candidate("One two three."), candidate("In 1995.")]

    chosen = best(found, ideal_answers=("One two three.",), exact_answers=(("1995",),))

    assert chosen == ["In 1995.", "One two three."]


def test_the_best_choice_quotes_gold_documents_alone() -> None:
    assert best([candidate("One two.", "c")], ideal_answers=("One two.",)) == []


def test_where_nothing_says_what_is_right_the_first_of_ours_stands() -> None:
    assert best([candidate("First."), candidate("Second.")]) == ["First."]
