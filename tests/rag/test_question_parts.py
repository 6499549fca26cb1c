import pytest

from rag.question import QuestionAnalyser
from rag.question_parts import QuestionPart, split_question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "In what year was riluzole approved, and how many drugs had the FDA approved for ALS by 2021?",
            [
                "In what year was riluzole approved?",
                "How many drugs had the FDA approved for ALS by 2021?",
            ],
        ),
        (
            "What does ALS lead to in the end, and how many patients a year die of it?",
            ["What does ALS lead to in the end?", "How many patients a year die of ALS?"],
        ),
        (
            "What is riluzole? When was it approved?",
            ["What is riluzole?", "When was riluzole approved?"],
        ),
        (
            "Which drugs are approved for ALS, and which ones are still in clinical trials?",
            ["Which drugs are approved for ALS?", "Which ones are still in clinical trials (ALS)?"],
        ),
        (
            "Is edaravone curative, and is its efficacy in slowing ALS settled?",
            ["Is edaravone curative?", "Is edaravone efficacy in slowing ALS settled?"],
        ),
    ],
)
def test_each_thing_that_is_asked_is_a_part_that_can_be_read_alone(
    analyser: QuestionAnalyser, question: str, parts: list[str]
) -> None:
    assert [one.read for one in split_question(question, analyser.analyse)] == parts


def test_what_is_told_goes_with_every_part(analyser: QuestionAnalyser) -> None:
    text = "My father has ALS. What is riluzole, and when was it approved?"

    assert split_question(text, analyser.analyse) == (
        QuestionPart("What is riluzole?", "My father has ALS. What is riluzole?"),
        QuestionPart("When was it approved?", "My father has ALS. When was riluzole approved?"),
    )


@pytest.mark.parametrize(
    "question",
    [
        "Which drugs has the FDA approved for ALS?",
        "Are riluzole and edaravone approved for ALS?",
        "Is edaravone curative, and why?",
        "Which drugs are approved and how do they work?",
        "Edaravone was the first ALS drug; how many years later did riluzole follow?",
        "What is ALS? What is MND? What is FTD? What is SMA? What is PLS?",
        "riluzole and edaravone",
    ],
)
def test_what_asks_one_thing_or_cannot_be_taken_apart_stays_whole(
    analyser: QuestionAnalyser, question: str
) -> None:
    assert split_question(question, analyser.analyse) == ()
