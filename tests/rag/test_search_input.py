"""What a search makes of odd questions: nothing, with a reason, or a clear error; never a crash."""

import pytest

from index.filters import Filters
from rag.errors import QuestionError
from rag.pipeline import Pipeline
from tests.rag.examples import REVIEW


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("?!… –", "empty"),
        ("word " * 20_000, "100,000 characters"),
        ("riluzole\x00", r"control character \(U\+0000\)"),
        ("riluzole \u202e", r"control character \(U\+202E\)"),
    ],
    ids=["nothing", "blanks", "punctuation", "100,000 characters", "NUL", "bidi"],
)
def test_a_question_that_cannot_be_read_is_refused_with_the_reason(
    default_pipeline: Pipeline, text: str, problem: str
) -> None:
    with pytest.raises(QuestionError, match=problem) as caught:
        default_pipeline.search(text)

    assert caught.value.remedy


def test_stop_words_alone_are_searched_for_by_their_vector(default_pipeline: Pipeline) -> None:
    found = default_pipeline.search("what is it and how does it?")

    assert found.passages
    assert all(one.matched == () and one.lexical == 0 for one in found.passages)


@pytest.mark.parametrize("text", ["🧠🧬 ALS", "ALS " * 300, "肌萎缩侧索硬化", "Ⅷ ﬁbre ½"])
def test_any_other_text_is_searched_for(default_pipeline: Pipeline, text: str) -> None:
    scores = [one.score for one in default_pipeline.search(text).passages]

    assert scores == sorted(scores, reverse=True)


def test_filters_that_leave_nothing_give_nothing(default_pipeline: Pipeline) -> None:
    found = default_pipeline.search("riluzole", filters=Filters(year_from=2030))

    assert (found.passages, found.document_ids, found.retrieved) == ((), (), frozenset())


@pytest.mark.parametrize(
    "text",
    [
        "A perspective on therapies for amyotrophic lateral sclerosis: can disease progression be curbed?",
        "a perspective on therapies for ALS can disease progression be curbed",
        "PMID 34372914",
        "10.1186/S40035-021-00250-5",
        "PMC8353789",
    ],
)
def test_the_title_or_an_identifier_finds_its_paper_first(
    default_pipeline: Pipeline, text: str
) -> None:
    found = default_pipeline.search(text)

    assert found.document_ids[0] == REVIEW
    assert found.passages[0].document_id == REVIEW
