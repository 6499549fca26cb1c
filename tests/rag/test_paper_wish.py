import pytest

from index.filters import Filters
from rag.paper_wish import PaperWishes

WISHES = PaperWishes()
JOURNALS = ("brain", "the lancet. neurology", "the new england journal of medicine")


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("Which papers from 2021 do you have?", Filters(year_from=2021, year_to=2021)),
        ("List the trials since 2019", Filters(year_from=2019, study_types=("trial",))),
        (
            "What trials between 2010 and 2015 do you hold?",
            Filters(year_from=2010, year_to=2015, study_types=("trial",)),
        ),
        ("Which papers in Brain are there?", Filters(journals=("brain",))),
        (
            "papers from The Lancet Neurology after 2014",
            Filters(year_from=2015, journals=("the lancet. neurology",)),
        ),
        ("papers in NEJM", Filters(journals=("the new england journal of medicine",))),
        ("Show me all meta-analyses", Filters(study_types=("meta_analysis",))),
        ("list papers in French", Filters(languages=("fre",))),
        (
            "Has any of them been retracted?",
            Filters(statuses=("retracted", "partially_retracted")),
        ),
    ],
)
def test_filters_are_read_from_the_question(question: str, filters: Filters) -> None:
    wish = WISHES.read(question, JOURNALS)

    assert WISHES.ask_for_a_list(question)
    assert wish is not None
    assert wish.filters == filters


@pytest.mark.parametrize(
    "question",
    [
        "Which trials in ALS failed?",
        "What did the Lancet review of 2022 say about survival?",
        "Which papers cite this review?",
        "Has the tofersen trial of 2022 been retracted?",
    ],
)
def test_a_question_on_what_papers_say_or_did_asks_for_no_list(question: str) -> None:
    assert not WISHES.ask_for_a_list(question)


@pytest.mark.parametrize(
    ("question", "author"),
    [
        ("Which papers by Miller and Shaw do you have?", "Miller and Shaw"),
        ("Is there a paper that T. F. Gendron has co-authored?", "T. F. Gendron"),
    ],
)
def test_an_author_is_read_from_the_question(question: str, author: str) -> None:
    wish = WISHES.read(question, JOURNALS)

    assert wish is not None
    assert wish.author == author
