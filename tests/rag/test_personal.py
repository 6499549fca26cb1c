import pytest

from rag.personal import personal_notices
from rag.pipeline import Pipeline


@pytest.mark.parametrize(
    "question",
    [
        "Should I take riluzole?",
        "Can my mother stop edaravone?",
        "Is riluzole right for me?",
        "My calf twitches. Do I have ALS?",
    ],
)
def test_a_question_on_ones_own_case_gets_no_advice(question: str) -> None:
    assert [notice.kind for notice in personal_notices(question)] == ["not_advice"]


def test_literature_is_still_cited(default_pipeline: Pipeline) -> None:
    answer = default_pipeline.answer("Should I take riluzole?")

    assert answer.status == "personal_medical"
    assert answer.references
    assert "not advice" in answer.notices[0].text


@pytest.mark.parametrize(
    "question", ["Which drugs has the FDA approved for my mother's ALS?", "Can ALS be cured?"]
)
def test_other_questions_are_not_personal(question: str) -> None:
    assert personal_notices(question) == ()
