from urllib.parse import parse_qs, urlsplit

import pytest

from rag.abstention import Abstention, Holdings, abstain, pubmed_notice
from rag.models import Answer
from rag.pipeline import Pipeline
from tests.rag.examples import ask, document, evidence

HOLDINGS = Holdings(documents=1, chunks=1, listed_papers=0)
PAGE = document("Riluzole slows ALS.", container="A journal", year=2020)


def texts(result: Answer | Abstention) -> dict[str, str]:
    return {notice.kind: notice.text for notice in result.notices}


def abstained(question: str, missing: str, **fields: object) -> Abstention:
    """Abstains from `question` with one sentence that misses the terms of `missing`."""
    keys = {term.unit.key for term in ask(missing).terms}
    asked = ask(question)
    terms = tuple(term for term in asked.content_terms if term.unit.key in keys)
    sentence = evidence(PAGE.text, PAGE, missing=terms, **fields)
    return abstain(asked, [sentence], {PAGE.document_id: PAGE}, HOLDINGS)


def test_the_dose_of_riluzole_is_not_in_the_library(default_pipeline: Pipeline) -> None:
    answer = default_pipeline.answer("What is the recommended dose of riluzole?")

    said = texts(answer)
    assert answer.status == "insufficient_evidence"
    assert answer.sentences == ()
    assert answer.references == ()
    assert list(said) == ["searched", "nearest", "missing", "holds", "pubmed_search"]
    missing = [notice.text for notice in answer.notices if notice.kind == "missing"]
    assert said["searched"].endswith(
        "Searched 2 documents (6 passages) and 10 listed papers for: recommended, dose, riluzole."
    )
    assert "“FOREWORD”" in said["nearest"]
    assert missing == [
        "That passage has no word for: dose.",
        "Nowhere in the library: recommended.",
    ]
    assert said["holds"].startswith("Passages near to the question have: riluzole (in ")
    assert answer.evidence


def test_the_capital_of_france_is_out_of_scope(default_pipeline: Pipeline) -> None:
    answer = default_pipeline.answer("What is the capital of France?")

    said = texts(answer)
    assert answer.status == "out_of_scope"
    assert answer.sentences == ()
    assert list(said) == ["searched", "nearest", "missing", "holds", "pubmed_search"]
    assert said["missing"] == "Nowhere in the library: capital, France."
    assert "capital, France" in said["searched"]
    assert said["holds"].startswith("The library holds: “")


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("What is the recommended dose of riluzole?", "recommended dose riluzole"),
        ("What is the capital of France?", "capital France"),
        ("¿Qué es la ELA & más?", "Qué es la ELA más"),
    ],
)
def test_the_pubmed_link_searches_for_the_words_of_the_question(
    default_pipeline: Pipeline, question: str, term: str
) -> None:
    notice = default_pipeline.answer(question).notices[-1]

    assert notice.url is not None
    parts = urlsplit(notice.url)
    assert (parts.scheme, parts.hostname, parts.path) == ("https", "pubmed.ncbi.nlm.nih.gov", "/")
    assert parse_qs(parts.query, strict_parsing=True) == {"term": [term]}
    assert notice.url.isascii()
    assert notice.text == f"PubMed may hold more on: {term}."


def test_a_pubmed_search_takes_at_most_eight_words() -> None:
    notice = pubmed_notice([f"word{n}" for n in range(9)])

    assert "word7" in notice.text
    assert "word8" not in notice.text
    assert "word8" not in str(notice.url)


def test_only_the_pubmed_notice_has_a_link(default_pipeline: Pipeline) -> None:
    notices = default_pipeline.answer("What is the dose of riluzole?").notices

    assert [notice.kind for notice in notices if notice.url] == ["pubmed_search"]


def test_a_question_on_what_is_held_lacks_evidence_and_is_not_out_of_scope() -> None:
    result = abstained("dose of riluzole", "dose")

    assert result.status == "insufficient_evidence"
    assert texts(result)["missing"] == "That passage has no word for: dose."
    assert texts(result)["nearest"].endswith("stands in “Notes on therapy”, A journal, 2020.")


def test_a_question_of_which_nothing_is_held_is_out_of_scope() -> None:
    result = abstained("capital of France", "capital of France")

    assert result.status == "out_of_scope"
    assert "missing" not in texts(result)
    assert texts(result)["holds"] == "The library holds: “Notes on therapy”, A journal, 2020."


@pytest.mark.parametrize(
    ("similarity", "status"), [(0.3, "insufficient_evidence"), (0.29, "out_of_scope")]
)
def test_a_question_far_from_every_sentence_that_shares_only_general_words_is_out_of_scope(
    similarity: float, status: str
) -> None:
    result = abstained("Does Paris slow it?", "Paris", similarity=similarity)

    assert result.status == status


def test_a_question_that_shares_a_word_of_the_field_is_never_out_of_scope() -> None:
    result = abstained("dose of riluzole", "dose", similarity=0.0)

    assert result.status == "insufficient_evidence"


def test_a_missing_number_or_date_is_named() -> None:
    result = abstained("When did riluzole slow ALS?", "", fits_answer_type=False)

    assert texts(result)["missing"] == "That passage gives no number or date for this."


def test_without_evidence_nothing_is_said_to_be_near() -> None:
    result = abstain(ask("dose of riluzole"), [], {}, Holdings(0, 0, 0))

    assert result.status == "out_of_scope"
    assert list(texts(result)) == ["searched", "pubmed_search"]
    assert "Searched 0 documents (0 passages) and 0 listed papers" in texts(result)["searched"]


def test_a_greeting_is_not_sent_to_pubmed() -> None:
    result = abstain(ask("hello"), [], {PAGE.document_id: PAGE}, HOLDINGS)

    assert list(texts(result)) == ["searched", "holds"]
    assert texts(result)["searched"] == (
        "No answer was found in the library. Searched 1 document (1 passage) and 0 listed papers."
    )


def test_a_document_without_title_and_year_is_named_by_its_file() -> None:
    page = document("Riluzole slows ALS.", title=None)

    result = abstain(ask("hello"), [], {page.document_id: page}, HOLDINGS)

    assert texts(result)["holds"] == (
        "The library holds: a paper without a title in notes.txt, year not given."
    )


def test_no_more_than_three_titles_are_named() -> None:
    pages = {
        f"pmid:{n}": document("Riluzole slows ALS.", title=f"Title {n}", name=f"pmid:{n}")
        for n in range(1, 5)
    }

    result = abstain(ask("hello"), [], pages, Holdings(4, 4, 0))

    held = texts(result)["holds"]
    assert held.count("Title") == 3
    assert held.startswith("The library holds 4 documents; nearest to the question are: ")
    found = [evidence(page.text, page) for page in pages.values()]
    spoken = texts(abstain(ask("riluzole"), found, pages, Holdings(4, 4, 0)))["holds"]
    assert spoken.count("Title") == 2
    assert "and 2 more" in spoken


def test_a_question_on_a_drug_that_is_held_is_not_out_of_scope(default_pipeline: Pipeline) -> None:
    answer = default_pipeline.answer("How much edaravone does my mother need?")

    assert "edaravone" in texts(answer)["holds"]
    assert answer.status == "insufficient_evidence"
