import pytest

from rag.bibliographic_intent import FIELDS, BibliographicIntent
from tests.rag.examples import ask

INTENT = BibliographicIntent()


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("Which papers cite this review?", "cited_by"),
        ("Who cited the article?", "cited_by"),
        ("List the citing articles", "cited_by"),
        ("Has anyone cited this?", "cited_by"),
        ("Which papers does the review cite?", "reference"),
        ("Show the reference list", "reference"),
        ("Which references are listed?", "reference"),
        ("Which papers are cited in the review?", "reference"),
        ("Which articles are similar to the review?", "similar"),
        ("Are there similar papers?", "similar"),
        ("papers like this one", "similar"),
        ("Which drugs are approved?", None),
        ("Is the mortality similar in men?", None),
    ],
)
def test_the_list_that_is_asked_for_is_read_from_the_wording(
    text: str, relation: str | None
) -> None:
    assert INTENT.relation(ask(text)) == relation


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("What is the PMID of the review?", "pmid"),
        ("What is its PubMed ID?", "pmid"),
        ("What is the PMCID of the review?", "pmcid"),
        ("What is the DOI of the review?", "doi"),
        ("Which identifiers does it have?", "any"),
        ("What is the title of the review?", "title"),
        ("Who wrote the foreword?", "authors"),
        ("By whom was it written?", "authors"),
        ("What is the affiliation of Iwatsubo?", "affiliation"),
        ("In which journal was it published?", "container"),
        ("When was the foreword published?", "year"),
        ("What are the keywords?", "keywords"),
        ("Who owns the copyright?", "rights"),
        ("Which drugs are approved?", None),
        ("When was riluzole approved?", None),
    ],
)
def test_the_field_that_is_asked_for_is_read_from_the_wording(text: str, field: str | None) -> None:
    assert INTENT.field(ask(text)) == field


def test_a_field_that_the_question_states_itself_is_not_asked_for() -> None:
    question = ask("Who wrote the article with DOI 10.1/x?")

    assert INTENT.field(question) == "doi"
    assert INTENT.field(question, given={"doi": "10.1/x"}) == "authors"


def test_every_field_has_a_pattern() -> None:
    for field in FIELDS:
        assert not INTENT.asks(field, ask("hello there"))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Is there an article about riluzole?", True),
        ("Do you have any papers on autophagy?", True),
        ("Find papers on stem cells", True),
        ("papers on edaravone", True),
        ("Which drugs are approved?", False),
        ("Who wrote the review?", False),
    ],
)
def test_whether_papers_are_looked_for_is_read_from_the_wording(text: str, asks: bool) -> None:
    assert INTENT.asks_existence(ask(text)) == asks


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("What did the study find?", True),
        ("Summarise the abstract", True),
        ("What does the paper conclude?", True),
        ("Which drugs are approved?", False),
        ("Is there a report?", False),
    ],
)
def test_whether_findings_are_asked_for_is_read_from_the_wording(text: str, asks: bool) -> None:
    assert INTENT.asks_findings(ask(text)) == asks


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What did the article find?", True),
        ("What does “A tale of two drugs” say?", True),
        ("What does 'so' mean?", False),
        ("What is riluzole?", False),
    ],
)
def test_a_paper_is_named_by_a_noun_or_a_quoted_title(text: str, names: bool) -> None:
    assert INTENT.names_a_paper(ask(text)) == names


def test_kinds_of_papers_are_whole_words() -> None:
    assert INTENT.kinds_named(ask("Which review and foreword?")) == {"review", "foreword"}
    assert INTENT.kinds_named(ask("Was it reviewed by peers?")) == frozenset()


def test_words_that_fit_every_paper_tell_none_apart() -> None:
    question = ask("Which published article covers autophagy?")

    telling = [term.unit.written for term in question.terms if INTENT.tells_papers_apart(term)]

    assert telling == ["autophagy"]


@pytest.mark.parametrize(
    ("text", "surely"),
    [("Who wrote it?", True), ("Its DOI?", True), ("When was it published?", False)],
)
def test_authors_keywords_and_identifiers_are_asked_for_for_sure(text: str, surely: bool) -> None:
    assert INTENT.surely_asks_a_field(ask(text)) == surely
